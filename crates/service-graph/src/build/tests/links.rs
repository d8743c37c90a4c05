//! Links between traces (`spec/service-graph.md` 4 step 8 and 6.5, `settled.md` 9).

use std::collections::{BTreeMap, BTreeSet};

use document::TraceId;
use trace::Received;

use super::documents::{BASE, HOME, lines, received};
use super::printed::printed;
use crate::{
    Admission, EdgeKind, GraphSum, LinkedPair, LinkedTraces, NoGroups, Rollups, ServiceGraph, Window,
};

/// The graph of a window: every trace, and every pair of linked ones that was received.
pub(super) fn graph(documents: &[Received], groups: &dyn Admission, window: Window) -> ServiceGraph {
    let mut traces: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    for document in documents {
        traces
            .entry(document.segment.trace_id)
            .or_default()
            .push(document.clone());
    }
    let mut rollups = Rollups::default();
    let mut pairs: BTreeSet<LinkedPair> = BTreeSet::new();
    for (id, documents) in &traces {
        rollups.add_trace(*id, documents, groups, 1);
        pairs.extend(LinkedPair::of(*id, documents));
    }
    for pair in pairs {
        if let (Some(consumer), Some(producer)) = (traces.get(&pair.consumer), traces.get(&pair.producer)) {
            let linked = LinkedTraces {
                pair,
                consumer,
                producer,
            };
            rollups.add_links(linked, groups, 1);
        }
    }
    let mut sum = GraphSum::new(HOME);
    sum.add_rollups(&rollups, window);
    sum.graph()
}

/// The graph of every trace.
fn every(documents: &[Received], first: i64, last: i64) -> ServiceGraph {
    graph(documents, &NoGroups, Window::until(BASE + first, BASE + last))
}

/// `from→to count, ages` of every link.
pub(super) fn links(graph: &ServiceGraph) -> Vec<String> {
    let links = graph
        .edges
        .iter()
        .filter(|((_, _, kind), _)| *kind == EdgeKind::Link);
    let ages = |edge: &crate::Edge| edge.ages.exact().map(|age| age.millis).collect::<Vec<_>>();
    links
        .map(|((from, to, _), edge)| {
            format!(
                "{}→{} {} {:?}",
                from.name,
                to.name,
                edge.tally.counts.total(),
                ages(edge)
            )
        })
        .collect()
}

pub(super) const PRODUCER: &str = r#"{"trace_id":"T5","id":"e1","name":"producer","start_time":40,"end_time":40.2,"subsegments":[
    {"id":"e2","name":"SQS","ns":"aws","start_time":40.05,"end_time":40.1,"aws":{"operation":"SendMessage","queue_url":"Q"}}]}"#;
pub(super) const WORKER: &str = r#"{"trace_id":"T6","id":"f1","name":"worker","start_time":43.6,"end_time":44.1,
    "links":[{"trace_id":"T5","id":"e2"}]}"#;

#[test]
fn example_6_5_a_link_leads_from_the_queue_to_its_consumer() {
    let documents = lines(include_str!(
        "../../../../../fixtures/graphs/6.5-link.documents.jsonl"
    ));
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("../../../../../fixtures/graphs/6.5-link.graph.json"))
            .expect("JSON");
    let actual = printed(&every(&documents, 0, 3_600));
    assert!(actual == expected, "{actual:#}\nis not\n{expected:#}");
}

#[test]
fn settled_9_a_link_counts_with_its_consumer_and_is_known_once_both_traces_are() {
    let documents = [received(0, 50.0, WORKER), received(1, 90.0, PRODUCER)];
    assert_eq!(
        links(&every(&documents, 0, 89)),
        [""; 0],
        "the producer is not known yet"
    );
    assert_eq!(links(&every(&documents, 0, 90)), ["Q→worker 1 [3500]"]);
    assert_eq!(
        links(&every(&documents, 51, 90)),
        [""; 0],
        "the consumer counts before this window"
    );
    let documents = [received(0, 50.0, PRODUCER), received(1, 90.0, WORKER)];
    let late = every(&documents, 60, 90);
    assert_eq!(links(&late), ["Q→worker 1 [3500]"]);
    let queue = late
        .nodes
        .iter()
        .find(|(id, _)| &*id.name == "Q")
        .expect("the queue appears");
    assert_eq!(
        (queue.1.tally.counts.total(), queue.1.first_second),
        (0, BASE + 43)
    );
}

