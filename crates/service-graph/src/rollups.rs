//! Roll-ups: what traces contribute, by the second from which it counts and the second in which it became known
//! (`settled.md` 1 to 3).
//!
//! A trace is a history: each second in which documents of it came makes another version of it, which stands until the
//! next one. So each version is added as known from its second, and taken back as known from the next one's. The sum of
//! what counts from within a window and was known at its end is the trace as it stood at that end: nothing is lost by
//! adding histories of any number of traces together, in any order.
//!
//! A version counts in the graph of every trace, and once more for each group that the trace is a member of as long as
//! the version stands, not before its admission; so joining and leaving are told as any other change is.

use std::collections::BTreeMap;

use document::TraceId;
use trace::{Received, Trace};

use crate::admission::{Admission, Memberships, Share};
use crate::build::{Contribution, Target};
use crate::cell::Cell;
use crate::counting::{Counting, GraphClock, last_receipt};
use crate::names::{Names, Renumbering};

/// Which traces: every one, or those that a version of a group's expression admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Scope(pub u32);

impl Scope {
    /// Every trace there is.
    pub const EVERY_TRACE: Scope = Scope(0);
}

/// Which sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CellKey {
    /// The traces.
    pub(crate) scope: Scope,
    /// The second from which its entities count.
    pub(crate) counted: i64,
    /// The second in which that became known; not before `counted`.
    pub(crate) known: i64,
}

/// Seconds that are summed up, both inclusive, as they were known at a third one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The traces.
    pub scope: Scope,
    /// First second.
    pub first: i64,
    /// Last second.
    pub last: i64,
    /// The second as of which it is told; not before `last`.
    pub known: i64,
}

impl Window {
    /// What counts in these seconds of every trace, as it was known at the last one.
    pub fn until(first: i64, last: i64) -> Window {
        Window {
            scope: Scope::EVERY_TRACE,
            first,
            last,
            known: last,
        }
    }

    pub(crate) fn holds(&self, key: CellKey) -> bool {
        self.scope == key.scope && (self.first..=self.last).contains(&key.counted) && key.known <= self.known
    }
}

/// Signed sums over any number of traces.
#[derive(Debug, Clone, Default)]
pub struct Rollups {
    pub(crate) names: Names,
    pub(crate) cells: BTreeMap<CellKey, Cell>,
}

impl Rollups {
    /// Adds a trace with all its documents so many times, to the graph of every trace and to those of its groups; −1
    /// takes back what the same documents had added, with these groups or with any later view of them.
    pub fn add_trace(&mut self, id: TraceId, documents: &[Received], groups: &dyn Admission, times: i64) {
        let roots = groups.counting().roots;
        let whole = Trace::assemble(id, documents.to_vec()).with_roots(roots);
        self.add_assembled(&whole, groups, times);
    }

    /// [`add_trace`](Rollups::add_trace) for a trace that is put together already, of all its documents, with the roots
    /// that [`Admission::counting`] says.
    pub fn add_assembled(&mut self, whole: &Trace, groups: &dyn Admission, times: i64) {
        let Counting { roots, clock } = groups.counting();
        let documents = whole.received();
        let told = clock.told(documents);
        let seconds = seconds_of(&told);
        let mut memberships = Memberships::new(groups);
        for (place, known) in seconds.iter().enumerate() {
            let until = seconds.get(place + 1).copied();
            let is_whole = until.is_none() && clock == GraphClock::Receipt;
            let version = (!is_whole).then(|| as_of(*known, whole.id(), &told).with_roots(roots));
            let trace = version.as_ref().unwrap_or(whole);
            memberships.judge(trace, last_receipt(*known, &told, documents), *known);
            for share in memberships.shares() {
                self.add_version(trace, share, *known, times);
                if let Some(until) = until {
                    self.add_version(trace, share, until, -times);
                }
            }
        }
    }

    /// Adds everything that the other one holds.
    pub fn add(&mut self, other: &Rollups) {
        let renumbering = self.adopt(&other.names);
        for (key, cell) in &other.cells {
            self.cells.entry(*key).or_default().add(cell, &renumbering, 1);
        }
    }

    /// Forgets what has come to nothing: versions that differ little leave much of it.
    pub fn tidy(&mut self) {
        self.cells.retain(|_, cell| {
            cell.tidy();
            !cell.is_empty()
        });
    }

    pub(crate) fn adopt(&mut self, names: &Names) -> Renumbering {
        self.names.adopt(names, EVERY_ACCOUNT)
    }

    fn add_version(&mut self, trace: &Trace, share: Share, known: i64, times: i64) {
        self.contribution(trace, share, known, times).write();
    }

    /// A trace on its way into the cells of what became known in a second.
    pub(crate) fn contribution<'c>(
        &'c mut self,
        trace: &'c Trace,
        share: Share,
        known: i64,
        times: i64,
    ) -> Contribution<'c> {
        let target = Target::Seconds {
            cells: &mut self.cells,
            scope: share.scope,
            not_before: share.since,
            known,
        };
        Contribution::of(trace, EVERY_ACCOUNT, (&mut self.names, target), times)
    }
}

/// The seconds in which versions begin, ascending.
///
/// LIMIT: of a trace of very many documents that came in very many seconds, versions are told apart less finely, since
/// each costs a look at the whole trace. What becomes known between two of them is known at the later one.
pub(crate) fn seconds_of(documents: &[Received]) -> Vec<i64> {
    let mut seconds: Vec<i64> = documents
        .iter()
        .map(|received| received.receipt.seconds())
        .collect();
    seconds.sort_unstable();
    seconds.dedup();
    let versions_max = (LOOKED_AT_MAX / documents.len().max(1)).max(VERSIONS_MIN);
    let step = seconds.len().div_ceil(versions_max).max(1);
    let last = seconds.len().saturating_sub(1);
    let mut place = 0;
    seconds.retain(|_| {
        place += 1;
        (last + 1 - place).is_multiple_of(step)
    });
    seconds
}

pub(crate) fn as_of(second: i64, id: TraceId, documents: &[Received]) -> Trace {
    let known = documents
        .iter()
        .filter(|received| received.receipt.seconds() <= second);
    Trace::assemble(id, known.cloned().collect())
}

/// Roll-ups keep every account: which one is the server's own may change.
pub(crate) const EVERY_ACCOUNT: &str = "";
/// How many documents are looked at for one trace before its versions are told apart less finely.
const LOOKED_AT_MAX: usize = 4_000_000;
const VERSIONS_MIN: usize = 16;
