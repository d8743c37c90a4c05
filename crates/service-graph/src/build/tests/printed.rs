//! A graph as GetServiceGraph prints it (`spec/service-graph.md` 1), to be compared with `fixtures/graphs`.

use serde_json::{Map, Value, json};
use stats::{Histogram, Tally};
use trace::{NodeId, State};

use crate::{Edge, EdgeKind, Node, ServiceGraph};

/// The answer in full.
pub(super) fn printed(graph: &ServiceGraph) -> Value {
    let mut answer = Map::new();
    let starts = graph.nodes.values().map(|node| node.first_second);
    let ends = graph.nodes.values().map(|node| node.last_second);
    if let (Some(start), Some(end)) = (starts.min(), ends.max()) {
        answer.insert("StartTime".to_owned(), json!(start));
        answer.insert("EndTime".to_owned(), json!(end));
    }
    let places: Vec<&NodeId> = graph.nodes.keys().collect();
    let nodes = (0..)
        .zip(&graph.nodes)
        .map(|(place, (id, node))| node_of(graph, &places, (place, id, node)));
    answer.insert("ContainsOldGroupVersions".to_owned(), json!(false));
    answer.insert("Services".to_owned(), nodes.collect());
    answer.into()
}

fn node_of(graph: &ServiceGraph, places: &[&NodeId], (place, id, node): (usize, &NodeId, &Node)) -> Value {
    let mut members = Map::new();
    let mut put = |key: &str, value: Value| members.insert(key.to_owned(), value);
    put("ReferenceId", json!(place));
    put("Name", json!(id.name));
    put("Names", json!([id.name]));
    id.node_type
        .iter()
        .for_each(|node_type| drop(put("Type", json!(node_type))));
    id.account
        .iter()
        .for_each(|account| drop(put("AccountId", json!(account))));
    if node.is_root {
        put("Root", json!(true));
    }
    put("State", json!(state_of(node.state)));
    put("StartTime", json!(node.first_second));
    put("EndTime", json!(node.last_second + 1));
    let outgoing = graph.edges.iter().filter(|((from, _, _), _)| from == id);
    let edges = outgoing.map(|((_, to, kind), edge)| {
        let place = places.iter().position(|known| *known == to);
        edge_of((place, *kind), node, edge)
    });
    put("Edges", edges.collect());
    if !id.is_client() {
        put("SummaryStatistics", statistics(&node.tally));
        put("DurationHistogram", histogram(&node.durations));
        put("ResponseTimeHistogram", histogram(&node.tally.responses));
    }
    members.into()
}

fn edge_of((to, kind): (Option<usize>, EdgeKind), source: &Node, edge: &Edge) -> Value {
    let alias = |name: &str, node_type: &str| json!({ "Name": name, "Names": [name], "Type": node_type });
    let mut printed = json!({
        "ReferenceId": to,
        "StartTime": source.first_second,
        "EndTime": source.last_second + 1,
        "SummaryStatistics": statistics(&edge.tally),
        "ResponseTimeHistogram": histogram(&edge.tally.responses),
        "Aliases": edge.aliases.iter().map(|known| alias(&known.name, &known.node_type)).collect::<Value>(),
    });
    if kind == EdgeKind::Link {
        printed["EdgeType"] = json!("link");
        printed["ReceivedEventAgeHistogram"] = histogram(&edge.ages);
    }
    printed
}

fn statistics(tally: &Tally) -> Value {
    let counts = tally.counts;
    json!({
        "OkCount": counts.ok,
        "ErrorStatistics": {
            "ThrottleCount": counts.throttle,
            "OtherCount": counts.error,
            "TotalCount": counts.throttle + counts.error,
        },
        "FaultStatistics": { "OtherCount": counts.fault, "TotalCount": counts.fault },
        "TotalCount": counts.total(),
        "TotalResponseTime": tally.response_millis() as f64 / 1_000.0,
    })
}

fn histogram(histogram: &Histogram) -> Value {
    let buckets = histogram.buckets().into_iter();
    buckets
        .map(|bucket| json!({ "Value": bucket.millis as f64 / 1_000.0, "Count": bucket.count }))
        .collect()
}

fn state_of(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::Unknown => "unknown",
        State::Passive => "passive",
    }
}
