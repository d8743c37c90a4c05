//! A store in a folder of its own, and documents to put in.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use assembly::CutTrace;
use bytes::Bytes;
use clock::{ManualClock, SeededRandomness, Timestamp};
use document::TraceId;
use store::{
    ClockColumn, Condition, Counting, GroupsView, OpenError, Predicate, Snapshot, Store, StoreConfig, Written,
};
use trace::Received;

/// Every trace.
pub(crate) const EVER: Predicate = Predicate {
    clock: ClockColumn::Receipts,
    from: Timestamp::MIN,
    until: Timestamp::MAX,
    condition: Condition::Every,
};

/// What the ids of blocks follow from.
pub(crate) const SEED: u64 = 3;

pub(crate) const RETENTION: Duration = Duration::from_secs(1_000);

/// A folder with a store in it, which can be opened again and again.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Arc<ManualClock>,
    chance: Arc<SeededRandomness>,
}

impl World {
    pub(crate) fn new() -> World {
        World {
            folder: tempfile::tempdir().expect("a folder"),
            clock: Arc::new(ManualClock::at(second(0))),
            chance: Arc::new(SeededRandomness::new(SEED)),
        }
    }

    pub(crate) async fn open(&self) -> Store {
        self.open_with(StoreConfig::new(self.directory()).groups).await
    }

    pub(crate) async fn open_with(&self, groups: GroupsView) -> Store {
        let config = StoreConfig {
            retention: RETENTION,
            groups,
            ..StoreConfig::new(self.directory())
        };
        Store::open(config, self.clock.clone(), self.chance.clone())
            .await
            .expect("a store")
    }

    pub(crate) async fn open_counting(&self, counting: Counting) -> Result<Store, OpenError> {
        let config = StoreConfig {
            retention: RETENTION,
            counting,
            ..StoreConfig::new(self.directory())
        };
        Store::open(config, self.clock.clone(), self.chance.clone()).await
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// The files of blocks, by name. None of them is without roll-ups, and no roll-ups are without their block.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.directory().join("blocks")).expect("the folder of blocks");
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
        files.sort();
        let is_block = |file: &PathBuf| file.extension().is_some_and(|end| end == "parquet");
        let (blocks, rollups): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(is_block);
        let stems = |files: &[PathBuf]| {
            files
                .iter()
                .map(|file| file.with_extension(""))
                .collect::<Vec<_>>()
        };
        assert_eq!(stems(&blocks), stems(&rollups));
        blocks
    }
}

pub(crate) fn second(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

pub(crate) fn trace_id(number: u32) -> TraceId {
    format!("1-58406520-{number:024x}").parse().expect("a trace id")
}

/// The documents at these positions, which were received in the second that their position says.
pub(crate) fn cut(trace: u32, positions: &[u64]) -> CutTrace {
    let documents = positions.iter().map(|position| {
        let id = trace_id(trace);
        let text = format!(
            r#"{{"id":"{position:016x}","name":"shop","trace_id":"{id}","start_time":{position},"end_time":{}}}"#,
            position + 1,
        );
        let segment = document::reread(&Bytes::from(text)).expect("a valid document");
        let receipt = second(i64::try_from(*position).expect("a small number"));
        Received { segment: Arc::new(segment), position: *position, receipt }
    });
    CutTrace {
        id: trace_id(trace),
        documents: Arc::new(documents.collect()),
    }
}

pub(crate) async fn write(store: &Store, cut: Vec<CutTrace>) -> Written {
    store.write(cut).await.expect("a write")
}

/// Everything a snapshot shows: each trace with its writing and positions, as a scan and as a search by id find it.
pub(crate) async fn shown(snapshot: &Snapshot) -> Vec<(TraceId, u32, Vec<u64>)> {
    let keys = snapshot.scan(&EVER).await.expect("a scan");
    let read = snapshot.read(&keys).await.expect("documents");
    let mut shown = Vec::new();
    for trace in read {
        let positions = |documents: &[Received]| documents.iter().map(|one| one.position).collect::<Vec<_>>();
        let found = snapshot
            .trace(trace.id)
            .await
            .expect("an answer")
            .expect("a stored trace");
        assert_eq!(
            (found.writing, positions(&found.documents)),
            (trace.writing, positions(&trace.documents))
        );
        shown.push((trace.id, trace.writing, positions(&trace.documents)));
    }
    shown.sort();
    shown
}

/// What [`shown`] says of a trace.
pub(crate) fn row(trace: u32, writing: u32, positions: &[u64]) -> (TraceId, u32, Vec<u64>) {
    (trace_id(trace), writing, positions.to_vec())
}
