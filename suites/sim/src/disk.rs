//! A simulated disk for the journal. What was not synced is, after a loss of power, there in part or not at all.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use journal::{Disk, DiskFile};

use crate::fate::{Change, Fate, Part, Verdict};

/// One directory in memory; a cheap handle.
#[derive(Clone)]
pub(crate) struct SimDisk {
    files: Arc<Mutex<Files>>,
    fate: Arc<Fate>,
}

#[derive(Default)]
struct Files {
    contents: Vec<Content>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    /// Changes of names since the directory was last synced.
    unsynced_names: Vec<Renaming>,
}

#[derive(Debug, Clone)]
enum Renaming {
    Create(String, usize),
    Rename(String, String),
    Remove(String),
}

#[derive(Default)]
struct Content {
    bytes: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Alteration>,
    /// Of syncs that failed: no later sync makes up for them, unless something else was written over them.
    doubtful: Vec<Alteration>,
}

#[derive(Debug, Clone)]
enum Alteration {
    Write(u64, Vec<u8>),
    Cut(u64),
}

impl SimDisk {
    pub(crate) fn new(fate: Arc<Fate>) -> SimDisk {
        SimDisk {
            files: Arc::default(),
            fate,
        }
    }

    /// What a loss of power leaves: of what was not synced some part.
    pub(crate) fn lose_unsynced(&self) {
        let mut files = self.files();
        let kept = self.fate.below(files.unsynced_names.len() as u64 + 1);
        let mut names = files.durable_names.clone();
        let unsynced = std::mem::take(&mut files.unsynced_names);
        if (kept as usize) < unsynced.len() {
            self.fate.count("lost names of journal files");
        }
        for renaming in unsynced.iter().take(kept as usize) {
            renaming.apply(&mut names);
        }
        files.names = names.clone();
        files.durable_names = names;
        for content in &mut files.contents {
            content.lose_unsynced(&self.fate);
        }
    }

    /// Flips one bit of one journal file; its name, where there is any.
    pub(crate) fn flip_bit(&self) -> Option<String> {
        let mut files = self.files();
        let is_one = |name: &str| name.ends_with(".journal") || name.ends_with(".spare");
        let names: Vec<(String, usize)> = files
            .names
            .iter()
            .filter(|(name, at)| is_one(name) && !files.contents[**at].bytes.is_empty())
            .map(|(name, at)| (name.clone(), *at))
            .collect();
        let (name, at) = names.get(self.fate.below(names.len() as u64) as usize)?.clone();
        let content = &mut files.contents[at];
        let bit = self.fate.below(content.bytes.len() as u64 * 8);
        let (byte, mask) = ((bit / 8) as usize, 1 << (bit % 8));
        content.bytes[byte] ^= mask;
        if let Some(byte) = content.durable.get_mut(byte) {
            *byte ^= mask;
        }
        Some(format!("{name} bit {bit}"))
    }

    fn file(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let at = self.files().names.get(name).copied();
        Ok(Box::new(SimFile {
            disk: self.clone(),
            name: name.to_owned(),
            at: at.ok_or(io::ErrorKind::NotFound)?,
        }))
    }

    /// Judges a change of names and makes it, if it is to be.
    fn rename_as(&self, change: Change, name: &str, renaming: Renaming) -> io::Result<()> {
        let verdict = self.fate.judge(change, name, 0);
        if matches!(verdict, Verdict::Done | Verdict::Struck(Part::All)) {
            let mut files = self.files();
            renaming.apply(&mut files.names);
            files.unsynced_names.push(renaming);
        }
        answer(verdict)
    }

    fn may_read(&self) -> io::Result<()> {
        match self.fate.is_lost() {
            true => Err(io::Error::other("power is lost")),
            false => Ok(()),
        }
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files
            .lock()
            .expect("nothing panics while it holds this lock")
    }
}

impl Renaming {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Renaming::Create(name, at) => {
                names.insert(name.clone(), *at);
            }
            Renaming::Rename(from, to) => {
                if let Some(at) = names.remove(from) {
                    names.insert(to.clone(), at);
                }
            }
            Renaming::Remove(name) => {
                names.remove(name);
            }
        }
    }
}

