//! The journal on files: hands batches to its thread, which writes, syncs and answers.

use crate::append::{AppendError, Batch, Done};
use crate::disk::{Disk, LocalDisk};
use crate::files::{Files, KeptFile, TrimError};
use crate::frame::FRAME_BYTES_MIN;
use crate::header::HEADER_BYTES;
use crate::queue::{FilesRoom, Queue, cost_bytes};
use crate::recovery::{OpenError, Recovered, Recovery, recover};
use crate::replay::{Replay, ReplayError, ReplayReport};
use crate::spares::{SpareLimits, Spares};
use crate::writer::{DiskFailure, Writer, create_file};
use crate::{Position, Record};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use tracing::error;

/// Where the journal lies and what it may take up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileJournalConfig {
    /// Holds the journal's files and nothing else; whoever opens it must be the only one.
    pub directory: PathBuf,
    /// When the next file is begun, and the most that one batch may take up.
    pub file_bytes_max: u64,
    /// Memory for batches that wait to be written; one that does not fit is refused. What is being written takes up
    /// its frames once more: 4 MiB, or the largest batch.
    pub queue_bytes_max: usize,
    /// Disk space of what all files hold, at least twice the limit of one; a batch that does not fit is refused.
    pub journal_bytes_max: u64,
    /// So many trimmed files are kept to be written over, which is faster than writing to new ones and does not wait
    /// for the file system; 0 for none. They take up disk space besides: at most `file_bytes_max` each.
    pub spare_files_max: usize,
}

impl FileJournalConfig {
    /// Files of 64 MiB, 4 GiB in all, and 8 spare ones; a queue of 32 MiB.
    pub fn in_directory(directory: impl AsRef<Path>) -> FileJournalConfig {
        FileJournalConfig {
            directory: directory.as_ref().to_owned(),
            file_bytes_max: 64 << 20,
            queue_bytes_max: 32 << 20,
            journal_bytes_max: 4 << 30,
            spare_files_max: 8,
        }
    }
}

/// A journal on files. Clones are handles of the same one; when the last goes, it closes.
///
/// Answered means durable: on `Ok` all records of the batch survive power loss, in the order of their positions. On
/// `Err` some of them may be there after a restart all the same: the reader must cope with what it was never promised.
#[derive(Clone)]
pub struct FileJournal {
    inner: Arc<Inner>,
}

