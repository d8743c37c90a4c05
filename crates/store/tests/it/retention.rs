//! Forty days with a retention of thirty: what is stored stops growing, each document is written a bounded number of
//! times, and whoever asks while blocks are merged sees everything once.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use assembly::CutTrace;
use bytes::Bytes;
use catalog::Catalog;
use clock::{Clock, ManualClock, SeededRandomness, Timestamp};
use store::{Store, StoreConfig};
use trace::Received;

use crate::sample::{EVER, second, trace_id};

/// The positions of each trace's documents.
type Shown = BTreeMap<u32, Vec<u64>>;

/// A store of thirty days, and what was put into it.
struct Month {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    store: Store,
    /// What must be there: the positions of each trace, and its last receipt.
    model: BTreeMap<u32, (Vec<u64>, Timestamp)>,
    traces: u32,
    position: u64,
    seen: HashSet<PathBuf>,
    bytes: Written,
    merges_watched: u64,
}

/// Bytes of documents, and of the objects that cuts and merges made of them.
#[derive(Debug, Default)]
struct Written {
    documents: u64,
    by_cuts: u64,
    by_merges: u64,
}

impl Month {
    async fn begin() -> Month {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::at(second(0)));
        let config = StoreConfig::new(folder.path().join("store"));
        assert_eq!(config.retention, 30 * DAY, "the default");
        let chance = Arc::new(SeededRandomness::new(7));
        let store = Store::open(config, clock.clone(), chance).await;
        Month {
            folder,
            clock,
            store: store.expect("a store"),
            model: BTreeMap::new(),
            traces: 0,
            position: 0,
            seen: HashSet::new(),
            bytes: Written::default(),
            merges_watched: 0,
        }
    }

    /// New traces, and late documents of one that was cut some hours before.
    async fn cut(&mut self) {
        let late = self.traces.checked_sub(TRACES_PER_CUT * 3);
        let new = self.traces..self.traces + TRACES_PER_CUT;
        self.traces = new.end;
        let cut = new.chain(late).map(|trace| self.documents_of(trace)).collect();
        self.store.write(cut).await.expect("a write");
        self.bytes.by_cuts += self.new_bytes();
    }

    fn documents_of(&mut self, trace: u32) -> CutTrace {
        let (id, receipt) = (trace_id(trace), self.clock.now());
        let (positions, last_receipt) = self.model.entry(trace).or_insert((vec![], receipt));
        *last_receipt = receipt;
        let mut documents = vec![];
        for _ in 0..DOCUMENTS_PER_TRACE {
            self.position += 1;
            positions.push(self.position);
            let text = document_text(self.position, trace, receipt.seconds());
            self.bytes.documents += text.len() as u64;
            documents.push(Received {
                segment: Arc::new(document::reread(&text).expect("a valid document")),
                position: self.position,
                receipt,
            });
        }
        CutTrace {
            id,
            documents: Arc::new(documents),
        }
    }

    /// Merges all that is worth it. Whoever watches sees what was there, each document once, at every moment.
    async fn compact(&mut self, watch: Watch) {
        let expected: Shown = self
            .model
            .iter()
            .map(|(trace, (positions, _))| (*trace, positions.clone()))
            .collect();
        loop {
            let store = self.store.clone();
            let merging = tokio::spawn(async move { store.compact().await.expect("a compaction") });
            let mut looked = 0;
            while watch == Watch::Closely && !merging.is_finished() {
                assert_eq!(shown(&self.store).await, expected);
                looked += 1;
            }
            let merged = merging.await.expect("no panic");
            self.bytes.by_merges += self.new_bytes();
            if merged.blocks == 0 {
                return;
            }
            self.merges_watched += u64::from(looked > 0);
        }
    }

    /// What is younger than the retention is there, what is older than it by a slice is not, and everything is whole.
    async fn expire(&mut self) {
        self.store.expire().await.expect("an expiry");
        let limit = self.clock.now() - 30 * DAY;
        if limit < second(0) {
            return;
        }
        let there = shown(&self.store).await;
        for (trace, (positions, last_receipt)) in &self.model {
            match there.get(trace) {
                Some(shown) => assert_eq!(shown, positions, "trace {trace}"),
                None => assert!(*last_receipt < limit, "trace {trace}"),
            }
        }
        self.model.retain(|trace, _| there.contains_key(trace));
        assert_eq!(there.len(), self.model.len(), "nothing comes back");
        let oldest = self.model.values().map(|(_, last_receipt)| *last_receipt).min();
        assert!(
            limit - DAY <= oldest.expect("some"),
            "kept for a slice longer at most"
        );
    }

    /// Bytes of all objects, and rows of the catalog.
    async fn size(&self) -> (u64, u64) {
        let bytes = objects(&self.blocks())
            .iter()
            .map(|(_, size_bytes)| size_bytes)
            .sum();
        let catalog = Catalog::open(&self.folder.path().join("store/catalog.sqlite")).await;
        let catalog = catalog.expect("a catalog");
        let blocks = catalog.blocks().await.expect("blocks").len();
        let marks = catalog.superseded().await.expect("marks").len();
        catalog.close().await;
        (bytes, (blocks + marks) as u64)
    }

    /// Bytes of objects that were not there before.
    fn new_bytes(&mut self) -> u64 {
        let all = objects(&self.blocks());
        let new = all.into_iter().filter(|(file, _)| self.seen.insert(file.clone()));
        new.map(|(_, size_bytes)| size_bytes).sum()
    }

    fn blocks(&self) -> PathBuf {
        self.folder.path().join("store/blocks")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watch {
    Closely,
    Not,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settled_20_forty_days_with_a_retention_of_thirty_stay_flat() {
    let mut month = Month::begin().await;
    let (mut sizes, mut rows) = (vec![], vec![]);
    for day in 0..40 {
        let cuts = if day == BUSY_DAY {
            CUTS_ON_BUSY_DAY
        } else {
            CUTS_PER_DAY
        };
        for _ in 0..cuts {
            month.clock.advance(DAY / cuts);
            month.cut().await;
            let watch = if WATCHED_DAYS.contains(&day) {
                Watch::Closely
            } else {
                Watch::Not
            };
            month.compact(watch).await;
        }
        month.expire().await;
        let (size_bytes, catalog_rows) = month.size().await;
        sizes.push(size_bytes);
        rows.push(catalog_rows);
    }
    // A slice more than the retention, and the slice that is under way.
    for grown in [&sizes, &rows] {
        let flat = &grown[31..];
        let (least, most) = (flat.iter().min().expect("days"), flat.iter().max().expect("days"));
        assert!(*most <= least + least / 10, "{grown:?}");
        assert!(grown[29] > grown[0] * 20, "it did grow before: {grown:?}");
    }
    assert!(
        month.merges_watched >= WATCHED_DAYS.len() as u64,
        "{}",
        month.merges_watched
    );
    // Four tiers: each document is written by its cut and then at most once a tier.
    let Written {
        documents,
        by_cuts,
        by_merges,
    } = month.bytes;
    assert!(by_cuts <= documents + documents / 4, "{:?}", month.bytes);
    assert!(by_merges <= TIERS * by_cuts, "{:?}", month.bytes);
    assert!(by_merges > by_cuts / 3, "all of it was merged: {:?}", month.bytes);
}

async fn shown(store: &Store) -> Shown {
    let snapshot = store.snapshot();
    let keys = snapshot.scan(&EVER).await.expect("a scan");
    let mut shown = Shown::new();
    for trace in snapshot.read(&keys).await.expect("documents") {
        let number = u32::from_be_bytes(*trace.id.as_bytes().last_chunk().expect("sixteen bytes"));
        let positions = trace.documents.iter().map(|one| one.position).collect();
        assert_eq!(
            shown.insert(number, positions),
            None,
            "trace {number} is there twice"
        );
    }
    shown
}

fn objects(folder: &Path) -> Vec<(PathBuf, u64)> {
    let entries = std::fs::read_dir(folder).expect("the folder of blocks");
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.expect("a file");
        (entry.path(), entry.metadata().expect("a size").len())
    };
    entries.map(file).collect()
}

/// About as long as real documents, and packing about as well.
fn document_text(position: u64, trace: u32, at: i64) -> Bytes {
    let mut state = position;
    let words = (0..40).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        format!("order {:06x} of the customer", state >> 40)
    });
    let words: Vec<String> = words.collect();
    let (id, words) = (trace_id(trace), words.join(", "));
    let text = format!(
        r#"{{"id":"{position:016x}","name":"shop","trace_id":"{id}","start_time":{at},"end_time":{at}.5,"metadata":{{"n":"{words}"}}}}"#
    );
    text.into()
}

const DAY: Duration = Duration::from_secs(86_400);
/// Two merges' worth; on one day enough for a merge of merged blocks.
const CUTS_PER_DAY: u32 = 16;
const BUSY_DAY: u32 = 20;
const CUTS_ON_BUSY_DAY: u32 = 72;
const TRACES_PER_CUT: u32 = 3;
const DOCUMENTS_PER_TRACE: u64 = 2;
/// On these days somebody asks while blocks are merged.
const WATCHED_DAYS: [u32; 3] = [3, BUSY_DAY, 36];
const TIERS: u64 = 4;
