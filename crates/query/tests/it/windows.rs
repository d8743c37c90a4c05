//! The three clocks of a window: trace-summaries.md 3 and 10.4 to 10.6.

use std::time::Duration;

use serde_json::{Value, json};

use crate::summaries::running;
use crate::world::{
    NONE, RETENTION, START, World, entity_id, invalid, refusal, segment, trace_id, violation, window, with,
};

fn of_type(range_type: &str, from: f64, until: f64) -> Value {
    with(window(from, until), json!({ "TimeRangeType": range_type }))
}

/// trace-summaries.md 3, the table: the id says 0 s, the documents say 660 s, and it was received 17 s after its end.
#[tokio::test]
async fn trace_summaries_3_each_type_has_its_clock_and_none_is_the_time_in_the_id() {
    let world = World::new().await;
    world.receive(679.0, &segment(1, 660.0, 662.0)).await;
    for is_cut in [false, true] {
        for (range_type, of_id, of_documents, of_receipt) in [
            ("TraceId", false, true, false),
            ("Event", false, false, true),
            ("Service", false, true, true),
        ] {
            for (from, until, expected) in [
                (-10.0, 10.0, of_id),
                (655.0, 665.0, of_documents),
                (674.0, 684.0, of_receipt),
            ] {
                let found = world.numbers(of_type(range_type, from, until)).await;
                assert_eq!(
                    found.len(),
                    usize::from(expected),
                    "{range_type} {from}..{until}, cut: {is_cut}"
                );
            }
        }
        let default = world.numbers(window(655.0, 665.0)).await;
        assert_eq!(default, [1], "without a type it is TraceId");
        world.cut().await;
    }
}

/// trace-summaries.md 10.4.
#[tokio::test]
async fn trace_summaries_10_4_a_window_around_the_ids_time_finds_nothing() {
    let world = World::new().await;
    world.put(&[segment(1, 7_200.0, 7_201.0)]).await;
    for _ in 0..2 {
        assert_eq!(world.numbers(window(-60.0, 60.0)).await, NONE);
        assert_eq!(world.numbers(window(7_200.0, 7_260.0)).await, [1]);
        world.cut().await;
    }
}

/// trace-summaries.md 10.5 and section 8, lifecycle (a) and (b).
#[tokio::test]
async fn trace_summaries_10_5_an_update_moves_a_trace_to_another_event_window() {
    for is_cut_between in [false, true] {
        let world = World::new().await;
        let (early, late) = (of_type("Event", 0.0, 60.0), of_type("Event", 300.0, 360.0));
        world.put(&[running(1, 0.0)]).await;
        let summary = world.summary(early.clone()).await;
        assert_eq!(
            (&summary["Revision"], &summary["MatchedEventTime"]),
            (&json!(1), &json!(START as f64))
        );
        if is_cut_between {
            world.cut().await;
        }
        world.wait_until(300.5);
        world.put(&[segment(1, 0.0, 4.0)]).await;
        for _ in 0..2 {
            assert_eq!(world.numbers(early.clone()).await, NONE);
            let summary = world.summary(late.clone()).await;
            assert_eq!(summary["Revision"], json!(2));
            assert_eq!(summary["Duration"], json!(4.0));
            assert_eq!(summary["MatchedEventTime"], json!(START as f64 + 300.0));
            assert_eq!(
                world.numbers(window(0.0, 60.0)).await,
                [1],
                "its TraceId window stays"
            );
            world.cut().await;
        }
    }
}

/// trace-summaries.md 10.6.
#[tokio::test]
async fn trace_summaries_10_6_a_service_window_reaches_a_minute_further_down() {
    let world = World::new().await;
    world.put(&[segment(1, 0.0, 10.0)]).await;
    for _ in 0..2 {
        for (from, expected) in [(22.0, 1), (70.0, 1), (71.0, 0)] {
            let page = world.summaries(of_type("Service", from, from + 600.0)).await;
            let found = page["TraceSummaries"].as_array().map_or(0, Vec::len);
            assert_eq!(found, expected, "{from}");
            assert_eq!(page["ApproximateTime"], json!(START as f64 + from - 60.0));
        }
        world.cut().await;
    }
}

/// A trace whose root ends at 10 s; what it called last ends, faulted, at 900 s, and a table that it called at 5 s.
async fn long_running() -> World {
    let world = World::new().await;
    let id = entity_id(0x100);
    let call = |number: u64, until: f64, more: Value| {
        let call = json!({ "trace_id": trace_id(1), "id": entity_id(number), "parent_id": id, "type": "subsegment",
                           "start_time": START + 1, "end_time": START as f64 + until });
        with(call, more)
    };
    let callee = with(
        segment(1, 1.0, 900.0),
        json!({ "id": entity_id(7), "parent_id": entity_id(6), "name": "stock", "fault": true }),
    );
    let to_stock = call(
        6,
        890.5,
        json!({ "name": "stock.example", "namespace": "remote" }),
    );
    let aws = json!({ "operation": "GetItem", "table_name": "carts" });
    let to_table = call(
        5,
        5.0,
        json!({ "name": "DynamoDB", "namespace": "aws", "aws": aws }),
    );
    world
        .put(&[segment(1, 0.0, 10.0), to_stock, to_table, callee])
        .await;
    world
}

