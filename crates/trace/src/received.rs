//! A document as it arrived.

use std::sync::Arc;

use clock::Timestamp;
use document::Segment;

/// A document with what its reception says of it.
#[derive(Debug, Clone)]
pub struct Received {
    /// The document.
    pub segment: Arc<Segment>,
    /// Its place in the journal: of two complete documents of one entity the lower one wins (`settled.md` 12).
    pub position: u64,
    /// When it was taken. All documents of one call share it, and no other call has it.
    pub receipt: Timestamp,
}