impl Content {
    fn alter(&mut self, alteration: Alteration) {
        alteration.apply(&mut self.bytes);
        self.unsynced.push(alteration);
    }

    fn sync(&mut self, alteration: &Alteration) {
        alteration.apply(&mut self.durable);
        let doubtful = std::mem::take(&mut self.doubtful).into_iter();
        self.doubtful = doubtful
            .flat_map(|doubtful| doubtful.left_by(alteration))
            .collect();
    }

    fn lose_unsynced(&mut self, fate: &Fate) {
        let mut unsynced = std::mem::take(&mut self.doubtful);
        unsynced.append(&mut self.unsynced);
        let mut left = std::mem::take(&mut self.durable);
        for alteration in &unsynced {
            alteration.apply_in_part(&mut left, fate);
        }
        if !unsynced.is_empty() && left != self.bytes {
            fate.count("lost bytes of journal files");
        }
        self.durable.clone_from(&left);
        self.bytes = left;
    }
}

impl Alteration {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Alteration::Write(offset, written) => write_into(bytes, *offset as usize, written),
            Alteration::Cut(length) => bytes.truncate(*length as usize),
        }
    }

    /// What of it is not replaced by a later one.
    fn left_by(self, later: &Alteration) -> Vec<Alteration> {
        let (offset, written) = match self {
            Alteration::Write(offset, written) => (offset as usize, written),
            Alteration::Cut(_) => return vec![],
        };
        let replaced = match later {
            Alteration::Write(from, over) => *from as usize..*from as usize + over.len(),
            Alteration::Cut(length) => *length as usize..usize::MAX,
        };
        let within = |at: usize| at.saturating_sub(offset).min(written.len());
        let (before, after) = (within(replaced.start), within(replaced.end));
        let left = [
            Alteration::Write(offset as u64, written[..before].to_vec()),
            Alteration::Write((offset + after) as u64, written[after..].to_vec()),
        ];
        let is_there =
            |part: &Alteration| matches!(part, Alteration::Write(_, written) if !written.is_empty());
        left.into_iter().filter(is_there).collect()
    }

    /// What of it a loss of power leaves: nothing, all, its beginning, or some of its sectors.
    fn apply_in_part(&self, bytes: &mut Vec<u8>, fate: &Fate) {
        let written = match self {
            Alteration::Cut(_) if fate.below(2) == 0 => return,
            Alteration::Cut(_) => return self.apply(bytes),
            Alteration::Write(_, written) => written,
        };
        match fate.below(4) {
            0 => {}
            1 => self.apply(bytes),
            2 => self.beginning(fate.below(written.len() as u64 + 1)).apply(bytes),
            _ => self.apply_sectors(bytes, fate),
        }
    }

    fn apply_sectors(&self, bytes: &mut Vec<u8>, fate: &Fate) {
        let Alteration::Write(offset, written) = self else {
            return;
        };
        let mut at = *offset;
        let end = at + written.len() as u64;
        let sector_bytes = SECTOR_BYTES[fate.below(2) as usize];
        while at < end {
            let sector_end = end.min((at / sector_bytes + 1) * sector_bytes);
            let range = (at - offset) as usize..(sector_end - offset) as usize;
            match fate.below(2) {
                0 => write_into(bytes, at as usize, &written[range]),
                // What was there stays; the file may have grown all the same.
                _ => bytes.resize(bytes.len().max(sector_end as usize), 0),
            }
            at = sector_end;
        }
    }

    fn beginning(&self, length: u64) -> Alteration {
        match self {
            Alteration::Write(offset, written) => {
                Alteration::Write(*offset, written[..written.len().min(length as usize)].to_vec())
            }
            Alteration::Cut(length) => Alteration::Cut(*length),
        }
    }
}

fn write_into(bytes: &mut Vec<u8>, offset: usize, written: &[u8]) {
    let end = offset + written.len();
    bytes.resize(bytes.len().max(end), 0);
    bytes[offset..end].copy_from_slice(written);
}

