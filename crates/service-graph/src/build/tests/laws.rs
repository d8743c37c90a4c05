//! The invariants of `spec/service-graph.md` 7, over generated traces.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;
use stats::Tally;
use trace::{EntityRef, NodeId, Received, State};

use super::documents::{BASE, HOME, received_value, traces as assembled, whole, window};
use super::generated::{Plan, Spread, documents, reordered, traces, traces_without_calls};
use crate::{AliasOf, EdgeKind, GraphSum, Selection, ServiceGraph};

/// The graph of a window that holds every receipt.
fn everything(documents: &[Received]) -> ServiceGraph {
    window(documents, 0, 100_000)
}

fn graph_of(traces: &[Vec<Plan>]) -> ServiceGraph {
    everything(&documents(traces, Spread::Planned))
}

proptest! {
    #[test]
    fn invariant_1_the_clients_edges_count_the_complete_roots(traces in traces()) {
        let documents = documents(&traces, Spread::Planned);
        let graph = everything(&documents);
        let from_clients = graph.edges.iter().filter(|((from, _, _), _)| from.is_client());
        let counted: i64 = from_clients.map(|(_, edge)| edge.tally.counts.total()).sum();
        let roots = |trace: &trace::Trace| trace.roots().filter(|root| root.is_complete()).count();
        prop_assert_eq!(counted, assembled(&documents).iter().map(|trace| roots(trace) as i64).sum::<i64>());
    }

    #[test]
    fn invariants_2_and_3_every_count_has_one_class_and_one_sample(traces in traces()) {
        let graph = graph_of(&traces);
        let nodes = graph.nodes.iter().filter(|(id, _)| !id.is_client()).map(|(_, node)| node);
        for node in nodes.clone() {
            let durations: i64 = node.durations.buckets().iter().map(|bucket| bucket.count).sum();
            prop_assert_eq!(durations, node.tally.counts.total());
        }
        for tally in nodes.map(|node| &node.tally).chain(graph.edges.values().map(|edge| &edge.tally)) {
            prop_assert!(is_consistent(tally), "{:?}", tally);
        }
    }

    #[test]
    fn invariant_4_edges_lead_to_nodes_that_are_there_and_never_to_clients(traces in traces()) {
        let graph = graph_of(&traces);
        for (from, to, _) in graph.edges.keys() {
            prop_assert!(graph.nodes.contains_key(from) && graph.nodes.contains_key(to));
            prop_assert!(!to.is_client());
        }
    }

    #[test]
    fn invariant_5_without_calls_nothing_is_inferred(traces in traces_without_calls()) {
        let graph = graph_of(&traces);
        for (id, node) in graph.nodes.iter().filter(|(id, _)| !id.is_client()) {
            prop_assert_eq!(node.state, State::Active, "{:?}", id);
        }
        prop_assert!(graph.edges.values().all(|edge| edge.aliases.is_empty()));
    }

    #[test]
    fn invariant_6_a_late_callee_changes_nothing_but_the_end_of_its_edge(traces in traces(), which: prop::sample::Index) {
        let mut documents = documents(&traces, Spread::Planned);
        let before = everything(&documents);
        let assembled = assembled(&documents);
        let calls: Vec<Call> = assembled.iter().flat_map(|trace| trace.entities()).filter_map(Call::of).collect();
        if calls.is_empty() {
            return Ok(());
        }
        let call = &calls[which.index(calls.len())];
        prop_assume!(call.from != call.inferred);
        documents.push(call.late_callee(documents.len() as u64));
        let after = everything(&documents);

        let late = NodeId { name: "late".into(), node_type: None, account: None };
        let tally = |graph: &ServiceGraph, to: &NodeId| {
            let edge = graph.edges.get(&(call.from.clone(), to.clone(), EdgeKind::Call));
            edge.map(|edge| edge.tally.clone()).unwrap_or_default()
        };
        prop_assert_eq!(&before.nodes[&call.from].tally, &after.nodes[&call.from].tally);
        prop_assert_eq!(&before.nodes[&call.from].durations, &after.nodes[&call.from].durations);
        let mut together = tally(&after, &call.inferred);
        together.add(&tally(&after, &late), 1);
        prop_assert_eq!(tally(&before, &call.inferred), together);
        let edge = &after.edges[&(call.from.clone(), late, EdgeKind::Call)];
        prop_assert_eq!(edge.tally.counts.total(), 1);
        prop_assert!(edge.aliases.contains(&call.alias));
        // Nothing else moved.
        for (id, node) in before.nodes.iter().filter(|(id, _)| **id != call.inferred) {
            prop_assert_eq!(Some(node), after.nodes.get(id));
        }
    }

    #[test]
    fn invariant_7_order_and_repetition_do_not_matter(traces in traces(), keys in prop::collection::vec(any::<u16>(), 1..40)) {
        let documents = documents(&traces, Spread::Planned);
        let shuffled = reordered(&documents, &keys);
        prop_assert_eq!(everything(&documents), everything(&shuffled));
        prop_assert_eq!(whole(&documents), whole(&shuffled));
    }

    #[test]
    fn invariant_7_embedded_or_sent_alone_is_the_same(traces in traces()) {
        let together = documents(&traces, Spread::Planned);
        let alone = documents(&traces, Spread::Single);
        prop_assert_eq!(everything(&together), everything(&alone));
    }

    #[test]
    fn step_9_graphs_of_parts_add_up_to_the_graph_of_the_whole(traces in traces()) {
        let documents = documents(&traces, Spread::Planned);
        let mut merged = GraphSum::new(HOME);
        for trace in assembled(&documents).iter().rev() {
            let mut part = GraphSum::new(HOME);
            part.add_trace(trace, Selection::Whole);
            merged.add(&part);
        }
        prop_assert_eq!(merged.graph(), whole(&documents));
    }

    #[test]
    fn settled_1_the_seconds_of_one_topology_partition_its_counts(traces in traces()) {
        let documents = documents(&traces, Spread::Planned);
        let mut merged = GraphSum::new(HOME);
        for trace in assembled(&documents) {
            for second in (0..100).map(|second| BASE + second) {
                merged.add_trace(&trace, Selection::Received { first: second, last: second });
            }
        }
        prop_assert_eq!(merged.graph(), everything(&documents));
    }
}

