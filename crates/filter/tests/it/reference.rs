//! The language said once more, as plainly as possible: over the tree of an expression and the list of entities, by
//! recursion, every value collected before it is compared. Nothing of `filter` is used.
//!
//! Root causes are taken from `trace`, which finds them; what is asked of them is said here.

mod causes;
mod elements;

use std::ops::Range;

use serde_json::Value;
use trace::Trace;

use crate::generated::{Tree, Written};
use crate::model::Model;
use elements::Element;

/// A trace and the groups that it is a member of.
pub(crate) struct World<'w> {
    pub(crate) model: &'w Model,
    pub(crate) trace: &'w Trace,
    pub(crate) groups: &'w [&'w str],
    /// `service()` and `edge()` test only what ends in it, in microseconds after the model's start.
    pub(crate) ends: Option<&'w Range<i64>>,
}

/// Whether an expression is true of a trace.
pub(crate) fn is_true(tree: &Tree, world: &World<'_>) -> bool {
    holds(tree, world, &Element::Trace)
}

fn holds(tree: &Tree, world: &World<'_>, element: &Element) -> bool {
    let block_holds = |block: &Option<Box<Tree>>, element: &Element| {
        block.as_ref().is_none_or(|block| holds(block, world, element))
    };
    match tree {
        Tree::All(terms) => terms.iter().filter(|term| holds(term, world, element)).count() == terms.len(),
        Tree::Any(terms) => terms.iter().filter(|term| holds(term, world, element)).count() > 0,
        Tree::Not(term) => !holds(term, world, element),
        Tree::Word(word, compared) => {
            let values = element.values(word, world);
            match compared {
                None => values.iter().any(|value| *value != Value::Bool(false)),
                Some((operator, written)) => word_holds(word, operator, written, &values),
            }
        }
        Tree::Annotation(key, compared) => {
            let values = element.annotations(key, world);
            match compared {
                None => values.iter().any(|value| *value != Value::Bool(false)),
                Some((operator, written)) => annotation_holds(operator, written, &values),
            }
        }
        Tree::Service(selector, block) => Element::all_nodes(world).iter().any(|node| {
            let is_selected = selector
                .as_ref()
                .is_none_or(|selector| node.is_selected(selector, world));
            is_selected && node.ends_in(world) && block_holds(block, node)
        }),
        Tree::Edge(ends, block) => Element::all_edges(world).iter().any(|edge| {
            let is_selected = match ends {
                None => !edge.is_entry(),
                Some((from, to)) => edge.is_between(from, to, world),
            };
            is_selected && edge.ends_in(world) && block_holds(block, edge)
        }),
        Tree::Cause(kind) => !causes::all(kind, world).is_empty(),
        Tree::Entry(kind, level, block) => causes::entries(kind, level, world)
            .into_iter()
            .any(|entry| block_holds(block, &Element::Entry(entry))),
        Tree::Patterns(kind, operator, patterns) => {
            let causes: Vec<Value> = match kind {
                Some(kind) => causes::all(kind, world),
                None => ["fault", "error", "responsetime"]
                    .iter()
                    .flat_map(|kind| causes::all(kind, world))
                    .collect(),
            };
            let fits = |pattern: &Value| causes.iter().any(|cause| causes::fits(pattern, cause));
            let all_fit = patterns.iter().all(fits);
            match *operator {
                "=" => all_fit,
                _ => !all_fit && !causes.is_empty(),
            }
        }
        Tree::Group(property, operator, value) => {
            let is_member = world.groups.iter().any(|group| match *property {
                "name" => group == value,
                _ => format!("arn:{group}") == *value,
            });
            is_member == (*operator == "=")
        }
    }
}

/// Section 6: a value of another type selects nothing, a missing one satisfies no comparison.
fn word_holds(word: &str, operator: &str, written: &Written, values: &[Value]) -> bool {
    if BOOLEANS.contains(&word) {
        let Some(expected) = boolean(&written.text) else {
            return false;
        };
        return values
            .iter()
            .all(|value| (*value == Value::Bool(expected)) == (operator == "="));
    }
    if NUMBERS.contains(&word) {
        let Ok(expected) = written.text.parse::<f64>() else {
            return false;
        };
        let numbers = values.iter().filter_map(Value::as_f64);
        return numbers
            .into_iter()
            .any(|actual| ordered(actual, operator, expected));
    }
    let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    match operator {
        "!=" => !texts.is_empty() && texts.iter().all(|text| *text != written.text),
        _ => texts.iter().any(|text| text_is(text, operator, &written.text)),
    }
}

/// Section 7.
fn annotation_holds(operator: &str, written: &Written, values: &[Value]) -> bool {
    let is_equal = |value: &Value| match value {
        Value::Number(number) => {
            let number = number.as_f64().expect("a number of 64 bits");
            match written.is_quoted {
                true => written.text == shortest(number),
                false => written.text.parse() == Ok(number),
            }
        }
        Value::Bool(actual) => match written.is_quoted {
            true => written.text == actual.to_string(),
            false => boolean(&written.text) == Some(*actual),
        },
        Value::String(text) => {
            let as_number = written.text.parse().map(shortest);
            let as_boolean = boolean(&written.text).map(|boolean| boolean.to_string());
            *text == written.text
                || !written.is_quoted && (as_number.as_ref() == Ok(text) || as_boolean.as_ref() == Some(text))
        }
        _ => false,
    };
    match operator {
        "=" => values.iter().any(is_equal),
        "!=" => !values.is_empty() && !values.iter().any(is_equal),
        "CONTAINS" | "BEGINSWITH" | "ENDSWITH" => {
            let is_word = written.text.parse::<f64>().is_err() && boolean(&written.text).is_none();
            (written.is_quoted || is_word)
                && values
                    .iter()
                    .filter_map(Value::as_str)
                    .any(|text| text_is(text, operator, &written.text))
        }
        _ => written.text.parse().is_ok_and(|expected| {
            let mut numbers = values.iter().filter_map(Value::as_f64);
            numbers.any(|actual| ordered(actual, operator, expected))
        }),
    }
}

fn ordered(actual: f64, operator: &str, expected: f64) -> bool {
    match operator {
        "=" => actual == expected,
        "!=" => actual != expected,
        "<" => actual < expected,
        "<=" => actual <= expected,
        ">" => actual > expected,
        _ => actual >= expected,
    }
}

fn text_is(actual: &str, operator: &str, expected: &str) -> bool {
    match operator {
        "=" => actual == expected,
        "CONTAINS" => actual.contains(expected),
        "BEGINSWITH" => actual.starts_with(expected),
        _ => actual.ends_with(expected),
    }
}

/// Zero is `0` with whatever sign.
fn shortest(number: f64) -> String {
    if number == 0.0 {
        "0".to_owned()
    } else {
        number.to_string()
    }
}

fn boolean(text: &str) -> Option<bool> {
    text.to_lowercase().parse().ok()
}

const BOOLEANS: &[&str] = &[
    "ok", "error", "throttle", "fault", "partial", "inferred", "remote", "root", "first", "last",
];
const NUMBERS: &[&str] = &["responsetime", "duration", "http.status", "index", "coverage"];
