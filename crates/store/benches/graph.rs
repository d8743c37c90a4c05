//! How long a service graph takes over one million stored traces in six hours (`settled.md` 3).
//!
//! Once they are stored, the files of the blocks are removed: whatever read a trace would fail.

use std::sync::{Arc, OnceLock};

use assembly::CutTrace;
use clock::{Clock, ManualClock, SeededRandomness, Timestamp};
use divan::Bencher;
use document::TraceId;
use service_graph::{GraphSum, Window};
use store::{Store, StoreConfig};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use trace::Received;

fn main() {
    divan::main();
}

/// First and last second of a window after the first trace.
const WINDOWS: [(i64, i64); 4] = [(0, 21_599), (7, 21_593), (3_601, 7_200), (10_000, 10_059)];

#[divan::bench(args = WINDOWS, sample_count = 20, sample_size = 1)]
fn graph_of_seconds(bencher: Bencher<'_, '_>, (first, last): (i64, i64)) {
    let stored = stored();
    let window = Window::until(START + first, START + last);
    bencher.bench_local(|| {
        let mut sum = GraphSum::new("");
        let snapshot = stored.store.snapshot();
        let added = stored.runtime.block_on(snapshot.add_rollups(&mut sum, window));
        added.expect("no trace is read");
        let graph = sum.graph();
        assert!(graph.nodes.len() > SERVICES as usize);
        graph
    });
}

struct Stored {
    store: Store,
    runtime: Runtime,
    _directory: TempDir,
}

fn stored() -> &'static Stored {
    static STORED: OnceLock<Stored> = OnceLock::new();
    STORED.get_or_init(|| {
        let directory = TempDir::new().expect("a directory");
        let runtime = Runtime::new().expect("a runtime");
        let store = runtime.block_on(fill(&directory));
        for file in std::fs::read_dir(directory.path().join("store/blocks")).expect("files") {
            let file = file.expect("a file").path();
            if file.extension().is_some_and(|end| end == "parquet") {
                std::fs::remove_file(file).expect("removed");
            }
        }
        Stored {
            store,
            runtime,
            _directory: directory,
        }
    })
}

async fn fill(directory: &TempDir) -> Store {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(Timestamp::from_seconds(START + 21_600)));
    let config = StoreConfig::new(directory.path().join("store"));
    let opened = Store::open(config, clock, Arc::new(SeededRandomness::new(1))).await;
    let store = opened.expect("a store");
    for block in 0..BLOCKS {
        let traces = (block * TRACES / BLOCKS..(block + 1) * TRACES / BLOCKS).map(trace);
        store.write(traces.collect()).await.expect("stored");
    }
    store
}

/// A request through two of the services, the second of which asks a database; each document received when it ends.
fn trace(number: u64) -> CutTrace {
    let mut bytes = [1; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    let id = TraceId::from_bytes(bytes);
    let start = START as f64 + number as f64 * 21_600.0 / TRACES as f64;
    let (one, two) = (number % SERVICES, number * 7 % SERVICES);
    let millis = 20 + number * number % 900;
    let fault = number.is_multiple_of(33);
    let (end, inner) = (start + millis as f64 / 1e3, start + millis as f64 / 2e3);
    let front = format!(
        r#"{{"trace_id":"{id}","id":"00000000000000a1","name":"service-{one}","start_time":{start:.3},"end_time":{end:.3},
           "fault":{fault},"subsegments":[{{"id":"00000000000000a2","name":"service-{two}.example","namespace":"remote",
           "start_time":{start:.3},"end_time":{inner:.3}}}]}}"#
    );
    let back = format!(
        r#"{{"trace_id":"{id}","id":"00000000000000b1","parent_id":"00000000000000a2","name":"service-{two}",
           "start_time":{start:.3},"end_time":{inner:.3},"subsegments":[{{"id":"00000000000000b2","name":"orders@db.example",
           "namespace":"remote","sql":{{}},"start_time":{start:.3},"end_time":{inner:.3}}}]}}"#
    );
    let documents = (0..)
        .zip([(back, inner), (front, end)])
        .map(|(place, (text, at))| {
            let segment = document::reread(&text.into()).expect("a valid document");
            Received {
                segment: Arc::new(segment),
                position: number * 2 + place,
                receipt: Timestamp::from_seconds_f64(at).expect("a time"),
            }
        });
    CutTrace {
        id,
        documents: Arc::new(documents.collect()),
    }
}

const START: i64 = 1_767_225_600;
const TRACES: u64 = 1_000_000;
/// One every five minutes.
const BLOCKS: u64 = 72;
const SERVICES: u64 = 15;
