//! The data directory: made if absent, used by one process at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::refusal::Refusal;

/// A data directory that is ours while this value lives.
pub(crate) struct DataDirectory {
    path: PathBuf,
    _lock: File,
}

impl DataDirectory {
    /// Takes the directory.
    pub(crate) fn take(path: &Path) -> Result<DataDirectory, Refusal> {
        let shown = path.display();
        let refuse =
            |error| Refusal::of_start(format!("could not write to data directory `{shown}`: {error}"));
        fs::create_dir_all(path).map_err(refuse)?;
        let lock = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path.join("lock"))
            .map_err(refuse)?;
        DataDirectory::of(path, lock)
    }

    /// Takes the directory as it is, to look at it. Nothing in it changes.
    pub(crate) fn take_to_look(path: &Path) -> Result<DataDirectory, Refusal> {
        let lock = File::open(path.join("lock")).map_err(|error| {
            Refusal::of_start(format!("`{}` is no data directory: {error}", path.display()))
        })?;
        DataDirectory::of(path, lock)
    }

    fn of(path: &Path, lock: File) -> Result<DataDirectory, Refusal> {
        let shown = path.display();
        match lock.try_lock() {
            Ok(()) => Ok(DataDirectory {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Refusal::of_start(format!(
                "data directory `{shown}` is used by another process"
            ))),
            Err(TryLockError::Error(error)) => Err(Refusal::of_start(format!(
                "could not lock data directory `{shown}`: {error}"
            ))),
        }
    }

    /// A place in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}
