//! Merge rules (segment-documents.md 8.1), parents and the processed form (10.8).

use document::TraceId;

use crate::testkit::{TRACE, document, received, trace};
use crate::{Entry, Roots, Trace};

fn names(trace: &Trace) -> Vec<String> {
    trace.entities().map(|entity| entity.name().to_owned()).collect()
}

/// segment-documents.md 8.1, rows 1 to 3, and settled.md 12.
#[test]
fn complete_replaces_in_progress_and_the_first_complete_wins() {
    let begun = document(0, r#"id:a1,"name":"begun","start_time":1,"in_progress":true"#);
    let first = document(1, r#"id:a1,"name":"first","start_time":1,"end_time":2"#);
    let second = document(2, r#"id:a1,"name":"second","start_time":1,"end_time":3"#);
    assert_eq!(names(&trace(std::slice::from_ref(&begun))), ["begun"]);
    assert_eq!(names(&trace(&[begun.clone(), first.clone()])), ["first"]);
    let late = document(3, r#"id:a1,"name":"late","start_time":1,"in_progress":true"#);
    let all = trace(&[late, second, first, begun]);
    assert_eq!((names(&all), all.revision()), (vec!["first".to_owned()], 2));
}

/// settled.md 13, and segment-documents.md 8.1, row 4: what was sent on its own survives.
#[test]
fn embedded_children_live_and_die_with_their_document() {
    let begun = document(
        0,
        r#"id:a1,"name":"a","start_time":1,"in_progress":true,"subsegments":[{id:b1,"name":"gone","start_time":1,"end_time":2}]"#,
    );
    let sent = document(
        1,
        r#"id:c1,"name":"stays","type":"subsegment",parent:a1,"start_time":1,"end_time":2"#,
    );
    let done = document(
        2,
        r#"id:a1,"name":"a","start_time":1,"end_time":2,"subsegments":[{id:d1,"name":"new","start_time":1,"end_time":2}]"#,
    );
    assert_eq!(names(&trace(&[begun, sent, done])), ["stays", "a", "new"]);
}

/// segment-documents.md 8.1, rows 6 and 7 (Go after the context has ended).
#[test]
fn an_embedded_child_is_replaced_by_its_complete_form() {
    let segment = document(
        0,
        r#"id:a1,"name":"a","start_time":1,"end_time":2,"subsegments":[{id:b1,"name":"open","start_time":1,"in_progress":true}]"#,
    );
    let child = document(
        1,
        r#"id:b1,"name":"closed","type":"subsegment",parent:a1,"start_time":1,"end_time":3"#,
    );
    let whole = trace(&[segment.clone(), child.clone()]);
    assert_eq!(names(&whole), ["a", "closed"]);
    assert_eq!(
        whole
            .entities()
            .last()
            .and_then(|child| child.parent())
            .map(|parent| parent.name().to_owned()),
        Some("a".into())
    );
    assert_eq!(names(&trace(&[child, segment])), ["a", "closed"]);
}

/// segment-documents.md 8.1, row 5, and trace-summaries.md 8 (c).
#[test]
fn a_missing_parent_makes_a_trace_partial_until_it_comes() {
    let back = document(
        0,
        r#"id:d4,"name":"back",parent:d3,"start_time":30.3,"end_time":30.7"#,
    );
    let alone = trace(std::slice::from_ref(&back));
    assert!(alone.is_partial() && alone.root().is_none());
    let front = document(
        1,
        r#"id:d1,"name":"front","start_time":30,"end_time":31,"subsegments":[{id:d3,"name":"call","namespace":"remote","start_time":30.1,"end_time":30.9}]"#,
    );
    let whole = trace(&[back, front]);
    assert!(!whole.is_partial());
    assert_eq!(
        whole.root().map(|root| root.name().to_owned()),
        Some("front".into())
    );
    assert!(
        whole
            .entities()
            .all(|entity| entity.inferred_receiver().is_none())
    );
}

/// settled.md 7.
#[test]
fn the_earliest_member_of_a_cycle_is_detached() {
    let later = document(0, r#"id:a1,"name":"later",parent:b1,"start_time":2,"end_time":3"#);
    let earlier = document(
        1,
        r#"id:b1,"name":"earlier",parent:a1,"start_time":1,"end_time":3"#,
    );
    let own_parent = document(2, r#"id:c1,"name":"own",parent:c1,"start_time":1,"end_time":3"#);
    let whole = trace(&[later, earlier, own_parent]);
    let detached: Vec<_> = whole
        .entities()
        .filter(|entity| entity.unresolved_parent().is_some())
        .map(|entity| entity.name().to_owned())
        .collect();
    assert_eq!(detached, ["earlier", "own"]);
    assert!(whole.root().is_none());
}

/// segment-documents.md 8.1, row 5, and settled.md 17.
#[test]
fn what_has_no_parent_stands_alone_and_what_lies_too_deep_too() {
    let orphan = document(
        0,
        r#"id:b1,"name":"orphan","type":"subsegment",parent:a1,"start_time":1,"end_time":2"#,
    );
    let [Entry { document, .. }] = &trace(&[orphan]).documents()[..] else {
        panic!("one entry")
    };
    assert_eq!(
        document,
        &format!(
            r#"{{"id":"00000000000000b1","name":"orphan","start_time":1,"trace_id":"{TRACE}","end_time":2,"parent_id":"00000000000000a1","type":"subsegment"}}"#
        )
    );

    let leaf = |id: u64| format!(r#"{{"id":"{id:016x}","name":"x","start_time":1,"end_time":2"#);
    let mut nested = String::new();
    for id in 1..=600 {
        nested += &format!(r#","subsegments":[{}"#, leaf(id));
    }
    let text = format!(
        r#"{},"trace_id":"{TRACE}"{nested}{}}}"#,
        leaf(9_999),
        "}]".repeat(600)
    );
    let deep = trace(&[received(0, &text)]);
    let entries = deep.documents();
    assert_eq!(entries.len(), 2);
    assert!(
        entries[1]
            .document
            .contains(r#""parent_id":"00000000000001f4","type":"subsegment""#)
    );
    assert_eq!(
        entries[0].document.matches("\"name\"").count() + entries[1].document.matches("\"name\"").count(),
        601
    );
}

#[test]
fn documents_of_other_traces_are_left_out() {
    let other: TraceId = "1-68e7780c-000000000000000000000001".parse().expect("a trace id");
    let stray = document(0, r#"id:a1,"name":"a","start_time":1,"end_time":2"#);
    assert_eq!(Trace::assemble(other, vec![stray]).entities().count(), 0);
}

/// segment-documents.md 8.1, row 3: the same bytes again, from a daemon that tried twice.
#[test]
fn the_same_bytes_again_change_nothing() {
    let text = r#"id:a1,"name":"a","start_time":1,"end_time":2,"subsegments":[{id:b1,"name":"b","start_time":1,"end_time":2}]"#;
    let once = trace(&[document(0, text)]);
    let twice = trace(&[document(0, text), document(1, text)]);
    assert_eq!(names(&twice), ["a", "b"]);
    assert_eq!(twice.documents(), once.documents());
    assert_eq!(twice.revision(), 1);
}

/// segment-documents.md 8.1, row 6: embedded and sent on its own, both complete.
#[test]
fn of_an_embedded_and_an_independent_version_the_first_wins() {
    let segment = r#"id:a1,"name":"a","start_time":1,"end_time":3,"subsegments":[{id:b1,"name":"embedded","start_time":1,"end_time":2}]"#;
    let alone = r#"id:b1,"name":"alone","type":"subsegment",parent:a1,"start_time":1,"end_time":2"#;
    assert_eq!(
        names(&trace(&[document(0, segment), document(1, alone)])),
        ["a", "embedded"]
    );
    assert_eq!(
        names(&trace(&[document(0, alone), document(1, segment)])),
        ["alone", "a"]
    );
}

/// settled.md 13: the winner of an id keeps its own parent and kind.
#[test]
fn the_winner_keeps_its_own_parent_and_kind() {
    let segment = document(0, r#"id:a1,"name":"a","start_time":1,"end_time":3"#);
    let first = document(
        1,
        r#"id:b1,"name":"call","type":"subsegment",parent:a1,"start_time":1,"end_time":2"#,
    );
    let second = document(
        2,
        r#"id:b1,"name":"segment",parent:c1,"start_time":1,"end_time":2"#,
    );
    let whole = trace(&[segment, first, second]);
    assert_eq!(names(&whole), ["a", "call"]);
    assert!(!whole.is_partial());
}

/// settled.md 5 and segment-documents.md 8.2: any received callee claims its call, finished or not.
#[test]
fn an_unfinished_callee_claims_its_call() {
    let front = document(
        0,
        r#"id:a1,"name":"a","start_time":1,"end_time":3,"subsegments":[{id:b1,"name":"x","namespace":"remote","start_time":1,"end_time":2}]"#,
    );
    let callee = document(
        1,
        r#"id:c1,"name":"c",parent:b1,"start_time":1,"in_progress":true"#,
    );
    let whole = trace(&[front, callee]);
    let call = whole.entities().find(|entity| entity.is_call()).expect("a call");
    assert!(call.is_claimed() && call.inferred_receiver().is_none());
}

/// trace-summaries.md 1, `promote_detached_root`: only where there is no root, the earliest, then the lowest id.
#[test]
fn trace_summaries_1_the_earliest_detached_segment_stands_for_a_root_that_is_missing() {
    let root = |trace: Trace| {
        let trace = trace.with_roots(Roots::OrDetached);
        assert!(trace.roots().count() <= 1);
        trace.root().map(|root| root.name().to_owned())
    };
    let segment = |position, rest: &str| document(position, rest);
    let late = segment(0, r#"id:a1,"name":"late",parent:f1,"start_time":2,"end_time":9"#);
    let low = segment(1, r#"id:a2,"name":"low",parent:f2,"start_time":1,"end_time":2"#);
    let high = segment(2, r#"id:a3,"name":"high",parent:f3,"start_time":1,"end_time":2"#);
    let called = segment(
        3,
        r#"id:a4,"name":"called",parent:a1,"start_time":0.5,"end_time":2"#,
    );
    let part = segment(
        4,
        r#"id:a5,"name":"part","type":"subsegment",parent:f4,"start_time":0.5,"end_time":2"#,
    );
    let detached = [late, low, high, called, part.clone()];
    assert_eq!(root(trace(&detached)).as_deref(), Some("low"));
    assert!(trace(&detached).with_roots(Roots::OrDetached).is_partial());
    assert_eq!(trace(&detached).root(), None, "not by default");
    assert_eq!(root(trace(&[part])), None, "a subsegment is no segment");
    let real = segment(5, r#"id:f9,"name":"real","start_time":5,"end_time":6"#);
    assert_eq!(
        root(trace(&[&detached[..], &[real]].concat())).as_deref(),
        Some("real")
    );
}
