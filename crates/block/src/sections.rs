//! Where in a block's object which section lies.
//!
//! ```text
//! directory:  rows | slots | runs of trace ids | pages | dictionaries | bytes of a slot number | offset of the sections
//!             | id filter length | id pieces | term filter length | term pieces | postings parts | text pieces
//!                                                                                                     varints
//! runs:       count | (first row, offset in the object)*
//! pages:      count | (length, slots, dictionary)*
//! others:     count | (length, and for a piece: its first hash, term or field as difference to the one before)*
//! ```
//! The sections lie in the order of the directory, one after the other: pages, dictionaries, slot numbers, id filter,
//! id pieces, term filter, term pieces, postings, text pieces. Version 2 ends with the postings.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::encode::Parts;
use crate::error::Damage;
use crate::fuse::Fuse;
use crate::ids;
use crate::varint::{self, Cursor};

/// Where everything of a block lies.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) rows: u32,
    pub(crate) slots: u32,
    /// First row and offset of each run of 16-byte trace ids.
    pub(crate) id_runs: Vec<(u32, u64)>,
    pub(crate) pages: Vec<PagePlace>,
    pub(crate) dictionaries: Vec<Range<u64>>,
    /// How many bytes a row's slot number takes; 0 where each row lies in the slot of its own number.
    pub(crate) slot_bytes: u8,
    pub(crate) slot_numbers: u64,
    pub(crate) id_filter: Range<u64>,
    pub(crate) id_pieces: Pieces<u32>,
    pub(crate) term_filter: Range<u64>,
    pub(crate) term_pieces: Pieces<u64>,
    /// Offsets of the parts, and the end of the last.
    pub(crate) postings: Vec<u64>,
    /// `None` where the version has no texts.
    pub(crate) texts: Option<Pieces<u64>>,
}

/// Where a page lies, and which traces it holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PagePlace {
    pub(crate) offset: u64,
    pub(crate) length: u32,
    pub(crate) first_slot: u32,
    pub(crate) slots: u32,
    pub(crate) dictionary: u32,
}

/// Pieces of a sorted table: each one's first key and offset, and the end of the last.
#[derive(Debug, Default)]
pub(crate) struct Pieces<K> {
    pub(crate) places: Vec<(K, u64)>,
    pub(crate) end: u64,
}

impl<K: Copy + Ord> Pieces<K> {
    /// The pieces that may hold a key, each with its own first key.
    pub(crate) fn of(&self, key: K) -> impl Iterator<Item = (K, Range<u64>)> {
        let from = self
            .places
            .partition_point(|(first, _)| *first < key)
            .saturating_sub(1);
        let until = self.places.partition_point(|(first, _)| *first <= key);
        (from..until).filter_map(|piece| self.piece(piece))
    }

    /// The last piece that may hold a key, with its first key and that of the piece after it.
    pub(crate) fn holding(&self, key: K) -> Option<(K, Range<u64>, Option<K>)> {
        let behind = self.places.partition_point(|(first, _)| *first <= key);
        let (first, range) = self.piece(behind.checked_sub(1)?)?;
        Some((first, range, self.places.get(behind).map(|(next, _)| *next)))
    }

    /// Every piece.
    pub(crate) fn all(&self) -> impl Iterator<Item = (K, Range<u64>)> {
        (0..self.places.len()).filter_map(|piece| self.piece(piece))
    }

    fn piece(&self, piece: usize) -> Option<(K, Range<u64>)> {
        let (first, offset) = *self.places.get(piece)?;
        let end = self.places.get(piece + 1).map_or(self.end, |(_, next)| *next);
        Some((first, offset..end))
    }
}

