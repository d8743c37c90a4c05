//! An entity in its trace: what it is, and what it is to the others.

use std::ops::Deref;

use clock::Timestamp;
use document::{Entity, EntityId, Kind, Segment};

use crate::node::{NodeId, Receiver, receiver_of};
use crate::tree::Parent;
use crate::{Received, Trace};

/// An entity that counts, with its trace around it.
#[derive(Debug, Clone, Copy)]
pub struct EntityRef<'t> {
    pub(crate) trace: &'t Trace,
    pub(crate) index: usize,
    pub(crate) entity: Entity<'t>,
}

impl<'t> Deref for EntityRef<'t> {
    type Target = Entity<'t>;

    fn deref(&self) -> &Entity<'t> {
        &self.entity
    }
}

impl PartialEq for EntityRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && std::ptr::eq(self.trace, other.trace)
    }
}

impl<'t> EntityRef<'t> {
    /// The entity alone.
    pub fn get(self) -> Entity<'t> {
        self.entity
    }

    /// Its place among [`Trace::entities`].
    pub fn place(self) -> usize {
        self.index
    }

    /// The document it came in.
    pub fn document(self) -> &'t Segment {
        &self.received().segment
    }

    /// Receipt of the document it came in.
    pub fn receipt(self) -> Timestamp {
        self.received().receipt
    }

    fn received(self) -> &'t Received {
        &self.trace.received[self.trace.places[self.index].document]
    }

    /// The enclosing entity or the caller, where it was received.
    pub fn parent(self) -> Option<EntityRef<'t>> {
        match self.trace.parents[self.index] {
            Parent::Known(parent) => Some(self.trace.entity(parent)),
            Parent::None | Parent::Unresolved(_) => None,
        }
    }

    /// The id of a parent that was not received.
    pub fn unresolved_parent(self) -> Option<EntityId> {
        match self.trace.parents[self.index] {
            Parent::Unresolved(id) => Some(id),
            Parent::None | Parent::Known(_) => None,
        }
    }

    /// Whether it is a segment that nobody called, or stands for one ([`Roots`](crate::Roots)).
    pub fn is_root(self) -> bool {
        let is_sent = self.trace.parents[self.index] == Parent::None;
        self.get().kind == Kind::Segment && (is_sent || self.trace.promoted == Some(self.index))
    }

    /// The segment it is part of; a segment is its own. `None` while that segment was not received.
    pub fn owner(self) -> Option<EntityRef<'t>> {
        self.trace.owners[self.index].map(|owner| self.trace.entity(owner))
    }

    /// Its subsegments and the segments it called, by start, then id.
    pub fn children(self) -> impl Iterator<Item = EntityRef<'t>> {
        self.trace.children[self.index]
            .iter()
            .map(move |index| self.trace.entity(*index))
    }

    /// Whether a segment names it as its parent, finished or not (`settled.md` 5).
    pub fn is_claimed(self) -> bool {
        self.children().any(|child| child.get().kind == Kind::Segment)
    }

    /// What a call reached whose callee sent no segment.
    pub fn inferred_receiver(self) -> Option<Receiver<'t>> {
        if self.is_claimed() {
            None
        } else {
            receiver_of(self.get())
        }
    }

    /// The node of a segment. `home` is the server's own account, which is not printed (`settled.md` 10).
    pub fn node(self, home: &str) -> NodeId {
        NodeId::reported(self.get(), home)
    }

    /// The moment from which it counts: the later receipt of its own document and its owner's (`settled.md` 2).
    /// `None` while it or its owner is not complete.
    pub fn counts_from(self) -> Option<Timestamp> {
        let owner = self.owner()?;
        let both_complete = self.get().is_complete() && owner.get().is_complete();
        both_complete.then(|| self.receipt().max(owner.receipt()))
    }

    /// Nanoseconds from the earliest start to the latest end over a segment and its own subsegments
    /// (`spec/service-graph.md` 2); `None` for a segment that has not ended.
    pub fn envelope_nanos(self) -> Option<i64> {
        self.get().end()?;
        let own = self.own_entities();
        let start = own.iter().map(|entity| entity.get().start).min()?;
        let end = own.iter().filter_map(|entity| entity.get().end()).max()?;
        Some(end.nanos_since(start).max(0))
    }

    /// The segment and every subsegment it owns.
    pub fn own_entities(self) -> Vec<EntityRef<'t>> {
        let mut own = vec![self];
        let mut next = 0;
        while let Some(entity) = own.get(next).copied() {
            own.extend(
                entity
                    .children()
                    .filter(|child| child.get().kind == Kind::Subsegment),
            );
            next += 1;
        }
        own
    }
}
