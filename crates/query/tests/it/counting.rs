//! The two switches that change how traces are counted: `promote_detached_root` (trace-summaries.md 1) and `graph_clock`
//! (service-graph.md 4), each in both positions.

use serde_json::{Value, json};
use service_graph::{Counting, GraphClock};
use trace::Roots;

use crate::world::{NONE, START, World, entity_id, segment, trace_id, window, with};

fn promoting() -> Counting {
    Counting {
        roots: Roots::OrDetached,
        ..Counting::default()
    }
}

fn by_documents() -> Counting {
    Counting {
        clock: GraphClock::Document,
        ..Counting::default()
    }
}

/// A segment whose parent was not received, faulted, and what it called; both of trace 1.
fn detached() -> [Value; 2] {
    let entry = json!({ "parent_id": entity_id(0xff), "fault": true,
                        "http": { "request": { "method": "GET" }, "response": { "status": 503 } } });
    let callee = json!({ "id": entity_id(7), "parent_id": entity_id(0x100), "name": "stock" });
    [
        with(segment(1, 1.0, 3.0), entry),
        with(segment(1, 1.5, 2.5), callee),
    ]
}

/// Names and types of the nodes of a graph.
fn nodes(graph: &Value) -> Vec<(&str, Option<&str>, bool)> {
    let services = graph["Services"].as_array().expect("always there").iter();
    services
        .map(|service| {
            let name = service["Name"].as_str().expect("always there");
            (name, service["Type"].as_str(), service["Root"] == json!(true))
        })
        .collect()
}

async fn finds(world: &World, expression: &str) -> bool {
    let asked = with(window(0.0, 60.0), json!({ "FilterExpression": expression }));
    world.numbers(asked).await == [1]
}

/// trace-summaries.md 1: by default a detached segment is never the root.
#[tokio::test]
async fn trace_summaries_1_a_detached_segment_is_no_root() {
    let world = World::new().await;
    world.put(&detached()).await;
    for _ in 0..2 {
        let summary = world.summary(window(0.0, 60.0)).await;
        for (member, expected) in [
            ("HasFault", json!(false)),
            ("IsPartial", json!(true)),
            ("Http", json!({})),
        ] {
            assert_eq!(summary[member], expected, "{member}");
        }
        assert_eq!(
            (summary.get("EntryPoint"), summary.get("ResponseTime")),
            (None, None)
        );
        assert_eq!(
            nodes(&world.graph(0.0, 60.0).await),
            [("shop", None, false), ("stock", None, false)]
        );
        for expression in [
            "fault",
            "root",
            "http.status = 503",
            "service(id(type: \"client\"))",
        ] {
            assert!(!finds(&world, expression).await, "{expression}");
        }
        world.cut().await;
    }
}

/// trace-summaries.md 1: with `promote_detached_root` it is the root everywhere, and the trace stays partial.
#[tokio::test]
async fn trace_summaries_1_with_promote_detached_root_it_is_the_root_everywhere() {
    let mut world = World::counting(promoting()).await;
    world.put(&detached()).await;
    let client = [
        ("shop", None, true),
        ("shop", Some("client"), false),
        ("stock", None, false),
    ];
    for _ in 0..2 {
        let summary = world.summary(window(0.0, 60.0)).await;
        for (member, expected) in [
            ("HasFault", json!(true)),
            ("IsPartial", json!(true)),
            ("Http", json!({ "HttpMethod": "GET", "HttpStatus": 503 })),
            ("ResponseTime", json!(2.0)),
            ("EntryPoint", json!({ "Name": "shop", "Names": ["shop"] })),
        ] {
            assert_eq!(summary[member], expected, "{member}");
        }
        assert_eq!(nodes(&world.graph(0.0, 60.0).await), client);
        assert_eq!(nodes(&world.trace_graph(&trace_id(1)).await), client);
        let series = world.series(window(0.0, 120.0)).await;
        let point = &series["TimeSeriesServiceStatistics"][0]["EdgeSummaryStatistics"];
        assert_eq!(point["FaultStatistics"]["TotalCount"], json!(1));
        for expression in [
            "fault",
            "root partial",
            "http.status = 503",
            "responsetime = 2",
            "service(id(type: \"client\"))",
            "edge(id(type: \"client\"), \"shop\") { fault }",
        ] {
            assert!(finds(&world, expression).await, "{expression}");
        }
        world.cut().await;
        world = world.restarted().await;
    }
}

