//! Reads the frames of one file, one after the other, and finds the next good one behind bad bytes.

use crate::Position;
use crate::disk::DiskFile;
use crate::frame::{FRAME_BYTES_MIN, Frame, FrameHead};
use crate::header::HEADER_BYTES;
use std::io;
use std::ops::{Range, RangeInclusive};

/// What comes next in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Frame(Frame),
    /// Bytes that are no frame, with a good frame behind them, and the positions that were there.
    Bad {
        bytes: Range<u64>,
        lost: Range<Position>,
    },
    /// Bytes that are no frame, up to the end.
    Rest {
        bytes: Range<u64>,
    },
}

/// A reader of frames. LIMIT: holds a mebibyte, or one frame where that is longer.
pub(crate) struct Scan<'a> {
    file: &'a mut dyn DiskFile,
    window: Vec<u8>,
    window_start: u64,
    offset: u64,
    limit: u64,
    next: Position,
}

impl<'a> Scan<'a> {
    /// Starts behind the header of a file that begins with position `first`; reads up to `limit` bytes.
    pub(crate) fn new(file: &'a mut dyn DiskFile, first: Position, limit: u64) -> Scan<'a> {
        Scan {
            file,
            window: Vec::new(),
            window_start: 0,
            offset: HEADER_BYTES,
            limit,
            next: first,
        }
    }

    /// The position after the last one that was found or skipped.
    pub(crate) fn next_position(&self) -> Position {
        self.next
    }

    /// `None` at the end.
    pub(crate) fn step(&mut self) -> io::Result<Option<Found>> {
        let start = self.offset;
        let expected = self.next;
        for offset in start..self.limit {
            let lost_max = (offset - start).div_ceil(FRAME_BYTES_MIN as u64);
            let Some((frame, end)) = self.frame_at(offset, expected..=expected.plus(lost_max))? else {
                continue;
            };
            if offset == start {
                self.offset = end;
                self.next = frame.position.plus(1);
                return Ok(Some(Found::Frame(frame)));
            }
            self.offset = offset;
            self.next = frame.position;
            return Ok(Some(Found::Bad {
                bytes: start..offset,
                lost: expected..frame.position,
            }));
        }
        self.offset = self.limit.max(start);
        Ok((start < self.limit).then_some(Found::Rest {
            bytes: start..self.limit,
        }))
    }

    /// A good frame with one of these positions, and where it ends.
    fn frame_at(
        &mut self,
        offset: u64,
        positions: RangeInclusive<Position>,
    ) -> io::Result<Option<(Frame, u64)>> {
        let Some(head) = FrameHead::read(self.bytes_at(offset, FRAME_BYTES_MIN)?) else {
            return Ok(None);
        };
        let end = offset + head.frame_bytes() as u64;
        if !positions.contains(&head.position) || end > self.limit {
            return Ok(None);
        }
        let bytes = self.bytes_at(offset, head.frame_bytes())?;
        Ok(head.frame(bytes).map(|frame| (frame, end)))
    }

    /// So many bytes, or fewer where the file ends before.
    fn bytes_at(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        let window_end = self.window_start + self.window.len() as u64;
        let end = self.limit.min(offset + length as u64);
        if offset < self.window_start || end > window_end {
            self.window_start = offset;
            self.window.resize(length.max(WINDOW_BYTES), 0);
            let filled = self.file.read_at(offset, &mut self.window)?;
            self.window.truncate(filled);
        }
        let start = usize::try_from(offset - self.window_start).unwrap_or(usize::MAX);
        let bytes = self.window.get(start..).unwrap_or_default();
        Ok(bytes.get(..length).unwrap_or(bytes))
    }
}

const WINDOW_BYTES: usize = 1 << 20;
