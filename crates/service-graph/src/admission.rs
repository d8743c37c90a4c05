//! Which traces a group's graph is of (`settled.md` 31).
//!
//! A group has versions, each with an expression and the time in which it was in force. Each change of a trace is judged
//! by the version in force at its last receipt. Under the same version membership can be lost again; what was won under
//! an older version stays.
//!
//! INVARIANT: membership follows from receipts and versions alone, so whoever judges a history again comes to the same,
//! and can take back what was added. It takes two things. A version never changes but for its end. And whoever judges
//! documents asks for the versions after it has the documents, while a new version begins, and the one before it ends,
//! at a moment that is later than every receipt until then and earlier than every one from then on, with nobody told of
//! any versions until the new one is among them. So a version that one view lacks is in force at no receipt that was
//! judged with that view, and a second look with a later view sees nothing else. This holds for what is stored, for live
//! traces that were counted before the change, and after a crash, since the view is made of what the catalog holds
//! before any document is judged.

use std::collections::BTreeMap;
use std::fmt::Debug;

use clock::Timestamp;
use trace::Trace;

use crate::counting::Counting;
use crate::rollups::Scope;

/// One expression of a group and when it was in force. It never changes but for its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionInForce {
    /// Unique over all groups, from 1; also the [`Scope`] of what it admitted.
    pub number: u32,
    /// Its group; of one group at most one version is in force at any moment.
    pub group: u32,
    /// From when, inclusive.
    pub from: Timestamp,
    /// Until when, exclusive; `None` while it is in force.
    pub until: Option<Timestamp>,
}

/// How a group is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupNamed<'n> {
    /// By its name.
    Name(&'n str),
    /// By its ARN.
    Arn(&'n str),
}

/// All groups as of one moment, and how the traces are counted that they admit.
pub trait Admission: Debug + Send + Sync {
    /// Every version that any group ever had, in the order of their numbers.
    fn versions(&self) -> &[VersionInForce];

    /// Whether the expression of this version matches the trace as it is.
    fn admits(&self, number: u32, trace: &Trace) -> bool;

    /// The existing group of this name or ARN; 0 is the one of every trace.
    fn group(&self, named: GroupNamed<'_>) -> Option<u32>;

    /// How traces are counted.
    fn counting(&self) -> Counting {
        Counting::default()
    }
}

/// Nobody ever made a group.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGroups;

impl Admission for NoGroups {
    fn versions(&self) -> &[VersionInForce] {
        &[]
    }

    fn admits(&self, _number: u32, _trace: &Trace) -> bool {
        false
    }

    fn group(&self, _named: GroupNamed<'_>) -> Option<u32> {
        None
    }
}

impl VersionInForce {
    fn holds(&self, receipt: Timestamp) -> bool {
        self.from <= receipt && self.until.is_none_or(|until| receipt < until)
    }
}

/// The groups that one trace is in, while its history is told.
#[derive(Debug, Clone)]
pub(crate) struct Memberships<'g> {
    groups: &'g dyn Admission,
    /// By group.
    members: BTreeMap<u32, Share>,
}

/// A part in someone's graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) scope: Scope,
    /// The second before which nothing counts.
    pub(crate) since: i64,
}

impl<'g> Memberships<'g> {
    pub(crate) fn new(groups: &'g dyn Admission) -> Memberships<'g> {
        Memberships {
            groups,
            members: BTreeMap::new(),
        }
    }

    /// Looks at the trace as it stands from this second on; its documents were received until `receipt`.
    pub(crate) fn judge(&mut self, trace: &Trace, receipt: Timestamp, second: i64) {
        let in_force = self.groups.versions().iter();
        for version in in_force.filter(|version| version.holds(receipt)) {
            let scope = Scope(version.number);
            let is_member = match self.members.get(&version.group) {
                Some(share) if share.scope != scope => continue,
                known => known.is_some(),
            };
            match (is_member, self.groups.admits(version.number, trace)) {
                (false, true) => {
                    let share = Share { scope, since: second };
                    self.members.insert(version.group, share);
                }
                (true, false) => {
                    self.members.remove(&version.group);
                }
                (true, true) | (false, false) => {}
            }
        }
    }

    /// Every graph in which the trace counts now.
    pub(crate) fn shares(&self) -> impl Iterator<Item = Share> {
        let every = Share {
            scope: Scope::EVERY_TRACE,
            since: i64::MIN,
        };
        std::iter::once(every).chain(self.members.values().copied())
    }
}