/// trace-summaries.md 1: "if a trace has no root": with the parent it is as without the switch, live, stored and summed.
#[tokio::test]
async fn trace_summaries_1_a_promoted_root_steps_back_when_its_parent_comes() {
    let mut answers = vec![];
    for counting in [Counting::default(), promoting()] {
        let world = World::counting(counting).await;
        world.put(&detached()).await;
        world.cut().await;
        world.wait_until(5.0);
        let caller = with(
            segment(1, 0.0, 4.0),
            json!({ "id": entity_id(0xff), "name": "gateway" }),
        );
        world.put(&[caller]).await;
        let live = (
            world.graph(0.0, 60.0).await,
            world.summaries(window(0.0, 60.0)).await,
        );
        world.cut().await;
        let stored = (
            world.graph(0.0, 60.0).await,
            world.summaries(window(0.0, 60.0)).await,
        );
        assert_eq!(live, stored);
        let expected = [
            ("gateway", None, true),
            ("gateway", Some("client"), false),
            ("shop", None, false),
            ("stock", None, false),
        ];
        assert_eq!(nodes(&stored.0), expected);
        assert!(!finds(&world, "fault").await);
        answers.push(stored);
    }
    assert_eq!(answers[0], answers[1]);
}

/// What ended ninety days ago, further back than the retention: trace 1 with a call, whose callee came half a minute later.
async fn old(world: &World) -> f64 {
    let then = -90.0 * 86_400.0;
    let call = json!({ "trace_id": trace_id(1), "id": entity_id(6), "parent_id": entity_id(0x100), "name": "stock.example",
                       "type": "subsegment", "namespace": "remote",
                       "start_time": START as f64 + then + 1.0, "end_time": START as f64 + then + 2.0 });
    let callee = json!({ "id": entity_id(7), "parent_id": entity_id(6), "name": "stock" });
    let callee = with(segment(1, then + 1.0, then + 30.0), callee);
    world.put(&[segment(1, then, then + 3.0), call, callee]).await;
    world.put(&[segment(2, then + 90.0, then + 100.0)]).await;
    then
}

/// service-graph.md 4: by default receipts decide, so old traces appear now.
#[tokio::test]
async fn service_graph_4_by_default_old_traces_appear_when_they_are_received() {
    let world = World::new().await;
    let then = old(&world).await;
    for _ in 0..2 {
        assert_eq!(world.graph(then, then + 3_600.0).await["Services"], json!([]));
        assert_eq!(nodes(&world.graph(0.0, 60.0).await).len(), 3);
        world.cut().await;
    }
}

/// service-graph.md 4: with `graph_clock = document` the documents' own times decide, in graphs and time series.
#[tokio::test]
async fn service_graph_4_with_graph_clock_document_old_traces_appear_when_they_ended() {
    let mut world = World::counting(by_documents()).await;
    let then = old(&world).await;
    let shop = [("shop", None, true), ("shop", Some("client"), false)];
    for _ in 0..3 {
        assert_eq!(
            world.graph(-60.0, 3_600.0).await["Services"],
            json!([]),
            "nothing ended then"
        );
        let whole = world.graph(then, then + 3_600.0).await;
        assert_eq!(nodes(&whole), [&shop[..], &[("stock", None, false)]].concat());
        assert_eq!(whole["Services"][0]["SummaryStatistics"]["TotalCount"], json!(2));
        // As of the third second the callee had not ended: it is inferred.
        let early = world.graph(then, then + 3.0).await;
        assert_eq!(
            nodes(&early),
            [&shop[..], &[("stock.example", Some("remote"), false)]].concat()
        );
        assert_eq!(early["Services"][0]["SummaryStatistics"]["TotalCount"], json!(1));
        let late = world.graph(then + 60.0, then + 120.0).await;
        assert_eq!(nodes(&late), shop);
        let series = world.series(window(then, then + 3_600.0)).await;
        let stamps: Vec<f64> = series["TimeSeriesServiceStatistics"]
            .as_array()
            .expect("always there")
            .iter()
            .filter_map(|point| point["Timestamp"].as_f64())
            .map(|stamp| stamp - START as f64 - then)
            .collect();
        assert_eq!(stamps, [120.0, 60.0]);
        // Summaries have clocks of their own.
        let event = with(window(0.0, 60.0), json!({ "TimeRangeType": "Event" }));
        assert_eq!(world.numbers(event).await, [2, 1]);
        assert_eq!(world.numbers(window(0.0, 60.0)).await, NONE);
        world.cut().await;
        world = world.restarted().await;
    }
}
