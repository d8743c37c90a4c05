//! Pages of summaries: trace-summaries.md 4, 10.9 and 10.10, settled.md 28 to 30.

use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{START, World, entity_id, invalid, refusal, segment, window, with};

fn hour() -> Value {
    window(0.0, 3_600.0)
}

/// So many traces, each begun 0.1 s after the one before it.
async fn fill(world: &World, traces: u64) {
    let documents: Vec<Value> = (1..=traces)
        .map(|number| {
            let start = number as f64 / 10.0;
            segment(number, start, start + 1.0)
        })
        .collect();
    world.put(&documents).await;
}

fn length(page: &Value) -> usize {
    page["TraceSummaries"].as_array().expect("always there").len()
}

/// All pages.
async fn pages(world: &World, request: Value) -> Vec<Value> {
    let mut pages = vec![world.summaries(request.clone()).await];
    while let Some(token) = pages.last().and_then(|page| page.get("NextToken")).cloned() {
        let next = with(request.clone(), json!({ "NextToken": token }));
        pages.push(world.summaries(next).await);
    }
    pages
}

/// trace-summaries.md 10.9 and settled.md 28: a token is good for the request that it came from.
#[tokio::test]
async fn trace_summaries_10_9_a_foreign_token_is_refused() {
    let world = World::new().await;
    fill(&world, 101).await;
    let page = world.summaries(hour()).await;
    let token = page["NextToken"].as_str().expect("a second page").to_owned();
    for other in [
        json!({ "FilterExpression": "ok" }),
        json!({ "TimeRangeType": "Event" }),
        json!({ "EndTime": START + 7_200 }),
        json!({ "Sampling": true }),
    ] {
        let asked = with(with(hour(), other.clone()), json!({ "NextToken": token }));
        assert_eq!(
            refusal(world.try_summaries(asked).await),
            invalid(&format!("Invalid token {token}")),
            "{other}"
        );
    }
    let altered = token.chars().rev().collect::<String>();
    let asked = with(hour(), json!({ "NextToken": altered }));
    assert_eq!(
        refusal(world.try_summaries(asked).await),
        invalid(&format!("Invalid token {altered}"))
    );
    assert_eq!(
        length(&world.summaries(with(hour(), json!({ "NextToken": token }))).await),
        1
    );
}

