//! The worked examples of `spec/service-graph.md` 6, each against its file in `fixtures/graphs`.

use serde_json::Value;

use super::documents::{lines, traces, whole, window};
use super::printed::printed;

/// The documents and the graph of one example.
macro_rules! example {
    ($name:literal) => {
        (
            include_str!(concat!(
                "../../../../../fixtures/graphs/",
                $name,
                ".documents.jsonl"
            )),
            include_str!(concat!("../../../../../fixtures/graphs/", $name, ".graph.json")),
        )
    };
}

/// The graph is the same read by receipt and as a whole: nothing in the examples waits for its owner.
#[track_caller]
fn check(documents: &str, expected: &str) {
    let expected: Value = serde_json::from_str(expected).expect("a graph as JSON");
    let documents = lines(documents);
    for graph in [whole(&documents), window(&documents, 0, 3_600)] {
        pretty_eq(&printed(&graph), &expected);
    }
}

#[track_caller]
fn pretty_eq(actual: &Value, expected: &Value) {
    assert!(
        actual == expected,
        "this graph:\n{actual:#}\nis not the expected one:\n{expected:#}"
    );
}

#[test]
fn example_6_1_two_calls_make_one_table_and_throttling_is_its_own_class() {
    let (documents, graph) = example!("6.1-table");
    check(documents, graph);
}

#[test]
fn example_6_2_one_call_has_three_latencies_and_initialization_only_lengthens_the_duration() {
    let (documents, graph) = example!("6.2-gateway-lambda-sql");
    check(documents, graph);
}

#[test]
fn example_6_3_a_called_name_survives_as_an_alias_and_the_edge_holds_the_callers_time() {
    let (documents, graph) = example!("6.3-both-traced");
    check(documents, graph);
}

#[test]
fn example_6_4_a_detached_segment_has_no_client_and_no_incoming_edge() {
    let (documents, graph) = example!("6.4-missing-middle");
    check(documents, graph);
    let [partial] = &traces(&lines(documents))[..] else {
        panic!("one trace")
    };
    assert!(partial.is_partial());
    assert_eq!(partial.root().map(|root| root.get().name()), Some("front"));
}

#[test]
fn example_6_4_a_late_segment_replaces_the_inferred_node_and_moves_the_edge() {
    let (documents, _) = example!("6.4-missing-middle");
    let (late, graph) = example!("6.4-middle-arrived");
    check(&format!("{documents}{late}"), graph);
    check(&format!("{late}{documents}"), graph);
}

#[test]
fn example_6_4_without_the_detached_segment_a_traced_call_is_like_any_other() {
    let (documents, graph) = example!("6.4-missing-middle");
    let front = lines(documents.lines().next().expect("a document"));
    assert!(traces(&front).iter().all(|trace| !trace.is_partial()));
    let mut expected: Value = serde_json::from_str(graph).expect("a graph as JSON");
    let services = expected["Services"].as_array_mut().expect("a list");
    services.remove(0);
    for node in services {
        let lower = |value: &mut Value| *value = (value.as_i64().expect("a reference") - 1).into();
        lower(&mut node["ReferenceId"]);
        node["Edges"]
            .as_array_mut()
            .expect("a list")
            .iter_mut()
            .for_each(|edge| lower(&mut edge["ReferenceId"]));
    }
    pretty_eq(&printed(&whole(&front)), &expected);
}

#[test]
fn example_6_6_classes_exclude_each_other_and_a_handled_fault_leaves_the_caller_ok() {
    let (documents, graph) = example!("6.6-classes");
    check(documents, graph);
}
