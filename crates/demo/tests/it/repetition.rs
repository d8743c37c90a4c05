//! The same seed tells the same story.

use demo::Shop;

use crate::{begin, visits};

#[test]
fn the_same_seed_gives_the_same_documents() {
    assert_eq!(visits(7, 300), visits(7, 300));
}

#[test]
fn another_seed_gives_other_traces() {
    assert_ne!(visits(7, 1), visits(8, 1));
}

#[test]
fn a_visit_does_not_depend_on_when_the_earlier_ones_were() {
    let (mut early, mut late) = (Shop::new(7), Shop::new(7));
    early.visit(begin(0));
    late.visit(begin(1));
    assert_eq!(early.visit(begin(2)), late.visit(begin(2)));
}
