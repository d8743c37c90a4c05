//! The language of X-Ray's filter expressions (`spec/filter-expressions.md`): read, checked, asked of a trace and
//! printed back. Knows nothing of where traces are kept, of groups, or of the operations that carry an expression.
//!
//! Text enters through `str::parse` and becomes a [`Filter`], or a [`Problem`] that says what is wrong and where.
//! A filter answers yes or no to a [`trace::Trace`], says with [`Filter::conditions`] what can prune a scan, and
//! leaves as text through `Display`.
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
mod conditions;
mod evaluate;
mod expression;
mod filter;
mod json;
mod keyword;
mod operator;
mod parse;
mod print;
mod problem;
mod selector;
mod subject;
mod token;
mod tree;
mod value;

pub use conditions::{AnnotationCondition, Conditions, NodeCondition, Range, RootFlag};
pub use filter::Filter;
pub use problem::{Problem, ProblemKind};
pub use selector::{EntitySelector, NodeSelector};
pub use subject::{GroupKey, GroupRef, Subject};
