//! How much memory all running questions may take together for documents and keys of rows.
//!
//! A question takes one share before it begins and gives it back at its end; whoever finds none left waits in line.
//! It never asks for a second one, so that no two can wait for each other, and reads no more at a time than its share
//! holds. Live traces are in memory anyway and are not counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use assembly::AssembledTrace;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The memory of all questions.
#[derive(Debug)]
pub(crate) struct Memory {
    share_bytes: usize,
    shares: Semaphore,
    held: Arc<Gauge>,
}

/// Bytes that are held now, and the most that ever were.
#[derive(Debug, Default)]
struct Gauge {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// The memory of one question.
pub(crate) struct Share<'m> {
    memory: &'m Memory,
    /// What one trace may take, as far as the last ones tell.
    trace_bytes: usize,
    _permit: Option<SemaphorePermit<'m>>,
}

/// Bytes that are held as long as this is.
pub(crate) struct Held {
    bytes: usize,
    gauge: Arc<Gauge>,
}

impl Memory {
    pub(crate) fn new(bytes_max: usize) -> Memory {
        Memory {
            share_bytes: bytes_max / SHARES,
            shares: Semaphore::new(SHARES),
            held: Arc::default(),
        }
    }

    /// Waits for a share.
    pub(crate) async fn share(&self) -> Share<'_> {
        Share {
            memory: self,
            trace_bytes: FIRST_TRACE_BYTES,
            // The semaphore is never closed.
            _permit: self.shares.acquire().await.ok(),
        }
    }

    /// The most bytes that were ever held at once.
    #[cfg(test)]
    pub(crate) fn most_held(&self) -> usize {
        self.held.most.load(Ordering::SeqCst)
    }
}

impl Share<'_> {
    /// How many keys of rows may be held. A quarter of the share is for those found in a turn, a quarter for those
    /// whose place their documents told, a half for documents.
    pub(crate) fn rows_max(&self) -> usize {
        (self.memory.share_bytes / 4 / ROW_BYTES).max(1)
    }

    /// How many traces may be read at a time. One is always read, however large it is.
    pub(crate) fn traces_max(&self) -> usize {
        (self.memory.share_bytes / 2 / self.trace_bytes).max(1)
    }

    /// Holds the documents of traces that were read, and learns how large traces are.
    pub(crate) fn hold_traces(&mut self, traces: &[AssembledTrace]) -> Held {
        let bytes = traces.iter().map(bytes_of);
        let (sum, most) = bytes.fold((0, 0), |(sum, most), bytes| (sum + bytes, bytes.max(most)));
        self.trace_bytes = most.max(self.trace_bytes / 2).max(1);
        self.hold(sum)
    }

    /// Holds some keys of rows.
    pub(crate) fn hold_rows(&self, rows: usize) -> Held {
        self.hold(rows * ROW_BYTES)
    }

    fn hold(&self, bytes: usize) -> Held {
        let gauge = Arc::clone(&self.memory.held);
        let now = gauge.now.fetch_add(bytes, Ordering::SeqCst) + bytes;
        gauge.most.fetch_max(now, Ordering::SeqCst);
        Held { bytes, gauge }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.gauge.now.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}

/// What a trace takes: its texts, and what was read from them.
fn bytes_of(trace: &AssembledTrace) -> usize {
    let documents = trace.documents.iter();
    documents
        .map(|received| received.segment.text.len() * TIMES_ITS_TEXT + DOCUMENT_BYTES)
        .sum()
}

// LIMIT: so many questions run at once; others wait.
const SHARES: usize = 16;
/// What a candidate takes with its place in lists.
const ROW_BYTES: usize = 160;
/// What a trace is taken for before one was read.
const FIRST_TRACE_BYTES: usize = 64 << 10;
/// A document in memory against its text: a guess, rather too much than too little.
const TIMES_ITS_TEXT: usize = 4;
const DOCUMENT_BYTES: usize = 512;
