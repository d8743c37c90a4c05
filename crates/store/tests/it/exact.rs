//! Whatever is written, superseded, merged and lost, in whatever order: the graph is that of the traces that are left.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use assembly::CutTrace;
use document::TraceId;
use proptest::prelude::*;
use rustc_hash::FxHashMap;
use service_graph::{GraphSum, LinkedPair, LinkedTraces, NoGroups, Rollups, ServiceGraph, Window};
use store::{Snapshot, Store};
use tokio::runtime::Runtime;
use trace::Received;

use crate::sample::{EVER, World, cut, trace_id, write};

/// What happens to a store.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A document of this trace, which may name another one, earlier or yet to come, and the next one that can be named.
    Write(u32, Option<u64>),
    Compact,
    /// The roll-ups of a block are lost.
    LoseRollups(usize),
    /// A block is lost.
    LoseBlock(usize),
    /// A block is lost after someone has begun to look.
    LoseBlockBehind(usize),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..9_u32, proptest::option::of(1..20_u64)).prop_map(|(trace, named)| Step::Write(trace, named)),
        3 => Just(Step::Compact),
        1 => (0..12_usize).prop_map(Step::LoseRollups),
        1 => (0..12_usize).prop_map(Step::LoseBlock),
        1 => (0..12_usize).prop_map(Step::LoseBlockBehind),
        1 => Just(Step::Reopen),
    ]
}

/// A document that takes up what the document at another position had left, in the trace that says so.
fn naming(trace: u32, position: u64, (other, named): (u32, u64)) -> CutTrace {
    let mut naming = cut(trace, &[position]);
    for received in Arc::make_mut(&mut naming.documents) {
        let text = String::from_utf8(received.segment.text.to_vec()).expect("text");
        let link = format!(
            r#"{{"links":[{{"trace_id":"{}","id":"{named:016x}"}}],"#,
            trace_id(other)
        );
        let segment = document::reread(&text.replacen('{', &link, 1).into());
        received.segment = Arc::new(segment.expect("a valid document"));
    }
    naming
}

/// Which trace the second document of a write is of.
fn trace_of(write: u64) -> u32 {
    u32::try_from(write % 9).expect("small")
}

/// A store, and how often it was written to.
struct Tried {
    world: World,
    store: Store,
    writes: u64,
}

impl Tried {
    async fn new() -> Tried {
        let world = World::new();
        let store = world.open().await;
        Tried {
            world,
            store,
            writes: 0,
        }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Write(trace, named) => {
                self.writes += 1;
                let (first, second) = (2 * self.writes - 1, 2 * self.writes);
                let first = match named {
                    Some(named) => naming(trace, first, (trace_of(named), 2 * named)),
                    None => cut(trace, &[first]),
                };
                write(&self.store, vec![first, cut(trace_of(self.writes), &[second])]).await;
            }
            // A merge that finds a damaged block leaves it to the next one.
            Step::Compact => drop(self.store.compact().await),
            Step::LoseRollups(number) => self.lose(number, "rollups"),
            Step::LoseBlock(number) => {
                self.lose(number, "parquet");
                // It is found when it is looked for.
                self.looked(&self.store.snapshot()).await;
            }
            Step::LoseBlockBehind(number) => {
                let held = self.store.snapshot();
                self.writes += 1;
                write(&self.store, vec![cut(10, &[2 * self.writes])]).await;
                self.lose(number, "parquet");
                let seen = self.looked(&held).await;
                assert_eq!(graph(&held).await, expected(&seen), "of one who looked before");
            }
            Step::Reopen => self.store = self.world.open().await,
        }
    }

    fn lose(&self, number: usize, end: &str) {
        let entries = fs::read_dir(self.world.directory().join("blocks")).expect("the folder of blocks");
        let files = entries.map(|entry| entry.expect("a file").path());
        let mut files: Vec<PathBuf> = files
            .filter(|file| file.extension().is_some_and(|found| found == end))
            .collect();
        files.sort();
        if let Some(file) = files.get(number) {
            fs::remove_file(file).expect("removed");
        }
    }

    /// What is left, once all damage is found.
    async fn looked(&self, snapshot: &Snapshot) -> Vec<(TraceId, Arc<Vec<Received>>)> {
        loop {
            let before = snapshot.content();
            let keys = snapshot.scan(&EVER).await.expect("a scan");
            let read = snapshot.read(&keys).await.expect("documents");
            if snapshot.content() == before {
                return read
                    .into_iter()
                    .map(|trace| (trace.id, Arc::new(trace.documents.to_vec())))
                    .collect();
            }
        }
    }
}

async fn graph(snapshot: &Snapshot) -> ServiceGraph {
    let mut sum = GraphSum::new("");
    let added = snapshot.add_rollups(&mut sum, Window::until(0, 200)).await;
    added.expect("an answer");
    sum.graph()
}

/// The graph of these traces, each counted once, and of their links.
fn expected(traces: &[(TraceId, Arc<Vec<Received>>)]) -> ServiceGraph {
    let by_id: FxHashMap<TraceId, &[Received]> = traces
        .iter()
        .map(|(id, documents)| (*id, documents.as_slice()))
        .collect();
    let mut rollups = Rollups::default();
    for (id, documents) in traces {
        rollups.add_trace(*id, documents, &NoGroups, 1);
        for pair in LinkedPair::of(*id, documents) {
            if let (Some(consumer), Some(producer)) = (by_id.get(&pair.consumer), by_id.get(&pair.producer)) {
                let linked = LinkedTraces {
                    pair,
                    consumer,
                    producer,
                };
                rollups.add_links(linked, &NoGroups, 1);
            }
        }
    }
    let mut sum = GraphSum::new("");
    sum.add_rollups(&rollups, Window::until(0, 200));
    sum.graph()
}

async fn tried(steps: Vec<Step>) {
    let mut tried = Tried::new().await;
    for (number, step) in steps.iter().enumerate() {
        tried.step(*step).await;
        let snapshot = tried.store.snapshot();
        let seen = tried.looked(&snapshot).await;
        assert_eq!(
            graph(&snapshot).await,
            expected(&seen),
            "after step {number}, {step:?}"
        );
    }
    let before = graph(&tried.store.snapshot()).await;
    // The sum holds for roll-ups that were kept as for those that are made from documents.
    let blocks = fs::read_dir(tried.world.directory().join("blocks")).expect("the folder of blocks");
    for file in blocks.map(|entry| entry.expect("a file").path()) {
        if file.extension().is_some_and(|end| end == "rollups") {
            fs::remove_file(file).expect("removed");
        }
    }
    tried.step(Step::Reopen).await;
    assert_eq!(graph(&tried.store.snapshot()).await, before, "all made anew");
}

/// Links that a later block counted, which knows nothing of the lost one but that they are linked.
#[tokio::test]
async fn settled_9_a_link_goes_with_the_block_that_named_it() {
    for is_reopened in [false, true] {
        let mut tried = Tried::new().await;
        write(&tried.store, vec![naming(3, 4, (1, 20))]).await;
        tried.lose(0, "parquet");
        write(&tried.store, vec![cut(1, &[20])]).await;
        if is_reopened {
            tried.step(Step::Reopen).await;
        }
        let snapshot = tried.store.snapshot();
        let seen = tried.looked(&snapshot).await;
        assert_eq!((seen.len(), graph(&snapshot).await), (1, expected(&seen)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn settled_1_and_9_the_graph_is_that_of_the_traces_that_are_left(steps in proptest::collection::vec(step(), 1..50)) {
        Runtime::new().expect("a runtime").block_on(tried(steps));
    }
}
