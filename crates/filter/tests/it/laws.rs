//! What must hold for every trace and every expression.

use std::ops::Range;

use filter::{Filter, GroupRef, Verdict, index_of};
use proptest::prelude::*;
use trace::{EntityRef, Roots, Trace};

use crate::corpus;
use crate::generated::{GROUPS, Tree, tree};
use crate::model::{START, model};
use crate::reference::{World, is_true};
use crate::round_trip::expression;
use crate::samples::{HOME, subject, traces};

/// Whether an entity ends in a range of microseconds after [`START`].
fn ends_in(entity: EntityRef<'_>, ends: &Range<i64>) -> bool {
    let end = entity.end().map(|end| end.as_nanos() - START * 1_000_000_000);
    end.is_some_and(|nanos| (ends.start * 1_000..ends.end * 1_000).contains(&nanos))
}

/// Whether it matches where `service()` and `edge()` test only what ends in a range; on the way, that neither pruning
/// nor judging says otherwise.
fn matches(filter: &Filter, trace: &Trace, groups: &[&str], ends: Option<&Range<i64>>) -> bool {
    let arns: Vec<String> = groups.iter().map(|name| format!("arn:{name}")).collect();
    let refs: Vec<GroupRef<'_>> = groups
        .iter()
        .zip(&arns)
        .map(|(name, arn)| GroupRef { name, arn })
        .collect();
    let subject = subject(trace, &refs);
    let matches = match ends {
        None => filter.matches(&subject),
        Some(ends) => filter.matches_testing(&subject, &|entity| ends_in(entity, ends)),
    };
    let facts = trace.facts();
    let indexed = index_of(trace, HOME);
    assert!(
        indexed.terms().is_sorted_by(|one, next| one < next),
        "sorted, each once"
    );
    let prune = filter.prune();
    let is_admitted = prune.admits(&facts, &indexed);
    assert!(
        is_admitted || !matches,
        "{filter} matches, but is pruned by {prune:?}"
    );
    match filter.judge(&facts) {
        Verdict::Yes => assert!(matches, "{filter} is judged to match {facts:?}"),
        Verdict::No => assert!(!matches, "{filter} is judged not to match {facts:?}"),
        Verdict::Unknown => {}
    }
    matches
}

fn assert_agreement(tree: &Tree, world: &World<'_>) {
    let text = tree.to_string();
    if text.chars().count() > 2_000 {
        return;
    }
    let filter: Filter = match text.parse() {
        Ok(filter) => filter,
        Err(problem) => return assert_eq!(problem.to_string(), "", "{text}"),
    };
    let matches = matches(&filter, world.trace, world.groups, world.ends);
    assert_eq!(matches, is_true(tree, world), "{text}, ends: {:?}", world.ends);
    // What it prints as says the same.
    assert_eq!(filter.to_string().parse(), Ok(filter), "{text}");
}

fn groups() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(GROUPS, 0..=GROUPS.len())
}

/// Bounds at which entities of a model end, or not.
fn ends() -> impl Strategy<Value = Range<i64>> {
    let bound =
        || prop::sample::select(&[0, 500, 1_500, 250_000, 999_500, 1_000_000, 1_250_000, 3_000_000][..]);
    (bound(), bound()).prop_map(|(one, other)| one.min(other)..one.max(other) + 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn evaluation_agrees_with_the_reference_and_no_match_is_pruned(
        trees in prop::collection::vec(tree(), 8),
        models in prop::collection::vec(model(), 4),
        groups in groups(),
        ends in ends(),
    ) {
        for model in &models {
            let trace = model.assembled();
            for ends in [None, Some(&ends)] {
                let world = World { model, trace: &trace, groups: &groups, ends };
                trees.iter().for_each(|tree| assert_agreement(tree, &world));
            }
        }
    }

    #[test]
    fn no_match_of_the_samples_is_pruned(text in expression()) {
        if let Ok(filter) = text.parse() {
            for trace in traces() {
                matches(&filter, &trace, &[], None);
                matches(&filter, &trace.with_roots(Roots::OrDetached), &[], None);
            }
        }
    }
}

#[test]
fn no_match_of_the_files_is_pruned() {
    for filter in corpus::all().iter().filter_map(|text| text.parse().ok()) {
        for trace in traces() {
            matches(&filter, &trace, &["slow"], None);
        }
    }
}
