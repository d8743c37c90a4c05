//! Sampling rules and what each client may record (`spec/sampling.md` 3, 4 and 8).
//! Knows neither HTTP nor storage, and no clock: the caller says what time it is.
//!
//! Rules enter through [`RuleBook::new`] and [`RuleBook::replace`]. Clients tell what they did as a [`Report`] and are answered with a
//! [`Target`]; whoever samples by itself asks [`RuleBook::rule_for`].
//!
//! ```
//! use clock::Timestamp;
//! use sampling::{Report, Rule, RuleBook};
//!
//! let mut book = RuleBook::new(vec![Rule::default_rule("us-east-1", "000000000000")]);
//! let client_id = "a1b2c3d4e5f60718293a4b5c".parse().expect("24 characters");
//! let report = Report { rule_name: "Default", client_id, requests: 240, sampled: 31, borrowed: 9 };
//! let target = book.report(&report, Timestamp::from_seconds(1_767_225_600)).expect("a known rule");
//! assert_eq!((target.reservoir_quota, target.fixed_rate), (1, 0.05));
//! ```

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod book;
mod clients;
mod pattern;
mod report;
mod rule;
mod shares;
mod window;

pub use book::{AsOf, RuleBook, SamplingLimits};
pub use report::{ClientId, MalformedClientId, Report, Target, UnknownRule};
pub use rule::{Request, Rule, SamplingRateBoost};
pub use window::Summary;
