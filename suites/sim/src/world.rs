//! The product on simulated storage: opened, crashed, and opened again.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, SeededRandomness};
use ingest::{Ingest, IngestConfig};
use journal::{FileJournal, FileJournalConfig, Recovery, ReplayReport};
use query::{Query, QueryConfig};
use settings::Settings;
use store::{Store, StoreConfig};
use tempfile::TempDir;

use crate::chance::Chance;
use crate::disk::SimDisk;
use crate::fate::Fate;
use crate::groups::{KeptGroups, OpenGroups};
use crate::objects::SimObjects;

/// One data directory, and the product on it.
pub(crate) struct World {
    seed: u64,
    starts: u64,
    pub(crate) fate: Arc<Fate>,
    pub(crate) disk: SimDisk,
    pub(crate) objects: SimObjects,
    folder: TempDir,
    limits: Limits,
    open: Option<Open>,
}

/// Limits small enough to be met.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) file_bytes_max: u64,
    pub(crate) journal_bytes_max: u64,
    pub(crate) spare_files_max: usize,
    pub(crate) live_bytes_max: usize,
}

/// The product while it runs.
pub(crate) struct Open {
    pub(crate) journal: FileJournal,
    pub(crate) ingest: Ingest,
    pub(crate) store: Store,
    pub(crate) groups: OpenGroups,
    pub(crate) settings: Settings,
    pub(crate) query: Query,
    /// The same with small pages, for summaries only: of graphs one alone keeps account.
    pub(crate) leafing: Query,
    pub(crate) found: Found,
}

/// What a start found in the journal.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) recovery: Recovery,
    pub(crate) report: ReplayReport,
    /// Positions that were handed out.
    pub(crate) replayed: Vec<u64>,
}

/// How the product ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Nothing that was not synced is sure to be there.
    PowerLoss,
    /// The process is gone, the machine goes on.
    Kill,
    /// An orderly stop.
    Stop,
}

impl World {
    /// An empty world whose catalog begins as this one.
    pub(crate) fn new(seed: u64, fate: Arc<Fate>, catalog: &[u8], limits: Limits) -> World {
        let folder = folder();
        fs::write(folder.path().join(CATALOG), catalog).expect("a temporary file");
        World {
            seed,
            starts: 0,
            disk: SimDisk::new(Arc::clone(&fate)),
            objects: SimObjects::new(Arc::clone(&fate)),
            fate,
            folder,
            limits,
            open: None,
        }
    }

    /// The product, which runs.
    pub(crate) fn open(&self) -> &Open {
        self.open.as_ref().expect("it is started before it is used")
    }

    /// The catalog's file.
    pub(crate) fn catalog(&self) -> std::path::PathBuf {
        self.folder.path().join(CATALOG)
    }

    /// Starts the product.
    pub(crate) async fn start(&mut self) -> Result<(), String> {
        self.starts += 1;
        let clock: Arc<dyn Clock> = Arc::clone(&self.fate) as Arc<dyn Clock>;
        let chance = SeededRandomness::new(self.seed.wrapping_mul(1_000).wrapping_add(self.starts));
        let groups = OpenGroups::open(&self.catalog()).await?;
        let config = StoreConfig {
            retention: RETENTION,
            terms: Some(query::term_rules()),
            groups: groups.view(),
            ..StoreConfig::new(self.folder.path().to_owned())
        };
        let objects = Arc::new(self.objects.clone());
        let store = match Store::open_on(objects, config, Arc::clone(&clock), Arc::new(chance)).await {
            Ok(store) => store,
            Err(error) => {
                groups.close().await;
                return Err(told("the store does not open", &error));
            }
        };
        match self.start_ingest(&store, (&groups, clock)).await {
            Ok((ingest, settings, (journal, found))) => {
                self.open = Some(Open::new((store, ingest, journal), (groups, settings), found));
                Ok(())
            }
            Err(error) => {
                store.close().await;
                groups.close().await;
                Err(error)
            }
        }
    }

