//! What a node is and what its numbers mean: service-graph.md 1 to 4, as the API prints it.

use serde_json::{Value, json};

use crate::world::{START, World, entity_id, segment, trace_id, window, with};

fn call(id: u64, from: f64, until: f64, members: Value) -> Value {
    let call =
        json!({ "id": entity_id(id), "start_time": START as f64 + from, "end_time": START as f64 + until });
    with(call, members)
}

fn calling(trace: u64, calls: &[Value]) -> Value {
    with(segment(trace, 0.0, 1.0), json!({ "subsegments": calls }))
}

fn nodes(graph: &Value) -> &[Value] {
    graph["Services"].as_array().expect("always there")
}

fn node<'g>(graph: &'g Value, name: &str) -> &'g Value {
    let found = nodes(graph)
        .iter()
        .find(|node| node["Name"] == name && node["Type"] != "client");
    found.expect("a node of that name")
}

/// Ok, error, throttle, fault and total.
fn counts(part: &Value) -> [i64; 5] {
    let statistics = &part["SummaryStatistics"];
    let number = |value: &Value| value.as_i64().expect("always there");
    let (errors, faults) = (&statistics["ErrorStatistics"], &statistics["FaultStatistics"]);
    let found = [
        number(&statistics["OkCount"]),
        number(&errors["OtherCount"]),
        number(&errors["ThrottleCount"]),
        number(&faults["OtherCount"]),
        number(&statistics["TotalCount"]),
    ];
    assert_eq!(number(&errors["TotalCount"]), found[1] + found[2]);
    assert_eq!(number(&faults["TotalCount"]), found[3]);
    assert_eq!(found[4], found[..4].iter().sum::<i64>());
    found
}

