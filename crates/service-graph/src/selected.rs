//! What of a graph a time series tells (`spec/service-graph.md` 5): a set of entities, each counted once.

use stats::Tally;
use trace::NodeId;

use crate::graph::ServiceGraph;

impl ServiceGraph {
    /// What the nodes did that are meant: their segments, or the calls to them where they are inferred. A client is meant
    /// for the requests that it sent, unless the node that they went to is meant as well.
    pub fn tally_of_nodes(&self, is_meant: impl Fn(&NodeId) -> bool) -> Tally {
        let mut tally = Tally::default();
        for (_, node) in self
            .nodes
            .iter()
            .filter(|(id, _)| !id.is_client() && is_meant(id))
        {
            tally.add(&node.tally, 1);
        }
        let of_clients = self.tally_of_edges(|from, to| from.is_client() && is_meant(from) && !is_meant(to));
        tally.add(&of_clients, 1);
        tally
    }

    /// What was counted on the edges that are meant by their two ends.
    pub fn tally_of_edges(&self, is_meant: impl Fn(&NodeId, &NodeId) -> bool) -> Tally {
        let mut tally = Tally::default();
        for ((from, to, _), edge) in &self.edges {
            if is_meant(from, to) {
                tally.add(&edge.tally, 1);
            }
        }
        tally
    }

    /// Whether anything counts in it.
    pub fn has_traffic(&self) -> bool {
        let counts = self.nodes.values().any(|node| node.tally.counts.total() > 0);
        counts || self.edges.values().any(|edge| edge.tally.counts.total() > 0)
    }
}
