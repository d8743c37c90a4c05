//! A graph while it is added up.

use std::collections::BTreeMap;

use trace::{NodeId, Trace};

use crate::build::{Contribution, Selection, Target};
use crate::cell::{Cell, EdgeSum, NodeSum};
use crate::encoded::{MINUTE, Malformed, Part, RollupIndex, Told, each_cell};
use crate::graph::{Edge, Node, ServiceGraph};
use crate::names::{Names, Renumbering};
use crate::rollups::{Rollups, Window};

/// A graph while it is added up: whole traces, selected entities of traces, roll-ups. The order does not matter.
#[derive(Debug, Clone)]
pub struct GraphSum {
    /// The server's own account, which is not printed.
    home: Box<str>,
    names: Names,
    /// By the minute from which its entities count, or all in one.
    cells: BTreeMap<i64, Cell>,
    told: Told,
}

impl GraphSum {
    /// Nothing yet, as a server with the account `home` sees it (`settled.md` 10).
    pub fn new(home: &str) -> GraphSum {
        GraphSum {
            home: home.into(),
            names: Names::default(),
            cells: BTreeMap::new(),
            told: Told::Together,
        }
    }

    /// As [`new`](GraphSum::new), but roll-ups are told apart by the minute from which they count.
    pub fn by_minute(home: &str) -> GraphSum {
        GraphSum {
            told: Told::ByMinute,
            ..GraphSum::new(home)
        }
    }

    /// Adds what a trace contributes. For a window the trace holds the documents received up to its end, so that
    /// the topology is the one of that moment.
    pub fn add_trace(&mut self, trace: &Trace, selection: Selection) {
        let cell = self.cells.entry(WHOLE).or_default();
        let target = Target::Selected { cell, selection };
        Contribution::of(trace, &self.home, (&mut self.names, target), 1).write();
    }

    /// Adds what of the roll-ups lies in a window.
    pub fn add_rollups(&mut self, rollups: &Rollups, window: Window) {
        let renumbering = self.adopt(&rollups.names);
        for (key, cell) in rollups.cells.iter().filter(|(key, _)| window.holds(**key)) {
            self.cell_at(key.counted).add(cell, &renumbering, 1);
        }
    }

    /// What of encoded roll-ups it needs for a window, ascending by place.
    pub fn parts(&self, index: &RollupIndex, window: Window) -> Vec<Part> {
        index.parts(window, self.told)
    }

    /// Adds parts of encoded roll-ups: those that [`parts`](GraphSum::parts) named for this window, each with its bytes.
    ///
    /// # Errors
    /// [`Malformed`]: some of the parts may have been added then.
    pub fn add_parts<'b>(
        &mut self,
        index: &RollupIndex,
        window: Window,
        parts: impl IntoIterator<Item = (&'b Part, &'b [u8])>,
    ) -> Result<(), Malformed> {
        let renumbering = self.adopt(&index.names);
        for (part, bytes) in parts {
            each_cell(part, bytes, |key, cell| {
                if part.is_whole() || window.holds(key) {
                    self.cell_at(key.counted).add(cell, &renumbering, 1);
                }
            })?;
        }
        Ok(())
    }

    /// Adds everything that the other one holds.
    pub fn add(&mut self, other: &GraphSum) {
        let renumbering = self.adopt(&other.names);
        for (minute, cell) in &other.cells {
            self.cell_at(minute * MINUTE).add(cell, &renumbering, 1);
        }
    }

    /// The graph that it has come to.
    pub fn graph(&self) -> ServiceGraph {
        match self.cells.get(&WHOLE) {
            Some(whole) if self.cells.len() == 1 => graph_of(whole, &self.names),
            _ => {
                let mut whole = Cell::default();
                self.cells.values().for_each(|cell| whole.add_same(cell));
                graph_of(&whole, &self.names)
            }
        }
    }

    /// The graph of each minute, with its first second, ascending; minutes in which nothing counts are left out.
    pub fn minutes(&self) -> impl Iterator<Item = (i64, ServiceGraph)> {
        let graphs = self
            .cells
            .iter()
            .map(|(minute, cell)| (minute * MINUTE, graph_of(cell, &self.names)));
        graphs.filter(|(_, graph)| !graph.nodes.is_empty())
    }

    /// Nodes and edges under the numbers that they have here.
    fn adopt(&mut self, names: &Names) -> Renumbering {
        self.names.adopt(names, &self.home)
    }

    fn cell_at(&mut self, second: i64) -> &mut Cell {
        let minute = match self.told {
            Told::ByMinute => second.div_euclid(MINUTE),
            Told::Together => WHOLE,
        };
        self.cells.entry(minute).or_default()
    }
}

/// What a cell has come to.
fn graph_of(cell: &Cell, names: &Names) -> ServiceGraph {
    let name = |number| names.node(number).clone();
    let nodes: BTreeMap<NodeId, Node> = cell
        .nodes
        .iter()
        .filter_map(|(number, sum)| Some((name(*number), node_of(sum)?)))
        .collect();
    let edges = cell.edges.iter().filter(|(_, sum)| sum.touches > 0);
    let edges = edges
        .map(|(key, sum)| ((name(key.from), name(key.to), key.kind), edge_of(sum, names)))
        .collect();
    ServiceGraph { nodes, edges }
}

/// `None` for a node that no trace has any more.
fn node_of(sum: &NodeSum) -> Option<Node> {
    let counted = sum.seconds.iter().filter(|(_, count)| *count > 0);
    let mut seconds = counted.map(|(second, _)| second);
    Some(Node {
        state: sum.state(),
        is_root: sum.roots > 0,
        first_second: seconds.clone().next()?,
        last_second: seconds.next_back()?,
        tally: sum.tally.clone(),
        durations: sum.durations.clone(),
    })
}

fn edge_of(sum: &EdgeSum, names: &Names) -> Edge {
    let aliases = sum.aliases.keys().map(|alias| names.alias(*alias).clone());
    Edge {
        tally: sum.tally.clone(),
        ages: sum.ages.clone(),
        aliases: aliases.collect(),
    }
}

/// Where everything goes that is not told apart by minute.
const WHOLE: i64 = 0;
