//! An expression as it was written (`spec/filter-expressions.md` 3): right in its grammar, not yet in its words.

use crate::keyword::{CauseForm, Row};
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
        form: CauseForm,
        block: Option<Box<Term<'s>>>,
    },
    /// `group.name = "..."`
    Group {
        word: Token<'s>,
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

/// An operator and its value.
pub(crate) struct Operation<'s> {
    pub(crate) operator: Operator,
    pub(crate) operator_token: Token<'s>,
    pub(crate) value: Value,
    pub(crate) value_token: Token<'s>,
}
