//! Durable, ordered records: what was appended and answered survives power loss and is read again, in order, after a crash.
//! Knows nothing of what a record says, who sent it or what becomes of it.
//!
//! Records enter in batches through [`FileJournal::submit`]; one thread writes what waits, syncs once for all of it,
//! and only then answers. They leave through [`FileJournal::replay`] after a start, until [`FileJournal::trim`] lets
//! go of them. `frame.rs` explains the files, [`Disk`] is all that the journal asks of a disk.
//!
//! ```
//! use clock::Timestamp;
//! use journal::{FileJournal, FileJournalConfig, Position, Record};
//!
//! # let directory = tempfile::tempdir()?;
//! let config = FileJournalConfig::in_directory(directory.path());
//! let (journal, _) = FileJournal::open(config.clone())?;
//! let record = Record { key: [7; 16], receipt: Timestamp::from_seconds(1_767_225_600), payload: "{}".into() };
//! journal.submit(vec![record.clone()], Box::new(|appended| assert_eq!(appended.ok(), Some(Position(0)))))?;
//! journal.close();
//!
//! let (journal, _) = FileJournal::open(config)?;
//! let report = journal.replay(|position, replayed| assert_eq!((position, &replayed), (Position(0), &record)))?;
//! assert_eq!(report.records, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod append;
mod check;
mod disk;
mod file_journal;
mod files;
mod frame;
mod header;
mod queue;
mod record;
mod recovery;
mod replay;
mod scan;
mod spares;
mod writer;

pub use append::{AppendError, Done, Place};
pub use check::{CheckError, Checked, FORMAT_VERSION, Torn, check};
pub use disk::{Disk, DiskFile, LocalDisk};
pub use file_journal::{FileJournal, FileJournalConfig};
pub use files::TrimError;
pub use frame::PAYLOAD_BYTES_MAX;
pub use record::{Position, Record};
pub use recovery::{OpenError, Recovery};
pub use replay::{Damage, ReplayError, ReplayReport, Standing};
