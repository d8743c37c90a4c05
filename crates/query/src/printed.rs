//! Answers in X-Ray's shapes: nodes, edges, statistics, summaries.

mod causes;
mod graph;
mod summary;

pub(crate) use graph::{Times, histogram_of, services_of, statistics_of};
pub(crate) use summary::summary_of;

/// A span of time in seconds with three decimals, rounded half up.
pub(crate) fn seconds(nanos: i64) -> f64 {
    millis_as_seconds(
        nanos
            .saturating_add(NANOS_PER_MILLI / 2)
            .div_euclid(NANOS_PER_MILLI),
    )
}

fn millis_as_seconds(millis: i64) -> f64 {
    millis as f64 / 1_000.0
}

const NANOS_PER_MILLI: i64 = 1_000_000;