/// Appends sections and directory to an object's beginning; a cut stands wherever a part can be read alone.
pub(crate) fn append(bytes: &mut Vec<u8>, cuts: &mut BTreeSet<usize>, parts: &Parts, id_runs: &[(u32, u64)]) {
    let offset = bytes.len();
    let mut writer = Writer {
        bytes,
        cuts,
        directory: Vec::new(),
    };
    writer.count(parts.rows.len());
    writer.count(parts.slots());
    writer.count(id_runs.len());
    for (row, offset) in id_runs {
        writer.number(u64::from(*row));
        writer.number(*offset);
    }
    writer.count(parts.pages.len());
    for page in &parts.pages {
        writer.part(&page.bytes);
        writer.number(u64::from(page.slots));
        writer.number(u64::from(page.dictionary));
    }
    writer.count(parts.dictionaries.len());
    parts
        .dictionaries
        .iter()
        .for_each(|dictionary| writer.part(dictionary));
    let (slot_bytes, slot_numbers) = parts.slot_numbers();
    writer.directory.push(slot_bytes);
    for some in slot_numbers.chunks(SLOT_PIECE_ROWS * usize::from(slot_bytes).max(1)) {
        writer.unlisted_part(some);
    }
    writer.number(offset as u64);
    let entries = parts.entries();
    let mut hashes: Vec<u64> = entries.iter().map(|entry| entry.hash).collect();
    hashes.dedup();
    writer.part(&Fuse::of(&hashes).to_bytes());
    let pieces = ids::encode(&entries);
    writer.pieces(pieces.iter().map(|(first, piece)| (u64::from(*first), piece)));
    writer.part(&Fuse::of(&parts.terms.terms).to_bytes());
    writer.pieces(parts.terms.pieces.iter().map(|(first, piece)| (*first, piece)));
    writer.count(parts.terms.postings.len());
    parts.terms.postings.iter().for_each(|part| writer.part(part));
    writer.pieces(parts.texts.iter().map(|(first, piece)| (*first, piece)));
    let directory = std::mem::take(&mut writer.directory);
    writer.unlisted_part(&directory);
}

/// An object in the making, and the directory that is to end it.
struct Writer<'a> {
    bytes: &'a mut Vec<u8>,
    cuts: &'a mut BTreeSet<usize>,
    directory: Vec<u8>,
}

impl Writer<'_> {
    fn number(&mut self, number: u64) {
        varint::put(&mut self.directory, number);
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// Appends a part, and its length to the directory.
    fn part(&mut self, part: &[u8]) {
        self.count(part.len());
        self.unlisted_part(part);
    }

    fn unlisted_part(&mut self, part: &[u8]) {
        self.bytes.extend(part);
        self.cuts.insert(self.bytes.len());
    }

    /// Pieces of a sorted table, each with its first key.
    fn pieces<'p>(&mut self, pieces: impl ExactSizeIterator<Item = (u64, &'p Vec<u8>)>) {
        self.count(pieces.len());
        let mut before = 0;
        for (first, piece) in pieces {
            self.part(piece);
            self.number(first - before);
            before = first;
        }
    }
}

impl Directory {
    pub(crate) fn read(bytes: &[u8], version: u32) -> Result<Directory, Damage> {
        let mut cursor = Cursor::new(bytes);
        let mut directory = Directory {
            rows: cursor.number32()?,
            slots: cursor.number32()?,
            ..Directory::default()
        };
        for _ in 0..cursor.number()? {
            directory.id_runs.push((cursor.number32()?, cursor.number()?));
        }
        let mut pages = Vec::new();
        for _ in 0..cursor.number()? {
            pages.push([cursor.number32()?, cursor.number32()?, cursor.number32()?]);
        }
        let mut dictionaries = Vec::new();
        for _ in 0..cursor.number()? {
            dictionaries.push(cursor.number()?);
        }
        let [slot_bytes] = cursor.array()?;
        directory.slot_bytes = slot_bytes;
        let mut place = Place(cursor.number()?);
        let mut first_slot = 0_u32;
        for [length, slots, dictionary] in pages {
            let offset = place.next(u64::from(length))?.start;
            directory.pages.push(PagePlace {
                offset,
                length,
                first_slot,
                slots,
                dictionary,
            });
            first_slot = first_slot.checked_add(slots).ok_or(WRONG)?;
        }
        for length in dictionaries {
            directory.dictionaries.push(place.next(length)?);
        }
        let slot_numbers = u64::from(directory.rows) * u64::from(slot_bytes);
        directory.slot_numbers = place.next(slot_numbers)?.start;
        directory.id_filter = place.next(cursor.number()?)?;
        directory.id_pieces = pieces(&mut cursor, &mut place, |key| u32::try_from(key).ok())?;
        directory.term_filter = place.next(cursor.number()?)?;
        directory.term_pieces = pieces(&mut cursor, &mut place, Some)?;
        directory.postings.push(place.0);
        for _ in 0..cursor.number()? {
            directory.postings.push(place.next(cursor.number()?)?.end);
        }
        if version >= VERSION_WITH_TEXTS {
            directory.texts = Some(pieces(&mut cursor, &mut place, Some)?);
        }
        if first_slot == directory.slots && slot_bytes <= 4 {
            Ok(directory)
        } else {
            Err(WRONG)
        }
    }

