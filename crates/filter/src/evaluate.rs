//! A checked expression asked of a trace (`spec/filter-expressions.md` 4 to 8).
//!
//! An [`Element`] is what a scope tests: the trace, one segment of a node, one call. It says what its values are;
//! what a comparison does with one value, several or none is decided here, alike for all.

mod cause;
mod edge;
pub(crate) mod entity;
mod node;
mod patterns;
mod trace;

pub(crate) use trace::Asked;

use document::AnnotationValue;

use crate::evaluate::cause::Entry;
use crate::evaluate::edge::Edge;
use crate::evaluate::node::Node;
use crate::expression::{AnnotationComparison, Comparison, Expression};
use crate::json::Json;
use crate::keyword::{BooleanKeyword, CauseKind, CauseLevel, GroupProperty, NumberKeyword, TextKeyword};
use crate::operator::Operator;

/// What an expression is asked of.
pub(crate) trait Element {
    /// The value of a boolean keyword, which is never missing.
    fn boolean(&self, keyword: BooleanKeyword) -> bool;

    /// The value of a number keyword.
    fn number(&self, keyword: NumberKeyword) -> Option<f64>;

    /// Whether the test holds for any value of a text keyword.
    fn any_text(&self, keyword: TextKeyword, test: &mut dyn FnMut(&str) -> bool) -> bool;