fn of_service(from: f64, until: f64, expression: &str) -> Value {
    with(
        of_type("Service", from, until),
        json!({ "FilterExpression": expression }),
    )
}

fn of_stock(from: f64, until: f64) -> Value {
    of_service(from, until, "service(\"stock\") { fault }")
}

/// trace-summaries.md 3: any completed segment may end in the range.
#[tokio::test]
async fn trace_summaries_3_a_service_window_holds_a_trace_of_which_any_segment_ends_in_it() {
    let world = long_running().await;
    for _ in 0..2 {
        for (from, until) in [(0.0, 20.0), (890.0, 910.0)] {
            assert_eq!(world.numbers(of_type("Service", from, until)).await, [1]);
        }
        assert_eq!(world.numbers(of_type("Service", 100.0, 800.0)).await, NONE);
        world.cut().await;
    }
}

/// trace-summaries.md 3: `service()` and `edge()` test only the segments and calls that end in the range.
#[tokio::test]
async fn trace_summaries_3_a_service_window_judges_only_the_segments_that_end_in_it() {
    let world = long_running().await;
    for _ in 0..2 {
        assert_eq!(world.numbers(of_stock(0.0, 20.0)).await, NONE, "it ends later");
        assert_eq!(world.numbers(of_stock(890.0, 910.0)).await, [1]);
        for (from, until, expression, is_found) in [
            (0.0, 20.0, "service(\"shop\")", true),
            (890.0, 910.0, "service(\"shop\")", false),
            (890.0, 910.0, "!service(\"shop\")", true),
            (890.0, 910.0, "ok", true),
            (890.0, 910.0, "name = \"shop\"", true),
            (0.0, 20.0, "service(id(type: \"client\"))", true),
            (890.0, 910.0, "service(id(type: \"client\"))", false),
            (0.0, 20.0, "service(\"carts\")", true),
            (70.0, 910.0, "service(\"carts\")", false),
            (890.0, 910.0, "edge(\"shop\", \"stock\")", true),
            (0.0, 20.0, "edge(\"shop\", \"stock\")", false),
            // The call ends before its callee does, and the range begins 60 s early.
            (950.5, 960.0, "edge(\"shop\", \"stock\")", true),
            (950.6, 960.0, "edge(\"shop\", \"stock\")", false),
            (950.6, 960.0, "service(\"stock\")", true),
            (
                950.6,
                960.0,
                "service(\"stock\") AND !edge(\"shop\", \"stock\")",
                true,
            ),
        ] {
            let found = world.numbers(of_service(from, until, expression)).await;
            assert_eq!(found == [1], is_found, "{from}..{until}: {expression}");
        }
        // The other clocks judge the whole trace.
        let by_start = with(
            window(0.0, 20.0),
            json!({ "FilterExpression": "service(\"stock\") { fault }" }),
        );
        assert_eq!(world.numbers(by_start).await, [1]);
        world.cut().await;
    }
}

/// trace-summaries.md 3: half-open, so that adjacent windows never return a trace twice.
#[tokio::test]
async fn trace_summaries_3_windows_are_half_open() {
    let world = World::new().await;
    world.receive(100.0, &segment(1, 50.0, 70.0)).await;
    for _ in 0..2 {
        for (range_type, place) in [("TraceId", 50.0), ("Event", 100.0), ("Service", 70.0)] {
            assert_eq!(world.numbers(of_type(range_type, place, place + 1.0)).await, [1]);
            assert_eq!(world.numbers(of_type(range_type, place - 1.0, place)).await, NONE);
            assert_eq!(
                world
                    .numbers(of_type(range_type, place - 1.0, place + 0.001))
                    .await,
                [1],
                "{range_type}"
            );
        }
        world.cut().await;
    }
}

/// trace-summaries.md 3, the rows about bounds and types.
#[tokio::test]
async fn trace_summaries_3_what_cannot_be_a_window_is_refused() {
    let world = World::new().await;
    world.put(&[segment(1, 0.0, 1.0)]).await;
    for range_type in ["TraceId", "Event", "Service"] {
        assert_eq!(
            refusal(world.try_summaries(of_type(range_type, 10.0, 5.0)).await),
            invalid("End time cannot be earlier than start time")
        );
    }
    assert_eq!(
        world.numbers(window(0.0, 0.0)).await,
        NONE,
        "equal bounds hold nothing"
    );
    assert_eq!(world.numbers(of_type("Event", 0.0, 0.0)).await, NONE);
    for (missing, path) in [("StartTime", "startTime"), ("EndTime", "endTime")] {
        let mut asked = window(0.0, 1.0);
        asked.as_object_mut().expect("an object").remove(missing);
        assert_eq!(
            refusal(world.try_summaries(asked).await),
            violation("null", path, "Member must not be null")
        );
    }
    assert_eq!(
        refusal(world.try_summaries(of_type("X", 0.0, 1.0)).await),
        violation(
            "'X'",
            "timeRangeType",
            "Member must satisfy enum value set: [TraceId, Service, Event]"
        )
    );
}

