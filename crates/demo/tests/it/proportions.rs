//! The shop is busy, mostly well, and never quite.

use std::collections::BTreeSet;

use demo::Visit;
use serde_json::Value;

use crate::{documents, entities, is_segment, is_set, text, visits};

#[test]
fn about_three_in_a_hundred_visits_fail_one_or_two_are_throttled_and_four_are_the_clients_fault() {
    let visits = visits(1, 5_000);
    let roots: Vec<Value> = visits.iter().map(root).collect();
    let throttled = percent(&roots, |root| is_set(root, "throttle"));
    let failed = percent(&roots, |root| is_set(root, "fault"));
    let refused = percent(&roots, |root| is_set(root, "error") && !is_set(root, "throttle"));
    assert!((2.2..=3.8).contains(&failed), "{failed} % failed");
    assert!((1.0..=2.0).contains(&throttled), "{throttled} % throttled");
    assert!((3.2..=5.0).contains(&refused), "{refused} % refused");
}

#[test]
fn most_visits_are_quick_and_a_few_are_not() {
    let mut durations: Vec<f64> = visits(2, 5_000)
        .iter()
        .map(root)
        .filter_map(|root| duration(&root))
        .collect();
    durations.sort_by(f64::total_cmp);
    let (median, p99) = (durations[2_500], durations[4_950]);
    assert!(
        (0.02..0.1).contains(&median) && (1.5..40.0).contains(&p99),
        "{median} {p99}"
    );
}

#[test]
fn every_part_of_the_system_appears_within_a_minute_of_traffic() {
    let documents: Vec<Value> = visits(3, 180).iter().flat_map(documents).collect();
    let segments: BTreeSet<(&str, &str)> = documents
        .iter()
        .filter(|document| is_segment(document))
        .map(|document| (text(document, "name"), text(document, "origin")))
        .collect();
    let expected = [
        ("catalog", "AWS::ECS::Container"),
        ("mail-worker", "AWS::ECS::Fargate"),
        ("place-order", "AWS::Lambda"),
        ("place-order", "AWS::Lambda::Function"),
        ("reports", "AWS::ElasticBeanstalk::Environment"),
        ("shop-api/prod", "AWS::ApiGateway::Stage"),
        ("shop-web", "AWS::EC2::Instance"),
    ];
    assert_eq!(segments, BTreeSet::from(expected));
    let called: BTreeSet<&str> = documents
        .iter()
        .flat_map(entities)
        .filter(|entity| ["aws", "remote"].contains(&text(entity, "namespace")))
        .map(|entity| text(entity, "name"))
        .collect();
    let inferred = [
        "DynamoDB",
        "S3",
        "SES",
        "orders@db.shop.test",
        "payments.example.com",
        "sqs",
    ];
    assert!(inferred.iter().all(|name| called.contains(name)), "{called:?}");
}

#[test]
fn what_goes_wrong_says_why() {
    let documents: Vec<Value> = visits(4, 3_000).iter().flat_map(documents).collect();
    let exceptions: Vec<&Value> = documents
        .iter()
        .flat_map(entities)
        .flat_map(|entity| entity["cause"]["exceptions"].as_array().into_iter().flatten())
        .collect();
    let kinds: BTreeSet<&str> = exceptions
        .iter()
        .map(|exception| text(exception, "type"))
        .collect();
    assert!(exceptions.iter().all(|exception| {
        exception["stack"]
            .as_array()
            .is_some_and(|stack| stack.len() >= 2)
    }));
    assert!(kinds.len() >= 7, "{kinds:?}");
}

#[test]
fn some_documents_are_in_progress_and_some_users_are_korean() {
    let documents: Vec<Value> = visits(5, 500).iter().flat_map(documents).collect();
    assert!(
        documents
            .iter()
            .any(|document| is_set(document, "in_progress") && is_segment(document))
    );
    assert!(
        documents
            .iter()
            .any(|document| is_set(document, "in_progress") && !is_segment(document))
    );
    let users: BTreeSet<&str> = documents.iter().map(|document| text(document, "user")).collect();
    assert!(users.contains("김민수") && users.len() > 8, "{users:?}");
}

#[test]
fn a_visit_is_a_handful_of_documents_and_little_more_than_one_trace() {
    let visits = visits(6, 5_000);
    let traces: usize = visits.iter().map(|visit| visit.trace_ids.len()).sum();
    let sent: usize = visits.iter().map(|visit| visit.documents.len()).sum();
    let told: usize = visits
        .iter()
        .flat_map(documents)
        .map(|document| entities(&document).len())
        .sum();
    let per_visit = |count: usize| count as f64 / visits.len() as f64;
    assert!((1.1..1.2).contains(&per_visit(traces)), "{}", per_visit(traces));
    assert!((4.0..6.0).contains(&per_visit(sent)), "{}", per_visit(sent));
    assert!((7.0..10.0).contains(&per_visit(told)), "{}", per_visit(told));
}

/// The completed segment in which the visit's request begins.
fn root(visit: &Visit) -> Value {
    let is_root = |document: &Value| {
        text(document, "trace_id") == visit.trace_ids[0]
            && is_segment(document)
            && document["parent_id"].is_null()
            && !is_set(document, "in_progress")
    };
    documents(visit)
        .into_iter()
        .find(is_root)
        .expect("a visit has a root")
}

fn duration(root: &Value) -> Option<f64> {
    Some(root["end_time"].as_f64()? - root["start_time"].as_f64()?)
}

fn percent(roots: &[Value], counts: impl Fn(&Value) -> bool) -> f64 {
    100.0 * roots.iter().filter(|root| counts(root)).count() as f64 / roots.len() as f64
}
