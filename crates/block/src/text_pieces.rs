//! Texts in pieces that are read and unpacked one at a time.
//!
//! ```text
//! piece:    length of the rest unpacked, varint | under zstd: runs length | runs | shared length | shared
//!           | lengths length | lengths | rests                                      lengths are varints
//! runs:     (field less the one before, count of its texts)*                        varints
//! shared:   how many bytes each text has in common with the one before it           varints
//! lengths:  how many bytes follow those                                             varints
//! rests:    bytes
//! ```
//! Texts ascend by (field, bytes), and each comes once; the first of a piece has nothing in common with any.

use std::io;
use std::ops::Range;

use crate::error::Damage;
use crate::texts::{TextTest, term_of};
use crate::varint::{self, Cursor};

/// Makes pieces of texts that come in their order; one that comes twice in a row is kept once.
pub(crate) struct TextWriter {
    compressor: zstd::bulk::Compressor<'static>,
    pieces: Vec<(u64, Vec<u8>)>,
    draft: Draft,
    field: u64,
    text: Vec<u8>,
}

#[derive(Default)]
struct Draft {
    first_field: u64,
    runs: Vec<(u64, u64)>,
    shared: Vec<u8>,
    lengths: Vec<u8>,
    rests: Vec<u8>,
}

impl TextWriter {
    pub(crate) fn new() -> io::Result<TextWriter> {
        let mut compressor = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
        compressor.include_checksum(false)?;
        Ok(TextWriter {
            compressor,
            pieces: Vec::new(),
            draft: Draft::default(),
            field: 0,
            text: Vec::new(),
        })
    }

    pub(crate) fn add(&mut self, field: u64, text: &str) -> io::Result<()> {
        let is_first = self.draft.runs.is_empty();
        if !is_first && self.field == field && self.text == text.as_bytes() {
            return Ok(());
        }
        let shared = if is_first {
            0
        } else {
            shared(&self.text, text.as_bytes())
        };
        let rest = text.as_bytes().get(shared..).unwrap_or_default();
        match self.draft.runs.last_mut() {
            Some((known, count)) if *known == field => *count += 1,
            _ => self.draft.runs.push((field, 1)),
        }
        if is_first {
            self.draft.first_field = field;
        }
        varint::put(&mut self.draft.shared, shared as u64);
        varint::put(&mut self.draft.lengths, rest.len() as u64);
        self.draft.rests.extend(rest);
        self.field = field;
        self.text.truncate(shared);
        self.text.extend(rest);
        if self.draft.shared.len() + self.draft.lengths.len() + self.draft.rests.len() >= PIECE_BYTES {
            self.end_piece()?;
        }
        Ok(())
    }

    /// The pieces, each with the field of its first text.
    pub(crate) fn finish(mut self) -> io::Result<Vec<(u64, Vec<u8>)>> {
        if !self.draft.runs.is_empty() {
            self.end_piece()?;
        }
        Ok(self.pieces)
    }

    fn end_piece(&mut self) -> io::Result<()> {
        let draft = std::mem::take(&mut self.draft);
        let mut runs = Vec::new();
        let mut before = 0;
        for (field, count) in draft.runs {
            varint::put(&mut runs, field - before);
            varint::put(&mut runs, count);
            before = field;
        }
        let mut plain = Vec::with_capacity(PIECE_BYTES + runs.len() + 16);
        for stream in [&runs, &draft.shared, &draft.lengths] {
            varint::put(&mut plain, stream.len() as u64);
            plain.extend(stream);
        }
        plain.extend(&draft.rests);
        let mut piece = Vec::new();
        varint::put(&mut piece, plain.len() as u64);
        piece.extend(self.compressor.compress(&plain)?);
        self.pieces.push((draft.first_field, piece));
        Ok(())
    }
}

