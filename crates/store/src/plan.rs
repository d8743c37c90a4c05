//! Cut traces and what is stored of them, made into the next writings.

use std::collections::BTreeMap;
use std::sync::Arc;

use assembly::{AssembledTrace, CutTrace};
use block::{Row, Times};
use catalog::BlockId;
use document::TraceId;
use rustc_hash::FxHashMap;
use trace::Received;

use crate::contribution::Change;
use crate::error::BlockFailure;
use crate::listing::Listing;
use crate::stored_block::StoredBlock;

/// What is to be written, before the stored documents of the same traces are read.
#[derive(Default)]
pub(crate) struct Plan {
    /// The traces with something new.
    traces: BTreeMap<TraceId, Planned>,
    /// How many of the documents are not stored.
    pub(crate) new_documents: usize,
    /// The rows that the new ones supersede, by block.
    pub(crate) older: FxHashMap<BlockId, (Arc<StoredBlock>, Vec<Row>)>,
}

/// A trace with something new.
struct Planned {
    /// Its next writing.
    writing: u32,
    /// Its documents at hand.
    documents: Vec<Received>,
    /// Their times.
    times: Times,
}

impl Planned {
    fn add(&mut self, documents: &[Received]) {
        self.times = self.times.with(Times::of_documents(documents));
        self.documents.extend_from_slice(documents);
    }
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
                Some(planned) => planned.add(&cut.documents),
                None => {
                    let planned = Planned {
                        writing: plan.supersede(cut.id, listing).await?,
                        documents: cut.documents.to_vec(),
                        times: Times::of_documents(&cut.documents),
                    };
                    plan.traces.insert(cut.id, planned);
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
        let (change, _) = self.timed_change().await?;
        Ok(change)
    }

    /// The same, with the times of each trace to write.
    pub(crate) async fn timed_change(mut self) -> Result<(Change, Vec<Times>), BlockFailure> {
        let mut old = vec![];
        for (stored, rows) in self.older.values() {
            old.extend(stored.read(rows).await?);
        }
        for older in &old {
            if let Some(planned) = self.traces.get_mut(&older.id) {
                planned.add(&older.documents);
            }
        }
        let traces = self.traces.into_iter().map(|(id, planned)| {
            let trace = AssembledTrace::new(id, planned.writing, planned.documents);
            (trace, planned.times)
        });
        let (new, times) = traces.unzip();
        let change = Change {
            new: Arc::new(new),
            old: Arc::new(old),
        };
        Ok((change, times))
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
