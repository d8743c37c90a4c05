//! Finds out, after a stop of any kind, which files there are and where the journal ends.

use crate::Position;
use crate::disk::{Disk, DiskFile};
use crate::files::{Beyond, HeaderState, KeptFile};
use crate::frame::FRAME_BYTES_MIN;
use crate::header::{
    HEADER_BYTES, Header, HeaderRead, Seal, UNNAMED_SUFFIX, VERSION, file_name, first_position,
};
use crate::scan::{Found, Scan};
use std::io;
use tracing::warn;

/// What was found when the journal was opened. Damage in the files is found, and told, when they are replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The position of the next record.
    pub end: Position,
    /// How many files hold records.
    pub files: usize,
    /// What they hold.
    pub bytes: u64,
    /// How many bytes behind the last good frame were dropped: a write that a crash cut short.
    pub torn_bytes: u64,
}

/// Why the journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The disk refuses.
    #[error("could not open journal file `{file}`")]
    Disk {
        /// The file's name, or the directory's.
        file: String,
        /// What the disk said.
        source: io::Error,
    },
    /// A newer program wrote here; nothing was touched.
    #[error("journal file `{file}` has format version {version}, this program reads up to {VERSION}")]
    Newer {
        /// The file's name.
        file: String,
        /// Its format version.
        version: u16,
    },
    /// The limits contradict each other: a file must have room for a record, the journal for two files.
    #[error("journal of {journal_bytes_max} bytes cannot consist of files of {file_bytes_max} bytes")]
    Limits {
        /// The limit of one file.
        file_bytes_max: u64,
        /// The limit of all.
        journal_bytes_max: u64,
    },
}

impl OpenError {
    pub(crate) fn disk(file: impl Into<String>) -> impl FnOnce(io::Error) -> OpenError {
        let file = file.into();
        |source| OpenError::Disk { file, source }
    }
}

/// The files that were found, and the header of the one that is to be written next.
pub(crate) struct Recovered {
    pub(crate) finished: Vec<KeptFile>,
    pub(crate) next: Header,
    pub(crate) torn_bytes: u64,
}

/// Changes nothing of the files that hold records.
pub(crate) fn recover(disk: &dyn Disk) -> Result<Recovered, OpenError> {
    let names = disk.names().map_err(OpenError::disk("directory"))?;
    let listed = list_all(disk, &names)?;
    for unnamed in names.iter().filter(|name| name.ends_with(UNNAMED_SUFFIX)) {
        disk.remove(unnamed).map_err(OpenError::disk(unnamed))?;
    }
    let finished = finished_files(&listed);
    match listed.last() {
        Some(last) => finish(disk, finished, last),
        None => {
            let next = Header {
                first: Position(0),
                predecessor: Seal::none(Position(0)),
            };
            Ok(Recovered {
                finished,
                next,
                torn_bytes: 0,
            })
        }
    }
}

/// The journal's files among these names, oldest first.
pub(crate) fn list_all(disk: &dyn Disk, names: &[String]) -> Result<Vec<Listed>, OpenError> {
    let mut firsts: Vec<Position> = names.iter().filter_map(|name| first_position(name)).collect();
    firsts.sort_unstable();
    firsts.into_iter().map(|first| list(disk, first)).collect()
}

/// All files but the last one, with the ends that their successors tell.
pub(crate) fn finished_files(listed: &[Listed]) -> Vec<KeptFile> {
    listed.windows(2).filter_map(finished_file).collect()
}

/// Finishes the file that was written to last, with the header of a successor that says where it ends.
fn finish(disk: &dyn Disk, mut finished: Vec<KeptFile>, last: &Listed) -> Result<Recovered, OpenError> {
    let file = file_name(last.first);
    let tail = read_tail(disk, last).map_err(OpenError::disk(&file))?;
    if tail.torn_bytes > 0 {
        let torn_bytes = tail.torn_bytes;
        warn!(file, torn_bytes, "dropped a torn write at the end of the journal");
    }
    let next = if tail.is_empty() {
        // Nothing was written to it: its successor, of the same name, takes its place.
        let predecessor = last
            .header
            .map_or(Seal::none(last.first), |header| header.predecessor);
        Header {
            first: last.first,
            predecessor,
        }
    } else {
        finished.push(last.kept(tail.seal.end, tail.seal.bytes));
        Header {
            first: tail.seal.end.plus(tail.dropped_max()),
            predecessor: tail.seal,
        }
    };
    Ok(Recovered {
        finished,
        next,
        torn_bytes: tail.torn_bytes,
    })
}

