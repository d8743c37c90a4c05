//! What a summary says: trace-summaries.md 2 and 10, at the level of GetTraceSummaries.

use serde_json::{Value, json};
use trace::AnnotationLimits;

use crate::world::{NONE, START, World, assert_same, entity_id, segment, trace_id, window, with};

fn hour() -> Value {
    window(0.0, 3_600.0)
}

fn filtered(expression: &str) -> Value {
    with(hour(), json!({ "FilterExpression": expression }))
}

/// trace-summaries.md 10.1, as settled.md 37 reads it.
#[tokio::test]
async fn trace_summaries_10_1_a_detached_faulted_segment_is_no_root() {
    let world = World::new().await;
    let cause =
        json!({ "exceptions": [{ "id": entity_id(9), "type": "OrderError", "message": "no stock" }] });
    let detached = with(
        segment(1, 0.0, 0.4),
        json!({ "parent_id": entity_id(77), "fault": true, "cause": cause,
                "http": { "response": { "status": 500 } } }),
    );
    world.put(&[detached]).await;
    let expected = include_str!("../../../../fixtures/summaries/10.1-detached.json");
    let expected: Value = serde_json::from_str(expected).expect("a summary");
    for _ in 0..2 {
        assert_same(&world.summary(hour()).await, &expected, "a detached segment");
        world.cut().await;
    }
}

/// trace-summaries.md 10.2.
#[tokio::test]
async fn trace_summaries_10_2_a_throttled_root_is_found_by_throttle_and_missed_by_error() {
    let world = World::new().await;
    let throttled = json!({ "error": true, "throttle": true });
    world.put(&[with(segment(1, 0.0, 1.0), throttled)]).await;
    for _ in 0..2 {
        let summary = world.summary(hour()).await;
        assert_eq!(flags(&summary), [false, false, true]);
        assert_eq!(world.numbers(filtered("error")).await, NONE);
        assert_eq!(world.numbers(filtered("throttle")).await, [1]);
        world.cut().await;
    }
}

/// trace-summaries.md 10.3 and section 8, lifecycle (a).
#[tokio::test]
async fn trace_summaries_10_3_a_root_in_progress_is_ok_and_has_no_times_yet() {
    let world = World::new().await;
    world.put(&[running(1, 0.0)]).await;
    for _ in 0..2 {
        let summary = world.summary(hour()).await;
        assert_eq!(summary["IsPartial"], json!(false));
        assert_eq!(
            (summary.get("Duration"), summary.get("ResponseTime")),
            (None, None)
        );
        assert_eq!(summary["EntryPoint"]["Name"], json!("shop"));
        assert_eq!(world.numbers(filtered("ok")).await, [1]);
        assert_eq!(world.numbers(filtered("!responsetime")).await, [1]);
        assert_eq!(world.numbers(filtered("!duration")).await, [1]);
        world.cut().await;
    }
}

/// trace-summaries.md 10.13 and settled.md 14: calls that changed the trace.
#[tokio::test]
async fn trace_summaries_10_13_a_revision_is_a_call_that_changed_the_trace() {
    let world = World::new().await;
    let parent = with(
        segment(1, 0.0, 1.0),
        json!({ "subsegments": [call(5, 0.1, 0.9)] }),
    );
    let callee = with(
        segment(1, 0.2, 0.8),
        json!({ "id": entity_id(6), "parent_id": entity_id(5), "name": "stock" }),
    );
    for is_cut in [false, true] {
        let world = World::new().await;
        world.put(std::slice::from_ref(&parent)).await;
        if is_cut {
            world.cut().await;
        }
        assert_eq!(world.summary(hour()).await["Revision"], json!(1));
        world.put(std::slice::from_ref(&parent)).await;
        assert_eq!(
            world.summary(hour()).await["Revision"],
            json!(1),
            "a repetition, cut: {is_cut}"
        );
        world.put(std::slice::from_ref(&callee)).await;
        assert_eq!(world.summary(hour()).await["Revision"], json!(2), "cut: {is_cut}");
        world.put(&[callee.clone(), parent.clone()]).await;
        assert_eq!(world.summary(hour()).await["Revision"], json!(2), "cut: {is_cut}");
    }
    // Several documents of one call are one change.
    world.put(&[callee, parent]).await;
    assert_eq!(world.summary(hour()).await["Revision"], json!(1));
}

