//! What queries see of the traces that are not stored yet.

use std::sync::Arc;

use assembly::{CutTrace, SeenTrace};
use clock::Timestamp;
use document::TraceId;
use trace::Received;

use crate::Ingest;

/// The live traces as of one moment. A reader pins this first and the store's snapshot second: a trace leaves the
/// live view only after its block is listed, so together they miss nothing (`settled.md` 26).
#[derive(Debug)]
pub struct LiveView {
    /// Every live trace.
    pub traces: Vec<SeenTrace>,
    /// Later than every receipt so far, earlier than every one to come.
    pub receipt: Timestamp,
}

/// What changed among the live traces.
#[derive(Debug)]
pub struct LiveChanges {
    /// Traces that changed, each with all its live documents; without any if it is no longer live.
    pub traces: Vec<CutTrace>,
    /// Up to which write of the store ([`store::Content::writes`]) stored documents have been forgotten: a snapshot
    /// with more of them holds some of the live documents too.
    pub writes: u64,
}

impl Ingest {
    /// Counts every live trace as changed, for a reader who begins anew.
    pub fn tell_all_again(&self) {
        self.live().traces.tell_all_again();
    }

    /// What changed among the live traces since the last call. For one reader, who keeps account of them.
    pub fn take_changes(&self) -> LiveChanges {
        let mut live = self.live();
        LiveChanges {
            traces: live.traces.take_changes(),
            writes: live.writes,
        }
    }

    /// Pins the live traces. Waits for what was received before and is not visible yet, about as long as the journal
    /// takes to sync: so nothing ever comes to light later that looks as if it had been there (`settled.md` 28).
    pub async fn pin(&self) -> LiveView {
        let receipt = self.inner.receipts.stamp(&*self.inner.clock);
        self.inner.receipts.all_before(receipt).await;
        LiveView {
            traces: self.live().traces.seen(),
            receipt,
        }
    }

    /// The documents of one live trace.
    pub fn documents(&self, id: TraceId) -> Arc<Vec<Received>> {
        self.live().traces.documents(id)
    }
}
