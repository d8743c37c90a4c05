//! How a record lies in a journal file.
//!
//! ```text
//! file:   header | frame* | end mark?, and old bytes           all numbers little-endian
//! header: magic "RNTGJRNL" | version u16 | first position u64
//!         | predecessor: its first position u64, its end position u64, its bytes u64 | crc32c u32 over all before
//! frame:  length u32 | crc32c u32 | position u64 | place in group u32 | receipt i64, ns | key 16 | payload
//! mark:   0 u32 | crc32c u32 | position u64 of the frame that will stand here
//! ```
//!
//! A frame's length counts what follows the checksum; the checksum covers the length and what follows the checksum.
//! Frames written before the same sync are a group; a frame of place n says that all before position − n was synced.
//! A file is named by its first position, twenty digits and `.journal`.
//!
//! A trimmed file may become a spare, `END.spare` by the position behind its last, which a later file is written over (docs/adr/0018): a spare gets the
//! new header, that is synced, and then the file its name. Where old bytes lie behind a group, an end mark is written
//! with it, which the next group overwrites; elsewhere the end of the file is the end. Version 1 knew no spares.
//!
//! - INVARIANT: a batch lies in one file, and positions in one file follow each other without a gap.
//! - INVARIANT: a file has its name only once its header is durable, and it is written by one opening only.
//! - INVARIANT: once a successor has its name, all of a file was synced or dropped, and it is never written again
//!   under this name; the successor's header says how far the file's frames reach, in bytes and in positions.
//! - INVARIANT: what lies behind a file's frames is not from it and has positions below its first, or was never
//!   acknowledged. For only a file that one opening began, filled without a failed write and finished becomes a spare:
//!   all its frames have positions below its successor's first, and so below that of whatever is written over it.
//!
//! Recovery reads the last file. What follows its last good frame is nothing, if there is its mark or a whole old frame;
//! else it is torn (nobody was told; at worst it was the last group, damaged) and dropped by starting a successor that
//! says so, with a first position beyond all that could have been dropped. Bad bytes before a good frame are damage:
//! reading goes on at the next place where length, position and checksum are right, what lies between is copied to
//! `FIRST-OFFSET.damaged`, and positions say what was lost. Whole old frames are passed over in one step.

use crate::{Position, Record};
use bytes::Bytes;
use clock::Timestamp;

/// A payload has at most so many bytes; a length beyond it is damage, and nothing is allocated for it.
pub const PAYLOAD_BYTES_MAX: usize = 16 << 20;
/// A frame without payload.
pub(crate) const FRAME_BYTES_MIN: usize = PREFIX_BYTES + FIELDS_BYTES;
/// An end mark.
pub(crate) const MARK_BYTES: usize = PREFIX_BYTES + 8;

/// A record with its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) position: Position,
    /// Everything before this position was synced when the frame was written.
    pub(crate) group: Position,
    pub(crate) record: Record,
}

/// The fixed part of a frame; its length is within the limits, else nothing has been checked.
pub(crate) struct FrameHead {
    length: usize,
    crc: u32,
    pub(crate) position: Position,
    place: u32,
    receipt: Timestamp,
    key: [u8; 16],
}

/// What a record takes up on disk.
pub(crate) fn frame_bytes(record: &Record) -> u64 {
    (FRAME_BYTES_MIN + record.payload.len()) as u64
}

/// Appends a frame to `out`; `place` counts the frames before it that wait for the same sync.
pub(crate) fn write_frame(record: &Record, position: Position, place: u32, out: &mut Vec<u8>) {
    let length = u32::try_from(FIELDS_BYTES + record.payload.len()).expect("a batch refuses longer payloads");
    let start = out.len();
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&[0; CRC_BYTES]);
    out.extend_from_slice(&position.0.to_le_bytes());
    out.extend_from_slice(&place.to_le_bytes());
    out.extend_from_slice(&record.receipt.as_nanos().to_le_bytes());
    out.extend_from_slice(&record.key);
    out.extend_from_slice(&record.payload);
    add_checksum(out, start);
}

/// Appends an end mark to `out`: the frame of this position is the next one, and not written yet.
pub(crate) fn write_mark(position: Position, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; PREFIX_BYTES]);
    out.extend_from_slice(&position.0.to_le_bytes());
    add_checksum(out, start);
}

