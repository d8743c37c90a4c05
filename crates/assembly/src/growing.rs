//! Traces that grow after they were stored (`settled.md` 16). Each time such a trace is written again, all of it is, so
//! its late documents wait: until there are as many of them as are stored, or for a time that doubles with each
//! writing. So a trace of n documents is written about log n times, and what is written grows like n log n.

use std::time::Duration;

use clock::Timestamp;
use document::TraceId;
use rustc_hash::FxHashMap;

/// The traces that came back, each as it was stored last.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    stored: FxHashMap<TraceId, Stored>,
}

#[derive(Debug, Clone, Copy)]
struct Stored {
    documents: usize,
    /// How often it was written again.
    rewritten: u32,
    at: Timestamp,
}

impl Growing {
    /// Notes that a trace was written again, now with so many documents.
    pub(crate) fn note(&mut self, id: TraceId, documents: usize, now: Timestamp) {
        if self.stored.len() >= GROWING_MAX {
            self.stored.retain(|_, stored| now < stored.at + FORGOTTEN_AFTER);
        }
        if self.stored.len() >= GROWING_MAX && !self.stored.contains_key(&id) {
            return;
        }
        let stored = self.stored.entry(id).or_insert(Stored {
            documents,
            rewritten: 0,
            at: now,
        });
        if stored.at + FORGOTTEN_AFTER <= now {
            stored.rewritten = 0;
        }
        *stored = Stored {
            documents,
            rewritten: stored.rewritten.saturating_add(1),
            at: now,
        };
    }

    /// Until when late documents of a trace wait, the first of which came at `first`; `None` if they do not.
    pub(crate) fn waits_until(
        &self,
        id: TraceId,
        late: usize,
        first: Timestamp,
        quiet: Duration,
    ) -> Option<Timestamp> {
        let stored = self.stored.get(&id)?;
        let doublings = stored.rewritten.min(DOUBLINGS_MAX);
        let wait = quiet.saturating_mul(1 << doublings).min(WAIT_MAX);
        (late < stored.documents).then(|| first + wait)
    }
}

/// No late document waits longer.
const WAIT_MAX: Duration = Duration::from_secs(3600);
const DOUBLINGS_MAX: u32 = 16;
/// A trace to which nothing was added for so long begins anew.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(2 * 3600);
/// LIMIT: so many are remembered, about 5 MB; others are written again as soon as they are quiet.
const GROWING_MAX: usize = 65_536;
