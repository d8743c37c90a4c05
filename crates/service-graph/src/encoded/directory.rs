//! Where what lies in encoded roll-ups.

use std::ops::Range;

use super::read::names_from;
use super::wire::{In, Malformed};
use super::{MAGIC, MINUTE, ROLLUPS_VERSION, WHOLES_VERSION};
use crate::names::Names;
use crate::rollups::{CellKey, Scope, Window};

/// How many bytes at an object's end say where the rest is.
pub const TRAILER_BYTES: u64 = 56;

/// The end of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trailer {
    version: u32,
    names: Section,
    directory: Section,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Section {
    offset: u64,
    length: u64,
    checksum: u32,
}

/// What is held of an object to read the rest in parts.
#[derive(Debug)]
pub struct RollupIndex {
    pub(crate) names: Names,
    entries: Vec<Entry>,
    wholes: Vec<Whole>,
}

/// How finely a sum tells what is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// By the minute in which it counts.
    ByMinute,
    /// All in one.
    Together,
}

/// All of a scope.
#[derive(Debug)]
struct Whole {
    /// The first minute that counts, and the last that something is known of, in minutes.
    key: CellKey,
    /// The last minute that counts.
    last: i64,
    place: Place,
}

/// One pair of minutes.
#[derive(Debug)]
struct Entry {
    /// In minutes.
    key: CellKey,
    minute: Place,
    seconds: Place,
}

#[derive(Debug, Clone)]
struct Place {
    range: Range<u64>,
    checksum: u32,
}

/// Bytes that a window needs.
#[derive(Debug, Clone)]
pub struct Part {
    /// Where they lie in the object.
    pub range: Range<u64>,
    pub(super) checksum: u32,
    /// The minutes that it is about.
    pub(super) key: CellKey,
    pub(super) grain: Grain,
}

/// How finely a part tells what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// One cell, needed whole: of a minute, or of everything.
    Whole,
    /// The cells of the minutes' seconds, of which some may be needed.
    Seconds,
}

impl Part {
    /// Whether these are the bytes that were written.
    ///
    /// # Errors
    /// [`Malformed::Checksum`].
    pub fn check(&self, bytes: &[u8]) -> Result<(), Malformed> {
        checked(bytes, self.checksum).map(|_| ())
    }

    /// Whether the window that asked for it holds all of it.
    pub(crate) fn is_whole(&self) -> bool {
        self.grain == Grain::Whole
    }
}

impl Trailer {
    /// Reads the last [`TRAILER_BYTES`] of an object.
    ///
    /// # Errors
    /// [`Malformed`] for anything that is no such end, or that a newer program wrote.
    pub fn read(bytes: &[u8]) -> Result<Trailer, Malformed> {
        let (body, magic) = bytes
            .split_last_chunk::<8>()
            .filter(|(body, _)| body.len() as u64 + 8 == TRAILER_BYTES)
            .ok_or(Malformed::Shape)?;
        let (body, checksum) = body.split_last_chunk::<4>().ok_or(Malformed::Shape)?;
        if magic != MAGIC || crc32c::crc32c(body) != u32::from_le_bytes(*checksum) {
            return Err(Malformed::Checksum);
        }
        let (mut body, version) = body.split_last_chunk::<4>().ok_or(Malformed::Shape)?;
        let version = u32::from_le_bytes(*version);
        if version > ROLLUPS_VERSION {
            return Err(Malformed::Newer(version));
        }
        Ok(Trailer {
            version,
            names: Section::read(&mut body)?,
            directory: Section::read(&mut body)?,
        })
    }

    /// The bytes that [`RollupIndex::read`] wants.
    pub fn index_range(&self) -> Range<u64> {
        self.names.offset..self.directory.offset.saturating_add(self.directory.length)
    }
}

impl Section {
    fn read(body: &mut &[u8]) -> Result<Section, Malformed> {
        let (offset, rest) = body.split_first_chunk::<8>().ok_or(Malformed::Shape)?;
        let (length, rest) = rest.split_first_chunk::<8>().ok_or(Malformed::Shape)?;
        let (checksum, rest) = rest.split_first_chunk::<4>().ok_or(Malformed::Shape)?;
        *body = rest;
        Ok(Section {
            offset: u64::from_le_bytes(*offset),
            length: u64::from_le_bytes(*length),
            checksum: u32::from_le_bytes(*checksum),
        })
    }

    fn of<'b>(&self, bytes: &mut &'b [u8]) -> Result<&'b [u8], Malformed> {
        let length = usize::try_from(self.length).map_err(|_| Malformed::Shape)?;
        let (section, rest) = bytes.split_at_checked(length).ok_or(Malformed::Shape)?;
        *bytes = rest;
        checked(section, self.checksum)
    }
}

