//! Room among the live traces, for those who would rather ask before they read what was sent.

use std::time::Duration;

use tokio::time::timeout;

use crate::Ingest;

impl Ingest {
    /// Whether documents would be taken now. Where there is no room this waits for some, up to a second: a cut is about
    /// to make it, and sending everything once more costs both sides more than waiting does.
    pub async fn has_room(&self) -> bool {
        timeout(ROOM_AWAITED, self.room()).await.is_ok()
    }

    async fn room(&self) {
        loop {
            let made = self.inner.room.notified();
            tokio::pin!(made);
            // From here on no notice is missed.
            made.as_mut().enable();
            if self.live().bytes() < self.room_bytes() {
                return;
            }
            self.inner.pressure.notify_one();
            made.await;
        }
    }

    /// Less than all: those who find room together must not refuse each other.
    fn room_bytes(&self) -> usize {
        let max = self.inner.config.live_bytes_max;
        max - max / SPARE_SHARE
    }
}

/// LIMIT: a cut mostly takes less.
const ROOM_AWAITED: Duration = Duration::from_secs(1);
const SPARE_SHARE: usize = 16;
