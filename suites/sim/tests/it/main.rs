//! A short range of seeds, and some seeds twice.

use sim::{Extent, run_seeds};

#[test]
fn the_same_seed_gives_the_same_history() {
    let twice = Extent {
        again_every: 1,
        ..EXTENT
    };
    // Seeds that had more than one history when readers held up the deletion of blocks, or when draws depended on how
    // long the catalog's log was.
    for seed in [2, 24, 42] {
        let ran = run_seeds(seed..seed + 1, twice);
        let told: Vec<String> = ran.failures.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{}", told.join("\n"));
        assert_eq!(ran.counts["seeds with the same history twice"], 1);
    }
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
    again_every: 0,
};
