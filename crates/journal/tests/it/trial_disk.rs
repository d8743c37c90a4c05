//! A disk that remembers what it was asked, waits before syncs, and fails when told to.

use journal::{Disk, DiskFile, LocalDisk};
use std::io;
use std::mem::take;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

pub(crate) struct TrialDisk {
    disk: LocalDisk,
    trial: Arc<Trial>,
}

#[derive(Default)]
pub(crate) struct Trial {
    state: Mutex<State>,
    changed: Condvar,
}

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Failing {
    #[default]
    Nothing,
    Syncs,
    Removals,
    Truncations,
    DirectorySyncs,
    Creations,
    Renames,
    Writes,
}

#[derive(Default)]
struct State {
    /// Everything that changes the disk, in order.
    asked: Vec<String>,
    failing: Failing,
    /// It fails so no more after the first time.
    once: bool,
    /// A write beyond it stops half-way, like on a full disk.
    file_bytes_max: Option<u64>,
    held: bool,
    waiting: bool,
}

impl TrialDisk {
    pub(crate) fn in_directory(directory: &Path) -> (Arc<TrialDisk>, Arc<Trial>) {
        let trial = Arc::new(Trial::default());
        let disk = LocalDisk::in_directory(directory.to_owned()).expect("a directory");
        (
            Arc::new(TrialDisk {
                disk,
                trial: Arc::clone(&trial),
            }),
            trial,
        )
    }

    fn file(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(TrialFile {
            file,
            trial: Arc::clone(&self.trial),
        })
    }
}

impl Trial {
    pub(crate) fn syncs(&self) -> usize {
        self.state().asked.iter().filter(|asked| *asked == "sync").count()
    }

    /// What was asked since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        take(&mut self.state().asked)
    }

    fn ask(&self, asked: String, fails: Failing) -> io::Result<()> {
        let mut state = self.state();
        state.asked.push(asked);
        if state.failing == fails {
            if take(&mut state.once) {
                state.failing = Failing::Nothing;
            }
            Err(io::Error::other(format!("{fails:?} fail")))
        } else {
            Ok(())
        }
    }

    pub(crate) fn fail(&self, failing: Failing) {
        self.state().failing = failing;
    }

    /// The next time alone.
    pub(crate) fn fail_once(&self, failing: Failing) {
        let mut state = self.state();
        (state.failing, state.once) = (failing, true);
    }

    pub(crate) fn limit_files(&self, file_bytes_max: Option<u64>) {
        self.state().file_bytes_max = file_bytes_max;
    }

    /// From now on a sync waits until [`Trial::let_go`].
    pub(crate) fn hold_syncs(&self) {
        self.state().held = true;
    }

    /// Returns once a sync waits.
    pub(crate) fn await_held_sync(&self) {
        drop(
            self.changed
                .wait_while(self.state(), |state| !state.waiting)
                .expect(NO_PANIC),
        );
    }

    pub(crate) fn let_go(&self) {
        self.state().held = false;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect(NO_PANIC)
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state();
        state.asked.push("sync".into());
        state.waiting = state.held;
        self.changed.notify_all();
        let mut state = self
            .changed
            .wait_while(state, |state| state.held)
            .expect(NO_PANIC);
        state.waiting = false;
        if state.failing == Failing::Syncs {
            Err(io::Error::other("a sync that fails"))
        } else {
            Ok(())
        }
    }

    fn room(&self, offset: u64, wanted: u64) -> u64 {
        let limit = self.state().file_bytes_max.unwrap_or(u64::MAX);
        limit.saturating_sub(offset).min(wanted)
    }
}

impl Disk for TrialDisk {
    fn names(&self) -> io::Result<Vec<String>> {
        self.disk.names()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.trial.ask(format!("create {name}"), Failing::Creations)?;
        Ok(self.file(self.disk.create(name)?))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(self.file(self.disk.open(name)?))
    }

    fn open_to_overwrite(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.trial.ask(format!("overwrite {name}"), Failing::Creations)?;
        Ok(self.file(self.disk.open_to_overwrite(name)?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.trial.ask(format!("rename {from} {to}"), Failing::Renames)?;
        self.disk.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.trial.ask(format!("remove {name}"), Failing::Removals)?;
        self.disk.remove(name)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.trial.ask("sync directory".into(), Failing::DirectorySyncs)?;
        self.disk.sync_directory()
    }
}

struct TrialFile {
    file: Box<dyn DiskFile>,
    trial: Arc<Trial>,
}

impl DiskFile for TrialFile {
    fn len(&mut self) -> io::Result<u64> {
        self.file.len()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(offset, buffer)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.trial
            .ask(format!("write {} at {offset}", bytes.len()), Failing::Writes)?;
        let room = self.trial.room(offset, bytes.len() as u64) as usize;
        self.file.write_at(offset, &bytes[..room])?;
        if room < bytes.len() {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }

    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        self.trial
            .ask(format!("truncate {len_bytes}"), Failing::Truncations)?;
        self.file.truncate(len_bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.trial.sync()?;
        self.file.sync()
    }
}

const NO_PANIC: &str = "nothing panics while it holds this lock";
