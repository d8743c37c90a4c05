//! A time window on one of a trace's clocks (`spec/trace-summaries.md` 3).

use std::time::Duration;

use clock::Timestamp;
use store::{ClockColumn, Condition, Predicate, Times};
use trace::{EntityRef, Trace};
use wire::{Fault, refusals, required};

use crate::QueryError;

/// Which clock is compared with a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RangeType {
    /// Earliest start, despite its name.
    TraceId,
    /// Receipt of the last document.
    Event,
    /// Ends of segments.
    Service,
}

impl RangeType {
    pub(crate) fn named(name: Option<&str>) -> Result<RangeType, Fault> {
        match name {
            None | Some("TraceId") => Ok(RangeType::TraceId),
            Some("Event") => Ok(RangeType::Event),
            Some("Service") => Ok(RangeType::Service),
            Some(other) => Err(Fault::validation(
                &format!("'{other}'"),
                "timeRangeType",
                "Member must satisfy enum value set: [TraceId, Service, Event]",
            )),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            RangeType::TraceId => "TraceId",
            RangeType::Event => "Event",
            RangeType::Service => "Service",
        }
    }
}

/// A half-open window on one clock. Under `Service` its start is already widened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) range_type: RangeType,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

impl Window {
    /// A window from the two bounds of a request.
    pub(crate) fn between(start: Timestamp, end: Timestamp, range_type: RangeType) -> Window {
        let from = match range_type {
            RangeType::TraceId | RangeType::Event => start,
            RangeType::Service => start - SERVICE_WIDENING,
        };
        Window {
            range_type,
            from,
            until: end,
        }
    }

    /// The same, with what else a wanted trace must fulfil.
    pub(crate) fn predicate_with(&self, condition: Condition) -> Predicate {
        Predicate {
            condition,
            ..self.predicate()
        }
    }

    /// What prunes a scan; under `Service` a row that it wants need not lie in the window.
    pub(crate) fn predicate(&self) -> Predicate {
        let clock = match self.range_type {
            RangeType::TraceId => ClockColumn::Start,
            RangeType::Event => ClockColumn::LastReceipt,
            RangeType::Service => ClockColumn::Ends,
        };
        Predicate {
            clock,
            from: self.from,
            until: self.until,
            condition: Condition::Every,
        }
    }

    /// Where a stored trace stands, if that can be said without its documents.
    pub(crate) fn place_of_row(&self, times: &Times) -> Option<Timestamp> {
        match self.range_type {
            RangeType::TraceId => Some(times.start),
            RangeType::Event => Some(times.last_receipt),
            RangeType::Service => None,
        }
    }

    /// Where a trace with these times stands in the window; `None` outside it, and under `Service`.
    pub(crate) fn place_of_times(&self, times: &Times) -> Option<Timestamp> {
        self.place_of_row(times).filter(|at| self.holds(at))
    }

    /// Whether `service()` and `edge()` test a segment or a call: under `Service` only what ends in the window.
    pub(crate) fn tests(&self, entity: EntityRef<'_>) -> bool {
        match self.range_type {
            RangeType::TraceId | RangeType::Event => true,
            RangeType::Service => entity.end().is_some_and(|end| self.holds(&end)),
        }
    }

    /// Under `Service`, where a trace stands in the window: where its last segment ends that ends there.
    pub(crate) fn place_of_ended(&self, trace: &Trace) -> Option<Timestamp> {
        let ends = trace.segments().filter_map(|segment| segment.end());
        ends.filter(|end| self.holds(end)).max()
    }

    fn holds(&self, moment: &Timestamp) -> bool {
        self.from <= *moment && *moment < self.until
    }
}

/// The two bounds of a request.
///
/// # Errors
/// A missing bound, one that is no time, or an end before the start.
pub(crate) fn bounds_of(
    start: &Option<f64>,
    end: &Option<f64>,
) -> Result<(Timestamp, Timestamp), QueryError> {
    let moment = |seconds: &Option<f64>, path: &str| -> Result<Timestamp, Fault> {
        let seconds = *required(seconds, path)?;
        Timestamp::from_seconds_f64(seconds)
            .ok_or_else(|| Fault::serialization(format!("`{path}` is not a time: {seconds}")))
    };
    let (start, end) = (moment(start, "startTime")?, moment(end, "endTime")?);
    if end < start {
        return Err(QueryError::invalid(refusals::END_BEFORE_START));
    }
    Ok((start, end))
}

const SERVICE_WIDENING: Duration = Duration::from_secs(60);
