//! A scan finds what a look at every trace would find.

use assembly::AssembledTrace;
use block::{ClockColumn, Predicate, Times, encode};
use clock::Timestamp;
use proptest::prelude::*;

use crate::sample::{document, open, received, second, trace_id};

/// Every trace.
pub(crate) const EVER: Predicate = Predicate {
    clock: ClockColumn::Receipts,
    from: Timestamp::MIN,
    until: Timestamp::MAX,
};

const CLOCKS: [ClockColumn; 4] = [
    ClockColumn::Start,
    ClockColumn::LastReceipt,
    ClockColumn::Receipts,
    ClockColumn::Ends,
];

/// For each trace its documents: start, length where it has ended, receipt.
type Sketch = Vec<Vec<(i64, Option<i64>, i64)>>;

fn sketch() -> impl Strategy<Value = Sketch> {
    let document = (0_i64..40, proptest::option::of(0_i64..10), 0_i64..40);
    proptest::collection::vec(proptest::collection::vec(document, 1..4), 1..30)
}

fn traces(sketch: &Sketch) -> Vec<AssembledTrace> {
    let mut position = 0;
    let traces = sketch.iter().zip(0_u32..).map(|(documents, number)| {
        let documents = documents.iter().map(|(start, length, receipt)| {
            position += 1;
            let text = document(number, position, *start, length.map(|length| start + length));
            received(text, position, second(*receipt))
        });
        AssembledTrace::new(trace_id(number), 1, documents.collect())
    });
    traces.collect()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_scan_equals_a_look_at_every_trace(sketch in sketch(), from in 0_i64..45, length in 0_i64..20) {
        let traces = traces(&sketch);
        let encoded = encode(&traces).expect("a block");
        runtime().block_on(async {
            let block = open(&encoded).await.expect("what was written");
            let times = block.times().await.expect("times");
            for clock in CLOCKS {
                let predicate = Predicate { clock, from: second(from), until: second(from + length) };
                let wanted = traces.iter().filter(|trace| predicate.wants(&Times::of(trace)));
                let mut wanted: Vec<_> = wanted.map(|trace| (trace.id, Times::of(trace))).collect();
                let scanned = block.scan(&times, &predicate);
                assert!(scanned.is_sorted_by_key(|(row, id, times)| (*row, times.start, *id)));
                let mut scanned: Vec<_> = scanned.into_iter().map(|(_, id, times)| (id, times)).collect();
                wanted.sort_by_key(|(id, _)| *id);
                scanned.sort_by_key(|(id, _)| *id);
                assert_eq!(scanned, wanted, "{clock:?}");
                assert!(wanted.is_empty() || predicate.may_want(&encoded.statistics.bounds), "{clock:?}");
            }
        });
    }
}

#[test]
fn windows_have_the_bounds_of_their_clock() {
    let times = Times {
        start: second(10),
        end: Some(second(20)),
        first_receipt: second(30),
        last_receipt: second(40),
    };
    let wants = |clock, from, until| {
        Predicate {
            clock,
            from: second(from),
            until: second(until),
        }
        .wants(&times)
    };
    let cases = [
        (ClockColumn::Start, 10, 11, true),
        (ClockColumn::Start, 9, 10, false),
        (ClockColumn::LastReceipt, 40, 41, true),
        (ClockColumn::LastReceipt, 30, 40, false),
        (ClockColumn::Receipts, 40, 50, true),
        (ClockColumn::Receipts, 20, 30, true),
        (ClockColumn::Receipts, 41, 50, false),
        (ClockColumn::Ends, 20, 25, true),
        (ClockColumn::Ends, 5, 10, true),
        (ClockColumn::Ends, 21, 25, false),
    ];
    for (clock, from, until, expected) in cases {
        assert_eq!(wants(clock, from, until), expected, "{clock:?} {from}..{until}");
    }
    let unfinished = Times { end: None, ..times };
    let ever = Predicate {
        clock: ClockColumn::Ends,
        from: Timestamp::MIN,
        until: Timestamp::MAX,
    };
    assert!(ever.wants(&times) && !ever.wants(&unfinished));
}
