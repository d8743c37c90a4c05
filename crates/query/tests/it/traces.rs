//! BatchGetTraces and GetTraceGraph: trace-summaries.md 6, 7 and 10.12, service-graph.md 4.

use serde_json::{Value, json};

use crate::summaries::running;
use crate::world::{START, World, entity_id, invalid, refusal, segment, trace_id, violation, with};

fn call(id: u64, from: f64, until: f64) -> Value {
    json!({ "id": entity_id(id), "name": "stock.example", "namespace": "remote",
            "start_time": START as f64 + from, "end_time": START as f64 + until })
}

/// trace-summaries.md 10.12 and 6: an unknown trace is absent and nothing else; the order is the request's.
#[tokio::test]
async fn trace_summaries_10_12_an_unknown_trace_is_simply_absent() {
    let world = World::new().await;
    world.put(&[segment(1, 0.0, 1.0), segment(2, 0.0, 1.0)]).await;
    for _ in 0..2 {
        let answer = world.traces(&[trace_id(2), trace_id(9), trace_id(1)]).await;
        let ids: Vec<&Value> = answer["Traces"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|trace| &trace["Id"])
            .collect();
        assert_eq!(ids, [&json!(trace_id(2)), &json!(trace_id(1))]);
        assert_eq!(answer["UnprocessedTraceIds"], json!([]));
        assert_eq!(answer.get("NextToken"), None);
        world.cut().await;
    }
}

/// trace-summaries.md 6 and api.md 7.2, the rows about ids.
#[tokio::test]
async fn trace_summaries_6_what_cannot_be_asked_for_is_refused() {
    let world = World::new().await;
    let six: Vec<String> = (1..=6).map(trace_id).collect();
    for (request, expected) in [
        (
            json!({ "TraceIds": six }),
            invalid("Exceeding maximum query size: 5"),
        ),
        (
            json!({ "TraceIds": ["1-2-3"] }),
            invalid("Invalid trace id 1-2-3: incorrect id format"),
        ),
        (
            json!({ "TraceIds": [trace_id(1), trace_id(1)] }),
            invalid("Containing duplicate trace ids"),
        ),
        (
            json!({ "TraceIds": [trace_id(1)], "NextToken": "made-up" }),
            invalid("NextToken is currently not supported"),
        ),
        (
            json!({}),
            violation("null", "traceIds", "Member must not be null"),
        ),
    ] {
        assert_eq!(refusal(world.try_traces(request).await), expected);
    }
    let five = world.traces(&six[..5]).await;
    assert_eq!(five, json!({ "Traces": [], "UnprocessedTraceIds": [] }));
    assert_eq!(
        world.traces(&[]).await,
        json!({ "Traces": [], "UnprocessedTraceIds": [] })
    );
}

