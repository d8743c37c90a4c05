//! Answers over live traces and blocks: the same whatever has been cut, and complete page after page.

mod graphs;
mod groups;
mod pages;
mod search;
mod series;

use std::collections::BTreeSet;
use std::sync::Arc;

use clock::{Clock, ManualClock, SeededRandomness, Timestamp};
use demo::Shop;
use ingest::{Imported, Ingest, IngestConfig};
use journal::{FileJournal, FileJournalConfig};
use service_graph::{GraphSum, Window};
use store::{Store, StoreConfig};
use tempfile::TempDir;
use wire::{
    BatchGetTracesRequest, GetServiceGraphRequest, GetTimeSeriesServiceStatisticsRequest,
    GetTraceGraphRequest, GetTraceSummariesRequest, GetTraceSummariesResponse,
};

use crate::{Query, QueryConfig, QueryError};

const START: i64 = 1_767_225_600;

struct World {
    _directory: TempDir,
    ingest: Ingest,
    store: Store,
    query: Query,
    shop: Shop,
}

impl World {
    async fn new() -> World {
        World::with(|_| {}).await
    }

    /// By default with terms, as the binary has them.
    async fn with(change: impl FnOnce(&mut StoreConfig)) -> World {
        let directory = TempDir::new().expect("a temporary directory");
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::from_seconds(START)));
        let mut store = StoreConfig {
            terms: Some(crate::term_rules()),
            ..StoreConfig::new(directory.path().join("store"))
        };
        change(&mut store);
        let chance = Arc::new(SeededRandomness::new(1));
        let store = Store::open(store, Arc::clone(&clock), chance)
            .await
            .expect("a store");
        let (journal, _) =
            FileJournal::open(FileJournalConfig::in_directory(directory.path().join("journal")))
                .expect("a journal");
        let ingest = Ingest::open(journal, store.clone(), clock, IngestConfig::default())
            .await
            .expect("a write path");
        let query = Query::new(
            ingest.clone(),
            store.clone(),
            QueryConfig::new("000000000000".to_owned()),
        );
        World {
            _directory: directory,
            ingest,
            store,
            query,
            shop: Shop::new(7),
        }
    }

    /// Asks with other limits from now on.
    fn configure(&mut self, change: impl FnOnce(&mut QueryConfig)) {
        let mut config = (*self.query.config).clone();
        change(&mut config);
        self.query = Query::new(self.ingest.clone(), self.store.clone(), config);
    }

    /// Plays some visits, one a second, as if received when they were sent.
    async fn play(&mut self, from: i64, visits: i64) {
        let documents = self.visits(from, visits);
        self.import(&documents).await;
    }

    async fn import(&self, documents: &[Imported]) {
        let refused = self.ingest.import(documents).await.expect("durable");
        assert_eq!(refused, vec![]);
    }

    fn visits(&mut self, from: i64, visits: i64) -> Vec<Imported> {
        let mut sent: Vec<_> = (0..visits)
            .flat_map(|second| self.shop.visit(Timestamp::from_seconds(from + second)).documents)
            .collect();
        sent.sort_by_key(|sent| sent.at);
        let imported = sent.into_iter().map(|sent| Imported {
            receipt: sent.at,
            document: sent.document.into(),
        });
        imported.collect()
    }

    async fn cut(&self) {
        self.ingest.cut_all().await.expect("stored");
    }

    async fn page(&self, request: &GetTraceSummariesRequest) -> GetTraceSummariesResponse {
        self.query.trace_summaries(request).await.expect("an answer")
    }

    async fn all_ids(&self, mut request: GetTraceSummariesRequest) -> Vec<String> {
        let mut ids = vec![];
        loop {
            let page = self.page(&request).await;
            ids.extend(page.trace_summaries.into_iter().map(|summary| summary.id));
            match page.next_token {
                Some(token) => request.next_token = Some(token),
                None => return ids,
            }
        }
    }
}

fn window(from: i64, until: i64) -> GetTraceSummariesRequest {
    GetTraceSummariesRequest {
        start_time: Some(from as f64),
        end_time: Some(until as f64),
        ..GetTraceSummariesRequest::default()
    }
}

fn graph_window(from: i64, until: i64) -> GetServiceGraphRequest {
    GetServiceGraphRequest {
        start_time: Some(from as f64),
        end_time: Some(until as f64),
        ..GetServiceGraphRequest::default()
    }
}

