//! A binary fuse filter (Graefe and Lemire 2022): which of many keys may be there, in about 2.3 bytes a key; one
//! in 65,536 absent keys is taken for present.
//!
//! ```text
//! filter: seed u64 | segment length u32 | segment count u32 | fingerprint u16*          little-endian
//! ```

use crate::error::Damage;
use crate::varint::Cursor;

/// A set of keys that may err, but never about a key that is in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fuse {
    seed: u64,
    segment_length: u32,
    /// Segments that a key's first place may lie in; there are two more behind them.
    segments: u32,
    fingerprints: Vec<u16>,
}

impl Fuse {
    /// The filter of these keys; each comes once.
    pub(crate) fn of(keys: &[u64]) -> Fuse {
        let mut seed = 0;
        loop {
            seed += 1;
            // With each seed nine of ten sets come out, so more than a few turns do not happen.
            if let Some(fuse) = Fuse::with_seed(keys, mix(seed)) {
                return fuse;
            }
        }
    }

    fn with_seed(keys: &[u64], seed: u64) -> Option<Fuse> {
        let (segment_length, segments) = shape(keys.len());
        let places = (segments as usize + 2) * segment_length as usize;
        let mut fuse = Fuse {
            seed,
            segment_length,
            segments,
            fingerprints: vec![0; places],
        };
        // For each place, how many keys lie there and the exclusive or of their hashes.
        let mut counts = vec![0_u32; places];
        let mut hashes = vec![0_u64; places];
        for key in keys {
            let hash = mix(key ^ seed);
            for place in fuse.places(hash) {
                *counts.get_mut(place)? += 1;
                *hashes.get_mut(place)? ^= hash;
            }
        }
        let mut alone: Vec<usize> = (0..places)
            .filter(|place| counts.get(*place) == Some(&1))
            .collect();
        let mut order = Vec::with_capacity(keys.len());
        while let Some(place) = alone.pop() {
            if counts.get(place) != Some(&1) {
                continue;
            }
            let hash = *hashes.get(place)?;
            order.push((hash, place));
            for other in fuse.places(hash) {
                let count = counts.get_mut(other)?;
                *count -= 1;
                *hashes.get_mut(other)? ^= hash;
                if *count == 1 {
                    alone.push(other);
                }
            }
        }
        if order.len() != keys.len() {
            return None;
        }
        for (hash, place) in order.into_iter().rev() {
            let wanted = fuse.sum(hash) ^ fingerprint(hash);
            *fuse.fingerprints.get_mut(place)? ^= wanted;
        }
        Some(fuse)
    }

    /// Whether the key may be there; a `true` may be wrong, a `false` never is.
    pub(crate) fn may_hold(&self, key: u64) -> bool {
        let hash = mix(key ^ self.seed);
        self.sum(hash) == fingerprint(hash)
    }

    fn sum(&self, hash: u64) -> u16 {
        let at = |place: usize| self.fingerprints.get(place).copied().unwrap_or_default();
        let [first, second, third] = self.places(hash);
        at(first) ^ at(second) ^ at(third)
    }

    fn places(&self, hash: u64) -> [usize; 3] {
        let length = u64::from(self.segment_length);
        let range = u128::from(length * u64::from(self.segments));
        let first = ((u128::from(hash) * range) >> 64) as u64;
        let mask = length - 1;
        let second = (first + length) ^ ((hash >> 18) & mask);
        let third = (first + 2 * length) ^ (hash & mask);
        [first, second, third].map(|place| place as usize)
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.fingerprints.len() * 2
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16 + 2 * self.fingerprints.len());
        bytes.extend(self.seed.to_le_bytes());
        bytes.extend(self.segment_length.to_le_bytes());
        bytes.extend(self.segments.to_le_bytes());
        for fingerprint in &self.fingerprints {
            bytes.extend(fingerprint.to_le_bytes());
        }
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Fuse, Damage> {
        let malformed = Damage::Shape("a filter's length is wrong");
        let mut cursor = Cursor::new(bytes);
        let seed = u64::from_le_bytes(cursor.array()?);
        let segment_length = u32::from_le_bytes(cursor.array()?);
        let segments = u32::from_le_bytes(cursor.array()?);
        let (pairs, rest) = cursor.rest().as_chunks::<2>();
        let places = (u64::from(segments) + 2).checked_mul(u64::from(segment_length));
        if !segment_length.is_power_of_two() || places != Some(pairs.len() as u64) || !rest.is_empty() {
            return Err(malformed);
        }
        Ok(Fuse {
            seed,
            segment_length,
            segments,
            fingerprints: pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect(),
        })
    }
}

/// Length of a segment and count of segments for so many keys, as the paper recommends.
fn shape(keys: usize) -> (u32, u32) {
    let count = keys.max(2) as f64;
    let exponent = (count.ln() / 3.33_f64.ln() + 2.25).floor().min(18.0);
    let length = 1_u32 << (exponent as u32);
    let factor = (0.875 + 0.25 * 1_000_000_f64.ln() / count.ln()).max(1.125);
    let places = (count * factor).round() as u64;
    let segments = places.div_ceil(u64::from(length)).saturating_sub(2).max(1);
    (length, u32::try_from(segments).unwrap_or(u32::MAX))
}

fn fingerprint(hash: u64) -> u16 {
    ((hash ^ (hash >> 32)) & 0xFFFF) as u16
}

/// Spreads a number's bits (the finisher of MurmurHash3); part of the format.
pub(crate) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    let number = (number ^ (number >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    number ^ (number >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_few_others_are() {
        for count in [0, 1, 2, 3, 10, 100, 1_000, 40_000] {
            let keys: Vec<u64> = (0..count).map(|key| key * 7).collect();
            let fuse = Fuse::of(&keys);
            assert!(keys.iter().all(|key| fuse.may_hold(*key)), "{count}");
            let wrong = (0..100_000).filter(|key| fuse.may_hold(key * 7 + 1)).count();
            assert!(wrong < 20, "{wrong} of {count}");
            let bytes = fuse.to_bytes();
            assert_eq!(Fuse::from_bytes(&bytes).unwrap(), fuse);
            assert!(Fuse::from_bytes(&bytes[1..]).is_err());
        }
        let (length, segments) = shape(40_000);
        let bytes = f64::from(length * (segments + 2) * 2) / 40_000.0;
        assert!(bytes < 2.7, "{bytes} bytes a key");
    }
}
