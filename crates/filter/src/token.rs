//! Text cut into tokens (`spec/filter-expressions.md` 2).
//!
//! [`token_at`] looks at one place of the text and keeps no state, so that whoever reads can look at a place again
//! in another way: an argument name inside `id(...)` ends at its colon, which elsewhere is part of a word.

use crate::operator::{Operator, Order};

/// A token: what it is, where it begins, how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'s> {
    pub(crate) kind: TokenKind,
    /// First byte in the text.
    pub(crate) start: usize,
    pub(crate) text: &'s str,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// The longest run of characters that are no blanks and no [`SEPARATORS`].
    Word,
    /// A text with its quotes and escapes.
    Quoted,
    /// A text whose closing quote is missing.
    Unclosed(char),
    /// One of the nine comparisons; those that are words are recognised by the parser.
    Operator(Operator),
    /// `(` `)` `{` `}` `[` `]` `,` `!`, and `:` inside `id(...)`.
    Symbol(char),
    /// After the last token.
    End,
}

impl<'s> Token<'s> {
    /// The first byte after it.
    pub(crate) fn end(self) -> usize {
        self.start + self.text.len()
    }

    /// Whether it is this word, in whatever case.
    pub(crate) fn is_word(self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// The part of a word up to its first colon, or the colon where the word begins with it.
    pub(crate) fn before_colon(self) -> Token<'s> {
        match self.text.find(':') {
            Some(0) if self.kind == TokenKind::Word => Token {
                kind: TokenKind::Symbol(':'),
                text: self.text.get(..1).unwrap_or_default(),
                ..self
            },
            Some(colon) if self.kind == TokenKind::Word => Token {
                text: self.text.get(..colon).unwrap_or_default(),
                ..self
            },
            Some(_) | None => self,
        }
    }
}

/// The first token at or after a byte of the text.
pub(crate) fn token_at(source: &str, offset: usize) -> Token<'_> {
    let rest = source.get(offset..).unwrap_or_default().trim_start();
    let start = source.len() - rest.len();
    let (kind, length) = match rest.chars().next() {
        None => (TokenKind::End, 0),
        Some(quote @ ('"' | '\'')) => quoted(rest, quote),
        Some(symbol @ ('(' | ')' | '{' | '}' | '[' | ']' | ',')) => (TokenKind::Symbol(symbol), 1),
        Some('!' | '=' | '<' | '>') => operator(rest),
        Some(_) => (TokenKind::Word, rest.find(ends_word).unwrap_or(rest.len())),
    };
    #[cfg(test)]
    steps::count(start.saturating_sub(offset) + length + 1);
    Token {
        kind,
        start,
        text: rest.get(..length).unwrap_or(rest),
    }
}

/// How much is looked at, for tests that a text costs no more than its length.
#[cfg(test)]
pub(crate) mod steps {
    use std::cell::Cell;

    thread_local! {
        static BYTES: Cell<usize> = const { Cell::new(0) };
    }

    pub(crate) fn count(bytes: usize) {
        BYTES.set(BYTES.get() + bytes);
    }

    /// What a piece of work looks at.
    pub(crate) fn of(work: impl FnOnce()) -> usize {
        BYTES.set(0);
        work();
        BYTES.get()
    }
}

/// A text up to its closing quote; a backslash takes the next character with it.
fn quoted(rest: &str, quote: char) -> (TokenKind, usize) {
    let mut is_escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == quote => return (TokenKind::Quoted, at + 1),
            _ => {}
        }
    }
    (TokenKind::Unclosed(quote), rest.len())
}

fn operator(rest: &str) -> (TokenKind, usize) {
    let mut characters = rest.chars();
    let (first, then_equal) = (characters.next(), characters.next() == Some('='));
    match (first, then_equal) {
        (Some('!'), true) => (TokenKind::Operator(Operator::Unequal), 2),
        (Some('<'), true) => (TokenKind::Operator(Operator::Order(Order::LessOrEqual)), 2),
        (Some('>'), true) => (TokenKind::Operator(Operator::Order(Order::GreaterOrEqual)), 2),
        (Some('<'), false) => (TokenKind::Operator(Operator::Order(Order::Less)), 1),
        (Some('>'), false) => (TokenKind::Operator(Operator::Order(Order::Greater)), 1),
        (Some('='), _) => (TokenKind::Operator(Operator::Equal), 1),
        (_, _) => (TokenKind::Symbol('!'), 1),
    }
}

/// Whether a character cannot stand in a word.
pub(crate) fn ends_word(character: char) -> bool {
    character.is_whitespace() || SEPARATORS.contains(character)
}

/// What ends a word besides blanks.
const SEPARATORS: &str = "\"'(){}[],=<>!";

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        let mut texts = vec![];
        let mut token = token_at(source, 0);
        while token.kind != TokenKind::End {
            texts.push(token.text);
            token = token_at(source, token.end());
        }
        texts
    }

    #[test]
    fn symbols_need_no_blanks_around_them() {
        assert_eq!(
            texts("a>=1 !b{c!=-1.5}"),
            ["a", ">=", "1", "!", "b", "{", "c", "!=", "-1.5", "}"]
        );
        assert_eq!(
            texts("annotation[a.b]<='x\\'y'"),
            ["annotation", "[", "a.b", "]", "<=", "'x\\'y'"]
        );
        assert_eq!(texts("a == 1 && b:#c"), ["a", "=", "=", "1", "&&", "b:#c"]);
    }

    #[test]
    fn an_argument_name_ends_at_its_colon() {
        let name = token_at("name:x", 0).before_colon();
        assert_eq!((name.kind, name.text), (TokenKind::Word, "name"));
        let colon = token_at("name:x", name.end()).before_colon();
        assert_eq!((colon.kind, colon.text), (TokenKind::Symbol(':'), ":"));
        assert_eq!(token_at("\"a:b\"", 0).before_colon().text, "\"a:b\"");
    }

    #[test]
    fn a_text_without_its_closing_quote_reaches_to_the_end() {
        assert_eq!(token_at("'a\\'", 0).kind, TokenKind::Unclosed('\''));
        assert_eq!(token_at("  \"", 0).kind, TokenKind::Unclosed('"'));
    }
}
