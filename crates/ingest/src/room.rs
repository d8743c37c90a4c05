//! Room among the live traces, for those who would rather ask before they read what was sent.

use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::timeout;

use crate::Ingest;

/// Who waits for room.
#[derive(Debug)]
pub(crate) struct Room {
    made: Notify,
    places: Semaphore,
}

impl Ingest {
    /// Whether documents would be taken now. Where there is no room a few may wait for some, up to a second: a cut is
    /// about to make it, and sending everything once more costs both sides more than waiting does.
    pub async fn has_room(&self) -> bool {
        if self.inner.room.is_there(self) {
            return true;
        }
        let Ok(_place) = self.inner.room.places.try_acquire() else {
            return false;
        };
        timeout(ROOM_AWAITED, self.room()).await.is_ok()
    }

    async fn room(&self) {
        loop {
            let made = self.inner.room.made.notified();
            tokio::pin!(made);
            // From here on no notice is missed.
            made.as_mut().enable();
            if self.inner.room.is_there(self) {
                return;
            }
            made.await;
        }
    }
}

impl Room {
    /// Stored traces have been forgotten.
    pub(crate) fn is_made(&self) {
        self.made.notify_waiters();
    }

    fn is_there(&self, ingest: &Ingest) -> bool {
        let max = ingest.inner.config.live_bytes_max;
        // Those who find room together must not refuse each other.
        let is_there = ingest.live().bytes() < max - max / SPARE_SHARE;
        if !is_there {
            ingest.inner.pressure.notify_one();
        }
        is_there
    }
}

impl Default for Room {
    fn default() -> Room {
        Room {
            made: Notify::new(),
            places: Semaphore::new(WAITING_MAX),
        }
    }
}

/// LIMIT: so many wait; the others are told at once.
const WAITING_MAX: usize = 16;
/// LIMIT: a cut mostly takes less.
const ROOM_AWAITED: Duration = Duration::from_secs(1);
const SPARE_SHARE: usize = 16;