/// trace-summaries.md 3: any window within the retention is accepted.
#[tokio::test]
async fn trace_summaries_3_a_window_may_be_as_long_as_the_retention() {
    let world = World::new().await;
    world.put(&[segment(1, 0.0, 1.0)]).await;
    let month = RETENTION.as_secs_f64();
    assert_eq!(world.numbers(window(-month, month)).await, [1]);
}

/// trace-summaries.md 3 and settled.md 20: kept by receipt of the last change, whatever the documents and the id say.
#[tokio::test]
async fn settled_20_traces_expire_by_the_receipt_of_their_last_change() {
    let world = World::new().await;
    let long_ago = -20.0 * 365.0 * 86_400.0;
    let of_id = |number: u64, second: &str| format!("1-{second}-{number:024x}");
    // The time in an id says nothing: 1970, 2106, and a time of its own documents years ago.
    let ids = [
        of_id(1, "00000001"),
        of_id(2, "ffffffff"),
        of_id(3, "6955b900"),
        of_id(4, "6955b900"),
    ];
    for (number, id) in (1..).zip(&ids) {
        let document = with(
            segment(number, long_ago, long_ago + 1.0),
            json!({ "trace_id": id }),
        );
        world.put(&[document]).await;
    }
    world.cut().await;
    // Trace 4 changes once more, ten days later.
    world.clock.advance(Duration::from_secs(10 * 86_400));
    let late = json!({ "trace_id": ids[3], "id": entity_id(99), "parent_id": entity_id(4 << 8), "name": "late",
                       "type": "subsegment", "start_time": START, "end_time": START + 1 });
    world.put(&[late]).await;
    world.cut().await;
    let known = || async { world.traces(&ids).await["Traces"].as_array().map_or(0, Vec::len) };

    world.clock.advance(RETENTION - Duration::from_secs(10 * 86_400));
    world.store.expire().await.expect("an expiry");
    assert_eq!(known().await, 4, "kept for the whole retention");
    world.clock.advance(Duration::from_secs(1));
    world.store.expire().await.expect("an expiry");
    assert_eq!(known().await, 1, "what has not changed since is gone");
    let whole = world.traces(&ids[3..]).await;
    assert!(
        whole["Traces"][0]["Segments"][0]["Document"]
            .as_str()
            .is_some_and(|text| text.contains("late")),
        "{whole:#}"
    );

    // Absent from every operation.
    let everything = window(long_ago - 10.0, RETENTION.as_secs_f64() * 2.0);
    assert_eq!(world.numbers(everything).await, [4]);
    let refused = world.try_trace_graph(json!({ "TraceIds": [ids[2]] })).await;
    assert_eq!(refusal(refused), invalid("Trace id not found"));
    let graph = world.graph(0.0, 3_600.0).await;
    assert_eq!(graph["Services"], json!([]));

    world.clock.advance(Duration::from_secs(10 * 86_400));
    world.store.expire().await.expect("an expiry");
    assert_eq!(known().await, 0);
    assert_eq!(trace_id(3), ids[2]);
}

/// api.md 4: what breaks the model is told first, all of it.
#[tokio::test]
async fn api_4_what_breaks_the_model_is_told_before_the_window_is_looked_at() {
    let world = World::new().await;
    let mut asked = window(10.0, 5.0);
    let members = asked.as_object_mut().expect("an object");
    members.insert("TimeRangeType".to_owned(), "Sometimes".into());
    members.insert("Sampling".to_owned(), true.into());
    members.insert(
        "SamplingStrategy".to_owned(),
        serde_json::json!({ "Name": "Luck" }),
    );
    let refused = refusal(world.try_summaries(asked).await);
    assert!(
        refused.starts_with("ValidationException: 2 validation errors detected: "),
        "{refused}"
    );
    assert!(
        refused.contains("'Sometimes' at 'timeRangeType'")
            && refused.contains("'Luck' at 'samplingStrategy.name'")
    );
}

/// trace-summaries.md 3: `max_summary_window`; by default any window is taken.
#[tokio::test]
async fn trace_summaries_3_the_longest_window_is_configurable() {
    for (window_max, refused) in [
        (86_400, "Time range cannot be longer than 24 hours"),
        (3_600, "Time range cannot be longer than 1 hour"),
        (90, "Time range cannot be longer than 90 seconds"),
    ] {
        let world = World::with(|config| {
            config.summary_window_max = Some(Duration::from_secs(window_max));
        })
        .await;
        world.put(&[segment(1, 0.0, 1.0)]).await;
        for range_type in ["TraceId", "Event", "Service"] {
            let longest = of_type(range_type, 0.0, window_max as f64);
            assert_eq!(world.numbers(longest).await, [1], "{range_type}");
            let longer = of_type(range_type, 0.0, window_max as f64 + 0.001);
            assert_eq!(refusal(world.try_summaries(longer).await), invalid(refused));
        }
    }
    let world = World::new().await;
    world.put(&[segment(1, 0.0, 1.0)]).await;
    assert_eq!(world.numbers(window(-1e9, 1e9)).await, [1]);
}
