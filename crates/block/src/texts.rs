//! The texts that rows can be searched by, and how a block keeps them. What a field is the block does not know.
//!
//! A text stands for a term, which is XXH3-64 of it with its field as the seed: so the rows of a text are those of its
//! term, and nothing but the text itself needs to be kept, once for all rows that have it.
//!
//! Two kinds of terms say which rows have texts that are not kept: one for each field, of rows with a text longer than
//! [`TEXT_BYTES_MAX`], and one of rows that came from a block of a version without texts.

use std::ops::Range;

use trace::TextPart;
use twox_hash::XxHash3_64;

/// The texts that a row can be searched by, in any order. Each stands for a term of the row, see [`Texts::term_of`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Texts {
    all: String,
    places: Vec<(u64, Range<usize>)>,
}

impl Texts {
    /// Texts that lie one after the other, each with its field and its place; a place that is none holds no text.
    pub fn new(all: String, places: Vec<(u64, Range<usize>)>) -> Texts {
        Texts { all, places }
    }

    /// Each with its field.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &str)> {
        let places = self.places.iter();
        places.filter_map(|(field, place)| Some((*field, self.all.get(place.clone())?)))
    }

    /// The term that a text stands for.
    pub fn term_of(field: u64, text: &str) -> u64 {
        term_of(field, text)
    }
}

/// A test of the texts of a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TextTest {
    /// Whose texts.
    pub field: u64,
    /// Where it has to stand in one of them.
    pub part: TextPart,
    /// What is looked for.
    pub text: Box<str>,
}

impl TextTest {
    /// Tests of one field lie together.
    pub(crate) fn order(&self) -> (u64, &str, u8) {
        let part = match self.part {
            TextPart::Contains => 0,
            TextPart::BeginsWith => 1,
            TextPart::EndsWith => 2,
        };
        (self.field, &self.text, part)
    }

    /// Whether a text of the field passes.
    pub(crate) fn passes(&self, text: &str) -> bool {
        self.part.holds(text, &self.text)
    }
}

pub(crate) fn term_of(field: u64, text: &str) -> u64 {
    XxHash3_64::oneshot_with_seed(field, text.as_bytes())
}

/// Whether a block keeps a text itself.
pub(crate) fn is_kept(text: &str) -> bool {
    text.len() <= TEXT_BYTES_MAX
}

/// The term of rows with a text of this field that is not kept.
pub(crate) fn unkept(field: u64) -> u64 {
    XxHash3_64::oneshot_with_seed(UNKEPT_SEED, &field.to_le_bytes())
}

/// The term of rows of which no text is kept.
pub(crate) fn unkept_all() -> u64 {
    XxHash3_64::oneshot_with_seed(UNKEPT_SEED, &[])
}

// LIMIT: longer texts are not kept; rows with one pass every test of its field.
const TEXT_BYTES_MAX: usize = 1_024;
const UNKEPT_SEED: u64 = u64::from_le_bytes(*b"unkept\0\0");
