//! Which rows carry a term. The block does not know what a term means.
//!
//! ```text
//! piece:     term*, at most 128
//! term:      difference to the one before (the first: to the directory's) | count of rows × 2, plus 1 where the
//!            posting lies elsewhere | the posting, or its place in `postings` and its length     varints
//! postings:  posting*
//! posting:   of few rows the gaps; elsewhere a byte for the kind (0 gaps, 1 bitmap, 2 gaps under zstd), then those
//! gaps:      the first row, then the difference to the one before less 1                         varints
//! bitmap:    a bit for each row of the block, lowest first
//! ```

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::error::Damage;
use crate::texts;
use crate::varint::{self, Cursor};

/// Terms with their rows, ascending, while a block is being made.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    rows: FxHashMap<u64, Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    rows: Vec<u32>,
    /// The number of the text that the term stands for among those that are new, plus 1; else 0.
    text: u32,
}

/// Texts that a block is to keep, each with its field, in any order and some of them twice.
pub(crate) type NewTexts<'t> = Vec<(u64, &'t str)>;

/// An index as it is written.
#[derive(Debug, Default)]
pub(crate) struct EncodedTerms {
    /// Each with its first term.
    pub(crate) pieces: Vec<(u64, Vec<u8>)>,
    /// Parts that are read together.
    pub(crate) postings: Vec<Vec<u8>>,
    pub(crate) terms: Vec<u64>,
}

impl Postings {
    /// Notes that a row carries a term. INVARIANT: the rows of a term ascend, or [`Postings::renumber`] is called.
    pub(crate) fn add(&mut self, term: u64, row: u32) {
        self.rows.entry(term).or_default().push(row);
    }

    /// Notes that a row has a text, which is added to `new` unless it is there. Where two texts share a term, one of them
    /// may be added more than once.
    pub(crate) fn add_text<'t>(&mut self, (field, text): (u64, &'t str), row: u32, new: &mut NewTexts<'t>) {
        let known = self.rows.entry(texts::term_of(field, text)).or_default();
        known.push(row);
        if !texts::is_kept(text) {
            self.add(texts::unkept(field), row);
            return;
        }
        let place = known
            .text
            .checked_sub(1)
            .and_then(|number| new.get(number as usize));
        if place != Some(&(field, text)) {
            new.push((field, text));
            known.text = u32::try_from(new.len()).unwrap_or(0);
        }
    }

    /// Whether some row carries a term.
    pub(crate) fn has(&self, term: u64) -> bool {
        self.rows.contains_key(&term)
    }

    /// Gives each row its new number.
    pub(crate) fn renumber(&mut self, new: &[u32]) {
        for Rows { rows, .. } in self.rows.values_mut() {
            rows.iter_mut()
                .for_each(|row| *row = new.get(*row as usize).copied().unwrap_or(*row));
            rows.sort_unstable();
        }
    }

    pub(crate) fn encode(self, rows_of_block: u32) -> EncodedTerms {
        let rows = self
            .rows
            .into_iter()
            .map(|(term, Rows { rows, .. })| (term, rows));
        let mut terms: Vec<(u64, Vec<u32>)> = rows.collect();
        terms.iter_mut().for_each(|(_, rows)| rows.dedup());
        terms.sort_unstable_by_key(|(term, _)| *term);
        let mut encoded = EncodedTerms::default();
        let mut place = 0;
        for some in terms.chunks(PIECE_TERMS) {
            let first = some.first().map_or(0, |(term, _)| *term);
            let mut before = first;
            let mut piece = Vec::new();
            for (term, rows) in some {
                varint::put(&mut piece, term - before);
                before = *term;
                let is_elsewhere = rows.len() > INLINE_ROWS_MAX;
                varint::put(&mut piece, (rows.len() as u64) << 1 | u64::from(is_elsewhere));
                if is_elsewhere {
                    let posting = posting_of(rows, rows_of_block);
                    varint::put(&mut piece, place);
                    varint::put(&mut piece, posting.len() as u64);
                    place += posting.len() as u64;
                    encoded.push_posting(&posting);
                } else {
                    put_gaps(&mut piece, rows);
                }
            }
            encoded.pieces.push((first, piece));
        }
        encoded.terms = terms.into_iter().map(|(term, _)| term).collect();
        encoded
    }
}

impl Rows {
    fn push(&mut self, row: u32) {
        if self.rows.last() != Some(&row) {
            self.rows.push(row);
        }
    }
}

impl EncodedTerms {
    fn push_posting(&mut self, posting: &[u8]) {
        match self.postings.last_mut() {
            Some(part) if part.len() < POSTINGS_PART_BYTES => part.extend(posting),
            _ => self.postings.push(posting.to_vec()),
        }
    }
}