/// trace-summaries.md 6: reported segments by start, inferred ones after them, then what has no parent; Duration is
/// absent while nothing has ended; LimitExceeded is always there.
#[tokio::test]
async fn trace_summaries_6_a_trace_comes_back_with_everything_that_was_sent() {
    let world = World::new().await;
    let parent = with(
        segment(1, 0.0, 1.0),
        json!({ "subsegments": [call(0x11, 0.1, 0.9)], "metadata": { "kept": { "deep": [1, null] } } }),
    );
    let detached = with(
        segment(1, -1.0, 0.5),
        json!({ "id": entity_id(0x22), "parent_id": entity_id(0x77), "name": "back" }),
    );
    let orphan = with(
        call(0x33, 0.2, 0.3),
        json!({ "trace_id": trace_id(1), "type": "subsegment", "parent_id": entity_id(0x88) }),
    );
    world.put(&[parent, detached, orphan]).await;
    world.put(&[running(2, 0.0)]).await;
    for _ in 0..2 {
        let answer = world.traces(&[trace_id(1), trace_id(2)]).await;
        let [whole, unfinished] = answer["Traces"].as_array().expect("a list").as_slice() else {
            panic!("{answer:#}")
        };
        assert_eq!(
            (&whole["Duration"], &whole["LimitExceeded"]),
            (&json!(2.0), &json!(false))
        );
        assert_eq!(
            (unfinished.get("Duration"), &unfinished["LimitExceeded"]),
            (None, &json!(false))
        );
        let entries: Vec<(Value, Value)> = whole["Segments"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|entry| {
                let text = entry["Document"].as_str().expect("a text");
                (entry["Id"].clone(), serde_json::from_str(text).expect("JSON"))
            })
            .collect();
        assert!(entries.iter().all(|(id, document)| *id == document["id"]));
        let kinds: Vec<String> = entries
            .iter()
            .map(|(_, document)| {
                let is_inferred = document["inferred"] == json!(true);
                format!(
                    "{}{}",
                    document["name"].as_str().unwrap_or_default(),
                    if is_inferred { "*" } else { "" }
                )
            })
            .collect();
        assert_eq!(kinds[..2], ["back", "shop"]);
        assert_eq!(
            kinds.iter().filter(|kind| *kind == "stock.example*").count(),
            2,
            "{kinds:?}"
        );
        assert_eq!(entries[0].1["parent_id"], json!(entity_id(0x77)));
        assert_eq!(entries[1].1["metadata"], json!({ "kept": { "deep": [1, null] } }));
        let orphan = entries
            .iter()
            .find(|(id, _)| *id == json!(entity_id(0x33)))
            .expect("hidden from nobody");
        assert_eq!(
            (&orphan.1["type"], &orphan.1["parent_id"], &orphan.1["trace_id"]),
            (&json!("subsegment"), &json!(entity_id(0x88)), &json!(trace_id(1)))
        );
        world.cut().await;
    }
}

/// service-graph.md 4 and trace-summaries.md 7: exactly one known id.
#[tokio::test]
async fn service_graph_4_a_trace_graph_is_of_exactly_one_known_trace() {
    let world = World::new().await;
    for (request, expected) in [
        (json!({ "TraceIds": [] }), invalid("Zero trace ids provided")),
        (
            json!({ "TraceIds": [trace_id(1), trace_id(2)] }),
            invalid("Currently only one trace Id is supported"),
        ),
        (
            json!({ "TraceIds": ["1-2-3"] }),
            invalid("Invalid traceId. ErrorCode: InvalidId"),
        ),
        (
            json!({ "TraceIds": [trace_id(1)] }),
            invalid("Trace id not found"),
        ),
        (
            json!({ "TraceIds": [trace_id(1)], "NextToken": "made-up" }),
            invalid("NextToken is currently not supported"),
        ),
        (
            json!({}),
            violation("null", "traceIds", "Member must not be null"),
        ),
    ] {
        assert_eq!(refusal(world.try_trace_graph(request).await), expected);
    }
}

/// service-graph.md 1 and 4: times are absent, each entity counts once, and links never appear.
#[tokio::test]
async fn service_graph_4_a_trace_graph_has_neither_times_nor_links() {
    let world = World::new().await;
    let documents = crate::world::spelled_out(include_str!(
        "../../../../fixtures/graphs/6.5-link.documents.jsonl"
    ));
    world.put(&documents).await;
    let expected = include_str!("../../../../fixtures/graphs/6.5-link.trace-graph.json");
    let expected: Value = serde_json::from_str(expected).expect("a graph");
    for _ in 0..2 {
        for (short, expected) in [("T5", &expected["producer"]), ("T6", &expected["consumer"])] {
            let graph = world.trace_graph(&crate::world::long_trace_id(short)).await;
            crate::world::assert_same(&graph, expected, short);
        }
        world.cut().await;
    }
}