/// service-graph.md 3, client nodes.
#[tokio::test]
async fn service_graph_3_a_canary_is_a_client_of_its_own_type() {
    let agent =
        "Mozilla/5.0 (X11) HeadlessChrome CloudWatchSynthetics/arn:aws:synthetics:us-east-1:1:canary:shop";
    let canary = json!({ "http": { "request": { "user_agent": agent } } });
    let world = World::new().await;
    world
        .put(&[segment(1, 0.0, 1.0), with(segment(2, 0.0, 1.0), canary)])
        .await;
    for is_stored in [false, true] {
        if is_stored {
            world.cut().await;
        }
        let graph = world.graph(0.0, 10.0).await;
        let types: Vec<&Value> = nodes(&graph).iter().map(|node| &node["Type"]).collect();
        let count = |wanted: &str| types.iter().filter(|one| ***one == wanted).count();
        assert_eq!((count("client"), count("client::Synthetics")), (1, 1), "{graph}");
        for (node_type, trace) in [("client", 1), ("client::Synthetics", 2)] {
            let selector = format!(r#"id(name: "shop", type: "{node_type}")"#);
            for filter in [
                format!("service({selector})"),
                format!(r#"edge({selector}, "shop")"#),
            ] {
                let request = with(window(-10.0, 10.0), json!({ "FilterExpression": filter }));
                assert_eq!(world.numbers(request).await, [trace], "{filter}");
            }
        }
    }
}

/// service-graph.md 3, the table of inferred nodes, its spellings, and that `traced` changes nothing.
#[tokio::test]
async fn service_graph_3_every_row_of_the_table_of_inferred_nodes() {
    let rows = include_str!("../../../../fixtures/graphs/3-inferred-nodes.json");
    let rows: Vec<Value> = serde_json::from_str(rows).expect("rows");
    let world = World::new().await;
    for (number, row) in (1..).zip(&rows) {
        let subsegment = call(number, 0.1, 0.2, row["Subsegment"].clone());
        world.put(&[calling(number, &[subsegment])]).await;
        let graph = world.trace_graph(&trace_id(number)).await;
        let inferred: Vec<Value> = nodes(&graph)
            .iter()
            .filter(|node| node["Name"] != "shop")
            .map(|node| json!({ "Name": node["Name"], "Type": node["Type"], "State": node["State"] }))
            .collect();
        let expected: Vec<Value> = row.get("Node").into_iter().cloned().collect();
        assert_eq!(inferred, expected, "{row}");
        // trace-summaries.md 2: the summary names the same nodes.
        let page = world.summaries(window(0.0, 1.0)).await;
        let summaries = page["TraceSummaries"].as_array().expect("a list");
        let summary = summaries.iter().find(|each| each["Id"] == trace_id(number));
        let ids = &summary.expect("it is known")["ServiceIds"];
        let named: Vec<Value> = ids
            .as_array()
            .expect("a list")
            .iter()
            .filter(|id| id["Name"] != "shop")
            .map(|id| json!({ "Name": id["Name"], "Type": id["Type"] }))
            .collect();
        let expected: Vec<Value> = expected
            .iter()
            .map(|node| json!({ "Name": node["Name"], "Type": node["Type"] }))
            .collect();
        assert_eq!(named, expected, "{row}");
    }
    assert!(rows.len() >= 18);
}

/// service-graph.md 1: which members are there, and on which nodes.
#[tokio::test]
async fn service_graph_1_members_of_nodes_and_edges() {
    let world = World::new().await;
    let remote = json!({ "name": "stock.example", "namespace": "remote" });
    let ours = with(
        calling(1, &[call(5, 0.1, 0.9, remote)]),
        json!({ "aws": { "account_id": crate::world::HOME } }),
    );
    let theirs = with(
        segment(2, 0.0, 1.0),
        json!({ "name": "theirs", "origin": "AWS::ECS::Container", "aws": { "account_id": "222222222222" } }),
    );
    let function = with(
        segment(3, 0.0, 1.0),
        json!({ "name": "fn", "origin": "AWS::Lambda::Function", "aws": { "account_id": crate::world::HOME } }),
    );
    world.put(&[ours, theirs, function]).await;
    let graph = world.graph(0.0, 60.0).await;
    for node in nodes(&graph) {
        assert_eq!(node["Names"], json!([node["Name"]]));
        assert!(node["Edges"].is_array());
        let is_client = node["Type"] == "client";
        for member in ["SummaryStatistics", "DurationHistogram", "ResponseTimeHistogram"] {
            assert_eq!(node.get(member).is_none(), is_client, "{member} of {node}");
        }
        for edge in node["Edges"].as_array().expect("a list") {
            assert!(
                edge["Aliases"].is_array() && edge["ResponseTimeHistogram"].is_array(),
                "{edge}"
            );
            assert_eq!(
                (edge.get("EdgeType"), edge.get("ReceivedEventAgeHistogram")),
                (None, None)
            );
        }
    }
    let shop = node(&graph, "shop");
    assert_eq!((shop.get("Type"), shop.get("AccountId")), (None, None));
    assert_eq!((&shop["Root"], &shop["State"]), (&json!(true), &json!("active")));
    let stock = node(&graph, "stock.example");
    assert_eq!((stock.get("Root"), &stock["State"]), (None, &json!("passive")));
    assert_eq!(node(&graph, "theirs")["AccountId"], json!("222222222222"));
    // settled.md 10: functions always name theirs.
    assert_eq!(node(&graph, "fn")["AccountId"], json!(crate::world::HOME));
    // service-graph.md 4, step 9: by name, then type with none first.
    let order: Vec<(String, String)> = nodes(&graph)
        .iter()
        .map(|node| {
            let text = |member: &str| node[member].as_str().unwrap_or_default().to_owned();
            (text("Name"), text("Type"))
        })
        .collect();
    assert!(order.is_sorted(), "{order:?}");
    let references: Vec<Option<u64>> = nodes(&graph)
        .iter()
        .map(|node| node["ReferenceId"].as_u64())
        .collect();
    assert_eq!(references, (0..order.len() as u64).map(Some).collect::<Vec<_>>());
}

/// service-graph.md 2: exactly one class, the first that fits, and only flags decide.
#[tokio::test]
async fn service_graph_2_every_combination_of_flags_has_one_class() {
    for bits in 0..8_u64 {
        let (throttle, fault, error) = (bits & 1 > 0, bits & 2 > 0, bits & 4 > 0);
        let world = World::new().await;
        let flags = json!({ "throttle": throttle, "fault": fault, "error": error,
                            "http": { "response": { "status": 503 } } });
        world.put(&[with(segment(1, 0.0, 1.0), flags)]).await;
        let expected = match (throttle, fault, error) {
            (true, _, _) => [0, 0, 1, 0, 1],
            (_, true, _) => [0, 0, 0, 1, 1],
            (_, _, true) => [0, 1, 0, 0, 1],
            _ => [1, 0, 0, 0, 1],
        };
        let graph = world.graph(0.0, 60.0).await;
        assert_eq!(
            counts(node(&graph, "shop")),
            expected,
            "{throttle} {fault} {error}"
        );
    }
}

/// service-graph.md 2 and settled.md 4: unrounded times are summed and rounded once; a negative span counts as 0.
#[tokio::test]
async fn service_graph_2_and_settled_4_sums_are_rounded_once() {
    let world = World::new().await;
    // Three times 0.4 ms: 1.2 ms together, each 0 ms by itself.
    let texts: Vec<_> = (1..=3)
        .map(|number| {
            let (trace, id) = (trace_id(number), entity_id(number));
            format!(
                r#"{{"trace_id":"{trace}","id":"{id}","name":"quick","start_time":{START}.1,"end_time":{START}.1004}}"#
            )
        })
        .chain([format!(
            r#"{{"trace_id":"{}","id":"{}","name":"back","start_time":{START}.5,"end_time":{START}.25}}"#,
            trace_id(4),
            entity_id(4)
        )])
        .map(Into::into)
        .collect();
    assert_eq!(world.ingest.put(&texts).await.expect("durable"), vec![]);
    for _ in 0..2 {
        let graph = world.graph(0.0, 60.0).await;
        let quick = node(&graph, "quick");
        assert_eq!(quick["SummaryStatistics"]["TotalResponseTime"], json!(0.001));
        assert_eq!(
            quick["ResponseTimeHistogram"],
            json!([{ "Value": 0.0, "Count": 3 }])
        );
        let back = node(&graph, "back");
        assert_eq!(back["SummaryStatistics"]["TotalResponseTime"], json!(0.0));
        world.cut().await;
    }
}

/// service-graph.md 2: up to 200 distinct values as they are, beyond that at most 100 with exact counts, ascending.
#[tokio::test]
async fn service_graph_2_histograms_are_exact_up_to_two_hundred_values() {
    for (requests, is_exact) in [(200_u32, true), (201, false), (1_000, false)] {
        let world = World::new().await;
        let documents: Vec<Value> = (1..=requests)
            .map(|number| segment(u64::from(number), 0.0, f64::from(number) / 1_000.0))
            .collect();
        world.put(&documents).await;
        let graph = world.graph(0.0, 60.0).await;
        let buckets = node(&graph, "shop")["ResponseTimeHistogram"]
            .as_array()
            .expect("a list")
            .clone();
        let values: Vec<f64> = buckets
            .iter()
            .filter_map(|bucket| bucket["Value"].as_f64())
            .collect();
        assert!(values.is_sorted_by(|one, two| one < two), "{values:?}");
        let total: i64 = buckets.iter().filter_map(|bucket| bucket["Count"].as_i64()).sum();
        assert_eq!(total, i64::from(requests));
        if is_exact {
            assert_eq!(values.len(), 200);
        } else {
            assert!(values.len() <= 100, "{}", values.len());
        }
        assert_eq!(world.graph(0.0, 60.0).await, graph, "the same each time");
    }
}

/// service-graph.md 3, last row: a late callee's segment takes the inferred node's place. Section 7, invariant 6.
#[tokio::test]
async fn service_graph_3_a_late_segment_replaces_the_inferred_node_in_new_reads() {
    let world = World::new().await;
    let remote = json!({ "name": "stock.example", "namespace": "remote" });
    world.put(&[calling(1, &[call(5, 0.1, 0.9, remote)])]).await;
    world.cut().await;
    let before = world.trace_graph(&trace_id(1)).await;
    let callee = with(
        segment(1, 0.2, 0.8),
        json!({ "id": entity_id(6), "parent_id": entity_id(5), "name": "stock" }),
    );
    world.put(&[callee]).await;
    for _ in 0..2 {
        let after = world.trace_graph(&trace_id(1)).await;
        assert_eq!(nodes(&after).len(), 3);
        assert_eq!(node(&after, "stock")["State"], json!("active"));
        let (was, is) = (
            &node(&before, "shop")["Edges"][0],
            &node(&after, "shop")["Edges"][0],
        );
        assert_eq!(was["SummaryStatistics"], is["SummaryStatistics"]);
        assert_eq!(was["ResponseTimeHistogram"], is["ResponseTimeHistogram"]);
        assert_eq!(was["Aliases"], json!([]));
        let alias = json!([{ "Name": "stock.example", "Names": ["stock.example"], "Type": "remote" }]);
        assert_eq!(is["Aliases"], alias);
        world.cut().await;
    }
}

/// service-graph.md 4: what a node's and an edge's times are, over several traces.
#[tokio::test]
async fn service_graph_4_times_are_the_seconds_of_the_roots() {
    let world = World::new().await;
    let remote = || json!({ "name": "stock.example", "namespace": "remote" });
    let at = |trace: u64, start: f64, calls: Value| {
        with(
            segment(trace, start, start + 1.0),
            json!({ "subsegments": calls }),
        )
    };
    world.put(&[at(1, 10.7, json!([]))]).await;
    world
        .put(&[at(2, 20.2, json!([call(5, 20.3, 20.9, remote())]))])
        .await;
    world.put(&[at(3, 30.9, json!([]))]).await;
    // No root: the earliest start.
    let detached = json!({ "parent_id": entity_id(0x77), "name": "back" });
    world.put(&[with(segment(4, 40.5, 41.5), detached)]).await;
    for _ in 0..2 {
        let graph = world.graph(0.0, 60.0).await;
        let times = |part: &Value| {
            let after = |member: &str| part[member].as_f64().expect("always there") as i64 - START;
            (after("StartTime"), after("EndTime"))
        };
        assert_eq!(times(&graph), (10, 40), "of the whole");
        assert_eq!(times(node(&graph, "shop")), (10, 31));
        assert_eq!(times(node(&graph, "stock.example")), (20, 21));
        assert_eq!(times(node(&graph, "back")), (40, 41));
        assert_eq!(
            times(&node(&graph, "shop")["Edges"][0]),
            (10, 31),
            "those of its source"
        );
        world.cut().await;
    }
}

/// service-graph.md 4, step 7: self edges are kept; settled.md 8: a second callee adds one count.
#[tokio::test]
async fn service_graph_4_and_settled_8_self_edges_and_second_callees() {
    let world = World::new().await;
    let remote = json!({ "name": "shop.example", "namespace": "remote" });
    let callee = |id: u64| {
        with(
            segment(1, 0.2, 0.8),
            json!({ "id": entity_id(id), "parent_id": entity_id(5) }),
        )
    };
    world
        .put(&[calling(1, &[call(5, 0.1, 0.9, remote)]), callee(6), callee(7)])
        .await;
    for _ in 0..2 {
        let graph = world.graph(0.0, 60.0).await;
        let shop = node(&graph, "shop");
        assert_eq!(counts(shop), [3, 0, 0, 0, 3]);
        let [edge] = shop["Edges"].as_array().expect("a list").as_slice() else {
            panic!("{graph:#}")
        };
        assert_eq!(edge["ReferenceId"], shop["ReferenceId"]);
        assert_eq!(counts(edge), [2, 0, 0, 0, 2]);
        world.cut().await;
    }
}

/// segment-documents.md 7, service-graph.md 2: what ends before it starts is kept and took no time.
#[tokio::test]
async fn service_graph_2_what_ends_before_it_starts_took_no_time() {
    let world = World::new().await;
    let backwards = call(6, 3.0, 1.0, json!({ "name": "db", "namespace": "remote" }));
    world
        .put(&[with(segment(1, 5.0, 4.0), json!({ "subsegments": [backwards] }))])
        .await;
    for _ in 0..2 {
        let graph = world.graph(0.0, 60.0).await;
        for name in ["shop", "db"] {
            let node = node(&graph, name);
            assert_eq!(counts(node), [1, 0, 0, 0, 1], "{name}");
            assert_eq!(node["SummaryStatistics"]["TotalResponseTime"], json!(0.0));
            assert_eq!(
                node["ResponseTimeHistogram"],
                json!([{ "Value": 0.0, "Count": 1 }])
            );
        }
        let summary = world.summary(window(0.0, 60.0)).await;
        assert_eq!(summary["ResponseTime"], json!(0.0));
        world.cut().await;
    }
}
