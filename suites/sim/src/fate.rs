//! Decides what each operation on disk and objects meets: success, failure, slowness, or the loss of power in its midst.
//! Holds the simulated time, since slow storage makes time pass. Every change that the product makes to its storage
//! passes here in one order, so that its number names the moment of a crash.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use clock::{Clock, Timestamp};

use crate::chance::Chance;

/// The fate of one run, shared by all that is simulated.
#[derive(Debug)]
pub(crate) struct Fate {
    state: Mutex<State>,
    gate: Mutex<Gate>,
    gate_changed: Condvar,
}

/// Where a journal's write can be made to wait, so that others gather behind it.
#[derive(Debug, Default)]
struct Gate {
    is_shut: bool,
    is_someone_there: bool,
}

#[derive(Debug)]
struct State {
    now: Timestamp,
    chance: Chance,
    /// What the product is about: the name of the step.
    step: &'static str,
    armed: Armed,
    is_lost: bool,
    /// A sync of the journal failed since the last start.
    has_failed_sync: bool,
    /// Changes since the step began.
    changes: Vec<String>,
    struck: Counts,
    /// Since the step began.
    strikes: u64,
}

/// How often what happened.
pub type Counts = BTreeMap<String, u64>;

/// What goes wrong in the step that comes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Armed {
    /// Power is lost in the midst of the change after so many others.
    pub(crate) power_after: Option<u64>,
    /// A sync of a journal file fails.
    pub(crate) sync_fails: bool,
    /// The disk has room for so many more bytes.
    pub(crate) room_bytes: Option<u64>,
    /// So many changes of objects fail.
    pub(crate) puts_fail: u64,
    /// Reads of objects fail.
    pub(crate) reads_fail: bool,
    /// Each change of objects takes up to so many seconds.
    pub(crate) slow_seconds: u64,
}

/// A change of what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Create,
    Write,
    Truncate,
    Sync,
    Rename,
    Remove,
    SyncDirectory,
    PutBlock,
    PutRollups,
    ReplaceRollups,
    Delete,
}

/// What a change meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    /// Nothing of it happened, or so many bytes of it.
    Fails {
        bytes: u64,
    },
    /// Power is lost before it, in its midst, or after it and before the answer.
    Struck(Part),
}

/// How much of a change happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    None,
    Some,
    All,
}

impl Fate {
    pub(crate) fn new(seed: u64, now: Timestamp) -> Fate {
        Fate {
            state: Mutex::new(State {
                now,
                chance: Chance::new(seed, 1),
                step: "",
                armed: Armed::default(),
                is_lost: false,
                has_failed_sync: false,
                changes: vec![],
                struck: Counts::new(),
                strikes: 0,
            }),
            gate: Mutex::default(),
            gate_changed: Condvar::new(),
        }
    }

    /// From now on a journal's write waits.
    pub(crate) fn shut_gate(&self) {
        *self.gate() = Gate {
            is_shut: true,
            is_someone_there: false,
        };
    }

    /// Waits a moment for a write to come to the gate; whether one is there.
    pub(crate) fn is_someone_at_gate(&self) -> bool {
        let moment = Duration::from_millis(1);
        let waited = self
            .gate_changed
            .wait_timeout_while(self.gate(), moment, |gate| !gate.is_someone_there);
        waited.expect(NO_PANIC).0.is_someone_there
    }

    pub(crate) fn open_gate(&self) {
        self.gate().is_shut = false;
        self.gate_changed.notify_all();
    }

    /// Waits until the gate is open.
    pub(crate) fn pass_gate(&self) {
        let mut gate = self.gate();
        gate.is_someone_there = true;
        self.gate_changed.notify_all();
        let gate = self.gate_changed.wait_while(gate, |gate| gate.is_shut);
        drop(gate.expect(NO_PANIC));
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().expect(NO_PANIC)
    }

    /// The next step begins.
    pub(crate) fn begin(&self, step: &'static str, armed: Armed) {
        let mut state = self.state();
        state.step = step;
        state.armed = armed;
        state.changes.clear();
        state.strikes = 0;
    }

    /// What the product changed since the step began, or since this was last asked.
    pub(crate) fn take_changes(&self) -> Vec<String> {
        std::mem::take(&mut self.state().changes)
    }

    /// Whether power is lost: nothing works until it is back.
    pub(crate) fn is_lost(&self) -> bool {
        self.state().is_lost
    }

    /// Whether a sync of the journal failed since power was last back.
    pub(crate) fn has_failed_sync(&self) -> bool {
        self.state().has_failed_sync
    }