impl RollupIndex {
    /// Reads what the trailer's range holds.
    ///
    /// # Errors
    /// [`Malformed`] for anything that nobody wrote.
    pub fn read(trailer: &Trailer, mut bytes: &[u8]) -> Result<RollupIndex, Malformed> {
        let names = names_from(trailer.names.of(&mut bytes)?)?;
        let mut directory = In(trailer.directory.of(&mut bytes)?);
        let count = directory.count()?;
        let mut entries = Vec::with_capacity(count);
        let mut counted: i64 = 0;
        for _ in 0..count {
            let scope = Scope(directory.number()?);
            counted = counted.checked_add(directory.number()?).ok_or(Malformed::Shape)?;
            let known = counted.checked_add(directory.number()?).ok_or(Malformed::Shape)?;
            let (minute, seconds) = (Place::read(&mut directory)?, Place::read(&mut directory)?);
            entries.push(Entry {
                key: CellKey {
                    scope,
                    counted,
                    known,
                },
                minute,
                seconds,
            });
        }
        let mut wholes = Vec::new();
        if trailer.version >= WHOLES_VERSION {
            for _ in 0..directory.count()? {
                wholes.push(Whole::read(&mut directory)?);
            }
        }
        let mut offset = MAGIC.len() as u64;
        entries
            .iter_mut()
            .for_each(|entry| entry.minute.follow(&mut offset));
        entries
            .iter_mut()
            .for_each(|entry| entry.seconds.follow(&mut offset));
        wholes
            .iter_mut()
            .for_each(|whole| whole.place.follow(&mut offset));
        match offset == trailer.names.offset {
            true => Ok(RollupIndex {
                names,
                entries,
                wholes,
            }),
            false => Err(Malformed::Shape),
        }
    }

    /// What a window needs, ascending by place.
    pub(crate) fn parts(&self, window: Window, told: Told) -> Vec<Part> {
        let mut wholes = self.wholes.iter();
        match wholes.find(|whole| told == Told::Together && whole.lies_in(window)) {
            Some(whole) => vec![whole.part()],
            None => self.minutes_and_seconds(window),
        }
    }

    fn minutes_and_seconds(&self, window: Window) -> Vec<Part> {
        let (first, last) = (window.first.div_euclid(MINUTE), window.last.div_euclid(MINUTE));
        let place = |entry: &Entry| (entry.key.scope, entry.key.counted);
        let begin = self
            .entries
            .partition_point(|entry| place(entry) < (window.scope, first));
        let end = self
            .entries
            .partition_point(|entry| place(entry) <= (window.scope, last));
        let wanted = self.entries.get(begin..end).unwrap_or_default().iter();
        let wanted = wanted.filter(|entry| entry.key.known <= window.known.div_euclid(MINUTE));
        let mut parts: Vec<Part> = wanted.map(|entry| entry.part(window)).collect();
        parts.sort_by_key(|part| part.range.start);
        parts
    }

    /// Everything, second by second, ascending by place: what [`crate::Rollups::add_parts`] wants.
    pub fn every_second(&self) -> Vec<Part> {
        self.entries.iter().map(|entry| entry.seconds_part()).collect()
    }

    /// Every part that there is, ascending by place, for whoever only checks them.
    pub fn every_part(&self) -> Vec<Part> {
        let minutes = self
            .entries
            .iter()
            .map(|entry| entry.minute.part(entry.key, Grain::Whole));
        let seconds = self.every_second();
        minutes
            .chain(seconds)
            .chain(self.wholes.iter().map(Whole::part))
            .collect()
    }
}

impl Entry {
    fn part(&self, window: Window) -> Part {
        let starts_inside = window.first <= self.key.counted.saturating_mul(MINUTE);
        let ends_inside = last_second(self.key.counted) <= window.last;
        let is_known = last_second(self.key.known) <= window.known;
        match starts_inside && ends_inside && is_known {
            true => self.minute.part(self.key, Grain::Whole),
            false => self.seconds_part(),
        }
    }

    fn seconds_part(&self) -> Part {
        self.seconds.part(self.key, Grain::Seconds)
    }
}

impl Whole {
    fn read(directory: &mut In<'_>) -> Result<Whole, Malformed> {
        let scope = Scope(directory.number()?);
        let counted: i64 = directory.number()?;
        let mut later = |from: i64| from.checked_add(directory.number()?).ok_or(Malformed::Shape);
        let last = later(counted)?;
        let known = later(last)?;
        Ok(Whole {
            key: CellKey {
                scope,
                counted,
                known,
            },
            last,
            place: Place::read(directory)?,
        })
    }

    fn lies_in(&self, window: Window) -> bool {
        window.scope == self.key.scope
            && window.first <= self.key.counted.saturating_mul(MINUTE)
            && last_second(self.last) <= window.last
            && last_second(self.key.known) <= window.known
    }

    fn part(&self) -> Part {
        self.place.part(self.key, Grain::Whole)
    }
}

impl Place {
    fn read(directory: &mut In<'_>) -> Result<Place, Malformed> {
        Ok(Place {
            range: 0..directory.number()?,
            checksum: directory.number()?,
        })
    }

    fn part(&self, key: CellKey, grain: Grain) -> Part {
        Part {
            range: self.range.clone(),
            checksum: self.checksum,
            key,
            grain,
        }
    }

    /// Puts it behind what lies before it.
    fn follow(&mut self, offset: &mut u64) {
        let end = offset.saturating_add(self.range.end);
        self.range = *offset..end;
        *offset = end;
    }
}

fn last_second(minute: i64) -> i64 {
    minute.saturating_mul(MINUTE).saturating_add(MINUTE - 1)
}

pub(super) fn checked(bytes: &[u8], checksum: u32) -> Result<&[u8], Malformed> {
    match crc32c::crc32c(bytes) == checksum {
        true => Ok(bytes),
        false => Err(Malformed::Checksum),
    }
}
