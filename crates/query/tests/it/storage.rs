//! What answers do not depend on: when a trace was cut, where it lies, and whether the server was restarted.

use std::time::Duration;

use serde_json::{Value, json};

use crate::world::{START, World, entity_id, segment, trace_id, window};

fn late(trace: u64, id: u64) -> Value {
    json!({ "trace_id": trace_id(trace), "id": entity_id(id), "parent_id": entity_id(trace << 8), "name": "late",
            "type": "subsegment", "start_time": START, "end_time": START + 1 })
}

/// settled.md 15: a late document finds its trace in the oldest of many blocks, weeks later.
#[tokio::test]
async fn settled_15_a_late_document_finds_its_trace_in_any_older_block() {
    let world = World::new().await;
    world.put(&[segment(1, 0.0, 1.0)]).await;
    world.cut().await;
    for number in 2..12 {
        world.clock.advance(Duration::from_secs(2 * 86_400));
        world.put(&[segment(number, 0.0, 1.0)]).await;
        world.cut().await;
    }
    assert_eq!(world.store.status().blocks, 11);
    // 20 days later: the same document again changes nothing, another one joins it.
    world.put(&[segment(1, 0.0, 1.0)]).await;
    for _ in 0..2 {
        let summary = world.summaries(window(0.0, 1.0)).await;
        let revisions: Vec<&Value> = summary["TraceSummaries"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|summary| &summary["Revision"])
            .collect();
        assert_eq!(revisions, [&json!(1); 11]);
        world.cut().await;
    }
    world.put(&[late(1, 9)]).await;
    for is_cut in [false, true] {
        let answer = world.traces(&[trace_id(1)]).await;
        let [entry] = answer["Traces"][0]["Segments"]
            .as_array()
            .expect("a list")
            .as_slice()
        else {
            panic!("cut: {is_cut}: {answer:#}")
        };
        let document: Value =
            serde_json::from_str(entry["Document"].as_str().expect("a text")).expect("JSON");
        assert_eq!(document["name"], json!("shop"));
        assert_eq!(document["subsegments"][0]["name"], json!("late"));
        let everything = world.numbers(window(0.0, 1.0)).await;
        assert_eq!(everything.len(), 11, "once each");
        world.cut().await;
    }
    // The request was counted when it came, and never again.
    let now = 20.0 * 86_400.0;
    let graph = world.graph(now - 60.0, now + 60.0).await;
    let shop = graph["Services"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|node| node.get("Type").is_none());
    let total = shop.map(|node| &node["SummaryStatistics"]["TotalCount"]);
    assert_eq!(total, Some(&json!(1)), "trace 11, received at that time");
}

