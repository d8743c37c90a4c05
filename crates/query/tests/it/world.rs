//! A write path and a read path on a temporary directory, with a clock that moves when told to.

#![expect(
    clippy::panic,
    reason = "these functions check on behalf of the tests that call them"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clock::{Clock, ManualClock, SeededRandomness, Timestamp};
use ingest::{Imported, Ingest, IngestConfig};
use journal::{FileJournal, FileJournalConfig};
use query::{Query, QueryConfig, QueryError};
use serde_json::{Value, json};
use service_graph::Counting;
use store::{Store, StoreConfig};
use tempfile::TempDir;

/// 2026-01-01T00:00:00Z, base B of `service-graph.md` 6; times in these tests are seconds after it.
pub(crate) const START: i64 = 1_767_225_600;
/// The account that everything runs in, as the samples do (`settled.md` 10).
pub(crate) const HOME: &str = "000000000000";
/// No trace at all.
pub(crate) const NONE: [u64; 0] = [];
pub(crate) const RETENTION: Duration = Duration::from_secs(30 * 86_400);

pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) ingest: Ingest,
    pub(crate) store: Store,
    pub(crate) query: Query,
    counting: Counting,
    directory: TempDir,
}

impl World {
    pub(crate) async fn new() -> World {
        World::with(|_| ()).await
    }

