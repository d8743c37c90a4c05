//! A scan finds what a look at every trace would find.

use assembly::AssembledTrace;
use block::{ClockColumn, Condition, FactTest, Predicate, Times};
use clock::Timestamp;
use proptest::prelude::*;
use trace::TextPart;

use crate::sample::{PARTS, URLS, document, encode, open, received, row, second, text, trace_id};

/// Every trace.
pub(crate) const EVER: Predicate = Predicate {
    clock: ClockColumn::Receipts,
    from: Timestamp::MIN,
    until: Timestamp::MAX,
    condition: Condition::Every,
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

/// Terms and texts of `sample::row`, ranges of seconds, and trees of them.
fn condition() -> impl Strategy<Value = Condition> {
    let range = (0_i64..9, 0_i64..9)
        .prop_map(|(from, length)| Some(from * 1_000_000_000..=(from + length) * 1_000_000_000));
    let none = || Just(None).boxed();
    let facts = (
        prop_oneof![none(), range.clone().boxed()],
        prop_oneof![none(), range.boxed()],
        proptest::option::of(any::<bool>()),
    );
    let facts = facts.prop_map(|(duration, response, partial)| {
        Condition::Facts(FactTest {
            duration,
            response,
            partial,
            ..FactTest::default()
        })
    });
    let leaf = prop_oneof![
        Just(Condition::Every),
        Just(Condition::None),
        (0_u64..22).prop_map(Condition::Term),
        (0_u64..40).prop_map(|first| Condition::Term(1 << 40 | first)),
        Just(Condition::Term(u64::MAX)),
        texts(),
        facts,
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let some = proptest::collection::vec(inner, 0..4);
        prop_oneof![
            some.clone().prop_map(Condition::All),
            some.prop_map(Condition::Any)
        ]
    })
}

/// Parts of the texts of `sample::row`, and of none.
fn texts() -> impl Strategy<Value = Condition> {
    let parts = [
        "",
        "1",
        "00",
        "000012/x",
        "https://가",
        "가게",
        "part",
        "나 2",
        "none",
        "x",
        "/",
    ];
    let standings = [TextPart::Contains, TextPart::BeginsWith, TextPart::EndsWith];
    let chosen = (
        proptest::sample::select(vec![URLS, PARTS, 17]),
        proptest::sample::select(standings.to_vec()),
        proptest::sample::select(parts.to_vec()),
    );
    chosen.prop_map(|(field, part, of)| text(field, part, of))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_scan_equals_a_look_at_every_trace(
        sketch in sketch(),
        from in 0_i64..45,
        length in 0_i64..20,
        condition in condition(),
    ) {
        let traces = traces(&sketch);
        let encoded = encode(&traces).expect("a block");
        runtime().block_on(async {
            let block = open(&encoded).await.expect("what was written");
            let columns = block.scan_columns().await.expect("columns");
            let pruned = block.prune(&condition).await.expect("terms");
            for clock in CLOCKS {
                let predicate = Predicate {
                    clock,
                    from: second(from),
                    until: second(from + length),
                    condition: condition.clone(),
                };
                let wanted = traces.iter().filter(|trace| {
                    let row = row(trace);
                    predicate.wants(&Times::of(trace)) && condition.may_want(&row.facts, (&row.terms, &row.texts))
                });
                let mut wanted: Vec<_> = wanted.map(|trace| (trace.id, Times::of(trace))).collect();
                let scanned = block.scan(&columns, &predicate, &pruned);
                assert!(scanned.is_empty() || !pruned.is_empty());
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
            condition: Condition::Every,
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
        condition: Condition::Every,
    };
    assert!(ever.wants(&times) && !ever.wants(&unfinished));
}