    /// Power is back and all works.
    pub(crate) fn restore(&self) {
        let mut state = self.state();
        state.is_lost = false;
        state.has_failed_sync = false;
        state.armed = Armed::default();
    }

    /// Moves time, also back.
    pub(crate) fn step_clock(&self, nanos: i64) {
        let mut state = self.state();
        state.now = Timestamp::from_nanos(state.now.as_nanos().saturating_add(nanos));
    }

    /// Faults that took effect so far.
    pub(crate) fn counts(&self) -> Counts {
        self.state().struck.clone()
    }

    /// How many faults took effect since the step began.
    pub(crate) fn strikes(&self) -> u64 {
        self.state().strikes
    }

    pub(crate) fn count(&self, what: &str) {
        *self.state().struck.entry(what.to_owned()).or_default() += 1;
    }

    /// A draw that belongs to the faults.
    pub(crate) fn below(&self, limit: u64) -> u64 {
        self.state().chance.below(limit)
    }

    /// Judges one change of so many bytes.
    pub(crate) fn judge(&self, change: Change, name: &str, bytes: u64) -> Verdict {
        let mut state = self.state();
        if state.is_lost {
            return Verdict::Fails { bytes: 0 };
        }
        state.changes.push(format!("{change:?} {name} {bytes}"));
        if change.is_of_objects() && state.armed.slow_seconds > 0 {
            let seconds = state.armed.slow_seconds;
            let slow = state.chance.below(seconds * 1_000);
            state.now = state.now + Duration::from_millis(slow);
            state.strike("slow objects".to_owned());
        }
        match state.armed.power_after {
            Some(0) => return state.lose_power(change),
            Some(after) => state.armed.power_after = Some(after - 1),
            None => {}
        }
        state.fail(change, bytes)
    }

    /// Whether a read works.
    pub(crate) fn may_read(&self) -> bool {
        let mut state = self.state();
        if state.armed.reads_fail && !state.is_lost {
            state.strike("failing reads of objects".to_owned());
        }
        !state.is_lost && !state.armed.reads_fail
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect(NO_PANIC)
    }
}

impl State {
    fn lose_power(&mut self, change: Change) -> Verdict {
        self.is_lost = true;
        let (part, named) = match self.chance.below(3) {
            0 => (Part::None, "before"),
            1 => (Part::Some, "in"),
            _ => (Part::All, "after"),
        };
        self.strike(format!("crash {}: {named} {}", self.step, change.name()));
        Verdict::Struck(part)
    }

    fn fail(&mut self, change: Change, bytes: u64) -> Verdict {
        if change == Change::Sync && self.armed.sync_fails {
            self.armed.sync_fails = false;
            self.has_failed_sync = true;
            self.strike("failed sync".to_owned());
            return Verdict::Fails { bytes: 0 };
        }
        if change.is_of_objects() && self.armed.puts_fail > 0 {
            self.armed.puts_fail -= 1;
            self.strike(format!("failing objects: {}", change.name()));
            return Verdict::Fails {
                bytes: self.chance.below(bytes + 1),
            };
        }
        if let Some(room) = self.armed.room_bytes.filter(|_| change.takes_room()) {
            if room < bytes {
                self.strike(format!("disk full: {}", change.name()));
                return Verdict::Fails { bytes: room };
            }
            self.armed.room_bytes = Some(room - bytes);
        }
        Verdict::Done
    }

    fn strike(&mut self, what: String) {
        self.strikes += 1;
        *self.struck.entry(what).or_default() += 1;
    }
}

impl Change {
    fn is_of_objects(self) -> bool {
        matches!(
            self,
            Change::PutBlock | Change::PutRollups | Change::ReplaceRollups | Change::Delete
        )
    }

    fn takes_room(self) -> bool {
        matches!(
            self,
            Change::Create | Change::Write | Change::PutBlock | Change::PutRollups | Change::ReplaceRollups
        )
    }

    /// Its name in counts.
    fn name(self) -> &'static str {
        match self {
            Change::Create => "a journal file's creation",
            Change::Write => "a journal write",
            Change::Truncate => "a journal truncation",
            Change::Sync => "a journal sync",
            Change::Rename => "a journal file's naming",
            Change::Remove => "a journal file's removal",
            Change::SyncDirectory => "a sync of the journal's directory",
            Change::PutBlock => "the put of a block",
            Change::PutRollups => "the put of roll-ups",
            Change::ReplaceRollups => "the replacement of roll-ups",
            Change::Delete => "an object's deletion",
        }
    }
}

impl Clock for Fate {
    fn now(&self) -> Timestamp {
        self.state().now
    }
}

const NO_PANIC: &str = "nothing panics while it holds this lock";
