//! Mergeable counts and response-time histograms, exact whatever the order in which they are added.
//! Knows neither traces nor nodes.
//!
//! All of it is additive: [`Tally::add`] puts two together, and nothing is rounded before it is printed
//! (`settled.md` 4).

mod histogram;
mod multiset;

pub use histogram::{Bucket, Histogram};
pub use multiset::Multiset;

/// How many of each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Without a flag.
    pub ok: i64,
    /// Errors of the caller, not throttled.
    pub error: i64,
    /// Throttled.
    pub throttle: i64,
    /// Faults.
    pub fault: i64,
}

impl Counts {
    /// All of them.
    pub fn total(&self) -> i64 {
        self.ok + self.error + self.throttle + self.fault
    }

    /// Adds those of another so many times; a negative number takes them back.
    pub fn add(&mut self, other: Counts, times: i64) {
        self.ok += other.ok * times;
        self.error += other.error * times;
        self.throttle += other.throttle * times;
        self.fault += other.fault * times;
    }
}

/// Counts by class, and how long they took together and each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Counts by class.
    pub counts: Counts,
    /// Sum of all response times, nanoseconds.
    pub response_nanos: i128,
    /// The response times.
    pub responses: Histogram,
}

impl Tally {
    /// Adds one that took so long, so many times; a negative number takes it back.
    pub fn record(&mut self, counts: Counts, nanos: i64, times: i64) {
        self.counts.add(counts, times);
        self.response_nanos += i128::from(nanos) * i128::from(times);
        self.responses.record_nanos(nanos, times);
    }

    /// Adds everything that the other one holds so many times; a negative number takes it back.
    pub fn add(&mut self, other: &Tally, times: i64) {
        self.counts.add(other.counts, times);
        self.response_nanos += other.response_nanos * i128::from(times);
        self.responses.add(&other.responses, times);
    }

    /// The sum of all response times in milliseconds, rounded half up.
    pub fn response_millis(&self) -> i128 {
        (self.response_nanos + NANOS_PER_MILLI / 2).div_euclid(NANOS_PER_MILLI)
    }
}

const NANOS_PER_MILLI: i128 = 1_000_000;
