//! The language as its users see it: the files of `fixtures/filters`, limits and laws.

mod corpus;
mod generated;
mod hostile;
mod laws;
mod model;
mod problems;
mod prune;
mod reference;
mod round_trip;
mod samples;
mod selectors;
mod truth;
mod values;
