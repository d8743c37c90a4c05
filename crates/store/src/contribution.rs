//! What a change of traces adds to graphs: the traces as they are now, less the same traces as they were, and so with
//! every pair of linked traces of which one has changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use assembly::AssembledTrace;
use block::{EncodeError, EncodeRow, EncodedBlock, Found, Times};
use bytes::Bytes;
use catalog::{Catalog, LinkRecord};
use document::TraceId;
use rustc_hash::FxHashMap;
use service_graph::{Admission, LinkedPair, LinkedTraces, Rollups};
use trace::{Received, Trace};

use crate::error::{BlockFailure, ContributionError};
use crate::store::TermRules;
use crate::stored_block::StoredBlock;

/// Traces that change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    /// Each with all its documents.
    pub(crate) new: Arc<Vec<AssembledTrace>>,
    /// What was stored of them; a trace that was not stored is not here.
    pub(crate) old: Arc<Vec<AssembledTrace>>,
}

/// A pair as it is, or as it was, with the documents of its consumer and its producer.
#[derive(Debug, Clone)]
pub(crate) struct ChangedPair {
    pub(crate) pair: LinkedPair,
    documents: [Vec<Received>; 2],
    /// 1 as it is, −1 as it was.
    times: i64,
}

impl ChangedPair {
    /// Adds what the pair contributes so many times.
    pub(crate) fn add_to(&self, rollups: &mut Rollups, groups: &dyn Admission, times: i64) {
        let [consumer, producer] = &self.documents;
        let linked = LinkedTraces {
            pair: self.pair,
            consumer,
            producer,
        };
        rollups.add_links(linked, groups, self.times * times);
    }
}

impl Change {
    /// The whole contribution. `before` holds what was stored when the change came.
    pub(crate) async fn contribution(
        &self,
        before: &[Arc<StoredBlock>],
        catalog: &Catalog,
        groups: Arc<dyn Admission>,
    ) -> Result<Rollups, ContributionError> {
        let pairs = self.linked(before, catalog).await?;
        let change = self.clone();
        let sum = tokio::task::spawn_blocking(move || {
            let mut rollups = Rollups::default();
            change.add_to(&mut rollups, &*groups, 1);
            pairs
                .iter()
                .for_each(|pair| pair.add_to(&mut rollups, &*groups, 1));
            rollups
        });
        sum.await.map_err(|_| ContributionError::Stopping)
    }

    /// The block that holds the traces, and the roll-ups beside it. Each trace is put together once for both.
    /// `times` are those of the traces.
    pub(crate) fn encode(
        self,
        times: Vec<Times>,
        pairs: &[ChangedPair],
        groups: &dyn Admission,
        rules: Option<TermRules>,
    ) -> Result<(EncodedBlock, Bytes), EncodeError> {
        let mut sums = [Rollups::default(), Rollups::default()];
        let found_by = sums.each_mut().map(|rollups| row_maker(groups, rules, rollups));
        let traces = times.into_iter().zip(Arc::unwrap_or_clone(self.new));
        let gathered = block::gather(traces.collect(), found_by)?;
        let [mut rollups, more] = sums;
        let sum = || {
            rollups.add(&more);
            rollups.add_traces(&self.old, groups, -1);
            pairs.iter().for_each(|pair| pair.add_to(&mut rollups, groups, 1));
            Bytes::from(rollups.encode())
        };
        let (block, rollups) = side_by_side(|| gathered.encode(), sum);
        Ok((block?, rollups))
    }

    /// These traces, each with what was stored of it.
    pub(crate) fn of(traces: impl Iterator<Item = (AssembledTrace, Option<AssembledTrace>)>) -> Change {
        let (new, old): (Vec<AssembledTrace>, Vec<Option<AssembledTrace>>) = traces.unzip();
        Change {
            new: Arc::new(new),
            old: Arc::new(old.into_iter().flatten().collect()),
        }
    }

    /// The traces of both.
    pub(crate) fn with(&self, other: &Change) -> Change {
        let both = |one: &[AssembledTrace], two: &[AssembledTrace]| Arc::new([one, two].concat());
        Change {
            new: both(&self.new, &other.new),
            old: both(&self.old, &other.old),
        }
    }

    /// Adds what the traces contribute by themselves so many times.
    pub(crate) fn add_to(&self, rollups: &mut Rollups, groups: &dyn Admission, times: i64) {
        rollups.add_traces(&self.old, groups, -times);
        rollups.add_traces(&self.new, groups, times);
    }

    /// What the pairs contribute of which one or both are among the traces.
    pub(crate) async fn of_links(
        &self,
        before: &[Arc<StoredBlock>],
        catalog: &Catalog,
        groups: &dyn Admission,
    ) -> Result<Rollups, ContributionError> {
        let mut rollups = Rollups::default();
        let pairs = self.linked(before, catalog).await?;
        pairs.iter().for_each(|pair| pair.add_to(&mut rollups, groups, 1));
        Ok(rollups)
    }

    /// The links of the traces, for the catalog.
    pub(crate) fn links(&self) -> Vec<LinkRecord> {
        let links = self.new.iter().flat_map(|trace| {
            let others = LinkedPair::of(trace.id, &trace.documents).into_iter();
            others.map(|pair| LinkRecord {
                other: *pair.other_than(trace.id).as_bytes(),
                trace: *trace.id.as_bytes(),
                receipt: trace.last_receipt(),
            })
        });
        links.collect()
    }

