//! Response times, kept at one millisecond, and made coarser only when they are printed
//! (`spec/service-graph.md` 2, `settled.md` 4).

use std::collections::BTreeMap;

use crate::Multiset;

/// How often each whole millisecond occurred. Signed, since what was added can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Histogram {
    millis: Multiset,
}

/// One printed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Milliseconds.
    pub millis: i64,
    /// How often.
    pub count: i64,
}

impl Histogram {
    /// Adds one sample so many times, rounded half up to a millisecond. Negative ones count as 0.
    pub fn record_nanos(&mut self, nanos: i64, times: i64) {
        let millis = nanos.max(0).saturating_add(NANOS_PER_MILLI / 2) / NANOS_PER_MILLI;
        self.add_bucket(Bucket { millis, count: times });
    }

    /// Adds so many samples of one millisecond; a negative number takes them back.
    pub fn add_bucket(&mut self, added: Bucket) {
        self.millis.add(added.millis, added.count);
    }

    /// Adds every sample of the other one so many times; a negative number takes them back.
    pub fn add(&mut self, other: &Histogram, times: i64) {
        self.millis.add_all(&other.millis, times);
    }

    /// Whether it holds no sample.
    pub fn is_empty(&self) -> bool {
        self.millis.is_empty()
    }

    /// Every millisecond that occurred, ascending.
    pub fn exact(&self) -> impl ExactSizeIterator<Item = Bucket> {
        self.millis.iter().map(|(millis, count)| Bucket { millis, count })
    }

    /// The samples, ascending: each millisecond by itself up to 200 of them, above that merged into at most 100.
    /// No sample is lost: the counts always add up to the same.
    pub fn buckets(&self) -> Vec<Bucket> {
        match self.millis.len() {
            ..=DISTINCT_MAX => self.exact().collect(),
            _ => self.centroids(),
        }
    }

    /// Merges neighbours; narrow at both ends, wide in the middle, as on a t-digest's arcsine scale.
    fn centroids(&self) -> Vec<Bucket> {
        let total: i64 = self.exact().map(|bucket| bucket.count).sum();
        let mut merged: BTreeMap<usize, (i128, i64)> = BTreeMap::new();
        let mut before = 0;
        for Bucket { millis, count } in self.exact() {
            let middle = (before as f64 + count as f64 / 2.0) / total as f64;
            let share = (2.0 * middle - 1.0).asin() / std::f64::consts::PI + 0.5;
            let place = ((share * CENTROIDS as f64) as usize).min(CENTROIDS - 1);
            let (sum, number) = merged.entry(place).or_default();
            *sum += i128::from(millis) * i128::from(count);
            *number += count;
            before += count;
        }
        let mean = |(sum, count): (i128, i64)| {
            let rounded = (sum + i128::from(count) / 2).div_euclid(i128::from(count));
            Bucket {
                millis: i64::try_from(rounded).unwrap_or(i64::MAX),
                count,
            }
        };
        merged.into_values().map(mean).collect()
    }
}

const NANOS_PER_MILLI: i64 = 1_000_000;
const DISTINCT_MAX: usize = 200;
const CENTROIDS: usize = 100;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(millis: &[i64]) -> Histogram {
        let mut histogram = Histogram::default();
        millis
            .iter()
            .for_each(|millis| histogram.record_nanos(millis * NANOS_PER_MILLI, 1));
        histogram
    }

    #[test]
    fn samples_are_rounded_to_a_millisecond() {
        let mut histogram = Histogram::default();
        for nanos in [499_999, 500_000, 1_499_999, -7] {
            histogram.record_nanos(nanos, 1);
        }
        assert_eq!(
            histogram.buckets(),
            [Bucket { millis: 0, count: 2 }, Bucket { millis: 1, count: 2 }]
        );
    }

    #[test]
    fn many_values_are_merged_without_losing_any() {
        let histogram = of(&(0..1_000).collect::<Vec<_>>());
        let buckets = histogram.buckets();
        assert!(buckets.len() <= CENTROIDS);
        assert_eq!(buckets.iter().map(|bucket| bucket.count).sum::<i64>(), 1_000);
        assert!(buckets.windows(2).all(|pair| pair[0].millis < pair[1].millis));
        assert_eq!(buckets[0].millis, 0, "the ends stay narrow");
    }

    proptest! {
        #[test]
        fn the_order_of_adding_does_not_matter(one in prop::collection::vec(0..5_000i64, 0..300), two in prop::collection::vec(0..5_000i64, 0..300)) {
            let mut forward = of(&one);
            forward.add(&of(&two), 1);
            let mut backward = of(&two);
            backward.add(&of(&one), 1);
            prop_assert_eq!(forward.buckets(), backward.buckets());
            prop_assert_eq!(&forward, &backward);
            forward.add(&of(&one), -1);
            prop_assert_eq!(&forward, &of(&two), "what is taken back leaves nothing behind");
        }
    }
}
