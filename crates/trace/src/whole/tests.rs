//! What is said of a trace as a whole: trace-summaries.md 1, 2, 8 and 10. Causes stand in `causes::tests`.

use document::{Class, TextMember};
use serde_json::Value;

use crate::testkit::{document, received, trace, trace_of};
use crate::{NodeId, Trace};

/// A row of the table of trace-summaries.md 8, in its order.
struct Row {
    class: Class,
    is_partial: bool,
    duration_ms: Option<i64>,
    response_ms: Option<i64>,
    entry_point: Option<&'static str>,
    users: &'static [&'static str],
    nodes: &'static [&'static str],
    causes: (usize, usize, usize),
}

fn corpus(number: usize) -> Trace {
    let files = [
        include_str!("../../../../fixtures/filters/traces/01.json"),
        include_str!("../../../../fixtures/filters/traces/02.json"),
        include_str!("../../../../fixtures/filters/traces/03.json"),
        include_str!("../../../../fixtures/filters/traces/04.json"),
        include_str!("../../../../fixtures/filters/traces/05.json"),
        include_str!("../../../../fixtures/filters/traces/06.json"),
        include_str!("../../../../fixtures/filters/traces/07.json"),
        include_str!("../../../../fixtures/filters/traces/08.json"),
        include_str!("../../../../fixtures/filters/traces/09.json"),
        include_str!("../../../../fixtures/filters/traces/10.json"),
        include_str!("../../../../fixtures/filters/traces/11.json"),
        include_str!("../../../../fixtures/filters/traces/12.json"),
        include_str!("../../../../fixtures/filters/traces/13.json"),
    ];
    let documents: Vec<Value> = serde_json::from_str(files[number - 1]).expect("an array of documents");
    let received = (0..)
        .zip(&documents)
        .map(|(position, document)| received(position, &document.to_string()));
    trace_of(received.collect())
}

fn root_class(trace: &Trace) -> Class {
    trace.root().map_or(Class::Ok, |root| root.flags.class())
}

/// Nodes by the letters of `filter-expressions.md` 14.
fn letter(node: &NodeId) -> &'static str {
    match (&*node.name, node.node_type.as_deref().unwrap_or_default()) {
        (_, "client") => "client",
        ("shop-web", "AWS::EC2::Instance") => "W",
        ("orders-api", "AWS::ECS::Container") => "O",
        ("mailer", "AWS::ECS::Container") => "M",
        ("pay-fn", "AWS::Lambda") => "L",
        ("pay-fn", "AWS::Lambda::Function") => "F",
        ("orders-table", "AWS::DynamoDB::Table") => "D",
        ("cards.example.net", "remote") => "R",
        ("inventory@db.example.net", "Database::SQL") => "Q",
        _ => panic!("{node:?} is no node of the corpus"),
    }
}

const ROOT: Row = Row {
    class: Class::Ok,
    is_partial: false,
    duration_ms: None,
    response_ms: None,
    entry_point: Some("W"),
    users: &[],
    nodes: &["W", "client"],
    causes: (0, 0, 0),
};

/// A root of `shop-web`, its trace no longer than itself.
const fn web(ms: i64, users: &'static [&'static str]) -> Row {
    Row {
        duration_ms: Some(ms),
        response_ms: Some(ms),
        users,
        ..ROOT
    }
}

/// trace-summaries.md 8, the table.
#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn section_8_every_row_of_the_table_of_the_corpus() {
    let order = &["D", "O", "W", "client"];
    let rows = [
        web(120, &["alice"]),
        Row {
            nodes: order,
            causes: (0, 0, 1),
            ..web(800, &["alice"])
        },
        Row {
            class: Class::Fault,
            nodes: order,
            causes: (1, 1, 1),
            ..web(2_400, &["bob"])
        },
        Row {
            nodes: &["O", "W", "client"],
            causes: (1, 0, 1),
            ..web(5_500, &[])
        },
        Row {
            class: Class::Error,
            ..web(20, &[])
        },
        Row {
            class: Class::Throttle,
            ..web(5, &[])
        },
        Row {
            duration_ms: Some(7_500),
            nodes: &["M", "W", "client"],
            causes: (0, 0, 1),
            ..web(50, &["carol"])
        },
        Row {
            response_ms: None,
            nodes: &["O", "W", "client"],
            ..web(1_200, &["carol"])
        },
        Row {
            class: Class::Error,
            duration_ms: Some(3_200),
            response_ms: Some(3_100),
            entry_point: Some("L"),
            nodes: &["F", "L", "R", "client"],
            causes: (0, 1, 1),
            ..ROOT
        },
        Row {
            entry_point: Some("O"),
            nodes: &["O", "client"],
            ..web(10, &[])
        },
        Row {
            nodes: order,
            causes: (0, 0, 1),
            ..web(1_000, &["bob", "carol"])
        },
        Row {
            nodes: &["Q", "W", "client"],
            causes: (0, 0, 1),
            ..web(12_000, &["김민수"])
        },
        Row {
            is_partial: true,
            duration_ms: Some(400),
            entry_point: None,
            users: &["dave"],
            nodes: &["O"],
            causes: (1, 0, 0),
            ..ROOT
        },
    ];
    for (number, row) in (1..).zip(rows) {
        let trace = corpus(number);
        let to_ms = |nanos: Option<i64>| nanos.map(|nanos| nanos / 1_000_000);
        assert_eq!(root_class(&trace), row.class, "T{number}");
        assert_eq!(trace.is_partial(), row.is_partial, "T{number}");
        assert_eq!(to_ms(trace.duration_nanos()), row.duration_ms, "T{number}");
        assert_eq!(to_ms(trace.response_nanos()), row.response_ms, "T{number}");
        let entry = trace.root().map(|root| letter(&root.node("")));
        assert_eq!(entry, row.entry_point, "T{number}");
        let users: Vec<&str> = trace.users("").into_iter().map(|(user, _)| user).collect();
        assert_eq!(users, row.users, "T{number}");
        let mut nodes: Vec<&str> = trace.nodes("").iter().map(letter).collect();
        nodes.sort_unstable();
        assert_eq!(nodes, row.nodes, "T{number}");
        let causes = (
            trace.fault_causes("").len(),
            trace.error_causes("").len(),
            trace.response_time_causes("").len(),
        );
        assert_eq!(causes, row.causes, "T{number}");
    }
}

