//! What a window selects (`spec/service-graph.md` 4, `settled.md` 2, 5, 6 and 8).

use trace::{NodeId, Received};

use super::documents::{received, whole, window};
use crate::{Edge, EdgeKind, ServiceGraph};

const SHOP: &str = r#"{"trace_id":"A1","id":"a1","name":"shop","start_time":1,"end_time":3}"#;
const SHOP_BEGUN: &str = r#"{"trace_id":"A1","id":"a1","name":"shop","start_time":1,"in_progress":true}"#;
const CALL: &str = r#"{"trace_id":"A1","id":"a2","parent_id":"a1","type":"subsegment","name":"stock.example","ns":"remote","start_time":1.2,"end_time":1.7}"#;
const CALL_BEGUN: &str = r#"{"trace_id":"A1","id":"a2","parent_id":"a1","type":"subsegment","name":"stock.example","ns":"remote","start_time":1.2,"in_progress":true}"#;
const STOCK: &str =
    r#"{"trace_id":"A1","id":"a3","parent_id":"a2","name":"stock","start_time":1.3,"end_time":1.6}"#;
const STOCK_BEGUN: &str =
    r#"{"trace_id":"A1","id":"a3","parent_id":"a2","name":"stock","start_time":1.3,"in_progress":true}"#;

/// The documents, taken at these seconds, in the order of the journal.
fn taken(documents: &[(f64, &str)]) -> Vec<Received> {
    (0..)
        .zip(documents)
        .map(|(position, (second, line))| received(position, *second, line))
        .collect()
}

/// `name count` of every node, `from→to count` of every edge. The client is called `client`.
fn counts(graph: &ServiceGraph) -> Vec<String> {
    let name = |id: &NodeId| {
        if id.is_client() {
            "client".to_owned()
        } else {
            id.name.to_string()
        }
    };
    let total = |edge: &Edge| edge.tally.counts.total();
    let nodes = graph.nodes.iter().filter(|(id, _)| !id.is_client());
    let nodes = nodes.map(|(id, node)| format!("{} {}", name(id), node.tally.counts.total()));
    let edges = graph.edges.iter();
    let edges = edges.map(|((from, to, _), edge)| format!("{}→{} {}", name(from), name(to), total(edge)));
    nodes.chain(edges).collect()
}

#[test]
fn settled_2_a_call_waits_for_its_owners_completing_document() {
    let documents = taken(&[(5.0, SHOP_BEGUN), (10.0, CALL), (20.0, SHOP)]);
    assert!(counts(&window(&documents, 0, 19)).is_empty());
    let all = [
        "shop 1",
        "stock.example 1",
        "shop→stock.example 1",
        "client→shop 1",
    ];
    assert_eq!(counts(&window(&documents, 20, 20)), all);
    assert!(
        counts(&window(&documents, 21, 60)).is_empty(),
        "nothing counts twice"
    );
}

#[test]
fn settled_2_a_late_call_counts_alone_and_its_source_appears_with_zero_counts() {
    let documents = taken(&[(10.0, SHOP), (20.0, CALL)]);
    assert_eq!(counts(&window(&documents, 0, 19)), ["shop 1", "client→shop 1"]);
    let late = window(&documents, 20, 20);
    assert_eq!(
        counts(&late),
        ["shop 0", "stock.example 1", "shop→stock.example 1"]
    );
    assert!(
        late.nodes.values().all(|node| !node.is_root),
        "the root was counted elsewhere"
    );
}

#[test]
fn selection_4_both_bounds_are_inclusive_seconds() {
    let documents = taken(&[(10.9, SHOP)]);
    for (first, last, is_counted) in [
        (10, 10, true),
        (0, 10, true),
        (10, 20, true),
        (0, 9, false),
        (11, 20, false),
    ] {
        assert_eq!(
            !window(&documents, first, last).nodes.is_empty(),
            is_counted,
            "{first}..{last}"
        );
    }
}

#[test]
fn selection_4_receipt_decides_and_not_the_times_in_the_document() {
    let old = SHOP.replace(
        r#""start_time":1,"end_time":3"#,
        r#""start_time":-900000,"end_time":-899999"#,
    );
    let documents = taken(&[(30.0, &old)]);
    assert_eq!(counts(&window(&documents, 30, 30)), ["shop 1", "client→shop 1"]);
}

