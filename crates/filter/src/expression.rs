//! A checked expression: every keyword is defined where it stands, every operator fits its keyword, and every value
//! is read as what it is compared with.

use document::AnnotationValue;

use crate::keyword::{BooleanKeyword, NumberKeyword, TextKeyword};
use crate::operator::Operator;
use crate::selector::NodeSelector;
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
    pub(crate) equals: Vec<AnnotationValue>,
    /// What stored numbers are ordered by.
    pub(crate) number: Option<f64>,
    /// What stored texts are searched for; a bare number or boolean is no text.
    pub(crate) has_text: bool,
}