/// trace-summaries.md 10.1, as settled.md 37 reads it.
#[test]
fn section_10_1_a_detached_faulted_segment_is_no_root() {
    let detached = document(
        0,
        r#"id:a1,"name":"a",parent:ff,"start_time":1,"end_time":2,"fault":true,"http":{"request":{"url":"https://a"}},"cause":{"exceptions":[{"type":"Oops"}]}"#,
    );
    let trace = trace(&[detached]);
    assert!(trace.root().is_none() && trace.is_partial());
    assert_eq!((trace.response_nanos(), trace.facts().root), (None, None));
    assert_eq!(trace.nodes("").len(), 1, "no client");
    let causes = trace.fault_causes("");
    assert_eq!(
        causes
            .iter()
            .map(|cause| cause.client_impacting)
            .collect::<Vec<_>>(),
        [false]
    );
}

/// trace-summaries.md 2 and 10.2; all flags of the root, in `facts` as sent.
#[test]
fn section_10_2_a_throttled_root_is_no_error() {
    let root = document(
        0,
        r#"id:a1,"name":"a","start_time":1,"end_time":2,"error":true,"throttle":true"#,
    );
    let flags = trace(&[root]).facts().root.expect("a root");
    assert!(flags.error && flags.throttle && !flags.fault);
    assert_eq!(flags.class(), Class::Throttle);
}

