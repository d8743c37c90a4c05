//! A block's object: ranges of bytes, each verified before anyone looks at it.

use std::error::Error;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::checksums::{Checksums, TRAILER_BYTES};
use crate::error::{BlockError, Damage};
use crate::footer;

/// Where a block's bytes are read.
#[derive(Debug)]
pub(crate) struct Object {
    place: Place,
    checksums: Checksums,
    footer_start: u64,
    footer_crc32c: u32,
}

#[derive(Debug)]
struct Place {
    objects: Arc<dyn ObjectStore>,
    path: Path,
    size_bytes: u64,
}

/// The last bytes of an object, as they were written.
pub(crate) struct Footer {
    pub(crate) bytes: Bytes,
    /// Where they begin.
    pub(crate) start: u64,
}

impl Object {
    /// Reads the tail of an object of this size.
    pub(crate) async fn open(
        objects: Arc<dyn ObjectStore>,
        path: Path,
        size_bytes: u64,
    ) -> Result<(Object, Footer), BlockError> {
        let place = Place {
            objects,
            path,
            size_bytes,
        };
        if size_bytes == 0 {
            return Err(place.damaged(Damage::Shape("the object is empty")));
        }
        let mut wanted = TAIL_BYTES.min(size_bytes);
        loop {
            let start = size_bytes - wanted;
            let read = place.read(std::slice::from_ref(&(start..size_bytes))).await?;
            let bytes = read.into_iter().next().unwrap_or_default();
            match tail_in(&bytes, size_bytes).map_err(|damage| place.damaged(damage))? {
                Found::Whole(checksums, footer) => {
                    let footer_crc32c = crc32c::crc32c(&footer.bytes);
                    return Ok((
                        Object {
                            place,
                            checksums,
                            footer_start: footer.start,
                            footer_crc32c,
                        },
                        footer,
                    ));
                }
                Found::Needs(more) if more > wanted => wanted = more,
                Found::Needs(_) => return Err(place.damaged(Damage::Shape("the footer's length is wrong"))),
            }
        }
    }

    /// The footer once more: it takes too much memory to be kept for every block.
    pub(crate) async fn footer(&self) -> Result<Footer, BlockError> {
        let start = self.footer_start;
        let read = self
            .place
            .read(std::slice::from_ref(&(start..self.place.size_bytes)))
            .await?;
        let bytes = read.into_iter().next().unwrap_or_default();
        if crc32c::crc32c(&bytes) == self.footer_crc32c {
            Ok(Footer { bytes, start })
        } else {
            Err(self.damaged(Damage::Checksum { offset: start }))
        }
    }

    /// The bytes of some ranges, as they were written.
    pub(crate) async fn fetch(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, BlockError> {
        let wide = ranges
            .iter()
            .map(|range| self.checksums.widen(range))
            .collect::<Option<Vec<_>>>();
        let wide = wide.ok_or_else(|| self.damaged(Damage::Shape("a column lies outside the object")))?;
        let read = self.place.read(&wide).await?;
        let mut fetched = Vec::with_capacity(ranges.len());
        for ((range, wide), bytes) in ranges.iter().zip(&wide).zip(read) {
            self.checksums
                .verify(wide.start, &bytes)
                .map_err(|damage| self.damaged(damage))?;
            fetched.push(part_of(&bytes, wide.start, range));
        }
        Ok(fetched)
    }

    /// Reads every part; the places of those that are not as they were written.
    pub(crate) async fn bad_parts(&self) -> Result<Vec<Range<u64>>, BlockError> {
        let mut bad = Vec::new();
        for run in self.checksums.runs(READ_AT_ONCE_BYTES) {
            let read = self.place.read(std::slice::from_ref(&run)).await?;
            let bytes = read.into_iter().next().unwrap_or_default();
            bad.extend(self.checksums.bad_parts(run.start, &bytes));
        }
        Ok(bad)
    }

    /// The last bytes before the checksums that are verified alone.
    pub(crate) async fn last_part(&self) -> Result<Bytes, BlockError> {
        let missing = || self.damaged(Damage::Shape("the directory is missing"));
        let range = self.checksums.last().ok_or_else(missing)?;
        let read = self.fetch(std::slice::from_ref(&range)).await?;
        read.into_iter().next().ok_or_else(missing)
    }

    /// How many bytes of memory its checksums take.
    pub(crate) fn size_in_memory(&self) -> usize {
        self.checksums.size_in_memory()
    }

    /// Its size.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.place.size_bytes
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.place.path
    }

