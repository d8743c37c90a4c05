//! The seam between journal and disk: one directory of files. Tests put another disk behind it, that fails or forgets.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// One directory. A file's name, its absence and its new name outlive power loss only after [`Disk::sync_directory`].
pub trait Disk: Send + Sync + 'static {
    /// Names of all files, in any order.
    fn names(&self) -> io::Result<Vec<String>>;
    /// An empty file for reading and writing, in place of any that has this name.
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    /// An existing file, for reading.
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    /// An existing file, for reading and writing over; nothing of it changes yet.
    fn open_to_overwrite(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;
    /// Gives a file another name; a file that had it is gone. After a crash one of the two has the name.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Deletes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Returns once all names are durable.
    fn sync_directory(&self) -> io::Result<()>;
}

/// One file. What was written or cut off outlives power loss only after [`DiskFile::sync`]; before, any part of it may,
/// and where bytes were written over, the old ones may be there instead.
#[expect(clippy::len_without_is_empty, reason = "nobody asks whether a file is empty")]
pub trait DiskFile: Send {
    /// Its length in bytes.
    fn len(&mut self) -> io::Result<u64>;
    /// Fills the buffer from `offset` on, as far as the file reaches; says how far that was.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
    /// Writes all of `bytes` in one go. On `Err` any part of them may be there.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Cuts off what lies beyond `len_bytes`.
    fn truncate(&mut self, len_bytes: u64) -> io::Result<()>;
    /// Returns once everything written is durable. After an `Err` nobody knows what is.
    fn sync(&mut self) -> io::Result<()>;
}

/// A directory of the machine's file system.
#[derive(Debug)]
pub struct LocalDisk {
    directory: PathBuf,
}

impl LocalDisk {
    /// The directory, created durably where it does not exist.
    pub fn in_directory(directory: PathBuf) -> io::Result<LocalDisk> {
        if !directory.is_dir() {
            fs::create_dir_all(&directory)?;
            let created = directory.canonicalize()?;
            created
                .parent()
                .map_or(Ok(()), |parent| File::open(parent)?.sync_all())?;
        }
        Ok(LocalDisk { directory })
    }
}

impl Disk for LocalDisk {
    fn names(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.directory)?.map(|entry| Ok(entry?.file_name().into_string()));
        // A name that is not UTF-8 is none of ours.
        names
            .filter_map(|name: io::Result<Result<String, _>>| name.map(Result::ok).transpose())
            .collect()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        Ok(Box::new(options.open(self.directory.join(name))?))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(File::open(self.directory.join(name))?))
    }

    fn open_to_overwrite(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        Ok(Box::new(options.open(self.directory.join(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.directory.join(from), self.directory.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.directory.join(name))
    }

    fn sync_directory(&self) -> io::Result<()> {
        File::open(&self.directory)?.sync_all()
    }
}

impl DiskFile for File {
    fn len(&mut self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match FileExt::read_at(self, rest, offset + filled as u64) {
                Ok(0) => break,
                Ok(bytes) => filled += bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        self.set_len(len_bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