    /// A world whose read path has other limits.
    pub(crate) async fn with(change: impl FnOnce(&mut QueryConfig)) -> World {
        let directory = TempDir::new().expect("a temporary directory");
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(START)));
        World::open(directory, clock, Counting::default(), change).await
    }

    /// A world that counts traces in this way.
    pub(crate) async fn counting(counting: Counting) -> World {
        let directory = TempDir::new().expect("a temporary directory");
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(START)));
        World::open(directory, clock, counting, |_| ()).await
    }

    /// The folder of blocks.
    pub(crate) fn blocks(&self) -> PathBuf {
        self.directory.path().join("store").join("blocks")
    }

    /// Ends without a stop and starts again on the same directory.
    pub(crate) async fn restarted(self) -> World {
        let World {
            clock,
            ingest,
            store,
            query,
            counting,
            directory,
        } = self;
        ingest.close();
        store.close().await;
        drop((ingest, store, query));
        World::open(directory, clock, counting, |_| ()).await
    }

    async fn open(
        directory: TempDir,
        clock: Arc<ManualClock>,
        counting: Counting,
        change: impl FnOnce(&mut QueryConfig),
    ) -> World {
        let time: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        // A start on the same directory must not repeat the names of the one before it.
        let seed = STARTS.fetch_add(1, Ordering::SeqCst);
        let chance = SeededRandomness::new(seed);
        let store = StoreConfig {
            retention: RETENTION,
            terms: Some(query::term_rules()),
            counting,
            ..StoreConfig::new(directory.path().join("store"))
        };
        let store = Store::open(store, Arc::clone(&time), Arc::new(chance)).await;
        let store = store.expect("a store");
        let journal = FileJournalConfig::in_directory(directory.path().join("journal"));
        let (journal, _) = FileJournal::open(journal).expect("a journal");
        let ingest = Ingest::open(journal, store.clone(), time, IngestConfig::default()).await;
        let ingest = ingest.expect("a write path");
        let mut config = QueryConfig::new(HOME.to_owned());
        change(&mut config);
        let query = Query::new(ingest.clone(), store.clone(), config);
        World {
            clock,
            ingest,
            store,
            query,
            counting,
            directory,
        }
    }

    /// Waits until so many seconds after [`START`].
    pub(crate) fn wait_until(&self, second: f64) {
        let then = Timestamp::from_seconds(START) + Duration::from_secs_f64(second);
        let left = u64::try_from(then.nanos_since(self.clock.now())).expect("clocks go forward only");
        self.clock.advance(Duration::from_nanos(left));
    }

    /// One call; all its documents must be accepted.
    pub(crate) async fn put(&self, documents: &[Value]) {
        let texts: Vec<_> = documents
            .iter()
            .map(|document| document.to_string().into())
            .collect();
        let unprocessed = self.ingest.put(&texts).await.expect("durable");
        assert_eq!(unprocessed, vec![]);
    }

    /// One document, received so many seconds after [`START`], whatever the clock says.
    pub(crate) async fn receive(&self, second: f64, document: &Value) {
        let imported = Imported {
            receipt: Timestamp::from_seconds(START) + Duration::from_secs_f64(second),
            document: document.to_string().into(),
        };
        let unprocessed = self.ingest.import(&[imported]).await.expect("durable");
        assert_eq!(unprocessed, vec![]);
    }

    /// Everything live goes into blocks.
    pub(crate) async fn cut(&self) {
        self.ingest.cut_all().await.expect("stored");
    }

    pub(crate) async fn try_summaries(&self, request: Value) -> Result<Value, QueryError> {
        let request = serde_json::from_value(request).expect("a request");
        let answer = self.query.trace_summaries(&request).await?;
        Ok(serde_json::to_value(&answer).expect("answers are JSON"))
    }

    /// GetTraceSummaries.
    pub(crate) async fn summaries(&self, request: Value) -> Value {
        self.try_summaries(request).await.expect("an answer")
    }

    /// The ids on one page, shortened to their numbers.
    pub(crate) async fn numbers(&self, request: Value) -> Vec<u64> {
        let page = self.summaries(request).await;
        let summaries = page["TraceSummaries"].as_array().expect("always there");
        summaries.iter().map(number_of).collect()
    }

    /// The only summary that a request finds.
    pub(crate) async fn summary(&self, request: Value) -> Value {
        let page = self.summaries(request).await;
        let [summary] = page["TraceSummaries"]
            .as_array()
            .expect("always there")
            .as_slice()
        else {
            panic!("one summary was expected: {page:#}");
        };
        summary.clone()
    }

    pub(crate) async fn try_traces(&self, request: Value) -> Result<Value, QueryError> {
        let request = serde_json::from_value(request).expect("a request");
        let answer = self.query.batch_get_traces(&request).await?;
        Ok(serde_json::to_value(&answer).expect("answers are JSON"))
    }

    /// BatchGetTraces.
    pub(crate) async fn traces(&self, ids: &[String]) -> Value {
        let answer = self.try_traces(json!({ "TraceIds": ids })).await;
        answer.expect("an answer")
    }

    pub(crate) async fn try_graph(&self, request: Value) -> Result<Value, QueryError> {
        let request = serde_json::from_value(request).expect("a request");
        let answer = self.query.service_graph(&request).await?;
        Ok(serde_json::to_value(&answer).expect("answers are JSON"))
    }

    /// GetServiceGraph over seconds after [`START`], both inclusive.
    pub(crate) async fn graph(&self, from: f64, until: f64) -> Value {
        let answer = self.try_graph(window(from, until)).await;
        answer.expect("a graph")
    }

    pub(crate) async fn try_trace_graph(&self, request: Value) -> Result<Value, QueryError> {
        let request = serde_json::from_value(request).expect("a request");
        let answer = self.query.trace_graph(&request).await?;
        Ok(serde_json::to_value(&answer).expect("answers are JSON"))
    }

    /// GetTraceGraph.
    pub(crate) async fn trace_graph(&self, id: &str) -> Value {
        let answer = self.try_trace_graph(json!({ "TraceIds": [id] })).await;
        answer.expect("a graph")
    }

    pub(crate) async fn try_series(&self, request: Value) -> Result<Value, QueryError> {
        let request = serde_json::from_value(request).expect("a request");
        let answer = self.query.time_series(&request).await?;
        Ok(serde_json::to_value(&answer).expect("answers are JSON"))
    }

    /// GetTimeSeriesServiceStatistics.
    pub(crate) async fn series(&self, request: Value) -> Value {
        self.try_series(request).await.expect("an answer")
    }
}

