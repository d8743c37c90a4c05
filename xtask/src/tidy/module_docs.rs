//! Every Rust file says at its top what it is; a crate's `lib.rs` says it in at least two sentences.

use super::Problem;
use crate::tree::Tree;

/// Names each Rust file of ours that does not begin with `//!`.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let ours = tree
        .with_extension("rs")
        .filter(|path| path.starts_with("crates/") || path.starts_with("xtask/src/"));
    ours.filter_map(|path| Some(Problem::new(path, complaint(path, &tree.text(path)?)?)))
        .collect()
}

fn complaint(path: &str, source: &str) -> Option<&'static str> {
    let docs = top_docs(source);
    if docs.trim().is_empty() {
        Some("does not begin with `//!`; say in a sentence what this file is")
    } else if path.ends_with("/src/lib.rs") && sentences(&docs) < 2 {
        Some("needs two sentences at its top: what the crate is, and what it refuses to know")
    } else {
        None
    }
}

fn top_docs(source: &str) -> String {
    let lines = source.lines().skip_while(|line| line.trim().is_empty());
    let docs: Vec<&str> = lines.map_while(|line| line.trim().strip_prefix("//!")).collect();
    docs.join("\n")
}

/// Full stops, outside code, that end a word.
fn sentences(docs: &str) -> usize {
    let prose: Vec<&str> = docs.split("```").step_by(2).collect();
    prose
        .join(" ")
        .split_whitespace()
        .filter(|word| word.trim_end_matches(['`', ')', '"']).ends_with(['.', '?', '!']))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testkit::SampleTree;

    #[test]
    fn a_file_without_docs_and_a_short_lib_are_named() {
        let sample = SampleTree::new(&[
            ("crates/a/src/lib.rs", "//! One sentence with a.dot in it.\n"),
            ("crates/a/src/bare.rs", "use std::fs;\n//! too late\n"),
            ("crates/a/src/empty.rs", "//!\n"),
            ("crates/a/src/fine.rs", "\n//! Fine\n"),
            (
                "crates/b/src/lib.rs",
                "//! What it is.\n//! What it refuses to know.\n",
            ),
            (
                "crates/c/src/lib.rs",
                "//! What it is.\n//!\n//! ```\n//! // Not prose. Really.\n//! ```\n",
            ),
            ("elsewhere/bare.rs", "fn main() {}\n"),
        ]);
        let places: Vec<_> = check(&sample.tree())
            .into_iter()
            .map(|problem| problem.place)
            .collect();
        assert_eq!(
            places,
            [
                "crates/a/src/bare.rs",
                "crates/a/src/empty.rs",
                "crates/a/src/lib.rs",
                "crates/c/src/lib.rs"
            ]
        );
    }
}
