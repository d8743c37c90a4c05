//! Words that say nothing, and so may stand in no name of a file, module, type or function.

use super::Problem;
use crate::{
    rust_text::RustText,
    tree::{Tree, extension_of},
};

const BANNED: [&str; 15] = [
    "common",
    "data",
    "helper",
    "helpers",
    "info",
    "infos",
    "item",
    "items",
    "manager",
    "managers",
    "processor",
    "processors",
    "util",
    "utils",
    "utilities",
];

/// Phrases that keep a banned word because somebody else chose it, each with who did.
const ALLOWED: [(&str, &str); 3] = [
    (
        "data_dir",
        "the flag `--data-dir`, the name that every operator expects",
    ),
    ("data_directory", "what that flag names"),
    ("data_source", "Grafana's word for the plug-in that asks us"),
];

/// Names every file and declaration with a banned word in it.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for path in tree
        .paths()
        .filter(|path| matches!(extension_of(path), "py" | "rs" | "ts" | "tsx"))
    {
        if let Some(word) = path.split('/').find_map(banned_word) {
            problems.push(Problem::new(path, format!("has `{word}` in its path; {REMEDY}")));
        }
        let source = tree.text(path).unwrap_or_default();
        let declared = if extension_of(path) == "rs" {
            rust_names(&source)
        } else {
            script_names(&source)
        };
        for (line, name) in declared {
            if let Some(word) = banned_word(&name) {
                problems.push(Problem::new(
                    format!("{path}:{line}"),
                    format!("`{name}` has `{word}` in it; {REMEDY}"),
                ));
            }
        }
    }
    problems
}

const REMEDY: &str = "say what it is (the words are in CONTRIBUTING.md)";

fn rust_names(source: &str) -> Vec<(usize, String)> {
    let declared = RustText::of(source).declared();
    // `type Item` is what the standard library's `Iterator` asks for.
    let chosen_by_us = declared
        .into_iter()
        .filter(|found| found.keyword != "type" || found.name != "Item");
    chosen_by_us.map(|found| (found.line, found.name)).collect()
}

/// The names that TypeScript and Python declare at the start of a line.
fn script_names(source: &str) -> Vec<(usize, String)> {
    let lines = source.lines().enumerate();
    lines
        .filter_map(|(at, line)| Some((at + 1, script_name(line)?)))
        .collect()
}

fn script_name(line: &str) -> Option<String> {
    let mut words = line
        .split_whitespace()
        .skip_while(|word| matches!(*word, "abstract" | "async" | "default" | "export"));
    let keyword = words.next()?;
    if !matches!(
        keyword,
        "class" | "def" | "enum" | "function" | "interface" | "type"
    ) {
        return None;
    }
    let name = words
        .next()?
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

fn banned_word(name: &str) -> Option<String> {
    let mut snake = format!("_{}_", snake_case(name));
    for (phrase, _) in ALLOWED {
        snake = snake.replace(&format!("_{phrase}_"), "_");
    }
    let mut words = snake
        .split('_')
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    words.find(|word| BANNED.contains(word)).map(str::to_owned)
}

/// `HTTPDataDir-old.rs` is `http_data_dir_old_rs`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let begins_word = letter.is_uppercase()
            && (before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
                || (before.is_some_and(|c| c.is_uppercase()) && after.is_some_and(|c| c.is_lowercase())));
        if begins_word {
            snake.push('_');
        }
        if letter.is_alphanumeric() {
            snake.extend(letter.to_lowercase());
        } else {
            snake.push('_');
        }
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testkit::SampleTree;

    #[test]
    fn a_word_is_found_however_it_is_written() {
        let found = |name| banned_word(name).is_some();
        for name in [
            "util",
            "string_utils",
            "DataStore",
            "HTTPInfo",
            "trace_item",
            "load-helper.ts",
            "getData2",
        ] {
            assert!(found(name), "{name}");
        }
        for name in [
            "metadata",
            "Metadata",
            "data_dir",
            "DataDir",
            "itemised",
            "informed",
            "database",
            "utility_bill",
        ] {
            assert!(!found(name), "{name}");
        }
    }

    #[test]
    fn files_modules_types_and_functions_are_looked_at() {
        let sample = SampleTree::new(&[
            ("crates/a/src/helpers.rs", ""),
            (
                "crates/a/src/lib.rs",
                "mod common { }\nfn get_info() {}\n// fn item()\nlet data = 1;\nstruct SpanManager;\n",
            ),
            (
                "crates/a/src/rows.rs",
                "impl Iterator for Rows { type Item = Row; }\n",
            ),
            (
                "console/src/map.ts",
                "export default function mapItems() {}\n// function items\nconst data = 1;\n",
            ),
            (
                "suites/load.py",
                "async def load_data():\n    pass\nclass Rows:\n",
            ),
            ("docs/data.md", ""),
        ]);
        let places: Vec<_> = check(&sample.tree())
            .into_iter()
            .map(|problem| problem.place)
            .collect();
        assert_eq!(
            places,
            [
                "console/src/map.ts:1",
                "crates/a/src/helpers.rs",
                "crates/a/src/lib.rs:1",
                "crates/a/src/lib.rs:2",
                "crates/a/src/lib.rs:5",
                "suites/load.py:1",
            ]
        );
    }

    #[test]
    fn every_exception_has_a_reason() {
        assert!(ALLOWED.iter().all(|(_, reason)| reason.contains(' ')));
    }
}
