//! `rootcause...` with its blocks and JSON patterns.

use super::{Due, Parser};
use crate::json::{self, Flaw, Json};
use crate::keyword::CauseForm;
use crate::operator::Operator;
use crate::problem::{Problem, ProblemKind};
use crate::token::{Token, TokenKind, token_at};
use crate::tree::{CauseTerm, Term};

impl<'s> Parser<'s> {
    pub(super) fn cause(&mut self, word: Token<'s>, form: CauseForm) -> Result<Term<'s>, Problem> {
        let term = match form {
            CauseForm::Any(kind) => CauseTerm::Any(kind),
            CauseForm::Entry(kind, level) => CauseTerm::Entry(kind, level, self.block()?),
            CauseForm::Patterns(kind) => {
                let (operator, patterns) = self.patterns()?;
                CauseTerm::Patterns {
                    kind,
                    operator,
                    patterns,
                }
            }
        };
        Ok(Term::Cause { word, term })
    }

    /// `= #[...]`
    fn patterns(&mut self) -> Result<(Operator, Vec<Json>), Problem> {
        let operator = match self.next.kind {
            TokenKind::Operator(operator @ (Operator::Equal | Operator::Unequal)) => operator,
            _ => return Err(self.unexpected(Due::Value)),
        };
        self.advance();
        if self.next.kind != TokenKind::Word || !self.next.text.starts_with('#') {
            return Err(self.unexpected(Due::Value));
        }
        let after_sign = self.next.start + 1;
        let start = token_at(self.source, after_sign).start;
        if start == self.source.len() {
            return Err(self.missing(Due::Value));
        }
        match json::array_at(self.source, start) {
            Ok((patterns, end)) => {
                self.next = token_at(self.source, end);
                Ok((operator, patterns))
            }
            Err(Flaw::Invalid) => Err(Problem::at(
                self.source,
                start,
                ProblemKind::Syntax,
                "Invalid JSON",
            )),
            Err(Flaw::Unclosed(symbol)) => Err(self.missing(Due::Closing(symbol))),
            Err(Flaw::TooDeep(offset)) => Err(self.too_deep(offset)),
        }
    }
}
