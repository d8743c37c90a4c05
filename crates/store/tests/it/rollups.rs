//! Roll-ups beside blocks: complete, and mended where they are not.

use std::path::PathBuf;

use service_graph::{GraphSum, ServiceGraph, Window};
use store::Store;

use crate::sample::{RETENTION, World, cut, write};

/// The graph of some seconds.
async fn graph(store: &Store, first: i64, last: i64) -> ServiceGraph {
    let mut sum = GraphSum::new("");
    let added = store
        .snapshot()
        .add_rollups(&mut sum, Window::until(first, last))
        .await;
    added.expect("an answer");
    sum.graph()
}

/// How many requests entered in some seconds.
async fn requests(store: &Store, first: i64, last: i64) -> i64 {
    let graph = graph(store, first, last).await;
    graph.edges.values().map(|edge| edge.tally.counts.total()).sum()
}

/// Three segments of two traces, one of which was written twice.
async fn filled(world: &World) -> Store {
    let store = world.open().await;
    write(&store, vec![cut(1, &[1]), cut(2, &[2])]).await;
    write(&store, vec![cut(1, &[70])]).await;
    store
}

fn rollups_of(world: &World) -> Vec<PathBuf> {
    world
        .files()
        .iter()
        .map(|file| file.with_extension("rollups"))
        .collect()
}

#[tokio::test]
async fn a_trace_that_was_written_twice_counts_once() {
    let world = World::new();
    let store = filled(&world).await;
    assert_eq!(requests(&store, 0, 100).await, 3);
    assert_eq!(requests(&store, 0, 60).await, 2);
    assert_eq!(requests(&store, 61, 100).await, 1);
}

#[tokio::test]
async fn missing_roll_ups_are_made_at_open() {
    let world = World::new();
    let store = filled(&world).await;
    let before = graph(&store, 0, 100).await;
    drop(store);
    for file in rollups_of(&world) {
        std::fs::remove_file(file).expect("removed");
    }
    let store = world.open().await;
    assert_eq!(rollups_of(&world).len(), 2);
    assert_eq!(graph(&store, 0, 100).await, before);
}

#[tokio::test]
async fn damaged_roll_ups_are_made_anew_when_they_are_read() {
    let world = World::new();
    let store = filled(&world).await;
    let before = graph(&store, 0, 100).await;
    for file in rollups_of(&world) {
        let mut bytes = std::fs::read(&file).expect("roll-ups");
        bytes[20] ^= 1;
        std::fs::write(&file, bytes).expect("damaged");
    }
    drop(store);
    let store = world.open().await;
    assert_eq!(graph(&store, 0, 100).await, before);
    assert_eq!(store.quarantined(), 0, "the documents are sound");
    assert_eq!(graph(&store, 0, 100).await, before, "the new ones can be read");
}

#[tokio::test]
async fn what_lies_beyond_the_retention_is_in_no_graph() {
    let world = World::new();
    let store = filled(&world).await;
    world
        .clock
        .advance(std::time::Duration::from_secs(50) + RETENTION);
    assert_eq!(requests(&store, 0, 100).await, 1);
}
