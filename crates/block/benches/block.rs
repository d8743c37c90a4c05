//! What blocks cost: making one, finding in it, moving it. Documents are those of the sample shop; terms are hashes of
//! the members of each document that are no ids and no times, more than a filter would ask for.

#![expect(clippy::print_stderr, reason = "sizes are told beside the times")]

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use assembly::AssembledTrace;
use block::{
    Block, ClockColumn, Condition, EncodeRow, EncodedBlock, FactTest, MergeInput, PieceCache, Predicate, Row,
    TextTest, Texts, encode, merge,
};
use bytes::Bytes;
use clock::Timestamp;
use divan::Bencher;
use divan::counter::ItemsCount;
use document::TraceId;
use object_store::ObjectStoreExt;
use object_store::local::LocalFileSystem;
use tokio::runtime::Runtime;
use trace::{Received, TextPart, Trace};

fn main() {
    let Sample { rows, encoded, .. } = &*SAMPLE;
    let documents: usize = rows.iter().map(|row| row.trace.documents.len()).sum();
    let terms: usize = rows.iter().map(|row| row.terms.len()).sum();
    eprintln!(
        "{} traces, {documents} documents, {} spans, {} terms a trace; {:.2} bytes a span, {} bytes of memory a row",
        rows.len(),
        spans(rows),
        terms / rows.len(),
        encoded.bytes.len() as f64 / spans(rows) as f64,
        SAMPLE.block.size_bytes() / rows.len(),
    );
    let without: Vec<EncodeRow> = rows
        .iter()
        .map(|row| EncodeRow {
            terms: Vec::new(),
            texts: Texts::default(),
            ..row.clone()
        })
        .collect();
    let bytes = encode(&without).expect("a block").bytes.len();
    eprintln!(
        "without terms and texts {:.2} bytes a span",
        bytes as f64 / spans(rows) as f64
    );
    divan::main();
}

struct Sample {
    rows: Vec<EncodeRow>,
    encoded: EncodedBlock,
    block: Block,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let rows = shop_rows(8_000);
    let encoded = encode(&rows).expect("a block");
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let objects = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).expect("a store"));
    let block = runtime.block_on(async {
        objects
            .put(&"block".into(), encoded.bytes.clone().into())
            .await
            .expect("room");
        let pieces = Arc::new(PieceCache::new(16 << 20));
        Block::open(objects, "block".into(), encoded.bytes.len() as u64, &pieces)
            .await
            .expect("a block")
    });
    Sample {
        rows,
        encoded,
        block,
        runtime,
        _folder: folder,
    }
});

fn shop_rows(visits: u64) -> Vec<EncodeRow> {
    let mut shop = demo::Shop::new(7);
    let mut by_trace: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    let mut position = 0;
    for visit in 0..visits {
        let begun = Timestamp::from_seconds(1_767_225_600) + Duration::from_millis(visit * 4);
        for sent in shop.visit(begun).documents {
            let segment = document::reread(&Bytes::from(sent.document)).expect("a document");
            by_trace.entry(segment.trace_id).or_default().push(Received {
                segment: Arc::new(segment),
                position,
                // Receipts have nanoseconds, and the calls of one batch share them.
                receipt: sent.at + Duration::from_nanos(position / 8 * 7_919 % 1_000_000),
            });
            position += 1;
        }
    }
    let rows = by_trace.into_iter().map(|(id, documents)| EncodeRow {
        terms: terms_of(&documents),
        texts: urls_of(&documents),
        terms_version: Some(1),
        facts: Trace::assemble(id, documents.clone()).facts(),
        trace: AssembledTrace::new(id, 1, documents),
    });
    rows.collect()
}

