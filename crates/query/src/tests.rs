//! Answers over live traces and blocks: the same whatever has been cut, and complete page after page.

mod search;

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

mod groups;

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
        let ingest =
            Ingest::open(journal, store.clone(), clock, IngestConfig::default()).expect("a write path");
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

#[tokio::test]
async fn settled_1_9_and_14_graphs_are_the_same_however_often_traces_are_cut() {
    let (mut live, mut cut) = (World::new().await, World::new().await);
    let documents = live.visits(START, 90);
    live.import(&documents).await;
    for some in cut.visits(START, 90).chunks(40) {
        cut.import(some).await;
        cut.cut().await;
    }
    // What comes late belongs to stored traces, and stays live.
    cut.import(&cut_short(&documents)).await;
    live.import(&cut_short(&documents)).await;
    let mut links = 0;
    for (from, until) in [(0, 300), (10, 50), (60, 119), (33, 33), (0, 59)] {
        let asked = graph_window(START + from, START + until);
        let expected = live.query.service_graph(&asked).await.expect("a graph");
        let actual = cut.query.service_graph(&asked).await.expect("a graph");
        assert_eq!(actual.services, expected.services, "{from}..{until}");
        let edges = actual.services.iter().flat_map(|service| &service.edges);
        links += edges
            .filter(|edge| edge.edge_type.as_deref() == Some("link"))
            .count();
    }
    assert!(links > 0, "the shop's mails are linked to what ordered them");
}

#[tokio::test]
async fn what_live_traces_contribute_is_kept_up_to_date_from_question_to_question() {
    let mut world = World::new().await;
    let documents = world.visits(START, 60);
    let late = cut_short(&documents);
    let window = Window::until(START, START + 120);
    for (step, some) in documents.chunks(25).chain(late.chunks(10)).enumerate() {
        world.import(some).await;
        for is_cut in [false, true] {
            let mut exact = [(window, GraphSum::new(""))];
            world
                .query
                .pin()
                .add_rollups(&mut exact)
                .await
                .expect("every trace");
            let mut kept = [(window, GraphSum::new(""))];
            world.query.add_rollups(&mut kept).await.expect("what was kept");
            let [(_, exact), (_, kept)] = [exact, kept].map(|[sum]| sum);
            assert!(kept.graph() == exact.graph(), "step {step}, cut: {is_cut}");
            if step % 3 == 2 {
                world.cut().await;
            }
        }
    }
}

