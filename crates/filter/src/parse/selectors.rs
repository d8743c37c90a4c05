//! `service(...)` and `edge(...)` with their selectors and blocks.

use super::{Due, Parser};
use crate::problem::{Problem, ProblemKind};
use crate::selector::{EntitySelector, NodeSelector};
use crate::token::{Token, TokenKind};
use crate::tree::Term;
use crate::value::Value;

impl<'s> Parser<'s> {
    /// `service(selector)`, `edge(selector, selector)` or an `id(...)`.
    pub(super) fn entity_selector(&mut self) -> Result<EntitySelector, Problem> {
        let word = self.next;
        let selector = if word.is_word("service") {
            self.open_selectors()?;
            EntitySelector::Service(self.selector()?)
        } else if word.is_word("edge") {
            self.open_selectors()?;
            let (from, to) = self.ends()?;
            EntitySelector::Edge(from, to)
        } else if word.is_word("id") {
            self.advance();
            if self.next.kind != TokenKind::Symbol('(') {
                return Err(self.unexpected(Due::Operand));
            }
            return Ok(EntitySelector::Service(self.id()?));
        } else {
            return Err(self.unexpected(Due::Operand));
        };
        self.expect(TokenKind::Symbol(')'), Due::Closing(')'))?;
        Ok(selector)
    }

    pub(super) fn service(&mut self, word: Token<'s>) -> Result<Term<'s>, Problem> {
        self.open_selectors()?;
        let selector = match self.next.kind {
            TokenKind::Symbol(')') => None,
            _ => Some(self.selector()?),
        };
        self.expect(TokenKind::Symbol(')'), Due::Closing(')'))?;
        Ok(Term::Service {
            word,
            selector,
            block: self.block()?,
        })
    }

    pub(super) fn edge(&mut self, word: Token<'s>) -> Result<Term<'s>, Problem> {
        self.open_selectors()?;
        let ends = match self.next.kind {
            TokenKind::Symbol(')') => None,
            _ => Some(self.ends()?),
        };
        self.expect(TokenKind::Symbol(')'), Due::Closing(')'))?;
        Ok(Term::Edge {
            word,
            ends,
            block: self.block()?,
        })
    }

    fn open_selectors(&mut self) -> Result<(), Problem> {
        self.advance();
        self.expect(TokenKind::Symbol('('), Due::Operand)
    }

    fn ends(&mut self) -> Result<(NodeSelector, NodeSelector), Problem> {
        let from = self.selector()?;
        self.expect(TokenKind::Symbol(','), Due::Closing(')'))?;
        Ok((from, self.selector()?))
    }

    /// A name, or `id(...)`. The word `id` alone is a name like any other.
    fn selector(&mut self) -> Result<NodeSelector, Problem> {
        let token = self.next;
        let Some(name) = Value::of(token) else {
            return Err(self.unexpected(Due::Closing(')')));
        };
        self.advance();
        if token.is_word("id") && self.next.kind == TokenKind::Symbol('(') {
            return self.id();
        }
        Ok(NodeSelector::named(name.text))
    }

    fn id(&mut self) -> Result<NodeSelector, Problem> {
        let mut selector = NodeSelector::empty_id();
        loop {
            // Either the opening parenthesis or a comma.
            self.advance();
            self.argument(&mut selector)?;
            match self.next.kind {
                TokenKind::Symbol(',') => {}
                _ => break,
            }
        }
        self.expect(TokenKind::Symbol(')'), Due::Closing(')'))?;
        Ok(selector)
    }

    /// `name: "..."`, each argument at most once.
    fn argument(&mut self, selector: &mut NodeSelector) -> Result<(), Problem> {
        self.next = self.next.before_colon();
        let name = self.next;
        if name.kind != TokenKind::Word {
            return Err(self.unexpected(Due::Closing(')')));
        }
        let part = match &*name.text.to_ascii_lowercase() {
            "name" => Some(&mut selector.name),
            "type" => Some(&mut selector.node_type),
            "account.id" => Some(&mut selector.account),
            _ => None,
        };
        let Some(part) = part.filter(|part| part.is_none()) else {
            return Err(Problem::symbol(self.source, name, ProblemKind::Syntax));
        };
        self.advance();
        self.next = self.next.before_colon();
        self.expect(TokenKind::Symbol(':'), Due::Closing(')'))?;
        match Value::of(self.next).filter(|_| self.next.kind == TokenKind::Quoted) {
            Some(value) => *part = Some(value.text),
            None => return Err(self.unexpected(Due::Closing(')'))),
        }
        self.advance();
        Ok(())
    }
}