/// trace-summaries.md 10.14 with the limits of `--aws-limits`: 50 keys can be searched for and are shown, all are in the
/// document.
#[tokio::test]
async fn trace_summaries_10_14_of_sixty_keys_fifty_are_indexed_and_all_are_in_the_document() {
    let world = World::with(|config| {
        config.annotations = Some(AnnotationLimits {
            keys_max: 50,
            key_characters_max: 500,
            text_characters_max: 1_000,
        });
    })
    .await;
    // `serde_json` sorts them: so does the document.
    let annotations: serde_json::Map<String, Value> = (0..60)
        .map(|number| (format!("key_{number:02}"), json!("x".repeat(1_001))))
        .collect();
    world
        .put(&[with(segment(1, 0.0, 1.0), json!({ "annotations": annotations }))])
        .await;
    let late = with(
        segment(1, 1.0, 2.0),
        json!({ "id": entity_id(7), "annotations": { "key_00": 5, "late": 1 } }),
    );
    world.put(&[late]).await;
    for _ in 0..2 {
        let summary = world.summary(hour()).await;
        let shown = summary["Annotations"].as_object().expect("always there");
        assert_eq!(shown.len(), 50);
        assert_eq!(shown["key_00"].as_array().map(Vec::len), Some(2));
        let traces = world.traces(&[trace_id(1)]).await;
        assert!(traces.to_string().contains("key_59") && traces.to_string().contains("late"));
        let first = "x".repeat(1_000);
        for (expression, matches) in [
            ("annotation.key_00 = 5".to_owned(), true),
            ("annotation.key_49".to_owned(), true),
            ("annotation.key_50".to_owned(), false),
            ("!annotation.key_50".to_owned(), true),
            ("annotation.late = 1".to_owned(), false),
            (format!("annotation.key_49 = \"{first}\""), true),
            (format!("annotation.key_49 = \"{first}x\""), false),
            (format!("annotation.key_49 != \"{first}\""), false),
            (
                format!("service(\"shop\") {{ annotation.key_50 = \"{first}\" }}"),
                false,
            ),
        ] {
            let found = world.numbers(filtered(&expression)).await;
            assert_eq!(found, if matches { vec![1] } else { vec![] }, "{expression}");
        }
        world.cut().await;
    }
}

/// trace-summaries.md 10.14 without `--aws-limits`: settled.md 19.
#[tokio::test]
async fn trace_summaries_10_14_and_settled_19_sixty_keys_are_all_indexed_and_all_in_the_document() {
    let world = World::new().await;
    let keys: Vec<String> = (0..59)
        .map(|number| format!("key_{number}"))
        .chain(["app:tier.env-1".to_owned()])
        .collect();
    let annotations: serde_json::Map<String, Value> =
        keys.iter().map(|key| (key.clone(), json!("gold"))).collect();
    world
        .put(&[with(segment(1, 0.0, 1.0), json!({ "annotations": annotations }))])
        .await;
    for _ in 0..2 {
        let summary = world.summary(hour()).await;
        assert_eq!(
            summary["Annotations"].as_object().map(serde_json::Map::len),
            Some(60)
        );
        let traces = world.traces(&[trace_id(1)]).await;
        let document: Value = serde_json::from_str(
            traces["Traces"][0]["Segments"][0]["Document"]
                .as_str()
                .expect("a text"),
        )
        .expect("JSON");
        assert_eq!(document["annotations"], json!(annotations));
        for key in [&keys[0], &keys[58], &keys[59]] {
            let found = world
                .numbers(filtered(&format!("annotation.{key} = \"gold\"")))
                .await;
            assert_eq!(found, [1], "{key}");
        }
        world.cut().await;
    }
}

/// trace-summaries.md 2: lists and maps are always there, scalars only where they say something.
#[tokio::test]
async fn trace_summaries_2_a_trace_with_nothing_to_say() {
    let world = World::new().await;
    let lonely = with(running(1, 0.0), json!({ "parent_id": entity_id(77) }));
    world.put(&[lonely]).await;
    let expected = include_str!("../../../../fixtures/summaries/2-nothing-to-say.json");
    let expected: Value = serde_json::from_str(expected).expect("a summary");
    assert_same(
        &world.summary(hour()).await,
        &expected,
        "an unfinished detached segment",
    );
}

