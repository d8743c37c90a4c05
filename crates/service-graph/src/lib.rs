//! Nodes and edges of a set of traces, with statistics (`spec/service-graph.md`).
//! Knows neither where traces are kept nor how a graph is printed.
//!
//! Traces enter a [`GraphSum`], which becomes a [`ServiceGraph`]; or [`Rollups`], which keep what each second
//! contributed, can be written down, and give the sum of any window without a look at a trace. For the graphs of groups they
//! ask an [`Admission`], which knows what expressions say.

mod admission;
mod build;
mod cell;
mod counting;
mod encoded;
mod graph;
mod links;
mod names;
mod rollups;
mod selected;
mod sum;

pub use admission::{Admission, GroupNamed, NoGroups, VersionInForce};
pub use build::Selection;
pub use counting::{CountedBy, Counting, GraphClock};
pub use encoded::{Malformed, Part, ROLLUPS_VERSION, RollupIndex, TRAILER_BYTES, Trailer};
pub use graph::{AliasOf, Edge, EdgeKind, Node, ServiceGraph};
pub use links::{LinkedPair, LinkedTraces};
pub use rollups::{Rollups, Scope, Window};
pub use sum::GraphSum;
