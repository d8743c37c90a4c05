//! Nodes and edges of a set of traces, with statistics (`spec/service-graph.md`).
//! Knows neither where traces are kept nor how a graph is printed.
//!
//! Traces enter one by one through [`ServiceGraph::add`]; graphs of parts add up with [`ServiceGraph::merge`], in
//! any order, to the graph of the whole.

mod build;
mod graph;

pub use build::Selection;
pub use graph::{AliasOf, Edge, EdgeKind, Node, ServiceGraph};
