//! Why a trace failed or was slow (`spec/trace-summaries.md` 5): paths from where trouble was seen to where it began.
//!
//! A fault or error path ends at an entity that owns exceptions, or at a service that is known from a failed call
//! only; a flag alone is no cause. A response-time path follows whoever took more than half of the root's time.

mod path;
mod references;
mod search;

use std::cmp::Reverse;

use compact_str::CompactString;
use document::Exception;

use crate::{EntityRef, NodeId, Trace};
use path::services_along;
use search::Search;

/// One way from a service towards the cause.
#[derive(Debug, Clone, PartialEq)]
pub struct RootCause {
    /// Whether the way begins at the root, so that the client saw it.
    pub client_impacting: bool,
    /// The services along the way; never empty.
    pub services: Vec<CauseService>,
}

/// A service on the way, with those of its entities that lie on it.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseService {
    /// The service's node.
    pub node: NodeId,
    /// Whether it is known from a call only.
    pub inferred: bool,
    /// Its entities; never empty.
    pub path: Vec<CauseEntity>,
}

/// A segment or subsegment on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseEntity {
    /// Its name.
    pub name: CompactString,
    /// Whether it is a call to another service.
    pub remote: bool,
    /// Its share of the root's time, to three decimals; for response times only.
    pub coverage: Option<f64>,
    /// Its own exceptions, at most ten; none for response times.
    pub exceptions: Vec<CauseException>,
}

/// What went wrong in an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseException {
    /// The exception's type.
    pub name: CompactString,
    /// Its message, at most 1,000 characters.
    pub message: CompactString,
}

impl Trace {
    /// Why entities have the flag `fault` (`spec/trace-summaries.md` 5.3), by start, at most 20.
    /// `home` is the server's own account.
    pub fn fault_causes(&self, home: &str) -> Vec<RootCause> {
        Search::new(self, home, |flags| flags.fault).causes()
    }

    /// Why entities have the flag `error`, throttled ones too (5.3), by start, at most 20.
    pub fn error_causes(&self, home: &str) -> Vec<RootCause> {
        Search::new(self, home, |flags| flags.error).causes()
    }

    /// Where the root's time went (5.4): one way or none.
    pub fn response_time_causes(&self, home: &str) -> Vec<RootCause> {
        let Some(root) = self.root() else { return vec![] };
        let whole = root.response_nanos().unwrap_or_default();
        let mut path = vec![root];
        let mut at = root;
        while let Some(slow) = slowest_child(at, whole) {
            path.push(slow);
            at = slow;
            if is_unanswered(slow) {
                break;
            }
        }
        if path.len() == 1 {
            return vec![];
        }
        let mut services = services_along(&path, home);
        let durations = path
            .iter()
            .chain(path.last())
            .map(|entity| entity.response_nanos().unwrap_or_default());
        let entities = services.iter_mut().flat_map(|service| &mut service.path);
        for (entity, nanos) in entities.zip(durations) {
            entity.coverage = Some(share(nanos, whole));
            entity.exceptions.clear();
        }
        vec![RootCause {
            client_impacting: true,
            services,
        }]
    }
}

/// The child that took longest, if that is more than half of the whole and not more than all of it.
fn slowest_child(entity: EntityRef<'_>, whole: i64) -> Option<EntityRef<'_>> {
    let took = |child: &EntityRef<'_>| child.response_nanos().unwrap_or_default();
    let is_slow = |child: &EntityRef<'_>| took(child) > whole - took(child) && took(child) <= whole;
    // Children come by start, then id; of equals the first is kept.
    entity
        .children()
        .filter(is_slow)
        .min_by_key(|child| Reverse(took(child)))
}

/// Whether it is a call whose callee sent no segment: it has an inferred receiver.
fn is_unanswered(entity: EntityRef<'_>) -> bool {
    entity.get().is_call() && !entity.is_claimed()
}

/// To three decimals, rounded half up.
fn share(part: i64, whole: i64) -> f64 {
    let (part, whole) = (i128::from(part), i128::from(whole.max(1)));
    ((part * 2_000 + whole) / (whole * 2)) as f64 / 1_000.0
}

impl CauseException {
    fn of(exception: Exception<'_>) -> CauseException {
        let message = exception.message.chars().take(MESSAGE_CHARACTERS_MAX).collect();
        CauseException {
            name: exception.name.into(),
            message,
        }
    }
}

/// LIMIT: longer messages are cut.
const MESSAGE_CHARACTERS_MAX: usize = 1_000;

#[cfg(test)]
mod tests;
