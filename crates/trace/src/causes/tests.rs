//! Root causes against trace-summaries.md 5.

mod corpus;
mod limits;
mod notation;

use serde_json::json;

use notation::{HOME, assembled, lines, trace};

/// A trace and its causes.
type Row<'r> = (&'r str, &'r [&'r str]);

#[track_caller]
fn faults(rows: &[Row<'_>]) {
    for (input, expected) in rows {
        assert_eq!(lines(&trace(input).fault_causes(HOME)), *expected, "{input}");
    }
}

#[track_caller]
fn errors(rows: &[Row<'_>]) {
    for (input, expected) in rows {
        assert_eq!(lines(&trace(input).error_causes(HOME)), *expected, "{input}");
    }
}

#[track_caller]
fn response_times(rows: &[Row<'_>]) {
    for (input, expected) in rows {
        assert_eq!(
            lines(&trace(input).response_time_causes(HOME)),
            *expected,
            "{input}"
        );
    }
}

/// trace-summaries.md 5.5.
#[test]
fn section_5_5_every_row_of_faults_has_its_causes() {
    faults(&[
        ("root(F)", &[]),
        ("root(F!)", &["root[root !] CI yes"]),
        ("root(F) > .sub(F!)", &["root[root, sub !] CI yes"]),
        ("root(F!) > .sub(F)", &["root[root !] CI yes"]),
        (
            "root(F) > .sub(F) > .sub2(F!)",
            &["root[root, sub, sub2 !] CI yes"],
        ),
        (
            "root(F) > @call(F!)",
            &["root[root, call* !] → ~call[call] CI yes"],
        ),
        (
            "root(F!) > @call(F)",
            &["root[root !, call*] → ~call[call] CI yes"],
        ),
        (
            "root(F) > .subA(F!), @call(F)",
            &["root[root, call*] → ~call[call] CI yes"],
        ),
        ("root(F) > .subA(F!), .subB(F!)", &["root[root, subA !] CI yes"]),
        ("root > .sub(F!)", &[]),
        ("root > @call(F)", &["~call[call] CI no"]),
        ("root > @call(F) > callee(F!)", &["callee[callee !] CI no"]),
        (
            "root(F) > @call(F) > callee(F!)",
            &["root[root, call*] → callee[callee !] CI yes"],
        ),
        ("root > @call(F) > callee(F)", &[]),
        ("?segment(F!)", &["segment[segment !] CI no"]),
        (
            "root(F=subB) > .subA(F!), .subB(F!)",
            &["root[root, subB !] CI yes"],
        ),
        ("root(F=nobody) > .subA(F!)", &[]),
    ]);
}

/// trace-summaries.md 5.5.
#[test]
fn section_5_5_every_row_of_errors_and_response_times_has_its_causes() {
    errors(&[("root > $call(ET)", &["~call[call] CI no"])]);
    response_times(&[
        ("root 4s > .sub 3s", &["root[root 1, sub 0.75] CI yes"]),
        ("root 4s > @call 2s", &[]),
        (
            "root 4s > @call 3s",
            &["root[root 1, call* 0.75] → ~call[call 0.75] CI yes"],
        ),
        (
            "root 2s > @call 1.5s > callee 6.5s",
            &["root[root 1, call* 0.75] CI yes"],
        ),
    ]);
}

/// trace-summaries.md 5.2.
#[test]
fn section_5_2_failed_ends_without_exceptions_are_left_for_those_with_them() {
    faults(&[
        // Facts 1 and 2: up again until somebody owns an exception.
        ("root(F!) > .sub(F) > .deep(F)", &["root[root !] CI yes"]),
        ("root(F) > .sub(F!) > .deep(F)", &["root[root, sub !] CI yes"]),
        // Fact 3: a branch that leads nowhere does not hide the next one.
        (
            "root(F) > .first(F), .second(F) > .deep(F!)",
            &["root[root, second, deep !] CI yes"],
        ),
        ("root(F!) > .first(F), .second(F)", &["root[root !] CI yes"]),
        // An inferred receiver deeper down wins nothing: the first child that leads somewhere does.
        (
            "root(F) > .subA(F!), .subB(F) > @call(F)",
            &["root[root, subA !] CI yes"],
        ),
        (
            "root(F) > callee(F!), @call(F)",
            &["root[root, call*] → ~call[call] CI yes"],
        ),
        ("root(F) > callee(F!)", &["root[root] → callee[callee !] CI yes"]),
    ]);
}

/// trace-summaries.md 5.2.
#[test]
fn section_5_2_references_decide_the_way() {
    faults(&[
        // Fact 6, ahead of fact 4, and through what lies between; nothing is copied to the referring entity.
        (
            "root(F=subB) > @call(F), .subB(F!)",
            &["root[root, subB !] CI yes", "~call[call] CI no"],
        ),
        (
            "root(F=deep) > .subA(F!), .subB(F) > .deep(F!)",
            &["root[root, subB, deep !] CI yes"],
        ),
        (
            "root(F=call) > .subA(F!), @call(F!)",
            &["root[root, call* !] → ~call[call] CI yes"],
        ),
        // What it names need not be reachable.
        ("root(F=subB) > .subA(F!), .subB(!)", &[]),
        // An unknown reference below leaves the rest of the trace alone.
        (
            "root(F) > .subA(F=nobody), .subB(F!)",
            &["root[root, subB !] CI yes"],
        ),
        ("root(F!) > .subA(F=nobody) > .subB(F!)", &["root[root !] CI yes"]),
        // One reference leads to the next.
        (
            "root(F=deep) > .subB(F=deep) > .deep(F!)",
            &["root[root, subB, deep !] CI yes"],
        ),
        // Fact 7, also where the reference leads nowhere.
        ("root(F=nobody) > @call(F)", &["~call[call] CI no"]),
    ]);
}

/// settled.md 23.
#[test]
fn settled_23_a_cause_with_an_id_and_no_exceptions_names_a_subsegment() {
    faults(&[
        (
            "root(F#subB) > .subA(F!), .subB(F!)",
            &["root[root, subB !] CI yes"],
        ),
        (
            "root(F#subB) > @call(F), .subB(F!)",
            &["root[root, subB !] CI yes", "~call[call] CI no"],
        ),
        ("root(F#nobody) > .subA(F!)", &[]),
        ("root(F#root) > .subA(F!)", &["root[root, subA !] CI yes"]),
        (
            "root(F#root) > @call(F)",
            &["root[root, call*] → ~call[call] CI yes"],
        ),
    ]);
}

/// trace-summaries.md 5.3.
#[test]
fn section_5_3_an_exception_described_twice_is_the_one_of_the_earliest() {
    let sub = |id: &str, name: &str, start: u32| {
        json!({ "id": id, "parent_id": "00000000000000a1", "type": "subsegment", "name": name, "fault": true,
            "start_time": start, "end_time": 9, "cause": { "exceptions": [{ "id": "e", "type": "Oops" }] } })
    };
    let root = json!({ "id": "00000000000000a1", "name": "root", "start_time": 1, "end_time": 9, "fault": true,
        "cause": "e" });
    let (early, late) = (
        sub("00000000000000c1", "early", 2),
        sub("00000000000000b1", "late", 3),
    );
    for documents in [[root.clone(), late.clone(), early.clone()], [early, late, root]] {
        assert_eq!(
            lines(&assembled(documents).fault_causes(HOME)),
            ["root[root, early !] CI yes"]
        );
    }
}

/// settled.md 37.
#[test]
fn settled_37_a_flag_alone_is_no_cause_of_a_detached_segment() {
    faults(&[
        ("?segment(F)", &[]),
        ("?segment(F!)", &["segment[segment !] CI no"]),
    ]);
}

/// settled.md 6.
#[test]
fn settled_6_a_caller_whose_segment_never_came_is_no_part_of_a_way() {
    let orphan = |namespace: &str| {
        json!({ "id": "00000000000000b1", "parent_id": "00000000000000a1", "type": "subsegment", "name": "call",
                "namespace": namespace, "start_time": 1, "end_time": 2, "fault": true })
    };
    let callee = json!({ "id": "00000000000000c1", "parent_id": "00000000000000b1", "name": "callee",
        "start_time": 1, "end_time": 2, "fault": true, "cause": { "exceptions": [{ "type": "Oops" }] } });
    for namespace in ["remote", "local"] {
        let causes = assembled([orphan(namespace), callee.clone()]).fault_causes(HOME);
        assert_eq!(lines(&causes), ["callee[callee !] CI no"], "{namespace}");
    }
    assert!(assembled([orphan("remote")]).fault_causes(HOME).is_empty());
    let below = json!({ "id": "00000000000000d1", "parent_id": "00000000000000b1", "type": "subsegment",
        "name": "below", "namespace": "remote", "start_time": 1, "end_time": 2, "error": true });
    assert!(assembled([orphan("local"), below]).error_causes(HOME).is_empty());
}

/// trace-summaries.md 5.2.
#[test]
fn section_5_2_kinds_are_independent_and_throttled_calls_are_errors() {
    let both = "root(FE) > .sub(E!), @call(F)";
    faults(&[
        (both, &["root[root, call*] → ~call[call] CI yes"]),
        ("root(T!)", &[]),
    ]);
    errors(&[
        (both, &["root[root, sub !] CI yes"]),
        ("root(ET!)", &["root[root !] CI yes"]),
        ("root(T!)", &[]),
    ]);
}

/// trace-summaries.md 5.3.
#[test]
fn section_5_3_several_roots_and_segments_give_their_causes_by_start() {
    let both = "root(F!), second(F!), ?third(F!), ?third(F!)";
    // The two of the same name and exception are one.
    let expected: &[&str] = &[
        "root[root !] CI yes",
        "second[second !] CI yes",
        "third[third !] CI no",
    ];
    faults(&[(both, expected)]);
}

/// trace-summaries.md 5.4.
#[test]
fn section_5_4_the_way_of_the_time_follows_the_longest_that_fits() {
    response_times(&[
        (
            "root 4s > .subA 3s, .subB 3.5s",
            &["root[root 1, subB 0.875] CI yes"],
        ),
        (
            "root 4s > .subA 3s, .subB 3s",
            &["root[root 1, subA 0.75] CI yes"],
        ),
        (
            "root 4s > .subA 3s, .subB 4.5s",
            &["root[root 1, subA 0.75] CI yes"],
        ),
        (
            "root 4s > .sub 4s > .deep 2.001s",
            &["root[root 1, sub 1, deep 0.5] CI yes"],
        ),
        (
            "root 4s > .sub 2.001s > .deep 2s",
            &["root[root 1, sub 0.5] CI yes"],
        ),
        (
            "root 4s > @call 3s > .inside 2.9s",
            &["root[root 1, call* 0.75] → ~call[call 0.75] CI yes"],
        ),
        (
            "root(F!) 4s > callee(F!) 3s",
            &["root[root 1] → callee[callee 0.75] CI yes"],
        ),
        ("root 0s > .sub 0s", &[]),
        ("?segment 4s > .sub 3s", &[]),
    ]);
}

/// trace-summaries.md 5.4.
#[test]
fn section_5_4_what_is_running_is_on_no_way() {
    let running = |id: &str, parent: Option<&str>| json!({ "id": id, "parent_id": parent, "name": "a", "start_time": 1, "in_progress": true });
    let ended = json!({ "id": "00000000000000b1", "parent_id": "00000000000000a1", "name": "b",
        "start_time": 1, "end_time": 3 });
    let causes = assembled([running("00000000000000a1", None), ended]).response_time_causes(HOME);
    assert!(causes.is_empty());
}
