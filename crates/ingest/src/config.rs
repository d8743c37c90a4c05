//! What an operator says of the write path.

use std::time::Duration;

use assembly::CutLimits;
use clock::Rate;

use crate::TraceLimits;

/// Limits and rhythm of the write path.
#[derive(Debug, Clone)]
pub struct IngestConfig {
    /// What makes a document acceptable.
    pub documents: document::Limits,
    /// LIMIT: a document whose trace id names an earlier second than so long ago is refused, `max_trace_id_age`
    /// (`spec/segment-documents.md` 5). `None` looks at no id: those of W3C hold no time.
    pub trace_id_age_max: Option<Duration>,
    /// LIMIT: documents, from calls and datagrams together; a call with more is refused as a whole
    /// ([`PutError::TooFast`](crate::PutError::TooFast)), of datagrams so many are dropped.
    pub documents_rate: Rate,
    /// What one trace may hold; nothing is looked up where there are no such limits.
    pub traces: Option<TraceLimits>,
    /// When a live trace is complete, as far as anyone can tell.
    pub cut: CutLimits,
    /// How long cut traces wait for others, so that blocks are not too small.
    pub block_interval: Duration,
    /// Quiet traces of so many bytes, about, are worth a block at once; no more become one.
    pub block_bytes: usize,
    /// LIMIT: live traces, and documents on their way to them, may take so many bytes. From half of it on the oldest
    /// traces are cut, quiet or not; at the limit new documents are refused ([`PutError::Full`](crate::PutError::Full)).
    pub live_bytes_max: usize,
    /// LIMIT: when the journal has grown so long, the traces that keep it are cut whatever else, so that a start soon
    /// has it read again.
    pub journal_bytes_max: u64,
}

impl Default for IngestConfig {
    fn default() -> IngestConfig {
        IngestConfig {
            documents: document::Limits::default(),
            trace_id_age_max: None,
            documents_rate: Rate::Unlimited,
            traces: None,
            cut: CutLimits {
                quiet: Duration::from_secs(10),
                age_max: Duration::from_secs(300),
            },
            block_interval: Duration::from_secs(300),
            block_bytes: 64 << 20,
            live_bytes_max: 1 << 30,
            journal_bytes_max: 1 << 30,
        }
    }
}
