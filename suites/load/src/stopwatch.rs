//! This suite's door to time: it measures, so it is handed no clock.

use std::time::{Duration, Instant};

use clock::{Clock, SystemClock};

/// A moment that only others can be compared with.
#[expect(clippy::disallowed_methods, reason = "what is measured is the real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The wall time in microseconds since 1970.
pub(crate) fn wall_us() -> u64 {
    (SystemClock.now().as_nanos() / 1_000) as u64
}

/// Sleeps until `moment`, not at all if it has passed.
pub(crate) fn sleep_until(moment: Instant) {
    let left = moment.saturating_duration_since(now());
    if left > Duration::ZERO {
        std::thread::sleep(left);
    }
}
