//! A journal in a directory of its own, records to put in, and what comes out.

use clock::Timestamp;
use journal::{AppendError, Done, FileJournal, FileJournalConfig, Position, Record, Recovery, ReplayReport};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use tempfile::TempDir;

/// A header and a frame without payload take up so many bytes (`frame.rs`).
pub(crate) const HEADER_BYTES: u64 = 46;
pub(crate) const FRAME_BYTES_MIN: u64 = 44;

pub(crate) struct Home {
    pub(crate) directory: TempDir,
    pub(crate) config: FileJournalConfig,
}

impl Home {
    pub(crate) fn new() -> Home {
        Home::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut FileJournalConfig)) -> Home {
        let directory = tempfile::tempdir().expect("a directory for the test");
        let mut config = FileJournalConfig::in_directory(directory.path());
        change(&mut config);
        Home { directory, config }
    }

    pub(crate) fn open(&self) -> (FileJournal, Recovery) {
        FileJournal::open(self.config.clone()).expect("the journal opens")
    }

    /// What power loss would leave, if everything written so far was synced.
    pub(crate) fn copy(&self) -> Home {
        let copy = Home::with(|config| {
            *config = FileJournalConfig {
                directory: config.directory.clone(),
                ..self.config.clone()
            };
        });
        for file in self.files("") {
            fs::copy(
                &file,
                copy.directory.path().join(file.file_name().expect("a name")),
            )
            .expect("a copy");
        }
        copy
    }

    /// All files whose name ends like this, by name.
    pub(crate) fn files(&self, suffix: &str) -> Vec<PathBuf> {
        files(self.directory.path(), suffix)
    }
}

pub(crate) fn files(directory: &Path, suffix: &str) -> Vec<PathBuf> {
    let listed = fs::read_dir(directory)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = listed
        .filter(|path| path.to_string_lossy().ends_with(suffix))
        .collect();
    files.sort();
    files
}

pub(crate) fn record(number: u64) -> Record {
    record_of(number, format!("{{\"number\":{number}}}").into_bytes())
}

pub(crate) fn record_of(number: u64, payload: Vec<u8>) -> Record {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&number.to_be_bytes());
    Record {
        key,
        receipt: Timestamp::from_nanos(1_767_225_600_000_000_000 + number as i64),
        payload: payload.into(),
    }
}

pub(crate) fn records(numbers: std::ops::Range<u64>) -> Vec<Record> {
    numbers.map(record).collect()
}

pub(crate) type Answer = Result<Position, AppendError>;

/// A `done`, and where its answer arrives.
pub(crate) fn answer() -> (Done, Receiver<Answer>) {
    let (sender, receiver) = sync_channel(2);
    (
        Box::new(move |answer| sender.send(answer).expect("the test listens")),
        receiver,
    )
}

pub(crate) fn submit(journal: &FileJournal, batch: Vec<Record>) -> Result<Receiver<Answer>, AppendError> {
    let (done, answered) = answer();
    journal.submit(batch, done).map(|()| answered)
}

/// Submits and waits for the answer.
pub(crate) fn append(journal: &FileJournal, batch: Vec<Record>) -> Answer {
    submit(journal, batch)?.recv().expect("every batch is answered")
}

/// Appends one batch after the other.
pub(crate) fn append_all<'a>(journal: &FileJournal, batches: impl IntoIterator<Item = &'a [Record]>) {
    for batch in batches {
        append(journal, batch.to_vec()).expect("durable");
    }
}

pub(crate) fn replay(journal: &FileJournal) -> (Vec<(u64, Record)>, ReplayReport) {
    let mut replayed = Vec::new();
    let report = journal
        .replay(|position, record| replayed.push((position.0, record)))
        .expect("a replay");
    assert_eq!(report.records, replayed.len() as u64);
    (replayed, report)
}

/// The records alone, where nothing may be damaged.
pub(crate) fn replay_whole(journal: &FileJournal) -> Vec<Record> {
    let (replayed, report) = replay(journal);
    assert_eq!(report.damaged, []);
    replayed.into_iter().map(|(_, record)| record).collect()
}
