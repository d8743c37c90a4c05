//! A batch on its way into the journal, and why it may not get there.

use crate::frame::{PAYLOAD_BYTES_MAX, frame_bytes};
use crate::{Position, Record};
use std::io;
use std::sync::Arc;

/// Called exactly once with the position of the first record of the batch (the others follow without a gap),
/// on the journal's own thread: what takes long there, holds up every append.
pub type Done = Box<dyn FnOnce(Result<Position, AppendError>) + Send>;

/// Why a batch was not appended.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// Nothing was acknowledged; the caller may try again later.
    #[error("journal holds {used} of {limit} bytes in its {place}")]
    Full {
        /// What is full.
        place: Place,
        /// Bytes that it holds.
        used: u64,
        /// Bytes that it may hold.
        limit: u64,
    },
    /// A record, or the batch as a whole, will never fit; trying again is of no use.
    #[error("could not append {bytes} bytes at once, at most {limit} are possible")]
    TooLarge {
        /// Bytes that were to be appended.
        bytes: u64,
        /// Bytes that can be.
        limit: u64,
    },
    /// Nothing was kept, for want of space perhaps; the caller may try again later.
    #[error("could not write journal file `{file}`")]
    Write {
        /// The file's name.
        file: String,
        /// What the disk said.
        source: Arc<io::Error>,
    },
    /// A sync failed, so nobody knows what is on disk: nothing is acknowledged again until restart.
    #[error("could not sync journal file `{file}`, no more is appended until restart")]
    Poisoned {
        /// The file's name.
        file: String,
        /// What the disk said.
        source: Arc<io::Error>,
    },
    /// The journal was closed.
    #[error("journal is closed")]
    Closed,
}

/// What of the journal has a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Batches in memory that wait to be written: passes within milliseconds.
    Queue,
    /// Records on disk that were not trimmed: passes when [`FileJournal::trim`](crate::FileJournal::trim) is called.
    Files,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Place::Queue => "queue",
            Place::Files => "files",
        })
    }
}

/// Records that get consecutive positions and one answer.
pub(crate) struct Batch {
    pub(crate) records: Vec<Record>,
    /// What its frames take up on disk.
    pub(crate) frames_bytes: u64,
    pub(crate) done: Done,
}

impl Batch {
    /// LIMIT: refuses what could never be written, be it one record or all together.
    pub(crate) fn new(records: Vec<Record>, bytes_max: u64, done: Done) -> Result<Batch, AppendError> {
        if let Some(record) = records
            .iter()
            .find(|record| record.payload.len() > PAYLOAD_BYTES_MAX)
        {
            return Err(AppendError::TooLarge {
                bytes: record.payload.len() as u64,
                limit: PAYLOAD_BYTES_MAX as u64,
            });
        }
        let frames_bytes = records.iter().map(frame_bytes).sum();
        if frames_bytes > bytes_max {
            return Err(AppendError::TooLarge {
                bytes: frames_bytes,
                limit: bytes_max,
            });
        }
        Ok(Batch {
            records,
            frames_bytes,
            done,
        })
    }
}
