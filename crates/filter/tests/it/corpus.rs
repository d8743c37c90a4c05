//! Reads the files of `fixtures/filters`; their README says how they are made.

/// An expression and what is to become of it.
#[derive(Debug, Default)]
pub(crate) struct Example {
    pub(crate) expression: String,
    pub(crate) printed: Option<String>,
    pub(crate) problem: Option<String>,
    pub(crate) matching: Option<String>,
}

/// The blocks of a file.
pub(crate) fn examples(file: &str) -> Vec<Example> {
    let blocks = file.split("\n\n").filter(|block| !block.trim().is_empty());
    blocks.map(example).collect()
}

pub(crate) fn valid() -> Vec<Example> {
    examples(include_str!("../../../../fixtures/filters/valid.txt"))
}

pub(crate) fn bad_syntax() -> Vec<Example> {
    examples(include_str!("../../../../fixtures/filters/bad_syntax.txt"))
}

pub(crate) fn bad_types() -> Vec<Example> {
    examples(include_str!("../../../../fixtures/filters/bad_types.txt"))
}

pub(crate) fn selectors() -> Vec<Example> {
    examples(include_str!("../../../../fixtures/filters/selectors.txt"))
}

pub(crate) fn truth() -> Vec<Example> {
    examples(include_str!("../../../../fixtures/filters/truth.txt"))
}

/// The expressions of all files.
pub(crate) fn all() -> Vec<String> {
    let files = [valid(), bad_syntax(), bad_types(), truth()];
    files
        .into_iter()
        .flatten()
        .map(|example| example.expression)
        .collect()
}

fn example(block: &str) -> Example {
    let mut example = Example::default();
    for line in block.lines() {
        let rest = line.get(2..).unwrap_or_default().to_owned();
        match line.chars().next() {
            Some('#') => {}
            Some('>') => example.expression = rest,
            Some('|') => example.expression += &format!("\n{rest}"),
            Some('=') => example.printed = Some(rest),
            Some('!') => example.problem = Some(format!("Error Location: {rest}")),
            Some(':') => example.matching = Some(rest),
            other => assert!(other.is_none(), "a line begins with {other:?}: {line}"),
        }
    }
    example
}