/// trace-summaries.md 2: every member that a trace can have, MatchedEventTime of an Event window among them.
#[tokio::test]
async fn trace_summaries_2_a_trace_with_everything_to_say() {
    let world = World::new().await;
    world.wait_until(10.75);
    let documents = include_str!("../../../../fixtures/summaries/2-everything.documents.json");
    let documents: Vec<Value> = serde_json::from_str(documents).expect("documents");
    world.put(&documents).await;
    let expected = include_str!("../../../../fixtures/summaries/2-everything.json");
    let expected: Value = serde_json::from_str(expected).expect("a summary");
    for is_cut in [false, true] {
        let summary = world
            .summary(with(hour(), json!({ "TimeRangeType": "Event" })))
            .await;
        assert_same(&summary, &expected, &format!("cut: {is_cut}"));
        world.cut().await;
    }
}

/// trace-summaries.md 2: MatchedEventTime in Event and Service windows only, in whole seconds.
#[tokio::test]
async fn trace_summaries_2_the_matched_event_time_is_of_event_and_service_windows() {
    let world = World::new().await;
    world.wait_until(5.9);
    world.put(&[segment(1, 1.0, 2.0)]).await;
    for (range_type, expected) in [
        ("TraceId", None),
        ("Event", Some(START + 5)),
        ("Service", Some(START + 5)),
    ] {
        let asked = with(hour(), json!({ "TimeRangeType": range_type }));
        let summary = world.summary(asked).await;
        let time = summary.get("MatchedEventTime").and_then(Value::as_f64);
        assert_eq!(time, expected.map(|second| second as f64), "{range_type}");
    }
}

/// trace-summaries.md 2 and 11: the flags are the root's own, and independent of its status.
#[tokio::test]
async fn trace_summaries_2_flags_are_the_roots_and_need_no_status() {
    let throttled_call = with(call(5, 0.1, 0.9), json!({ "error": true, "throttle": true }));
    let status = |status: u64| json!({ "response": { "status": status } });
    for (members, expected) in [
        (json!({ "fault": true, "error": true }), [true, true, false]),
        (json!({ "fault": true, "throttle": true }), [true, false, true]),
        (
            json!({ "error": true, "http": status(200) }),
            [false, true, false],
        ),
        (json!({ "http": status(404) }), [false; 3]),
        (json!({ "subsegments": [throttled_call] }), [false; 3]),
    ] {
        let world = World::new().await;
        world.put(&[with(segment(1, 0.0, 1.0), members.clone())]).await;
        assert_eq!(flags(&world.summary(hour()).await), expected, "{members}");
    }
}

/// trace-summaries.md 2: asynchronous work and a callee that outlives its caller lengthen only the duration.
#[tokio::test]
async fn trace_summaries_2_the_duration_reaches_to_the_last_end() {
    let world = World::new().await;
    let parent = with(
        segment(1, 0.0, 1.0),
        json!({ "subsegments": [call(5, 0.5, 1.25)] }),
    );
    world.put(&[parent]).await;
    let summary = world.summary(hour()).await;
    assert_eq!(
        (summary["Duration"].as_f64(), summary["ResponseTime"].as_f64()),
        (Some(1.25), Some(1.0))
    );
    let callee = with(
        segment(1, 0.6, 3.0),
        json!({ "id": entity_id(6), "parent_id": entity_id(5), "name": "stock" }),
    );
    world.put(&[callee]).await;
    let summary = world.summary(hour()).await;
    assert_eq!(
        (summary["Duration"].as_f64(), summary["ResponseTime"].as_f64()),
        (Some(3.0), Some(1.0))
    );
}

/// trace-summaries.md 8, lifecycle (c): the parent of a detached child arrives.
#[tokio::test]
async fn trace_summaries_8_lifecycle_c_a_parent_that_comes_late_makes_the_trace_whole() {
    for is_cut in [false, true] {
        let world = World::new().await;
        let child = with(
            segment(1, 0.2, 0.8),
            json!({ "id": entity_id(6), "parent_id": entity_id(5), "name": "stock" }),
        );
        world.put(&[child]).await;
        if is_cut {
            world.cut().await;
        }
        let summary = world.summary(hour()).await;
        assert_eq!(summary["IsPartial"], json!(true));
        assert_eq!(summary.get("EntryPoint"), None);
        let parent = with(
            segment(1, 0.0, 1.0),
            json!({ "subsegments": [call(5, 0.1, 0.9)] }),
        );
        world.put(&[parent]).await;
        let summary = world.summary(hour()).await;
        assert_eq!(
            (&summary["IsPartial"], &summary["Revision"]),
            (&json!(false), &json!(2))
        );
        assert_eq!(summary["EntryPoint"]["Name"], json!("shop"));
    }
}

