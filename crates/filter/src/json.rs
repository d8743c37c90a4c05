//! JSON arrays that stand in an expression (`spec/filter-expressions.md` 10), read without recursion and printed.

mod scan;

use std::fmt;

use crate::value::Quoted;
use scan::Scan;

/// A JSON value. LIMIT: nested to 64 levels, so it may be walked by recursion.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Boolean(bool),
    Number(f64),
    Text(Box<str>),
    Array(Vec<Json>),
    /// Its members as written; a name may occur twice.
    Object(Vec<(Box<str>, Json)>),
}

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

/// The elements of the array that begins at `start`, and the first byte after it.
pub(crate) fn array_at(source: &str, start: usize) -> Result<(Vec<Json>, usize), Flaw> {
    if source.as_bytes().get(start) != Some(&b'[') {
        return Err(Flaw::Invalid);
    }
    let mut scan = Scan::new(source, start);
    loop {
        if let Some(elements) = scan.step()? {
            return Ok((elements, scan.at()));
        }
    }
}

/// Prints an array of these.
pub(crate) struct Listed<'j>(pub(crate) &'j [Json]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (at, element) in self.0.iter().enumerate() {
            let separator = if at > 0 { "," } else { "" };
            write!(f, "{separator}{element}")?;
        }
        f.write_str("]")
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Boolean(boolean) => write!(f, "{boolean}"),
            // Written out, 1e300 would have three hundred digits.
            Json::Number(number) if number.abs() >= 1e15 => write!(f, "{number:e}"),
            Json::Number(number) if number.abs() < 1e-5 => write!(f, "{number:e}"),
            Json::Number(number) => write!(f, "{number}"),
            Json::Text(text) => write!(f, "{}", Quoted(text)),
            Json::Array(elements) => write!(f, "{}", Listed(elements)),
            Json::Object(members) => {
                f.write_str("{")?;
                for (at, (name, value)) in members.iter().enumerate() {
                    let separator = if at > 0 { "," } else { "" };
                    write!(f, "{separator}{}:{value}", Quoted(name))?;
                }
                f.write_str("}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(source: &str) -> Result<usize, Flaw> {
        array_at(source, 0).map(|(_, end)| end)
    }

    #[test]
    fn an_array_ends_with_its_bracket() {
        for array in [
            "[]",
            r#"[{"Services":[{"Name":"cart"}]}]"#,
            r#"[ 1, -0.5e+3 , true,false,null, "a]\"\u00e9", {}, [[]], {"a" : {"b":[1]}} ]"#,
        ] {
            assert_eq!(end(&format!("{array} AND ok")), Ok(array.len()), "{array}");
        }
    }

    #[test]
    fn what_is_read_prints_compact_and_reads_back() {
        for (array, printed) in [
            ("[ ]", "[]"),
            (
                r#"[ { "b" : [ ] , "a" : { } , "b" : null } ]"#,
                r#"[{"b":[],"a":{},"b":null}]"#,
            ),
            ("[1.0,-0.5e+3,1e300,1e-9,0]", "[1,-500,1e300,1e-9,0e0]"),
            (
                r#"["\u00e9\/\b\f\n\"\\ \ud83d\ude00", true, false]"#,
                "[\"é/\\u0008\\u000c\\n\\\"\\\\ 😀\",true,false]",
            ),
        ] {
            let (elements, _) = array_at(array, 0).expect("an array");
            assert_eq!(Listed(&elements).to_string(), printed);
            assert_eq!(array_at(printed, 0), Ok((elements, printed.len())));
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
            "[1e999]",
            "[tru]",
            "[{]",
            "[{1:2}]",
            r#"[{"a"}]"#,
            r#"["\x"]"#,
            r#"["\'"]"#,
            r#"["\ud83d"]"#,
            "[}",
            "[1 2]",
            "['a']",
            "[\"\n\"]",
        ] {
            assert_eq!(end(text), Err(Flaw::Invalid), "{text}");
        }
        for (text, missing) in [
            ("[", ']'),
            ("[1", ']'),
            ("[{", '}'),
            (r#"[{"a":["#, ']'),
            (r#"["a"#, '"'),
            (r#"["\u00"#, '"'),
        ] {
            assert_eq!(end(text), Err(Flaw::Unclosed(missing)), "{text}");
        }
        assert_eq!(end(&"[".repeat(1_000)), Err(Flaw::TooDeep(64)));
    }
}
