//! What one trace contributes (`spec/service-graph.md` 4, `settled.md` 2, 5 and 8).

use std::collections::BTreeMap;

use document::{Class, Kind};
use stats::Counts;
use trace::{EntityRef, NodeId, State, Trace, receiver_of};

use crate::cell::{Cell, EdgeKey, EdgeSum};
use crate::graph::{AliasOf, EdgeKind};
use crate::names::{Names, NodeNumber};
use crate::rollups::{CellKey, Scope};

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

/// Where contributions go.
pub(crate) enum Target<'c> {
    /// Selected entities, into one cell.
    Selected {
        cell: &'c mut Cell,
        selection: Selection,
    },
    /// Everything that counts, each into the cell of the second from which it counts.
    Seconds {
        cells: &'c mut BTreeMap<CellKey, Cell>,
        /// Whose cells.
        scope: Scope,
        /// The second before which nothing counts.
        not_before: i64,
        /// The second in which all this became known.
        known: i64,
    },
}

impl Target<'_> {
    /// The cell in which the entity is counted, `None` if it is not.
    pub(crate) fn cell_of(&mut self, entity: EntityRef<'_>) -> Option<&mut Cell> {
        match self {
            Target::Selected { cell, selection } => selection.selects(entity).then_some(&mut **cell),
            Target::Seconds {
                cells,
                scope,
                not_before,
                known,
            } => {
                let key = CellKey {
                    scope: *scope,
                    counted: entity.counts_from()?.seconds().max(*not_before),
                    known: *known,
                };
                Some(cells.entry(key).or_default())
            }
        }
    }
}

impl Selection {
    fn selects(self, entity: EntityRef<'_>) -> bool {
        match self {
            Selection::Whole => entity.is_complete(),
            Selection::Received { first, last } => entity
                .counts_from()
                .is_some_and(|from| (first..=last).contains(&from.seconds())),
        }
    }
}

/// One trace, on its way into cells.
pub(crate) struct Contribution<'c> {
    pub(crate) trace: &'c Trace,
    pub(crate) home: &'c str,
    pub(crate) names: &'c mut Names,
    pub(crate) target: Target<'c>,
    /// The second in which the trace began.
    pub(crate) second: i64,
    /// 1 to add it, -1 to take it back.
    pub(crate) times: i64,
    /// The numbers of the segments' nodes that were asked for, by the segments' places.
    numbers: Vec<Option<NodeNumber>>,
}

impl<'c> Contribution<'c> {
    pub(crate) fn of(
        trace: &'c Trace,
        home: &'c str,
        (names, target): (&'c mut Names, Target<'c>),
        times: i64,
    ) -> Contribution<'c> {
        Contribution {
            trace,
            home,
            names,
            target,
            second: second_of(trace),
            times,
            numbers: vec![],
        }
    }

    pub(crate) fn write(mut self) {
        for entity in self.trace.entities() {
            match entity.kind {
                Kind::Segment => self.add_segment(entity),
                Kind::Subsegment => self.add_call(entity),
            }
        }
    }

    pub(crate) fn number(&mut self, segment: EntityRef<'_>) -> NodeNumber {
        let place = segment.place();
        if let Some(Some(number)) = self.numbers.get(place) {
            return *number;
        }
        let number = self.names.node_number(segment.node(self.home));
        if self.numbers.len() <= place {
            self.numbers.resize(place + 1, None);
        }
        self.numbers[place] = Some(number);
        number
    }

    fn add_segment(&mut self, segment: EntityRef<'_>) {
        let id = self.number(segment);
        if let Some(cell) = self.target.cell_of(segment) {
            let node = cell.nodes.entry(id).or_default();
            node.touch(self.second, State::Active, self.times);
            node.roots += i64::from(segment.is_root()) * self.times;
            let Sample { counts, nanos } = sample_of(segment);
            node.tally.record(counts, nanos, self.times);
            let envelope = segment.envelope_nanos().unwrap_or_default();
            node.durations.record_nanos(envelope, self.times);
        }
        match segment.parent() {
            Some(caller) => self.add_arrival(caller, segment, id),
            None if segment.is_root() => {
                let client = self.names.node_number(NodeId::client(segment.get()));
                let ends = [(client, State::Unknown), (id, State::Active)];
                self.add_edge(ends, segment);
            }
            None => {}
        }
    }

    /// The edge into a segment: timed by the caller's call, or by the segment where there is no call.
    fn add_arrival(&mut self, caller: EntityRef<'_>, segment: EntityRef<'_>, id: NodeNumber) {
        let Some(owner) = caller.owner() else { return };
        let counted = if caller.is_call() { caller } else { segment };
        let from = self.number(owner);
        let alias = receiver_of(caller.get()).map(|receiver| {
            self.names.alias_number(AliasOf {
                name: caller.name().into(),
                node_type: (*receiver.node_type).into(),
            })
        });
        let times = self.times;
        let edge = self.add_edge([(from, State::Active), (id, State::Active)], counted);
        if let (Some(edge), Some(alias)) = (edge, alias) {
            edge.see(alias, times);
        }
    }

    /// The node and the edge that are inferred from a call whose callee sent no segment.
    fn add_call(&mut self, call: EntityRef<'_>) {
        let (Some(owner), Some(receiver)) = (call.owner(), call.inferred_receiver()) else {
            return;
        };
        let (from, id) = (self.number(owner), self.names.node_number(receiver.node()));
        let Some(cell) = self.target.cell_of(call) else {
            return;
        };
        let node = cell.nodes.entry(id).or_default();
        let sample = sample_of(call);
        node.tally.record(sample.counts, sample.nanos, self.times);
        node.durations.record_nanos(sample.nanos, self.times);
        self.add_edge([(from, State::Active), (id, receiver.state)], call);
    }

    /// Both ends appear with the edge, with zero counts if need be. `None` if the entity is not counted.
    fn add_edge(&mut self, ends: [(NodeNumber, State); 2], counted: EntityRef<'_>) -> Option<&mut EdgeSum> {
        let cell = self.target.cell_of(counted)?;
        for (node, state) in ends {
            cell.nodes
                .entry(node)
                .or_default()
                .touch(self.second, state, self.times);
        }
        let [(from, _), (to, _)] = ends;
        let kind = EdgeKind::Call;
        let edge = cell.edges.entry(EdgeKey { from, to, kind }).or_default();
        let Sample { counts, nanos } = sample_of(counted);
        edge.touches += self.times;
        edge.tally.record(counts, nanos, self.times);
        Some(edge)
    }
}

/// The second in which a trace began, as far as it is known.
fn second_of(trace: &Trace) -> i64 {
    trace.root().map_or(trace.start(), |root| root.start).seconds()
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

pub(crate) fn counts_of(class: Class) -> Counts {
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