/// A late subsegment for some of the traces, received in the second minute.
fn late_calls(documents: &[Imported]) -> Vec<Imported> {
    let late = documents.iter().enumerate().filter_map(|(number, imported)| {
        let document: serde_json::Value = serde_json::from_slice(&imported.document).ok()?;
        let is_segment = document.get("type").is_none() && document.get("end_time").is_some();
        let late = serde_json::json!({
            "trace_id": document["trace_id"], "parent_id": document["id"], "id": format!("{number:016x}"),
            "type": "subsegment", "name": "late.example", "namespace": "remote", "fault": true,
            "start_time": document["start_time"], "end_time": document["end_time"],
        });
        is_segment.then(|| Imported {
            receipt: Timestamp::from_seconds(START + 100),
            document: late.to_string().into(),
        })
    });
    late.step_by(7).collect()
}

#[tokio::test]
async fn when_a_trace_is_cut_never_changes_any_answer() {
    let mut world = World::new().await;
    world.play(START, 120).await;
    let requests = [
        window(START, START + 60),
        GetTraceSummariesRequest {
            time_range_type: Some("Event".into()),
            ..window(START, START + 60)
        },
        GetTraceSummariesRequest {
            time_range_type: Some("Service".into()),
            ..window(START + 10, START + 30)
        },
    ];
    let mut before = vec![];
    for request in &requests {
        before.push(world.page(request).await);
        assert!(before.last().is_some_and(|page| page.trace_summaries.len() > 20));
    }
    let graph = world
        .query
        .service_graph(&graph_window(START + 20, START + 40))
        .await
        .expect("a graph");
    assert!(graph.services.len() > 8, "{}", graph.services.len());
    let ids: Vec<String> = before[0]
        .trace_summaries
        .iter()
        .take(5)
        .map(|summary| summary.id.clone())
        .collect();
    let batch = BatchGetTracesRequest {
        trace_ids: Some(ids.clone()),
        next_token: None,
    };
    let traces = world.query.batch_get_traces(&batch).await.expect("traces");
    assert_eq!(traces.traces.len(), 5);

    world.cut().await;
    for (request, before) in requests.iter().zip(before) {
        assert_eq!(world.page(request).await, before, "{request:?}");
    }
    assert_eq!(
        world
            .query
            .service_graph(&graph_window(START + 20, START + 40))
            .await
            .expect("a graph"),
        graph
    );
    assert_eq!(
        world.query.batch_get_traces(&batch).await.expect("traces"),
        traces
    );
    let one = GetTraceGraphRequest {
        trace_ids: Some(vec![ids[0].clone()]),
        next_token: None,
    };
    assert!(
        !world
            .query
            .trace_graph(&one)
            .await
            .expect("a graph")
            .services
            .is_empty()
    );
}

