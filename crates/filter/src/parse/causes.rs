//! `rootcause...` with its blocks and JSON patterns.

use super::{Due, Parser};
use crate::json::{self, Flaw};
use crate::keyword::CauseForm;
use crate::operator::Operator;
use crate::problem::{Problem, ProblemKind};
use crate::token::{Token, TokenKind, token_at};
use crate::tree::Term;

impl<'s> Parser<'s> {
    pub(super) fn cause(&mut self, word: Token<'s>, form: CauseForm) -> Result<Term<'s>, Problem> {
        let block = match form {
            CauseForm::Bare => None,
            CauseForm::Block(_) => self.block()?,
            CauseForm::Json => {
                self.pattern()?;
                None
            }
        };
        Ok(Term::Cause { word, form, block })
    }

    /// `= #[...]`
    fn pattern(&mut self) -> Result<(), Problem> {
        match self.next.kind {
            TokenKind::Operator(Operator::Equal | Operator::Unequal) => self.advance(),
            _ => return Err(self.unexpected(Due::Value)),
        }
        if self.next.kind != TokenKind::Word || !self.next.text.starts_with('#') {
            return Err(self.unexpected(Due::Value));
        }
        let after_sign = self.next.start + 1;
        let start = token_at(self.source, after_sign).start;
        if start == self.source.len() {
            return Err(self.missing(Due::Value));
        }
        match json::array_end(self.source, start) {
            Ok(end) => {
                self.next = token_at(self.source, end);
                Ok(())
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