    /// How many bytes of memory it takes.
    pub(crate) fn size_bytes(&self) -> usize {
        let texts = self.texts.as_ref().map_or(0, |texts| texts.places.len());
        self.id_runs.len() * 16
            + self.pages.len() * size_of::<PagePlace>()
            + (self.dictionaries.len() + self.id_pieces.places.len() + self.term_pieces.places.len() + texts)
                * 16
            + self.postings.len() * 8
    }

    /// The part of the slot numbers that holds a row's, and the row with which it begins.
    pub(crate) fn slot_piece(&self, row: u32) -> (Range<u64>, u32) {
        let first = row - row % SLOT_PIECE_ROWS as u32;
        let end = self.rows.min(first.saturating_add(SLOT_PIECE_ROWS as u32));
        let offset = |row: u32| self.slot_numbers + u64::from(row) * u64::from(self.slot_bytes);
        (offset(first)..offset(end), first)
    }

    /// The run of trace ids that holds a row's, and the row with which it begins.
    pub(crate) fn id_run(&self, row: u32) -> Option<(Range<u64>, u32)> {
        let run = self
            .id_runs
            .partition_point(|(first, _)| *first <= row)
            .checked_sub(1)?;
        let (first, offset) = *self.id_runs.get(run)?;
        let end = self.id_runs.get(run + 1).map_or(self.rows, |(next, _)| *next);
        let length = u64::from(end.checked_sub(first)?) * 16;
        Some((offset..offset.checked_add(length)?, first))
    }

    /// The part of the postings that holds all of these bytes, and where it begins among them.
    pub(crate) fn postings_part(&self, offset: u64, length: u64) -> Option<(Range<u64>, usize)> {
        let start = self.postings.first()?.checked_add(offset)?;
        let part = self
            .postings
            .partition_point(|part| *part <= start)
            .checked_sub(1)?;
        let range = *self.postings.get(part)?..*self.postings.get(part + 1)?;
        let within = usize::try_from(start - range.start).ok()?;
        (start.checked_add(length)? <= range.end).then_some((range, within))
    }
}

/// Where the next section begins.
struct Place(u64);

impl Place {
    fn next(&mut self, length: u64) -> Result<Range<u64>, Damage> {
        let start = self.0;
        self.0 = start.checked_add(length).ok_or(WRONG)?;
        Ok(start..self.0)
    }
}

fn pieces<K>(
    cursor: &mut Cursor<'_>,
    place: &mut Place,
    key_of: impl Fn(u64) -> Option<K>,
) -> Result<Pieces<K>, Damage> {
    let mut places = Vec::new();
    let mut key = 0_u64;
    for _ in 0..cursor.number()? {
        let offset = place.next(cursor.number()?)?.start;
        key = key.checked_add(cursor.number()?).ok_or(WRONG)?;
        places.push((key_of(key).ok_or(WRONG)?, offset));
    }
    Ok(Pieces { places, end: place.0 })
}

/// Slot numbers are read in parts of so many rows.
pub(crate) const SLOT_PIECE_ROWS: usize = 4_096;
const VERSION_WITH_TEXTS: u32 = 3;
const WRONG: Damage = Damage::Shape("the directory contradicts itself");
