//! A checked expression back to text, with as few parentheses as it needs (`spec/filter-expressions.md` 3).

use std::fmt;

use crate::expression::{Comparison, Expression};
use crate::json::Listed;
use crate::keyword::Keyword;
use crate::operator::Operator;
use crate::token::ends_word;
use crate::value::{Quoted, Value};

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expression::All(terms) => joined(f, terms, " AND ", |term| matches!(term, Expression::Any(_))),
            Expression::Any(terms) => joined(f, terms, " OR ", |_| false),
            Expression::Not(negated) => {
                f.write_str("!")?;
                wrapped(f, negated, |term| {
                    matches!(term, Expression::All(_) | Expression::Any(_))
                })
            }
            Expression::Boolean(keyword, comparison) => {
                f.write_str(Keyword::Boolean(*keyword).name())?;
                compared(f, comparison.as_ref().map(Comparison::written))
            }
            Expression::Number(keyword, comparison) => {
                f.write_str(Keyword::Number(*keyword).name())?;
                compared(f, comparison.as_ref().map(Comparison::written))
            }
            Expression::Text(keyword, comparison) => {
                f.write_str(Keyword::Text(*keyword).name())?;
                compared(f, comparison.as_ref().map(Comparison::written))
            }
            Expression::Annotation(key, comparison) => {
                write!(f, "{}", Key(key))?;
                let comparison = comparison.as_ref();
                compared(
                    f,
                    comparison.map(|comparison| (comparison.operator, &comparison.value)),
                )
            }
            Expression::Service { selector, block } => {
                f.write_str("service(")?;
                if let Some(selector) = selector {
                    write!(f, "{selector}")?;
                }
                ended(f, block.as_deref())
            }
            Expression::Edge { ends, block } => {
                f.write_str("edge(")?;
                if let Some((from, to)) = ends {
                    write!(f, "{from}, {to}")?;
                }
                ended(f, block.as_deref())
            }
            Expression::Cause(kind) => write!(f, "rootcause.{}", kind.name()),
            Expression::CauseEntry { kind, level, block } => {
                write!(f, "rootcause.{}.{}", kind.name(), level.name())?;
                blocked(f, block.as_deref())
            }
            Expression::CausePatterns {
                kind,
                operator,
                patterns,
            } => {
                f.write_str("rootcause.")?;
                kind.map_or(Ok(()), |kind| write!(f, "{}.", kind.name()))?;
                write!(f, "json {operator} #{}", Listed(patterns))
            }
            Expression::Group {
                property,
                operator,
                value,
            } => write!(f, "{} {operator} {value}", property.name()),
        }
    }
}

impl<T> Comparison<T> {
    fn written(&self) -> (Operator, &Value) {
        (self.operator, &self.value)
    }
}

/// An annotation's key, in brackets unless it is a plain word: the real service wants them for dots (section 7).
struct Key<'k>(&'k str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
        if self.0.chars().all(is_plain) {
            write!(f, "annotation.{}", self.0)
        } else if self.0.contains(ends_word) {
            write!(f, "annotation[{}]", Quoted(self.0))
        } else {
            write!(f, "annotation[{}]", self.0)
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    terms: &[Expression],
    connective: &str,
    needs_parentheses: fn(&Expression) -> bool,
) -> fmt::Result {
    for (at, term) in terms.iter().enumerate() {
        if at > 0 {
            f.write_str(connective)?;
        }
        wrapped(f, term, needs_parentheses)?;
    }
    Ok(())
}

fn wrapped(
    f: &mut fmt::Formatter<'_>,
    term: &Expression,
    needs_parentheses: fn(&Expression) -> bool,
) -> fmt::Result {
    if needs_parentheses(term) {
        write!(f, "({term})")
    } else {
        write!(f, "{term}")
    }
}

fn compared(f: &mut fmt::Formatter<'_>, written: Option<(Operator, &Value)>) -> fmt::Result {
    match written {
        None => Ok(()),
        Some((operator, value)) => write!(f, " {operator} {value}"),
    }
}

/// The end of `service(` or `edge(`, and the block.
fn ended(f: &mut fmt::Formatter<'_>, block: Option<&Expression>) -> fmt::Result {
    f.write_str(")")?;
    blocked(f, block)
}

fn blocked(f: &mut fmt::Formatter<'_>, block: Option<&Expression>) -> fmt::Result {
    match block {
        None => Ok(()),
        Some(block) => write!(f, " {{ {block} }}"),
    }
}
