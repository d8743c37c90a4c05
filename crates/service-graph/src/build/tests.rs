//! Graphs against `spec/service-graph.md`: its worked examples, its windows, its laws.

mod documents;
mod examples;
mod generated;
mod groups;
mod laws;
mod links;
mod printed;
mod rolled_up;
mod windows;
