//! A graph, as it is read.

use std::collections::{BTreeMap, BTreeSet};

use stats::{Histogram, Tally};
use trace::{CompactString, NodeId, State};

/// Nodes by identity, edges by their two ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceGraph {
    /// The nodes, in the order in which they are printed: name, type (none first), account.
    pub nodes: BTreeMap<NodeId, Node>,
    /// The edges, by source, destination and kind.
    pub edges: BTreeMap<(NodeId, NodeId, EdgeKind), Edge>,
}

/// A node's part of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// How much is known of it.
    pub state: State,
    /// Whether requests enter here.
    pub is_root: bool,
    /// First second of the traces that touch it.
    pub first_second: i64,
    /// Last second of the traces that touch it.
    pub last_second: i64,
    /// Its own segments, or the calls to it where it is inferred.
    pub tally: Tally,
    /// From each segment's start to the end of its last subsegment.
    pub durations: Histogram,
}

/// What an edge stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// One called the other.
    Call,
    /// One took up what the other had left for it (`spec/service-graph.md` 4, step 8).
    Link,
}

/// An edge's part of the graph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    /// The calls. Of links the counts alone.
    pub tally: Tally,
    /// Of links: how long each had lain there when it was taken up.
    pub ages: Histogram,
    /// Names under which the destination was called, by name, then type.
    pub aliases: BTreeSet<AliasOf>,
}

/// A name under which a node was called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AliasOf {
    /// The caller's name for it.
    pub name: CompactString,
    /// What the caller took it for.
    pub node_type: CompactString,
}

impl ServiceGraph {
    /// Keeps the nodes with the highest counts, and the edges between them.
    pub fn keep_busiest(&mut self, nodes_max: usize) {
        if self.nodes.len() <= nodes_max {
            return;
        }
        // A client node has no segments of its own; its edges tell how busy it is.
        let mut clients: BTreeMap<&NodeId, i64> = BTreeMap::new();
        for ((from, _, _), edge) in self.edges.iter().filter(|((from, _, _), _)| from.is_client()) {
            *clients.entry(from).or_default() += edge.tally.counts.total();
        }
        let count = |id, node: &Node| {
            clients
                .get(id)
                .copied()
                .unwrap_or_else(|| node.tally.counts.total())
        };
        let mut by_count: Vec<_> = self
            .nodes
            .iter()
            .map(|(id, node)| (count(id, node), id.clone()))
            .collect();
        by_count.sort_by(|one, two| two.0.cmp(&one.0).then_with(|| one.1.cmp(&two.1)));
        for (_, id) in by_count.drain(nodes_max..) {
            self.nodes.remove(&id);
        }
        self.edges
            .retain(|(from, to, _), _| self.nodes.contains_key(from) && self.nodes.contains_key(to));
    }
}
