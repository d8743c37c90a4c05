//! Tests on the few numbers that a scan knows of a trace before it reads any document.
//!
//! They say exactly what evaluation would: a time is rounded to milliseconds and compared as a 64-bit float of seconds
//! (`spec/filter-expressions.md` 6), which comes down to bounds in nanoseconds.

use document::Flags;
use trace::Facts;

use crate::evaluate::entity::{self, seconds_of_millis};
use crate::keyword::{BooleanKeyword, NumberKeyword};
use crate::operator::{Operator, Order};

/// A test on [`Facts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactTest {
    /// This is so.
    Is(FactFlag),
    /// This is not so.
    IsNot(FactFlag),
    /// The time is known and lies in the range.
    Within(FactTime, TimeRange),
    /// The time is not known.
    Missing(FactTime),
}

/// What is so of a trace, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactFlag {
    /// The root has no flag.
    Ok,
    /// The root has `error` without `throttle`.
    Error,
    /// The root has `throttle`.
    Throttle,
    /// The root has `fault`.
    Fault,
    /// There is a root.
    HasRoot,
    /// Some entity's parent has not been received.
    Partial,
}

/// A time of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactTime {
    /// [`Facts::response_nanos`].
    Response,
    /// [`Facts::duration_nanos`].
    Duration,
}

/// Bounds of a time in nanoseconds, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// Not below this.
    pub min_nanos: i64,
    /// Not above this.
    pub max_nanos: i64,
}

impl FactTest {
    /// Whether the trace of these facts passes.
    pub fn holds(self, facts: &Facts) -> bool {
        match self {
            FactTest::Is(flag) => flag.holds(facts),
            FactTest::IsNot(flag) => !flag.holds(facts),
            FactTest::Within(time, range) => time
                .of(facts)
                .is_some_and(|nanos| (range.min_nanos..=range.max_nanos).contains(&nanos)),
            FactTest::Missing(time) => time.of(facts).is_none(),
        }
    }
}

impl FactFlag {
    /// The flag that a keyword asks for at trace scope; `None` where the facts do not say.
    pub(crate) fn of(keyword: BooleanKeyword) -> Option<FactFlag> {
        match keyword {
            BooleanKeyword::Ok => Some(FactFlag::Ok),
            BooleanKeyword::Error => Some(FactFlag::Error),
            BooleanKeyword::Throttle => Some(FactFlag::Throttle),
            BooleanKeyword::Fault => Some(FactFlag::Fault),
            BooleanKeyword::Partial => Some(FactFlag::Partial),
            BooleanKeyword::Root => Some(FactFlag::HasRoot),
            BooleanKeyword::Inferred
            | BooleanKeyword::Remote
            | BooleanKeyword::First
            | BooleanKeyword::Last => None,
        }
    }

    /// Whether it is so of the trace of these facts.
    pub(crate) fn holds(self, facts: &Facts) -> bool {
        let root = |keyword| {
            let flag = |flags: Flags| entity::flag(flags, keyword);
            facts.root.and_then(flag).unwrap_or(false)
        };
        match self {
            FactFlag::Ok => root(BooleanKeyword::Ok),
            FactFlag::Error => root(BooleanKeyword::Error),
            FactFlag::Throttle => root(BooleanKeyword::Throttle),
            FactFlag::Fault => root(BooleanKeyword::Fault),
            FactFlag::HasRoot => facts.root.is_some(),
            FactFlag::Partial => facts.is_partial,
        }
    }
}

impl FactTime {
    /// The time that a keyword asks for at trace scope; `None` where the facts do not say.
    pub(crate) fn asked_by(keyword: NumberKeyword) -> Option<FactTime> {
        match keyword {
            NumberKeyword::ResponseTime => Some(FactTime::Response),
            NumberKeyword::Duration => Some(FactTime::Duration),
            NumberKeyword::HttpStatus | NumberKeyword::Index | NumberKeyword::Coverage => None,
        }
    }

    /// The time in nanoseconds, where it is known.
    pub(crate) fn of(self, facts: &Facts) -> Option<i64> {
        match self {
            FactTime::Response => facts.response_nanos,
            FactTime::Duration => facts.duration_nanos,
        }
    }
}

impl TimeRange {
    /// Every time.
    pub(crate) const ANY: TimeRange = TimeRange {
        min_nanos: 0,
        max_nanos: i64::MAX,
    };

    /// The times that compare so with these seconds: none, one range or two.
    pub(crate) fn satisfying(operator: Operator, seconds: f64) -> impl Iterator<Item = TimeRange> {
        let at_least = first_milli(|milli| milli >= seconds);
        let above = first_milli(|milli| milli > seconds);
        let (first, second) = match operator {
            Operator::Equal => ((at_least, above), EMPTY),
            Operator::Unequal => ((0, at_least), (above, MILLIS_END)),
            Operator::Order(Order::Less) => ((0, at_least), EMPTY),
            Operator::Order(Order::LessOrEqual) => ((0, above), EMPTY),
            Operator::Order(Order::Greater) => ((above, MILLIS_END), EMPTY),
            Operator::Order(Order::GreaterOrEqual) => ((at_least, MILLIS_END), EMPTY),
            // The check does not let it through.
            Operator::Part(_) => (EMPTY, EMPTY),
        };
        let non_empty = [first, second].into_iter().filter(|(from, until)| from < until);
        non_empty.map(|(from, until)| TimeRange {
            min_nanos: first_nano(from),
            max_nanos: match until {
                MILLIS_END => i64::MAX,
                _ => first_nano(until) - 1,
            },
        })
    }
}

/// The lowest number of milliseconds whose seconds pass; all above it have to pass too.
fn first_milli(passes: impl Fn(f64) -> bool) -> i64 {
    let (mut low, mut high) = (0, MILLIS_END);
    while low < high {
        let middle = low + (high - low) / 2;
        if passes(seconds_of_millis(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The lowest number of nanoseconds that rounds to these milliseconds.
fn first_nano(millis: i64) -> i64 {
    millis
        .saturating_mul(NANOS_PER_MILLI)
        .saturating_sub(NANOS_PER_MILLI / 2)
        .max(0)
}

const NANOS_PER_MILLI: i64 = 1_000_000;
/// More milliseconds than 64 bits of nanoseconds round to.
const MILLIS_END: i64 = i64::MAX / NANOS_PER_MILLI + 2;
const EMPTY: (i64, i64) = (0, 0);
