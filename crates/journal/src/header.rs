//! The beginning of a journal file, and its name; `frame.rs` explains both.

use crate::Position;
use crate::frame::take;

/// The version that is written, and the highest one that is read.
pub(crate) const VERSION: u16 = 2;
pub(crate) const HEADER_BYTES: u64 = 46;
/// Ends the name of a file that has no durable header yet.
pub(crate) const UNNAMED_SUFFIX: &str = ".journal.new";

/// What the beginning of a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) first: Position,
    pub(crate) predecessor: Seal,
}

/// How far the frames of a finished file reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) first: Position,
    pub(crate) end: Position,
    pub(crate) bytes: u64,
}

/// The bytes at the beginning of a file, judged.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderRead {
    Intact(Header),
    /// Written by a newer program.
    Newer(u16),
    Damaged,
}

impl Seal {
    /// For a file without a known predecessor.
    pub(crate) fn none(first: Position) -> Seal {
        Seal {
            first,
            end: first,
            bytes: 0,
        }
    }
}

impl Header {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        for number in [
            self.first.0,
            self.predecessor.first.0,
            self.predecessor.end.0,
            self.predecessor.bytes,
        ] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// INVARIANT: magic, version, and a checksum at the end of these 46 bytes, are common to all versions.
    pub(crate) fn read(bytes: &[u8]) -> HeaderRead {
        let Some((covered, crc)) = bytes.split_last_chunk() else {
            return HeaderRead::Damaged;
        };
        if u32::from_le_bytes(*crc) != crc32c::crc32c(covered) {
            return HeaderRead::Damaged;
        }
        Header::read_fields(covered).unwrap_or(HeaderRead::Damaged)
    }

    fn read_fields(mut bytes: &[u8]) -> Option<HeaderRead> {
        let bytes = &mut bytes;
        (take(bytes)? == *MAGIC).then_some(())?;
        let version = u16::from_le_bytes(take(bytes)?);
        if version > VERSION {
            return Some(HeaderRead::Newer(version));
        }
        let mut number = || Some(u64::from_le_bytes(take(bytes)?));
        let first = Position(number()?);
        let predecessor = Seal {
            first: Position(number()?),
            end: Position(number()?),
            bytes: number()?,
        };
        Some(HeaderRead::Intact(Header { first, predecessor }))
    }
}

/// The name of the file that begins with this position.
pub(crate) fn file_name(first: Position) -> String {
    format!("{:020}.journal", first.0)
}

/// The other way; `None` for a file that is no journal file.
pub(crate) fn first_position(name: &str) -> Option<Position> {
    let first = Position(name.strip_suffix(".journal")?.parse().ok()?);
    (file_name(first) == name).then_some(first)
}

/// What a file that ends before this position is called once it waits to be written over.
pub(crate) fn spare_name(end: Position) -> String {
    format!("{:020}{SPARE_SUFFIX}", end.0)
}

/// The other way; `None` for a file that does not wait to be written over.
pub(crate) fn spare_end(name: &str) -> Option<Position> {
    let end = Position(name.strip_suffix(SPARE_SUFFIX)?.parse().ok()?);
    (spare_name(end) == name).then_some(end)
}

const SPARE_SUFFIX: &str = ".spare";
const MAGIC: &[u8; 8] = b"RNTGJRNL";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_as_it_was_written_and_not_with_any_byte_changed() {
        let predecessor = Seal {
            first: Position(3),
            end: Position(8),
            bytes: 700,
        };
        let header = Header {
            first: Position(9),
            predecessor,
        };
        let bytes = header.to_bytes();
        assert_eq!(bytes.len() as u64, HEADER_BYTES);
        assert_eq!(Header::read(&bytes), HeaderRead::Intact(header));
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 0x40;
            assert_eq!(Header::read(&changed), HeaderRead::Damaged, "byte {place}");
        }
    }

    #[test]
    fn names_sort_as_positions_do_and_foreign_names_are_none() {
        assert!(file_name(Position(99)) < file_name(Position(100)));
        assert_eq!(
            first_position(&file_name(Position(u64::MAX))),
            Some(Position(u64::MAX))
        );
        for name in [
            "1.journal",
            "00000000000000000001.journal.new",
            "00000000000000000001-46.damaged",
            &spare_name(Position(1)),
            ".journal",
        ] {
            assert_eq!(first_position(name), None, "{name}");
        }
        assert_eq!(
            spare_end(&spare_name(Position(u64::MAX))),
            Some(Position(u64::MAX))
        );
        for name in ["1.spare", ".spare", "spare", &file_name(Position(1))] {
            assert_eq!(spare_end(name), None, "{name}");
        }
    }
}
