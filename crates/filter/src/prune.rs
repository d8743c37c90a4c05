//! What can prune a scan: a necessary condition of an expression over terms, texts and facts.
//!
//! Walked with the sign of each term: below an odd number of `!` a term must be false, which the facts can say and
//! terms cannot. A block is looked into with what is known of its element; whatever every element must satisfy, the
//! trace has a term for.

mod leaf;

use trace::{Facts, TextPart, is_client_type};

use crate::expression::Expression;
use crate::fact_test::{FactTest, FactTime, TimeRange};
use crate::index::Indexed;
use crate::keyword::{CauseKind, CauseLevel, TextKeyword};
use crate::operator::Operator;
use crate::selector::NodeSelector;
use crate::term::{Flag, Term, TextField};

/// Necessary, never sufficient: a trace that does not satisfy it cannot match, one that does may.
#[derive(Debug, Clone, PartialEq)]
pub enum Prune {
    /// Every trace may match.
    Every,
    /// No trace matches.
    None,
    /// Traces with the term, see [`index_of`](crate::index_of).
    Term(Term),
    /// Traces of which a text passes.
    Text(TextTest),
    /// Traces whose facts pass.
    Facts(FactTest),
    /// Traces that satisfy all of them: at least two, none of them `All`, `Every` or `None`.
    All(Vec<Prune>),
    /// Traces that satisfy any of them: at least two, none of them `Any`, `Every` or `None`.
    Any(Vec<Prune>),
}

/// A test on the texts of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTest {
    /// Whose texts.
    pub field: TextField,
    /// Where it has to stand in one of them.
    pub part: TextPart,
    /// What is looked for, never empty.
    pub text: Box<str>,
}

impl Prune {
    /// What the expression needs of a trace.
    pub(crate) fn of(expression: &Expression) -> Prune {
        needs(expression, Place::Trace, Sign::True)
    }

    /// Whether a trace satisfies it. Recursion is bounded by the levels of an expression.
    pub fn admits(&self, facts: &Facts, indexed: &Indexed) -> bool {
        match self {
            Prune::Every => true,
            Prune::None => false,
            Prune::Term(term) => indexed.has(*term),
            Prune::Text(test) => {
                let mut texts = indexed.texts().filter(|(field, _)| *field == test.field);
                texts.any(|(_, text)| test.part.holds(text, &test.text))
            }
            Prune::Facts(test) => test.holds(facts),
            Prune::All(parts) => parts.iter().all(|part| part.admits(facts, indexed)),
            Prune::Any(parts) => parts.iter().any(|part| part.admits(facts, indexed)),
        }
    }

    fn all(parts: impl IntoIterator<Item = Prune>) -> Prune {
        let mut flat = vec![];
        for part in parts {
            match part {
                Prune::Every => {}
                Prune::None => return Prune::None,
                Prune::All(inner) => flat.extend(inner),
                Prune::Term(_) | Prune::Text(_) | Prune::Facts(_) | Prune::Any(_) => flat.push(part),
            }
        }
        one_or(flat, Prune::Every, Prune::All)
    }

    fn any(parts: impl IntoIterator<Item = Prune>) -> Prune {
        let mut flat = vec![];
        for part in parts {
            match part {
                Prune::Every => return Prune::Every,
                Prune::None => {}
                Prune::Any(inner) => flat.extend(inner),
                Prune::Term(_) | Prune::Text(_) | Prune::Facts(_) | Prune::All(_) => flat.push(part),
            }
        }
        one_or(flat, Prune::None, Prune::Any)
    }

    fn any_term(terms: impl IntoIterator<Item = Term>) -> Prune {
        Prune::any(terms.into_iter().map(Prune::Term))
    }
}

fn one_or(mut parts: Vec<Prune>, empty: Prune, several: fn(Vec<Prune>) -> Prune) -> Prune {
    match parts.pop() {
        None => empty,
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            several(parts)
        }
    }
}

/// What is being tested.
#[derive(Debug, Clone, Copy)]
enum Place<'e> {
    Trace,
    /// A segment of a node, whose name may be known.
    Node(Option<&'e str>),
    Edge,
    Cause(CauseLevel),
}

/// Whether a term must be true or false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    True,
    False,
}

impl Sign {
    fn other(self) -> Sign {
        match self {
            Sign::True => Sign::False,
            Sign::False => Sign::True,
        }
    }
}