/// trace-summaries.md 2 and 10.3: an unfinished root alone has neither duration, and is not partial.
#[test]
fn section_10_3_a_root_in_progress_is_not_partial() {
    let root = document(0, r#"id:a1,"name":"a","start_time":1,"in_progress":true"#);
    let trace = trace(&[root]);
    assert!(!trace.is_partial());
    assert_eq!((trace.duration_nanos(), trace.response_nanos()), (None, None));
    assert_eq!(root_class(&trace), Class::Ok);
}

/// trace-summaries.md 2 and 11, and the README's table: from what has ended, while the root has not.
#[test]
fn the_duration_counts_what_has_ended() {
    let root = document(
        0,
        r#"id:a1,"name":"a","start_time":2,"in_progress":true,"subsegments":[{id:b1,"name":"b","start_time":1.5,"end_time":4}]"#,
    );
    assert_eq!(trace(&[root]).duration_nanos(), Some(2_500_000_000));
}

/// trace-summaries.md 1: of several roots the earliest, then the lowest id; a callee may outlive its caller.
#[test]
fn the_root_is_the_earliest_then_the_lowest() {
    let documents = [
        document(0, r#"id:c1,"name":"late","start_time":2,"end_time":3"#),
        document(1, r#"id:b2,"name":"higher","start_time":1,"end_time":2"#),
        document(2, r#"id:b1,"name":"lower","start_time":1,"end_time":2"#),
        document(
            3,
            r#"id:a1,"name":"called",parent:b1,"start_time":0,"end_time":9"#,
        ),
    ];
    let trace = trace(&documents);
    assert_eq!(
        trace.root().map(|root| root.name().to_owned()),
        Some("lower".into())
    );
    assert_eq!(trace.response_nanos(), Some(1_000_000_000));
    assert_eq!(trace.duration_nanos(), Some(9_000_000_000));
    assert_eq!(trace.start().seconds(), 0);
}

/// trace-summaries.md 2: one element for each distinct type and value, with the reported nodes that carried it.
#[test]
fn annotations_are_distinct_by_type_and_value() {
    let root = document(
        0,
        r#"id:a1,"name":"a","start_time":1,"end_time":9,"annotations":{"k":1,"t":"x"},"subsegments":[{id:b1,"name":"s","start_time":1,"end_time":2,"annotations":{"k":1.0}},{id:b2,"name":"s","start_time":2,"end_time":3,"annotations":{"k":"1"}},{id:b3,"name":"s","start_time":3,"end_time":4,"annotations":{"k":true}}]"#,
    );
    let callee = document(
        1,
        r#"id:c1,"name":"c",parent:b1,"start_time":1,"end_time":2,"annotations":{"k":1e0}"#,
    );
    let trace = trace(&[root, callee]);
    let annotations = trace.annotations("");
    let seen: Vec<(String, Vec<&str>)> = annotations["k"]
        .iter()
        .map(|seen| {
            (
                format!("{:?}", seen.value),
                seen.nodes.iter().map(|node| &*node.name).collect(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("Number(1.0)".into(), vec!["a", "c"]),
            (r#"Text("1")"#.into(), vec!["a"]),
            ("Boolean(true)".into(), vec!["a"]),
        ]
    );
    assert_eq!(annotations.len(), 2);
}

/// trace-summaries.md 10.14 and settled.md 19: 60 keys, all of them indexed, whatever is in the key.
#[test]
fn section_10_14_every_annotation_key_is_indexed() {
    let members: Vec<String> = (0..60).map(|key| format!(r#""a.b:c-{key}":{key}"#)).collect();
    let root = document(
        0,
        &format!(
            r#"id:a1,"name":"a","start_time":1,"end_time":2,"annotations":{{{}}}"#,
            members.join(",")
        ),
    );
    let trace = trace(&[root]);
    assert_eq!(trace.annotations("").len(), 60);
    let returned = trace.documents().remove(0).document;
    assert!(members.iter().all(|member| returned.contains(member)));
}

/// trace-summaries.md 2: users, resources, instances and zones of all segments, first seen first.
#[test]
fn what_segments_name_is_listed_once() {
    let segment = |position, id: &str, user: &str, arn: &str| {
        document(
            position,
            &format!(
                r#"id:{id},"name":"n{id}","start_time":1,"end_time":2,"user":"{user}","resource_arn":"{arn}","aws":{{"ec2":{{"instance_id":"i-{arn}","availability_zone":"z"}}}}"#
            ),
        )
    };
    let trace = trace(&[
        segment(0, "a1", "bob", "r2"),
        segment(1, "a2", "alice", "r1"),
        segment(2, "a3", "bob", "r2"),
    ]);
    let users: Vec<_> = trace
        .users("")
        .into_iter()
        .map(|(user, nodes)| (user, nodes.len()))
        .collect();
    assert_eq!(users, [("bob", 2), ("alice", 1)]);
    assert_eq!(trace.distinct(TextMember::ResourceArn), ["r2", "r1"]);
    assert_eq!(trace.distinct(TextMember::InstanceId), ["i-r2", "i-r1"]);
    assert_eq!(trace.distinct(TextMember::AvailabilityZone), ["z"]);
}

/// settled.md 14 and trace-summaries.md 10.13: calls that changed the trace, not documents.
#[test]
fn section_10_13_a_repeated_document_does_not_raise_the_revision() {
    let begun = document(0, r#"id:a1,"name":"a","start_time":1,"in_progress":true"#);
    let again = crate::Received {
        position: 1,
        ..begun.clone()
    };
    let done = document(2, r#"id:a1,"name":"a","start_time":1,"end_time":5"#);
    let mut same_call = document(3, r#"id:b1,"name":"b",parent:a1,"start_time":1,"end_time":5"#);
    same_call.receipt = done.receipt;
    let second_done = document(4, r#"id:a1,"name":"other","start_time":1,"end_time":6"#);
    let revision = |documents: &[crate::Received]| trace(documents).revision();
    assert_eq!(revision(std::slice::from_ref(&begun)), 1);
    assert_eq!(revision(&[begun.clone(), again.clone()]), 1);
    let lifecycle = [begun, again, done, same_call, second_done];
    assert_eq!(revision(&lifecycle), 2);
    assert_eq!(trace(&lifecycle).duration_nanos(), Some(4_000_000_000));
}

/// settled.md 10: an account is named where the document tells another one, and for functions always.
#[test]
fn settled_10_the_home_account_is_not_printed() {
    let segment = |origin: &str| {
        document(
            0,
            &format!(
                r#"id:a1,"name":"a","origin":"{origin}","start_time":1,"end_time":2,"aws":{{"account_id":"111111111111"}}"#
            ),
        )
    };
    let account = |origin: &str, home: &str| {
        let trace = trace(&[segment(origin)]);
        let nodes = trace.nodes(home);
        let reported = nodes.into_iter().find(|node| !node.is_client()).expect("a node");
        reported.account.map(String::from)
    };
    assert_eq!(account("AWS::Lambda", "111111111111"), None);
    assert_eq!(
        account("AWS::Lambda", "222222222222").as_deref(),
        Some("111111111111")
    );
    assert_eq!(
        account("AWS::Lambda::Function", "111111111111").as_deref(),
        Some("111111111111")
    );
}
