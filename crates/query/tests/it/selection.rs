//! What GetServiceGraph selects: service-graph.md 4, "Selection for GetServiceGraph".

use serde_json::{Value, json};

use crate::world::{START, World, entity_id, invalid, refusal, segment, violation, window, with};

fn call(id: u64, name: &str) -> Value {
    json!({ "id": entity_id(id), "name": name, "namespace": "remote",
            "start_time": START as f64 + 0.1, "end_time": START as f64 + 0.9 })
}

/// Name and total of each node that is no client's.
fn totals(graph: &Value) -> Vec<(String, i64)> {
    let nodes = graph["Services"].as_array().expect("always there").iter();
    nodes
        .filter_map(|node| {
            let total = node["SummaryStatistics"]["TotalCount"].as_i64()?;
            Some((node["Name"].as_str()?.to_owned(), total))
        })
        .collect()
}

fn named(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected
        .iter()
        .map(|(name, total)| ((*name).to_owned(), *total))
        .collect()
}

/// service-graph.md 4: receipt of the completing document decides; old traces that are imported appear now.
#[tokio::test]
async fn service_graph_4_receipt_decides_and_not_the_times_of_documents() {
    let world = World::new().await;
    let year_ago = -365.0 * 86_400.0;
    world.receive(100.0, &segment(1, year_ago, year_ago + 1.0)).await;
    for _ in 0..2 {
        assert_eq!(totals(&world.graph(100.0, 100.0).await), named(&[("shop", 1)]));
        assert_eq!(totals(&world.graph(year_ago - 60.0, year_ago + 60.0).await), []);
        let graph = world.graph(100.0, 100.0).await;
        assert_eq!(
            graph["StartTime"],
            json!(START as f64 + year_ago),
            "times are the documents'"
        );
        world.cut().await;
    }
}

/// service-graph.md 4 and settled.md 2: a document that only begins counts nowhere.
#[tokio::test]
async fn service_graph_4_and_settled_2_the_completing_document_is_the_one_that_counts() {
    let world = World::new().await;
    world.receive(10.0, &crate::summaries::running(1, 0.0)).await;
    world.receive(200.0, &segment(1, 0.0, 1.0)).await;
    for _ in 0..2 {
        assert_eq!(totals(&world.graph(0.0, 199.0).await), []);
        assert_eq!(totals(&world.graph(200.0, 260.0).await), named(&[("shop", 1)]));
        world.cut().await;
    }
}

/// service-graph.md 4 and settled.md 3: both bounds are inclusive, so adjacent windows may count a request twice.
#[tokio::test]
async fn service_graph_4_and_settled_3_both_bounds_are_inclusive_seconds() {
    let world = World::new().await;
    for (number, receipt) in [(1, 59.999), (2, 60.0), (3, 60.5), (4, 120.999), (5, 121.0)] {
        world.receive(receipt, &segment(number, 0.0, 1.0)).await;
    }
    for _ in 0..2 {
        for (from, until, expected) in [
            (0.0, 60.0, 3),
            (60.0, 120.0, 3),
            (61.0, 119.0, 0),
            (60.0, 60.0, 2),
            (120.0, 121.0, 2),
            (0.0, 1_000.0, 5),
        ] {
            let total: i64 = totals(&world.graph(from, until).await)
                .iter()
                .map(|(_, total)| total)
                .sum();
            assert_eq!(total, expected, "{from}..{until}");
        }
        world.cut().await;
    }
}

/// service-graph.md 4 and settled.md 1: the topology is that of the window's end.
#[tokio::test]
async fn service_graph_4_and_settled_1_a_late_callee_does_not_change_earlier_windows() {
    for is_cut_between in [false, true] {
        let world = World::new().await;
        let caller = with(
            segment(1, 0.0, 1.0),
            json!({ "subsegments": [call(5, "stock.example")] }),
        );
        world.receive(10.0, &caller).await;
        if is_cut_between {
            world.cut().await;
        }
        let callee = with(
            segment(1, 0.2, 0.8),
            json!({ "id": entity_id(6), "parent_id": entity_id(5), "name": "stock" }),
        );
        world.receive(100.0, &callee).await;
        for _ in 0..2 {
            let before = named(&[("shop", 1), ("stock.example", 1)]);
            assert_eq!(totals(&world.graph(0.0, 60.0).await), before);
            assert_eq!(totals(&world.graph(0.0, 99.0).await), before);
            let after = named(&[("shop", 1), ("stock", 1)]);
            assert_eq!(totals(&world.graph(0.0, 100.0).await), after);
            // Only the callee is counted there; the caller's node has no count of its own in the window.
            assert_eq!(totals(&world.graph(100.0, 100.0).await), named(&[("stock", 1)]));
            world.cut().await;
        }
    }
}

