//! Receipt times: stamped once, never decreasing, no two calls the same (`settled.md`, intro).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use clock::{Clock, Timestamp};
use tokio::sync::Notify;

use crate::Inner;

/// Hands out receipt times.
#[derive(Debug)]
pub(crate) struct Receipts {
    state: Mutex<State>,
    /// Something that was coming is visible, or will never be.
    settled: Notify,
}

#[derive(Debug)]
struct State {
    last: Timestamp,
    /// Of what is on its way to be visible.
    coming: BTreeSet<Timestamp>,
}

/// A receipt whose documents are on their way. Dropped when they are visible, or will never be.
#[derive(Debug)]
pub(crate) struct Coming {
    receipts: Arc<Receipts>,
    pub(crate) receipt: Timestamp,
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.receipts.lock().coming.remove(&self.receipt);
        self.receipts.settled.notify_waiters();
    }
}

impl Receipts {
    /// Every receipt will be later than `last`.
    pub(crate) fn after(last: Timestamp) -> Receipts {
        Receipts {
            state: Mutex::new(State {
                last,
                coming: BTreeSet::new(),
            }),
            settled: Notify::new(),
        }
    }

    /// The receipt of one call. Where the clock stands still or steps back, it is a nanosecond after the last one.
    pub(crate) fn stamp(&self, clock: &dyn Clock) -> Timestamp {
        self.lock().stamp(clock)
    }

    /// The receipt of one call whose documents are to become visible; all that are stamped while it lasts count as
    /// coming with it.
    pub(crate) fn begin(self: &Arc<Receipts>, clock: &dyn Clock) -> Coming {
        let mut state = self.lock();
        let receipt = state.stamp(clock);
        state.coming.insert(receipt);
        drop(state);
        Coming {
            receipts: Arc::clone(self),
            receipt,
        }
    }

    /// Returns once nothing is on its way any more that began before this moment.
    pub(crate) async fn all_before(&self, moment: Timestamp) {
        loop {
            let settled = self.settled.notified();
            tokio::pin!(settled);
            // From here on no notice is missed.
            settled.as_mut().enable();
            if self.lock().coming.first().is_none_or(|first| moment <= *first) {
                return;
            }
            settled.await;
        }
    }

    /// Takes note of a receipt that was not stamped here: later ones will be later.
    pub(crate) fn note(&self, receipt: Timestamp) {
        let mut state = self.lock();
        state.last = receipt.max(state.last);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while it holds this lock")
    }
}

impl State {
    fn stamp(&mut self, clock: &dyn Clock) -> Timestamp {
        self.last = clock.now().max(self.last + Duration::from_nanos(1));
        self.last
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

    #[tokio::test]
    async fn a_moment_waits_for_what_began_before_it_and_for_nothing_else() {
        let clock = ManualClock::at(Timestamp::from_seconds(10));
        let receipts = Arc::new(Receipts::after(Timestamp::EPOCH));
        let first = receipts.begin(&clock);
        let moment = receipts.stamp(&clock);
        let later = receipts.begin(&clock);
        let waiting = tokio::spawn({
            let receipts = Arc::clone(&receipts);
            async move { receipts.all_before(moment).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "the first is on its way");
        receipts.all_before(first.receipt).await;
        drop(first);
        waiting.await.expect("no panic");
        drop(later);
        receipts.all_before(Timestamp::MAX).await;
    }

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
