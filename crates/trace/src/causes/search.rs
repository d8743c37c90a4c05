//! The search for faults or errors (`spec/trace-summaries.md` 5.3).
//!
//! No recursion: the way walked so far is a list, so nesting costs no stack (`settled.md` 17). No entity is walked
//! twice: a walk enters a segment only over its flagged caller and the one above it, and such a segment begins none.

use document::{Cause, Flags, Kind};

use super::path::{called_by, services_along};
use super::references::{Reference, References};
use super::{CauseService, RootCause, is_unanswered};
use crate::{EntityRef, Trace};

/// A search for the causes of one flag.
pub(super) struct Search<'t> {
    trace: &'t Trace,
    home: &'t str,
    flag: fn(Flags) -> bool,
    references: References<'t>,
}

/// An entity on the way, with what is still to be tried below it, last first.
struct Step<'t> {
    entity: EntityRef<'t>,
    /// The entity that the way must lead to.
    target: Option<usize>,
    waiting: Vec<EntityRef<'t>>,
}

impl<'t> Search<'t> {
    pub(super) fn new(trace: &'t Trace, home: &'t str, flag: fn(Flags) -> bool) -> Search<'t> {
        let references = References::of(trace, |entity| flag(entity.get().flags));
        Search {
            trace,
            home,
            flag,
            references,
        }
    }

    /// The causes by where they begin, each once.
    pub(super) fn causes(&self) -> Vec<RootCause> {
        let mut starts: Vec<_> = self
            .trace
            .entities()
            .filter(|entity| self.begins_here(*entity))
            .collect();
        starts.sort_by_key(|start| (start.get().start, start.get().id));
        let mut causes = vec![];
        for cause in starts.into_iter().filter_map(|start| self.cause_from(start)) {
            if !causes.contains(&cause) {
                causes.push(cause);
            }
            // LIMIT: later causes are left out.
            if causes.len() == CAUSES_MAX {
                break;
            }
        }
        causes
    }

    fn cause_from(&self, start: EntityRef<'t>) -> Option<RootCause> {
        let services: Vec<CauseService> = match start.get().kind {
            Kind::Segment => services_along(&self.walk(start)?, self.home),
            Kind::Subsegment => vec![called_by(start)?],
        };
        Some(RootCause {
            client_impacting: start.is_root(),
            services,
        })
    }

    fn begins_here(&self, entity: EntityRef<'_>) -> bool {
        self.is_flagged(entity)
            && match entity.get().kind {
                Kind::Segment => self.segment_begins(entity),
                Kind::Subsegment => is_unanswered(entity) && self.stands_alone(entity),
            }
    }

    /// A segment begins a way unless one that comes from its caller can pass into it. A caller whose own segment
    /// has not been received is no caller yet (`settled.md` 6).
    fn segment_begins(&self, segment: EntityRef<'_>) -> bool {
        let Some(caller) = segment.parent().filter(|caller| caller.owner().is_some()) else {
            return true;
        };
        let has_flagged_parent = caller.parent().is_some_and(|above| self.is_flagged(above));
        !self.is_flagged(caller) || (caller.get().is_call() && !has_flagged_parent)
    }

    /// A failed call is a cause of its own where its parent did not fail, or failed for another reason: one that
    /// is described elsewhere, or nowhere (facts 7 and 8).
    fn stands_alone(&self, call: EntityRef<'_>) -> bool {
        let Some(parent) = call.parent().filter(|parent| parent.owner().is_some()) else {
            return false;
        };
        if !self.is_flagged(parent) {
            return true;
        }
        match self.references.reference_of(parent) {
            Reference::None => false,
            Reference::Known(target) => target != parent.index && !self.references.leads_to(call, target),
            Reference::Unknown => true,
        }
    }

    /// The first way down that ends at exceptions or at an unanswered call.
    fn walk(&self, start: EntityRef<'t>) -> Option<Vec<EntityRef<'t>>> {
        let mut way = vec![self.step(start, None)?];
        while let Some(step) = way.last_mut() {
            match step.waiting.pop() {
                Some(child) if is_unanswered(child) => {
                    return Some(way.iter().map(|step| step.entity).chain([child]).collect());
                }
                Some(child) => {
                    let target = step.target;
                    way.extend(self.step(child, target));
                }
                None if step.entity.cause() == Cause::Exceptions => {
                    return Some(way.iter().map(|step| step.entity).collect());
                }
                None => drop(way.pop()),
            }
        }
        None
    }

    /// Enters an entity; `None` where it refers to an exception that nobody describes.
    fn step(&self, entity: EntityRef<'t>, target: Option<usize>) -> Option<Step<'t>> {
        let target = match self.references.reference_of(entity) {
            Reference::None => target,
            Reference::Known(owner) => Some(owner),
            Reference::Unknown => return None,
        };
        let target = target.filter(|target| *target != entity.index);
        let is_open =
            |child: &EntityRef<'_>| target.is_none_or(|target| self.references.leads_to(*child, target));
        let children = entity
            .children()
            .filter(|child| self.is_flagged(*child))
            .filter(is_open);
        let (mut waiting, others): (Vec<_>, Vec<_>) = children.partition(|child| is_unanswered(*child));
        waiting.extend(others);
        waiting.reverse();
        Some(Step {
            entity,
            target,
            waiting,
        })
    }

    fn is_flagged(&self, entity: EntityRef<'_>) -> bool {
        (self.flag)(entity.get().flags)
    }
}

const CAUSES_MAX: usize = 20;
