//! `sim`: write path, journal, store, catalog and read path on simulated time, disk and objects, with faults.
//! Knows the product through its crates, and needs no hook in it: what goes wrong goes wrong on the seams
//! (`docs/adr/0014-storage-is-simulated.md`).
//!
//! ```text
//! seed ─► run ─► workload ─► product (world) ─► disk, objects ─► fate
//!          ├──► model, reference ◄── answers ◄──────┤
//!          └──► readers, pages, by_hand ◄───────┘
//! ```
//!
//! Everything follows from the seed: steps, documents, faults. The same seed gives the same history, of which each run
//! makes a hash.

mod answers;
mod by_hand;
mod calls;
mod chance;
mod disk;
mod ends;
mod fate;
mod groups;
mod history;
mod meanwhile;
mod model;
mod objects;
mod pages;
mod readers;
mod reference;
mod run;
mod seeds;
mod series;
mod step;
mod workload;
mod world;

pub use fate::Counts;
pub use history::Failure;
pub use seeds::{Extent, Ran, run_seeds};
