//! Graphs from roll-ups, stored and live.

use super::*;

#[tokio::test]
async fn settled_1_9_and_14_graphs_are_the_same_however_often_traces_are_cut() {
    let (mut live, mut cut) = (World::new().await, World::new().await);
    let documents = live.visits(START, 90);
    live.import(&documents).await;
    for some in cut.visits(START, 90).chunks(40) {
        cut.import(some).await;
        cut.cut().await;
    }
    // What comes late belongs to stored traces, and stays live.
    cut.import(&late_calls(&documents)).await;
    live.import(&late_calls(&documents)).await;
    let mut links = 0;
    for (from, until) in [(0, 300), (10, 50), (60, 119), (33, 33), (0, 59)] {
        let asked = graph_window(START + from, START + until);
        let expected = live.query.service_graph(&asked).await.expect("a graph");
        let actual = cut.query.service_graph(&asked).await.expect("a graph");
        assert_eq!(actual.services, expected.services, "{from}..{until}");
        let edges = actual.services.iter().flat_map(|service| &service.edges);
        links += edges
            .filter(|edge| edge.edge_type.as_deref() == Some("link"))
            .count();
    }
    assert!(links > 0, "the shop's mails are linked to what ordered them");
}

#[tokio::test]
async fn what_live_traces_contribute_is_kept_up_to_date_from_question_to_question() {
    let mut world = World::new().await;
    let documents = world.visits(START, 60);
    let late = late_calls(&documents);
    let window = Window::until(START, START + 120);
    for (step, some) in documents.chunks(25).chain(late.chunks(10)).enumerate() {
        world.import(some).await;
        for is_cut in [false, true] {
            let mut exact = [(window, GraphSum::new(""))];
            world
                .query
                .pin()
                .await
                .add_rollups(&mut exact)
                .await
                .expect("every trace");
            let mut kept = [(window, GraphSum::new(""))];
            world.query.add_rollups(&mut kept).await.expect("what was kept");
            let [(_, exact), (_, kept)] = [exact, kept].map(|[sum]| sum);
            assert!(kept.graph() == exact.graph(), "step {step}, cut: {is_cut}");
            if step % 3 == 2 {
                world.cut().await;
            }
        }
    }
}

/// What is kept holds documents, so it is kept only as long as somebody asks.
#[tokio::test]
async fn the_account_of_live_traces_follows_whoever_asks_and_is_let_go_afterwards() {
    let mut world = World::new().await;
    let documents = world.visits(START, 30);
    let asked = graph_window(START, START + 60);
    let (first, rest) = documents.split_at(documents.len() / 2);
    world.import(first).await;
    world.query.follow_once().await;
    assert!(world.query.live_graph.lock().await.is_empty(), "nobody has asked");
    world.query.service_graph(&asked).await.expect("a graph");
    world.import(rest).await;
    world.query.follow_once().await;
    assert!(!world.query.live_graph.lock().await.is_empty());
    let followed = world.query.service_graph(&asked).await.expect("a graph");
    for _ in 0..=60 {
        world.query.follow_once().await;
    }
    assert!(
        world.query.live_graph.lock().await.is_empty(),
        "nobody has asked for long"
    );
    let anew = world.query.service_graph(&asked).await.expect("a graph");
    assert_eq!(followed.services, anew.services);
    assert!(!anew.services.is_empty());
}
