//! What stands to the right of a comparison, and how it is read (`spec/filter-expressions.md` 2).

use std::fmt;

use crate::token::{Token, TokenKind};

/// A value as written, without its quotes and escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) text: Box<str>,
    pub(crate) form: Form,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Quoted,
    Bare,
}

impl Value {
    /// The value that a word or a quoted text stands for; `None` for any other token.
    pub(crate) fn of(token: Token<'_>) -> Option<Value> {
        match token.kind {
            TokenKind::Word => Some(Value {
                text: token.text.into(),
                form: Form::Bare,
            }),
            TokenKind::Quoted => Some(Value {
                text: unescape(token.text).into(),
                form: Form::Quoted,
            }),
            TokenKind::Unclosed(_) | TokenKind::Operator(_) | TokenKind::Symbol(_) | TokenKind::End => None,
        }
    }

    /// The number that the text reads as.
    pub(crate) fn number(&self) -> Option<f64> {
        number(&self.text)
    }

    /// The boolean that the text reads as, in any case.
    pub(crate) fn boolean(&self) -> Option<bool> {
        boolean(&self.text)
    }

    /// Whether it is a word that reads neither as a number nor as a boolean.
    pub(crate) fn is_mere_word(&self) -> bool {
        self.form == Form::Bare && self.number().is_none() && self.boolean().is_none()
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            Form::Bare => f.write_str(&self.text),
            Form::Quoted => write!(f, "{}", Quoted(&self.text)),
        }
    }
}

/// Prints a text in quotes, with escapes.
pub(crate) struct Quoted<'t>(pub(crate) &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                '\r' => f.write_str("\\r")?,
                control if control.is_control() => write!(f, "\\u{:04x}", u32::from(control))?,
                plain => write!(f, "{plain}")?,
            }
        }
        f.write_str("\"")
    }
}

/// Optional sign, digits, optional fraction, optional exponent; what 64 bits cannot hold is no number.
fn number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (unsigned, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = are_digits(whole)
        && [fraction, exponent]
            .iter()
            .all(|part| !part.is_empty() && are_digits(part));
    let has_digits = !whole.is_empty() || mantissa.starts_with('.');
    text.parse()
        .ok()
        .filter(|number: &f64| is_number && has_digits && number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    [("true", true), ("false", false)]
        .into_iter()
        .find_map(|(word, boolean)| word.eq_ignore_ascii_case(text).then_some(boolean))
}

/// The text between the quotes. A backslash before anything that is no escape stays.
fn unescape(quoted: &str) -> String {
    let mut text = String::with_capacity(quoted.len());
    let mut rest = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        text.push_str(before);
        let (character, length) = escaped(escape).unwrap_or(('\\', 1));
        text.push(character);
        rest = escape.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// What an escape at the beginning of the text stands for, and its length in bytes.
pub(crate) fn escaped(text: &str) -> Option<(char, usize)> {
    match text.chars().nth(1)? {
        same @ ('"' | '\'' | '\\' | '/') => Some((same, 2)),
        'n' => Some(('\n', 2)),
        't' => Some(('\t', 2)),
        'r' => Some(('\r', 2)),
        'u' => escaped_code(text),
        _ => None,
    }
}

/// `\uXXXX`, or two of them where the first is the high half of a pair. A lone half is no escape.
fn escaped_code(text: &str) -> Option<(char, usize)> {
    let first = code_unit(text)?;
    match char::from_u32(first) {
        Some(character) => Some((character, UNIT_BYTES)),
        None => {
            let second = text.get(UNIT_BYTES..).and_then(code_unit)?;
            let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
            let character = char::decode_utf16(units).next()?.ok()?;
            Some((character, 2 * UNIT_BYTES))
        }
    }
}

fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| are_digits)
}

const UNIT_BYTES: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::token_at;

    fn value(source: &str) -> Value {
        Value::of(token_at(source, 0)).expect("a value")
    }

    #[test]
    fn numbers_are_decimal_and_finite() {
        for (text, expected) in [
            ("5", 5.0),
            ("-1", -1.0),
            (".25", 0.25),
            ("2.50", 2.5),
            ("1e3", 1e3),
            ("+1.5E-2", 0.015),
        ] {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        for text in [
            "", "-", ".", "5.", "5s", "1e", "e5", ".e5", "1e999", "inf", "NaN", "0x10", "1_000", "1e1.5",
            "--1", "٣",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn escapes_are_read_and_anything_else_stays() {
        for (source, expected) in [
            (r#""a\"b""#, "a\"b"),
            (r"'it\'s'", "it's"),
            (r#""\\ \/ \n\t\r""#, "\\ / \n\t\r"),
            (r#""\uae40\ud83d\ude00""#, "김😀"),
            (r#""C:\dir \u12 \ud83d \u+123""#, r"C:\dir \u12 \ud83d \u+123"),
            (r#""\ud83d\u0041""#, r"\ud83dA"),
            (r#""\ \\u0041""#, r"\ \u0041"),
        ] {
            assert_eq!(&*value(source).text, expected, "{source}");
        }
    }

    #[test]
    fn printed_texts_read_back() {
        for text in ["", "say \"hi\"", "a\\", "\\u0041", "\u{0}\u{7f}\n\r\t", "김민수"] {
            let printed = Quoted(text).to_string();
            assert_eq!(&*value(&printed).text, text, "{printed}");
        }
    }
}
