//! A tree to a checked expression: scopes, operators and values (`spec/filter-expressions.md` 4 to 7).

mod annotations;

use crate::expression::{Comparison, Expression};
use crate::keyword::{GroupProperty, Keyword, Row, Scope, has_annotations};
use crate::operator::Operator;
use crate::problem::{Problem, ProblemKind};
use crate::token::Token;
use crate::tree::{CauseTerm, Operation, Term};
use crate::value::Value;

/// Checks an expression over a trace.
pub(crate) fn check(source: &str, term: Term<'_>) -> Result<Expression, Problem> {
    Checker { source }.term(term, Scope::Trace)
}

struct Checker<'s> {
    source: &'s str,
}

type Block<'s> = Option<Box<Term<'s>>>;

impl Checker<'_> {
    /// Recursion is bounded by the parser's limit of levels.
    fn term(&self, term: Term<'_>, scope: Scope) -> Result<Expression, Problem> {
        match term {
            Term::All(terms) => Ok(Expression::All(flat_all(self.terms(terms, scope)?))),
            Term::Any(terms) => Ok(Expression::Any(flat_any(self.terms(terms, scope)?))),
            Term::Not(negated) => Ok(Expression::Not(Box::new(self.term(*negated, scope)?))),
            Term::Service {
                word,
                selector,
                block,
            } => {
                self.only_at_trace(word, scope)?;
                Ok(Expression::Service {
                    selector,
                    block: self.block(block, Scope::Node)?,
                })
            }
            Term::Edge { word, ends, block } => {
                self.only_at_trace(word, scope)?;
                Ok(Expression::Edge {
                    ends,
                    block: self.block(block, Scope::Edge)?,
                })
            }
            Term::Cause { word, term } => {
                self.only_at_trace(word, scope)?;
                self.cause(term)
            }
            Term::Group {
                word,
                property,
                operation,
            } => {
                self.only_at_trace(word, scope)?;
                self.group(property, operation)
            }
            Term::Keyword { word, row, operation } => self.keyword(word, row, operation, scope),
            Term::Annotation { word, key, operation } => {
                if !has_annotations(scope) {
                    return Err(self.misplaced(word));
                }
                let comparison =
                    operation.map(|operation| annotations::comparison(operation.operator, operation.value));
                Ok(Expression::Annotation(key, comparison))
            }
        }
    }

    fn terms(&self, terms: Vec<Term<'_>>, scope: Scope) -> Result<Vec<Expression>, Problem> {
        terms.into_iter().map(|term| self.term(term, scope)).collect()
    }

    fn block(&self, block: Block<'_>, scope: Scope) -> Result<Option<Box<Expression>>, Problem> {
        block
            .map(|block| self.term(*block, scope).map(Box::new))
            .transpose()
    }

    fn cause(&self, term: CauseTerm<'_>) -> Result<Expression, Problem> {
        Ok(match term {
            CauseTerm::Any(kind) => Expression::Cause(kind),
            CauseTerm::Entry(kind, level, block) => Expression::CauseEntry {
                kind,
                level,
                block: self.block(block, level.scope())?,
            },
            CauseTerm::Patterns {
                kind,
                operator,
                patterns,
            } => Expression::CausePatterns {
                kind,
                operator,
                patterns,
            },
        })
    }

    fn group(&self, property: GroupProperty, operation: Operation<'_>) -> Result<Expression, Problem> {
        self.operator_fits(&operation, |operator| {
            matches!(operator, Operator::Equal | Operator::Unequal)
        })?;
        Ok(Expression::Group {
            property,
            operator: operation.operator,
            value: operation.value,
        })
    }

    fn keyword(
        &self,
        word: Token<'_>,
        row: &Row,
        operation: Option<Operation<'_>>,
        scope: Scope,
    ) -> Result<Expression, Problem> {
        if !row.is_defined_in(scope) {
            return Err(self.misplaced(word));
        }
        Ok(match row.keyword {
            Keyword::Boolean(keyword) => Expression::Boolean(keyword, self.boolean(operation)?),
            Keyword::Number(keyword) => Expression::Number(keyword, self.number(operation)?),
            Keyword::Text(keyword) => Expression::Text(keyword, self.text(operation)?),
        })
    }

    fn boolean(&self, operation: Option<Operation<'_>>) -> Result<Option<Comparison<bool>>, Problem> {
        let Some(operation) = operation else {
            return Ok(None);
        };
        self.operator_fits(&operation, |operator| {
            matches!(operator, Operator::Equal | Operator::Unequal)
        })?;
        self.is_no_mere_word(&operation)?;
        Ok(Some(compared(operation, Value::boolean)))
    }

    fn number(&self, operation: Option<Operation<'_>>) -> Result<Option<Comparison<f64>>, Problem> {
        let Some(operation) = operation else {
            return Ok(None);
        };
        self.operator_fits(&operation, |operator| !matches!(operator, Operator::Part(_)))?;
        self.is_no_mere_word(&operation)?;
        Ok(Some(compared(operation, Value::number)))
    }

    fn text(&self, operation: Option<Operation<'_>>) -> Result<Option<Comparison<Box<str>>>, Problem> {
        let Some(operation) = operation else {
            return Ok(None);
        };
        self.operator_fits(&operation, |operator| !matches!(operator, Operator::Order(_)))?;
        Ok(Some(compared(operation, |value| Some(value.text.clone()))))
    }

    fn only_at_trace(&self, word: Token<'_>, scope: Scope) -> Result<(), Problem> {
        if scope == Scope::Trace {
            Ok(())
        } else {
            Err(self.misplaced(word))
        }
    }

    fn operator_fits(&self, operation: &Operation<'_>, fits: fn(Operator) -> bool) -> Result<(), Problem> {
        if fits(operation.operator) {
            Ok(())
        } else {
            Err(self.misplaced(operation.operator_token))
        }
    }

    /// A word where a number or a boolean is needed is a mistake; a quoted text merely selects nothing
    /// (`settled.md` 32).
    fn is_no_mere_word(&self, operation: &Operation<'_>) -> Result<(), Problem> {
        if operation.value.is_mere_word() {
            Err(self.misplaced(operation.value_token))
        } else {
            Ok(())
        }
    }

    fn misplaced(&self, token: Token<'_>) -> Problem {
        Problem::symbol(self.source, token, ProblemKind::Type)
    }
}

fn compared<T>(operation: Operation<'_>, read: impl Fn(&Value) -> Option<T>) -> Comparison<T> {
    let means = read(&operation.value);
    Comparison {
        operator: operation.operator,
        value: operation.value,
        means,
    }
}

/// `(a AND b) AND c` is `a AND b AND c`.
fn flat_all(terms: Vec<Expression>) -> Vec<Expression> {
    let mut flat = Vec::with_capacity(terms.len());
    for term in terms {
        match term {
            Expression::All(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    flat
}

fn flat_any(terms: Vec<Expression>) -> Vec<Expression> {
    let mut flat = Vec::with_capacity(terms.len());
    for term in terms {
        match term {
            Expression::Any(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    flat
}
