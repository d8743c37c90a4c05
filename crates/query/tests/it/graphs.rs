//! The worked examples of service-graph.md 6 through GetServiceGraph, live and stored, against `fixtures/graphs`.

use serde_json::{Value, json};

use crate::world::{World, assert_same, spelled_out};

macro_rules! example {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../../../fixtures/graphs/", $name, ".documents.jsonl")).to_owned(),
            include_str!(concat!("../../../../fixtures/graphs/", $name, ".graph.json")),
        )
    };
}

/// service-graph.md 6.1 to 6.6, and 6.4 with the middle segment arrived.
#[tokio::test]
async fn service_graph_6_every_worked_example_through_get_service_graph() {
    for (name, documents, expected) in [
        example!("6.1-table"),
        example!("6.2-gateway-lambda-sql"),
        example!("6.3-both-traced"),
        example!("6.4-missing-middle"),
        example!("6.5-link"),
        example!("6.6-classes"),
        middle_arrived(),
    ] {
        let documents = spelled_out(&documents);
        let expected: Value = serde_json::from_str(expected).expect("a graph");
        // All in one call; each in its own; each in its own and stored at once; and the other way round.
        for (way, cut) in [
            ("together", Cut::Later),
            ("singly", Cut::Later),
            ("singly", Cut::EachTime),
            ("reversed", Cut::EachTime),
        ] {
            let world = World::new().await;
            match way {
                "together" => world.put(&documents).await,
                "singly" => put_each(&world, documents.iter(), cut).await,
                _ => put_each(&world, documents.iter().rev(), cut).await,
            }
            for is_cut in [false, true] {
                let graph = world.graph(0.0, 3_600.0).await;
                assert_same(&graph, &expected, &format!("{name}, {way}, {cut:?}, {is_cut}"));
                world.cut().await;
            }
            let world = world.restarted().await;
            assert_same(
                &world.graph(0.0, 3_600.0).await,
                &expected,
                &format!("{name}, restarted"),
            );
        }
    }
}

/// The documents of 6.4, with the one that was missing.
fn middle_arrived() -> (&'static str, String, &'static str) {
    let (_, missing, _) = example!("6.4-missing-middle");
    let (name, middle, graph) = example!("6.4-middle-arrived");
    (name, missing + &middle, graph)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Cut {
    Later,
    EachTime,
}

async fn put_each(world: &World, documents: impl Iterator<Item = &Value>, cut: Cut) {
    for document in documents {
        world.put(std::slice::from_ref(document)).await;
        if cut == Cut::EachTime {
            world.cut().await;
        }
    }
}

/// service-graph.md 6.5: a batch of n messages from n traces gives the link edge n counts, its consumer one.
#[tokio::test]
async fn service_graph_6_5_a_batch_of_three_messages_counts_three_links_and_one_consumer() {
    let documents = spelled_out(include_str!(
        "../../../../fixtures/graphs/6.5-batch.documents.jsonl"
    ));
    let expected = include_str!("../../../../fixtures/graphs/6.5-batch.graph.json");
    let expected: Value = serde_json::from_str(expected).expect("a graph");
    for cut in [Cut::Later, Cut::EachTime] {
        let world = World::new().await;
        put_each(&world, documents.iter(), cut).await;
        assert_same(&world.graph(0.0, 3_600.0).await, &expected, &format!("{cut:?}"));
    }
}

/// service-graph.md 6.4: with `http.request.traced` and without the detached segment the trace is not partial.
#[tokio::test]
async fn service_graph_6_4_the_summary_of_a_missing_middle() {
    let documents = spelled_out(include_str!(
        "../../../../fixtures/graphs/6.4-missing-middle.documents.jsonl"
    ));
    for (sent, is_partial) in [(documents.as_slice(), true), (&documents[..1], false)] {
        let world = World::new().await;
        world.put(sent).await;
        let summary = world.summary(crate::world::window(0.0, 60.0)).await;
        assert_eq!(summary["IsPartial"], json!(is_partial));
        assert_eq!(summary["EntryPoint"]["Name"], json!("front"));
        assert_eq!(summary["HasFault"], json!(false));
        let names = summary["ServiceIds"].to_string();
        assert!(names.contains("middle.example"), "{names}");
    }
}
