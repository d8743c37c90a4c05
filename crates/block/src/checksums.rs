//! Checksums of a block's parts (the format is described in `schema.rs`).

use std::collections::BTreeSet;
use std::ops::Range;

use crate::error::Damage;

/// The checksum of each part of an object, from its beginning on.
#[derive(Debug)]
pub(crate) struct Checksums {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    end: u64,
    crc32c: u32,
}

impl Checksums {
    /// The checksums of `bytes` cut at these offsets; those outside do not count.
    pub(crate) fn of(bytes: &[u8], cuts: &BTreeSet<usize>) -> Checksums {
        let mut parts = Vec::with_capacity(cuts.len() + 1);
        let mut rest = bytes;
        for cut in cuts.iter().copied().chain([bytes.len()]) {
            let begun = bytes.len() - rest.len();
            let Some((part, after)) = rest.split_at_checked(cut.saturating_sub(begun)) else {
                continue;
            };
            if !part.is_empty() {
                parts.push(Part {
                    end: (begun + part.len()) as u64,
                    crc32c: crc32c::crc32c(part),
                });
            }
            rest = after;
        }
        Checksums { parts }
    }

    /// What is written between the parts and the `footer`.
    pub(crate) fn to_bytes(&self, footer: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.parts.len() * PAIR_BYTES + TRAILER_BYTES);
        let mut begun = 0;
        for part in &self.parts {
            bytes.extend(as_u32(part.end - begun).to_le_bytes());
            bytes.extend(part.crc32c.to_le_bytes());
            begun = part.end;
        }
        bytes.extend(crc32c::crc32c(footer).to_le_bytes());
        bytes.extend(as_u32(self.parts.len() as u64).to_le_bytes());
        bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// How many bytes there are before the footer, from the last ones of them.
    pub(crate) fn length(trailer: [u8; TRAILER_BYTES]) -> u64 {
        let [_, _, _, _, c0, c1, c2, c3, ..] = trailer;
        u64::from(u32::from_le_bytes([c0, c1, c2, c3])) * PAIR_BYTES as u64 + TRAILER_BYTES as u64
    }

    /// Reads back what [`Checksums::to_bytes`] wrote before this footer; both lie at the end of an object, the bytes
    /// from `offset` on.
    pub(crate) fn read(bytes: &[u8], footer: &[u8], offset: u64) -> Result<Checksums, Damage> {
        let wrong = |offset| Damage::Checksum { offset };
        let (checked, own) = bytes.split_last_chunk::<4>().ok_or_else(|| wrong(offset))?;
        if crc32c::crc32c(checked) != u32::from_le_bytes(*own) {
            return Err(wrong(offset));
        }
        let (checked, _count) = checked.split_last_chunk::<4>().ok_or_else(|| wrong(offset))?;
        let (pairs, of_footer) = checked.split_last_chunk::<4>().ok_or_else(|| wrong(offset))?;
        if crc32c::crc32c(footer) != u32::from_le_bytes(*of_footer) {
            return Err(wrong(offset + bytes.len() as u64));
        }
        let checksums = Checksums {
            parts: parts_of(pairs),
        };
        let described = checksums.parts.last().map_or(0, |part| part.end);
        if described == offset {
            Ok(checksums)
        } else {
            Err(wrong(offset))
        }
    }

    pub(crate) fn size_in_memory(&self) -> usize {
        self.parts.len() * size_of::<Part>()
    }

    /// Every part, with the rows of them that are read at once: at most so many bytes, or one part.
    pub(crate) fn runs(&self, bytes_max: u64) -> Vec<Range<u64>> {
        let mut runs: Vec<Range<u64>> = Vec::new();
        for part in &self.parts {
            let begin = runs.last().map_or(0, |run| run.end);
            match runs.last_mut() {
                Some(run) if part.end - run.start <= bytes_max => run.end = part.end,
                Some(_) | None => runs.push(begin..part.end),
            }
        }
        runs
    }

    /// The parts of these bytes, the first of which begins at `start`, that are not as they were written.
    pub(crate) fn bad_parts(&self, start: u64, bytes: &[u8]) -> Vec<Range<u64>> {
        let mut bad = Vec::new();
        let mut rest = bytes;
        let mut offset = start;
        let first = self.parts.partition_point(|part| part.end <= start);
        for part in self.parts.iter().skip(first) {
            let length = usize::try_from(part.end - offset).unwrap_or(usize::MAX);
            let Some((own, after)) = rest.split_at_checked(length) else {
                break;
            };
            if crc32c::crc32c(own) != part.crc32c {
                bad.push(offset..part.end);
            }
            rest = after;
            offset = part.end;
        }
        bad
    }

    /// The last part.
    pub(crate) fn last(&self) -> Option<Range<u64>> {
        let (last, before) = self.parts.split_last()?;
        Some(before.last().map_or(0, |part| part.end)..last.end)
    }

