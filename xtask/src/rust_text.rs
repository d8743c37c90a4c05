//! Rust source read roughly: enough to find test modules, functions and names without a compiler.
//! Comments and literals are blanked first, so that a brace in a text is never taken for code.

use std::ops::Range;

use blank::{blank, is_word};

mod blank;

/// One Rust file, its comments and literals blanked, line for line and byte for byte as long as it was.
#[derive(Debug)]
pub struct RustText {
    code: Vec<u8>,
    tests: Vec<Range<usize>>,
}

/// A declaration: `fn append`, `struct Frame`, `mod cut`.
#[derive(Debug, PartialEq, Eq)]
pub struct Declared {
    /// The word before the name.
    pub keyword: String,
    /// The name.
    pub name: String,
    /// The line it stands on, from 1.
    pub line: usize,
}

/// A function with a body, and how long it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Lines from `fn` to the closing brace.
    pub lines: usize,
}

const KEYWORDS: [&str; 7] = ["enum", "fn", "mod", "struct", "trait", "type", "union"];

impl RustText {
    /// Reads a source file.
    pub fn of(source: &str) -> Self {
        let code = blank(source.as_bytes());
        let tests = test_modules(&code);
        Self { code, tests }
    }

    /// The number of lines that are not inside an inline `#[cfg(test)] mod`.
    pub fn lines_without_tests(&self) -> usize {
        let all = self.code.split(|byte| *byte == b'\n').count()
            - usize::from(self.code.last().is_none_or(|byte| *byte == b'\n'));
        let tests: usize = self.tests.iter().map(|range| lines_in(&self.code, range)).sum();
        all - tests.min(all)
    }

    /// Every declared name, tests included.
    pub fn declared(&self) -> Vec<Declared> {
        let words = words(&self.code);
        let pairs = words.windows(2).filter_map(|pair| match pair {
            [keyword, name]
                if KEYWORDS.contains(&keyword.text) && self.is_gap(keyword.at.end..name.at.start) =>
            {
                Some(Declared {
                    keyword: keyword.text.to_owned(),
                    name: name.text.to_owned(),
                    line: self.line_of(name.at.start),
                })
            }
            _ => None,
        });
        pairs.collect()
    }

    /// Every function with a body outside the tests.
    pub fn functions(&self) -> Vec<Function> {
        let words = words(&self.code);
        let outside = |at: usize| !self.tests.iter().any(|range| range.contains(&at));
        let functions = words.windows(2).filter_map(|pair| match pair {
            [keyword, name]
                if keyword.text == "fn"
                    && outside(keyword.at.start)
                    && self.is_gap(keyword.at.end..name.at.start) =>
            {
                let open = body_start(&self.code, name.at.end)?;
                let close = closing_brace(&self.code, open)?;
                let lines = lines_in(&self.code, &(keyword.at.start..close + 1));
                Some(Function {
                    name: name.text.to_owned(),
                    lines,
                })
            }
            _ => None,
        });
        functions.collect()
    }

    fn is_gap(&self, range: Range<usize>) -> bool {
        !range.is_empty()
            && self
                .code
                .get(range)
                .is_some_and(|gap| gap.iter().all(u8::is_ascii_whitespace))
    }

    fn line_of(&self, at: usize) -> usize {
        self.code.iter().take(at).filter(|byte| **byte == b'\n').count() + 1
    }
}

struct Word<'a> {
    text: &'a str,
    at: Range<usize>,
}

fn words(code: &[u8]) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let end = at + code.iter().skip(at).take_while(|byte| is_word(**byte)).count();
        if end == at {
            at += 1;
            continue;
        }
        let text = code.get(at..end).and_then(|bytes| str::from_utf8(bytes).ok());
        words.extend(text.map(|text| Word { text, at: at..end }));
        at = end;
    }
    words
}

fn lines_in(code: &[u8], range: &Range<usize>) -> usize {
    code.get(range.clone())
        .map_or(0, |part| part.iter().filter(|byte| **byte == b'\n').count() + 1)
}

/// The ranges from each `#[cfg(test)]` to the closing brace of the `mod` that it stands before.
fn test_modules(code: &[u8]) -> Vec<Range<usize>> {
    const MARK: &[u8] = b"#[cfg(test)]";
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in code
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, window)| *window == MARK)
    {
        let after = at + MARK.len();
        let Some(open) = body_start(code, after) else {
            continue;
        };
        let is_module = words(code.get(after..open).unwrap_or_default())
            .iter()
            .any(|word| word.text == "mod");
        let inside_another = found.last().is_some_and(|range| range.contains(&at));
        if is_module
            && !inside_another
            && let Some(close) = closing_brace(code, open)
        {
            found.push(at..close + 1);
        }
    }
    found
}

/// Where the next `{` opens a body, unless a `;` outside brackets ends the declaration first.
fn body_start(code: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in code.iter().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth <= 0 => return Some(at),
            b';' if depth <= 0 => return None,
            _ => {}
        }
    }
    None
}

fn closing_brace(code: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r####"//! A `{` in a comment.
fn one() -> &'static str {
    /* { /* nested { */ */
    let c = ['{', '\'', '"', '한'];
    r##"raw { "# "##
}

trait Reads<'a> {
    fn declared(&'a self, bytes: [u8; 4]);
}

#[cfg(test)]
mod tests;

pub async fn two<T>(bytes: [u8; 4]) where T: Copy {
}

#[cfg(test)]
mod inner {
    fn not_counted() {
        let text = "}";
    }
}
"####;

    #[test]
    fn blanked_text_is_as_long_and_has_the_same_lines() {
        let text = RustText::of(SAMPLE);
        assert_eq!(text.code.len(), SAMPLE.len());
        assert_eq!(
            text.code.iter().filter(|b| **b == b'\n').count(),
            SAMPLE.lines().count()
        );
    }

    #[test]
    fn functions_are_those_with_a_body_outside_tests() {
        let functions = RustText::of(SAMPLE).functions();
        let found: Vec<_> = functions
            .iter()
            .map(|function| (function.name.as_str(), function.lines))
            .collect();
        assert_eq!(found, [("one", 5), ("two", 2)]);
    }

    #[test]
    fn an_inline_test_module_is_not_counted_and_a_declared_one_is() {
        assert_eq!(SAMPLE.lines().count(), 23);
        assert_eq!(RustText::of(SAMPLE).lines_without_tests(), 17);
        assert_eq!(RustText::of("").lines_without_tests(), 0);
        assert_eq!(RustText::of("a\nb").lines_without_tests(), 2);
    }

    #[test]
    fn names_come_with_their_keyword_and_line() {
        let declared =
            RustText::of("// struct No\nstruct Yes;\nlet fnord = \"fn no\"; mod cut {}").declared();
        let found: Vec<_> = declared
            .iter()
            .map(|d| (d.keyword.as_str(), d.name.as_str(), d.line))
            .collect();
        assert_eq!(found, [("struct", "Yes", 2), ("mod", "cut", 3)]);
    }
}
