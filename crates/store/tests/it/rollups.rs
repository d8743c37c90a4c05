//! Roll-ups beside blocks: complete, and mended where they are not.

use std::path::PathBuf;
use std::sync::Arc;

use assembly::CutTrace;
use clock::Timestamp;
use service_graph::{
    Admission, EdgeKind, GraphSum, GroupNamed, NoGroups, Scope, ServiceGraph, VersionInForce, Window,
};
use store::{GroupsView, Store};
use tokio::sync::watch;
use trace::Trace;

use crate::sample::{RETENTION, World, cut, trace_id, write};

/// The graph of some seconds.
async fn graph(store: &Store, first: i64, last: i64) -> ServiceGraph {
    graph_of(store, Scope::EVERY_TRACE, (first, last)).await
}

async fn graph_of(store: &Store, scope: Scope, (first, last): (i64, i64)) -> ServiceGraph {
    let mut sum = GraphSum::new("");
    let window = Window {
        scope,
        ..Window::until(first, last)
    };
    let added = store.snapshot().add_rollups(&mut sum, window).await;
    added.expect("an answer");
    sum.graph()
}

/// How many requests entered in some seconds.
async fn requests(store: &Store, first: i64, last: i64) -> i64 {
    let graph = graph(store, first, last).await;
    let all: i64 = graph.edges.values().map(|edge| edge.tally.counts.total()).sum();
    all - links(&graph)
}

/// Three segments of two traces, one of which was written twice, and two that are linked to the first, stored before
/// and after it.
async fn filled(world: &World) -> Store {
    fill(world.open().await).await
}

async fn fill(store: Store) -> Store {
    write(&store, vec![linked(3, 4), cut(2, &[2])]).await;
    write(&store, vec![cut(1, &[1])]).await;
    write(&store, vec![cut(1, &[70]), linked(5, 6)]).await;
    store
}

/// A segment that took up what the first trace's first segment had left.
fn linked(trace: u32, position: u64) -> CutTrace {
    let mut linked = cut(trace, &[position]);
    for received in Arc::make_mut(&mut linked.documents) {
        let text = String::from_utf8(received.segment.text.to_vec()).expect("text");
        let link = format!(
            r#"{{"links":[{{"trace_id":"{}","id":"{:016x}"}}],"#,
            trace_id(1),
            1
        );
        let segment = document::reread(&text.replacen('{', &link, 1).into());
        received.segment = Arc::new(segment.expect("a valid document"));
    }
    linked
}

/// How many links there are.
fn links(graph: &ServiceGraph) -> i64 {
    let links = graph
        .edges
        .iter()
        .filter(|((_, _, kind), _)| *kind == EdgeKind::Link);
    links.map(|(_, edge)| edge.tally.counts.total()).sum()
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
    assert_eq!(requests(&store, 0, 100).await, 5);
    assert_eq!(requests(&store, 0, 60).await, 4);
    assert_eq!(requests(&store, 61, 100).await, 1);
}

#[tokio::test]
async fn settled_9_a_link_counts_once_both_traces_are_stored_whichever_came_first() {
    let world = World::new();
    let store = filled(&world).await;
    assert_eq!(links(&graph(&store, 0, 100).await), 2);
    assert_eq!(links(&graph(&store, 5, 100).await), 1);
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
    assert_eq!(rollups_of(&world).len(), 3);
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

/// Version 1 admits what was there first, version 2, in force from the seventieth second on, everything.
#[derive(Debug)]
struct TwoVersions([VersionInForce; 2]);

impl Admission for TwoVersions {
    fn versions(&self) -> &[VersionInForce] {
        &self.0
    }

    fn admits(&self, number: u32, trace: &Trace) -> bool {
        number == 2 || trace.id() == trace_id(2)
    }

    fn group(&self, _named: GroupNamed<'_>) -> Option<u32> {
        None
    }
}

fn two_versions() -> GroupsView {
    watch::channel(Some(admission())).1
}

fn admission() -> Arc<dyn Admission> {
    let change = Timestamp::from_seconds(70);
    let version = |number, from, until| VersionInForce {
        number,
        group: 1,
        from,
        until,
    };
    let first = version(1, Timestamp::EPOCH, Some(change));
    Arc::new(TwoVersions([first, version(2, change, None)]))
}

#[tokio::test]
async fn settled_31_while_groups_change_a_write_waits() {
    let world = World::new();
    let (tell, view) = watch::channel(Some(Arc::new(NoGroups) as Arc<dyn Admission>));
    let store = world.open_with(view).await;
    tell.send_replace(None);
    let known = async {
        tokio::task::yield_now().await;
        tell.send_replace(Some(admission()));
    };
    tokio::join!(write(&store, vec![cut(2, &[2])]), known);
    let graph = graph_of(&store, Scope(1), (0, 100)).await;
    assert_eq!(graph.nodes.len(), 2, "judged with what the change made");
}

#[tokio::test]
async fn settled_31_roll_ups_of_groups_survive_a_restart_and_are_mended_like_the_others() {
    let world = World::new();
    let store = fill(world.open_with(two_versions()).await).await;
    let of = async |store: &Store| {
        let old = graph_of(store, Scope(1), (0, 100)).await;
        (old, graph_of(store, Scope(2), (0, 100)).await)
    };
    let before = of(&store).await;
    let clients = |graph: &ServiceGraph| graph.tally_of_edges(|from, _| from.is_client()).counts.total();
    assert_eq!(
        (clients(&before.0), clients(&before.1)),
        (1, 2),
        "the second segment of the first trace won both"
    );
    assert_eq!(
        links(&before.1),
        0,
        "the consumers changed before the second version"
    );
    assert_eq!(clients(&graph_of(&store, Scope(2), (0, 69)).await), 0);
    assert_eq!(
        clients(&graph_of(&store, Scope(2), (70, 70)).await),
        2,
        "not before the admission"
    );
    drop(store);
    let store = world.open_with(two_versions()).await;
    assert_eq!(of(&store).await, before);
    drop(store);
    for file in rollups_of(&world) {
        std::fs::remove_file(file).expect("removed");
    }
    let store = world.open_with(two_versions()).await;
    assert_eq!(of(&store).await, before);
}

/// The last of three writings takes back the second one until that is lost, then the first one, then nothing.
#[tokio::test]
async fn a_trace_counts_whole_when_one_older_writing_after_the_other_is_lost() {
    let world = World::new();
    let store = world.open().await;
    let mut files = vec![];
    for position in [1, 2, 3] {
        let written = write(&store, vec![cut(1, &[position])]).await;
        let id = written.block.expect("a block");
        files.push(world.directory().join(format!("blocks/{id}.parquet")));
    }
    let whole = graph(&store, 0, 100).await;
    drop(store);
    for (lost, file) in [&files[1], &files[0]].into_iter().enumerate() {
        std::fs::remove_file(file).expect("removed");
        let store = world.open().await;
        assert_eq!(store.quarantined(), lost + 1);
        assert_eq!(graph(&store, 0, 100).await, whole, "{} lost", lost + 1);
    }
}
