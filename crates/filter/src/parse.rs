//! Tokens to a tree (`spec/filter-expressions.md` 3), by recursive descent.
//!
//! LIMIT: 2,000 characters, and 64 levels of parentheses, blocks and `!` together, so recursion is bounded and every
//! step looks at one token: the time is linear in the length of the text.

mod causes;
mod selectors;

use crate::keyword::{self, GroupProperty, Row};
use crate::operator::Operator;
use crate::problem::{Problem, ProblemKind};
use crate::selector::EntitySelector;
use crate::token::{Token, TokenKind, token_at};
use crate::tree::{Operation, Term};
use crate::value::Value;

/// Reads an expression; `None` where there is none.
pub(crate) fn parse(source: &str) -> Result<Option<Term<'_>>, Problem> {
    let mut parser = Parser::new(source, CHARACTERS_MAX)?;
    if parser.next.kind == TokenKind::End {
        return Ok(None);
    }
    let term = parser.any()?;
    parser.finish()?;
    Ok(Some(term))
}

/// Reads the selector of a time series.
pub(crate) fn entity_selector(source: &str) -> Result<EntitySelector, Problem> {
    let mut parser = Parser::new(source, SELECTOR_CHARACTERS_MAX)?;
    let selector = parser.entity_selector()?;
    parser.finish()?;
    Ok(selector)
}

struct Parser<'s> {
    source: &'s str,
    next: Token<'s>,
    depth: usize,
}

