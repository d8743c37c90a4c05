//! What must hold for every trace and every expression.

use filter::{Filter, GroupRef, Verdict, terms_of};
use proptest::prelude::*;
use trace::Trace;

use crate::corpus;
use crate::generated::{GROUPS, Tree, tree};
use crate::model::{Model, model};
use crate::reference::{World, is_true};
use crate::round_trip::expression;
use crate::samples::{HOME, subject, traces};

/// Whether it matches; on the way, that neither pruning nor judging says otherwise.
fn matches(filter: &Filter, trace: &Trace, groups: &[&str]) -> bool {
    let arns: Vec<String> = groups.iter().map(|name| format!("arn:{name}")).collect();
    let refs: Vec<GroupRef<'_>> = groups
        .iter()
        .zip(&arns)
        .map(|(name, arn)| GroupRef { name, arn })
        .collect();
    let matches = filter.matches(&subject(trace, &refs));
    let facts = trace.facts();
    let terms = terms_of(trace, HOME);
    assert!(terms.is_sorted_by(|one, next| one < next), "sorted, each once");
    let prune = filter.prune();
    let is_admitted = prune.admits(&facts, &|term| terms.binary_search(&term).is_ok());
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

fn assert_agreement(tree: &Tree, model: &Model, trace: &Trace, groups: &[&str]) {
    let text = tree.to_string();
    if text.chars().count() > 2_000 {
        return;
    }
    let filter: Filter = match text.parse() {
        Ok(filter) => filter,
        Err(problem) => return assert_eq!(problem.to_string(), "", "{text}"),
    };
    let world = World { model, trace, groups };
    assert_eq!(matches(&filter, trace, groups), is_true(tree, &world), "{text}");
    // What it prints as says the same.
    assert_eq!(filter.to_string().parse(), Ok(filter), "{text}");
}

fn groups() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(GROUPS, 0..=GROUPS.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn evaluation_agrees_with_the_reference_and_no_match_is_pruned(
        trees in prop::collection::vec(tree(), 8),
        models in prop::collection::vec(model(), 4),
        groups in groups(),
    ) {
        for model in &models {
            let trace = model.assembled();
            trees.iter().for_each(|tree| assert_agreement(tree, model, &trace, &groups));
        }
    }

    #[test]
    fn no_match_of_the_samples_is_pruned(text in expression()) {
        if let Ok(filter) = text.parse() {
            for trace in traces() {
                matches(&filter, &trace, &[]);
            }
        }
    }
}

#[test]
fn no_match_of_the_files_is_pruned() {
    for filter in corpus::all().iter().filter_map(|text| text.parse().ok()) {
        for trace in traces() {
            matches(&filter, &trace, &["slow"]);
        }
    }
}
