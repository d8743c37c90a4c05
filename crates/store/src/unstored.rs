//! What documents that are not stored yet contribute to graphs, kept up to date as they come and go.

use std::collections::{BTreeMap, BTreeSet};

use assembly::{AssembledTrace, CutTrace};
use document::TraceId;
use rustc_hash::{FxHashMap, FxHashSet};
use service_graph::{LinkedPair, Rollups};

use crate::contribution::{Change, ChangedPair};
use crate::error::{ContributionError, ReadError};
use crate::listing::Listing;
use crate::plan::Plan;
use crate::snapshot::Snapshot;

/// The contribution of unstored documents, beyond what is stored of their traces. Each change costs what the changed
/// traces cost, however many there are. A change of groups changes nothing of what was counted
/// ([`service_graph::Admission`]).
#[derive(Debug, Default)]
pub struct Unstored {
    rollups: Rollups,
    /// What has been added, to be taken back when it changes.
    traces: FxHashMap<TraceId, Counted>,
    pairs: BTreeMap<LinkedPair, Vec<ChangedPair>>,
    /// For each trace, the unstored ones that name it in a link.
    naming: FxHashMap<TraceId, BTreeSet<TraceId>>,
}

/// A trace as it was counted.
#[derive(Debug, Clone)]
struct Counted {
    new: AssembledTrace,
    old: Option<AssembledTrace>,
}

/// What some changed traces come to, before it takes the place of what they came to before.
#[derive(Debug)]
pub struct Update {
    changed: FxHashSet<TraceId>,
    traces: Vec<Counted>,
    pairs: BTreeMap<LinkedPair, Vec<ChangedPair>>,
    /// What is new, less what was there.
    difference: Rollups,
}

impl Unstored {
    /// What has been counted so far.
    pub fn rollups(&self) -> &Rollups {
        &self.rollups
    }

    /// Looks at traces that changed: each with all its unstored documents, without any if it has none left. Nothing
    /// changes before [`apply`](Unstored::apply).
    ///
    /// # Errors
    /// [`ReadError`] where the storage gives no answer.
    pub async fn update(&self, snapshot: &Snapshot, changed: &[CutTrace]) -> Result<Update, ReadError> {
        loop {
            let listing = snapshot.listing();
            match self.update_on(snapshot, &listing, changed).await {
                Ok(update) => return Ok(update),
                Err(ContributionError::Block(failure)) => {
                    snapshot.leave_out(failure.block, failure.source).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Puts the changed traces in the place of what was counted of them.
    pub fn apply(&mut self, update: Update) {
        self.rollups.add(&update.difference);
        self.rollups.tidy();
        for id in &update.changed {
            for pair in self.traces.remove(id).iter().flat_map(Counted::links) {
                self.forget_naming(pair.other_than(*id), *id);
            }
        }
        self.pairs.retain(|pair, _| !touches(&update.changed, pair));
        for counted in update.traces {
            for pair in counted.links() {
                let naming = self.naming.entry(pair.other_than(counted.new.id)).or_default();
                naming.insert(counted.new.id);
            }
            self.traces.insert(counted.new.id, counted);
        }
        self.pairs.extend(update.pairs);
    }

    async fn update_on(
        &self,
        snapshot: &Snapshot,
        listing: &Listing,
        changed: &[CutTrace],
    ) -> Result<Update, ContributionError> {
        let ids: FxHashSet<TraceId> = changed.iter().map(|cut| cut.id).collect();
        let now = Plan::new(changed, listing).await?.change().await?;
        let linked = now.with(&self.neighbours(&ids, &now));
        let mut pairs: BTreeMap<LinkedPair, Vec<ChangedPair>> = BTreeMap::new();
        for pair in linked.linked(listing.blocks(), &snapshot.inner.catalog).await? {
            if touches(&ids, &pair.pair) {
                pairs.entry(pair.pair).or_default().push(pair);
            }
        }
        let before = Change::of(ids.iter().filter_map(|id| self.traces.get(id)).map(Counted::both));
        let pairs_before = self.pairs.iter().filter(|(pair, _)| touches(&ids, pair));
        let pairs_before: Vec<ChangedPair> = pairs_before.flat_map(|(_, pairs)| pairs.clone()).collect();
        let pairs_now: Vec<ChangedPair> = pairs.values().flatten().cloned().collect();
        let traces = counted(&now);
        let groups = snapshot.inner.groups().await?;
        let difference = tokio::task::spawn_blocking(move || {
            let mut difference = Rollups::default();
            before.add_to(&mut difference, &*groups, -1);
            now.add_to(&mut difference, &*groups, 1);
            for (pairs, times) in [(pairs_before, -1), (pairs_now, 1)] {
                pairs
                    .iter()
                    .for_each(|pair| pair.add_to(&mut difference, &*groups, times));
            }
            difference.tidy();
            difference
        });
        Ok(Update {
            changed: ids,
            traces,
            pairs,
            difference: difference.await.map_err(|_| ContributionError::Stopping)?,
        })
    }

    /// Unstored traces that did not change and are linked with some that did.
    fn neighbours(&self, changed: &FxHashSet<TraceId>, now: &Change) -> Change {
        let naming = changed
            .iter()
            .filter_map(|id| self.naming.get(id))
            .flatten()
            .copied();
        let named = now.new.iter().flat_map(|trace| {
            let pairs = LinkedPair::of(trace.id, &trace.documents).into_iter();
            pairs.map(|pair| pair.other_than(trace.id))
        });
        let ids: BTreeSet<TraceId> = naming.chain(named).filter(|id| !changed.contains(id)).collect();
        Change::of(ids.iter().filter_map(|id| self.traces.get(id)).map(Counted::both))
    }

    fn forget_naming(&mut self, named: TraceId, naming: TraceId) {
        if let Some(all) = self.naming.get_mut(&named) {
            all.remove(&naming);
            if all.is_empty() {
                self.naming.remove(&named);
            }
        }
    }
}

impl Counted {
    fn both(&self) -> (AssembledTrace, Option<AssembledTrace>) {
        (self.new.clone(), self.old.clone())
    }

    fn links(&self) -> BTreeSet<LinkedPair> {
        LinkedPair::of(self.new.id, &self.new.documents)
    }
}

fn counted(change: &Change) -> Vec<Counted> {
    let mut old: FxHashMap<TraceId, &AssembledTrace> =
        change.old.iter().map(|trace| (trace.id, trace)).collect();
    let counted = change.new.iter().map(|new| Counted {
        new: new.clone(),
        old: old.remove(&new.id).cloned(),
    });
    counted.collect()
}

fn touches(changed: &FxHashSet<TraceId>, pair: &LinkedPair) -> bool {
    changed.contains(&pair.consumer) || changed.contains(&pair.producer)
}
