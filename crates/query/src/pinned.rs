//! Live traces and blocks as of one moment, seen as one.

use std::sync::Arc;

use assembly::{AssembledTrace, CutTrace, SeenTrace};
use clock::Timestamp;
use document::TraceId;
use ingest::LiveView;
use rustc_hash::FxHashMap;
use service_graph::{GraphSum, Window};
use store::{LookedUp, Predicate, RowKey, Snapshot, Spot, Stretch, Times};
use trace::{Facts, Received, Trace};

use crate::{Query, QueryError};

/// What one question sees, however long it takes.
pub(crate) struct Pinned {
    live: FxHashMap<TraceId, SeenTrace>,
    snapshot: Snapshot,
    pub(crate) receipt: Timestamp,
}

/// What is known of one trace.
pub(crate) enum Known {
    /// All its documents.
    Documents(Vec<Received>),
    Nothing,
    /// It was stored, and turned out damaged just now.
    Lost,
}

impl Query {
    /// INVARIANT: live first, blocks second. A trace leaves the live view only after its block is listed.
    pub(crate) async fn pin(&self) -> Pinned {
        let LiveView { traces, receipt } = self.ingest.pin().await;
        let live = traces.into_iter().map(|live| (live.id, live)).collect();
        Pinned {
            live,
            snapshot: self.store.snapshot(),
            receipt,
        }
    }

    /// All documents of one trace; none if it is not known.
    pub(crate) async fn documents(&self, id: TraceId) -> Result<Vec<Received>, QueryError> {
        Ok(match self.look_up(id).await? {
            Known::Documents(documents) => documents,
            Known::Nothing | Known::Lost => vec![],
        })
    }

    /// What is known of one trace.
    pub(crate) async fn look_up(&self, id: TraceId) -> Result<Known, QueryError> {
        let live = self.ingest.documents(id);
        let (stored, otherwise) = match self.store.snapshot().look_up(id).await? {
            LookedUp::Found(trace) => (Some(trace), Known::Nothing),
            LookedUp::Unknown => (None, Known::Nothing),
            LookedUp::Lost => (None, Known::Lost),
        };
        let documents = united(stored, &live);
        Ok(match documents.is_empty() {
            true => otherwise,
            false => Known::Documents(documents),
        })
    }
}

impl Pinned {
    /// Adds to each sum what traces contribute to graphs in its window.
    pub(crate) async fn add_rollups(&self, sums: &mut [(Window, GraphSum)]) -> Result<(), QueryError> {
        let live: Vec<CutTrace> = self
            .live
            .values()
            .map(|live| CutTrace {
                id: live.id,
                documents: Arc::clone(&live.documents),
            })
            .collect();
        let live = self.snapshot.contribution_of(&live).await?;
        for (window, sum) in sums {
            sum.add_rollups(&live, *window);
            self.snapshot.add_rollups(sum, *window).await?;
        }
        Ok(())
    }

    /// Whether the trace is live; its row is not to be used then.
    pub(crate) fn is_live(&self, trace_id: TraceId) -> bool {
        self.live.contains_key(&trace_id)
    }

    /// As [`Snapshot::newest`].
    pub(crate) async fn newest<T>(
        &self,
        predicate: &Predicate,
        after: Option<Spot>,
        rows_max: usize,
        keep: impl Fn(&RowKey, Option<&Facts>) -> Option<T>,
    ) -> Result<Vec<(RowKey, T)>, QueryError> {
        Ok(self.snapshot.newest(predicate, after, rows_max, keep).await?)
    }

    /// As [`Snapshot::count`].
    pub(crate) async fn count(
        &self,
        predicate: &Predicate,
        stretch: Stretch,
        as_of: Timestamp,
    ) -> Result<u64, QueryError> {
        Ok(self.snapshot.count(predicate, stretch, as_of).await?)
    }

    /// Stored traces with their documents, in the order asked; those of a damaged block are left out.
    pub(crate) async fn read(&self, rows: &[RowKey]) -> Result<Vec<AssembledTrace>, QueryError> {
        Ok(self.snapshot.read(rows).await?)
    }

    /// Every live trace with what is stored of it, if the predicate wants it, it changed after `since`, or its row is
    /// wanted.
    pub(crate) async fn live(
        &self,
        predicate: &Predicate,
        since: Timestamp,
    ) -> Result<Vec<LiveTrace>, QueryError> {
        let mut wanted = vec![];
        for live in self.live.values() {
            let is_wanted = predicate.wants(&live.times) || since < live.times.last_receipt;
            if !self.snapshot.may_hold(live.id) {
                // Nearly every live trace is only live, and most of those lie elsewhere than the question.
                if is_wanted {
                    wanted.push(LiveTrace {
                        id: live.id,
                        documents: Arc::clone(&live.documents),
                        times: live.times,
                        stored: None,
                    });
                }
                continue;
            }
            let stored = self.snapshot.trace(live.id).await?;
            let times_stored = stored.as_ref().map(Times::of);
            let whole = AssembledTrace::new(live.id, 0, united(stored, &live.documents));
            let times = Times::of(&whole);
            let is_row_wanted = times_stored.is_some_and(|times| predicate.wants(&times));
            if predicate.wants(&times) || since < times.last_receipt || is_row_wanted {
                wanted.push(LiveTrace {
                    id: live.id,
                    documents: Arc::new(whole.documents),
                    times,
                    stored: times_stored,
                });
            }
        }
        Ok(wanted)
    }
}

/// A live trace with what is stored of it.
pub(crate) struct LiveTrace {
    pub(crate) id: TraceId,
    /// All its documents.
    pub(crate) documents: Arc<Vec<Received>>,
    /// Of all its documents.
    pub(crate) times: Times,
    /// The times of its row, where it has one.
    pub(crate) stored: Option<Times>,
}

/// The trace as its documents received up to a moment make it; `None` if there were none yet.
pub(crate) fn as_of(moment: Timestamp, id: TraceId, documents: &[Received]) -> Option<Trace> {
    let known: Vec<Received> = documents
        .iter()
        .filter(|received| received.receipt <= moment)
        .cloned()
        .collect();
    (!known.is_empty()).then(|| Trace::assemble(id, known))
}

/// Some documents may come twice; putting the trace together leaves repeats out.
fn united(stored: Option<AssembledTrace>, live: &[Received]) -> Vec<Received> {
    let mut documents = stored.map(|trace| trace.documents).unwrap_or_default();
    documents.extend_from_slice(live);
    documents
}