    /// Whether the test holds for any value of an annotation.
    fn any_annotation(&self, key: &str, test: &mut dyn FnMut(&AnnotationValue<'_>) -> bool) -> bool;

    /// Whether the test holds for any segment of any node; nodes are found at trace scope only.
    fn any_node(&self, _test: &mut dyn FnMut(&Node<'_, '_>) -> bool) -> bool {
        false
    }

    /// Whether the test holds for any call; calls are found at trace scope only.
    fn any_edge(&self, _test: &mut dyn FnMut(&Edge<'_, '_>) -> bool) -> bool {
        false
    }

    /// Whether there is a root cause of the kind; these are found at trace scope only.
    fn has_cause(&self, _kind: CauseKind) -> bool {
        false
    }

    /// Whether the test holds for any entry of any root cause of the kind.
    fn any_cause_entry(
        &self,
        _kind: CauseKind,
        _level: CauseLevel,
        _test: &mut dyn FnMut(&Entry<'_>) -> bool,
    ) -> bool {
        false
    }

    /// Whether a root cause of the kind, or of any, matches the pattern.
    fn any_cause_like(&self, _kind: Option<CauseKind>, _pattern: &Json) -> bool {
        false
    }

    /// Whether it is a member of the group; only traces are.
    fn is_member(&self, _property: GroupProperty, _of: &str) -> bool {
        false
    }
}

/// Whether the element satisfies the expression. Recursion is bounded by the parser's limit of levels.
pub(crate) fn holds(expression: &Expression, of: &dyn Element) -> bool {
    match expression {
        Expression::All(terms) => terms.iter().all(|term| holds(term, of)),
        Expression::Any(terms) => terms.iter().any(|term| holds(term, of)),
        Expression::Not(negated) => !holds(negated, of),
        Expression::Boolean(keyword, comparison) => {
            let actual = of.boolean(*keyword);
            comparison
                .as_ref()
                .map_or(actual, |comparison| boolean_holds(comparison, &actual))
        }
        Expression::Number(keyword, comparison) => of
            .number(*keyword)
            .is_some_and(|number| number_holds(comparison.as_ref(), number)),
        Expression::Text(keyword, None) => of.any_text(*keyword, &mut |_| true),
        Expression::Text(keyword, Some(comparison)) => text_holds(*keyword, comparison, of),
        Expression::Annotation(key, None) => {
            of.any_annotation(key, &mut |value| *value != AnnotationValue::Boolean(false))
        }
        Expression::Annotation(key, Some(comparison)) => annotation_holds(key, comparison, of),
        Expression::Service { selector, block } => of.any_node(&mut |node| {
            selector
                .as_ref()
                .is_none_or(|selector| node.is_selected_by(selector))
                && block.as_ref().is_none_or(|block| holds(block, node))
        }),
        Expression::Edge { ends, block } => of.any_edge(&mut |edge| {
            edge.is_between(ends.as_ref()) && block.as_ref().is_none_or(|block| holds(block, edge))
        }),
        Expression::Cause(kind) => of.has_cause(*kind),
        Expression::CauseEntry { kind, level, block } => of.any_cause_entry(*kind, *level, &mut |entry| {
            block.as_ref().is_none_or(|block| holds(block, entry))
        }),
        Expression::CausePatterns {
            kind,
            operator,
            patterns,
        } => patterns_hold(*kind, *operator, patterns, of),
        Expression::Group {
            property,
            operator,
            value,
        } => of.is_member(*property, &value.text) == (*operator == Operator::Equal),
    }
}

/// Whether a boolean compares so.
pub(crate) fn boolean_holds(comparison: &Comparison<bool>, actual: &bool) -> bool {
    match (comparison.operator, &comparison.means) {
        (Operator::Equal, Some(expected)) => actual == expected,
        (Operator::Unequal, Some(expected)) => actual != expected,
        (Operator::Equal | Operator::Unequal, None) => false,
        // The check lets neither through.
        (Operator::Order(_) | Operator::Part(_), _) => false,
    }
}

/// Whether a number compares so; without a comparison it only has to be there.
pub(crate) fn number_holds(comparison: Option<&Comparison<f64>>, actual: f64) -> bool {
    let Some(comparison) = comparison else { return true };
    let Some(expected) = comparison.means else {
        return false;
    };
    match comparison.operator {
        Operator::Equal => actual == expected,
        Operator::Unequal => actual != expected,
        Operator::Order(order) => order.holds(actual, expected),
        // The check does not let it through.
        Operator::Part(_) => false,
    }
}

fn text_holds(keyword: TextKeyword, comparison: &Comparison<Box<str>>, of: &dyn Element) -> bool {
    let Some(expected) = comparison.means.as_deref() else {
        return false;
    };
    match comparison.operator {
        Operator::Equal => of.any_text(keyword, &mut |actual| actual == expected),
        Operator::Unequal => {
            let mut has_value = false;
            let is_equal = of.any_text(keyword, &mut |actual| {
                has_value = true;
                actual == expected
            });
            has_value && !is_equal
        }
        Operator::Part(part) => of.any_text(keyword, &mut |actual| part.holds(actual, expected)),
        // The check does not let it through.
        Operator::Order(_) => false,
    }
}

/// `!=` needs a root cause, as it needs a value elsewhere (section 6).
fn patterns_hold(kind: Option<CauseKind>, operator: Operator, patterns: &[Json], of: &dyn Element) -> bool {
    let all_fit = patterns.iter().all(|pattern| of.any_cause_like(kind, pattern));
    match operator {
        Operator::Equal => all_fit,
        Operator::Unequal => !all_fit && CauseKind::of(kind).any(|kind| of.has_cause(*kind)),
        // The check lets neither through.
        Operator::Order(_) | Operator::Part(_) => false,
    }
}

fn annotation_holds(key: &str, comparison: &AnnotationComparison, of: &dyn Element) -> bool {
    match comparison.operator {
        Operator::Equal => of.any_annotation(key, &mut |actual| comparison.equals.contains(actual)),
        Operator::Unequal => {
            let mut has_value = false;
            let is_equal = of.any_annotation(key, &mut |actual| {
                has_value = true;
                comparison.equals.contains(actual)
            });
            has_value && !is_equal
        }
        Operator::Order(order) => of.any_annotation(key, &mut |actual| match (actual, comparison.number) {
            (AnnotationValue::Number(actual), Some(expected)) => order.holds(*actual, expected),
            (AnnotationValue::Number(_) | AnnotationValue::Text(_) | AnnotationValue::Boolean(_), _) => false,
        }),
        Operator::Part(part) => of.any_annotation(key, &mut |actual| match actual {
            AnnotationValue::Text(actual) => {
                comparison.has_text && part.holds(actual, &comparison.value.text)
            }
            AnnotationValue::Number(_) | AnnotationValue::Boolean(_) => false,
        }),
    }
}
