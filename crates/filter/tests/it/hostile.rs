//! Text that means no good: long, deep, random. A problem at once, never a panic.

use filter::{EntitySelector, Filter, Problem, ProblemKind, index_of};
use proptest::prelude::*;

use crate::corpus;
use crate::generated::tree;
use crate::round_trip::expression;
use crate::samples::{HOME, matches, trace, traces};

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

#[test]
fn numbers_may_be_long_but_not_beyond_64_bits() {
    let digits = |many: usize| "9".repeat(many);
    assert!(is_valid(&format!("responsetime < {}", digits(308))));
    assert!(is_valid(&format!("responsetime > 0.{}", digits(1_900))));
    assert!(is_valid(&format!("annotation.a = {}", digits(1_900))));
    assert!(is_valid(&format!(
        "duration > 1e-{} OR http.status >= -9e18",
        digits(100)
    )));
    let beyond = problem(&format!("responsetime > {}", digits(1_900)));
    assert_eq!((beyond.kind, beyond.position), (ProblemKind::Type, 16));
    let pattern = problem(&format!("rootcause.json = #[{}]", digits(1_900)));
    assert_eq!(pattern.text, "Invalid JSON");
    for trace in traces() {
        let filter = "http.status > 1e300 OR http.status < -1e300 OR http.status = 1e18";
        assert!(!matches(&filter.parse().expect("a filter"), &trace));
    }
}

#[test]
fn what_looks_like_a_regular_expression_is_a_text() {
    let text = "(a+)+$|.*.*".repeat(80);
    let filter: Filter = format!("http.url CONTAINS \"{text}\" OR message ENDSWITH '{text}'")
        .parse()
        .expect("a filter");
    let url = format!("{}b", "a".repeat(50_000));
    let trace = trace(&format!(
        r#"[{{"trace_id":"1-68e7780c-5b1f0c6a9d3e82774410ab9f","id":"00000000000000a1","name":"a","start_time":1,
            "end_time":2,"http":{{"request":{{"url":"{url}"}}}}}}]"#
    ));
    assert!(!matches(&filter, &trace));
    let almost: Filter = format!("http.url CONTAINS '{}c'", "a".repeat(1_900))
        .parse()
        .expect("a filter");
    assert!(!matches(&almost, &trace));
}

#[test]
fn the_longest_expression_is_asked_of_a_large_trace() {
    let subsegments: Vec<String> = (1..400)
        .map(|id| format!(r#"{{"id":"{id:016x}","name":"call","namespace":"remote","start_time":1,"end_time":2,"fault":true}}"#))
        .collect();
    let trace = trace(&format!(
        r#"[{{"trace_id":"1-68e7780c-5b1f0c6a9d3e82774410ab9f","id":"ffffffffffffffff","name":"a","start_time":1,
            "end_time":2,"fault":true,"subsegments":[{}]}}]"#,
        subsegments.join(",")
    ));
    for text in [
        "edge(){ok}".repeat(200),
        "service(){!annotation.a ok}".repeat(70),
        "rootcause.fault.entity{index>9}OR ".repeat(58) + "partial",
        "rootcause.json=#[{\"a\":1}]OR ".repeat(70) + "partial",
    ] {
        let filter: Filter = text.parse().expect("a filter");
        assert!(!matches(&filter, &trace));
    }
    let indexed = index_of(&trace, HOME);
    assert_eq!(indexed.terms().len() + indexed.texts().count(), 12);
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
    let bytes = prop::collection::vec(any::<u8>(), 0..60);
    // A request whose bytes are no UTF-8 is refused, or read with replacement characters.
    let lossy = bytes.prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let tree = tree().prop_map(|tree| tree.to_string());
    prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        lossy,
        soup(),
        damaged(),
        expression(),
        tree
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_a_selector_or_a_problem(text in text()) {
        if let Ok(selector) = text.parse::<EntitySelector>() {
            prop_assert_eq!(selector.to_string().parse(), Ok(selector));
        }
    }

    #[test]
    fn any_text_is_a_filter_or_a_problem_inside_it(text in text()) {
        match text.parse::<Filter>() {
            Ok(filter) => {
                for trace in traces() {
                    matches(&filter, &trace);
                }
                filter.prune();
                filter.groups();
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
