//! Conditions never prune a match.

use document::AnnotationValue;
use filter::{AnnotationCondition, Conditions, Filter, NodeCondition, Range, RootFlag};
use proptest::prelude::*;
use trace::Trace;

use crate::corpus;
use crate::round_trip::expression;
use crate::samples::{HOME, matches, traces};

fn conditions(text: &str) -> Conditions {
    text.parse::<Filter>().expect("a filter").conditions()
}

fn is_within(nanos: Option<i64>, range: Option<Range>) -> bool {
    let millis = nanos.map(|nanos| (nanos as u64 + 500_000) / 1_000_000);
    range.is_none_or(|range| millis.is_some_and(|millis| (range.min_ms..=range.max_ms).contains(&millis)))
}

fn has_flag(trace: &Trace, flag: RootFlag) -> bool {
    trace.root().is_some_and(|root| match flag {
        RootFlag::Ok => !root.flags.error && !root.flags.throttle && !root.flags.fault,
        RootFlag::Error => root.flags.error && !root.flags.throttle,
        RootFlag::Throttle => root.flags.throttle,
        RootFlag::Fault => root.flags.fault,
    })
}

fn has_annotation(trace: &Trace, condition: &AnnotationCondition) -> bool {
    let all = trace.annotations(HOME);
    let values = all.get(&*condition.key);
    values.is_some_and(|values| match &condition.equals {
        None => true,
        Some(equals) => values.iter().any(|seen| equals.contains(&seen.value)),
    })
}

fn has_node(trace: &Trace, condition: &NodeCondition) -> bool {
    let fits = |part: &Option<Box<str>>, actual: Option<&str>| part.is_none() || part.as_deref() == actual;
    trace.nodes(HOME).iter().any(|node| {
        fits(&condition.name, Some(&node.name))
            && fits(&condition.node_type, node.node_type.as_deref())
            && fits(&condition.account, node.account.as_deref())
    })
}

fn may_match(trace: &Trace, conditions: &Conditions) -> bool {
    is_within(trace.response_nanos(), conditions.response_time)
        && is_within(trace.duration_nanos(), conditions.duration)
        && conditions.root.iter().all(|flag| has_flag(trace, *flag))
        && conditions
            .annotations
            .iter()
            .all(|annotation| has_annotation(trace, annotation))
        && conditions.nodes.iter().all(|node| has_node(trace, node))
}

fn assert_no_match_is_pruned(text: &str) {
    let Ok(filter) = text.parse::<Filter>() else {
        return;
    };
    let conditions = filter.conditions();
    for (trace, number) in traces().iter().zip(1..) {
        if matches(&filter, trace) {
            assert!(
                may_match(trace, &conditions),
                "{text} prunes trace {number}: {conditions:?}"
            );
        }
    }
}

#[test]
fn no_match_of_the_files_is_pruned() {
    corpus::all()
        .iter()
        .for_each(|text| assert_no_match_is_pruned(text));
}

proptest! {
    #[test]
    fn no_match_of_a_generated_expression_is_pruned(text in expression()) {
        assert_no_match_is_pruned(&text);
    }
}

#[test]
fn terms_that_every_match_needs_prune() {
    let found = conditions(
        r#"fault AND responsetime > 1.2345 AND responsetime <= 5 AND duration = 7
           AND annotation.tier = "13" AND annotation.beta AND service("cart") { ok } AND edge(id(type: "client", name: "web"), "web")"#,
    );
    assert_eq!(found.root, [RootFlag::Fault]);
    assert_eq!(
        found.response_time,
        Some(Range {
            min_ms: 1_234,
            max_ms: 5_000
        })
    );
    assert_eq!(
        found.duration,
        Some(Range {
            min_ms: 7_000,
            max_ms: 7_000
        })
    );
    let equals = vec![AnnotationValue::Text("13".into()), AnnotationValue::Number(13.0)];
    let annotation = |key: &str, equals| AnnotationCondition {
        key: key.into(),
        equals,
    };
    assert_eq!(
        found.annotations,
        [annotation("tier", Some(equals)), annotation("beta", None)]
    );
    let node = |name: Option<&str>, node_type: Option<&str>| NodeCondition {
        name: name.map(Into::into),
        node_type: node_type.map(Into::into),
        account: None,
    };
    assert_eq!(
        found.nodes,
        [
            node(Some("cart"), None),
            node(None, Some("client")),
            node(Some("web"), None)
        ]
    );
}

#[test]
fn what_no_match_needs_prunes_nothing() {
    for text in [
        "",
        "fault OR responsetime > 1",
        "!fault",
        "fault = false",
        "!(annotation.a = 1)",
        "service()",
        "edge() { fault }",
        "partial",
    ] {
        assert_eq!(conditions(text), Conditions::default(), "{text}");
    }
    assert_eq!(conditions("fault != false").root, [RootFlag::Fault]);
    assert_eq!(
        conditions("responsetime != 1").response_time,
        Some(Range {
            min_ms: 0,
            max_ms: u64::MAX
        })
    );
    assert_eq!(
        conditions("duration < -1").duration,
        Some(Range { min_ms: 0, max_ms: 0 })
    );
}