/// Whether these bytes begin with the end mark of this position.
pub(crate) fn is_mark(bytes: &[u8], position: Position) -> bool {
    let Some(bytes) = bytes.get(..MARK_BYTES) else {
        return false;
    };
    let mut fields = bytes;
    let fields = &mut fields;
    take(fields) == Some([0; LENGTH_BYTES])
        && take(fields).map(u32::from_le_bytes) == Some(checksum(bytes))
        && take(fields).map(u64::from_le_bytes) == Some(position.0)
}

fn add_checksum(out: &mut [u8], start: usize) {
    if let Some((_, frame)) = out.split_at_mut_checked(start) {
        let crc = checksum(frame).to_le_bytes();
        let place = frame.iter_mut().skip(LENGTH_BYTES);
        place.zip(crc).for_each(|(byte, crc)| *byte = crc);
    }
}

impl FrameHead {
    /// `None` where no frame can begin.
    pub(crate) fn read(mut bytes: &[u8]) -> Option<FrameHead> {
        let bytes = &mut bytes;
        let length = usize::try_from(u32::from_le_bytes(take(bytes)?)).ok()?;
        (FIELDS_BYTES..=FIELDS_BYTES + PAYLOAD_BYTES_MAX)
            .contains(&length)
            .then_some(())?;
        Some(FrameHead {
            length,
            crc: u32::from_le_bytes(take(bytes)?),
            position: Position(u64::from_le_bytes(take(bytes)?)),
            place: u32::from_le_bytes(take(bytes)?),
            receipt: Timestamp::from_nanos(i64::from_le_bytes(take(bytes)?)),
            key: take(bytes)?,
        })
    }

    /// Bytes of the whole frame.
    pub(crate) fn frame_bytes(&self) -> usize {
        PREFIX_BYTES + self.length
    }

    /// Whether `bytes` holds all of the frame unharmed.
    pub(crate) fn is_whole(&self, bytes: &[u8]) -> bool {
        let bytes = bytes.get(..self.frame_bytes());
        bytes.is_some_and(|bytes| checksum(bytes) == self.crc)
    }

    /// The frame, if `bytes` holds all of it unharmed.
    pub(crate) fn frame(&self, bytes: &[u8]) -> Option<Frame> {
        self.is_whole(bytes).then_some(())?;
        let payload = Bytes::copy_from_slice(bytes.get(FRAME_BYTES_MIN..self.frame_bytes())?);
        Some(Frame {
            position: self.position,
            group: Position(self.position.0.checked_sub(u64::from(self.place))?),
            record: Record {
                key: self.key,
                receipt: self.receipt,
                payload,
            },
        })
    }
}

/// Takes a field off the front.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (field, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*field)
}

/// Over everything but the checksum's own place.
fn checksum(frame: &[u8]) -> u32 {
    let length = frame.get(..LENGTH_BYTES).unwrap_or_default();
    let fields = frame.get(PREFIX_BYTES..).unwrap_or_default();
    crc32c::crc32c_append(crc32c::crc32c(length), fields)
}

const LENGTH_BYTES: usize = 4;
const CRC_BYTES: usize = 4;
const PREFIX_BYTES: usize = LENGTH_BYTES + CRC_BYTES;
const FIELDS_BYTES: usize = 8 + 4 + 8 + 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_reads_as_it_was_written_and_not_with_any_bit_flipped() {
        let record = Record {
            key: *b"whose record it.",
            receipt: Timestamp::from_nanos(-5),
            payload: "{}".into(),
        };
        let mut bytes = Vec::new();
        write_frame(&record, Position(9), 2, &mut bytes);
        assert_eq!(bytes.len() as u64, frame_bytes(&record));

        let read = |bytes: &[u8]| FrameHead::read(bytes)?.frame(bytes);
        assert_eq!(
            read(&bytes),
            Some(Frame {
                position: Position(9),
                group: Position(7),
                record
            })
        );
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&flipped), None, "bit {bit}");
        }
    }
    #[test]
    fn an_end_mark_is_that_of_its_position_and_no_frame_and_bytes_of_zeros_are_none() {
        let mut bytes = Vec::new();
        write_mark(Position(0), &mut bytes);
        assert_eq!(bytes.len(), MARK_BYTES);
        bytes.resize(FRAME_BYTES_MIN, 0);
        assert!(is_mark(&bytes, Position(0)) && !is_mark(&bytes, Position(1)));
        assert!(FrameHead::read(&bytes).is_none());
        assert!(!is_mark(&[0; MARK_BYTES], Position(0)) && !is_mark(&bytes[..MARK_BYTES - 1], Position(0)));
    }
}
