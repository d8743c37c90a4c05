//! Terms: what an expression can look up by equality, as short hashes that a block may keep in an index.
//!
//! ```text
//! seed:  TERM_VERSION << 16 | kind << 8 | detail
//! term:  XXH3-64 of the first part with the seed; each further part with the hash of the one before as its seed
//! ```
//!
//! Parts are texts in UTF-8, numbers as the eight little-endian bytes of a 64-bit float (minus zero as zero), booleans
//! as one byte. A term without parts hashes no bytes. The last part of a term that stands for a text is the text: what is
//! hashed before it is its [`TextField`], so that whoever keeps field and text can make the term.
//!
//! Kinds and details are the numbers below, which never change; what changes the terms of a trace, or which of them are
//! found as texts, raises [`TERM_VERSION`], so that no term of an old index is mistaken for another. Two different things
//! may share a term: it says where to look, never that something is there.

use std::fmt;

use document::AnnotationValue;
use twox_hash::XxHash3_64;

use crate::keyword::TextKeyword;

/// Which rules made a term.
pub const TERM_VERSION: u64 = 2;

/// A stable hash of something that an expression can look up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(u64);

/// What texts are texts of: a keyword, or the key of an annotation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextField(u64);

/// The four flags as they are asked for, each with its own answer (`spec/filter-expressions.md` 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    Ok = 0,
    Error = 1,
    Throttle = 2,
    Fault = 3,
}

#[derive(Clone, Copy)]
enum Kind {
    AnnotationKey = 1,
    AnnotationText = 2,
    AnnotationNumber = 3,
    AnnotationBoolean = 4,
    AnyText = 5,
    Text = 6,
    Status = 7,
    StatusHundreds = 8,
    NodeOfType = 9,
    AnyNodeFlag = 10,
    NodeFlag = 11,
    Edge = 12,
}

impl Term {
    /// From what [`Term::bits`] gave.
    pub fn from_bits(bits: u64) -> Term {
        Term(bits)
    }

    /// What an index keeps.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// Some entity carries the annotation.
    pub(crate) fn annotation_key(key: &str) -> Term {
        Term::seeded(Kind::AnnotationKey, 0).and(key.as_bytes())
    }

    /// Some entity carries the annotation with this value.
    pub(crate) fn annotation(key: &str, value: &AnnotationValue<'_>) -> Term {
        let of = |kind| Term::seeded(kind, 0).and(key.as_bytes());
        match value {
            AnnotationValue::Text(text) => TextField::of_annotation(key).term(text),
            AnnotationValue::Number(number) => of(Kind::AnnotationNumber).and(&number_bytes(*number)),
            AnnotationValue::Boolean(boolean) => of(Kind::AnnotationBoolean).and(&[u8::from(*boolean)]),
        }
    }

    /// The keyword has a value: of the trace's root for what a request says, of any node or entity otherwise.
    pub(crate) fn any_text(keyword: TextKeyword) -> Term {
        Term::seeded(Kind::AnyText, detail_of(keyword)).and(&[])
    }

    /// The keyword has this value.
    pub(crate) fn text(keyword: TextKeyword, text: &str) -> Term {
        TextField::of(keyword).term(text)
    }

    /// The root's status is this number.
    pub(crate) fn status(status: f64) -> Term {
        Term::seeded(Kind::Status, 0).and(&number_bytes(status))
    }

    /// The root's status has this many hundreds, see [`hundreds`].
    pub(crate) fn status_hundreds(hundreds: u8) -> Term {
        Term::seeded(Kind::StatusHundreds, u64::from(hundreds)).and(&[])
    }

    /// Some node, perhaps a client, has this name and this type.
    pub(crate) fn node_of_type(name: &str, node_type: &str) -> Term {
        Term::seeded(Kind::NodeOfType, 0)
            .and(name.as_bytes())
            .and(node_type.as_bytes())
    }

    /// A segment of some node has the flag.
    pub(crate) fn any_node_flag(flag: Flag) -> Term {
        Term::seeded(Kind::AnyNodeFlag, flag as u64).and(&[])
    }

    /// A segment of a node of this name has the flag.
    pub(crate) fn node_flag(name: &str, flag: Flag) -> Term {
        Term::seeded(Kind::NodeFlag, flag as u64).and(name.as_bytes())
    }

    /// A node that is no client, of the one name, calls a node of the other.
    pub(crate) fn edge(from: &str, to: &str) -> Term {
        Term::seeded(Kind::Edge, 0)
            .and(from.as_bytes())
            .and(to.as_bytes())
    }

    fn seeded(kind: Kind, detail: u64) -> Term {
        Term(TERM_VERSION << 16 | (kind as u64) << 8 | detail)
    }

    fn and(self, part: &[u8]) -> Term {
        Term(XxHash3_64::oneshot_with_seed(self.0, part))
    }
}

impl TextField {
    /// What an index keeps.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The values of a keyword.
    pub(crate) fn of(keyword: TextKeyword) -> TextField {
        TextField(Term::seeded(Kind::Text, detail_of(keyword)).0)
    }

    /// The texts among the values of an annotation.
    pub(crate) fn of_annotation(key: &str) -> TextField {
        TextField(Term::seeded(Kind::AnnotationText, 0).and(key.as_bytes()).0)
    }

    /// The term that stands for one of its texts.
    pub(crate) fn term(self, text: &str) -> Term {
        Term(self.0).and(text.as_bytes())
    }
}

impl fmt::Debug for TextField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextField({:016x})", self.0)
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Term({:016x})", self.0)
    }
}

impl Flag {
    /// All of them.
    pub(crate) const ALL: [Flag; 4] = [Flag::Ok, Flag::Error, Flag::Throttle, Flag::Fault];
}

/// The hundreds of a status plus one: 0 for anything below zero, 11 for 1,000 and above.
pub(crate) fn hundreds(status: i64) -> u8 {
    let hundreds = status.div_euclid(100).clamp(-1, 10) + 1;
    u8::try_from(hundreds).unwrap_or(HUNDREDS_MAX)
}

/// The greatest of [`hundreds`].
pub(crate) const HUNDREDS_MAX: u8 = 11;

fn number_bytes(number: f64) -> [u8; 8] {
    // Adding zero makes minus zero zero and changes no other number.
    (number + 0.0).to_le_bytes()
}

fn detail_of(keyword: TextKeyword) -> u64 {
    match keyword {
        TextKeyword::HttpUrl => 1,
        TextKeyword::HttpMethod => 2,
        TextKeyword::HttpUserAgent => 3,
        TextKeyword::HttpClientIp => 4,
        TextKeyword::User => 5,
        TextKeyword::Name => 6,
        TextKeyword::Type => 7,
        TextKeyword::Message => 8,
        TextKeyword::AvailabilityZone => 9,
        TextKeyword::InstanceId => 10,
        TextKeyword::ResourceArn => 11,
        TextKeyword::AccountId => 12,
    }
}

#[cfg(test)]
mod tests;