/// What has to come next: named where the text ends instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Operand,
    Value,
    Closing(char),
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, characters_max: usize) -> Result<Parser<'s>, Problem> {
        if let Some((offset, _)) = source.char_indices().nth(characters_max) {
            return Err(Problem::at(
                source,
                offset,
                ProblemKind::Limit,
                "Filter expression is too long",
            ));
        }
        Ok(Parser {
            source,
            next: token_at(source, 0),
            depth: 0,
        })
    }

    /// Nothing may follow.
    fn finish(&self) -> Result<(), Problem> {
        match self.next.kind {
            TokenKind::End => Ok(()),
            _ => Err(self.unexpected(Due::Operand)),
        }
    }

    fn any(&mut self) -> Result<Term<'s>, Problem> {
        let mut terms = vec![self.all()?];
        while self.next.is_word("or") {
            self.advance();
            terms.push(self.all()?);
        }
        Ok(one_or(terms, Term::Any))
    }

    fn all(&mut self) -> Result<Term<'s>, Problem> {
        let mut terms = vec![self.unary()?];
        while !self.ends_all() {
            if self.next.is_word("and") {
                self.advance();
            }
            terms.push(self.unary()?);
        }
        Ok(one_or(terms, Term::All))
    }

    fn ends_all(&self) -> bool {
        matches!(self.next.kind, TokenKind::End | TokenKind::Symbol(')' | '}')) || self.next.is_word("or")
    }

    fn unary(&mut self) -> Result<Term<'s>, Problem> {
        if self.next.kind != TokenKind::Symbol('!') && !self.next.is_word("not") {
            return self.primary();
        }
        self.enter()?;
        let negated = self.unary()?;
        self.depth -= 1;
        Ok(Term::Not(Box::new(negated)))
    }

    fn primary(&mut self) -> Result<Term<'s>, Problem> {
        let word = self.next;
        match word.kind {
            TokenKind::Symbol('(') => {
                self.enter()?;
                let inner = self.any()?;
                self.close(')')?;
                Ok(inner)
            }
            TokenKind::Word => self.worded(word),
            TokenKind::Symbol(_)
            | TokenKind::Operator(_)
            | TokenKind::Quoted
            | TokenKind::Unclosed(_)
            | TokenKind::End => Err(self.unexpected(Due::Operand)),
        }
    }

    /// A term that begins with a word.
    fn worded(&mut self, word: Token<'s>) -> Result<Term<'s>, Problem> {
        if let Some(row) = Row::find(word.text) {
            self.advance();
            return Ok(Term::Keyword {
                word,
                row,
                operation: self.operation()?,
            });
        }
        if let Some(form) = keyword::cause_form(word.text) {
            self.advance();
            return self.cause(word, form);
        }
        if let Some(key) = key_after_dot(word.text) {
            self.advance();
            return Ok(Term::Annotation {
                word,
                key: key.into(),
                operation: self.operation()?,
            });
        }
        if let Some(property) = keyword::group_property(word.text) {
            return self.group(word, property);
        }
        match &*word.text.to_ascii_lowercase() {
            "service" => self.service(word),
            "edge" => self.edge(word),
            "annotation" => self.annotation_in_brackets(word),
            _ => Err(self.unexpected(Due::Operand)),
        }
    }

    fn annotation_in_brackets(&mut self, word: Token<'s>) -> Result<Term<'s>, Problem> {
        self.advance();
        self.expect(TokenKind::Symbol('['), Due::Operand)?;
        let Some(key) = Value::of(self.next).filter(|key| !key.text.is_empty()) else {
            return Err(self.unexpected(Due::Closing(']')));
        };
        self.advance();
        if self.next.kind != TokenKind::Symbol(']') && !self.rest().contains(']') {
            return Err(self.missing(Due::Closing(']')));
        }
        self.expect(TokenKind::Symbol(']'), Due::Closing(']'))?;
        Ok(Term::Annotation {
            word,
            key: key.text,
            operation: self.operation()?,
        })
    }

    fn group(&mut self, word: Token<'s>, property: GroupProperty) -> Result<Term<'s>, Problem> {
        self.advance();
        match self.operation()? {
            Some(operation) => Ok(Term::Group {
                word,
                property,
                operation,
            }),
            None => Err(self.unexpected(Due::Value)),
        }
    }

    /// An operator and its value, where there is an operator.
    fn operation(&mut self) -> Result<Option<Operation<'s>>, Problem> {
        let operator_token = self.next;
        let Some(operator) = operator_of(operator_token) else {
            return Ok(None);
        };
        self.advance();
        let value_token = self.next;
        // A connective is no value: `http.url = AND fault` lacks one, and shall not be read as the text `AND`.
        let is_connective = ["and", "or", "not"].iter().any(|word| value_token.is_word(word));
        let Some(value) = Value::of(value_token).filter(|_| !is_connective) else {
            return Err(self.unexpected(Due::Value));
        };
        self.advance();
        Ok(Some(Operation {
            operator,
            operator_token,
            value,
            value_token,
        }))
    }

    /// `{ ... }`, where there is one. An empty block asks for nothing.
    fn block(&mut self) -> Result<Option<Box<Term<'s>>>, Problem> {
        if self.next.kind != TokenKind::Symbol('{') {
            return Ok(None);
        }
        self.enter()?;
        let is_empty = matches!(self.next.kind, TokenKind::Symbol('}') | TokenKind::End);
        let inner = if is_empty {
            None
        } else {
            Some(Box::new(self.any()?))
        };
        self.close('}')?;
        Ok(inner)
    }

    /// Takes a token that opens a level.
    fn enter(&mut self) -> Result<(), Problem> {
        if self.depth == LEVELS_MAX {
            return Err(self.too_deep(self.next.start));
        }
        self.depth += 1;
        self.advance();
        Ok(())
    }

    /// Takes the token that closes it.
    fn close(&mut self, symbol: char) -> Result<(), Problem> {
        self.depth -= 1;
        self.expect(TokenKind::Symbol(symbol), Due::Closing(symbol))
    }

    fn expect(&mut self, kind: TokenKind, due: Due) -> Result<(), Problem> {
        if self.next.kind != kind {
            return Err(self.unexpected(due));
        }
        self.advance();
        Ok(())
    }

    fn advance(&mut self) {
        self.next = token_at(self.source, self.next.end());
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.next.start..).unwrap_or_default()
    }

    /// The next token is not what has to come.
    fn unexpected(&self, due: Due) -> Problem {
        let token = self.next;
        let named = match token.kind {
            TokenKind::End => return self.missing(due),
            TokenKind::Unclosed(quote) => return self.missing(Due::Closing(quote)),
            TokenKind::Word if due == Due::Operand && !keyword::is_known(token.text) => {
                keyword::unknown_part(token.text)
            }
            TokenKind::Word | TokenKind::Quoted | TokenKind::Operator(_) | TokenKind::Symbol(_) => token.text,
        };
        Problem::symbol(self.source, Token { text: named, ..token }, ProblemKind::Syntax)
    }

    /// The text ends before what has to come.
    fn missing(&self, due: Due) -> Problem {
        let text = match due {
            Due::Operand => "missing operand at end of expression".to_owned(),
            Due::Value => "missing value at end of expression".to_owned(),
            Due::Closing(symbol) => format!("missing '{symbol}' at end of expression"),
        };
        Problem::at(self.source, self.source.len(), ProblemKind::Syntax, text)
    }

    fn too_deep(&self, offset: usize) -> Problem {
        Problem::at(
            self.source,
            offset,
            ProblemKind::Limit,
            "Filter expression is nested too deeply",
        )
    }
}

fn one_or<'s>(mut terms: Vec<Term<'s>>, several: fn(Vec<Term<'s>>) -> Term<'s>) -> Term<'s> {
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        last => {
            terms.extend(last);
            several(terms)
        }
    }
}

fn operator_of(token: Token<'_>) -> Option<Operator> {
    match token.kind {
        TokenKind::Operator(operator) => Some(operator),
        TokenKind::Word => Operator::from_word(token.text),
        TokenKind::Quoted | TokenKind::Unclosed(_) | TokenKind::Symbol(_) | TokenKind::End => None,
    }
}

/// `KEY` of `annotation.KEY`, which must not be empty.
fn key_after_dot(word: &str) -> Option<&str> {
    let (head, key) = word.split_once('.')?;
    (head.eq_ignore_ascii_case("annotation") && !key.is_empty()).then_some(key)
}

const CHARACTERS_MAX: usize = 2_000;
const SELECTOR_CHARACTERS_MAX: usize = 500;
const LEVELS_MAX: usize = 64;

#[cfg(test)]
mod tests;
