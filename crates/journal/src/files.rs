//! The files that the journal keeps, oldest first, and how they go.

use crate::Position;
use crate::disk::Disk;
use crate::header::{HEADER_BYTES, file_name};
use crate::spares::Spares;
use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, MutexGuard};

/// One file, as far as it is known without reading its frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeptFile {
    pub(crate) first: Position,
    /// One beyond its last position.
    pub(crate) end: Position,
    /// How far its frames reach.
    pub(crate) bytes: u64,
    pub(crate) header: HeaderState,
    pub(crate) beyond: Beyond,
}

/// What may lie behind a file's frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beyond {
    /// Nothing, or what the file was written over: positions below its first.
    Old,
    /// Frames that were dropped, too; their positions may have been given again.
    Dropped,
}

impl KeptFile {
    /// A file that was just begun.
    pub(crate) fn begun(first: Position) -> KeptFile {
        KeptFile {
            first,
            end: first,
            bytes: HEADER_BYTES,
            header: HeaderState::Intact,
            beyond: Beyond::Old,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderState {
    Intact,
    Damaged,
}

/// A file could not be deleted; it is tried again with the next trim.
#[derive(Debug, thiserror::Error)]
#[error("could not delete journal file `{file}`")]
pub struct TrimError {
    /// The file's name.
    pub file: String,
    /// What the disk said.
    pub source: io::Error,
}

/// INVARIANT: never empty; the last file is the one that is written to, and its name keeps positions from coming twice.
pub(crate) struct Files {
    kept: Mutex<Kept>,
    /// Held during a trim, so that two of them cannot delete out of order.
    trimming: Mutex<()>,
    pub(crate) spares: Spares,
}

struct Kept {
    files: VecDeque<KeptFile>,
    /// Of all files.
    bytes: u64,
    trimmed: Position,
}

impl Files {
    pub(crate) fn new(finished: Vec<KeptFile>, active: KeptFile, spares: Spares) -> Files {
        let mut files = VecDeque::from(finished);
        files.push_back(active);
        let bytes = files.iter().map(|file| file.bytes).sum();
        Files {
            kept: Mutex::new(Kept {
                files,
                bytes,
                trimmed: Position(0),
            }),
            trimming: Mutex::new(()),
            spares,
        }
    }

    /// The files as they are now, and the position before which nobody wants to read.
    pub(crate) fn snapshot(&self) -> (Vec<KeptFile>, Position) {
        let kept = self.lock();
        (kept.files.iter().copied().collect(), kept.trimmed)
    }

    pub(crate) fn end(&self) -> Position {
        self.lock().files.back().map_or(Position(0), |active| active.end)
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.lock().bytes
    }

    /// The active file became longer.
    pub(crate) fn extend(&self, end: Position, bytes: u64) {
        let mut kept = self.lock();
        if let Some(active) = kept.files.back_mut() {
            let grown = bytes - active.bytes;
            active.end = end;
            active.bytes = bytes;
            kept.bytes += grown;
        }
    }

    /// A write to the active file failed, and some of it may stay on disk for a while.
    pub(crate) fn doubt_active(&self) {
        if let Some(active) = self.lock().files.back_mut() {
            active.beyond = Beyond::Dropped;
        }
    }

    /// The active file got a successor.
    pub(crate) fn push(&self, active: KeptFile) {
        let mut kept = self.lock();
        kept.bytes += active.bytes;
        kept.files.push_back(active);
    }

    /// Takes away whole files that lie before the position, oldest first.
    ///
    /// INVARIANT: a file's absence is durable before the next one goes, so what a crash leaves has no hole.
    pub(crate) fn trim(&self, disk: &dyn Disk, before: Position) -> Result<(), TrimError> {
        let _trimming = self.trimming.lock().expect("a trim does not panic");
        while let Some(file) = self.take_oldest(before) {
            if let Err(source) = self.spares.retire(disk, file) {
                self.put_back(file);
                return Err(TrimError {
                    file: file_name(file.first),
                    source,
                });
            }
        }
        Ok(())
    }

    fn take_oldest(&self, before: Position) -> Option<KeptFile> {
        let mut kept = self.lock();
        kept.trimmed = kept.trimmed.max(before);
        let second = kept.files.get(1)?;
        if second.first > kept.trimmed {
            return None;
        }
        let oldest = kept.files.pop_front()?;
        kept.bytes -= oldest.bytes;
        Some(oldest)
    }

    fn put_back(&self, oldest: KeptFile) {
        let mut kept = self.lock();
        kept.bytes += oldest.bytes;
        kept.files.push_front(oldest);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("nothing panics while it holds this lock")
    }
}
