//! Cut traces and what is stored of them, made into the next writings.

use std::collections::BTreeMap;
use std::sync::Arc;

use assembly::{AssembledTrace, CutTrace};
use block::{EncodeRow, Row};
use catalog::BlockId;
use document::TraceId;
use rustc_hash::FxHashMap;
use trace::{Received, Roots, Trace};

use crate::contribution::Change;
use crate::error::BlockFailure;
use crate::listing::Listing;
use crate::store::TermRules;
use crate::stored_block::StoredBlock;

/// What is to be written, before the stored documents of the same traces are read.
#[derive(Default)]
pub(crate) struct Plan {
    /// For each trace with something new, its documents at hand and its next writing.
    traces: BTreeMap<TraceId, (u32, Vec<Received>)>,
    /// How many of the documents are not stored.
    pub(crate) new_documents: usize,
    /// The rows that the new ones supersede, by block.
    pub(crate) older: FxHashMap<BlockId, (Arc<StoredBlock>, Vec<Row>)>,
}

impl Plan {
    /// Leaves out what is stored already.
    pub(crate) async fn new(cut: &[CutTrace], listing: &Listing) -> Result<Plan, BlockFailure> {
        let mut plan = Plan::default();
        for cut in cut {
            let is_new = |received: &&Received| !listing.is_stored(received.position);
            let new_documents = cut.documents.iter().filter(is_new).count();
            if new_documents == 0 {
                continue;
            }
            plan.new_documents += new_documents;
            match plan.traces.get_mut(&cut.id) {
                Some((_, documents)) => documents.extend(cut.documents.iter().cloned()),
                None => {
                    let writing = plan.supersede(cut.id, listing).await?;
                    plan.traces.insert(cut.id, (writing, cut.documents.clone()));
                }
            }
        }
        Ok(plan)
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.traces.is_empty()
    }

    /// The rows that the new ones supersede.
    pub(crate) fn superseded(&self) -> Vec<(BlockId, u32)> {
        let rows = self
            .older
            .iter()
            .flat_map(|(block, (_, rows))| rows.iter().map(|row| (*block, row.number())));
        rows.collect()
    }

    /// The traces to write, and what is stored of them.
    pub(crate) async fn change(self) -> Result<Change, BlockFailure> {
        let mut old = vec![];
        for (stored, rows) in self.older.values() {
            old.extend(stored.read(rows).await?);
        }
        Ok(Change {
            new: Arc::new(self.traces(old.clone())),
            old: Arc::new(old),
        })
    }

    /// The traces to write, once `stored` holds what is in the rows that they supersede.
    fn traces(self, stored: Vec<AssembledTrace>) -> Vec<AssembledTrace> {
        let mut traces = self.traces;
        for older in stored {
            if let Some((_, documents)) = traces.get_mut(&older.id) {
                documents.extend(older.documents);
            }
        }
        let written = traces
            .into_iter()
            .map(|(id, (writing, documents))| AssembledTrace::new(id, writing, documents));
        written.collect()
    }

    /// Notes the rows of a trace that count so far; its next writing.
    async fn supersede(&mut self, id: TraceId, listing: &Listing) -> Result<u32, BlockFailure> {
        let mut writing = 0;
        for (stored, found) in listing.find(id).await? {
            writing = writing.max(found.writing);
            if !listing.is_superseded(stored.id, found.row) {
                let rows = self
                    .older
                    .entry(stored.id)
                    .or_insert_with(|| (Arc::clone(stored), Vec::new()));
                rows.1.push(found.row);
            }
        }
        Ok(writing.saturating_add(1))
    }
}

/// A trace with what its row is found by.
pub(crate) fn row_of(trace: AssembledTrace, roots: Roots, rules: Option<TermRules>) -> EncodeRow {
    let assembled = Trace::assemble(trace.id, trace.documents.clone()).with_roots(roots);
    EncodeRow {
        facts: assembled.facts(),
        terms: rules.map_or_else(Vec::new, |rules| (rules.terms_of)(&assembled)),
        terms_version: rules.map(|rules| rules.version),
        trace,
    }
}
