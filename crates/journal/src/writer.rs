//! Writes groups of batches to files. Has no thread of its own: each call does one group from beginning to end.

use crate::Position;
use crate::append::{AppendError, Batch};
use crate::disk::{Disk, DiskFile};
use crate::files::{Files, KeptFile};
use crate::frame::{MARK_BYTES, write_frame, write_mark};
use crate::header::{HEADER_BYTES, Header, Seal, UNNAMED_SUFFIX, file_name};
use crate::spares::Spares;
use std::io;
use std::mem::replace;
use std::sync::Arc;
use tracing::{error, info, warn};

pub(crate) struct Writer {
    disk: Arc<dyn Disk>,
    files: Arc<Files>,
    active: Box<dyn DiskFile>,
    /// How far the active file reaches; what lies beyond the durable part is old.
    length_bytes: u64,
    /// What is known to be durable of the active file.
    durable: Seal,
    file_bytes_max: u64,
    /// Frames of the group that is being written.
    buffer: Vec<u8>,
    /// Whether the last write failed, which is logged once until one succeeds.
    full: bool,
    poison: Option<AppendError>,
}

/// What went wrong on disk, told apart by what may be relied upon afterwards.
#[derive(Debug)]
pub(crate) enum DiskFailure {
    /// What is known to be durable still is.
    Write(io::Error),
    /// Nobody knows what is on disk.
    Sync(io::Error),
}

impl Writer {
    /// Writes to a file that [`create_file`] made and `files` lists as its last.
    pub(crate) fn new(
        disk: Arc<dyn Disk>,
        files: Arc<Files>,
        active: ActiveFile,
        file_bytes_max: u64,
    ) -> Writer {
        let durable = Seal {
            first: active.first,
            end: active.first,
            bytes: HEADER_BYTES,
        };
        let buffer = Vec::new();
        Writer {
            disk,
            files,
            active: active.file,
            length_bytes: active.length_bytes,
            durable,
            file_bytes_max,
            buffer,
            full: false,
            poison: None,
        }
    }

    /// How many bytes of frames the next group should have at most. LIMIT: bounds memory and waiting time.
    pub(crate) fn room_bytes(&self) -> u64 {
        GROUP_BYTES_MAX.min(self.file_bytes_max.saturating_sub(self.durable.bytes))
    }

    /// Returns once all records of the group would survive power loss: one write, one sync. After an error none is
    /// to be relied upon. Says which position the first record of the group got.
    pub(crate) fn write(&mut self, group: &[Batch]) -> Result<Position, AppendError> {
        if let Some(poison) = &self.poison {
            return Err(poison.clone());
        }
        let first = self.durable.end;
        self.make_room(group);
        let end = self.write_frames(group, first);
        let written = if self.buffer.is_empty() {
            Ok(())
        } else {
            self.write_buffer(end)
        };
        self.buffer.clear();
        if self.buffer.capacity() > BUFFER_BYTES {
            self.buffer = Vec::new();
        }
        written.map(|()| first).map_err(|failure| self.answer(failure))
    }

    /// Room for the group's frames, without copying what is there.
    fn make_room(&mut self, group: &[Batch]) {
        let frames_bytes: u64 = group.iter().map(|batch| batch.frames_bytes).sum();
        let wanted =
            usize::try_from(frames_bytes).map_or(usize::MAX, |bytes| bytes.saturating_add(MARK_BYTES));
        if self.buffer.capacity() < wanted {
            self.buffer = Vec::with_capacity(wanted.max(wanted.saturating_mul(2).min(BUFFER_BYTES)));
        }
    }

    fn write_frames(&mut self, group: &[Batch], first: Position) -> Position {
        let records = group.iter().flat_map(|batch| &batch.records);
        let mut place = 0;
        for record in records {
            write_frame(record, first.plus(u64::from(place)), place, &mut self.buffer);
            place += 1;
        }
        first.plus(u64::from(place))
    }

