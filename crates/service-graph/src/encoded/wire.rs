//! Numbers and texts as they lie in encoded roll-ups.

use integer_encoding::{VarInt, VarIntWriter};

/// Encoded roll-ups that nobody could have written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A checksum disagrees.
    #[error("a checksum disagrees")]
    Checksum,
    /// It ends too early, or a number makes no sense.
    #[error("it cannot be understood")]
    Shape,
    /// A newer program wrote it.
    #[error("it has version {0}, which is not known here")]
    Newer(u32),
}

/// Bytes that are being written.
#[derive(Default)]
pub(super) struct Out(pub(super) Vec<u8>);

impl Out {
    pub(super) fn number(&mut self, number: impl VarInt) {
        self.0
            .write_varint(number)
            .expect("writing to memory does not fail");
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    pub(super) fn wide(&mut self, number: i128) {
        self.number((number >> 64) as i64);
        self.number(number as u64);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(super) fn optional(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        text.into_iter().for_each(|text| self.text(text));
    }
}

/// Bytes that are being read.
pub(super) struct In<'b>(pub(super) &'b [u8]);

impl<'b> In<'b> {
    pub(super) fn number<N: VarInt>(&mut self) -> Result<N, Malformed> {
        let (number, length) = N::decode_var(self.0).ok_or(Malformed::Shape)?;
        self.bytes(length)?;
        Ok(number)
    }

    /// How many of something follow; each takes a byte at least.
    pub(super) fn count(&mut self) -> Result<usize, Malformed> {
        let count = usize::try_from(self.number::<u64>()?).map_err(|_| Malformed::Shape)?;
        (count <= self.0.len()).then_some(count).ok_or(Malformed::Shape)
    }

    pub(super) fn wide(&mut self) -> Result<i128, Malformed> {
        let (high, low) = (self.number::<i64>()?, self.number::<u64>()?);
        Ok(i128::from(high) << 64 | i128::from(low))
    }

    pub(super) fn text(&mut self) -> Result<&'b str, Malformed> {
        let length = self.count()?;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| Malformed::Shape)
    }

    pub(super) fn optional(&mut self) -> Result<Option<&'b str>, Malformed> {
        match self.bytes(1)? {
            [0] => Ok(None),
            [1] => self.text().map(Some),
            _ => Err(Malformed::Shape),
        }
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<&'b [u8], Malformed> {
        let (bytes, rest) = self.0.split_at_checked(count).ok_or(Malformed::Shape)?;
        self.0 = rest;
        Ok(bytes)
    }
}
