//! Receipt times: stamped once, never decreasing, no two calls the same (`settled.md`, intro).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clock::{Clock, Timestamp};

use crate::Inner;

/// Hands out receipt times.
#[derive(Debug)]
pub(crate) struct Receipts {
    last: Mutex<Timestamp>,
}

impl Receipts {
    /// Every receipt will be later than `last`.
    pub(crate) fn after(last: Timestamp) -> Receipts {
        Receipts {
            last: Mutex::new(last),
        }
    }

    /// The receipt of one call. Where the clock stands still or steps back, it is a nanosecond after the last one.
    pub(crate) fn stamp(&self, clock: &dyn Clock) -> Timestamp {
        let mut last = self.last.lock().expect("nothing panics while it holds this lock");
        *last = clock.now().max(*last + Duration::from_nanos(1));
        *last
    }

    /// Takes note of a receipt that was not stamped here: later ones will be later.
    pub(crate) fn note(&self, receipt: Timestamp) {
        let mut last = self.last.lock().expect("nothing panics while it holds this lock");
        *last = receipt.max(*last);
    }
}

/// The receipts of a write path as a clock: each moment is later than every receipt until then, and earlier than every
/// one from then on.
pub(crate) struct ReceiptClock(pub(crate) Arc<Inner>);

impl Clock for ReceiptClock {
    fn now(&self) -> Timestamp {
        self.0.receipts.stamp(&*self.0.clock)
    }
}

#[cfg(test)]
mod tests {
    use clock::ManualClock;

    use super::*;

    #[test]
    fn no_two_calls_share_a_receipt_and_none_goes_back() {
        let clock = ManualClock::at(Timestamp::from_seconds(10));
        let receipts = Receipts::after(Timestamp::from_seconds(20));
        let first = receipts.stamp(&clock);
        assert_eq!(first, Timestamp::from_seconds(20) + Duration::from_nanos(1));
        assert_eq!(receipts.stamp(&clock), first + Duration::from_nanos(1));
        clock.advance(Duration::from_secs(90));
        assert_eq!(receipts.stamp(&clock), Timestamp::from_seconds(100));
    }
}
