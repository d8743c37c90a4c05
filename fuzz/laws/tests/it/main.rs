//! The laws hold for the seeds that fuzzing begins from, and for each seed cut short.

use laws::seeds;

/// The seed, and what is left of it where it breaks off in some places.
fn with_cuts(seed: &[u8]) -> impl Iterator<Item = &[u8]> {
    let cuts = (1..4).filter_map(move |part| seed.get(..seed.len() * part / 4));
    cuts.chain([seed])
}

fn replay(seeds: &[Vec<u8>], law: fn(&[u8])) {
    assert!(seeds.len() > 10, "the seeds are missing");
    for seed in seeds {
        with_cuts(seed).for_each(law);
    }
}

#[test]
fn accepting_keeps_its_laws() {
    replay(&seeds::documents(), laws::accept);
}

#[test]
fn assembling_keeps_its_laws() {
    replay(&seeds::traces(), laws::assemble);
}

#[test]
fn filters_keep_their_laws() {
    replay(&seeds::filters(), laws::filter);
}

#[test]
fn graphs_keep_their_laws() {
    replay(&seeds::traces(), laws::service_graph);
}
