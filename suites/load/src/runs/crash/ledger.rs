//! What a server has promised: the documents that it acknowledged, and those that it showed without having
//! acknowledged them. Both have to be there ever after, each once.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use wire::{GetServiceGraphResponse, TraceEntry};

use crate::failure::Failure;

/// Name and type of a node.
pub(crate) type Node = (String, String);

/// What is looked at of a document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Head {
    pub(crate) trace_id: String,
    pub(crate) id: String,
    name: String,
    origin: String,
}

/// The documents of one request that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) body: Vec<u8>,
    pub(crate) heads: Vec<Head>,
}

impl Request {
    /// Reads what stands in a body, so that the account depends on nothing but what is sent.
    pub(crate) fn of(body: Vec<u8>) -> Result<Request, Failure> {
        let failed = || Failure::to("read a request that was to be sent");
        let request: wire::PutTraceSegmentsRequest = serde_json::from_slice(&body).map_err(failed())?;
        let documents = request.trace_segment_documents.unwrap_or_default();
        let heads = documents.iter().map(|document| serde_json::from_str(document));
        let heads = heads.collect::<Result<_, _>>().map_err(failed())?;
        Ok(Request { body, heads })
    }
}

/// Everything that was promised.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// The ids of its documents, by trace.
    traces: HashMap<String, Vec<String>>,
    /// The traces in the order of their first promise.
    order: Vec<String>,
    /// Documents of each service.
    nodes: BTreeMap<Node, u64>,
    documents: u64,
}

/// What was found wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Wrong {
    pub(crate) absent: u64,
    pub(crate) doubled: u64,
    /// Documents too few or too many in the counts of the service graph's nodes.
    pub(crate) miscounted: u64,
}

impl Wrong {
    pub(crate) fn add(&mut self, other: Wrong) {
        self.absent += other.absent;
        self.doubled += other.doubled;
        self.miscounted += other.miscounted;
    }
}

impl Ledger {
    /// Writes a promise down; the same once more changes nothing.
    pub(crate) fn promise(&mut self, head: &Head) {
        let ids = self.traces.entry(head.trace_id.clone()).or_insert_with(|| {
            self.order.push(head.trace_id.clone());
            vec![]
        });
        if ids.contains(&head.id) {
            return;
        }
        ids.push(head.id.clone());
        *self
            .nodes
            .entry((head.name.clone(), head.origin.clone()))
            .or_default() += 1;
        self.documents += 1;
    }

    /// How many documents were promised.
    pub(crate) fn documents(&self) -> u64 {
        self.documents
    }

    /// The traces of promises, in their order.
    pub(crate) fn traces(&self) -> &[String] {
        &self.order
    }

    /// Compares answers about these traces with what was promised of them.
    pub(crate) fn compare(&self, asked: &[String], answered: &[TraceEntry]) -> Wrong {
        let mut wrong = Wrong::default();
        for id in asked {
            let mut found: HashMap<&str, u64> = HashMap::new();
            let segments = answered.iter().filter(|trace| trace.id == *id);
            for segment in segments.flat_map(|trace| &trace.segments) {
                *found.entry(&segment.id).or_default() += 1;
            }
            wrong.doubled += found.values().map(|times| times - 1).sum::<u64>();
            let promised = self.traces.get(id).into_iter().flatten();
            wrong.absent += promised.filter(|id| !found.contains_key(id.as_str())).count() as u64;
        }
        wrong
    }

    /// Compares the counts of the nodes with what was promised. Nodes of things that send no documents do not matter.
    pub(crate) fn compare_graph(&self, graph: &GetServiceGraphResponse) -> Wrong {
        let count = |(name, kind): &Node| -> u64 {
            let nodes = graph.services.iter();
            let its = nodes.filter(|node| node.name == *name && node.r#type.as_ref() == Some(kind));
            let counts = its.filter_map(|node| node.summary_statistics.as_ref());
            counts
                .map(|statistics| u64::try_from(statistics.total_count).unwrap_or_default())
                .sum()
        };
        let missed = self
            .nodes
            .iter()
            .map(|(node, promised)| promised.abs_diff(count(node)));
        Wrong {
            miscounted: missed.sum(),
            ..Wrong::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn head(trace_id: &str, id: &str) -> Head {
        let text = json!({"trace_id": trace_id, "id": id, "name": "a", "origin": "o", "more": 1}).to_string();
        serde_json::from_str(&text).unwrap()
    }

    fn ledger() -> Ledger {
        let mut ledger = Ledger::default();
        for (trace_id, id) in [("1", "x"), ("1", "y"), ("2", "x"), ("1", "x")] {
            ledger.promise(&head(trace_id, id));
        }
        ledger
    }

    fn trace(id: &str, ids: &[&str]) -> TraceEntry {
        let segments: Vec<_> = ids.iter().map(|id| json!({"Id": id, "Document": "{}"})).collect();
        let text = json!({"Id": id, "Duration": 1.0, "LimitExceeded": false, "Segments": segments});
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn a_promise_made_twice_is_one() {
        assert_eq!(ledger().documents(), 3);
        assert_eq!(ledger().traces(), ["1", "2"]);
    }

    #[test]
    fn what_is_absent_and_what_is_there_twice_is_found() {
        let (ledger, asked) = (ledger(), ["1".to_owned(), "2".to_owned()]);
        let wrong = |answered: &[TraceEntry]| {
            let wrong = ledger.compare(&asked, answered);
            (wrong.absent, wrong.doubled)
        };
        let whole = trace("1", &["inferred", "y", "x"]);
        assert_eq!(wrong(&[whole.clone(), trace("2", &["x"])]), (0, 0));
        assert_eq!(wrong(std::slice::from_ref(&whole)), (1, 0));
        assert_eq!(wrong(&[whole, trace("2", &["x", "x"])]), (0, 1));
        assert_eq!(wrong(&[trace("1", &["x"])]), (2, 0));
    }

    #[test]
    fn counts_of_nodes_are_those_of_the_promises_and_of_their_type() {
        let graph = |counts: &[(&str, u64)]| {
            let node = |(kind, count): &(&str, u64)| {
                json!({"ReferenceId": 0, "Name": "a", "Names": ["a"], "Type": kind, "State": "active", "Edges": [],
                    "SummaryStatistics": {"OkCount": 0, "TotalCount": count, "TotalResponseTime": 0.0,
                        "ErrorStatistics": {"ThrottleCount": 0, "OtherCount": 0, "TotalCount": 0},
                        "FaultStatistics": {"OtherCount": 0, "TotalCount": 0}}})
            };
            let services: Vec<_> = counts.iter().map(node).collect();
            let text = json!({"StartTime": 0.0, "EndTime": 1.0, "ContainsOldGroupVersions": false, "Services": services});
            serde_json::from_value::<GetServiceGraphResponse>(text).unwrap()
        };
        let miscounted = |counts: &[(&str, u64)]| ledger().compare_graph(&graph(counts)).miscounted;
        assert_eq!(miscounted(&[("o", 3), ("remote", 9)]), 0);
        assert_eq!(miscounted(&[("o", 4)]), 1);
        assert_eq!(miscounted(&[]), 3);
    }
}
