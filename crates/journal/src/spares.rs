//! Trimmed files that wait to be overwritten: writing over what is there needs nothing of the file system's own journal.

use crate::Position;
use crate::disk::Disk;
use crate::files::{Beyond, KeptFile};
use crate::frame::MARK_BYTES;
use crate::header::{file_name, spare_end, spare_name};
use crate::recovery::OpenError;
use std::io;
use std::sync::{Mutex, MutexGuard};
use tracing::info;

/// How many files are kept, and which are worth it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpareLimits {
    /// LIMIT: what is trimmed while there are so many is deleted.
    pub(crate) files_max: usize,
    /// The limit of a journal file.
    pub(crate) file_bytes_max: u64,
}

/// INVARIANT: a spare has its name durably and no other, and holds no frame of a position that is yet to come.
pub(crate) struct Spares {
    names: Mutex<Vec<String>>,
    limits: SpareLimits,
}

impl Spares {
    /// Those that are there already; what is too many, or of a wrong size, goes, and what holds positions that are not
    /// before `next`: somebody took journal files away.
    pub(crate) fn find(disk: &dyn Disk, next: Position, limits: SpareLimits) -> Result<Spares, OpenError> {
        let spares = Spares {
            names: Mutex::default(),
            limits,
        };
        let mut names = disk.names().map_err(OpenError::disk("directory"))?;
        names.retain(|name| spare_end(name).is_some());
        names.sort_unstable();
        for name in names {
            let is_older = spare_end(&name).is_some_and(|end| end <= next);
            if is_older
                && spares.has_room()
                && spares.is_worth_it(disk, &name).map_err(OpenError::disk(&name))?
            {
                spares.add(name);
            } else {
                disk.remove(&name).map_err(OpenError::disk(&name))?;
            }
        }
        Ok(spares)
    }

    /// Takes a file away from the journal: durably gone under its name when this returns, and kept if it is of use.
    pub(crate) fn retire(&self, disk: &dyn Disk, file: KeptFile) -> io::Result<()> {
        let name = file_name(file.first);
        let spare = spare_name(file.end);
        let is_kept = file.beyond == Beyond::Old && self.has_room() && self.is_worth_it(disk, &name)?;
        let gone = if is_kept {
            disk.rename(&name, &spare)
        } else {
            disk.remove(&name)
        };
        match gone {
            // Whoever took it away did our work; the trim before this one, if only its sync failed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            gone => gone?,
        }
        disk.sync_directory()?;
        if is_kept {
            self.add(spare);
        }
        Ok(())
    }

    /// One to write over; whoever takes it gives it another name, or removes it.
    pub(crate) fn take(&self) -> Option<String> {
        self.lock().pop()
    }

    /// Mostly written, and not of another configuration.
    fn is_worth_it(&self, disk: &dyn Disk, name: &str) -> io::Result<bool> {
        let length = match disk.open(name) {
            // A trim whose sync failed has renamed it already; if not, whoever takes it finds out.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            file => file?.len()?,
        };
        let file_bytes_max = self.limits.file_bytes_max;
        Ok((file_bytes_max / 2..=file_bytes_max + OVERHANG_BYTES).contains(&length))
    }

    fn has_room(&self) -> bool {
        self.lock().len() < self.limits.files_max
    }

    fn add(&self, name: String) {
        info!(name, "kept a journal file for overwriting");
        self.lock().push(name);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.names
            .lock()
            .expect("nothing panics while it holds this lock")
    }
}

/// An end mark may reach beyond a file's limit.
const OVERHANG_BYTES: u64 = MARK_BYTES as u64;
