//! The language of X-Ray's filter expressions (`spec/filter-expressions.md`): read, checked, asked of a trace and
//! printed back. Knows nothing of where traces are kept, of groups, or of the operations that carry an expression.
//!
//! Text enters through `str::parse` and becomes a [`Filter`], or a [`Problem`] that says what is wrong and where: text
//! → tokens (`token`) → tree (`parse`, `tree`) → checked expression (`check`, `expression`). A filter answers
//! - yes or no of a [`Subject`], which is a trace with what it cannot say of itself: [`Filter::matches`] (`evaluate`),
//! - yes, no or unknown of the few facts that a scan knows without documents: [`Filter::judge`] (`judge`),
//! - which traces need not be looked at, by their facts and what [`index_of`] them gives: [`Filter::prune`] (`prune`,
//!   `index`, `term`),
//!
//! and leaves as text through `Display` (`print`). An [`EntitySelector`] is the small language of time series.
//!
//! ```
//! use filter::Filter;
//!
//! let filter: Filter = "service(cart) {fault} responsetime>2".parse()?;
//! assert_eq!(filter.to_string(), r#"service("cart") { fault } AND responsetime > 2"#);
//!
//! let problem = "fault > 1".parse::<Filter>().unwrap_err();
//! assert_eq!(problem.to_string(), "Error Location: line 1, position 7 : Invalid input symbol: '>'");
//! # Ok::<(), filter::Problem>(())
//! ```

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod check;
mod evaluate;
mod expression;
mod fact_test;
mod filter;
mod index;
mod json;
mod judge;
mod keyword;
mod operator;
mod parse;
mod print;
mod problem;
mod prune;
mod selector;
mod subject;
mod term;
mod token;
mod tree;
mod value;

pub use fact_test::{FactFlag, FactTest, FactTime, TimeRange};
pub use filter::Filter;
pub use index::{Indexed, index_of};
pub use judge::Verdict;
pub use problem::{Problem, ProblemKind};
pub use prune::{Prune, TextTest};
pub use selector::{EntitySelector, NodeSelector};
pub use subject::{GroupKey, GroupRef, Subject};
pub use term::{TERM_VERSION, Term, TextField};