#[tokio::test]
async fn pages_miss_nothing_and_repeat_nothing_while_traces_arrive() {
    let mut world = World::new().await;
    world.play(START, 300).await;
    world.cut().await;
    let request = window(START - 10, START + 1_000);
    let expected = world.all_ids(request.clone()).await;
    assert!(expected.len() > 300);
    assert_eq!(expected.iter().collect::<BTreeSet<_>>().len(), expected.len());

    let first = world.page(&request).await;
    world.play(START + 50, 100).await;
    let rest = GetTraceSummariesRequest {
        next_token: first.next_token.clone(),
        ..request.clone()
    };
    let mut paged: Vec<String> = first
        .trace_summaries
        .into_iter()
        .map(|summary| summary.id)
        .collect();
    paged.extend(world.all_ids(rest).await);
    let known: BTreeSet<&String> = expected.iter().collect();
    let of_the_start: Vec<&String> = paged.iter().filter(|id| known.contains(id)).collect();
    assert_eq!(of_the_start, expected.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_filter_selects_and_the_count_tells_what_was_judged() {
    let mut world = World::new().await;
    world.play(START, 200).await;
    let all = world
        .page(&GetTraceSummariesRequest {
            filter_expression: Some("responsetime > 1e9".into()),
            ..window(START, START + 400)
        })
        .await;
    assert_eq!(all.trace_summaries, vec![]);
    assert!(all.traces_processed_count.is_some_and(|count| count >= 200));
    assert_eq!(all.approximate_time, Some(START as f64));
    let faults = GetTraceSummariesRequest {
        filter_expression: Some("fault".into()),
        ..window(START, START + 400)
    };
    let faults = world.page(&faults).await;
    assert!(!faults.trace_summaries.is_empty());
    assert!(faults.trace_summaries.iter().all(|summary| summary.has_fault));
}

#[tokio::test]
async fn bad_questions_are_refused_in_the_words_of_the_api() {
    let world = World::new().await;
    let message = |error: QueryError| match error {
        QueryError::Refused(fault) => fault.message,
        QueryError::Read(_) | QueryError::Groups(_) => panic!("{error}"),
    };
    let refused = world.query.trace_summaries(&window(10, 5)).await.unwrap_err();
    assert_eq!(message(refused), "End time cannot be earlier than start time");
    let of_group = |name: &str| GetTraceSummariesRequest {
        filter_expression: Some(format!("group.name = \"{name}\"")),
        ..window(5, 10)
    };
    let refused = world.query.trace_summaries(&of_group("slow")).await.unwrap_err();
    assert_eq!(message(refused), "Group not found.");
    assert!(world.query.trace_summaries(&of_group("Default")).await.is_ok());
    let refused = world
        .query
        .service_graph(&graph_window(0, 21_601))
        .await
        .unwrap_err();
    assert_eq!(message(refused), "Time range cannot be longer than 6 hours");
    let token = GetTraceSummariesRequest {
        next_token: Some("x".into()),
        ..window(0, 1)
    };
    assert_eq!(
        message(world.query.trace_summaries(&token).await.unwrap_err()),
        "Invalid token x"
    );
    let kind = GetTraceSummariesRequest {
        time_range_type: Some("X".into()),
        ..window(0, 1)
    };
    assert!(
        message(world.query.trace_summaries(&kind).await.unwrap_err()).contains("[TraceId, Service, Event]")
    );
    let ids = |ids: &[&str]| BatchGetTracesRequest {
        trace_ids: Some(ids.iter().map(|id| (*id).to_owned()).collect()),
        next_token: None,
    };
    let good = "1-6955b900-000000000000000000000001";
    for (ids, expected) in [
        (ids(&[good; 6]), "Exceeding maximum query size: 5"),
        (ids(&["x"]), "Invalid trace id x: incorrect id format"),
        (ids(&[good, good]), "Containing duplicate trace ids"),
    ] {
        assert_eq!(
            message(world.query.batch_get_traces(&ids).await.unwrap_err()),
            expected
        );
    }
    let none = world
        .query
        .batch_get_traces(&ids(&[good]))
        .await
        .expect("an answer");
    assert_eq!((none.traces.len(), none.unprocessed_trace_ids.len()), (0, 0));
}

#[tokio::test]
async fn a_partial_scan_ends_after_ten_thousand_traces_and_not_after_a_page() {
    let mut world = World::new().await;
    world.play(START, 150).await;
    let request = GetTraceSummariesRequest {
        sampling: Some(true),
        ..window(START, START + 400)
    };
    let first = world.page(&request).await;
    assert_eq!(first.trace_summaries.len(), 100);
    assert!(first.next_token.is_some());
    let complete = world.all_ids(window(START, START + 400)).await;
    assert_eq!(world.all_ids(request).await, complete);
}

#[tokio::test]
async fn section_4_a_trace_graph_is_empty_while_the_root_runs() {
    let world = World::new().await;
    let id = "1-6955b900-000000000000000000000001";
    let begun = format!(
        r#"{{"trace_id":"{id}","id":"00000000000000a1","name":"shop","start_time":1,"in_progress":true,
            "subsegments":[{{"id":"00000000000000a2","name":"call","namespace":"remote","start_time":1,"end_time":2}}]}}"#
    );
    let done =
        format!(r#"{{"trace_id":"{id}","id":"00000000000000a1","name":"shop","start_time":1,"end_time":3}}"#);
    let request = GetTraceGraphRequest {
        trace_ids: Some(vec![id.to_owned()]),
        next_token: None,
    };
    for (document, nodes) in [(begun, 0), (done, 2)] {
        world.ingest.put(&[document.into()]).await.expect("durable");
        let graph = world.query.trace_graph(&request).await.expect("a graph");
        assert_eq!(graph.services.len(), nodes);
    }
}

#[tokio::test]
async fn a_service_window_says_that_it_was_scanned_a_minute_further_down() {
    let world = World::new().await;
    let request = GetTraceSummariesRequest {
        time_range_type: Some("Service".into()),
        ..window(START, START + 60)
    };
    assert_eq!(
        world.page(&request).await.approximate_time,
        Some((START - 60) as f64)
    );
}
