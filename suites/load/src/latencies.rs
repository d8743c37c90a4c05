//! How long things took, and which share of them took longer.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Durations, kept to three digits.
#[derive(Debug, Clone)]
pub(crate) struct Latencies {
    histogram: Histogram<u64>,
}

impl Latencies {
    pub(crate) fn new() -> Latencies {
        Latencies {
            histogram: Histogram::new_with_bounds(1, LONGEST_US, 3).expect("these bounds are in order"),
        }
    }

    /// LIMIT: what takes longer than ten minutes counts as ten minutes.
    pub(crate) fn record(&mut self, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(LONGEST_US);
        self.histogram.saturating_record(took_us.clamp(1, LONGEST_US));
    }

    pub(crate) fn add(&mut self, others: &Latencies) {
        self.histogram
            .add(&others.histogram)
            .expect("all histograms here have the same bounds");
    }

    pub(crate) fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// The value that so many percent do not exceed, in milliseconds; `None` where nothing was measured.
    pub(crate) fn percentile_ms(&self, percent: f64) -> Option<f64> {
        let is_any = !self.histogram.is_empty();
        is_any.then(|| self.histogram.value_at_percentile(percent) as f64 / 1_000.0)
    }
}

/// The middle one of some measurements; the mean of the two in the middle where they are even in number.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (upper, lower) = (values.len() / 2, values.len().checked_sub(1)? / 2);
    Some((values[lower] + values[upper]) / 2.0)
}

const LONGEST_US: u64 = 600_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn of_one_to(last: u64) -> Latencies {
        let mut latencies = Latencies::new();
        (1..=last).for_each(|millis| latencies.record(Duration::from_millis(millis)));
        latencies
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_values() {
        let latencies = of_one_to(1_000);
        for (percent, expected) in [(50.0, 500.0), (99.0, 990.0), (99.9, 999.0), (100.0, 1_000.0)] {
            let found = latencies.percentile_ms(percent).unwrap();
            assert!(
                (found - expected).abs() <= expected / 500.0,
                "p{percent}: {found}"
            );
        }
        assert_eq!(Latencies::new().percentile_ms(50.0), None);
    }

    #[test]
    fn adding_is_the_same_as_recording_all_in_one() {
        let mut sum = of_one_to(100);
        sum.add(&of_one_to(100));
        assert_eq!(sum.count(), 200);
        assert_eq!(sum.percentile_ms(50.0), of_one_to(100).percentile_ms(50.0));
    }

    #[test]
    fn what_takes_too_long_is_not_left_out() {
        let mut latencies = Latencies::new();
        latencies.record(Duration::from_secs(86_400));
        assert!(latencies.percentile_ms(50.0).unwrap() >= 599_000.0);
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(vec![]), None);
    }
}
