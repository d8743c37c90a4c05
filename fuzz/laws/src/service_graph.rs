//! Several documents → graph: the invariants of `spec/service-graph.md` 7.

use std::sync::Arc;

use bytes::Bytes;
use document::{Entity, EntityId, Kind, TraceId, reread};
use service_graph::{EdgeKind, GraphSum, Node, Selection, ServiceGraph};
use stats::Tally;
use trace::{NodeId, Received, State, Trace};

use crate::traces;

/// The invariants that hold for any input. A client that calls its service `client` is left alone: the graph keeps
/// that word for its own nodes.
pub fn service_graph(bytes: &[u8]) {
    let received = traces::received(bytes);
    let traces: Vec<Trace> = received
        .iter()
        .map(|(id, documents)| Trace::assemble(*id, documents.clone()))
        .collect();
    if traces
        .iter()
        .flat_map(Trace::segments)
        .any(|segment| NodeId::reported(segment.get(), "").is_client())
    {
        return;
    }
    let whole = graph_of(traces.iter());
    check_clients(&whole, &traces);
    check_tallies(&whole);
    check_edges(&whole);
    check_inferred(&whole, &traces);
    check_order(&whole, &traces);
    for (id, documents) in received {
        check_late_callee(id, documents);
    }
}

fn graph_of<'t>(traces: impl Iterator<Item = &'t Trace>) -> ServiceGraph {
    sum_of(traces).graph()
}

fn sum_of<'t>(traces: impl Iterator<Item = &'t Trace>) -> GraphSum {
    let mut sum = GraphSum::new("");
    traces.for_each(|trace| sum.add_trace(trace, Selection::Whole));
    sum
}

/// Invariant 1: clients made as many requests as there are complete roots.
fn check_clients(graph: &ServiceGraph, traces: &[Trace]) {
    let from_clients = graph.edges.iter().filter(|((from, _, _), _)| from.is_client());
    let requests: i64 = from_clients.map(|(_, edge)| edge.tally.counts.total()).sum();
    let roots = traces.iter().flat_map(Trace::roots);
    assert_eq!(
        requests,
        roots.filter(|root| root.is_complete()).count().cast_signed() as i64
    );
}

/// Invariants 2 and 3: every counted entity has its place in the histograms, and the sums agree.
fn check_tallies(graph: &ServiceGraph) {
    let nodes = graph.nodes.values().map(|node| &node.tally);
    let calls = graph
        .edges
        .iter()
        .filter(|((_, _, kind), _)| *kind == EdgeKind::Call);
    for tally in nodes.chain(calls.map(|(_, edge)| &edge.tally)) {
        check_tally(tally);
    }
    for Node { tally, durations, .. } in graph.nodes.values() {
        let counted: i64 = durations.buckets().iter().map(|bucket| bucket.count).sum();
        assert_eq!(counted, tally.counts.total());
    }
}

fn check_tally(tally: &Tally) {
    let buckets = tally.responses.buckets();
    let total = tally.counts.total();
    assert_eq!(buckets.iter().map(|bucket| bucket.count).sum::<i64>(), total);
    assert!(buckets.is_sorted_by(|one, next| one.millis < next.millis));
    if buckets.len() < 100 {
        let millis = buckets
            .iter()
            .map(|bucket| i128::from(bucket.millis) * i128::from(bucket.count));
        let apart = millis.sum::<i128>() * 1_000_000 - tally.response_nanos;
        assert!(apart.abs() <= 500_000 * i128::from(total), "{tally:?}");
    }
}

/// Invariant 4: both ends of an edge exist, and nobody calls a client.
fn check_edges(graph: &ServiceGraph) {
    for (from, to, _) in graph.edges.keys() {
        assert!(graph.nodes.contains_key(from) && graph.nodes.contains_key(to));
        assert!(!to.is_client());
    }
}

/// Invariant 5: without calls nothing is inferred.
fn check_inferred(graph: &ServiceGraph, traces: &[Trace]) {
    if traces
        .iter()
        .flat_map(Trace::entities)
        .any(|entity| entity.is_call())
    {
        return;
    }
    for (id, node) in &graph.nodes {
        assert!(id.is_client() || node.state == State::Active, "{id:?}");
    }
}

/// Invariant 7: traces add up in any order.
fn check_order(whole: &ServiceGraph, traces: &[Trace]) {
    let mut added = GraphSum::new("");
    for trace in traces.iter().rev() {
        added.add(&sum_of(std::iter::once(trace)));
    }
    assert_eq!(&added.graph(), whole);
}

/// Invariant 6: a callee that comes late changes nothing of its caller, nor of what the caller's calls count. A
/// caller that calls itself is left alone: the node that is inferred then is its own (section 4, step 6).
fn check_late_callee(id: TraceId, mut documents: Vec<Received>) {
    let before = Trace::assemble(id, documents.clone());
    let call = before
        .entities()
        .find(|entity| entity.is_call() && !entity.is_claimed() && entity.owner().is_some());
    let Some((call, owner)) = call.and_then(|call| Some((call, call.owner()?))) else {
        return;
    };
    let caller = owner.node("");
    if call
        .inferred_receiver()
        .is_some_and(|receiver| receiver.node() == caller)
    {
        return;
    }
    let Some(callee) = late_callee(id, call.id, &documents) else {
        return;
    };
    documents.push(callee);
    let after = Trace::assemble(id, documents);
    let (before, after) = (graph_of([&before].into_iter()), graph_of([&after].into_iter()));
    let of_caller = |graph: &ServiceGraph| {
        let node = graph.nodes.get(&caller);
        node.map(|node| (node.tally.clone(), node.durations.clone()))
    };
    assert_eq!(of_caller(&before), of_caller(&after));
    let calls = |graph: &ServiceGraph| {
        let mut sum = Tally::default();
        for ((from, _, _), edge) in &graph.edges {
            if *from == caller {
                sum.add(&edge.tally, 1);
            }
        }
        sum
    };
    assert_eq!(calls(&before), calls(&after));
}

/// A segment that answers this call and that nothing refers to.
fn late_callee(trace: TraceId, call: EntityId, documents: &[Received]) -> Option<Received> {
    let id = EntityId::from_bytes(*b"latecall");
    let entities = || documents.iter().flat_map(|document| document.segment.entities());
    let is_taken =
        |entity: Entity<'_>| entity.id == id || entity.parent == Some(id) || entity.name() == LATE_CALLEE;
    if entities().any(is_taken) {
        return None;
    }
    let text = format!(
        r#"{{"trace_id":"{trace}","id":"{id}","parent_id":"{call}","name":"{LATE_CALLEE}","start_time":1,"end_time":2}}"#
    );
    let segment = reread(&Bytes::from(text)).expect("a valid document");
    assert_eq!(segment.top().kind, Kind::Segment);
    let position = documents.last()?.position + 1;
    Some(traces::received_at(position, Arc::new(segment)))
}

const LATE_CALLEE: &str = "late callee";
