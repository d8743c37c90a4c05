//! How long the first page of a search takes over one million stored traces (`spec/trace-summaries.md` 4). Their URLs are
//! all different.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use assembly::CutTrace;
use clock::{Clock, ManualClock, SeededRandomness, Timestamp};
use divan::Bencher;
use divan::counter::ItemsCount;
use document::TraceId;
use ingest::{Ingest, IngestConfig};
use journal::{FileJournal, FileJournalConfig};
use query::{Query, QueryConfig};
use store::{Store, StoreConfig};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use trace::Received;
use wire::{GetTraceSummariesRequest, GetTraceSummariesResponse};

fn main() {
    divan::main();
}

/// Each with how many matches its first page has.
const SEARCHES: [(&str, usize); 9] = [
    ("", 100),
    ("annotation.customer = \"c-777\"", 5),
    ("service(\"service-3\") { fault }", 100),
    ("responsetime > 5", 20),
    ("duration >= 0.001 AND !fault AND duration > 100", 0),
    (
        "duration >= 0.001 AND !fault AND (duration > 100 OR http.status = 999)",
        0,
    ),
    ("http.url CONTAINS \"no-such-text\"", 0),
    ("http.url ENDSWITH \"step=0777777\"", 1),
    ("http.url CONTAINS \"step=077777\" AND !(responsetime > 5)", 10),
];

#[divan::bench(args = 0..SEARCHES.len(), sample_count = 15, sample_size = 1)]
fn first_page(bencher: Bencher<'_, '_>, search: usize) {
    let stored = stored();
    let (expression, matches) = SEARCHES[search];
    bencher.counter(ItemsCount::new(TRACES)).bench_local(|| {
        let page = stored.page(expression);
        assert_eq!(page.trace_summaries.len(), matches, "{expression}");
        page
    });
}

/// Page by page, while a trace arrives with every page: nothing is missed, nothing comes twice, the order holds.
#[divan::bench(sample_count = 2, sample_size = 1)]
fn a_hundred_thousand_results(bencher: Bencher<'_, '_>) {
    let stored = stored();
    bencher.bench_local(|| {
        let (mut token, mut places, mut ids) = (None, vec![], HashSet::new());
        for page in 0..RESULTS / 100 {
            let answer = stored.next_page("!(responsetime > 5)", token.take());
            places.extend(answer.trace_summaries.iter().map(|summary| summary.start_time));
            ids.extend(answer.trace_summaries.into_iter().map(|summary| summary.id));
            token = answer.next_token;
            stored.arrive(page);
        }
        assert_eq!((places.len(), ids.len()), (RESULTS, RESULTS));
        assert!(places.is_sorted_by(|one, two| one >= two));
        ids.len()
    });
}

struct Stored {
    query: Query,
    ingest: Ingest,
    runtime: Runtime,
    _directory: TempDir,
}

impl Stored {
    fn page(&self, expression: &str) -> GetTraceSummariesResponse {
        self.next_page(expression, None)
    }

    /// A trace that stands in the middle of what is paged through.
    fn arrive(&self, number: usize) {
        let at = START + SPAN_SECONDS - 60;
        let text = format!(
            r#"{{"trace_id":"1-6955b900-{number:024x}","id":"00000000000000c1","name":"late","start_time":{at},"end_time":{at}}}"#
        );
        self.runtime
            .block_on(self.ingest.put(&[text.into()]))
            .expect("durable");
    }

    fn next_page(&self, expression: &str, token: Option<String>) -> GetTraceSummariesResponse {
        let request = GetTraceSummariesRequest {
            start_time: Some(START as f64),
            end_time: Some((START + SPAN_SECONDS) as f64),
            filter_expression: Some(expression.to_owned()),
            next_token: token,
            ..GetTraceSummariesRequest::default()
        };
        let page = self.runtime.block_on(self.query.trace_summaries(&request));
        page.expect("a page")
    }
}

fn stored() -> &'static Stored {
    static STORED: OnceLock<Stored> = OnceLock::new();
    STORED.get_or_init(|| {
        let directory = TempDir::new().expect("a directory");
        let runtime = Runtime::new().expect("a runtime");
        let (query, ingest) = runtime.block_on(fill(&directory));
        Stored {
            query,
            ingest,
            runtime,
            _directory: directory,
        }
    })
}

async fn fill(directory: &TempDir) -> (Query, Ingest) {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::from_seconds(
        START + SPAN_SECONDS + 60,
    )));
    let config = StoreConfig {
        terms: Some(query::term_rules()),
        ..StoreConfig::new(directory.path().join("store"))
    };
    let opened = Store::open(config, Arc::clone(&clock), Arc::new(SeededRandomness::new(1))).await;
    let store = opened.expect("a store");
    let journal = FileJournalConfig::in_directory(directory.path().join("journal"));
    let (journal, _) = FileJournal::open(journal).expect("a journal");
    let ingest = Ingest::open(journal, store.clone(), clock, IngestConfig::default())
        .await
        .expect("a write path");
    for block in 0..BLOCKS {
        let traces = (block * TRACES / BLOCKS..(block + 1) * TRACES / BLOCKS).map(trace);
        store.write(traces.collect()).await.expect("stored");
    }
    let config = QueryConfig::new("000000000000".to_owned());
    (Query::new(ingest.clone(), store, config), ingest)
}

/// A request of one of the customers to one of the services, which calls another.
fn trace(number: u64) -> CutTrace {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&(number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    let id = TraceId::from_bytes(bytes);
    let start = START as f64 + number as f64 * SPAN_SECONDS as f64 / TRACES as f64;
    let seconds = match number % 50_000 {
        49_999 => 7.0,
        other => (20 + other * other % 900) as f64 / 1e3,
    };
    let end = start + seconds;
    let (service, customer) = (number % SERVICES, number.wrapping_mul(7_919) % 200_000);
    let fault = number.is_multiple_of(33);
    let order = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let text = format!(
        r#"{{"trace_id":"{id}","id":"00000000000000a1","name":"service-{service}","start_time":{start:.6},
           "end_time":{end:.6},"fault":{fault},"annotations":{{"customer":"c-{customer}"}},
           "http":{{"request":{{"method":"GET","url":"https://shop.example/{service}/orders/{order:016x}?step={number:07}"}},"response":{{"status":200}}}},
           "subsegments":[{{"id":"00000000000000a2","name":"db.example","namespace":"remote",
           "start_time":{start:.6},"end_time":{end:.6}}}]}}"#
    );
    let segment = document::reread(&text.into()).expect("a valid document");
    let received = Received {
        segment: Arc::new(segment),
        position: FIRST_POSITION + number,
        receipt: Timestamp::from_seconds_f64(end).expect("a time"),
    };
    CutTrace {
        id,
        documents: Arc::new(vec![received]),
    }
}

/// Behind everything that the journal of the bench ever holds.
const FIRST_POSITION: u64 = 1 << 40;
const START: i64 = 1_767_225_600;
const SPAN_SECONDS: i64 = 21_600;
const TRACES: u64 = 1_000_000;
/// One every five minutes.
const BLOCKS: u64 = 72;
const SERVICES: u64 = 15;
const RESULTS: usize = 100_000;