fn answer(verdict: Verdict) -> io::Result<()> {
    match verdict {
        Verdict::Done => Ok(()),
        Verdict::Fails { .. } => Err(io::ErrorKind::StorageFull.into()),
        Verdict::Struck(_) => Err(io::Error::other("power is lost")),
    }
}

impl Disk for SimDisk {
    fn names(&self) -> io::Result<Vec<String>> {
        self.may_read()?;
        Ok(self.files().names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let at = {
            let mut files = self.files();
            files.contents.push(Content::default());
            files.contents.len() - 1
        };
        self.rename_as(Change::Create, name, Renaming::Create(name.to_owned(), at))?;
        self.file(name)
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.may_read()?;
        self.file(name)
    }

    fn open_to_overwrite(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.may_read()?;
        self.fate.count("journal files written over");
        self.file(name)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let renaming = Renaming::Rename(from.to_owned(), to.to_owned());
        self.rename_as(Change::Rename, to, renaming)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        if !self.files().names.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.rename_as(Change::Remove, name, Renaming::Remove(name.to_owned()))
    }

    fn sync_directory(&self) -> io::Result<()> {
        let verdict = self.fate.judge(Change::SyncDirectory, "", 0);
        if matches!(verdict, Verdict::Done | Verdict::Struck(Part::All)) {
            let mut files = self.files();
            files.durable_names = files.names.clone();
            files.unsynced_names.clear();
        }
        answer(verdict)
    }
}

struct SimFile {
    disk: SimDisk,
    name: String,
    at: usize,
}

impl DiskFile for SimFile {
    fn len(&mut self) -> io::Result<u64> {
        self.disk.may_read()?;
        Ok(self.disk.files().contents[self.at].bytes.len() as u64)
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.disk.may_read()?;
        let files = self.disk.files();
        let bytes = files.contents[self.at]
            .bytes
            .get(offset as usize..)
            .unwrap_or_default();
        let filled = bytes.len().min(buffer.len());
        buffer[..filled].copy_from_slice(&bytes[..filled]);
        Ok(filled)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.disk.fate.pass_gate();
        let verdict = self
            .disk
            .fate
            .judge(Change::Write, &self.name, bytes.len() as u64);
        let whole = Alteration::Write(offset, bytes.to_vec());
        let happens = match verdict {
            Verdict::Done | Verdict::Struck(Part::All) => Some(whole),
            Verdict::Fails { bytes: 0 } | Verdict::Struck(Part::None) => None,
            Verdict::Fails { bytes } => Some(whole.beginning(bytes)),
            Verdict::Struck(Part::Some) => {
                let length = self.disk.fate.below(bytes.len() as u64 + 1);
                Some(whole.beginning(length))
            }
        };
        if let Some(happens) = happens {
            self.disk.files().contents[self.at].alter(happens);
        }
        answer(verdict)
    }

    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        let verdict = self.disk.fate.judge(Change::Truncate, &self.name, 0);
        if matches!(verdict, Verdict::Done | Verdict::Struck(Part::All)) {
            self.disk.files().contents[self.at].alter(Alteration::Cut(len_bytes));
        }
        answer(verdict)
    }

    fn sync(&mut self) -> io::Result<()> {
        let verdict = self.disk.fate.judge(Change::Sync, &self.name, 0);
        let mut files = self.disk.files();
        let content = &mut files.contents[self.at];
        match verdict {
            Verdict::Done | Verdict::Struck(Part::All) => {
                let unsynced = std::mem::take(&mut content.unsynced);
                unsynced.iter().for_each(|alteration| content.sync(alteration));
            }
            Verdict::Fails { .. } => {
                let unsynced = std::mem::take(&mut content.unsynced);
                content.doubtful.extend(unsynced);
            }
            Verdict::Struck(Part::None | Part::Some) => {}
        }
        drop(files);
        answer(verdict)
    }
}

/// What a disk writes whole or not at all: that of the disk, or that of the file system.
const SECTOR_BYTES: [u64; 2] = [512, 4_096];
