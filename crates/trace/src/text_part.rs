//! Where a text stands in another: what filters compare and what blocks search by, said once
//! (`spec/filter-expressions.md` 6).

/// Where one text stands in another. Exact, by code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextPart {
    /// Anywhere.
    Contains,
    /// At the beginning.
    BeginsWith,
    /// At the end.
    EndsWith,
}

impl TextPart {
    /// Whether `part` stands so in `whole`; an empty one always does.
    pub fn holds(self, whole: &str, part: &str) -> bool {
        match self {
            TextPart::Contains => whole.contains(part),
            TextPart::BeginsWith => whole.starts_with(part),
            TextPart::EndsWith => whole.ends_with(part),
        }
    }
}