#[test]
fn selection_4_the_topology_is_the_one_of_the_windows_end() {
    let documents = taken(&[(10.0, SHOP), (10.0, CALL), (40.0, STOCK)]);
    let before = [
        "shop 1",
        "stock.example 1",
        "shop→stock.example 1",
        "client→shop 1",
    ];
    assert_eq!(counts(&window(&documents, 0, 39)), before);
    assert_eq!(
        counts(&window(&documents, 0, 40)),
        ["shop 1", "stock 1", "shop→stock 1", "client→shop 1"]
    );
    // The call was counted before this window began, so its edge is not part of it.
    assert_eq!(counts(&window(&documents, 11, 40)), ["stock 1"]);
}

#[test]
fn settled_5_what_is_unfinished_counts_nowhere() {
    let documents = taken(&[(10.0, SHOP_BEGUN), (10.0, CALL)]);
    assert!(counts(&window(&documents, 0, 60)).is_empty());
    let documents = taken(&[(10.0, SHOP), (10.0, CALL_BEGUN)]);
    assert_eq!(counts(&window(&documents, 0, 60)), ["shop 1", "client→shop 1"]);
    assert_eq!(counts(&whole(&documents)), ["shop 1", "client→shop 1"]);
}

#[test]
fn settled_5_an_unfinished_callee_claims_its_call_and_the_edge_does_not_wait_for_it() {
    let documents = taken(&[(10.0, SHOP), (10.0, CALL), (11.0, STOCK_BEGUN), (30.0, STOCK)]);
    let running = ["shop 1", "stock 0", "shop→stock 1", "client→shop 1"];
    assert_eq!(counts(&window(&documents, 0, 29)), running);
    assert_eq!(
        counts(&window(&documents, 0, 30)),
        ["shop 1", "stock 1", "shop→stock 1", "client→shop 1"]
    );
}

#[test]
fn settled_5_an_edge_without_a_call_waits_for_the_callee_only() {
    let function =
        r#"{"trace_id":"A1","id":"a4","parent_id":"a1","name":"function","start_time":1.3,"end_time":1.6}"#;
    let documents = taken(&[(10.0, SHOP_BEGUN), (11.0, function), (30.0, SHOP)]);
    assert_eq!(
        counts(&window(&documents, 0, 29)),
        ["function 1", "shop 0", "shop→function 1"]
    );
    assert_eq!(counts(&window(&documents, 30, 30)), ["shop 1", "client→shop 1"]);
}

#[test]
fn settled_6_a_call_whose_owner_never_came_makes_no_node() {
    let documents = taken(&[(10.0, CALL)]);
    assert!(counts(&window(&documents, 0, 60)).is_empty());
    assert!(counts(&whole(&documents)).is_empty());
}

#[test]
fn settled_8_a_second_callee_adds_one_count_to_its_edge() {
    let callee = |id: &str, name: &str| STOCK.replace("a3", id).replace("stock", name);
    let (again, other) = (callee("a4", "stock"), callee("a5", "other"));
    let mut documents = taken(&[(10.0, SHOP), (10.0, CALL), (10.0, STOCK), (10.0, &again)]);
    assert_eq!(
        counts(&window(&documents, 0, 60)),
        ["shop 1", "stock 2", "shop→stock 2", "client→shop 1"]
    );
    documents.push(received(9, 10.0, &other));
    let graph = window(&documents, 0, 60);
    let expected = [
        "other 1",
        "shop 1",
        "stock 2",
        "shop→other 1",
        "shop→stock 2",
        "client→shop 1",
    ];
    assert_eq!(counts(&graph), expected);
    let edge = |to: &str| {
        let id = |name: &str| NodeId {
            name: name.into(),
            node_type: None,
            account: None,
        };
        &graph.edges[&(id("shop"), id(to), EdgeKind::Call)]
    };
    assert_eq!(
        edge("stock").tally.response_millis(),
        1_000,
        "the call's half second for each callee"
    );
    assert_eq!(edge("other").aliases, edge("stock").aliases);
}

#[test]
fn step_4_a_running_root_keeps_back_what_it_owns_and_nothing_else() {
    let documents = taken(&[(10.0, SHOP_BEGUN), (10.0, CALL), (10.0, STOCK)]);
    assert_eq!(counts(&window(&documents, 0, 60)), ["stock 1"]);
}

#[test]
fn step_3_every_segment_without_a_parent_is_a_root_with_a_client() {
    let second = SHOP
        .replace("a1", "b1")
        .replace("shop", "job")
        .replace("\"start_time\":1", "\"start_time\":2");
    let documents = taken(&[(10.0, SHOP), (10.0, &second)]);
    let graph = window(&documents, 0, 60);
    assert_eq!(
        counts(&graph),
        ["job 1", "shop 1", "client→job 1", "client→shop 1"]
    );
    assert_eq!(graph.nodes.values().filter(|node| node.is_root).count(), 2);
}
