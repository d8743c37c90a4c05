//! The trace as a tree: parents, owners, children (`spec/service-graph.md` 4, steps 1 to 5).

use document::{EntityId, Kind, TraceId};

use crate::indexed::Indexed;
use crate::merge::{self, Place};
use crate::{EntityRef, Received};

/// All documents of one trace id, put together.
#[derive(Debug)]
pub struct Trace {
    pub(crate) id: TraceId,
    pub(crate) received: Vec<Received>,
    pub(crate) places: Vec<Place>,
    pub(crate) parents: Vec<Parent>,
    pub(crate) owners: Vec<Option<usize>>,
    /// Ordered by start, then id.
    pub(crate) children: Vec<Vec<usize>>,
    /// Which annotations are looked at, if not all.
    pub(crate) indexed: Option<Indexed>,
    /// The detached segment that is the root in place of one that was not received.
    pub(crate) promoted: Option<usize>,
}

/// Which segments a trace begins with (`spec/trace-summaries.md` 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Roots {
    /// Those without `parent_id`.
    #[default]
    Sent,
    /// Where there are none, the earliest segment whose parent was not received, then the lowest id
    /// (`promote_detached_root`). The trace stays partial.
    OrDetached,
}

/// Whose part an entity is, or who called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parent {
    /// Nobody: a segment without `parent_id`.
    None,
    /// This entity.
    Known(usize),
    /// An entity that has not been received, or a link that would close a cycle (`settled.md` 7).
    Unresolved(EntityId),
}

impl Trace {
    /// Puts documents of one trace together; those of other traces are left out.
    pub fn assemble(id: TraceId, mut received: Vec<Received>) -> Trace {
        received.retain(|received| received.segment.trace_id == id);
        received.sort_by_key(|received| received.position);
        received.dedup_by_key(|received| received.position);
        let places = merge::surviving(&received);
        let mut trace = Trace {
            id,
            received,
            parents: vec![],
            owners: vec![],
            children: vec![],
            promoted: None,
            places,
            indexed: None,
        };
        trace.parents = trace.resolve_parents();
        trace.cut_cycles();
        trace.owners = trace.find_owners();
        trace.children = trace.order_children();
        trace
    }

    /// The same trace with other roots.
    pub fn with_roots(mut self, roots: Roots) -> Trace {
        self.promoted = None;
        if roots == Roots::OrDetached && self.roots().next().is_none() {
            let detached = self
                .segments()
                .filter(|segment| segment.unresolved_parent().is_some());
            let earliest = detached.min_by_key(|segment| (segment.start, segment.id));
            self.promoted = earliest.map(|segment| segment.index);
        }
        self
    }

    fn resolve_parents(&self) -> Vec<Parent> {
        // Sorted, not hashed: the ids are foreign, and whoever chooses them could make them collide.
        let mut by_id: Vec<(EntityId, usize)> =
            self.entities().map(|entity| (entity.id, entity.index)).collect();
        by_id.sort_unstable();
        let resolve = |id: EntityId| {
            let found = by_id.binary_search_by_key(&id, |(id, _)| *id).ok();
            found
                .and_then(|place| by_id.get(place))
                .map_or(Parent::Unresolved(id), |(_, index)| Parent::Known(*index))
        };
        self.entities()
            .map(|entity| entity.parent.map_or(Parent::None, resolve))
            .collect()
    }

    /// Takes the parent link from the earliest-starting member of each cycle, then lowest id.
    fn cut_cycles(&mut self) {
        // 0: not seen; otherwise the number of the walk that came by.
        let mut seen_in = vec![0; self.places.len()];
        for start in 0..self.places.len() {
            let walk = start + 1;
            let mut at = start;
            while seen_in[at] == 0 {
                seen_in[at] = walk;
                let Parent::Known(parent) = self.parents[at] else {
                    break;
                };
                at = parent;
            }
            if seen_in[at] == walk && self.is_on_cycle(at) {
                let first = self.first_of_cycle(at);
                if let Some(parent) = self.entity(first).parent {
                    self.parents[first] = Parent::Unresolved(parent);
                }
            }
        }
    }

    fn is_on_cycle(&self, index: usize) -> bool {
        let mut at = index;
        for _ in 0..=self.places.len() {
            let Parent::Known(parent) = self.parents[at] else {
                return false;
            };
            at = parent;
            if at == index {
                return true;
            }
        }
        false
    }

    fn first_of_cycle(&self, index: usize) -> usize {
        let (mut first, mut at) = (index, index);
        while let Parent::Known(parent) = self.parents[at] {
            at = parent;
            let key = |index: usize| (self.entity(index).start, self.entity(index).id);
            if key(at) < key(first) {
                first = at;
            }
            if at == index {
                break;
            }
        }
        first
    }

    /// The segment that each entity is part of; a segment is its own.
    fn find_owners(&self) -> Vec<Option<usize>> {
        let mut owners: Vec<Option<Option<usize>>> = vec![None; self.places.len()];
        let mut path = vec![];
        for start in 0..self.places.len() {
            let mut at = start;
            let owner = loop {
                if let Some(known) = owners[at] {
                    break known;
                }
                path.push(at);
                match (self.entity(at).kind, self.parents[at]) {
                    (Kind::Segment, _) => break Some(at),
                    (Kind::Subsegment, Parent::Known(parent)) => at = parent,
                    (Kind::Subsegment, Parent::None | Parent::Unresolved(_)) => break None,
                }
            };
            for index in path.drain(..) {
                owners[index] = Some(owner);
            }
        }
        owners.into_iter().map(Option::flatten).collect()
    }

    fn order_children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![vec![]; self.places.len()];
        for (index, parent) in self.parents.iter().enumerate() {
            if let Parent::Known(parent) = parent {
                children[*parent].push(index);
            }
        }
        for siblings in children.iter_mut().filter(|siblings| siblings.len() > 1) {
            siblings.sort_by_key(|index| (self.entity(*index).start, self.entity(*index).id));
        }
        children
    }

    /// The documents, ascending by position.
    pub fn received(&self) -> &[Received] {
        &self.received
    }

    /// The entities that count, in the order in which they were received.
    pub fn entities(&self) -> impl Iterator<Item = EntityRef<'_>> {
        (0..self.places.len()).map(|index| self.entity(index))
    }

    /// The segments among them.
    pub fn segments(&self) -> impl Iterator<Item = EntityRef<'_>> {
        self.entities().filter(|entity| entity.kind == Kind::Segment)
    }

    pub(crate) fn entity(&self, index: usize) -> EntityRef<'_> {
        let place = self.places[index];
        let entity = self.received[place.document].segment.entity(place.entity);
        EntityRef {
            trace: self,
            index,
            entity: entity.expect("a place is that of an entity"),
        }
    }
}

#[cfg(test)]
mod tests;