#[test]
fn step_8_a_callee_that_was_received_is_the_source_of_the_link() {
    let broker =
        r#"{"trace_id":"T5","id":"e3","parent_id":"e2","name":"broker","start_time":40.06,"end_time":40.09}"#;
    let documents = [PRODUCER, WORKER, broker].map(|line| received(line.len() as u64, 60.0, line));
    assert_eq!(
        links(&every(&documents, 0, 100)),
        ["producer→worker 1 [3500]"],
        "its owner's node"
    );
}

#[test]
fn step_8_the_sent_time_of_a_link_replaces_the_end_of_what_sent_it() {
    let told = WORKER.replace(
        r#""id":"e2"}"#,
        &format!(
            r#""id":"e2","attributes":{{"aws.link.sent_time":{}.5}}}}"#,
            BASE + 43
        ),
    );
    let documents = [received(0, 60.0, PRODUCER), received(1, 60.0, &told)];
    assert_eq!(links(&every(&documents, 0, 100)), ["Q→worker 1 [100]"]);
    let early = WORKER.replace("43.6", "40.01");
    let documents = [received(0, 60.0, PRODUCER), received(1, 60.0, &early)];
    assert_eq!(
        links(&every(&documents, 0, 100)),
        ["Q→worker 1 [0]"],
        "no age is negative"
    );
}

#[test]
fn step_8_a_link_told_from_both_sides_counts_once_and_from_the_producers_alone_too() {
    let told = PRODUCER.replacen(
        r#""subsegments""#,
        r#""links":[{"trace_id":"T6","id":"f1","attributes":{"aws.xray.reserved.reference_type":"child"}}],"subsegments""#,
        1,
    );
    let alone = WORKER.replace(r#""id":"e2"}"#, r#""id":"e9"}"#);
    let documents = [received(0, 60.0, &told), received(1, 60.0, &alone)];
    assert_eq!(links(&every(&documents, 0, 100)), ["producer→worker 1 [3400]"]);
    let both = WORKER.replace(r#""id":"e2"}"#, r#""id":"e1"}"#);
    let documents = [received(0, 60.0, &told), received(1, 60.0, &both)];
    assert_eq!(links(&every(&documents, 0, 100)), ["producer→worker 1 [3400]"]);
}

#[test]
fn step_8_a_function_that_repeats_the_link_of_its_service_adds_no_edge() {
    let function = WORKER.replace(
        r#""id":"f1","name":"worker""#,
        r#""id":"f2","parent_id":"f1","name":"function""#,
    );
    let documents = [PRODUCER, WORKER, &function].map(|line| received(line.len() as u64, 60.0, line));
    assert_eq!(links(&every(&documents, 0, 100)), ["Q→worker 1 [3500]"]);
}

#[test]
fn step_8_a_batch_of_messages_counts_each_link_and_its_consumer_once() {
    let again = PRODUCER.replace("T5", "T7");
    let batch = WORKER.replace(r#"[{"trace_id""#, r#"[{"trace_id":"T7","id":"e2"},{"trace_id""#);
    let documents = [PRODUCER, &again, &batch].map(|line| received(line.len() as u64, 60.0, line));
    let graph = every(&documents, 0, 100);
    assert_eq!(links(&graph), ["Q→worker 2 [3500]"]);
    let worker = graph
        .nodes
        .iter()
        .find(|(id, _)| &*id.name == "worker" && !id.is_client());
    assert_eq!(worker.map(|(_, node)| node.tally.counts.total()), Some(1));
}

#[test]
fn settled_5_an_unfinished_send_makes_no_link() {
    let begun = PRODUCER.replace(r#""end_time":40.1"#, r#""in_progress":true"#);
    let documents = [received(0, 60.0, &begun), received(1, 60.0, WORKER)];
    assert_eq!(links(&every(&documents, 0, 100)), [""; 0]);
}