/// As many samples as counts, and the sum of both within half a millisecond a count.
fn is_consistent(tally: &Tally) -> bool {
    let buckets = tally.responses.buckets();
    let samples: i64 = buckets.iter().map(|bucket| bucket.count).sum();
    let millis: i128 = buckets
        .iter()
        .map(|bucket| i128::from(bucket.millis) * i128::from(bucket.count))
        .sum();
    let distance = (millis * 1_000_000 - tally.response_nanos).abs();
    samples == tally.counts.total() && distance <= 500_000 * i128::from(samples)
}

/// A counted call whose callee sent nothing.
struct Call<'t> {
    call: EntityRef<'t>,
    from: NodeId,
    inferred: NodeId,
    alias: AliasOf,
}

impl<'t> Call<'t> {
    fn of(call: EntityRef<'t>) -> Option<Call<'t>> {
        call.counts_from()?;
        let receiver = call.inferred_receiver()?;
        let alias = AliasOf {
            name: call.name().into(),
            node_type: (*receiver.node_type).into(),
        };
        Some(Call {
            call,
            from: call.owner()?.node(HOME),
            inferred: receiver.node(),
            alias,
        })
    }

    /// The segment of the one that was called.
    fn late_callee(&self, position: u64) -> Received {
        let any = json!({
            "trace_id": "T0", "id": "1a7e", "parent_id": self.call.id.to_string(), "name": "late",
            "start_time": 3.0, "end_time": 4.5,
        });
        let mut received = received_value(position, 1_000.0, any);
        let segment = Arc::get_mut(&mut received.segment).expect("nobody else has it yet");
        segment.trace_id = self.call.document().trace_id;
        received
    }
}
