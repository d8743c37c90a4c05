//! What queries see of the traces that are not stored yet.

use assembly::CutTrace;
use clock::Timestamp;
use document::TraceId;
use trace::Received;

use crate::Ingest;

/// The live traces as of one moment. A reader pins this first and the store's snapshot second: a trace leaves the
/// live view only after its block is listed, so together they miss nothing (`settled.md` 26).
#[derive(Debug)]
pub struct LiveView {
    /// Every live trace.
    pub traces: Vec<CutTrace>,
    /// Later than every receipt so far, earlier than every one to come.
    pub receipt: Timestamp,
}

impl Ingest {
    /// Pins the live traces.
    pub fn pin(&self) -> LiveView {
        let receipt = self.inner.receipts.stamp(&*self.inner.clock);
        LiveView {
            traces: self.live().traces.all(),
            receipt,
        }
    }

    /// The documents of one live trace.
    pub fn documents(&self, id: TraceId) -> Vec<Received> {
        self.live().traces.documents(id)
    }
}
