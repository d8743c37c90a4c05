//! The language as its users see it: the files of `fixtures/filters`, limits and laws.

mod conditions;
mod corpus;
mod hostile;
mod problems;
mod round_trip;
mod samples;
mod selectors;
mod truth;
mod values;
