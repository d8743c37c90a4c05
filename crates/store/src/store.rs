//! The handle to all blocks.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use block::{PieceCache, Texts};
use catalog::Catalog;
use clock::{Clock, Randomness, Timestamp};
use document::TraceId;
use service_graph::{Admission, CountedBy, Counting, NoGroups};
use tokio::sync::{Mutex, watch};
use trace::Trace;

use crate::error::{ContributionError, ReadError};
use crate::listing::{Content, Listing};
use crate::objects::Objects;
use crate::snapshot::Snapshot;
use crate::stored_block::StoredBlock;
use crate::time_cache::TimeCache;

/// What an operator says of the store.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Where blocks and catalog lie; made if absent. Whoever opens it sees to it that nobody else does.
    pub directory: PathBuf,
    /// How long a trace is kept after its last receipt.
    pub retention: Duration,
    /// How many bytes of memory the columns of blocks that scans look at may take (65 bytes a trace).
    pub time_columns_bytes_max: usize,
    /// How many bytes of memory the pieces of blocks' indexes that were read may take.
    pub index_bytes_max: usize,
    /// The groups whose graphs roll-ups hold too.
    pub groups: GroupsView,
    /// How traces are counted. What a directory was made with stays, see [`OpenError::Counting`](crate::OpenError).
    pub counting: Counting,
    /// What stored traces can be found by besides their times and facts; nothing else where there are no rules.
    pub terms: Option<TermRules>,
}

/// What makes a trace's terms and texts. Their meaning is the caller's, who asks for them in a [`Condition`](block::Condition).
#[derive(Debug, Clone, Copy)]
pub struct TermRules {
    /// Written into each block. A block that says another one, or none, is never pruned by terms or texts.
    pub version: u64,
    /// The terms of a trace, in any order, and the texts that it can be searched by.
    pub terms_of: fn(&Trace) -> (Vec<u64>, Texts),
}

/// The groups as they are now, or nothing while they change: whoever judges traces waits then. Why that is enough is
/// said at [`service_graph::Admission`]'s module. What is there when the store is opened must be what there was.
pub type GroupsView = watch::Receiver<Option<Arc<dyn Admission>>>;

impl StoreConfig {
    /// The defaults, in this directory, without groups.
    pub fn new(directory: PathBuf) -> StoreConfig {
        StoreConfig {
            directory,
            retention: RETENTION,
            time_columns_bytes_max: TIME_COLUMNS_BYTES_MAX,
            index_bytes_max: INDEX_BYTES_MAX,
            counting: Counting::default(),
            terms: None,
            groups: watch::channel(Some(Arc::new(NoGroups) as Arc<dyn Admission>)).1,
        }
    }
}

/// All blocks; a cheap handle.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

/// How much is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// Blocks that are read.
    pub blocks: usize,
    /// Their size.
    pub size_bytes: u64,
    /// Traces in them.
    pub traces: u64,
    /// Rows in them that a later block superseded.
    pub superseded: u64,
    /// Blocks that are damaged, and therefore kept out of answers.
    pub quarantined: usize,
}

pub(crate) struct Inner {
    pub(crate) config: StoreConfig,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Randomness>,
    pub(crate) objects: Objects,
    pub(crate) catalog: Catalog,
    pub(crate) time_cache: TimeCache,
    pub(crate) pieces: Arc<PieceCache>,
    /// Held while the catalog's list of blocks changes, so that one change is made after the other.
    pub(crate) writer: Mutex<Writer>,
    /// Held while catalog and listing change together, by whoever takes damaged blocks out as well; never while
    /// documents are written or merged. Taken after `writer`.
    pub(crate) changing: Mutex<()>,
    pub(crate) shared: RwLock<Shared>,
}

/// What the next change must see to.
#[derive(Default)]
pub(crate) struct Writer {
    /// A change failed, so the catalog may say something else than the listing.
    pub(crate) is_unsure: bool,
    /// Blocks that are no longer listed, until their last reader is gone.
    pub(crate) leaving: Vec<Arc<StoredBlock>>,
}

