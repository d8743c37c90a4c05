//! Which entity owns the exception that another one names as its cause (`spec/segment-documents.md` 6).

use std::collections::BTreeMap;

use document::{Cause, EntityId};

use crate::{EntityRef, Trace};

/// What an entity says of its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    /// That it is its own, or nothing.
    None,
    /// That it is described here.
    Known(usize),
    /// That it is described somewhere, but nowhere in this trace.
    Unknown,
}

/// Where exceptions are described, and who lies below whom. Built once for a search, where it is needed.
#[derive(Debug, Default)]
pub(super) struct References<'t> {
    by_exception: BTreeMap<&'t str, usize>,
    by_id: BTreeMap<EntityId, usize>,
    /// For each entity the number of its first visit in a walk over the tree, and the last number below it.
    spans: Vec<(usize, usize)>,
}

impl<'t> References<'t> {
    /// The references of a trace; none at all where no entity that `matters` refers to another.
    pub(super) fn of(trace: &'t Trace, matters: impl Fn(EntityRef<'t>) -> bool) -> References<'t> {
        if !trace.entities().any(|entity| refers(entity) && matters(entity)) {
            return References::default();
        }
        let mut references = References {
            spans: spans(trace),
            ..References::default()
        };
        let mut entities: Vec<_> = trace.entities().collect();
        // Of several that describe the same exception the earliest is meant.
        entities.sort_by_key(|entity| (entity.get().start, entity.get().id));
        for entity in entities {
            references.by_id.insert(entity.get().id, entity.index);
            for id in entity.get().exceptions().filter_map(|exception| exception.id) {
                references.by_exception.entry(id).or_insert(entity.index);
            }
        }
        references
    }

    pub(super) fn reference_of(&self, entity: EntityRef<'_>) -> Reference {
        let owner = match entity.get().cause() {
            Cause::Unknown | Cause::Exceptions => return Reference::None,
            Cause::SameException(id) => self.by_exception.get(id),
            Cause::SameSubsegment(id) => self.by_id.get(&id),
        };
        owner.map_or(Reference::Unknown, |owner| Reference::Known(*owner))
    }

    /// Whether the target is this entity or lies below it.
    pub(super) fn leads_to(&self, entity: EntityRef<'_>, target: usize) -> bool {
        match (self.spans.get(entity.index), self.spans.get(target)) {
            (Some((first, last)), Some((place, _))) => (first..=last).contains(&place),
            (_, _) => false,
        }
    }
}

fn refers(entity: EntityRef<'_>) -> bool {
    match entity.get().cause() {
        Cause::SameException(_) | Cause::SameSubsegment(_) => true,
        Cause::Unknown | Cause::Exceptions => false,
    }
}

/// Numbers all entities so that those below one follow it without a gap.
fn spans(trace: &Trace) -> Vec<(usize, usize)> {
    let mut spans = vec![(0, 0); trace.places.len()];
    let mut order = vec![];
    let mut waiting: Vec<_> = trace
        .entities()
        .filter(|entity| entity.parent().is_none())
        .collect();
    while let Some(entity) = waiting.pop() {
        spans[entity.index] = (order.len(), order.len());
        order.push(entity);
        waiting.extend(entity.children());
    }
    // Backwards, everything below an entity is done before the entity itself.
    for entity in order.into_iter().rev() {
        if let Some(parent) = entity.parent() {
            spans[parent.index].1 = spans[parent.index].1.max(spans[entity.index].1);
        }
    }
    spans
}
