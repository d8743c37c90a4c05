//! What one trace contributes (`spec/service-graph.md` 4, `settled.md` 2, 5 and 8).

use document::{Class, Kind};
use stats::Counts;
use trace::{EntityRef, NodeId, State, Trace, receiver_of};

use crate::graph::{AliasOf, Edge, EdgeKind, Node, ServiceGraph};

/// Which entities of a trace are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// Everything that has ended: the graph of one trace.
    Whole,
    /// What counts from a receipt second between these, both inclusive.
    Received {
        /// First second.
        first: i64,
        /// Last second.
        last: i64,
    },
}

impl ServiceGraph {
    /// Adds what a trace contributes. For a window the trace holds the documents received up to its end, so that
    /// the topology is the one of that moment. `home` is the server's own account.
    pub fn add(&mut self, trace: &Trace, selection: Selection, home: &str) {
        let second = trace.root().map_or(trace.start(), |root| root.start).seconds();
        let mut contribution = Contribution {
            graph: self,
            selection,
            home,
            second,
        };
        for entity in trace.entities() {
            match entity.kind {
                Kind::Segment => contribution.add_segment(entity),
                Kind::Subsegment => contribution.add_call(entity),
            }
        }
    }
}

struct Contribution<'g> {
    graph: &'g mut ServiceGraph,
    selection: Selection,
    home: &'g str,
    second: i64,
}

impl Contribution<'_> {
    fn selects(&self, entity: EntityRef<'_>) -> bool {
        match self.selection {
            Selection::Whole => entity.is_complete(),
            Selection::Received { first, last } => entity
                .counts_from()
                .is_some_and(|from| (first..=last).contains(&from.seconds())),
        }
    }

    fn add_segment(&mut self, segment: EntityRef<'_>) {
        let id = segment.node(self.home);
        if self.selects(segment) {
            let Sample { counts, nanos } = sample_of(segment);
            let node = self.node(&id, State::Active);
            node.is_root |= segment.is_root();
            node.tally.record(counts, nanos);
            node.durations
                .record_nanos(segment.envelope_nanos().unwrap_or_default());
        }
        match segment.parent() {
            Some(caller) => self.add_arrival(caller, segment, &id),
            None if segment.is_root() && self.selects(segment) => {
                self.add_edge(
                    (&NodeId::client(&segment), State::Unknown),
                    (&id, State::Active),
                    sample_of(segment),
                );
            }
            None => {}
        }
    }

    /// The edge into a segment: timed by the caller's call, or by the segment where there is no call.
    fn add_arrival(&mut self, caller: EntityRef<'_>, segment: EntityRef<'_>, id: &NodeId) {
        let Some(owner) = caller.owner() else { return };
        let counted = if caller.is_call() { caller } else { segment };
        if !self.selects(counted) {
            return;
        }
        let from = owner.node(self.home);
        let edge = self.add_edge((&from, State::Active), (id, State::Active), sample_of(counted));
        if let Some(receiver) = receiver_of(&caller) {
            edge.aliases.insert(AliasOf {
                name: caller.name.clone(),
                node_type: (*receiver.node_type).into(),
            });
        }
    }

    /// The node and the edge that are inferred from a call whose callee sent no segment.
    fn add_call(&mut self, call: EntityRef<'_>) {
        let (Some(owner), Some(receiver)) = (call.owner(), call.inferred_receiver()) else {
            return;
        };
        if !self.selects(call) {
            return;
        }
        let (id, sample) = (receiver.node(), sample_of(call));
        let node = self.node(&id, receiver.state);
        node.tally.record(sample.counts, sample.nanos);
        node.durations.record_nanos(sample.nanos);
        self.add_edge(
            (&owner.node(self.home), State::Active),
            (&id, receiver.state),
            sample,
        );
    }

    fn node(&mut self, id: &NodeId, state: State) -> &mut Node {
        let second = self.second;
        // Most entities belong to a node that is there already, and its name is not copied then.
        if !self.graph.nodes.contains_key(id) {
            self.graph
                .nodes
                .insert(id.clone(), Node::first_seen(state, second));
        }
        let node = self.graph.nodes.get_mut(id).expect("it was put in just now");
        node.state = node.state.max(state);
        node.first_second = node.first_second.min(second);
        node.last_second = node.last_second.max(second);
        node
    }

    /// Both ends appear with the edge, with zero counts if need be.
    fn add_edge(&mut self, from: (&NodeId, State), to: (&NodeId, State), sample: Sample) -> &mut Edge {
        self.node(from.0, from.1);
        self.node(to.0, to.1);
        let edge = self
            .graph
            .edges
            .entry((from.0.clone(), to.0.clone(), EdgeKind::Call))
            .or_default();
        edge.tally.record(sample.counts, sample.nanos);
        edge
    }
}

/// One counted entity.
#[derive(Debug, Clone, Copy)]
struct Sample {
    counts: Counts,
    nanos: i64,
}

fn sample_of(entity: EntityRef<'_>) -> Sample {
    Sample {
        counts: counts_of(entity.flags.class()),
        nanos: entity.response_nanos().unwrap_or_default(),
    }
}

fn counts_of(class: Class) -> Counts {
    let none = Counts::default();
    match class {
        Class::Ok => Counts { ok: 1, ..none },
        Class::Error => Counts { error: 1, ..none },
        Class::Throttle => Counts { throttle: 1, ..none },
        Class::Fault => Counts { fault: 1, ..none },
    }
}

#[cfg(test)]
mod tests;