    fn write_buffer(&mut self, end: Position) -> Result<(), DiskFailure> {
        let bytes = self.buffer.len() as u64;
        if self.durable.bytes + bytes > self.file_bytes_max {
            self.begin_file()?;
        }
        let durable = Seal {
            end,
            bytes: self.durable.bytes + bytes,
            ..self.durable
        };
        if durable.bytes < self.length_bytes {
            write_mark(end, &mut self.buffer);
        }
        if let Err(error) = self.active.write_at(self.durable.bytes, &self.buffer) {
            self.files.doubt_active();
            self.active
                .truncate(self.durable.bytes)
                .map_err(DiskFailure::Sync)?;
            self.length_bytes = self.durable.bytes;
            return Err(DiskFailure::Write(error));
        }
        self.length_bytes = self
            .length_bytes
            .max(self.durable.bytes + self.buffer.len() as u64);
        self.active.sync().map_err(DiskFailure::Sync)?;
        self.full = false;
        self.durable = durable;
        self.files.extend(self.durable.end, self.durable.bytes);
        Ok(())
    }

    fn begin_file(&mut self) -> Result<(), DiskFailure> {
        let first = self.durable.end;
        let header = Header {
            first,
            predecessor: self.durable,
        };
        let active = create_file(self.disk.as_ref(), &self.files.spares, header)?;
        self.active = active.file;
        self.length_bytes = active.length_bytes;
        self.durable = Seal {
            first,
            end: first,
            bytes: HEADER_BYTES,
        };
        self.files.push(KeptFile::begun(first));
        info!(position = first.0, "began a journal file");
        Ok(())
    }

    fn answer(&mut self, failure: DiskFailure) -> AppendError {
        let file = file_name(self.durable.first);
        match failure {
            DiskFailure::Write(source) => {
                if !replace(&mut self.full, true) {
                    error!(file, error = %source, "could not write to the journal, batches are refused until it works again");
                }
                AppendError::Write {
                    file,
                    source: Arc::new(source),
                }
            }
            DiskFailure::Sync(source) => {
                error!(file, error = %source, "could not sync the journal, no more is appended until restart");
                self.poison
                    .insert(AppendError::Poisoned {
                        file,
                        source: Arc::new(source),
                    })
                    .clone()
            }
        }
    }
}

/// A file with a durable header and name, and the first position that it will hold.
pub(crate) struct ActiveFile {
    pub(crate) file: Box<dyn DiskFile>,
    pub(crate) first: Position,
    pub(crate) length_bytes: u64,
}

/// Writes over a spare, where there is one; else the file is a new one.
pub(crate) fn create_file(
    disk: &dyn Disk,
    spares: &Spares,
    header: Header,
) -> Result<ActiveFile, DiskFailure> {
    if let Some(spare) = spares.take() {
        match overwrite(disk, &spare, header) {
            Err(DiskFailure::Write(error)) => {
                warn!(spare, %error, "could not write over a spare journal file, it is removed");
                // If it stays, the next start finds it.
                drop(disk.remove(&spare));
            }
            overwritten => return overwritten,
        }
    }
    let unnamed = format!("{:020}{UNNAMED_SUFFIX}", header.first.0);
    let mut file = disk.create(&unnamed).map_err(DiskFailure::Write)?;
    file.write_at(0, &header.to_bytes()).map_err(DiskFailure::Write)?;
    name_file(disk, file, &unnamed, header.first)
}

/// Until it has its new name it is a spare as before, whatever a crash leaves of the header.
fn overwrite(disk: &dyn Disk, spare: &str, header: Header) -> Result<ActiveFile, DiskFailure> {
    let mut file = disk.open_to_overwrite(spare).map_err(DiskFailure::Write)?;
    let mut bytes = header.to_bytes();
    write_mark(header.first, &mut bytes);
    file.write_at(0, &bytes).map_err(DiskFailure::Write)?;
    name_file(disk, file, spare, header.first)
}

fn name_file(
    disk: &dyn Disk,
    mut file: Box<dyn DiskFile>,
    name: &str,
    first: Position,
) -> Result<ActiveFile, DiskFailure> {
    let length_bytes = file.len().map_err(DiskFailure::Write)?;
    file.sync().map_err(DiskFailure::Sync)?;
    // Should the name be there in spite of the error, the predecessor must not be written again.
    disk.rename(name, &file_name(first)).map_err(DiskFailure::Sync)?;
    disk.sync_directory().map_err(DiskFailure::Sync)?;
    Ok(ActiveFile {
        file,
        first,
        length_bytes,
    })
}

const GROUP_BYTES_MAX: u64 = 4 << 20;
/// What is kept for the next group.
const BUFFER_BYTES: usize = GROUP_BYTES_MAX as usize + MARK_BYTES;
