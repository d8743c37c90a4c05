//! A trace as it is handed to storage: its documents and what storage needs to find it again.

use clock::Timestamp;
use document::TraceId;
use trace::Received;

/// A cut trace. INVARIANT: at least one document; documents ascend by position, none twice.
#[derive(Debug, Clone)]
pub struct AssembledTrace {
    /// The trace.
    pub id: TraceId,
    /// Which storing of the trace this is, from 1; a higher one supersedes a lower one.
    pub writing: u32,
    /// Its documents.
    pub documents: Vec<Received>,
}

impl AssembledTrace {
    /// The trace with these documents, in any order, repeats left out.
    pub fn new(id: TraceId, writing: u32, mut documents: Vec<Received>) -> AssembledTrace {
        documents.sort_by_key(|received| received.position);
        documents.dedup_by_key(|received| received.position);
        AssembledTrace {
            id,
            writing,
            documents,
        }
    }

    /// Earliest start of all entities.
    pub fn start(&self) -> Timestamp {
        let starts = self.entities().map(|entity| entity.start);
        starts.min().unwrap_or(Timestamp::EPOCH)
    }

    /// Latest end of all entities that have ended.
    pub fn end(&self) -> Option<Timestamp> {
        self.entities().filter_map(|entity| entity.end()).max()
    }

    /// Receipt of the first document.
    pub fn first_receipt(&self) -> Timestamp {
        self.receipts().min().unwrap_or(Timestamp::EPOCH)
    }

    /// Receipt of the last document.
    pub fn last_receipt(&self) -> Timestamp {
        self.receipts().max().unwrap_or(Timestamp::EPOCH)
    }

    fn receipts(&self) -> impl Iterator<Item = Timestamp> {
        self.documents.iter().map(|received| received.receipt)
    }

    fn entities(&self) -> impl Iterator<Item = document::Entity<'_>> {
        self.documents
            .iter()
            .flat_map(|received| received.segment.entities())
    }
}