    async fn start_ingest(
        &self,
        store: &Store,
        (groups, clock): (&OpenGroups, Arc<dyn Clock>),
    ) -> Result<(Ingest, Settings, (FileJournal, Found)), String> {
        let journal = FileJournalConfig {
            file_bytes_max: self.limits.file_bytes_max,
            journal_bytes_max: self.limits.journal_bytes_max,
            spare_files_max: self.limits.spare_files_max,
            ..FileJournalConfig::in_directory("journal")
        };
        let opened = FileJournal::open_on(Arc::new(self.disk.clone()), &journal);
        let (journal, recovery) = opened.map_err(|error| told("the journal does not open", &error))?;
        let mut replayed = vec![];
        let report = journal.replay(|position, _| replayed.push(position.0));
        let report = report.map_err(|error| told("the journal cannot be replayed", &error))?;
        let config = IngestConfig {
            live_bytes_max: self.limits.live_bytes_max,
            ..IngestConfig::default()
        };
        let ingest = Ingest::open(journal.clone(), store.clone(), clock, config).await;
        let ingest = ingest.map_err(|error| told("the write path does not open", &error))?;
        if let Some(moment) = groups.latest_change() {
            ingest.receive_after(moment);
        }
        let chance = self.seed.wrapping_mul(1_000).wrapping_add(self.starts);
        let settings = match groups.settings(!chance, &self.fate, ingest.receipts()).await {
            Ok(settings) => settings,
            Err(error) => {
                ingest.close();
                return Err(error);
            }
        };
        let found = Found {
            recovery,
            report,
            replayed,
        };
        Ok((ingest, settings, (journal, found)))
    }

    /// Ends the product; what is stored becomes what such an end leaves.
    pub(crate) async fn end(&mut self, end: End) {
        // What the catalog holds at this moment: closing it would tidy it up.
        let left = folder();
        if let Some(open) = self.open.take() {
            copy_catalog(self.folder.path(), left.path());
            open.ingest.close();
            open.store.close().await;
            open.groups.close().await;
            drop(open);
            if end != End::Stop {
                self.folder = left;
            }
        }
        match end {
            End::Stop | End::Kill => {}
            End::PowerLoss => {
                self.disk.lose_unsynced();
                self.objects.lose_unsynced();
                self.tear_catalog();
            }
        }
    }

    /// A transaction that was being written when power was lost: bytes at the end that are no frame. How long the log is
    /// depends on when SQLite's connections come and go, so nothing that is drawn depends on it.
    fn tear_catalog(&self) {
        if self.fate.below(2) != 0 {
            return;
        }
        let (length, seed) = (self.fate.below(5_000), self.fate.below(u64::MAX));
        let mut chance = Chance::new(seed, 0);
        let log = self.folder.path().join(format!("{CATALOG}-wal"));
        let mut bytes = fs::read(&log).unwrap_or_default();
        bytes.extend((0..length).map(|_| chance.below(256) as u8));
        fs::write(&log, bytes).expect("a temporary file");
        self.fate.count("torn tail of the catalog's log");
    }
}

impl Open {
    fn new(
        (store, ingest, journal): (Store, Ingest, FileJournal),
        (groups, settings): (OpenGroups, Settings),
        found: Found,
    ) -> Open {
        let config = QueryConfig::new("000000000000".to_owned());
        let small = QueryConfig {
            page_matches_max: 7,
            ..config.clone()
        };
        let kept = Arc::new(KeptGroups(settings.clone()));
        let query = |config| Query::new(ingest.clone(), store.clone(), config).with_groups(kept.clone());
        Open {
            query: query(config),
            leafing: query(small),
            journal,
            ingest,
            store,
            groups,
            settings,
            found,
        }
    }
}

/// A folder in memory where there is one, since nothing in it must survive.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => TempDir::with_prefix_in("roentgen-sim-", memory),
        false => TempDir::with_prefix("roentgen-sim-"),
    };
    folder.expect("a temporary folder")
}

fn copy_catalog(from: &Path, to: &Path) {
    for ending in ["", "-wal"] {
        let name = format!("{CATALOG}{ending}");
        if from.join(&name).exists() {
            fs::copy(from.join(&name), to.join(&name)).expect("room for a copy");
        }
    }
}

/// A catalog with what always is in it, so that not every world has to make its tables.
pub(crate) async fn empty_catalog() -> Vec<u8> {
    let folder = folder();
    let config = StoreConfig::new(folder.path().to_owned());
    let groups = OpenGroups::open(&folder.path().join(CATALOG)).await;
    let groups = groups.expect("an empty folder is enough for groups");
    let fate = Arc::new(Fate::new(0, clock::Timestamp::EPOCH));
    let objects = Arc::new(SimObjects::new(Arc::clone(&fate)));
    let chance = Arc::new(SeededRandomness::new(0));
    let receipts = Arc::clone(&fate) as Arc<dyn Clock>;
    let settings = groups.settings(0, &fate, receipts).await;
    drop(settings.expect("groups are enough for settings"));
    groups.close().await;
    let store = Store::open_on(objects, config, fate, chance).await;
    store
        .expect("an empty folder is enough for a store")
        .close()
        .await;
    fs::read(folder.path().join(CATALOG)).expect("the catalog was just made")
}

/// An error with its causes.
pub(crate) fn told(what: &str, error: &dyn std::error::Error) -> String {
    let mut text = format!("{what}: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

pub(crate) const RETENTION: Duration = Duration::from_secs(4 * 86_400);
const CATALOG: &str = "catalog.sqlite";