/// Bounds of a request, in seconds after [`START`].
pub(crate) fn window(from: f64, until: f64) -> Value {
    json!({ "StartTime": START as f64 + from, "EndTime": START as f64 + until })
}

/// The first object with the members of the second.
pub(crate) fn with(mut base: Value, more: Value) -> Value {
    let members = base.as_object_mut().expect("an object");
    let Value::Object(more) = more else {
        panic!("an object was expected")
    };
    members.extend(more);
    base
}

/// Code and text of a refusal.
#[track_caller]
pub(crate) fn refusal(answer: Result<Value, QueryError>) -> String {
    match answer {
        Ok(answer) => panic!("a refusal was expected: {answer:#}"),
        Err(QueryError::Refused(fault)) => format!("{}: {}", fault.code.name(), fault.message),
        Err(error @ (QueryError::Read(_) | QueryError::Groups(_))) => panic!("{error}"),
    }
}

/// `InvalidRequestException` with a text.
pub(crate) fn invalid(text: &str) -> String {
    format!("InvalidRequestException: {text}")
}

/// `ValidationException` of one member.
pub(crate) fn violation(value: &str, path: &str, rule: &str) -> String {
    format!(
        "ValidationException: 1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: {rule}"
    )
}

/// A trace id that ends in a number; the time in it is [`START`].
pub(crate) fn trace_id(number: u64) -> String {
    format!("1-6955b900-{number:024x}")
}

/// The number that a summary's trace id ends in.
pub(crate) fn number_of(summary: &Value) -> u64 {
    let id = summary["Id"].as_str().expect("always there");
    let digits = id.rsplit('-').next().unwrap_or_default();
    u64::from_str_radix(digits, 16).expect("a small number")
}

/// A complete root segment `shop` between two seconds after [`START`].
pub(crate) fn segment(trace: u64, from: f64, until: f64) -> Value {
    json!({
        "trace_id": trace_id(trace), "id": entity_id(trace << 8), "name": "shop",
        "start_time": START as f64 + from, "end_time": START as f64 + until,
    })
}

pub(crate) fn entity_id(number: u64) -> String {
    format!("{number:016x}")
}

/// The documents of a file in the compact notation of `service-graph.md` 6, spelled out.
pub(crate) fn spelled_out(lines: &str) -> Vec<Value> {
    let parsed = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"));
    parsed
        .map(|mut document| {
            spell_out(&mut document);
            document
        })
        .collect()
}

fn spell_out(entity: &mut Value) {
    let members = entity.as_object_mut().expect("an object");
    if let Some(namespace) = members.remove("ns") {
        members.insert("namespace".to_owned(), namespace);
    }
    members.remove("st");
    for (key, value) in members.iter_mut() {
        match key.as_str() {
            "id" | "parent_id" => *value = format!("{:0>16}", text(value)).into(),
            "trace_id" => *value = long_trace_id(text(value)).into(),
            "start_time" | "end_time" => {
                *value = (START as f64 + value.as_f64().expect("a number")).into();
            }
            "subsegments" | "links" => {
                let children = value.as_array_mut().expect("a list");
                children.iter_mut().for_each(spell_out);
            }
            _ => {}
        }
    }
}

/// A whole trace id for a short one of the spec.
pub(crate) fn long_trace_id(short: &str) -> String {
    let digits: String = short.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("1-6955b900-{digits:0>24}")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Compares two answers; a number is the same with and without a decimal point.
#[track_caller]
pub(crate) fn assert_same(actual: &Value, expected: &Value, what: &str) {
    let (actual, expected) = (normal(actual), normal(expected));
    assert!(
        actual == expected,
        "{what}: this answer\n{actual:#}\nis not the expected one:\n{expected:#}"
    );
}

fn normal(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(elements) => elements.iter().map(normal).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| (key.clone(), normal(value)));
            Value::Object(members.collect())
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value.clone(),
    }
}

static STARTS: AtomicU64 = AtomicU64::new(1);