    /// The smallest row of parts that holds this range; `None` where it goes beyond the last part.
    pub(crate) fn widen(&self, range: &Range<u64>) -> Option<Range<u64>> {
        let first = self.parts.partition_point(|part| part.end <= range.start);
        let start = first
            .checked_sub(1)
            .and_then(|before| self.parts.get(before))
            .map_or(0, |part| part.end);
        let last = self.parts.partition_point(|part| part.end < range.end);
        self.parts.get(last).map(|part| start..part.end)
    }

    /// Compares whole parts, the first of which begins at `start`, with their checksums.
    pub(crate) fn verify(&self, start: u64, bytes: &[u8]) -> Result<(), Damage> {
        let mut rest = bytes;
        let mut offset = start;
        let first = self.parts.partition_point(|part| part.end <= start);
        for part in self.parts.iter().skip(first) {
            if rest.is_empty() {
                break;
            }
            let length = usize::try_from(part.end - offset).unwrap_or(usize::MAX);
            let (own, after) = rest.split_at_checked(length).ok_or(Damage::Checksum { offset })?;
            if crc32c::crc32c(own) != part.crc32c {
                return Err(Damage::Checksum { offset });
            }
            rest = after;
            offset = part.end;
        }
        Ok(())
    }
}

fn parts_of(pairs: &[u8]) -> Vec<Part> {
    let mut end = 0;
    let (pairs, _) = pairs.as_chunks::<PAIR_BYTES>();
    let parts = pairs.iter().map(|[l0, l1, l2, l3, c0, c1, c2, c3]| {
        end += u64::from(u32::from_le_bytes([*l0, *l1, *l2, *l3]));
        Part {
            end,
            crc32c: u32::from_le_bytes([*c0, *c1, *c2, *c3]),
        }
    });
    parts.collect()
}

fn as_u32(length: u64) -> u32 {
    u32::try_from(length).expect("a page and the number of pages fit in 32 bits")
}

const PAIR_BYTES: usize = 8;
/// Bytes after the pairs.
pub(crate) const TRAILER_BYTES: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> (Vec<u8>, Checksums) {
        let bytes: Vec<u8> = (0..100).collect();
        let checksums = Checksums::of(&bytes, &BTreeSet::from([0, 10, 40, 100, 200]));
        (bytes, checksums)
    }

    #[test]
    fn a_range_is_widened_to_whole_parts() {
        let (_, checksums) = sample();
        let cases = [
            (0..10, 0..10),
            (3..4, 0..10),
            (9..11, 0..40),
            (10..40, 10..40),
            (41..100, 40..100),
        ];
        for (range, expected) in cases {
            assert_eq!(checksums.widen(&range), Some(expected), "{range:?}");
        }
        assert_eq!(checksums.widen(&(90..101)), None);
    }

    #[test]
    fn every_flipped_bit_of_a_part_is_noticed() {
        let (bytes, checksums) = sample();
        assert!(checksums.verify(10, &bytes[10..]).is_ok());
        for at in 10..40 {
            let mut flipped = bytes.clone();
            flipped[at] ^= 4;
            let found = checksums.verify(0, &flipped);
            assert!(matches!(found, Err(Damage::Checksum { offset: 10 })), "{at}");
        }
        assert!(checksums.verify(10, &bytes[10..50]).is_err(), "half a part");
    }

    #[test]
    fn every_part_is_read_once_and_bad_ones_are_found() {
        let (mut bytes, checksums) = sample();
        assert_eq!(checksums.runs(40), [0..40, 40..100]);
        assert_eq!(checksums.runs(1), [0..10, 10..40, 40..100]);
        assert_eq!(checksums.runs(1_000).last(), Some(&(0..100)));
        bytes[3] ^= 1;
        bytes[99] ^= 1;
        assert_eq!(checksums.bad_parts(0, &bytes), [0..10, 40..100]);
        assert_eq!(checksums.bad_parts(10, &bytes[10..40]), []);
    }

    #[test]
    fn checksums_are_read_back_and_guard_themselves_and_the_footer() {
        let (bytes, checksums) = sample();
        let written = checksums.to_bytes(b"footer");
        assert_eq!(
            Checksums::length(*written.last_chunk().unwrap()),
            written.len() as u64
        );
        let read = Checksums::read(&written, b"footer", 100).expect("what was written");
        assert!(read.verify(0, &bytes).is_ok());
        assert!(Checksums::read(&written, b"fooler", 100).is_err());
        assert!(Checksums::read(&written, b"footer", 101).is_err());
        for at in 0..written.len() {
            let mut flipped = written.clone();
            flipped[at] ^= 1;
            assert!(Checksums::read(&flipped, b"footer", 100).is_err(), "{at}");
            assert!(
                Checksums::read(&written[at + 1..], b"footer", 100).is_err(),
                "{at}"
            );
        }
    }
}
