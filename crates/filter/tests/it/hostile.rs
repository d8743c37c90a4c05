//! Text that means no good: long, deep, random. A problem at once, never a panic.

use filter::{Filter, Problem, ProblemKind};
use proptest::prelude::*;

use crate::corpus;
use crate::round_trip::expression;
use crate::samples::{matches, traces};

fn problem(text: &str) -> Problem {
    text.parse::<Filter>().expect_err("a problem")
}

fn is_valid(text: &str) -> bool {
    text.parse::<Filter>().is_ok()
}

#[test]
fn two_thousand_characters_are_enough() {
    let longest = format!("user = \"{}\"", "김".repeat(1_991));
    assert!(is_valid(&longest));
    let too_long = problem(&format!("{longest} "));
    assert_eq!(
        too_long.to_string(),
        "Error Location: line 1, position 2001 : Filter expression is too long"
    );
    assert_eq!(too_long.kind, ProblemKind::Limit);
    assert_eq!(problem(&"(".repeat(50_000_000)).position, 2_001);
    assert_eq!(problem(&" ".repeat(2_001)).kind, ProblemKind::Limit);
}

#[test]
fn sixty_four_levels_are_deep_enough() {
    let deepest = |levels: usize| format!("{}ok{}", "(".repeat(levels), ")".repeat(levels));
    assert!(is_valid(&deepest(64)));
    let too_deep = problem(&deepest(65));
    assert_eq!(
        too_deep.to_string(),
        "Error Location: line 1, position 65 : Filter expression is nested too deeply"
    );
    assert_eq!(too_deep.kind, ProblemKind::Limit);
    assert_eq!(problem(&"(".repeat(2_000)), too_deep);
}

#[test]
fn parentheses_blocks_and_negations_count_together() {
    let mixed = |negations: usize| format!("{}(service() {{ NOT ok }})", "!".repeat(negations));
    assert!(is_valid(&mixed(61)));
    assert_eq!(problem(&mixed(62)).text, "Filter expression is nested too deeply");
    assert_eq!(problem(&mixed(62)).position, 62 + "(service() { N".len());
    // What is closed again does not count.
    assert!(is_valid(&"(ok) !ok service(id(name: \"a\")) { ok } ".repeat(40)));
    assert!(is_valid(&"!!(ok) ".repeat(200)));
}

#[test]
fn patterns_are_not_nested_too_deeply_either() {
    let deep = problem(&format!("rootcause.json = #{}", "[".repeat(1_900)));
    assert_eq!(
        deep.to_string(),
        "Error Location: line 1, position 83 : Filter expression is nested too deeply"
    );
}

#[test]
fn as_many_terms_as_there_is_room_for_are_answered() {
    let traces = traces();
    for text in [
        "ok ".repeat(666),
        "!ok OR ".repeat(285) + "ok",
        "edge(){ok}".repeat(200),
        "service(){!ok}".repeat(142),
    ] {
        let filter: Filter = text.parse().expect("a filter");
        for trace in &traces {
            matches(&filter, trace);
        }
    }
}

/// Words and symbols of the language in no order.
fn soup() -> impl Strategy<Value = String> {
    let pieces: Vec<String> = corpus::all()
        .iter()
        .flat_map(|text| text.split_inclusive([' ', '(', ')', '{', '}', '.', '=', '"', '[', ']']))
        .map(str::to_owned)
        .collect();
    prop::collection::vec(prop::sample::select(pieces), 0..16).prop_map(|pieces| pieces.concat())
}

/// An expression of the files with one character put in, taken out or changed.
fn damaged() -> impl Strategy<Value = String> {
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop::option::of(any::<char>()),
        any::<bool>(),
    );
    (prop::sample::select(corpus::all()), change).prop_map(|(text, (at, from, put, keep))| {
        let mut characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len() + 1);
        if !keep && at < characters.len() {
            characters.remove(at);
        }
        let known = (!characters.is_empty()).then(|| characters[from.index(characters.len())]);
        characters.splice(at.min(characters.len())..at.min(characters.len()), put.or(known));
        characters.into_iter().collect()
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[ -~]{0,40}", soup(), damaged(), expression()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_a_filter_or_a_problem_inside_it(text in text()) {
        match text.parse::<Filter>() {
            Ok(filter) => {
                for trace in traces() {
                    matches(&filter, &trace);
                }
                filter.prune();
                prop_assert_eq!(filter.to_string().parse(), Ok(filter));
            }
            Err(problem) => {
                let line = text.split('\n').nth(problem.line - 1);
                let length = line.map(|line| line.chars().count());
                prop_assert!(length.is_some_and(|length| (1..=length + 1).contains(&problem.position)), "{}", problem);
            }
        }
    }
}
