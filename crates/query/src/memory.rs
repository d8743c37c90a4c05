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

#[cfg(test)]
mod tests {
    use super::*;

    /// 256 MiB for sixteen at once: each takes its share as far as it goes, the others wait in line and get theirs.
    #[tokio::test(flavor = "multi_thread")]
    async fn sixty_four_questions_share_256_mebibytes_and_all_get_their_turn() {
        let bound = 256 << 20;
        let memory = Arc::new(Memory::new(bound));
        let running: Vec<_> = (0..64)
            .map(|_| {
                let memory = Arc::clone(&memory);
                tokio::spawn(async move {
                    let share = memory.share().await;
                    // The two lists of rows, and documents of the size that traces are taken for.
                    let rows = [
                        share.hold_rows(share.rows_max()),
                        share.hold_rows(share.rows_max()),
                    ];
                    let documents = share.hold(share.traces_max() * share.trace_bytes);
                    tokio::task::yield_now().await;
                    drop((rows, documents));
                })
            })
            .collect();
        for question in running {
            question.await.expect("it had its turn");
        }
        assert_eq!(memory.held.now.load(Ordering::SeqCst), 0);
        let most = memory.most_held();
        assert!(
            (bound / SHARES / 2..=bound).contains(&most),
            "{most} of {bound} bytes"
        );
    }

    #[tokio::test]
    async fn sixteen_full_shares_are_the_bound_and_the_seventeenth_waits() {
        let bound = 256 << 20;
        let memory = Memory::new(bound);
        let mut shares = vec![];
        let mut held = vec![];
        for _ in 0..SHARES {
            let share = memory.share().await;
            held.push((
                share.hold_rows(share.rows_max()),
                share.hold_rows(share.rows_max()),
            ));
            held.push((
                share.hold(share.traces_max() * share.trace_bytes),
                share.hold_rows(0),
            ));
            shares.push(share);
        }
        let most = memory.most_held();
        assert!(
            (bound / 10 * 9..=bound).contains(&most),
            "{most} of {bound} bytes"
        );
        let mut waiting = std::pin::pin!(memory.share());
        assert!(is_waiting_still(waiting.as_mut()).await, "there is no share left");
        shares.pop();
        waiting.await;
    }

    /// Whether it is still waiting when it is asked once.
    async fn is_waiting_still<T>(mut future: std::pin::Pin<&mut impl Future<Output = T>>) -> bool {
        std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_pending()))
            .await
    }
}
