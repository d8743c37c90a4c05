//! The names under which things are counted, all in one place. No ids in labels.

/// What is counted on the way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Documents that are durable.
    DocumentsAccepted,
    /// Documents that were refused, by code.
    DocumentsRefused,
    /// Documents that were not taken for want of room; over HTTP the caller was told.
    DocumentsThrottled,
    /// Datagrams that came in, empty ones apart.
    DatagramsReceived,
    /// Datagrams without a valid header or without a document.
    DatagramsMalformed,
    /// Documents from datagrams that were dropped, by cause.
    DatagramsDropped,
    /// Traces that are live.
    LiveTraces,
    /// Bytes that live traces take, about.
    LiveBytes,
    /// Bytes of journal files.
    JournalBytes,
    /// Records that the last start could not read back, by whether they had been acknowledged.
    JournalFramesDamaged,
    /// Blocks written.
    BlocksWritten,
    /// Blocks that were merged into bigger ones.
    BlocksMerged,
    /// Blocks kept out of answers because they are damaged.
    BlocksQuarantined,
    /// Requests answered, by operation and code.
    Requests,
}

impl Metric {
    /// The name on `/metrics`.
    pub const fn name(self) -> &'static str {
        match self {
            Metric::DocumentsAccepted => "roentgen_documents_accepted_total",
            Metric::DocumentsRefused => "roentgen_documents_refused_total",
            Metric::DocumentsThrottled => "roentgen_documents_throttled_total",
            Metric::DatagramsReceived => "roentgen_datagrams_received_total",
            Metric::DatagramsMalformed => "roentgen_datagrams_malformed_total",
            Metric::DatagramsDropped => "roentgen_datagrams_dropped_total",
            Metric::LiveTraces => "roentgen_live_traces",
            Metric::LiveBytes => "roentgen_live_bytes",
            Metric::JournalBytes => "roentgen_journal_bytes",
            Metric::JournalFramesDamaged => "roentgen_journal_damaged_frames_total",
            Metric::BlocksWritten => "roentgen_blocks_written_total",
            Metric::BlocksMerged => "roentgen_blocks_merged_total",
            Metric::BlocksQuarantined => "roentgen_blocks_quarantined",
            Metric::Requests => "roentgen_requests_total",
        }
    }

    /// Counts one more, or so many more.
    pub fn count(self, more: usize) {
        metrics::counter!(self.name()).increment(more as u64);
    }

    /// Counts so many more of one kind.
    pub fn count_of(self, label: &'static str, kind: &'static str, more: usize) {
        metrics::counter!(self.name(), label => kind).increment(more as u64);
    }

    /// Sets what goes up and down.
    pub fn set(self, value: f64) {
        metrics::gauge!(self.name()).set(value);
    }
}
