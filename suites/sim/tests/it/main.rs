//! A short range of seeds, and one seed twice.

use sim::{Extent, run_seeds};

#[test]
fn the_same_seed_gives_the_same_history() {
    let (once, again) = (run_seeds(0..1, EXTENT), run_seeds(0..1, EXTENT));
    assert_eq!(
        (once.seeds, once.hash, &once.counts),
        (again.seeds, again.hash, &again.counts)
    );
}

#[test]
fn what_was_acknowledged_survives_whatever_fails_in_a_short_range_of_seeds() {
    let ran = run_seeds(0..12, EXTENT);
    let told: Vec<String> = ran.failures.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert_eq!(ran.seeds, 12);
    assert!(ran.counts["checks of all answers"] > 12);
}

const EXTENT: Extent = Extent {
    steps: 60,
    threads: 1,
    until: None,
};