/// settled.md 11: `duration` of a node's segment is the envelope, as in the statistics.
#[tokio::test]
async fn settled_11_the_duration_of_a_nodes_segment_is_the_envelope() {
    let world = World::new().await;
    let late = json!({ "id": entity_id(5), "name": "audit", "start_time": START as f64 + 0.5,
                       "end_time": START as f64 + 2.0 });
    world
        .put(&[with(segment(1, 0.0, 1.0), json!({ "subsegments": [late] }))])
        .await;
    for _ in 0..2 {
        for (expression, expected) in [
            ("service(\"shop\") { duration = 2 }", vec![1]),
            ("service(\"shop\") { duration < 2 }", vec![]),
            ("service(\"shop\") { responsetime = 1 }", vec![1]),
        ] {
            assert_eq!(
                world.numbers(filtered(expression)).await,
                expected,
                "{expression}"
            );
        }
        let graph = world.graph(0.0, 3_600.0).await;
        let nodes = graph["Services"].as_array().expect("nodes");
        let shop = nodes
            .iter()
            .find(|node| node.get("Type").is_none())
            .expect("a node");
        assert_eq!(shop["DurationHistogram"][0]["Value"], json!(2.0));
        world.cut().await;
    }
}

/// settled.md 32: a quoted value of the wrong type selects nothing, a bare word that is none is an error.
#[tokio::test]
async fn settled_32_values_of_the_wrong_type() {
    let world = World::new().await;
    world.put(&[segment(1, 0.0, 1.0)]).await;
    assert_eq!(world.numbers(filtered("duration = \"slow\"")).await, NONE);
    for (expression, position) in [("fault = yes", 9), ("responsetime > 5s", 16)] {
        let refused = crate::world::refusal(world.try_summaries(filtered(expression)).await);
        let place = format!("InvalidRequestException: Error Location: line 1, position {position} : ");
        assert!(refused.starts_with(&place), "{refused}");
    }
}

pub(crate) fn running(trace: u64, from: f64) -> Value {
    let mut segment = segment(trace, from, from);
    let members = segment.as_object_mut().expect("an object");
    members.remove("end_time");
    with(segment, json!({ "in_progress": true }))
}

fn call(id: u64, from: f64, until: f64) -> Value {
    json!({ "id": entity_id(id), "name": "stock.example", "namespace": "remote",
            "start_time": START as f64 + from, "end_time": START as f64 + until })
}

fn flags(summary: &Value) -> [bool; 3] {
    ["HasFault", "HasError", "HasThrottle"].map(|flag| summary[flag].as_bool().expect("always there"))
}

/// filter-expressions.md 6: where a text stands in another decides alike of live and of stored traces. What a search of
/// stored texts leaves out is not read, and counts as looked at.
#[tokio::test]
async fn filter_expressions_6_parts_of_texts_are_found_in_live_and_in_stored_traces() {
    let world = World::new().await;
    for trace in 0..40 {
        let url = format!("https://가게.example/orders/{trace:02}?of={}", trace % 4);
        let whole = with(
            segment(trace, trace as f64, trace as f64 + 1.0),
            json!({ "http": { "request": { "url": url } }, "user": format!("user-{}", trace % 3),
                    "annotations": { "tier": if trace == 7 { "g".repeat(2_000) } else { "silver".to_owned() } } }),
        );
        world.put(&[whole]).await;
        if trace == 19 {
            world.cut().await;
        }
    }
    for _ in 0..2 {
        for (expression, expected) in [
            ("http.url CONTAINS \"no-such-text\"", vec![]),
            ("http.url CONTAINS \"orders/07\"", vec![7]),
            (
                "http.url BEGINSWITH \"https://가게\" AND http.url ENDSWITH \"/38?of=2\"",
                vec![38],
            ),
            (
                "http.url CONTAINS \"/1\" AND user ENDSWITH \"-2\"",
                vec![17, 14, 11],
            ),
            ("annotation.tier BEGINSWITH \"gg\"", vec![7]),
            (
                "annotation.tier CONTAINS \"none\" OR http.url = \"https://가게.example/orders/03?of=3\"",
                vec![3],
            ),
            (
                "service(\"shop\") { user ENDSWITH \"0\" } AND http.url CONTAINS \"s/3\"",
                vec![39, 36, 33, 30],
            ),
            ("!(http.url CONTAINS \"of=\")", vec![]),
        ] {
            assert_eq!(
                world.numbers(filtered(expression)).await,
                expected,
                "{expression}"
            );
            let page = world.summaries(filtered(expression)).await;
            assert_eq!(page["TracesProcessedCount"], json!(40), "{expression}");
        }
        world.cut().await;
    }
}
