//! The catalog from outside, on a real file.

mod blocks;
mod full_traces;
mod groups;
mod kept;
mod links;
mod policies;
mod sample;
mod sampling_rules;
