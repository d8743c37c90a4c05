//! Live traces and blocks as of one moment, seen as one.

use std::collections::HashMap;

use assembly::{AssembledTrace, CutTrace};
use clock::Timestamp;
use document::TraceId;
use ingest::LiveView;
use service_graph::{GraphSum, Window};
use store::{Predicate, RowKey, Snapshot, Times};
use trace::{Received, Trace};

use crate::{Query, QueryError};

/// What one question sees, however long it takes.
pub(crate) struct Pinned {
    live: HashMap<TraceId, Vec<Received>>,
    snapshot: Snapshot,
    pub(crate) receipt: Timestamp,
}

impl Query {
    /// INVARIANT: live first, blocks second. A trace leaves the live view only after its block is listed.
    pub(crate) fn pin(&self) -> Pinned {
        let LiveView { traces, receipt } = self.ingest.pin();
        let live = traces.into_iter().map(|live| (live.id, live.documents)).collect();
        Pinned {
            live,
            snapshot: self.store.snapshot(),
            receipt,
        }
    }

    /// All documents of one trace; none if it is not known.
    pub(crate) async fn documents(&self, id: TraceId) -> Result<Vec<Received>, QueryError> {
        let live = self.ingest.documents(id);
        let stored = self.store.snapshot().trace(id).await?;
        Ok(united(stored, live))
    }
}

impl Pinned {
    /// Adds to each sum what traces contribute to graphs in its window.
    pub(crate) async fn add_rollups(&self, sums: &mut [(Window, GraphSum)]) -> Result<(), QueryError> {
        let live: Vec<CutTrace> = self
            .live
            .iter()
            .map(|(id, documents)| CutTrace {
                id: *id,
                documents: documents.clone(),
            })
            .collect();
        let live = self.snapshot.contribution_of(&live).await?;
        for (window, sum) in sums {
            sum.add_rollups(&live, *window);
            self.snapshot.add_rollups(sum, *window).await?;
        }
        Ok(())
    }

    /// Stored traces that the predicate wants, except those that are live too.
    pub(crate) async fn stored(&self, predicate: &Predicate) -> Result<Vec<RowKey>, QueryError> {
        let mut rows = self.snapshot.scan(predicate).await?;
        rows.retain(|row| !self.live.contains_key(&row.trace_id));
        Ok(rows)
    }

    /// Stored traces with their documents, in the order asked; those of a damaged block are left out.
    pub(crate) async fn read(&self, rows: &[RowKey]) -> Result<Vec<AssembledTrace>, QueryError> {
        Ok(self.snapshot.read(rows).await?)
    }

    /// The live traces that the predicate wants, and those that changed after `since`, each with what is stored
    /// of it.
    pub(crate) async fn live(
        &self,
        predicate: &Predicate,
        since: Timestamp,
    ) -> Result<Vec<AssembledTrace>, QueryError> {
        let mut wanted = vec![];
        for (id, documents) in &self.live {
            let stored = self.snapshot.trace(*id).await?;
            let writing = stored.as_ref().map_or(0, |trace| trace.writing);
            let trace = AssembledTrace::new(*id, writing, united(stored, documents.clone()));
            let times = Times::of(&trace);
            if predicate.wants(&times) || since < times.last_receipt {
                wanted.push(trace);
            }
        }
        Ok(wanted)
    }
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
fn united(stored: Option<AssembledTrace>, live: Vec<Received>) -> Vec<Received> {
    let mut documents = stored.map(|trace| trace.documents).unwrap_or_default();
    documents.extend(live);
    documents
}
