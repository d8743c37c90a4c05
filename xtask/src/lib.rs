//! The repository's own chores: `tidy` holds us to our rules, `generate` writes what must not drift.
//! Knows the files as text only: it builds nothing, changes nothing outside the generated files, and asks no network.
//!
//! Data enters as a [`tree::Tree`], the list of files that git would commit, and leaves as a [`tidy::Report`].

pub mod generate;
pub mod rust_text;
pub mod tidy;
pub mod tree;