    /// The error of a block with this damage.
    pub(crate) fn damaged(&self, damage: Damage) -> BlockError {
        self.place.damaged(damage)
    }
}

impl Place {
    async fn read(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, BlockError> {
        let read = match self.objects.get_ranges(&self.path, ranges).await {
            Ok(read) => read,
            Err(error) => return Err(self.explain(error).await),
        };
        let is_whole = |(range, bytes): (&Range<u64>, &Bytes)| range.end - range.start == bytes.len() as u64;
        if read.len() == ranges.len() && ranges.iter().zip(&read).all(is_whole) {
            Ok(read)
        } else {
            Err(self.damaged(Damage::Shape("the storage gave fewer bytes than there should be")))
        }
    }

    /// Tells an object that is gone, changed or unreadable for good from a storage that gives no answer now.
    async fn explain(&self, error: object_store::Error) -> BlockError {
        match self.objects.head(&self.path).await {
            Err(object_store::Error::NotFound { .. }) => self.damaged(Damage::Missing),
            Ok(meta) if meta.size != self.size_bytes => self.damaged(Damage::Size {
                expected: self.size_bytes,
                found: meta.size,
            }),
            Ok(_) if is_of_the_medium(&error) => self.damaged(Damage::Medium(error)),
            Ok(_) | Err(_) => BlockError::Storage {
                path: self.path.to_string(),
                source: error,
            },
        }
    }

    fn damaged(&self, source: Damage) -> BlockError {
        BlockError::Damaged {
            path: self.path.to_string(),
            source,
        }
    }
}

enum Found {
    Whole(Checksums, Footer),
    /// So many of the last bytes.
    Needs(u64),
}

/// Finds checksums and footer in the last bytes of an object. INVARIANT: needs at most the object's size.
fn tail_in(bytes: &Bytes, size_bytes: u64) -> Result<Found, Damage> {
    let malformed = || Damage::Shape("the object is too short for its footer");
    let ending = bytes.last_chunk().ok_or_else(malformed)?;
    let after_checksums = footer::length(*ending);
    let with_trailer = after_checksums + TRAILER_BYTES as u64;
    if with_trailer > size_bytes.min(TAIL_BYTES_MAX) {
        return Err(malformed());
    }
    let Some((before, footer)) = split_end(bytes, after_checksums) else {
        return Ok(Found::Needs(with_trailer));
    };
    let Some(trailer) = before.last_chunk() else {
        return Ok(Found::Needs(with_trailer));
    };
    let length = Checksums::length(*trailer);
    if after_checksums + length > size_bytes.min(TAIL_BYTES_MAX) {
        return Err(malformed());
    }
    let Some((_, checksums)) = split_end(&before, length) else {
        return Ok(Found::Needs(after_checksums + length));
    };
    let start = size_bytes - after_checksums;
    let checksums = Checksums::read(&checksums, &footer, start - length)?;
    Ok(Found::Whole(checksums, Footer { bytes: footer, start }))
}

fn split_end(bytes: &Bytes, length: u64) -> Option<(Bytes, Bytes)> {
    let at = bytes.len().checked_sub(usize::try_from(length).ok()?)?;
    Some((bytes.slice(..at), bytes.slice(at..)))
}

/// The bytes of `range` out of bytes that begin at `start`, and hold it.
fn part_of(bytes: &Bytes, start: u64, range: &Range<u64>) -> Bytes {
    let place = |offset: u64| {
        usize::try_from(offset - start)
            .unwrap_or(usize::MAX)
            .min(bytes.len())
    };
    bytes.slice(place(range.start)..place(range.end))
}

/// Whether a device said that it cannot read.
fn is_of_the_medium(error: &object_store::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::raw_os_error)
            == Some(EIO)
        {
            return true;
        }
        cause = error.source();
    }
    false
}

/// How much of an object's end is read at first; enough for the tail of a block of some thousand traces.
const TAIL_BYTES: u64 = 32 << 10;
/// How much whoever reads everything has in memory.
const READ_AT_ONCE_BYTES: u64 = 4 << 20;
// LIMIT: a longer tail is taken for damage, lest a flipped length ask for all memory.
const TAIL_BYTES_MAX: u64 = 256 << 20;
/// "Input/output error", the same number on every Unix.
const EIO: i32 = 5;
