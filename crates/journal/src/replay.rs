//! Reads the records of all files again, in order, and puts aside what is damaged.

use crate::disk::{Disk, DiskFile};
use crate::files::{HeaderState, KeptFile};
use crate::header::{HEADER_BYTES, file_name};
use crate::scan::{Found, Scan};
use crate::{Position, Record};
use std::io;
use std::ops::Range;
use tracing::{error, warn};

/// What a replay came across.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplayReport {
    /// How many records were handed out.
    pub records: u64,
    /// Every damaged place, in order. It is found again by each replay until its file is trimmed.
    pub damaged: Vec<Damage>,
}

/// A place in a file that could not be read as records; what lies there was copied to `FIRST-OFFSET.damaged`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file's name.
    pub file: String,
    /// Where in the file; empty where frames are missing from its end.
    pub bytes: Range<u64>,
    /// The positions of the records that are lost with it; none where only the header is damaged.
    pub lost: Range<Position>,
    /// Whether those records were acknowledged.
    pub standing: Standing,
}

/// What had been promised about records that are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They were synced: data that somebody relies upon is gone.
    Acknowledged,
    /// They belong to the last group of their file: power loss before its sync leaves such holes, damage after it too.
    Uncertain,
}

/// A file could not be read; records before it have been handed out.
#[derive(Debug, thiserror::Error)]
#[error("could not read journal file `{file}`")]
pub struct ReplayError {
    /// The file's name.
    pub file: String,
    /// What the disk said.
    pub source: io::Error,
}

/// A replay under way.
pub(crate) struct Replay<'a> {
    pub(crate) disk: &'a dyn Disk,
    /// Records before it are passed over.
    pub(crate) from: Position,
    pub(crate) report: ReplayReport,
}

impl Replay<'_> {
    pub(crate) fn read(
        &mut self,
        file: &KeptFile,
        each: &mut impl FnMut(Position, Record),
    ) -> Result<(), ReplayError> {
        let name = file_name(file.first);
        let failed = |source| ReplayError {
            file: name.clone(),
            source,
        };
        let mut open = self.disk.open(&name).map_err(failed)?;
        let damaged = self.read_frames(file, open.as_mut(), each).map_err(failed)?;
        for damage in &damaged {
            put_aside(self.disk, file, open.as_mut(), damage);
        }
        self.report.damaged.extend(damaged);
        Ok(())
    }

    /// Reads without handing out and without putting aside.
    pub(crate) fn look_at(&mut self, file: &KeptFile) -> Result<(), ReplayError> {
        let name = file_name(file.first);
        let failed = |source| ReplayError {
            file: name.clone(),
            source,
        };
        let mut open = self.disk.open(&name).map_err(failed)?;
        let damaged = self.read_frames(file, open.as_mut(), &mut |_, _| {});
        self.report.damaged.extend(damaged.map_err(failed)?);
        Ok(())
    }

    fn read_frames(
        &mut self,
        file: &KeptFile,
        open: &mut dyn DiskFile,
        each: &mut impl FnMut(Position, Record),
    ) -> io::Result<Vec<Damage>> {
        let mut damage = DamageInFile::begin(file);
        let limit = open.len()?.min(file.bytes);
        let mut scan = Scan::new(open, file.first..file.end, limit);
        let mut rest = limit..limit;
        while let Some(found) = scan.step()? {
            match found {
                Found::Frame(frame) => {
                    damage.synced = damage.synced.max(frame.group);
                    if frame.position >= self.from {
                        self.report.records += 1;
                        each(frame.position, frame.record);
                    }
                }
                Found::Bad { bytes, lost } => damage.add(bytes, lost),
                Found::Rest { bytes } => rest = bytes,
            }
        }
        let lost = scan.next_position()..file.end;
        if !rest.is_empty() || !lost.is_empty() {
            damage.add(rest, lost);
        }
        Ok(damage.judge())
    }
}

/// Damage of one file; what was promised is known once all of the file has been read.
struct DamageInFile {
    name: String,
    places: Vec<(Range<u64>, Range<Position>)>,
    /// Everything before it was synced.
    synced: Position,
}

impl DamageInFile {
    fn begin(file: &KeptFile) -> DamageInFile {
        let header = (0..HEADER_BYTES, file.first..file.first);
        let places = if file.header == HeaderState::Damaged {
            vec![header]
        } else {
            Vec::new()
        };
        DamageInFile {
            name: file_name(file.first),
            places,
            synced: file.first,
        }
    }

    fn add(&mut self, bytes: Range<u64>, lost: Range<Position>) {
        self.places.push((bytes, lost));
    }

    fn judge(self) -> Vec<Damage> {
        let standing = |lost: &Range<Position>| {
            if lost.start < self.synced {
                Standing::Acknowledged
            } else {
                Standing::Uncertain
            }
        };
        let damage = |(bytes, lost)| Damage {
            file: self.name.clone(),
            standing: standing(&lost),
            bytes,
            lost,
        };
        self.places.into_iter().map(damage).collect()
    }
}

/// Copies damaged bytes once and tells of them once. A copy that fails is no reason not to serve the rest.
fn put_aside(disk: &dyn Disk, file: &KeptFile, open: &mut dyn DiskFile, damage: &Damage) {
    let copy = format!("{:020}-{}.damaged", file.first.0, damage.bytes.start);
    if disk.names().is_ok_and(|names| names.contains(&copy)) {
        return;
    }
    let (position, lost) = (
        damage.lost.start.0,
        damage.lost.end.0.saturating_sub(damage.lost.start.0),
    );
    match damage.standing {
        Standing::Acknowledged => error!(
            copy,
            position, lost, "lost acknowledged records in a damaged journal file"
        ),
        Standing::Uncertain => warn!(
            copy,
            position, lost, "skipped damaged or half-written bytes of a journal file"
        ),
    }
    if let Err(error) = copy_bytes(disk, open, damage.bytes.clone(), &copy) {
        warn!(copy, %error, "could not put damaged bytes of the journal aside");
    }
}

fn copy_bytes(disk: &dyn Disk, from: &mut dyn DiskFile, bytes: Range<u64>, name: &str) -> io::Result<()> {
    let mut copy = disk.create(name)?;
    let mut buffer = vec![0; COPY_BYTES];
    let mut at = bytes.start;
    while at < bytes.end {
        let filled = from.read_at(at, &mut buffer)?;
        let wanted = usize::try_from(bytes.end - at).unwrap_or(usize::MAX).min(filled);
        let Some(wanted) = buffer.get(..wanted).filter(|wanted| !wanted.is_empty()) else {
            break;
        };
        copy.write_at(at - bytes.start, wanted)?;
        at += wanted.len() as u64;
    }
    copy.sync()?;
    disk.sync_directory()
}

const COPY_BYTES: usize = 64 << 10;