/// trace-summaries.md 10.10 with the page size of `--aws-limits` (settled.md 29): pages may be empty. Nothing can prune
/// the question, so every trace is judged.
#[tokio::test]
async fn trace_summaries_10_10_empty_pages_have_tokens_when_a_thousand_traces_were_judged() {
    let world = World::with(|config| config.page_traces_max = 1_000).await;
    fill(&world, 2_500).await;
    for is_cut in [false, true] {
        let asked = with(hour(), json!({ "FilterExpression": r#"!service("shop")"# }));
        let pages = pages(&world, asked).await;
        assert!(pages.iter().all(|page| length(page) == 0));
        let counts: Vec<_> = pages
            .iter()
            .map(|page| page["TracesProcessedCount"].as_u64())
            .collect();
        assert_eq!(counts, [Some(1_000), Some(1_000), Some(500)], "cut: {is_cut}");
        // trace-summaries.md 4: how far back the scan has come.
        let times: Vec<_> = pages
            .iter()
            .filter_map(|page| page["ApproximateTime"].as_f64())
            .collect();
        let after = |time: f64| ((time - START as f64) * 10.0).round() / 10.0;
        assert_eq!(
            times.iter().map(|time| after(*time)).collect::<Vec<_>>(),
            [150.1, 50.1, 0.0]
        );
        world.cut().await;
    }
}

/// settled.md 29 and 19: without `--aws-limits` the same question needs one page.
#[tokio::test]
async fn settled_29_by_default_a_page_judges_a_hundred_thousand_traces_or_finds_a_hundred() {
    let world = World::new().await;
    fill(&world, 1_250).await;
    for _ in 0..2 {
        let none = pages(&world, with(hour(), json!({ "FilterExpression": "fault" }))).await;
        assert_eq!((none.len(), length(&none[0])), (1, 0));
        assert_eq!(none[0]["TracesProcessedCount"], json!(1_250));
        let all = pages(&world, hour()).await;
        let sizes: Vec<usize> = all.iter().map(length).collect();
        assert_eq!(sizes, [[100; 12].as_slice(), &[50]].concat());
        world.cut().await;
    }
}

/// trace-summaries.md 4: newest first by the clock of the chosen type, then by id.
#[tokio::test]
async fn trace_summaries_4_the_order_is_the_windows_clock_descending_then_the_id() {
    let world = World::new().await;
    // Starts: 3 > 1 = 2; receipts: 2 > 3 > 1.
    world.receive(100.0, &segment(1, 10.0, 80.0)).await;
    world.receive(120.0, &segment(3, 20.0, 30.0)).await;
    world.receive(130.0, &segment(2, 10.0, 90.0)).await;
    for _ in 0..2 {
        for (range_type, expected) in [
            ("TraceId", [3, 1, 2]),
            ("Event", [2, 3, 1]),
            ("Service", [2, 1, 3]),
        ] {
            let asked = with(hour(), json!({ "TimeRangeType": range_type }));
            assert_eq!(world.numbers(asked).await, expected, "{range_type}");
        }
        world.cut().await;
    }
}

/// settled.md 30: under Service it is the latest segment end inside the widened range.
#[tokio::test]
async fn settled_30_a_service_window_is_ordered_by_the_latest_end_inside_it() {
    let world = World::new().await;
    let callee = |trace: u64, until: f64| {
        with(
            segment(trace, 1.0, until),
            json!({ "id": entity_id(7), "parent_id": entity_id(trace << 8), "name": "stock" }),
        )
    };
    // Trace 1 ends at 100 and at 500, trace 2 at 200, trace 3 at 150 and at 190.
    world.put(&[segment(1, 0.0, 100.0), callee(1, 500.0)]).await;
    world.put(&[segment(2, 0.0, 200.0)]).await;
    world.put(&[segment(3, 0.0, 150.0), callee(3, 190.0)]).await;
    for _ in 0..2 {
        for (from, until, expected) in [
            (150.0, 600.0, vec![1, 2, 3]),
            (150.0, 300.0, vec![2, 3, 1]),
            (150.0, 195.0, vec![3, 1]),
            // Widened by a minute: 160 in place of 220.
            (220.0, 300.0, vec![2, 3]),
            (261.0, 300.0, vec![]),
        ] {
            let asked = with(window(from, until), json!({ "TimeRangeType": "Service" }));
            assert_eq!(world.numbers(asked).await, expected, "{from}..{until}");
        }
        world.cut().await;
    }
}

/// trace-summaries.md 4: on the last page the start of the window, cut to whole seconds.
#[tokio::test]
async fn trace_summaries_4_the_approximate_time_of_a_last_page_is_the_start_in_whole_seconds() {
    let world = World::new().await;
    for (range_type, expected) in [("TraceId", 10), ("Event", 10), ("Service", -50)] {
        let asked = with(window(10.75, 20.0), json!({ "TimeRangeType": range_type }));
        let page = world.summaries(asked).await;
        assert_eq!(
            page["ApproximateTime"],
            json!((START + expected) as f64),
            "{range_type}"
        );
        assert_eq!(page["TracesProcessedCount"], json!(0));
        assert_eq!(page.get("NextToken"), None);
    }
}

/// trace-summaries.md 4: counted are the traces whose clock lies in the window, matching or not.
#[tokio::test]
async fn trace_summaries_4_traces_outside_the_window_are_not_counted() {
    let world = World::new().await;
    fill(&world, 30).await;
    for _ in 0..2 {
        let asked = with(window(1.0, 2.0), json!({ "FilterExpression": "fault" }));
        assert_eq!(world.summaries(asked).await["TracesProcessedCount"], json!(10));
        world.cut().await;
    }
}

/// settled.md 28: what is known at the first page comes once, at its place then, judged with its content now; what
/// first arrives later does not come.
#[tokio::test]
async fn settled_28_pages_show_the_traces_of_the_first_page_with_their_content_of_now() {
    let world = World::with(|config| config.page_matches_max = 2).await;
    for number in 1..=4_u64 {
        world.wait_until(number as f64);
        world.put(&[segment(number, number as f64, 50.0)]).await;
    }
    world.cut().await;
    let request = with(
        hour(),
        json!({ "TimeRangeType": "Event", "FilterExpression": "!fault" }),
    );
    let first = world.summaries(request.clone()).await;
    world.wait_until(10.0);
    // A new trace; trace 1 changes and moves on; trace 2 has now a faulted root beside its own.
    world.put(&[segment(5, 1.5, 2.0)]).await;
    let late = json!({ "trace_id": segment(1, 0.0, 0.0)["trace_id"], "id": entity_id(9), "type": "subsegment",
                       "parent_id": entity_id(1 << 8), "name": "late", "start_time": START, "end_time": START + 1 });
    world.put(&[late]).await;
    let earlier = with(
        segment(2, 0.5, 50.0),
        json!({ "id": entity_id(8), "name": "earlier", "fault": true }),
    );
    world.put(&[earlier]).await;
    let next = with(request, json!({ "NextToken": first["NextToken"] }));
    let second = world.summaries(next).await;
    let numbers = |page: &Value| -> Vec<u64> {
        let summaries = page["TraceSummaries"].as_array().expect("a list");
        summaries.iter().map(crate::world::number_of).collect()
    };
    assert_eq!(numbers(&first), [4, 3]);
    assert_eq!(numbers(&second), [1], "2 has a fault now, 5 is new");
    assert_eq!(second["TraceSummaries"][0]["Revision"], json!(2), "as it is now");
    assert_eq!(second.get("NextToken"), None);
}

/// settled.md 28: for an hour the pages go on as they began, whatever was superseded, merged and restarted meanwhile;
/// an older token is refused.
#[tokio::test]
async fn settled_28_pages_go_on_for_an_hour_over_superseded_rows_and_replaced_blocks() {
    let mut world = World::with(|config| config.page_matches_max = 2).await;
    for number in 1..=9_u64 {
        world.wait_until(number as f64);
        world.put(&[segment(number, number as f64, 50.0)]).await;
        world.cut().await;
    }
    let request = with(hour(), json!({ "TimeRangeType": "Event" }));
    let first = world.summaries(request.clone()).await;
    // Every trace but one that was shown changes, and so moves on, after it was stored.
    world.wait_until(20.0);
    for number in 2..=8_u64 {
        let late = json!({ "trace_id": segment(number, 0.0, 0.0)["trace_id"], "id": entity_id(9), "name": "late",
                           "type": "subsegment", "parent_id": entity_id(number << 8),
                           "start_time": START, "end_time": START + 1 });
        world.put(&[late]).await;
    }
    world.cut().await;
    assert_eq!(world.store.status().superseded, 7);
    let merged = world.store.compact().await.expect("a compaction");
    // What superseded the rows is in none of the merged blocks, so they stay (ADR 0016).
    assert_eq!((merged.blocks, merged.rows_dropped), (8, 0));
    let given = Duration::from_secs(9);
    let token = &first["NextToken"];
    let next = with(request, json!({ "NextToken": token }));
    for is_restarted in [false, true] {
        assert_eq!(
            world.numbers(next.clone()).await[..2],
            [7, 6],
            "restarted: {is_restarted}"
        );
        world = world.restarted().await;
    }
    world
        .clock
        .advance(given + Duration::from_secs(3_600) - Duration::from_secs(20));
    assert_eq!(world.numbers(next.clone()).await, [7, 6, 5, 4, 3, 2, 1]);
    world.clock.advance(Duration::from_nanos(1));
    let text = token.as_str().expect("a second page");
    assert_eq!(
        refusal(world.try_summaries(next).await),
        invalid(&format!("Invalid token {text}"))
    );
}

/// settled.md 28: the hour is counted from the page that gave the token, and is configurable.
#[tokio::test]
async fn settled_28_each_page_gives_a_new_token_and_its_age_is_configurable() {
    let world = World::with(|config| {
        config.page_matches_max = 1;
        config.token_age_max = Duration::from_secs(10);
    })
    .await;
    fill(&world, 3).await;
    let first = world.summaries(hour()).await;
    let next = |page: &Value| with(hour(), json!({ "NextToken": page["NextToken"] }));
    world.clock.advance(Duration::from_secs(10));
    let second = world.summaries(next(&first)).await;
    world.clock.advance(Duration::from_secs(10));
    assert_eq!(world.numbers(next(&second)).await, [1]);
    assert!(
        refusal(world.try_summaries(next(&first)).await)
            .starts_with("InvalidRequestException: Invalid token ")
    );
}