fn terms_of(documents: &[Received]) -> Vec<u64> {
    let mut terms = Vec::new();
    for received in documents {
        let text = String::from_utf8_lossy(&received.segment.text);
        let members = text.split(['{', '}', ',', '[', ']']);
        let wanted = members.filter(|member| {
            member.contains("\":")
                && !["_time\"", "id\":", "\"sanitized_query"]
                    .iter()
                    .any(|no| member.contains(no))
        });
        terms.extend(wanted.map(hash));
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

fn urls_of(documents: &[Received]) -> Texts {
    let (mut all, mut places) = (String::new(), vec![]);
    for url in documents.iter().filter_map(|received| {
        let first = received.segment.entities().next()?;
        first.text(document::TextMember::HttpUrl)
    }) {
        let start = all.len();
        all.push_str(url);
        places.push((URLS, start..all.len()));
    }
    Texts::new(all, places)
}

const URLS: u64 = 1;

fn hash(member: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    member.hash(&mut hasher);
    hasher.finish()
}

fn spans(rows: &[EncodeRow]) -> usize {
    let documents = rows.iter().flat_map(|row| &row.trace.documents);
    documents.map(|received| received.segment.entities().len()).sum()
}

fn ever(condition: Condition) -> Predicate {
    Predicate {
        clock: ClockColumn::Receipts,
        from: Timestamp::MIN,
        until: Timestamp::MAX,
        condition,
    }
}

#[divan::bench(sample_count = 20)]
fn encode_a_block(bencher: Bencher<'_, '_>) {
    let rows = &SAMPLE.rows;
    let documents: usize = rows.iter().map(|row| row.trace.documents.len()).sum();
    bencher
        .counter(ItemsCount::new(documents))
        .bench(|| encode(rows).expect("a block"));
}

#[divan::bench(sample_count = 1_000, sample_size = 1)]
fn one_trace_by_id(bencher: Bencher<'_, '_>) {
    let Sample {
        rows, block, runtime, ..
    } = &*SAMPLE;
    let mut next = rows.iter().step_by(17).cycle();
    bencher
        .with_inputs(|| next.next().expect("it goes round").trace.id)
        .bench_local_values(|id| {
            runtime.block_on(async {
                let found = block.find(id).await.expect("a table").expect("a trace");
                block.read(&[found.row]).await.expect("a trace")
            })
        });
}

#[divan::bench(sample_count = 1_000)]
fn an_absent_id(bencher: Bencher<'_, '_>) {
    let mut number = 0_u128;
    bencher
        .with_inputs(|| {
            number += 1;
            TraceId::from_bytes(number.to_be_bytes())
        })
        .bench_local_values(|id| SAMPLE.runtime.block_on(SAMPLE.block.find(id)).expect("an answer"));
}

#[divan::bench(sample_count = 1_000, sample_size = 1)]
fn a_rare_term_and_its_traces(bencher: Bencher<'_, '_>) {
    let Sample {
        rows, block, runtime, ..
    } = &*SAMPLE;
    let columns = runtime.block_on(block.scan_columns()).expect("columns");
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    rows.iter()
        .flat_map(|row| &row.terms)
        .for_each(|term| *counts.entry(*term).or_default() += 1);
    let rare: Vec<u64> = counts
        .into_iter()
        .filter(|(_, count)| *count == 1)
        .map(|(term, _)| term)
        .collect();
    let mut next = rare.iter().step_by(7).cycle();
    bencher
        .with_inputs(|| ever(Condition::Term(*next.next().expect("it goes round"))))
        .bench_local_values(|predicate| {
            runtime.block_on(async {
                let pruned = block.prune(&predicate.condition).await.expect("terms");
                let found = block.scan(&columns, &predicate, &pruned);
                let rows: Vec<Row> = found.iter().map(|(row, ..)| *row).collect();
                assert_eq!(block.read(&rows).await.expect("a trace").len(), 1);
            });
        });
}

#[divan::bench(sample_count = 200)]
fn a_frequent_term(bencher: Bencher<'_, '_>) {
    let columns = SAMPLE
        .runtime
        .block_on(SAMPLE.block.scan_columns())
        .expect("columns");
    let predicate = ever(Condition::Term(hash("\"status\":200")));
    bencher.bench(|| {
        let pruned = SAMPLE
            .runtime
            .block_on(SAMPLE.block.prune(&predicate.condition))
            .expect("terms");
        SAMPLE.block.scan(&columns, &predicate, &pruned)
    });
}

#[divan::bench(sample_count = 200)]
fn a_scan_over_facts(bencher: Bencher<'_, '_>) {
    let Sample {
        rows, block, runtime, ..
    } = &*SAMPLE;
    let columns = runtime.block_on(block.scan_columns()).expect("columns");
    let slow = FactTest {
        duration: Some(200_000_000..=i64::MAX),
        ..FactTest::default()
    };
    let predicate = ever(Condition::Facts(slow));
    let pruned = runtime
        .block_on(block.prune(&predicate.condition))
        .expect("no terms");
    bencher
        .counter(ItemsCount::new(rows.len()))
        .bench(|| block.scan(&columns, &predicate, &pruned));
}

#[divan::bench(sample_count = 200)]
fn a_text_that_no_trace_has(bencher: Bencher<'_, '_>) {
    let Sample {
        rows, block, runtime, ..
    } = &*SAMPLE;
    let condition = Condition::Text(TextTest {
        field: URLS,
        part: TextPart::Contains,
        text: "no-such-text".into(),
    });
    bencher.counter(ItemsCount::new(rows.len())).bench(|| {
        let pruned = runtime.block_on(block.prune(&condition)).expect("texts");
        assert!(pruned.is_empty());
    });
}

#[divan::bench(sample_count = 50)]
fn columns_from_storage(bencher: Bencher<'_, '_>) {
    let Sample {
        rows, block, runtime, ..
    } = &*SAMPLE;
    bencher
        .counter(ItemsCount::new(rows.len()))
        .bench(|| runtime.block_on(block.scan_columns()).expect("columns"));
}

#[divan::bench(sample_count = 20)]
fn a_merge_of_whole_pages(bencher: Bencher<'_, '_>) {
    let Sample {
        rows, block, runtime, ..
    } = &*SAMPLE;
    let documents: usize = rows.iter().map(|row| row.trace.documents.len()).sum();
    let derive = |_| unreachable!("version 2 needs no deriving");
    bencher.counter(ItemsCount::new(documents)).bench(|| {
        let input = MergeInput {
            block,
            rows: (0..block.rows()).collect(),
        };
        runtime.block_on(merge(&[input], &derive)).expect("a block")
    });
}
