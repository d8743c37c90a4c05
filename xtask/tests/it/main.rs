//! `cargo test` holds the repository itself to the rules of `xtask tidy`.

use xtask::{tidy::tidy, tree::Tree};

#[test]
fn the_repository_is_tidy() {
    let tree = Tree::of_this_repository().expect("the repository's files can be listed");
    let report = tidy(&tree);
    assert!(report.problems.is_empty(), "\n{report}");
}
