//! How often something may happen: a bucket of tokens that fills at a steady rate.

use std::sync::Mutex;

use crate::Timestamp;

/// How often something may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// As often as anyone likes.
    Unlimited,
    /// So many times a second on average, and twice as many at once after a rest.
    PerSecond(u32),
}

/// Keeps a [`Rate`]. It begins full; who takes a token may go on, and whoever finds too few must not.
#[derive(Debug)]
pub struct TokenBucket {
    rate: Rate,
    level: Mutex<Level>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    /// Billionths of a token, so that no nanosecond is lost.
    tokens: u64,
    at: Timestamp,
}

impl TokenBucket {
    /// A full bucket.
    pub fn new(rate: Rate) -> TokenBucket {
        let level = Level {
            tokens: burst_of(rate),
            at: Timestamp::MIN,
        };
        TokenBucket {
            rate,
            level: Mutex::new(level),
        }
    }

    /// Takes so many tokens, or none if there are fewer. Whether they were taken.
    pub fn take(&self, count: usize, now: Timestamp) -> bool {
        self.take_at_most(now, |there| if there < count { 0 } else { count }) == count
    }

    /// Takes as many of these tokens as there are; how many that was.
    pub fn take_some(&self, count: usize, now: Timestamp) -> usize {
        self.take_at_most(now, |there| there.min(count))
    }

    fn take_at_most(&self, now: Timestamp, wanted: impl FnOnce(usize) -> usize) -> usize {
        let Rate::PerSecond(per_second) = self.rate else {
            return wanted(usize::MAX);
        };
        let mut level = self
            .level
            .lock()
            .expect("nothing panics while it holds this lock");
        // A clock that was set back fills nothing, and goes on from there.
        let passed = u64::try_from(now.nanos_since(level.at)).unwrap_or(0);
        let filled = level
            .tokens
            .saturating_add(passed.saturating_mul(per_second.into()));
        level.tokens = filled.min(burst_of(self.rate));
        level.at = now;
        let taken = wanted(usize::try_from(level.tokens / TOKEN).unwrap_or(usize::MAX));
        level.tokens -= taken as u64 * TOKEN;
        taken
    }
}

fn burst_of(rate: Rate) -> u64 {
    match rate {
        Rate::Unlimited => 0,
        Rate::PerSecond(per_second) => u64::from(per_second) * BURST_SECONDS * TOKEN,
    }
}

const TOKEN: u64 = 1_000_000_000;
/// What may come at once, in seconds of the rate (`spec/api.md` 5).
const BURST_SECONDS: u64 = 2;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: f64) -> Timestamp {
        Timestamp::from_seconds(1_000) + Duration::from_secs_f64(seconds)
    }

    /// Section 5: a token bucket with a burst of twice the rate.
    #[test]
    fn api_5_a_bucket_holds_twice_its_rate_and_fills_at_it() {
        let bucket = TokenBucket::new(Rate::PerSecond(10));
        assert!(bucket.take(20, at(0.0)));
        assert!(!bucket.take(1, at(0.0)));
        assert!(!bucket.take(1, at(0.099)) && bucket.take(1, at(0.1)));
        assert!(
            !bucket.take(11, at(1.1)),
            "nothing is taken where not all is there"
        );
        assert!(bucket.take(10, at(1.1)) && !bucket.take(1, at(1.1)));
        assert!(
            bucket.take(20, at(900.0)) && !bucket.take(1, at(900.0)),
            "it never holds more"
        );
        assert_eq!(bucket.take_some(7, at(900.5)), 5);
    }

    #[test]
    fn a_clock_that_is_set_back_neither_fills_nor_stops_it() {
        let bucket = TokenBucket::new(Rate::PerSecond(10));
        assert!(bucket.take(20, at(3_600.0)));
        assert!(!bucket.take(1, at(0.0)));
        assert!(bucket.take(10, at(1.0)));
    }

    #[test]
    fn without_a_rate_there_is_always_enough() {
        let bucket = TokenBucket::new(Rate::Unlimited);
        assert!((0..100).all(|_| bucket.take(usize::MAX, at(0.0))));
        assert_eq!(bucket.take_some(50, at(0.0)), 50);
    }
}
