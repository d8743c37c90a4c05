//! A checked expression: every keyword is defined where it stands, every operator fits its keyword, and every value
//! is read as what it is compared with.

use document::AnnotationValue;

use crate::json::Json;
use crate::keyword::{BooleanKeyword, CauseKind, CauseLevel, GroupProperty, NumberKeyword, TextKeyword};
use crate::operator::Operator;
use crate::selector::NodeSelector;
use crate::subject::GroupKey;
use crate::value::Value;

/// A condition over a trace, a node or an edge. Nested to at most 64 levels, so it may be walked by recursion.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// All of them, at least two, none of them `All`.
    All(Vec<Expression>),
    /// At least one of them; at least two, none of them `Any`.
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Boolean(BooleanKeyword, Option<Comparison<bool>>),
    Number(NumberKeyword, Option<Comparison<f64>>),
    Text(TextKeyword, Option<Comparison<Box<str>>>),
    Annotation(Box<str>, Option<AnnotationComparison>),
    /// Some node, and an element of it that satisfies the block.
    Service {
        selector: Option<NodeSelector>,
        block: Option<Box<Expression>>,
    },
    /// Some call, and its caller's view satisfies the block.
    Edge {
        ends: Option<(NodeSelector, NodeSelector)>,
        block: Option<Box<Expression>>,
    },
    /// Some root cause of the kind.
    Cause(CauseKind),
    /// Some entry of some root cause of the kind, and it satisfies the block.
    CauseEntry {
        kind: CauseKind,
        level: CauseLevel,
        block: Option<Box<Expression>>,
    },
    /// Every pattern matches some root cause of the kind, or of any. `=` or `!=`.
    CausePatterns {
        kind: Option<CauseKind>,
        operator: Operator,
        patterns: Vec<Json>,
    },
    /// The trace is a member of the group. `=` or `!=`.
    Group {
        property: GroupProperty,
        operator: Operator,
        value: Value,
    },
}

/// A comparison with a value of type `T`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison<T> {
    pub(crate) operator: Operator,
    pub(crate) value: Value,
    /// The value read as a `T`; one that cannot be read so selects nothing (section 6).
    pub(crate) means: Option<T>,
}

/// A comparison with the values of an annotation, which keep their own types (section 7).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AnnotationComparison {
    pub(crate) operator: Operator,
    pub(crate) value: Value,
    /// The stored values that are equal to it: across types where the texts agree.
    pub(crate) equals: Vec<AnnotationValue<'static>>,
    /// What stored numbers are ordered by.
    pub(crate) number: Option<f64>,
    /// What stored texts are searched for; a bare number or boolean is no text.
    pub(crate) has_text: bool,
}

impl Expression {
    /// Adds the groups that it names. They stand at trace scope, so no block is looked into.
    pub(crate) fn add_groups<'e>(&'e self, keys: &mut Vec<GroupKey<'e>>) {
        match self {
            Expression::All(terms) | Expression::Any(terms) => {
                terms.iter().for_each(|term| term.add_groups(keys));
            }
            Expression::Not(negated) => negated.add_groups(keys),
            Expression::Group { property, value, .. } => keys.push(match property {
                GroupProperty::Name => GroupKey::Name(&value.text),
                GroupProperty::Arn => GroupKey::Arn(&value.text),
            }),
            Expression::Boolean(..)
            | Expression::Number(..)
            | Expression::Text(..)
            | Expression::Annotation(..)
            | Expression::Service { .. }
            | Expression::Edge { .. }
            | Expression::Cause(_)
            | Expression::CauseEntry { .. }
            | Expression::CausePatterns { .. } => {}
        }
    }
}
