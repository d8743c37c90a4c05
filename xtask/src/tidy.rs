//! The rules that no compiler knows, each in a module of its own that can name every place where it is broken.

use std::fmt;

use crate::tree::Tree;

pub mod arrows;
pub mod budget;
pub mod formats;
pub mod module_docs;
pub mod names;
pub mod places;

/// One broken rule: where, what is wrong, what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, relative to the root, with a line where one is known: `crates/a/src/b.rs:7`.
    pub place: String,
    /// A sentence.
    pub text: String,
}

impl Problem {
    fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            text: text.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// What `tidy` found: the problems, and the sizes of what it read.
#[derive(Debug)]
pub struct Report {
    /// Every broken rule, by place.
    pub problems: Vec<Problem>,
    /// How many files there are and how long the longest are.
    pub sizes: budget::Sizes,
}

/// Runs every check.
pub fn tidy(tree: &Tree) -> Report {
    let (sizes, mut problems) = budget::check(tree);
    problems.extend(arrows::check(tree, arrows::TABLE));
    problems.extend(module_docs::check(tree));
    problems.extend(names::check(tree));
    problems.extend(formats::check(tree));
    problems.extend(places::check(tree));
    problems.sort();
    Report { problems, sizes }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{problem}")?;
        }
        writeln!(f, "{}", self.sizes)?;
        match self.problems.len() {
            0 => write!(f, "tidy"),
            1 => write!(f, "not tidy: 1 problem"),
            count => write!(f, "not tidy: {count} problems"),
        }
    }
}
