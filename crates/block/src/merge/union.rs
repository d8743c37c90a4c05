//! The texts of several blocks made into those of one: they ascend in each, so that one piece of each is unpacked at a time.

use parquet::errors::ParquetError;

use super::Merging;
use crate::error::Damage;
use crate::text_pieces::{TextSource, TextWriter};
use crate::texts;

/// Why a block could not be made of what was read.
pub(super) enum Unfinished {
    Encode(ParquetError),
    /// The texts of the input of this number are damaged.
    Texts(usize, Damage),
}

impl From<ParquetError> for Unfinished {
    fn from(error: ParquetError) -> Unfinished {
        Unfinished::Encode(error)
    }
}

impl From<std::io::Error> for Unfinished {
    fn from(error: std::io::Error) -> Unfinished {
        Unfinished::Encode(error.into())
    }
}

impl Merging {
    /// The texts of all inputs, less those that no row has any more. INVARIANT: no term is added after it.
    pub(super) fn union_of_texts(&mut self) -> Result<Vec<(u64, Vec<u8>)>, Unfinished> {
        let mut sources = Vec::new();
        for (input, pieces) in std::mem::take(&mut self.texts) {
            let source = TextSource::begin(pieces).map_err(|damage| Unfinished::Texts(input, damage))?;
            sources.push((input, source));
        }
        let mut writer = TextWriter::new()?;
        loop {
            let standing = sources.iter_mut().filter(|(_, source)| source.at().is_some());
            let least = standing.min_by(|(_, one), (_, other)| one.order().cmp(&other.order()));
            let Some((input, source)) = least else {
                return Ok(writer.finish()?);
            };
            let damaged = |damage| Unfinished::Texts(*input, damage);
            if let Some(at) = source.at() {
                let text = at.text().map_err(damaged)?;
                if self.terms.has(texts::term_of(at.field(), text)) {
                    writer.add(at.field(), text)?;
                }
            }
            source.advance().map_err(damaged)?;
        }
    }
}
