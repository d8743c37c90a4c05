//! Batches that wait to be written. LIMIT: their bytes; what does not fit is refused at once.

use crate::append::{AppendError, Batch, Place};
use crate::header::HEADER_BYTES;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};

pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    bytes_max: u64,
}

#[derive(Default)]
struct State {
    batches: VecDeque<Batch>,
    /// Of the waiting batches and of those taken out but not yet written.
    bytes: u64,
    refusal: Option<AppendError>,
    closed: bool,
}

impl Queue {
    pub(crate) fn new(bytes_max: u64) -> Queue {
        Queue {
            state: Mutex::default(),
            changed: Condvar::new(),
            bytes_max,
        }
    }

    /// Lets the batch wait, unless too many do. The files have room for it even if it begins another one.
    pub(crate) fn put(&self, batch: Batch, files: FilesRoom) -> Result<(), AppendError> {
        let mut state = self.lock();
        if let Some(refusal) = &state.refusal {
            return Err(refusal.clone());
        }
        check(Place::Queue, state.bytes + cost_bytes(&batch), self.bytes_max)?;
        check(
            Place::Files,
            files.used + HEADER_BYTES + state.bytes + batch.frames_bytes,
            files.limit,
        )?;
        state.bytes += cost_bytes(&batch);
        state.batches.push_back(batch);
        self.changed.notify_one();
        Ok(())
    }

    /// Takes what waits: one batch, and more while their frames stay within `bytes_max`. Waits while there is none;
    /// `None` once there will be none. What was taken counts as waiting until [`Queue::release`].
    pub(crate) fn take(&self, bytes_max: u64) -> Option<Vec<Batch>> {
        let waiting = |state: &mut State| state.batches.is_empty() && !state.closed;
        let mut state = self.changed.wait_while(self.lock(), waiting).expect(NO_PANIC);
        let mut group = vec![state.batches.pop_front()?];
        let mut bytes = group.iter().map(|batch| batch.frames_bytes).sum::<u64>();
        while let Some(batch) = state
            .batches
            .pop_front_if(|batch| bytes + batch.frames_bytes <= bytes_max)
        {
            bytes += batch.frames_bytes;
            group.push(batch);
        }
        Some(group)
    }

    /// The batches that cost so much are in memory no more.
    pub(crate) fn release(&self, bytes: u64) {
        self.lock().bytes -= bytes;
    }

    /// From now on every batch gets this answer.
    pub(crate) fn refuse(&self, refusal: AppendError) {
        self.lock().refusal.get_or_insert(refusal);
    }

    /// No batch is let in any more; what waits can still be taken.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.refusal.get_or_insert(AppendError::Closed);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect(NO_PANIC)
    }
}

/// How many bytes the files hold, and may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FilesRoom {
    pub(crate) used: u64,
    pub(crate) limit: u64,
}

/// What a batch counts for in the queue: an empty one costs something too.
pub(crate) fn cost_bytes(batch: &Batch) -> u64 {
    batch.frames_bytes + size_of::<Batch>() as u64
}

fn check(place: Place, used: u64, limit: u64) -> Result<(), AppendError> {
    if used > limit {
        Err(AppendError::Full { place, used, limit })
    } else {
        Ok(())
    }
}

const NO_PANIC: &str = "nothing panics while it holds this lock";