/// A late subsegment for some of the traces, received in the second minute.
fn cut_short(documents: &[Imported]) -> Vec<Imported> {
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

/// Six requests of `spec/service-graph.md` 6.6 and one call, received in the first minute.
async fn classes() -> World {
    let world = World::new().await;
    let documents = include_str!("../../../fixtures/graphs/6.6-classes.documents.jsonl").lines();
    let documents: Vec<Imported> = documents
        .enumerate()
        .map(|(number, line)| Imported {
            receipt: Timestamp::from_seconds(START + 50 + i64::try_from(number).expect("few")),
            document: expanded(serde_json::from_str(line).expect("a line of JSON")).into(),
        })
        .collect();
    world.import(&documents).await;
    world
}

/// A document in the compact notation of the spec, spelled out.
fn expanded(mut compact: serde_json::Value) -> String {
    fn expand(entity: &mut serde_json::Value) {
        let members = entity.as_object_mut().expect("an object");
        for (key, value) in members.iter_mut() {
            match (key.as_str(), value.as_str()) {
                ("id", Some(id)) => *value = format!("{id:0>16}").into(),
                ("trace_id", Some(id)) => {
                    let digits: String = id.bytes().map(|byte| format!("{byte:02x}")).collect();
                    *value = format!("1-6955b900-{digits:0>24}").into();
                }
                ("start_time" | "end_time", None) => {
                    *value = (START as f64 + value.as_f64().expect("a number")).into();
                }
                ("subsegments", None) => value.as_array_mut().expect("a list").iter_mut().for_each(expand),
                _ => {}
            }
        }
        if let Some(namespace) = members.remove("ns") {
            members.insert("namespace".to_owned(), namespace);
        }
        members.remove("st");
    }
    expand(&mut compact);
    compact.to_string()
}

/// Each point: its time after the start, its counts (ok, error, throttle, fault, total) and whether it is a service's.
async fn points(
    world: &World,
    (from, until): (i64, i64),
    selector: Option<&str>,
    period: Option<i64>,
) -> Vec<(i64, Option<[i64; 5]>, bool)> {
    let request = GetTimeSeriesServiceStatisticsRequest {
        start_time: Some((START + from) as f64),
        end_time: Some((START + until) as f64),
        entity_selector_expression: selector.map(str::to_owned),
        period,
        ..GetTimeSeriesServiceStatisticsRequest::default()
    };
    let answer = world.query.time_series(&request).await.expect("an answer");
    let points = answer.time_series_service_statistics.into_iter().map(|point| {
        let is_service = point.service_summary_statistics.is_some();
        let statistics = point.service_summary_statistics.or(point.edge_summary_statistics);
        let counts = statistics.map(|statistics| {
            [
                statistics.ok_count,
                statistics.error_statistics.other_count,
                statistics.error_statistics.throttle_count,
                statistics.fault_statistics.other_count,
                statistics.total_count,
            ]
        });
        (point.timestamp as i64 - START, counts, is_service)
    });
    points.collect()
}

#[tokio::test]
async fn service_graph_5_points_are_stamped_with_their_ends_and_chosen_by_them() {
    let world = classes().await;
    for is_cut in [false, true] {
        let all = Some([2, 1, 2, 1, 6]);
        assert_eq!(
            points(&world, (0, 120), None, None).await,
            [(60, all, false)],
            "cut: {is_cut}"
        );
        assert_eq!(
            points(&world, (0, 60), None, None).await,
            [],
            "the end is exclusive"
        );
        assert_eq!(
            points(&world, (60, 120), None, None).await,
            [(60, all, false)],
            "the start is not"
        );
        assert_eq!(points(&world, (61, 120), None, None).await, []);
        assert_eq!(
            points(&world, (0, 600), None, Some(300)).await,
            [(300, all, false)]
        );
        world.cut().await;
    }
}

#[tokio::test]
async fn service_graph_6_6_selectors_choose_entities_each_once() {
    let world = classes().await;
    world.cut().await;
    let all = Some([2, 1, 2, 1, 6]);
    let one_fault = Some([0, 0, 0, 1, 1]);
    for (selector, counts, is_service) in [
        (r#"service("mail.example")"#, one_fault, true),
        (r#"edge("edge", "mail.example")"#, one_fault, false),
        (r#"service("nobody")"#, None, false),
        (r#"service("edge")"#, all, true),
        (r#"id(name: "edge", type: "client")"#, all, true),
        (r#"service(id(type: "remote"))"#, one_fault, true),
        (r#"edge(id(type: "client"), "edge")"#, all, false),
        (r#"edge("mail.example", "edge")"#, None, false),
    ] {
        let points = points(&world, (0, 120), Some(selector), None).await;
        assert_eq!(points, [(60, counts, is_service)], "{selector}");
    }
}

#[tokio::test]
async fn service_graph_5_points_are_newest_first_and_partition_requests_by_receipt() {
    let mut world = World::new().await;
    world.play(START, 200).await;
    world.cut().await;
    world.play(START + 200, 100).await;
    let by_minute = points(&world, (0, 3_600), None, None).await;
    let stamps: Vec<i64> = by_minute.iter().map(|(stamp, ..)| *stamp).collect();
    assert!(
        stamps.is_sorted_by(|one, two| one > two) && stamps.len() >= 5,
        "{stamps:?}"
    );
    let by_five = points(&world, (0, 3_600), None, Some(300)).await;
    let total = |points: &[(i64, Option<[i64; 5]>, bool)]| -> i64 {
        points
            .iter()
            .filter_map(|(_, counts, _)| counts.map(|counts| counts[4]))
            .sum()
    };
    assert_eq!(total(&by_minute), total(&by_five));
    let graph = world
        .query
        .service_graph(&graph_window(START, START + 3_600))
        .await
        .expect("a graph");
    let clients = graph
        .services
        .iter()
        .filter(|service| service.r#type.as_deref() == Some("client"));
    let edges = clients.flat_map(|client| &client.edges);
    let requests: i64 = edges.map(|edge| edge.summary_statistics.total_count).sum();
    assert_eq!(total(&by_minute), requests);
}
