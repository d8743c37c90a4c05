//! Which rows a scan wants: a window on one of a trace's clocks, and a condition.

pub use assembly::Times;
use clock::Timestamp;

use crate::condition::Condition;

/// A window on one clock of a trace, and a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicate {
    /// What is compared with the window, and which of the window's bounds belong to it.
    pub clock: ClockColumn,
    /// Where the window begins.
    pub from: Timestamp,
    /// Where the window ends.
    pub until: Timestamp,
    /// What else a wanted trace must fulfil.
    pub condition: Condition,
}

/// What of a trace is compared with a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClockColumn {
    /// from ≤ earliest start of all entities < until.
    Start,
    /// from ≤ receipt of the last document < until.
    LastReceipt,
    /// Some document may have been received in from ≤ receipt ≤ until: the time from first to last receipt has a
    /// moment in common with the window.
    Receipts,
    /// Some entity may have ended in from ≤ end ≤ until: the time from earliest start to latest end has a moment in
    /// common with the window. A trace of which nothing has ended is left out.
    Ends,
}

impl Predicate {
    /// Whether a trace with these times lies in the window; the condition is not asked. Live traces may be asked as well as stored ones.
    pub fn wants(&self, times: &Times) -> bool {
        let (from, until) = (self.from, self.until);
        match self.clock {
            ClockColumn::Start => from <= times.start && times.start < until,
            ClockColumn::LastReceipt => from <= times.last_receipt && times.last_receipt < until,
            ClockColumn::Receipts => times.first_receipt <= until && from <= times.last_receipt,
            ClockColumn::Ends => times.start <= until && times.end.is_some_and(|end| from <= end),
        }
    }

    /// Whether a block with these bounds can hold a wanted trace; a `true` may be wrong, a `false` never is.
    pub fn may_want(&self, bounds: &Bounds) -> bool {
        let (from, until) = (self.from, self.until);
        match self.clock {
            ClockColumn::Start => from <= bounds.start_max && bounds.start_min < until,
            ClockColumn::LastReceipt => from <= bounds.receipt_max && bounds.receipt_min < until,
            ClockColumn::Receipts => from <= bounds.receipt_max && bounds.receipt_min <= until,
            ClockColumn::Ends => {
                bounds.start_min <= until && bounds.end_max.is_some_and(|end_max| from <= end_max)
            }
        }
    }
}

/// The least and greatest times of some traces; of no traces, a least time after the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Earliest start.
    pub start_min: Timestamp,
    /// Latest start.
    pub start_max: Timestamp,
    /// Latest end; `None` where nothing has ended.
    pub end_max: Option<Timestamp>,
    /// First receipt.
    pub receipt_min: Timestamp,
    /// Last receipt.
    pub receipt_max: Timestamp,
}

impl Bounds {
    /// The bounds of no traces.
    pub const NONE: Bounds = Bounds {
        start_min: Timestamp::MAX,
        start_max: Timestamp::MIN,
        end_max: None,
        receipt_min: Timestamp::MAX,
        receipt_max: Timestamp::MIN,
    };

    /// The bounds of these traces and one more.
    pub fn with(self, times: &Times) -> Bounds {
        Bounds {
            start_min: self.start_min.min(times.start),
            start_max: self.start_max.max(times.start),
            end_max: self.end_max.max(times.end),
            receipt_min: self.receipt_min.min(times.first_receipt),
            receipt_max: self.receipt_max.max(times.last_receipt),
        }
    }
}