fn posting_of(rows: &[u32], rows_of_block: u32) -> Vec<u8> {
    let mut gaps = vec![GAPS];
    put_gaps(&mut gaps, rows);
    let bitmap_bytes = (rows_of_block as usize).div_ceil(8);
    if gaps.len() > bitmap_bytes {
        let mut bitmap = vec![0; bitmap_bytes + 1];
        if let Some((kind, bits)) = bitmap.split_first_mut() {
            *kind = BITMAP;
            for row in rows {
                if let Some(byte) = bits.get_mut(*row as usize / 8) {
                    *byte |= 1 << (row % 8);
                }
            }
        }
        return bitmap;
    }
    if gaps.len() >= ZSTD_BYTES_MIN
        && let Some(plain) = gaps.get(1..)
        && let Ok(mut packed) = zstd::bulk::compress(plain, 1)
        && packed.len() < plain.len() * 7 / 8
    {
        packed.insert(0, PACKED_GAPS);
        return packed;
    }
    gaps
}

fn put_gaps(bytes: &mut Vec<u8>, rows: &[u32]) {
    let mut next = 0;
    for row in rows {
        varint::put(bytes, u64::from(row - next));
        next = row + 1;
    }
}

/// What a piece says of a term.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Listed {
    /// Ascending.
    Here(Vec<u32>),
    Elsewhere {
        offset: u64,
        length: u64,
    },
}

/// Every term of a piece, or those that are wanted, which ascend.
pub(crate) fn read_piece(
    first: u64,
    piece: &[u8],
    wanted: Option<&[u64]>,
) -> Result<Vec<(u64, Listed)>, Damage> {
    let mut cursor = Cursor::new(piece);
    let mut term = first;
    let mut listed = Vec::new();
    while !cursor.rest().is_empty() {
        term = term.wrapping_add(cursor.number()?);
        if wanted.is_some_and(|wanted| wanted.last().is_none_or(|last| *last < term)) {
            break;
        }
        let count = cursor.number()?;
        let is_wanted = wanted.is_none_or(|wanted| wanted.binary_search(&term).is_ok());
        if count & 1 == 1 {
            let (offset, length) = (cursor.number()?, cursor.number()?);
            if is_wanted {
                listed.push((term, Listed::Elsewhere { offset, length }));
            }
        } else if is_wanted {
            listed.push((term, Listed::Here(read_gaps(&mut cursor, Some(count >> 1))?)));
        } else {
            for _ in 0..count >> 1 {
                cursor.number()?;
            }
        }
    }
    Ok(listed)
}

/// The rows of a posting that lies elsewhere.
pub(crate) fn read_posting(posting: &[u8], rows_of_block: u32) -> Result<RoaringBitmap, Damage> {
    let (kind, bytes) = posting.split_first().ok_or(Damage::Shape("a posting is empty"))?;
    match *kind {
        GAPS => bitmap(read_gaps(&mut Cursor::new(bytes), None)?),
        PACKED_GAPS => {
            // LIMIT: no posting has more gaps than there are rows, nor a gap more than five bytes.
            let most = (rows_of_block as usize).saturating_mul(5);
            let gaps = zstd::bulk::decompress(bytes, most)
                .map_err(|_| Damage::Shape("a posting cannot be unpacked"))?;
            bitmap(read_gaps(&mut Cursor::new(&gaps), None)?)
        }
        BITMAP => {
            let rows = bytes.iter().zip((0_u32..).step_by(8)).flat_map(|(byte, first)| {
                (0..8)
                    .filter(move |bit| byte >> bit & 1 == 1)
                    .map(move |bit| first + bit)
            });
            bitmap(rows)
        }
        _ => Err(Damage::Shape("a posting is of a kind that is not known")),
    }
}

/// Rows that ascend as a bitmap.
pub(crate) fn bitmap(rows: impl IntoIterator<Item = u32>) -> Result<RoaringBitmap, Damage> {
    RoaringBitmap::from_sorted_iter(rows).map_err(|_| Damage::Shape("rows do not ascend"))
}

fn read_gaps(cursor: &mut Cursor<'_>, count: Option<u64>) -> Result<Vec<u32>, Damage> {
    let mut rows = Vec::new();
    let mut next = 0_u32;
    while count.map_or(!cursor.rest().is_empty(), |count| (rows.len() as u64) < count) {
        let row = next.checked_add(cursor.number32()?);
        let row = row.ok_or(Damage::Shape("a row has more than 32 bits"))?;
        rows.push(row);
        next = row.saturating_add(1);
    }
    Ok(rows)
}

const PIECE_TERMS: usize = 128;
/// Postings of more rows lie elsewhere.
const INLINE_ROWS_MAX: usize = 15;
/// Postings are read in parts of about this size, or of one posting.
const POSTINGS_PART_BYTES: usize = 4 << 10;
const ZSTD_BYTES_MIN: usize = 256;
const GAPS: u8 = 0;
const BITMAP: u8 = 1;
const PACKED_GAPS: u8 = 2;
