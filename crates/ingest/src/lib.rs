//! The write path: documents are accepted, journaled, made visible, and later cut into blocks.
//! Knows neither how documents are sent nor how they are asked for.
//!
//! ```text
//! put ─► accept ─► admit ─► journal ─► live traces ─► (quiet or old) ─► store ─► forgotten, journal trimmed
//! ```
//!
//! A document is acknowledged when it would survive power loss, and from that moment every query finds it:
//! the journal's own thread adds it to the live traces, in the order of positions, before the answer goes out.

mod admission;
mod config;
mod cutter;
mod live_view;
mod metric;
mod put;
mod receipts;
mod replay;
mod room;

use std::sync::{Arc, Mutex, MutexGuard};

pub use assembly::CutLimits;
use assembly::LiveTraces;
use clock::{Clock, Timestamp, TokenBucket};
use journal::FileJournal;
use store::Store;

pub use admission::TraceLimits;
pub use config::IngestConfig;
pub use cutter::CutReport;
pub use live_view::{LiveChanges, LiveView};
pub use metric::Metric;
pub use put::{Imported, PutError};
pub use replay::ReplayFault;

/// The write path; a cheap handle.
#[derive(Clone)]
pub struct Ingest {
    inner: Arc<Inner>,
}

struct Inner {
    config: IngestConfig,
    clock: Arc<dyn Clock>,
    journal: FileJournal,
    store: Store,
    live: Arc<Mutex<Live>>,
    receipts: Arc<receipts::Receipts>,
    documents_rate: TokenBucket,
    admission: Option<Arc<admission::Admission>>,
    /// One cut at a time: two would write the same traces twice.
    cutting: tokio::sync::Mutex<()>,
    pressure: tokio::sync::Notify,
    room: room::Room,
}

/// What is in memory, and how far it reaches.
#[derive(Default)]
struct Live {
    traces: LiveTraces,
    /// Every record before this position has been added to `traces` (and perhaps been stored since).
    applied: u64,
    /// Bytes of documents that the journal has been given and that are not among `traces` yet.
    coming: usize,
    /// Up to which write of the store ([`store::Content::writes`]) stored documents have been forgotten.
    writes: u64,
}

impl Ingest {
    /// A clock that never goes back, never shows a moment twice, and none at which anything is received.
    pub fn receipts(&self) -> Arc<dyn Clock> {
        Arc::new(receipts::ReceiptClock(Arc::clone(&self.inner)))
    }

    /// From now on receipts are later than this moment.
    pub fn receive_after(&self, moment: Timestamp) {
        self.inner.receipts.note(moment);
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        lock(&self.inner.live)
    }
}

fn lock(live: &Mutex<Live>) -> MutexGuard<'_, Live> {
    live.lock()
        .expect("nothing panics while it holds the live traces")
}

#[cfg(test)]
mod tests;
