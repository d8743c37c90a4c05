//! The times by which a trace is found.

use clock::Timestamp;
use trace::Received;

use crate::AssembledTrace;

/// The times of a trace, as far as searches see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Earliest start of all entities.
    pub start: Timestamp,
    /// Latest end of all entities that have ended.
    pub end: Option<Timestamp>,
    /// Receipt of the first document.
    pub first_receipt: Timestamp,
    /// Receipt of the last document.
    pub last_receipt: Timestamp,
}

impl Times {
    /// The times of a trace.
    pub fn of(trace: &AssembledTrace) -> Times {
        Times::of_documents(&trace.documents)
    }

    /// The times of a trace with these documents; 1970 where there is none.
    pub fn of_documents(documents: &[Received]) -> Times {
        Times::among(documents).unwrap_or(Times {
            start: Timestamp::EPOCH,
            end: None,
            first_receipt: Timestamp::EPOCH,
            last_receipt: Timestamp::EPOCH,
        })
    }

    /// The times of these documents; `None` where there is none.
    pub fn among<'d>(documents: impl IntoIterator<Item = &'d Received>) -> Option<Times> {
        documents.into_iter().map(Times::of_document).reduce(Times::with)
    }

    /// The times of a trace with one document.
    pub(crate) fn of_document(received: &Received) -> Times {
        let entities = received.segment.entities();
        let starts = entities.clone().map(|entity| entity.start);
        Times {
            start: starts.min().unwrap_or(Timestamp::EPOCH),
            end: entities.filter_map(|entity| entity.end()).max(),
            first_receipt: received.receipt,
            last_receipt: received.receipt,
        }
    }

    /// The times of both together.
    pub fn with(self, other: Times) -> Times {
        Times {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
            first_receipt: self.first_receipt.min(other.first_receipt),
            last_receipt: self.last_receipt.max(other.last_receipt),
        }
    }
}