/// settled.md 21 and trace-summaries.md 3: what was put is in every answer when the put returns.
#[tokio::test]
async fn settled_21_what_was_put_is_visible_in_every_operation_when_the_put_returns() {
    let world = World::new().await;
    for number in 1..=20_u64 {
        world.put(&[segment(number, 0.0, 1.0)]).await;
        let count = usize::try_from(number).expect("few");
        assert_eq!(world.numbers(window(0.0, 1.0)).await.len(), count);
        let traces = world.traces(&[trace_id(number)]).await;
        assert_eq!(traces["Traces"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            world.trace_graph(&trace_id(number)).await["Services"]
                .as_array()
                .map(Vec::len),
            Some(2)
        );
        let graph = world.graph(0.0, 60.0).await;
        assert_eq!(
            graph["Services"][0]["SummaryStatistics"]["TotalCount"],
            json!(number)
        );
        let series = world.series(window(0.0, 120.0)).await;
        let point = &series["TimeSeriesServiceStatistics"][0]["EdgeSummaryStatistics"];
        assert_eq!(point["TotalCount"], json!(number));
        if number % 7 == 0 {
            world.cut().await;
        }
    }
}

/// settled.md 27: replay skips what is stored, also where part of a trace was stored and part was not.
#[tokio::test]
async fn settled_27_after_a_restart_nothing_is_there_twice() {
    let mut world = World::new().await;
    world.put(&[segment(1, 0.0, 1.0), segment(2, 0.0, 1.0)]).await;
    world.cut().await;
    world.put(&[late(1, 9), segment(3, 0.0, 1.0)]).await;
    let (traces, graph, page) = answers(&world).await;
    for _ in 0..3 {
        world = world.restarted().await;
        assert_eq!(
            answers(&world).await,
            (traces.clone(), graph.clone(), page.clone())
        );
        // A repetition changes nothing either, stored or live.
        world
            .put(&[segment(1, 0.0, 1.0), segment(3, 0.0, 1.0), late(1, 9)])
            .await;
        assert_eq!(
            answers(&world).await,
            (traces.clone(), graph.clone(), page.clone())
        );
        world.cut().await;
    }
}

async fn answers(world: &World) -> (Value, Value, Value) {
    (
        world.traces(&[trace_id(1), trace_id(2), trace_id(3)]).await,
        world.graph(0.0, 60.0).await,
        world.summaries(window(0.0, 1.0)).await,
    )
}

/// settled.md 12: of two complete documents the first by position counts, stored or not.
#[tokio::test]
async fn settled_12_the_first_complete_document_wins_across_a_cut() {
    for is_cut_between in [false, true] {
        let world = World::new().await;
        world.put(&[segment(1, 0.0, 1.0)]).await;
        if is_cut_between {
            world.cut().await;
        }
        let second = crate::world::with(segment(1, 0.0, 5.0), json!({ "fault": true, "name": "other" }));
        world.put(&[second]).await;
        for _ in 0..2 {
            let summary = world.summary(window(0.0, 1.0)).await;
            assert_eq!(
                (&summary["Duration"], &summary["HasFault"]),
                (&json!(1.0), &json!(false))
            );
            assert_eq!(summary["EntryPoint"]["Name"], json!("shop"));
            world.cut().await;
        }
    }
}

/// settled.md 25: an import carries receipts; a put is stamped by the server, whatever its documents say.
#[tokio::test]
async fn settled_25_only_an_import_says_when_it_was_received() {
    let world = World::new().await;
    world.wait_until(100.0);
    let boasting = json!({ "receipt": START, "Receipt": START, "received_at": START });
    world
        .put(&[crate::world::with(segment(1, 0.0, 1.0), boasting)])
        .await;
    world.receive(50.0, &segment(2, 0.0, 1.0)).await;
    for _ in 0..2 {
        let event = |from: f64, until: f64| {
            crate::world::with(window(from, until), json!({ "TimeRangeType": "Event" }))
        };
        assert_eq!(world.numbers(event(100.0, 101.0)).await, [1]);
        assert_eq!(world.numbers(event(50.0, 51.0)).await, [2]);
        assert_eq!(world.numbers(event(0.0, 3_600.0)).await, [1, 2]);
        world.cut().await;
    }
}

/// settled.md 26: each trace is seen once while traces come, are cut and are superseded.
#[tokio::test]
async fn settled_26_a_reader_sees_each_trace_once_while_others_write_and_cut() {
    let world = World::new().await;
    let write = async {
        for number in 1..=30_u64 {
            world.put(&[segment(number, 0.0, 1.0)]).await;
            // Something late for a trace that has been stored by now.
            world.put(&[late(number.div_ceil(2), 1_000 + number)]).await;
        }
    };
    let cut = async {
        for _ in 0..15 {
            world.cut().await;
            tokio::task::yield_now().await;
        }
    };
    let read = async {
        let mut most = 0;
        for _ in 0..60 {
            let seen = world.numbers(window(0.0, 1.0)).await;
            let mut distinct = seen.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), seen.len(), "{seen:?}");
            assert!(
                distinct.iter().copied().eq(1..=seen.len() as u64),
                "none is missing: {seen:?}"
            );
            assert!(seen.len() >= most, "none goes away");
            most = seen.len();
            let graph = world.graph(0.0, 60.0).await;
            let total = graph["Services"][0]["SummaryStatistics"]["TotalCount"]
                .as_u64()
                .unwrap_or_default();
            assert!(
                total >= most as u64,
                "counted when it was seen: {total} of {most}"
            );
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(write, cut, read);
    world.cut().await;
    let seen = world.numbers(window(0.0, 1.0)).await;
    assert_eq!(seen.len(), 30);
    let graph = world.graph(0.0, 60.0).await;
    assert_eq!(graph["Services"][0]["SummaryStatistics"]["TotalCount"], json!(30));
}
