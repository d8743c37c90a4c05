//! The only door to time and chance: timestamps, clocks, rates, random bytes.
//! Knows nothing of traces; whoever needs the time or an id is handed a [`Clock`] or a [`Randomness`],
//! so that tests own both.
//!
//! ```
//! use clock::{Clock, ManualClock, Timestamp};
//! use std::time::Duration;
//!
//! let clock = ManualClock::at(Timestamp::from_seconds(1_767_225_600));
//! clock.advance(Duration::from_millis(5));
//! assert_eq!(clock.now().to_string(), "1767225600.005");
//! ```

mod bucket;
mod chance;
mod timestamp;

pub use bucket::{Rate, TokenBucket};
pub use chance::{Randomness, SeededRandomness, SystemRandomness};
pub use timestamp::{NotATime, Timestamp};

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Says what time it is.
pub trait Clock: Send + Sync + 'static {
    /// The wall time. It may step backwards; whoever needs order keeps the highest value it saw.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp::EPOCH + since_epoch.unwrap_or_default()
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug, Default)]
pub struct ManualClock {
    nanos: AtomicI64,
}

impl ManualClock {
    /// A clock that shows `start`.
    pub fn at(start: Timestamp) -> ManualClock {
        ManualClock {
            nanos: AtomicI64::new(start.as_nanos()),
        }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let moved = self.now() + by;
        self.nanos.store(moved.as_nanos(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.nanos.load(Ordering::SeqCst))
    }
}
