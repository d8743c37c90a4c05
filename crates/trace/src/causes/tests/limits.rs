//! What happens at the limits, and with traces of any size.

use serde_json::{Value, json};

use super::notation::{HOME, assembled, id_of, lines};

fn failed(place: usize, parent: Option<usize>) -> Value {
    json!({ "id": id_of(place), "parent_id": parent.map(id_of), "name": "a", "start_time": 100, "end_time": 101,
            "fault": true })
}

fn with(mut document: Value, members: &Value) -> Value {
    for (key, value) in members.as_object().expect("an object") {
        document[key] = value.clone();
    }
    document
}

fn exception() -> Value {
    json!({ "exceptions": [{ "id": "e", "type": "Oops" }] })
}

/// trace-summaries.md 5.3.
#[test]
fn section_5_3_the_first_twenty_causes_are_kept() {
    let named = |place: usize| {
        with(
            failed(place, Some(99)),
            &json!({ "name": format!("s{place}"), "cause": exception() }),
        )
    };
    let causes = assembled((0..30).rev().map(named)).fault_causes(HOME);
    let expected: Vec<String> = (0..20)
        .map(|place| format!("s{place}[s{place} !] CI no"))
        .collect();
    assert_eq!(lines(&causes), expected);
}

/// trace-summaries.md 5.3.
#[test]
fn section_5_3_ten_exceptions_are_kept_and_their_messages_cut_at_a_thousand_characters() {
    let many: Vec<Value> = (0..12)
        .map(|_| json!({ "type": "Oops", "message": "가".repeat(1_001) }))
        .collect();
    let causes =
        assembled([with(failed(0, None), &json!({ "cause": { "exceptions": many } }))]).fault_causes(HOME);
    let exceptions = &causes[0].services[0].path[0].exceptions;
    assert_eq!(exceptions.len(), 10);
    assert!(exceptions.iter().all(|kept| *kept.message == *"가".repeat(1_000)));
}

/// settled.md 17.
#[test]
fn settled_17_a_hundred_thousand_levels_are_walked_without_recursion() {
    const LEVELS: usize = 100_000;
    let level = |place: usize| {
        let kind = if place == 0 {
            json!({})
        } else {
            json!({ "type": "subsegment" })
        };
        let cause = if place == LEVELS - 1 {
            json!({ "cause": exception() })
        } else {
            json!({ "cause": "e" })
        };
        with(with(failed(place, place.checked_sub(1)), &kind), &cause)
    };
    let trace = assembled((0..LEVELS).map(level));
    let [cause] = &trace.fault_causes(HOME)[..] else {
        panic!("one cause")
    };
    assert_eq!((cause.services.len(), cause.services[0].path.len()), (1, LEVELS));
    let [time] = &trace.response_time_causes(HOME)[..] else {
        panic!("one cause")
    };
    assert_eq!(time.services[0].path.len(), LEVELS);
    assert!(trace.error_causes(HOME).is_empty());
}

#[test]
fn a_hundred_thousand_failed_children_are_looked_at_once() {
    const CHILDREN: usize = 100_000;
    let child = |place: usize| match (place, place % 3) {
        (0, _) => failed(0, None),
        (_, 0) => with(
            failed(place, Some(0)),
            &json!({ "type": "subsegment", "namespace": "remote" }),
        ),
        (_, 1) => with(failed(place, Some(0)), &json!({ "cause": "nobody" })),
        (_, _) => failed(place, Some(0)),
    };
    let trace = assembled((0..CHILDREN).map(child));
    assert_eq!(lines(&trace.fault_causes(HOME)), ["a[a, a*] → ~a[a] CI yes"]);
}
