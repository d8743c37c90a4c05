//! The nine comparisons and what they do to plain values (`spec/filter-expressions.md` 6).

use std::fmt;

pub(crate) use trace::TextPart as Part;

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `=`
    Equal,
    /// `!=`: there is a value, and none is equal.
    Unequal,
    /// Of numbers.
    Order(Order),
    /// Of texts.
    Part(Part),
}

/// How two numbers lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// The operator that is written as this word.
    pub(crate) fn from_word(word: &str) -> Option<Operator> {
        let parts = [Part::Contains, Part::BeginsWith, Part::EndsWith];
        parts
            .into_iter()
            .find(|part| part_word(*part).eq_ignore_ascii_case(word))
            .map(Operator::Part)
    }

    fn symbol(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::Unequal => "!=",
            Operator::Order(Order::Less) => "<",
            Operator::Order(Order::LessOrEqual) => "<=",
            Operator::Order(Order::Greater) => ">",
            Operator::Order(Order::GreaterOrEqual) => ">=",
            Operator::Part(part) => part_word(part),
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

impl Order {
    /// Whether `left` lies so to `right`.
    pub(crate) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Order::Less => left < right,
            Order::LessOrEqual => left <= right,
            Order::Greater => left > right,
            Order::GreaterOrEqual => left >= right,
        }
    }
}

fn part_word(part: Part) -> &'static str {
    match part {
        Part::Contains => "CONTAINS",
        Part::BeginsWith => "BEGINSWITH",
        Part::EndsWith => "ENDSWITH",
    }
}