struct Inner {
    disk: Arc<dyn Disk>,
    files: Arc<Files>,
    queue: Arc<Queue>,
    batch_bytes_max: u64,
    journal_bytes_max: u64,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl FileJournal {
    /// Opens the journal of this directory, or a new one. A torn write at its end is dropped; all else is kept, and
    /// positions go on behind everything that was ever there.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a configuration is handed over, to be opened once"
    )]
    pub fn open(config: FileJournalConfig) -> Result<(FileJournal, Recovery), OpenError> {
        let name = config.directory.display().to_string();
        let disk = LocalDisk::in_directory(config.directory.clone()).map_err(OpenError::disk(name))?;
        FileJournal::open_on(Arc::new(disk), &config)
    }

    /// The same on any disk; the configuration's directory is not looked at.
    pub fn open_on(
        disk: Arc<dyn Disk>,
        config: &FileJournalConfig,
    ) -> Result<(FileJournal, Recovery), OpenError> {
        check_limits(config)?;
        let Recovered {
            finished,
            next,
            torn_bytes,
        } = recover(disk.as_ref())?;
        let recovery = Recovery {
            end: next.first,
            files: finished.len(),
            bytes: finished.iter().map(|file| file.bytes).sum(),
            torn_bytes,
        };
        let spare_limits = SpareLimits {
            files_max: config.spare_files_max,
            file_bytes_max: config.file_bytes_max,
        };
        let spares = Spares::find(disk.as_ref(), next.first, spare_limits)?;
        let active = create_file(disk.as_ref(), &spares, next).map_err(
            |(DiskFailure::Write(error) | DiskFailure::Sync(error))| OpenError::disk("new file")(error),
        )?;
        let files = Arc::new(Files::new(finished, KeptFile::begun(active.first), spares));
        let writer = Writer::new(
            Arc::clone(&disk),
            Arc::clone(&files),
            active,
            config.file_bytes_max,
        );
        Ok((FileJournal::start(disk, files, writer, config)?, recovery))
    }

    fn start(
        disk: Arc<dyn Disk>,
        files: Arc<Files>,
        writer: Writer,
        config: &FileJournalConfig,
    ) -> Result<FileJournal, OpenError> {
        let queue = Arc::new(Queue::new(config.queue_bytes_max as u64));
        let batches = Arc::clone(&queue);
        let thread = thread::Builder::new()
            .name("journal".into())
            .spawn(move || write_batches(writer, &batches));
        let inner = Inner {
            disk,
            files,
            queue,
            batch_bytes_max: (config.queue_bytes_max as u64).min(config.file_bytes_max - HEADER_BYTES),
            journal_bytes_max: config.journal_bytes_max,
            thread: Mutex::new(Some(thread.map_err(OpenError::disk("thread"))?)),
        };
        Ok(FileJournal {
            inner: Arc::new(inner),
        })
    }

    /// Hands over a batch and returns at once. `done` is called exactly once, with answers in the order of positions:
    /// on `Ok` after the batch would survive power loss, on `Err` if nothing of it may be relied upon. An empty batch
    /// is `Ok` and waits its turn. LIMIT: a batch that does not fit in the queue or the files is refused.
    ///
    /// # Errors
    /// The batch was refused; then `done` is not called.
    pub fn submit(&self, batch: Vec<Record>, done: Done) -> Result<(), AppendError> {
        let batch = Batch::new(batch, self.inner.batch_bytes_max, done)?;
        let room = FilesRoom {
            used: self.bytes(),
            limit: self.inner.journal_bytes_max,
        };
        self.inner.queue.put(batch, room)
    }

    /// Reads every acknowledged record at or after the trim point, in order; of a file at a time, a part. After a
    /// restart the trim point is the beginning of the oldest file. Meant for the time between open and first submit:
    /// later it reads up to where the journal ended when it was called, and must not overlap a trim.
    ///
    /// # Errors
    /// The disk refuses. Damage is no error: it is put aside and reported, and the rest is read.
    pub fn replay(&self, mut each: impl FnMut(Position, Record)) -> Result<ReplayReport, ReplayError> {
        let (files, from) = self.inner.files.snapshot();
        let mut replay = Replay {
            disk: self.inner.disk.as_ref(),
            from,
            report: ReplayReport::default(),
        };
        for file in files.iter().filter(|file| file.end > from) {
            replay.read(file, &mut each)?;
        }
        Ok(replay.report)
    }

    /// Records before `before` are no longer needed; whole files that lie before it are deleted, or kept
    /// to be written over.
    ///
    /// # Errors
    /// A file could not be taken away. All records that are still needed are there.
    pub fn trim(&self, before: Position) -> Result<(), TrimError> {
        self.inner.files.trim(self.inner.disk.as_ref(), before)
    }

    /// The position behind the last durable record: that of the next one, if nothing waits.
    pub fn end(&self) -> Position {
        self.inner.files.end()
    }

    /// What the files hold, out of the configuration's `journal_bytes_max`; without spare files and old bytes.
    pub fn bytes(&self) -> u64 {
        self.inner.files.bytes()
    }

    /// Appends nothing more, for any handle; returns once everything that was submitted is answered.
    pub fn close(self) {
        self.inner.close();
    }
}

impl Inner {
    fn close(&self) {
        self.queue.close();
        let mut thread = self
            .thread
            .lock()
            .expect("nothing panics while it holds this lock");
        // The last handle may go within a `done`, on the thread itself, which then ends by itself.
        if let Some(thread) = thread
            .take()
            .filter(|thread| thread.thread().id() != thread::current().id())
        {
            thread
                .join()
                .unwrap_or_else(|_| error!("journal thread panicked"));
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

fn check_limits(config: &FileJournalConfig) -> Result<(), OpenError> {
    let FileJournalConfig {
        file_bytes_max,
        journal_bytes_max,
        ..
    } = *config;
    let smallest = HEADER_BYTES + FRAME_BYTES_MIN as u64;
    if file_bytes_max < smallest || journal_bytes_max / 2 < file_bytes_max {
        return Err(OpenError::Limits {
            file_bytes_max,
            journal_bytes_max,
        });
    }
    Ok(())
}

/// The journal's thread: as long as there are batches, takes what waits, writes it, answers.
fn write_batches(mut writer: Writer, queue: &Queue) {
    while let Some(group) = queue.take(writer.room_bytes()) {
        let cost = group.iter().map(cost_bytes).sum();
        let written = writer.write(&group);
        let answers: Vec<(u64, Done)> = group
            .into_iter()
            .map(|batch| (batch.records.len() as u64, batch.done))
            .collect();
        queue.release(cost);
        if let Err(poisoned @ AppendError::Poisoned { .. }) = &written {
            queue.refuse(poisoned.clone());
        }
        answer(answers, &written);
    }
}

fn answer(answers: Vec<(u64, Done)>, written: &Result<Position, AppendError>) {
    let mut places = 0;
    for (records, done) in answers {
        let answer = written.clone().map(|first| first.plus(places));
        places += records;
        // Who panics in its own answer must not keep others from theirs.
        if catch_unwind(AssertUnwindSafe(|| done(answer))).is_err() {
            error!("journal met a panic where it answered an append");
        }
    }
}
