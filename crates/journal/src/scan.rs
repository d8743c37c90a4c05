//! Reads the frames of one file, one after the other, and finds the next good one behind bad bytes.

use crate::Position;
use crate::disk::DiskFile;
use crate::frame::{FRAME_BYTES_MIN, Frame, FrameHead, MARK_BYTES, is_mark};
use crate::header::HEADER_BYTES;
use std::io;
use std::ops::Range;

/// What comes next in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Frame(Frame),
    /// Bytes that are no frame, with a good frame behind them, and the positions that were there.
    Bad {
        bytes: Range<u64>,
        lost: Range<Position>,
    },
    /// Bytes that are no frame, up to the end or to old frames, with no good frame behind them.
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
    positions: Range<Position>,
    next: Position,
    is_over: bool,
    /// LIMIT: bytes that may be summed up for what only looked like an old frame.
    old_tries_bytes: u64,
}

/// What stands at a place.
enum There {
    /// A good frame that may stand here, and where it ends.
    Own(Frame, u64),
    /// A whole frame of an earlier use of the file; it ends there.
    Old(u64),
    Nothing,
}

impl<'a> Scan<'a> {
    /// Starts behind the header of a file that holds no other than these positions; reads up to `limit` bytes.
    pub(crate) fn new(file: &'a mut dyn DiskFile, positions: Range<Position>, limit: u64) -> Scan<'a> {
        Scan {
            file,
            window: Vec::new(),
            window_start: 0,
            offset: HEADER_BYTES,
            limit,
            next: positions.start,
            positions,
            is_over: false,
            old_tries_bytes: limit,
        }
    }

    /// The position after the last one that was found or skipped.
    pub(crate) fn next_position(&self) -> Position {
        self.next
    }

    /// How far the good frames reach that were found so far.
    pub(crate) fn good_bytes(&self) -> u64 {
        self.offset
    }

    /// `None` at the end: of the file, or at its mark, or where a whole old frame shows that nothing was written.
    pub(crate) fn step(&mut self) -> io::Result<Option<Found>> {
        let start = self.offset;
        if self.is_over || start >= self.limit || self.is_marked()? {
            return Ok(None);
        }
        match self.there(start, self.next)? {
            There::Own(frame, end) => {
                self.offset = end;
                self.next = frame.position.plus(1);
                Ok(Some(Found::Frame(frame)))
            }
            There::Old(_) => Ok(None),
            There::Nothing => self.search().map(Some),
        }
    }

    /// Looks for a good frame behind bad bytes.
    fn search(&mut self) -> io::Result<Found> {
        let (start, expected) = (self.offset, self.next);
        let mut at = start + 1;
        let mut first_old = None;
        while at < self.limit {
            let lost_max = (at - start).div_ceil(FRAME_BYTES_MIN as u64);
            match self.there(at, expected.plus(lost_max))? {
                There::Own(frame, _) => {
                    self.offset = at;
                    self.next = frame.position;
                    return Ok(Found::Bad {
                        bytes: start..at,
                        lost: expected..frame.position,
                    });
                }
                There::Old(end) => {
                    first_old.get_or_insert(at);
                    at = end;
                }
                There::Nothing => at += 1,
            }
        }
        self.is_over = true;
        Ok(Found::Rest {
            bytes: start..first_old.unwrap_or(self.limit),
        })
    }

    fn is_marked(&mut self) -> io::Result<bool> {
        let next = self.next;
        Ok(is_mark(self.bytes_at(self.offset, MARK_BYTES)?, next))
    }

    /// A good frame here with one of the positions that are expected, up to this one, or one of an earlier use.
    fn there(&mut self, offset: u64, expected_max: Position) -> io::Result<There> {
        let Some(head) = FrameHead::read(self.bytes_at(offset, FRAME_BYTES_MIN)?) else {
            return Ok(There::Nothing);
        };
        let end = offset + head.frame_bytes() as u64;
        if end > self.limit {
            return Ok(There::Nothing);
        }
        if (self.next..=expected_max).contains(&head.position) && self.positions.contains(&head.position) {
            let frame = head.frame(self.bytes_at(offset, head.frame_bytes())?);
            return Ok(frame.map_or(There::Nothing, |frame| There::Own(frame, end)));
        }
        if head.position >= self.positions.start || self.old_tries_bytes < end - offset {
            return Ok(There::Nothing);
        }
        if head.is_whole(self.bytes_at(offset, head.frame_bytes())?) {
            return Ok(There::Old(end));
        }
        self.old_tries_bytes -= end - offset;
        Ok(There::Nothing)
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