/// What everyone reads.
pub(crate) struct Shared {
    pub(crate) listing: Arc<Listing>,
    pub(crate) quarantined: usize,
}

impl Store {
    /// What is stored, as of now. Later writes and expiry do not change it, and its files stay as long as it is held.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(Arc::clone(&self.inner), self.inner.listing())
    }

    /// The groups as they are now. Waits while they change.
    ///
    /// # Errors
    /// [`ReadError::Stopping`].
    pub async fn groups(&self) -> Result<Arc<dyn Admission>, ReadError> {
        Ok(self.inner.groups().await?)
    }

    /// Keeps that a trace refused a document because it was too large.
    ///
    /// # Errors
    /// [`ReadError::Catalog`].
    pub async fn keep_full(&self, id: TraceId) -> Result<(), ReadError> {
        let now = self.inner.clock.now();
        Ok(self.inner.catalog.keep_full_trace(*id.as_bytes(), now).await?)
    }

    /// Whether a trace ever did.
    ///
    /// # Errors
    /// [`ReadError::Catalog`].
    pub async fn is_full(&self, id: TraceId) -> Result<bool, ReadError> {
        Ok(self.inner.catalog.is_trace_full(*id.as_bytes()).await?)
    }

    /// How traces are counted.
    pub fn counting(&self) -> Counting {
        self.inner.config.counting
    }

    /// What time it is for the store.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// How long a trace is kept after its last receipt.
    pub fn retention(&self) -> Duration {
        self.inner.config.retention
    }

    /// Which content the store has now.
    pub fn content(&self) -> Content {
        self.inner.listing().content
    }

    /// Whether the document at this position of the journal is stored; a replay skips it then.
    pub fn is_stored(&self, position: u64) -> bool {
        self.inner.listing().is_stored(position)
    }

    /// The highest position of a stored document; the journal goes on behind it.
    pub fn last_position(&self) -> Option<u64> {
        self.inner.listing().last_position()
    }

    /// The latest receipt of a stored document; later ones are to be later.
    pub fn latest_receipt(&self) -> Option<Timestamp> {
        self.inner.listing().latest_receipt()
    }

    /// How much is stored.
    pub fn status(&self) -> Status {
        let listing = self.inner.listing();
        let rows: u64 = listing
            .blocks()
            .iter()
            .map(|stored| u64::from(stored.block.rows()))
            .sum();
        let superseded = listing.superseded();
        Status {
            blocks: listing.blocks().len(),
            size_bytes: listing.blocks().iter().map(|stored| stored.size_bytes).sum(),
            traces: rows - superseded.min(rows),
            superseded,
            quarantined: self.quarantined(),
        }
    }

    /// How many blocks are damaged, and therefore kept out of answers.
    pub fn quarantined(&self) -> usize {
        self.inner
            .shared
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .quarantined
    }

    /// Waits for a change that is under way and lets go of the catalog.
    pub async fn close(&self) {
        let _writer = self.inner.writer.lock().await;
        self.inner.catalog.close().await;
    }
}

impl Inner {
    pub(crate) fn listing(&self) -> Arc<Listing> {
        Arc::clone(&self.shared.read().unwrap_or_else(PoisonError::into_inner).listing)
    }

    /// INVARIANT: called after the documents are at hand that are to be judged.
    pub(crate) async fn groups(&self) -> Result<Arc<dyn Admission>, ContributionError> {
        let mut view = self.config.groups.clone();
        let known = view.wait_for(Option::is_some).await;
        let known = known.ok().and_then(|known| known.clone());
        let groups = known.ok_or(ContributionError::Stopping)?;
        let counting = self.config.counting;
        Ok(match counting == Counting::default() {
            true => groups,
            false => Arc::new(CountedBy { groups, counting }),
        })
    }

    /// Replaces the listing by what `change` makes of the current one.
    pub(crate) fn swap(&self, change: impl FnOnce(&Listing) -> Listing) {
        let mut shared = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        shared.listing = Arc::new(change(&shared.listing));
    }
}

const RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const TIME_COLUMNS_BYTES_MAX: usize = 64 << 20;
const INDEX_BYTES_MAX: usize = 32 << 20;