/// service-graph.md 4: no matter what the trace's other segments are, nothing is shown while its root runs.
#[tokio::test]
async fn service_graph_4_and_trace_summaries_7_a_trace_graph_is_empty_while_the_root_runs() {
    let world = World::new().await;
    let callee = with(
        segment(1, 0.2, 0.8),
        json!({ "id": entity_id(6), "parent_id": entity_id(5), "name": "stock" }),
    );
    let begun = with(running(1, 0.0), json!({ "subsegments": [call(5, 0.1, 0.9)] }));
    world.put(&[begun, callee]).await;
    for _ in 0..2 {
        assert_eq!(world.trace_graph(&trace_id(1)).await, json!({ "Services": [] }));
        world.cut().await;
    }
    let done = with(
        segment(1, 0.0, 1.0),
        json!({ "subsegments": [call(5, 0.1, 0.9)] }),
    );
    world.put(&[done]).await;
    let graph = world.trace_graph(&trace_id(1)).await;
    assert_eq!(graph["Services"].as_array().map(Vec::len), Some(3));
}

/// trace-summaries.md 7: a detached segment is a node without an incoming edge and without a client.
#[tokio::test]
async fn trace_summaries_7_a_detached_segment_stands_alone() {
    let world = World::new().await;
    let detached = with(segment(1, 0.0, 0.5), json!({ "parent_id": entity_id(0x77) }));
    world.put(&[detached]).await;
    let graph = world.trace_graph(&trace_id(1)).await;
    let [node] = graph["Services"].as_array().expect("a list").as_slice() else {
        panic!("{graph:#}")
    };
    assert_eq!((&node["Edges"], node.get("Root")), (&json!([]), None));
}

/// trace-summaries.md 6: `batch_get_max_ids`, 5 by default.
#[tokio::test]
async fn trace_summaries_6_how_many_ids_may_be_asked_for_is_configurable() {
    for (ids_max, is_default) in [(1, false), (5, true), (50, false)] {
        let world = World::with(|config| {
            if !is_default {
                config.batch_ids_max = ids_max;
            }
        })
        .await;
        let ids: Vec<String> = (1..=ids_max as u64 + 1).map(trace_id).collect();
        let segments: Vec<Value> = (1..=ids_max as u64)
            .map(|number| segment(number, 0.0, 1.0))
            .collect();
        world.put(&segments).await;
        let answer = world.traces(&ids[..ids_max]).await;
        assert_eq!(answer["Traces"].as_array().map(Vec::len), Some(ids_max));
        assert_eq!(
            refusal(world.try_traces(json!({ "TraceIds": ids })).await),
            invalid(&format!("Exceeding maximum query size: {ids_max}"))
        );
    }
}

/// trace-summaries.md 6: UnprocessedTraceIds names what could not be read while others could; the rest is answered.
#[tokio::test]
async fn trace_summaries_6_a_trace_whose_block_turns_out_damaged_is_named_as_unprocessed() {
    let world = World::new().await;
    world.put(&[segment(1, 0.0, 1.0)]).await;
    world.cut().await;
    let files = std::fs::read_dir(world.blocks()).expect("a folder");
    let mut files = files.map(|file| file.expect("a file").path());
    let damaged = files.find(|file| file.extension().is_some_and(|end| end == "parquet"));
    world.put(&[segment(2, 0.0, 1.0)]).await;
    world.cut().await;
    world.put(&[segment(3, 0.0, 1.0)]).await;

    // One bit of the documents, which are compressed with zstd.
    let damaged = damaged.expect("a block");
    let mut bytes = std::fs::read(&damaged).expect("a block");
    let magic = bytes.windows(4).position(|four| four == [0x28, 0xB5, 0x2F, 0xFD]);
    bytes[magic.expect("a compressed page") + 10] ^= 0x10;
    std::fs::write(&damaged, bytes).expect("damaged");

    let ids: Vec<String> = (1..=4).map(trace_id).collect();
    let found = |answer: &Value| -> Vec<Value> {
        let traces = answer["Traces"].as_array().expect("always there");
        traces.iter().map(|trace| trace["Id"].clone()).collect()
    };
    let answer = world.traces(&ids).await;
    assert_eq!(found(&answer), ids[1..3]);
    assert_eq!(answer["UnprocessedTraceIds"], json!(ids[..1]));
    // The block is out of answers now: a client that tries again learns that the trace is gone.
    let again = world.traces(&ids).await;
    assert_eq!(found(&again), ids[1..3]);
    assert_eq!(again["UnprocessedTraceIds"], json!([]));
}
