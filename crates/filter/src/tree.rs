//! An expression as it was written (`spec/filter-expressions.md` 3): right in its grammar, not yet in its words.

use crate::json::Json;
use crate::keyword::{CauseKind, CauseLevel, GroupProperty, Row};
use crate::operator::Operator;
use crate::selector::NodeSelector;
use crate::token::Token;
use crate::value::Value;

/// A term of an expression; the tokens in it say where a problem lies.
pub(crate) enum Term<'s> {
    /// All of them.
    All(Vec<Term<'s>>),
    /// At least one of them.
    Any(Vec<Term<'s>>),
    Not(Box<Term<'s>>),
    /// `service(selector) { block }`
    Service {
        word: Token<'s>,
        selector: Option<NodeSelector>,
        block: Option<Box<Term<'s>>>,
    },
    /// `edge(from, to) { block }`
    Edge {
        word: Token<'s>,
        ends: Option<(NodeSelector, NodeSelector)>,
        block: Option<Box<Term<'s>>>,
    },
    /// `rootcause.fault`, `rootcause.fault.service { block }`, `rootcause.json = #[...]`
    Cause {
        word: Token<'s>,
        term: CauseTerm<'s>,
    },
    /// `group.name = "..."`
    Group {
        word: Token<'s>,
        property: GroupProperty,
        operation: Operation<'s>,
    },
    /// A keyword, perhaps compared.
    Keyword {
        word: Token<'s>,
        row: &'static Row,
        operation: Option<Operation<'s>>,
    },
    /// An annotation, perhaps compared.
    Annotation {
        word: Token<'s>,
        key: Box<str>,
        operation: Option<Operation<'s>>,
    },
}

/// What is asked of root causes.
pub(crate) enum CauseTerm<'s> {
    /// Is there one?
    Any(CauseKind),
    /// Is there such an entry?
    Entry(CauseKind, CauseLevel, Option<Box<Term<'s>>>),
    /// Are there causes for these patterns?
    Patterns {
        kind: Option<CauseKind>,
        operator: Operator,
        patterns: Vec<Json>,
    },
}

/// An operator and its value.
pub(crate) struct Operation<'s> {
    pub(crate) operator: Operator,
    pub(crate) operator_token: Token<'s>,
    pub(crate) value: Value,
    pub(crate) value_token: Token<'s>,
}
