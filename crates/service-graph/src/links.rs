//! Links between traces (`spec/service-graph.md` 4, step 8; `settled.md` 9).
//!
//! A link's edge needs both traces, so it is no part of either one's contribution but of the pair's: it is counted where
//! the consumer's segment is, and known once both are. As a trace has versions, so has a pair.

use std::collections::BTreeSet;

use clock::Timestamp;
use document::{EntityId, Link, LinkKind, TraceId};
use rustc_hash::FxHashMap;
use trace::{EntityRef, NodeId, Received, State, Trace};

use crate::admission::{Admission, Memberships};
use crate::build::{Contribution, counts_of};
use crate::cell::EdgeKey;
use crate::counting::{Counting, last_receipt};
use crate::graph::EdgeKind;
use crate::rollups::{Rollups, as_of, seconds_of};

/// Two traces, one of which took up what the other had left for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkedPair {
    /// The trace that took it up.
    pub consumer: TraceId,
    /// The trace that left it.
    pub producer: TraceId,
}

impl LinkedPair {
    /// The pairs that the links in these documents make of this trace and others.
    pub fn of(id: TraceId, documents: &[Received]) -> BTreeSet<LinkedPair> {
        // Only segments have links, and nothing is embedded in a document but subsegments.
        let links = documents
            .iter()
            .flat_map(|received| received.segment.top().links());
        let pairs = links.map(|link| match link.kind {
            LinkKind::Parent => LinkedPair {
                consumer: id,
                producer: link.trace_id,
            },
            LinkKind::Child => LinkedPair {
                consumer: link.trace_id,
                producer: id,
            },
        });
        pairs.collect()
    }

    /// The other one of the two; itself where a trace is linked to itself.
    pub fn other_than(&self, id: TraceId) -> TraceId {
        match self.consumer == id {
            true => self.producer,
            false => self.consumer,
        }
    }
}

/// A pair, each trace with all its documents.
#[derive(Debug, Clone, Copy)]
pub struct LinkedTraces<'d> {
    /// The two.
    pub pair: LinkedPair,
    /// The consumer's documents.
    pub consumer: &'d [Received],
    /// The producer's documents.
    pub producer: &'d [Received],
}

impl Rollups {
    /// Adds the links from one trace to another so many times, to the graphs in which the consumer counts; −1 takes back
    /// what the same documents had added, with these groups or with any later view of them.
    pub fn add_links(&mut self, linked: LinkedTraces<'_>, groups: &dyn Admission, times: i64) {
        let pair = linked.pair;
        let Counting { roots, clock } = groups.counting();
        let (consumers, producers) = (clock.told(linked.consumer), clock.told(linked.producer));
        let changes = seconds_of(&consumers);
        let mut seconds = seconds_of(&producers);
        seconds.extend(&changes);
        seconds.sort_unstable();
        seconds.dedup();
        let mut memberships = Memberships::new(groups);
        for (place, known) in seconds.iter().enumerate() {
            let consumer = as_of(*known, pair.consumer, &consumers).with_roots(roots);
            let producer = as_of(*known, pair.producer, &producers).with_roots(roots);
            if changes.binary_search(known).is_ok() {
                let receipt = last_receipt(*known, &consumers, linked.consumer);
                memberships.judge(&consumer, receipt, *known);
            }
            for share in memberships.shares() {
                self.contribution(&consumer, share, *known, times)
                    .write_links(&producer);
                if let Some(until) = seconds.get(place + 1) {
                    self.contribution(&consumer, share, *until, -times)
                        .write_links(&producer);
                }
            }
        }
    }
}

/// A segment and what it took up.
struct TakenUp<'t> {
    consumer: EntityRef<'t>,
    producer: EntityRef<'t>,
    sent_time: Option<Timestamp>,
}

impl Contribution<'_> {
    fn write_links(mut self, producer: &Trace) {
        for taken in taken_up(self.trace, producer) {
            self.add_link(&taken);
        }
    }

    /// Counts alone: nobody was kept waiting.
    fn add_link(&mut self, taken: &TakenUp<'_>) {
        let Some((from, state)) = source_of(taken.producer, self.home) else {
            return;
        };
        let (from, to) = (self.names.node_number(from), self.number(taken.consumer));
        let (second, times) = (self.second, self.times);
        let Some(cell) = self.target.cell_of(taken.consumer) else {
            return;
        };
        for (node, state) in [(from, state), (to, State::Active)] {
            cell.nodes.entry(node).or_default().touch(second, state, times);
        }
        let kind = EdgeKind::Link;
        let edge = cell.edges.entry(EdgeKey { from, to, kind }).or_default();
        edge.touches += times;
        let counts = counts_of(taken.consumer.flags.class());
        edge.tally.counts.add(counts, times);
        if let Some(left) = taken.sent_time.or_else(|| taken.producer.end()) {
            let age = taken.consumer.start.nanos_since(left);
            edge.ages.record_nanos(age, times);
        }
    }
}

/// The links between two traces, from either side, each once.
fn taken_up<'t>(consumer: &'t Trace, producer: &'t Trace) -> Vec<TakenUp<'t>> {
    let by_id = |trace: &'t Trace| -> FxHashMap<EntityId, EntityRef<'t>> {
        trace.entities().map(|entity| (entity.id, entity)).collect()
    };
    let (consumers, producers) = (by_id(consumer), by_id(producer));
    let mut taken = vec![];
    for segment in consumer.segments() {
        let to_parents = links(segment, LinkKind::Parent, producer.id());
        for link in to_parents.filter(|link| !is_on_ancestor(segment, link)) {
            taken.extend(producers.get(&link.id).map(|producer| TakenUp {
                consumer: segment,
                producer: *producer,
                sent_time: link.sent_time,
            }));
        }
    }
    for segment in producer.segments() {
        for link in links(segment, LinkKind::Child, consumer.id()) {
            let found = consumers.get(&link.id).and_then(|entity| entity.owner());
            let Some(consumer) = found.filter(|consumer| !names(*consumer, producer.id(), segment.id)) else {
                continue;
            };
            taken.push(TakenUp {
                consumer,
                producer: segment,
                sent_time: link.sent_time,
            });
        }
    }
    taken
}

fn links<'t>(segment: EntityRef<'t>, kind: LinkKind, other: TraceId) -> impl Iterator<Item = &'t Link> {
    let links = segment.links().iter();
    links.filter(move |link| link.kind == kind && link.trace_id == other)
}

/// Whether the reverse of a child's link is there.
fn names(consumer: EntityRef<'_>, producer: TraceId, id: EntityId) -> bool {
    links(consumer, LinkKind::Parent, producer).any(|link| link.id == id)
}

/// A Lambda service and its function carry the same link: the service's is the one that counts.
fn is_on_ancestor(segment: EntityRef<'_>, link: &Link) -> bool {
    let mut next = segment.parent();
    while let Some(ancestor) = next {
        if names(ancestor, link.trace_id, link.id) {
            return true;
        }
        next = ancestor.parent();
    }
    false
}

/// The queue that is known from the call alone, else whoever left the message. An unfinished call makes no node, and a
/// call whose owner is missing none either (`settled.md` 5 and 6).
fn source_of(producer: EntityRef<'_>, home: &str) -> Option<(NodeId, State)> {
    let owner = producer.owner()?;
    match producer.inferred_receiver() {
        Some(receiver) if producer.is_complete() => Some((receiver.node(), receiver.state)),
        Some(_) => None,
        None => Some((owner.node(home), State::Active)),
    }
}
