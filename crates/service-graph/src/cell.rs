//! Signed sums over some entities: what traces add to a graph, and what they take back (`settled.md` 1).

use std::collections::BTreeMap;

use stats::{Histogram, Multiset, Tally};
use trace::State;

use crate::EdgeKind;
use crate::names::{AliasNumber, NodeNumber, Renumbering};

/// Nodes and edges by number. Any part may be negative; only a whole window adds up to a graph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cell {
    pub(crate) nodes: BTreeMap<NodeNumber, NodeSum>,
    pub(crate) edges: BTreeMap<EdgeKey, EdgeSum>,
}

/// The two ends and the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EdgeKey {
    pub(crate) from: NodeNumber,
    pub(crate) to: NodeNumber,
    pub(crate) kind: EdgeKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NodeSum {
    /// How often the node was touched by a trace that began in each second.
    pub(crate) seconds: Multiset,
    /// How often it was seen as passive, unknown and active.
    pub(crate) states: [i64; 3],
    /// How often it was a root.
    pub(crate) roots: i64,
    pub(crate) tally: Tally,
    pub(crate) durations: Histogram,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct EdgeSum {
    /// How many entities were counted on it.
    pub(crate) touches: i64,
    pub(crate) tally: Tally,
    /// Of events that lay in a queue: how old they were when they were taken out.
    pub(crate) ages: Histogram,
    /// How often each alias was seen; no entry is 0.
    pub(crate) aliases: BTreeMap<AliasNumber, i64>,
}

impl Cell {
    /// Adds the other one so many times, its numbers called anew. Numbers that nobody gave are passed over.
    pub(crate) fn add(&mut self, other: &Cell, renumbering: &Renumbering, times: i64) {
        for (number, sum) in &other.nodes {
            if let Some(number) = renumbering.node(*number) {
                self.nodes.entry(number).or_default().add(sum, times);
            }
        }
        for (key, sum) in &other.edges {
            if let (Some(from), Some(to)) = (renumbering.node(key.from), renumbering.node(key.to)) {
                let key = EdgeKey { from, to, ..*key };
                let known = self.edges.entry(key).or_default();
                known.add(sum, times);
                for (alias, count) in &sum.aliases {
                    if let Some(alias) = renumbering.alias(*alias) {
                        known.see(alias, count * times);
                    }
                }
            }
        }
    }

    /// Adds another one that uses the same numbers.
    pub(crate) fn add_same(&mut self, other: &Cell) {
        for (number, sum) in &other.nodes {
            self.nodes.entry(*number).or_default().add(sum, 1);
        }
        for (key, sum) in &other.edges {
            let known = self.edges.entry(*key).or_default();
            known.add(sum, 1);
            sum.aliases
                .iter()
                .for_each(|(alias, count)| known.see(*alias, *count));
        }
    }

    /// Forgets what has come to nothing.
    pub(crate) fn tidy(&mut self) {
        self.nodes.retain(|_, sum| *sum != NodeSum::default());
        self.edges.retain(|_, sum| *sum != EdgeSum::default());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.edges.is_empty()
    }
}

impl NodeSum {
    /// Notes that a trace which began in this second has the node.
    pub(crate) fn touch(&mut self, second: i64, state: State, times: i64) {
        self.seconds.add(second, times);
        self.states[state as usize] += times;
    }

    fn add(&mut self, other: &NodeSum, times: i64) {
        self.seconds.add_all(&other.seconds, times);
        for (state, count) in self.states.iter_mut().zip(other.states) {
            *state += count * times;
        }
        self.roots += other.roots * times;
        self.tally.add(&other.tally, times);
        self.durations.add(&other.durations, times);
    }

    /// The most that was known of it.
    pub(crate) fn state(&self) -> State {
        match self.states {
            [_, _, active] if active > 0 => State::Active,
            [_, unknown, _] if unknown > 0 => State::Unknown,
            _ => State::Passive,
        }
    }
}

impl EdgeSum {
    /// Adds everything but the aliases.
    fn add(&mut self, other: &EdgeSum, times: i64) {
        self.touches += other.touches * times;
        self.tally.add(&other.tally, times);
        self.ages.add(&other.ages, times);
    }

    pub(crate) fn see(&mut self, alias: AliasNumber, times: i64) {
        add_to(&mut self.aliases, alias, times);
    }
}

fn add_to<K: Ord>(counts: &mut BTreeMap<K, i64>, key: K, count: i64) {
    use std::collections::btree_map::Entry;
    match counts.entry(key) {
        Entry::Occupied(mut known) => {
            *known.get_mut() += count;
            if *known.get() == 0 {
                known.remove();
            }
        }
        Entry::Vacant(place) if count != 0 => {
            place.insert(count);
        }
        Entry::Vacant(_) => {}
    }
}