/// A file by its name, length and header.
pub(crate) struct Listed {
    pub(crate) first: Position,
    length_bytes: u64,
    header: Option<Header>,
}

impl Listed {
    pub(crate) fn kept(&self, end: Position, bytes: u64) -> KeptFile {
        let header = self.header.map_or(HeaderState::Damaged, |_| HeaderState::Intact);
        KeptFile {
            first: self.first,
            end,
            bytes,
            header,
            beyond: Beyond::Dropped,
        }
    }
}

fn list(disk: &dyn Disk, first: Position) -> Result<Listed, OpenError> {
    let file = file_name(first);
    let (length_bytes, header) = read_header(disk, &file).map_err(OpenError::disk(&file))?;
    match header {
        HeaderRead::Newer(version) => Err(OpenError::Newer { file, version }),
        HeaderRead::Intact(header) if header.first == first => Ok(Listed {
            first,
            length_bytes,
            header: Some(header),
        }),
        HeaderRead::Intact(_) | HeaderRead::Damaged => Ok(Listed {
            first,
            length_bytes,
            header: None,
        }),
    }
}

fn read_header(disk: &dyn Disk, name: &str) -> io::Result<(u64, HeaderRead)> {
    let mut file = disk.open(name)?;
    let mut bytes = [0; HEADER_BYTES as usize];
    let filled = file.read_at(0, &mut bytes)?;
    Ok((file.len()?, Header::read(bytes.get(..filled).unwrap_or_default())))
}

/// A file with a successor ends where the successor says, or at the latest where the successor begins.
fn finished_file(pair: &[Listed]) -> Option<KeptFile> {
    let [file, successor] = pair else { return None };
    let seal = successor
        .header
        .map_or(Seal::none(successor.first), |header| header.predecessor);
    let bytes = if seal.first == file.first {
        seal.bytes
    } else {
        file.length_bytes
    };
    Some(file.kept(seal.end, bytes))
}

/// How far the last file is good.
pub(crate) struct Tail {
    pub(crate) seal: Seal,
    /// What looks like a write that was not finished, perhaps with old bytes behind it.
    pub(crate) torn_bytes: u64,
    /// How far the file reaches beyond what is good.
    rest_bytes: u64,
}

impl Tail {
    fn is_empty(&self) -> bool {
        self.seal.end == self.seal.first && self.torn_bytes == 0
    }

    /// No more records than this can have been dropped. Nobody knows how far what is torn reaches into old bytes.
    fn dropped_max(&self) -> u64 {
        match self.torn_bytes {
            0 => 0,
            _ => self.rest_bytes.div_ceil(FRAME_BYTES_MIN as u64),
        }
    }
}

pub(crate) fn read_tail(disk: &dyn Disk, last: &Listed) -> io::Result<Tail> {
    let mut file: Box<dyn DiskFile> = disk.open(&file_name(last.first))?;
    let positions = last.first..Position(u64::MAX);
    let mut scan = Scan::new(file.as_mut(), positions, last.length_bytes);
    let mut torn_bytes = 0;
    while let Some(found) = scan.step()? {
        if let Found::Rest { bytes } = found {
            torn_bytes = bytes.end - bytes.start;
        }
    }
    let seal = Seal {
        first: last.first,
        end: scan.next_position(),
        bytes: scan.good_bytes(),
    };
    // A process that was killed before its sync left frames that are read now and gone after a loss of power.
    file.sync()?;
    Ok(Tail {
        seal,
        torn_bytes,
        rest_bytes: last.length_bytes.saturating_sub(seal.bytes),
    })
}
