//! A filter from text to answer.

use std::fmt;
use std::str::FromStr;

use trace::{EntityRef, Facts};

use crate::evaluate::{Asked, holds};
use crate::expression::Expression;
use crate::judge::{Verdict, known};
use crate::problem::Problem;
use crate::prune::Prune;
use crate::subject::{GroupKey, Subject};
use crate::{check, parse};

/// A checked filter expression. The default one matches every trace.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    expression: Option<Expression>,
}

impl Filter {
    /// Whether the trace, as it is assembled now, matches (`spec/filter-expressions.md` 1).
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.matches_testing(subject, &|_| true)
    }

    /// As [`Filter::matches`], but `service()` and `edge()` test only the segments and calls for which `is_tested`
    /// holds. Under the time range type `Service` those are the ones that end in the range
    /// (`spec/trace-summaries.md` 3). A client is tested as its root, an inferred node and an edge as the call.
    pub fn matches_testing(&self, subject: &Subject<'_>, is_tested: &dyn Fn(EntityRef<'_>) -> bool) -> bool {
        self.expression
            .as_ref()
            .is_none_or(|expression| holds(expression, &Asked::new(*subject, is_tested)))
    }

    /// What the facts of a trace alone say: [`Verdict::Yes`] and [`Verdict::No`] are what [`Filter::matches`] would
    /// answer, and [`Filter::matches_testing`] whatever is tested.
    pub fn judge(&self, facts: &Facts) -> Verdict {
        let holds = self
            .expression
            .as_ref()
            .map_or(Some(true), |expression| known(expression, facts));
        Verdict::from(holds)
    }

    /// What every matching trace satisfies by its terms and its facts, whatever `service()` and `edge()` test: where
    /// fewer of them are tested, fewer are found, and nothing is pruned by what is not found.
    pub fn prune(&self) -> Prune {
        self.expression.as_ref().map_or(Prune::Every, Prune::of)
    }

    /// The groups that the expression names, each once: an unknown one is an error, and a group's own expression
    /// may name none (section 9). Both are for those to say who keep the groups.
    pub fn groups(&self) -> Vec<GroupKey<'_>> {
        let mut keys = vec![];
        if let Some(expression) = &self.expression {
            expression.add_groups(&mut keys);
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

impl FromStr for Filter {
    type Err = Problem;

    /// Reads and checks an expression. Empty or blank text matches everything; that a group may not have such an
    /// expression is for groups to say.
    fn from_str(text: &str) -> Result<Filter, Problem> {
        let term = parse::parse(text)?;
        let expression = term.map(|term| check::check(text, term)).transpose()?;
        Ok(Filter { expression })
    }
}

/// Prints an expression that reads back as the same filter. With connectives written out and blanks in their places
/// it may be longer than what was read, and then than what is read (section 1: 2,000 characters).
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expression {
            None => Ok(()),
            Some(expression) => write!(f, "{expression}"),
        }
    }
}