/// What a trace needs so that the expression may be true, or false, of it or of an element of it.
fn needs(expression: &Expression, place: Place<'_>, sign: Sign) -> Prune {
    match (expression, sign) {
        (Expression::All(terms), Sign::True) | (Expression::Any(terms), Sign::False) => {
            Prune::all(terms.iter().map(|term| needs(term, place, sign)))
        }
        (Expression::Any(terms), Sign::True) | (Expression::All(terms), Sign::False) => {
            Prune::any(terms.iter().map(|term| needs(term, place, sign)))
        }
        (Expression::Not(negated), _) => needs(negated, place, sign.other()),
        (Expression::Boolean(keyword, comparison), _) => {
            leaf::boolean(*keyword, comparison.as_ref(), place, sign)
        }
        (Expression::Number(keyword, comparison), _) => {
            leaf::number(*keyword, comparison.as_ref(), place, sign)
        }
        (Expression::Text(keyword, comparison), Sign::True) => {
            leaf::text(*keyword, comparison.as_ref(), place)
        }
        (Expression::Annotation(key, comparison), Sign::True) => leaf::annotation(key, comparison.as_ref()),
        (Expression::Service { selector, block }, Sign::True) => {
            let name = selector.as_ref().and_then(|selector| selector.name.as_deref());
            let node = selector.as_ref().map_or(Prune::Every, node);
            Prune::all([node, block_needs(block.as_deref(), Place::Node(name))])
        }
        (Expression::Edge { ends, block }, Sign::True) => {
            let ends = ends.as_ref().map_or(Prune::Every, |(from, to)| edge(from, to));
            Prune::all([ends, block_needs(block.as_deref(), Place::Edge)])
        }
        (Expression::Cause(kind), Sign::True) => cause(*kind),
        (Expression::CauseEntry { kind, level, block }, Sign::True) => {
            Prune::all([cause(*kind), block_needs(block.as_deref(), Place::Cause(*level))])
        }
        (
            Expression::CausePatterns {
                kind,
                operator,
                patterns,
            },
            Sign::True,
        ) if *operator == Operator::Unequal || !patterns.is_empty() => {
            Prune::any(CauseKind::of(*kind).map(|kind| cause(*kind)))
        }
        // Nothing says what is not there, nor what groups a trace is a member of.
        (
            Expression::Text(..)
            | Expression::Annotation(..)
            | Expression::Service { .. }
            | Expression::Edge { .. }
            | Expression::Cause(_)
            | Expression::CauseEntry { .. }
            | Expression::CausePatterns { .. }
            | Expression::Group { .. },
            _,
        ) => Prune::Every,
    }
}

fn block_needs(block: Option<&Expression>, place: Place<'_>) -> Prune {
    block.map_or(Prune::Every, |block| needs(block, place, Sign::True))
}

/// A node that is selected.
fn node(selector: &NodeSelector) -> Prune {
    let name_and_type = match (&selector.name, &selector.node_type) {
        (Some(name), Some(node_type)) => Prune::Term(Term::node_of_type(name, node_type)),
        (Some(name), None) => Prune::Term(Term::text(TextKeyword::Name, name)),
        (None, Some(node_type)) => Prune::Term(Term::text(TextKeyword::Type, node_type)),
        (None, None) => Prune::Every,
    };
    let account = selector.account.as_deref();
    let account = account.map_or(Prune::Every, |account| {
        Prune::Term(Term::text(TextKeyword::AccountId, account))
    });
    Prune::all([name_and_type, account])
}

/// A call between two selected nodes. No term says what a client called: it calls the root.
fn edge(from: &NodeSelector, to: &NodeSelector) -> Prune {
    let between = match (&from.name, &to.name) {
        (Some(from_name), Some(to_name)) if !from.node_type.as_deref().is_some_and(is_client_type) => {
            Prune::Term(Term::edge(from_name, to_name))
        }
        (_, _) => Prune::Every,
    };
    Prune::all([between, node(from), node(to)])
}

/// A root cause: some segment of a node has the flag, or the root took its time. A throttled one is an error too.
fn cause(kind: CauseKind) -> Prune {
    match kind {
        CauseKind::Fault => Prune::Term(Term::any_node_flag(Flag::Fault)),
        CauseKind::Error => Prune::any_term([Flag::Error, Flag::Throttle].map(Term::any_node_flag)),
        CauseKind::ResponseTime => Prune::Facts(FactTest::Within(FactTime::Response, TimeRange::ANY)),
    }
}
