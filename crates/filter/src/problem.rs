//! What is wrong with an expression, and where (`spec/filter-expressions.md` 11).

use crate::token::Token;

/// The first thing that is wrong with an expression. Prints as the text that the API answers with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Error Location: line {line}, position {position} : {text}")]
pub struct Problem {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in that line in characters, counted from 1.
    pub position: usize,
    /// What is wrong, in the words of the specification.
    pub text: String,
    /// What sort of problem it is.
    pub kind: ProblemKind,
}

/// What sort of problem it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The text does not follow the grammar (section 3).
    Syntax,
    /// A keyword, an operator or a value does not fit where it stands (sections 4 to 6).
    Type,
    /// The text is too long or nested too deeply (section 1).
    Limit,
}

impl Problem {
    /// A token that cannot stand where it does.
    pub(crate) fn symbol(source: &str, token: Token<'_>, kind: ProblemKind) -> Problem {
        Problem::at(
            source,
            token.start,
            kind,
            format!("Invalid input symbol: '{}'", token.text),
        )
    }

    /// A problem at a byte of the text; past its end means after its last character.
    pub(crate) fn at(source: &str, offset: usize, kind: ProblemKind, text: impl Into<String>) -> Problem {
        let before = source.get(..offset).unwrap_or(source);
        let last_line = before.rsplit('\n').next().unwrap_or_default();
        Problem {
            line: before.matches('\n').count() + 1,
            position: last_line.chars().count() + 1,
            text: text.into(),
            kind,
        }
    }
}