fn shared(one: &[u8], other: &[u8]) -> usize {
    one.iter()
        .zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

/// The texts of a piece, one at a time.
#[derive(Debug)]
pub(crate) struct PieceTexts {
    plain: Vec<u8>,
    runs: Range<usize>,
    shared: Range<usize>,
    lengths: Range<usize>,
    rests: Range<usize>,
    field: u64,
    /// How many more of this field follow.
    left: u64,
    text: Vec<u8>,
}

impl PieceTexts {
    pub(crate) fn open(piece: &[u8]) -> Result<PieceTexts, Damage> {
        let mut cursor = Cursor::new(piece);
        let length = cursor.length()?;
        if length > PIECE_BYTES_MAX {
            return Err(Damage::Shape("a piece of texts is larger than any"));
        }
        let plain = zstd::bulk::decompress(cursor.rest(), length);
        let plain = plain.ok().filter(|plain| plain.len() == length);
        let plain = plain.ok_or(Damage::Shape("a piece of texts cannot be unpacked"))?;
        let mut cursor = Cursor::new(&plain);
        let mut stream = || -> Result<Range<usize>, Damage> {
            let length = cursor.length()?;
            let start = plain.len() - cursor.rest().len();
            cursor.take(length)?;
            Ok(start..start + length)
        };
        let (runs, shared, lengths) = (stream()?, stream()?, stream()?);
        Ok(PieceTexts {
            rests: lengths.end..plain.len(),
            runs,
            shared,
            lengths,
            plain,
            field: 0,
            left: 0,
            text: Vec::new(),
        })
    }

    /// Goes to the next text; `false` at the end.
    pub(crate) fn advance(&mut self) -> Result<bool, Damage> {
        while self.left == 0 {
            if self.runs.is_empty() {
                return Ok(false);
            }
            let field = number(&self.plain, &mut self.runs)?;
            self.field = self.field.checked_add(field).ok_or(WRONG)?;
            self.left = number(&self.plain, &mut self.runs)?;
        }
        self.left -= 1;
        let shared = number(&self.plain, &mut self.shared)?;
        let length = number(&self.plain, &mut self.lengths)?;
        let shared = usize::try_from(shared)
            .ok()
            .filter(|shared| *shared <= self.text.len());
        self.text.truncate(shared.ok_or(WRONG)?);
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| self.rests.start.checked_add(length));
        let end = end.filter(|end| *end <= self.rests.end).ok_or(WRONG)?;
        self.text
            .extend(self.plain.get(self.rests.start..end).ok_or(WRONG)?);
        self.rests.start = end;
        Ok(true)
    }

    /// The field of the text that it stands at.
    pub(crate) fn field(&self) -> u64 {
        self.field
    }

    /// The text that it stands at.
    pub(crate) fn text(&self) -> Result<&str, Damage> {
        str::from_utf8(&self.text).map_err(|_| Damage::Shape("a text is no text"))
    }

    /// What it stands at, as texts are ordered.
    fn order(&self) -> (u64, &[u8]) {
        (self.field, &self.text)
    }
}

fn number(plain: &[u8], stream: &mut Range<usize>) -> Result<u64, Damage> {
    let mut cursor = Cursor::new(plain.get(stream.clone()).unwrap_or_default());
    let number = cursor.number()?;
    stream.start = stream.end - cursor.rest().len();
    Ok(number)
}

/// The terms of a piece's texts that pass one of the tests: for each of these, all of them.
pub(crate) fn passing(piece: &[u8], tests: &[TextTest], found: &mut [Vec<u64>]) -> Result<(), Damage> {
    let mut texts = PieceTexts::open(piece)?;
    let Some(field) = tests.first().map(|test| test.field) else {
        return Ok(());
    };
    while texts.advance()? && texts.field() <= field {
        if texts.field() == field {
            let text = texts.text()?;
            for (test, found) in tests.iter().zip(&mut *found) {
                if test.passes(text) {
                    found.push(term_of(field, text));
                }
            }
        }
    }
    Ok(())
}

/// The texts of a block, or of rows, one at a time: of pieces that are kept packed, one is unpacked.
#[derive(Debug)]
pub(crate) struct TextSource<B> {
    pieces: std::vec::IntoIter<B>,
    open: Option<PieceTexts>,
}

impl<B: AsRef<[u8]>> TextSource<B> {
    /// At the first text, if there is one.
    pub(crate) fn begin(pieces: Vec<B>) -> Result<TextSource<B>, Damage> {
        let mut source = TextSource {
            pieces: pieces.into_iter(),
            open: None,
        };
        source.advance()?;
        Ok(source)
    }

    pub(crate) fn advance(&mut self) -> Result<(), Damage> {
        loop {
            if let Some(open) = &mut self.open
                && open.advance()?
            {
                return Ok(());
            }
            self.open = match self.pieces.next() {
                Some(piece) => Some(PieceTexts::open(piece.as_ref())?),
                None => None,
            };
            if self.open.is_none() {
                return Ok(());
            }
        }
    }

    /// The order of the text where it stands.
    pub(crate) fn order(&self) -> Option<(u64, &[u8])> {
        self.at().map(PieceTexts::order)
    }

    /// Where it stands; `None` at the end.
    pub(crate) fn at(&self) -> Option<&PieceTexts> {
        self.open.as_ref()
    }
}

/// A piece is full when it has so many bytes, runs apart.
const PIECE_BYTES: usize = 32 << 10;
// LIMIT: no piece has more: a full one with a text and a run of the greatest lengths for each of its texts.
const PIECE_BYTES_MAX: usize = 1 << 20;
const ZSTD_LEVEL: i32 = 1;
const WRONG: Damage = Damage::Shape("texts contradict themselves");
