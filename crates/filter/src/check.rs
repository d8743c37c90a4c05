//! A tree to a checked expression: scopes, operators and values (`spec/filter-expressions.md` 4 to 7).

mod annotations;

use crate::expression::{Comparison, Expression};
use crate::keyword::{CauseForm, Keyword, Row, Scope, has_annotations};
use crate::operator::Operator;
use crate::problem::{Problem, ProblemKind};
use crate::token::Token;
use crate::tree::{Operation, Term};
use crate::value::Value;

/// Checks an expression over a trace. What is wrong comes before what is merely not supported yet.
pub(crate) fn check(source: &str, term: Term<'_>) -> Result<Expression, Problem> {
    let mut checker = Checker {
        source,
        not_supported: None,
    };
    let expression = checker.term(term, Scope::Trace)?;
    match checker.not_supported {
        None => Ok(expression),
        Some(problem) => Err(problem),
    }
}

struct Checker<'s> {
    source: &'s str,
    not_supported: Option<Problem>,
}

type Block<'s> = Option<Box<Term<'s>>>;

impl Checker<'_> {
    /// Recursion is bounded by the parser's limit of levels.
    fn term(&mut self, term: Term<'_>, scope: Scope) -> Result<Expression, Problem> {
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
            Term::Cause { word, form, block } => {
                self.only_at_trace(word, scope)?;
                self.cause(word, form, block)
            }
            Term::Group { word, operation } => {
                self.only_at_trace(word, scope)?;
                self.group(word, &operation)
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

    fn terms(&mut self, terms: Vec<Term<'_>>, scope: Scope) -> Result<Vec<Expression>, Problem> {
        terms.into_iter().map(|term| self.term(term, scope)).collect()
    }

    fn block(&mut self, block: Block<'_>, scope: Scope) -> Result<Option<Box<Expression>>, Problem> {
        block
            .map(|block| self.term(*block, scope).map(Box::new))
            .transpose()
    }

    /// What is in the block must be valid, although nothing is done with it.
    fn cause(&mut self, word: Token<'_>, form: CauseForm, block: Block<'_>) -> Result<Expression, Problem> {
        if let CauseForm::Block(scope) = form {
            self.block(block, scope)?;
        }
        Ok(self.not_supported_yet(word, "rootcause"))
    }

    fn group(&mut self, word: Token<'_>, operation: &Operation<'_>) -> Result<Expression, Problem> {
        self.operator_fits(operation, |operator| {
            matches!(operator, Operator::Equal | Operator::Unequal)
        })?;
        Ok(self.not_supported_yet(word, &word.text.to_ascii_lowercase()))
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

    /// Remembers the first such term; the expression that stands in for it is never asked.
    fn not_supported_yet(&mut self, word: Token<'_>, name: &str) -> Expression {
        let text = format!("{name} is not supported yet");
        let problem = || Problem::at(self.source, word.start, ProblemKind::NotSupportedYet, text);
        self.not_supported.get_or_insert_with(problem);
        Expression::Any(vec![])
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
