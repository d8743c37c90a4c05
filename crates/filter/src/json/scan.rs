//! One pass over the bytes of a JSON array. What is open stands in a list, so nesting costs no stack.

use super::{Flaw, Json};
use crate::value::escaped;

/// A place in the text, and what has been read before it.
pub(super) struct Scan<'s> {
    source: &'s str,
    bytes: &'s [u8],
    at: usize,
    /// The arrays and objects around this place, outermost first.
    open: Vec<Open>,
    due: Due,
}

enum Open {
    Array(Vec<Json>),
    Object {
        members: Vec<(Box<str>, Json)>,
        /// Of the member whose value is due.
        name: Box<str>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    Value,
    ValueOrEnd,
    Name,
    NameOrEnd,
    Colon,
    CommaOrEnd,
}

impl<'s> Scan<'s> {
    pub(super) fn new(source: &'s str, at: usize) -> Scan<'s> {
        Scan {
            source,
            bytes: source.as_bytes(),
            at,
            open: vec![],
            due: Due::Value,
        }
    }

    /// The next byte.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Takes one symbol, text, number or literal; gives the elements of the outermost array when that is closed.
    pub(super) fn step(&mut self) -> Result<Option<Vec<Json>>, Flaw> {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        let closer = self.open.last().map(Open::closer);
        let Some(byte) = self.peek() else {
            return Err(Flaw::Unclosed(closer.map_or(']', char::from)));
        };
        match (self.due, byte) {
            (Due::Value | Due::ValueOrEnd, b'[') => self.begin(Open::Array(vec![]), Due::ValueOrEnd)?,
            (Due::Value | Due::ValueOrEnd, b'{') => self.begin(Open::empty_object(), Due::NameOrEnd)?,
            (Due::ValueOrEnd, b']') | (Due::NameOrEnd, b'}') => return Ok(self.end()),
            (Due::Value | Due::ValueOrEnd, _) => {
                let value = self.scalar(byte)?;
                self.put(value);
            }
            (Due::Name | Due::NameOrEnd, b'"') => self.name()?,
            (Due::Colon, b':') => self.take(Due::Value),
            (Due::CommaOrEnd, b',') if closer == Some(b'}') => self.take(Due::Name),
            (Due::CommaOrEnd, b',') => self.take(Due::Value),
            (Due::CommaOrEnd, _) if closer == Some(byte) => return Ok(self.end()),
            (Due::Name | Due::NameOrEnd | Due::Colon | Due::CommaOrEnd, _) => return Err(Flaw::Invalid),
        }
        Ok(None)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, due: Due) {
        self.at += 1;
        self.due = due;
    }

    fn begin(&mut self, open: Open, due: Due) -> Result<(), Flaw> {
        if self.open.len() == LEVELS_MAX {
            return Err(Flaw::TooDeep(self.at));
        }
        self.open.push(open);
        self.take(due);
        Ok(())
    }

    fn end(&mut self) -> Option<Vec<Json>> {
        self.take(Due::CommaOrEnd);
        match self.open.pop()? {
            Open::Array(elements) if self.open.is_empty() => return Some(elements),
            Open::Array(elements) => self.put(Json::Array(elements)),
            Open::Object { members, .. } => self.put(Json::Object(members)),
        }
        None
    }

    /// Puts a value where it is due.
    fn put(&mut self, value: Json) {
        match self.open.last_mut() {
            Some(Open::Array(elements)) => elements.push(value),
            Some(Open::Object { members, name }) => members.push((std::mem::take(name), value)),
            None => {}
        }
        self.due = Due::CommaOrEnd;
    }

    fn name(&mut self) -> Result<(), Flaw> {
        let text = self.text()?;
        if let Some(Open::Object { name, .. }) = self.open.last_mut() {
            *name = text;
        }
        self.due = Due::Colon;
        Ok(())
    }

    fn scalar(&mut self, first: u8) -> Result<Json, Flaw> {
        match first {
            b'"' => Ok(Json::Text(self.text()?)),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.literal(),
        }
    }

    /// A text up to its closing quote.
    fn text(&mut self) -> Result<Box<str>, Flaw> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek() {
                None => return Err(Flaw::Unclosed('"')),
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => return Err(Flaw::Invalid),
                Some(_) => self.at += 1,
            }
        }
        let text = self.source.get(start..self.at).and_then(unescaped);
        self.at += 1;
        text.ok_or(Flaw::Invalid)
    }

    fn escape(&mut self) -> Result<(), Flaw> {
        let digits = match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
            Some(b'u') => 4,
            Some(_) => return Err(Flaw::Invalid),
            None => return Err(Flaw::Unclosed('"')),
        };
        self.at += 2;
        for _ in 0..digits {
            match self.peek() {
                Some(digit) if digit.is_ascii_hexdigit() => self.at += 1,
                Some(_) => return Err(Flaw::Invalid),
                None => return Err(Flaw::Unclosed('"')),
            }
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Json, Flaw> {
        let start = self.at;
        self.skip_if(b"-");
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.skip_if(b".") {
            self.digits()?;
        }
        if self.skip_if(b"eE") {
            self.skip_if(b"+-");
            self.digits()?;
        }
        let number = self.source.get(start..self.at).and_then(|text| text.parse().ok());
        let number = number.filter(|number: &f64| number.is_finite());
        number.map(Json::Number).ok_or(Flaw::Invalid)
    }

    fn digits(&mut self) -> Result<(), Flaw> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            Err(Flaw::Invalid)
        } else {
            Ok(())
        }
    }

    fn skip_if(&mut self, any_of: &[u8]) -> bool {
        let fits = self.peek().is_some_and(|byte| any_of.contains(&byte));
        self.at += usize::from(fits);
        fits
    }

    fn literal(&mut self) -> Result<Json, Flaw> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let literals: [(&[u8], Json); 3] = [
            (b"true", Json::Boolean(true)),
            (b"false", Json::Boolean(false)),
            (b"null", Json::Null),
        ];
        let (literal, value) = literals
            .into_iter()
            .find(|(literal, _)| rest.starts_with(literal))
            .ok_or(Flaw::Invalid)?;
        self.at += literal.len();
        Ok(value)
    }
}

impl Open {
    fn empty_object() -> Open {
        Open::Object {
            members: vec![],
            name: Box::default(),
        }
    }

    fn closer(&self) -> u8 {
        match self {
            Open::Array(_) => b']',
            Open::Object { .. } => b'}',
        }
    }
}

/// The text without its escapes, which are known to be JSON's; `None` where half of a pair stands alone.
fn unescaped(text: &str) -> Option<Box<str>> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        let (character, length) = match escape.as_bytes().get(1) {
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            _ => escaped(escape)?,
        };
        plain.push(character);
        rest = escape.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    Some(plain.into())
}

const LEVELS_MAX: usize = 64;
