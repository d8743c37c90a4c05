//! Reads a journal that nobody uses from beginning to end, changes nothing, and tells what is wrong with it.

use crate::Position;
use crate::disk::{Disk, LocalDisk};
use crate::files::KeptFile;
use crate::header::{VERSION, file_name};
use crate::recovery::{OpenError, finished_files, list_all, read_tail};
use crate::replay::{Damage, Replay, ReplayError, ReplayReport};
use std::ops::Range;
use std::path::Path;

/// What was found in the files of a journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// How many files there are.
    pub files: usize,
    /// What they hold, without what is torn.
    pub bytes: u64,
    /// Good frames.
    pub frames: u64,
    /// Every damaged place, in order.
    pub damaged: Vec<Damage>,
    /// A write at the end that a crash cut short. Nobody was told that it was there, so it is no damage; damage to the
    /// very last group of frames looks the same.
    pub torn: Option<Torn>,
}

/// Bytes behind the last good frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// The file's name.
    pub file: String,
    /// Where in the file.
    pub bytes: Range<u64>,
}

/// Why a journal could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The disk refuses, or a newer program wrote it.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The disk refuses.
    #[error(transparent)]
    Read(#[from] ReplayError),
}

/// Looks at every frame of the journal in this directory, which nobody else may have open, and changes nothing. One
/// that is not there yet is empty. Before each file `progress` is told its name and how many bytes it has.
///
/// # Errors
/// [`CheckError`] where it could not be looked at. Damage is no error: it is told.
pub fn check(directory: &Path, progress: impl FnMut(&str, u64)) -> Result<Checked, CheckError> {
    if !directory.is_dir() {
        return Ok(Checked::default());
    }
    let name = directory.display().to_string();
    let disk = LocalDisk::in_directory(directory.to_owned()).map_err(OpenError::disk(name))?;
    check_on(&disk, progress)
}

fn check_on(disk: &dyn Disk, mut progress: impl FnMut(&str, u64)) -> Result<Checked, CheckError> {
    let names = disk.names().map_err(OpenError::disk("directory"))?;
    let listed = list_all(disk, &names)?;
    let mut files: Vec<KeptFile> = finished_files(&listed);
    let mut torn = None;
    if let Some(last) = listed.last() {
        let file = file_name(last.first);
        let tail = read_tail(disk, last).map_err(OpenError::disk(&file))?;
        let end = tail.seal.bytes;
        files.push(last.kept(tail.seal.end, end));
        torn = (tail.torn_bytes > 0).then(|| Torn {
            file,
            bytes: end..end + tail.torn_bytes,
        });
    }
    let mut replay = Replay {
        disk,
        from: Position(0),
        report: ReplayReport::default(),
    };
    for file in &files {
        progress(&file_name(file.first), file.bytes);
        replay.look_at(file)?;
    }
    Ok(Checked {
        files: files.len(),
        bytes: files.iter().map(|file| file.bytes).sum(),
        frames: replay.report.records,
        damaged: replay.report.damaged,
        torn,
    })
}

/// The highest format version of journal files that this program reads, and the one that it writes.
pub const FORMAT_VERSION: u16 = VERSION;