/// service-graph.md 4 and api.md 8, point 11.
#[tokio::test]
async fn service_graph_4_what_cannot_be_a_graph_is_refused() {
    let world = World::new().await;
    let asked = |from: f64, until: f64, more: Value| with(window(from, until), more);
    for (request, expected) in [
        (
            asked(10.0, 5.0, json!({})),
            invalid("End time cannot be earlier than start time"),
        ),
        (
            asked(0.0, 21_601.0, json!({})),
            invalid("Time range cannot be longer than 6 hours"),
        ),
        (
            asked(0.0, 21_600.001, json!({})),
            invalid("Time range cannot be longer than 6 hours"),
        ),
        (
            asked(0.0, 1.0, json!({ "NextToken": "x" })),
            invalid("NextToken is currently not supported"),
        ),
        (
            asked(0.0, 1.0, json!({ "GroupName": "no-such-group" })),
            invalid("Group not found."),
        ),
        (
            asked(
                0.0,
                1.0,
                json!({ "GroupName": "a", "GroupARN": "arn:aws:xray:us-east-1:000000000000:group/a/B" }),
            ),
            invalid("Provide either GroupName or GroupARN"),
        ),
        (
            json!({ "EndTime": START }),
            violation("null", "startTime", "Member must not be null"),
        ),
        (
            json!({ "StartTime": START }),
            violation("null", "endTime", "Member must not be null"),
        ),
    ] {
        assert_eq!(
            refusal(world.try_graph(request.clone()).await),
            expected,
            "{request}"
        );
    }
    for request in [
        asked(0.0, 21_600.0, json!({})),
        asked(0.0, 0.0, json!({})),
        asked(0.0, 1.0, json!({ "GroupName": "Default" })),
    ] {
        let empty = world.try_graph(request).await.expect("an answer");
        assert_eq!(
            empty,
            json!({ "Services": [], "ContainsOldGroupVersions": false }),
            "an empty graph has no times"
        );
    }
}

/// service-graph.md 4: of more nodes than the limit the busiest are kept, and no edge leads to one that is not.
#[tokio::test]
async fn service_graph_4_more_nodes_than_the_limit_keep_the_busiest() {
    let world = World::with(|config| config.graph_nodes_max = 4).await;
    // shop calls a once, b twice, c three times; shop counts 3, and its client is as busy.
    let mut number = 0;
    for names in [&["a", "b", "c"][..], &["b", "c"], &["c"]] {
        number += 1;
        let calls: Vec<Value> = (1..)
            .zip(names)
            .map(|(id, name)| call(number * 16 + id, name))
            .collect();
        let caller = with(segment(number, 0.0, 1.0), json!({ "subsegments": calls }));
        world.receive(10.0, &caller).await;
    }
    for _ in 0..2 {
        let graph = world.graph(0.0, 60.0).await;
        let services = graph["Services"].as_array().expect("a list");
        assert_eq!(services.len(), 4, "{graph:#}");
        assert_eq!(totals(&graph), named(&[("b", 2), ("c", 3), ("shop", 3)]));
        let references: Vec<&Value> = services.iter().map(|node| &node["ReferenceId"]).collect();
        assert_eq!(references, [&json!(0), &json!(1), &json!(2), &json!(3)]);
        let shop = services
            .iter()
            .find(|node| node["Name"] == "shop")
            .expect("a node");
        let edges: Vec<&Value> = shop["Edges"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|edge| &edge["ReferenceId"])
            .collect();
        assert_eq!(edges, [&json!(0), &json!(1)]);
        world.cut().await;
    }
    let wide = World::with(|config| config.graph_nodes_max = 5).await;
    let calls: Vec<Value> = (1..=3)
        .zip(["a", "b", "c"])
        .map(|(id, name)| call(id, name))
        .collect();
    wide.receive(10.0, &with(segment(1, 0.0, 1.0), json!({ "subsegments": calls })))
        .await;
    assert_eq!(
        wide.graph(0.0, 60.0).await["Services"].as_array().map(Vec::len),
        Some(5)
    );
}
