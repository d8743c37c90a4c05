//! Where a JSON array ends that stands in an expression. Only its form is checked, without recursion.

/// What is wrong with the array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is no JSON array.
    Invalid,
    /// The text ends before this character, which has to come.
    Unclosed(char),
    /// The array or object at this byte lies too deep.
    TooDeep(usize),
}

/// The first byte after the array that begins at `start`.
pub(crate) fn array_end(source: &str, start: usize) -> Result<usize, Flaw> {
    if source.as_bytes().get(start) != Some(&b'[') {
        return Err(Flaw::Invalid);
    }
    let mut scan = Scan {
        bytes: source.as_bytes(),
        at: start,
        open: vec![],
        due: Due::Value,
    };
    loop {
        scan.step()?;
        if scan.open.is_empty() {
            return Ok(scan.at);
        }
    }
}

struct Scan<'s> {
    bytes: &'s [u8],
    at: usize,
    /// What will close the arrays and objects around this place.
    open: Vec<u8>,
    due: Due,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

impl Scan<'_> {
    /// Takes one symbol, text, number or literal.
    fn step(&mut self) -> Result<(), Flaw> {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        let closer = self.open.last().copied();
        let Some(byte) = self.peek() else {
            return Err(Flaw::Unclosed(closer.map_or(']', char::from)));
        };
        match (self.due, byte) {
            (Due::Value | Due::ValueOrEnd, b'[') => self.begin(b']', Due::ValueOrEnd),
            (Due::Value | Due::ValueOrEnd, b'{') => self.begin(b'}', Due::KeyOrEnd),
            (Due::Value | Due::ValueOrEnd, b'"') => self.text(Due::CommaOrEnd),
            (Due::Value | Due::ValueOrEnd, b'-' | b'0'..=b'9') => self.number(),
            (Due::ValueOrEnd, b']') | (Due::KeyOrEnd, b'}') => self.end(),
            (Due::Value | Due::ValueOrEnd, _) => self.literal(),
            (Due::Key | Due::KeyOrEnd, b'"') => self.text(Due::Colon),
            (Due::Colon, b':') => self.take(Due::Value),
            (Due::CommaOrEnd, b',') => self.take(if closer == Some(b'}') {
                Due::Key
            } else {
                Due::Value
            }),
            (Due::CommaOrEnd, _) if closer == Some(byte) => self.end(),
            (Due::Key | Due::KeyOrEnd | Due::Colon | Due::CommaOrEnd, _) => Err(Flaw::Invalid),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, due: Due) -> Result<(), Flaw> {
        self.at += 1;
        self.due = due;
        Ok(())
    }

    fn begin(&mut self, closer: u8, due: Due) -> Result<(), Flaw> {
        if self.open.len() == LEVELS_MAX {
            return Err(Flaw::TooDeep(self.at));
        }
        self.open.push(closer);
        self.take(due)
    }

    fn end(&mut self) -> Result<(), Flaw> {
        self.open.pop();
        self.take(Due::CommaOrEnd)
    }

    fn text(&mut self, due: Due) -> Result<(), Flaw> {
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(Flaw::Unclosed('"')),
                Some(b'"') => return self.take(due),
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => return Err(Flaw::Invalid),
                Some(_) => self.at += 1,
            }
        }
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

    fn number(&mut self) -> Result<(), Flaw> {
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
        self.due = Due::CommaOrEnd;
        Ok(())
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

    fn literal(&mut self) -> Result<(), Flaw> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let literals: [&[u8]; 3] = [b"true", b"false", b"null"];
        let literal = literals
            .into_iter()
            .find(|literal| rest.starts_with(literal))
            .ok_or(Flaw::Invalid)?;
        self.at += literal.len();
        self.due = Due::CommaOrEnd;
        Ok(())
    }
}

const LEVELS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_ends_with_its_bracket() {
        for array in [
            "[]",
            r#"[{"Services":[{"Name":"cart"}]}]"#,
            r#"[ 1, -0.5e+3 , true,false,null, "a]\"\u00e9", {}, [[]], {"a" : {"b":[1]}} ]"#,
        ] {
            assert_eq!(
                array_end(&format!("{array} AND ok"), 0),
                Ok(array.len()),
                "{array}"
            );
        }
    }

    #[test]
    fn anything_else_is_flawed() {
        for text in [
            "",
            "{}",
            "[1,]",
            "[01]",
            "[.5]",
            "[1.]",
            "[tru]",
            "[{]",
            "[{1:2}]",
            r#"[{"a"}]"#,
            r#"["\x"]"#,
            "[}",
            "[1 2]",
            "['a']",
            "[\"\n\"]",
        ] {
            assert_eq!(array_end(text, 0), Err(Flaw::Invalid), "{text}");
        }
        for (text, missing) in [
            ("[", ']'),
            ("[1", ']'),
            ("[{", '}'),
            (r#"[{"a":["#, ']'),
            (r#"["a"#, '"'),
            (r#"["\u00"#, '"'),
        ] {
            assert_eq!(array_end(text, 0), Err(Flaw::Unclosed(missing)), "{text}");
        }
        assert_eq!(array_end(&"[".repeat(1_000), 0), Err(Flaw::TooDeep(64)));
    }
}
