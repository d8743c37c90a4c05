//! What holds for any input whatever, as functions that panic where it does not. The fuzz targets call them with
//! bytes that nobody thought of (`scripts/fuzz.sh`), this crate's test with the seeds that fuzzing begins from.

#![expect(clippy::panic, reason = "a law says what is wrong by panicking")]

mod accept;
mod assemble;
mod filter;
pub mod seeds;
mod service_graph;
mod traces;

pub use accept::accept;
pub use assemble::assemble;
pub use filter::filter;
pub use service_graph::service_graph;
