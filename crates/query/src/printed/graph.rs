//! A graph as X-Ray prints it (`spec/service-graph.md` 1).

use std::collections::BTreeMap;

use service_graph::{Edge, EdgeKind, Node, ServiceGraph};
use stats::{Histogram, Tally};
use trace::{NodeId, State};
use wire::{Alias, ErrorStatistics, FaultStatistics, HistogramBucket, Service, Statistics};

use super::millis_as_seconds;

/// Whether nodes and edges say when they were seen; in the graph of one trace they do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    Shown,
    Hidden,
}

/// The nodes in their order, each with its edges by destination.
pub(crate) fn services_of(graph: &ServiceGraph, times: Times) -> Vec<Service> {
    let references: BTreeMap<&NodeId, i64> = graph.nodes.keys().zip(0..).collect();
    let mut edges: BTreeMap<&NodeId, Vec<wire::Edge>> = BTreeMap::new();
    for ((from, to, kind), edge) in &graph.edges {
        let (Some(source), Some(reference_id)) = (graph.nodes.get(from), references.get(to)) else {
            continue;
        };
        edges
            .entry(from)
            .or_default()
            .push(edge_of((edge, *kind), *reference_id, source, times));
    }
    let mut service = |(id, node)| service_of(id, node, references.get(id).copied(), edges.remove(id), times);
    graph.nodes.iter().map(&mut service).collect()
}

fn service_of(
    id: &NodeId,
    node: &Node,
    reference_id: Option<i64>,
    edges: Option<Vec<wire::Edge>>,
    times: Times,
) -> Service {
    let (start_time, end_time) = times_of(node, times);
    let on_servers = |histogram: &Histogram| (!id.is_client()).then(|| histogram_of(histogram));
    Service {
        reference_id: reference_id.unwrap_or_default(),
        name: id.name.to_string(),
        names: vec![id.name.to_string()],
        root: node.is_root.then_some(true),
        account_id: id.account.as_deref().map(str::to_owned),
        r#type: id.node_type.as_deref().map(str::to_owned),
        state: state_name(node.state).to_owned(),
        start_time,
        end_time,
        edges: edges.unwrap_or_default(),
        summary_statistics: (!id.is_client()).then(|| statistics_of(&node.tally)),
        duration_histogram: on_servers(&node.durations),
        response_time_histogram: on_servers(&node.tally.responses),
    }
}

fn edge_of((edge, kind): (&Edge, EdgeKind), reference_id: i64, source: &Node, times: Times) -> wire::Edge {
    let (start_time, end_time) = times_of(source, times);
    let is_link = kind == EdgeKind::Link;
    let alias = |alias: &service_graph::AliasOf| Alias {
        name: alias.name.to_string(),
        names: vec![alias.name.to_string()],
        r#type: Some(alias.node_type.to_string()),
    };
    wire::Edge {
        reference_id,
        start_time,
        end_time,
        summary_statistics: statistics_of(&edge.tally),
        response_time_histogram: histogram_of(&edge.tally.responses),
        aliases: edge.aliases.iter().map(alias).collect(),
        edge_type: is_link.then(|| "link".to_owned()),
        received_event_age_histogram: is_link.then(|| histogram_of(&edge.ages)),
    }
}

fn times_of(node: &Node, times: Times) -> (Option<f64>, Option<f64>) {
    match times {
        Times::Shown => (
            Some(node.first_second as f64),
            Some((node.last_second + 1) as f64),
        ),
        Times::Hidden => (None, None),
    }
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Unknown => "unknown",
        State::Passive => "passive",
    }
}

pub(crate) fn statistics_of(tally: &Tally) -> Statistics {
    let counts = tally.counts;
    Statistics {
        ok_count: counts.ok,
        error_statistics: ErrorStatistics {
            throttle_count: counts.throttle,
            other_count: counts.error,
            total_count: counts.throttle + counts.error,
        },
        fault_statistics: FaultStatistics {
            other_count: counts.fault,
            total_count: counts.fault,
        },
        total_count: counts.total(),
        total_response_time: tally.response_millis() as f64 / 1_000.0,
    }
}

pub(crate) fn histogram_of(histogram: &Histogram) -> Vec<HistogramBucket> {
    let printed = |bucket: stats::Bucket| HistogramBucket {
        value: millis_as_seconds(bucket.millis),
        count: bucket.count,
    };
    histogram.buckets().into_iter().map(printed).collect()
}