    /// The pairs of which one or both are among the traces, as they are and as they were.
    pub(crate) async fn linked(
        &self,
        before: &[Arc<StoredBlock>],
        catalog: &Catalog,
    ) -> Result<Vec<ChangedPair>, ContributionError> {
        self.linked_by(&self.links(), before, catalog).await
    }

    /// The same for whoever has the traces' links already.
    pub(crate) async fn linked_by(
        &self,
        links: &[LinkRecord],
        before: &[Arc<StoredBlock>],
        catalog: &Catalog,
    ) -> Result<Vec<ChangedPair>, ContributionError> {
        let ids: Vec<_> = self.new.iter().map(|trace| *trace.id.as_bytes()).collect();
        let naming = catalog.links_to(&ids).await?.into_iter();
        let named = links.iter().map(|link| link.other);
        let others: BTreeSet<TraceId> = naming
            .map(|link| link.trace)
            .chain(named)
            .map(TraceId::from_bytes)
            .collect();
        if others.is_empty() {
            return Ok(vec![]);
        }
        let (new, old) = (by_id(&self.new), by_id(&self.old));
        let mut stored: FxHashMap<TraceId, Vec<Received>> = FxHashMap::default();
        for id in others.iter().filter(|id| !new.contains_key(id)) {
            if let Some(trace) = highest(before, *id).await? {
                stored.insert(*id, trace.documents);
            }
        }
        let now = |id| {
            new.get(&id)
                .copied()
                .or_else(|| Some(stored.get(&id)?.as_slice()))
        };
        let then = |id| match new.contains_key(&id) {
            true => old.get(&id).copied(),
            false => stored.get(&id).map(Vec::as_slice),
        };
        let mut pairs = vec![];
        for pair in self.pairs(&stored) {
            for (documents, times) in [(both(pair, then), -1), (both(pair, now), 1)] {
                pairs.extend(documents.map(|documents| ChangedPair {
                    pair,
                    documents,
                    times,
                }));
            }
        }
        Ok(pairs)
    }

    /// The pairs that any of the traces is part of.
    fn pairs(&self, stored: &FxHashMap<TraceId, Vec<Received>>) -> BTreeSet<LinkedPair> {
        let changed: BTreeSet<TraceId> = self.new.iter().map(|trace| trace.id).collect();
        let of_new = self.new.iter().map(|trace| (trace.id, &trace.documents));
        let of_stored = stored.iter().map(|(id, documents)| (*id, documents));
        let pairs = of_new
            .chain(of_stored)
            .flat_map(|(id, documents)| LinkedPair::of(id, documents));
        pairs
            .filter(|pair| changed.contains(&pair.consumer) || changed.contains(&pair.producer))
            .collect()
    }
}

/// What makes rows of traces, and adds what they contribute to `rollups`.
fn row_maker<'r>(
    groups: &'r dyn Admission,
    rules: Option<TermRules>,
    rollups: &'r mut Rollups,
) -> impl FnMut(AssembledTrace) -> EncodeRow + Send + 'r {
    let roots = groups.counting().roots;
    move |trace| {
        let whole = Trace::assemble(trace.id, trace.documents.clone()).with_roots(roots);
        rollups.add_assembled(&whole, groups, 1);
        row_of(trace, &whole, rules)
    }
}

/// What both make, each on a thread of its own.
fn side_by_side<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let made = one();
        match other.join() {
            Ok(other) => (made, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// A trace with what its row is found by.
pub(crate) fn row_of(trace: AssembledTrace, whole: &Trace, rules: Option<TermRules>) -> EncodeRow {
    let (terms, texts) = rules.map(|rules| (rules.terms_of)(whole)).unwrap_or_default();
    EncodeRow {
        facts: whole.facts(),
        terms,
        texts,
        terms_version: rules.map(|rules| rules.version),
        trace,
    }
}

/// Adds traces with all their documents so many times.
pub(crate) trait AddTraces {
    fn add_traces(&mut self, traces: &[AssembledTrace], groups: &dyn Admission, times: i64);
}

impl AddTraces for Rollups {
    fn add_traces(&mut self, traces: &[AssembledTrace], groups: &dyn Admission, times: i64) {
        for trace in traces {
            self.add_trace(trace.id, &trace.documents, groups, times);
        }
    }
}

/// The documents of both, if both are there.
fn both<'d>(pair: LinkedPair, of: impl Fn(TraceId) -> Option<&'d [Received]>) -> Option<[Vec<Received>; 2]> {
    Some([of(pair.consumer)?.to_vec(), of(pair.producer)?.to_vec()])
}

fn by_id(traces: &[AssembledTrace]) -> FxHashMap<TraceId, &[Received]> {
    traces
        .iter()
        .map(|trace| (trace.id, trace.documents.as_slice()))
        .collect()
}

/// A trace in its highest writing among these blocks.
async fn highest(blocks: &[Arc<StoredBlock>], id: TraceId) -> Result<Option<AssembledTrace>, BlockFailure> {
    let mut highest: Option<(&Arc<StoredBlock>, Found)> = None;
    for stored in blocks.iter().filter(|stored| stored.block.may_hold(id)) {
        let found = stored.find(id).await?;
        let is_higher = |found: &Found| highest.is_none_or(|(_, known)| known.writing < found.writing);
        highest = found.filter(is_higher).map(|found| (stored, found)).or(highest);
    }
    let Some((stored, found)) = highest else {
        return Ok(None);
    };
    Ok(stored.read(&[found.row]).await?.into_iter().next())
}
