//! A graph while it is added up.

use std::collections::BTreeMap;

use trace::{NodeId, Trace};

use crate::build::{Contribution, Selection, Target};
use crate::cell::{Cell, EdgeSum, NodeSum};
use crate::graph::{Edge, Node, ServiceGraph};
use crate::names::{Names, Renumbering};

/// A graph while it is added up: whole traces, selected entities of traces, roll-ups. The order does not matter.
#[derive(Debug, Clone)]
pub struct GraphSum {
    /// The server's own account, which is not printed.
    home: Box<str>,
    pub(crate) names: Names,
    pub(crate) cell: Cell,
}

impl GraphSum {
    /// Nothing yet, as a server with the account `home` sees it (`settled.md` 10).
    pub fn new(home: &str) -> GraphSum {
        GraphSum {
            home: home.into(),
            names: Names::default(),
            cell: Cell::default(),
        }
    }

    /// Adds what a trace contributes. For a window the trace holds the documents received up to its end, so that
    /// the topology is the one of that moment.
    pub fn add_trace(&mut self, trace: &Trace, selection: Selection) {
        let target = Target::Selected {
            cell: &mut self.cell,
            selection,
        };
        Contribution::of(trace, &self.home, (&mut self.names, target), 1).write();
    }

    /// Adds everything that the other one holds.
    pub fn add(&mut self, other: &GraphSum) {
        let renumbering = self.adopt(&other.names);
        self.cell.add(&other.cell, &renumbering, 1);
    }

    /// The graph that it has come to.
    pub fn graph(&self) -> ServiceGraph {
        let name = |number| self.names.node(number).clone();
        let nodes: BTreeMap<NodeId, Node> = self
            .cell
            .nodes
            .iter()
            .filter_map(|(number, sum)| Some((name(*number), node_of(sum)?)))
            .collect();
        let edges = self.cell.edges.iter().filter(|(_, sum)| sum.touches > 0);
        let edges = edges
            .map(|(key, sum)| ((name(key.from), name(key.to), key.kind), self.edge_of(sum)))
            .collect();
        ServiceGraph { nodes, edges }
    }

    pub(crate) fn adopt(&mut self, names: &Names) -> Renumbering {
        self.names.adopt(names, &self.home)
    }

    fn edge_of(&self, sum: &EdgeSum) -> Edge {
        let aliases = sum.aliases.keys().map(|alias| self.names.alias(*alias).clone());
        Edge {
            tally: sum.tally.clone(),
            ages: sum.ages.clone(),
            aliases: aliases.collect(),
        }
    }
}

/// `None` for a node that no trace has any more.
fn node_of(sum: &NodeSum) -> Option<Node> {
    let counted = sum.seconds.iter().filter(|(_, count)| **count > 0);
    let mut seconds = counted.map(|(second, _)| second);
    Some(Node {
        state: sum.state(),
        is_root: sum.roots > 0,
        first_second: *seconds.clone().next()?,
        last_second: *seconds.next_back()?,
        tally: sum.tally.clone(),
        durations: sum.durations.clone(),
    })
}
