//! Blocks of older versions stay readable. A kept file never changes; a new version gets a file beside it.

use std::path::PathBuf;

use assembly::AssembledTrace;
use block::{Condition, VERSION};
use trace::TextPart;

use crate::sample::{
    URLS, document, encode, open_bytes, outline, received, row, rows_of, second, text, trace_id,
};
use crate::scan::EVER;

fn kept_file(version: u32) -> PathBuf {
    let formats = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/formats");
    formats.join(format!("block-v{version}/block.parquet"))
}

/// The traces in the kept files: some with several documents, some unfinished, one with text that is not ASCII.
fn kept_traces() -> Vec<AssembledTrace> {
    let traces = (0..40_u32).map(|number| {
        let first = u64::from(number) * 10;
        let start = 1_767_225_600 + i64::from(number) * 7 % 31;
        let documents = (0..u64::from(number % 4) + 1).map(|nth| {
            let position = first + nth;
            let end = (number % 5 != 0).then_some(start + 2);
            let text = document(number, position, start, end);
            let text = if number == 13 {
                text.replace("shop", "가게")
            } else {
                text
            };
            received(
                text,
                position,
                second(start + 3 + i64::try_from(nth).expect("a small number")),
            )
        });
        AssembledTrace::new(trace_id(number), 1 + number % 3, documents.collect())
    });
    traces.collect()
}

#[tokio::test]
async fn a_block_of_version_1_is_read() {
    holds_the_kept_traces(std::fs::read(kept_file(1)).expect("the kept file"), 1).await;
}

#[tokio::test]
async fn a_block_of_version_2_is_read() {
    holds_the_kept_traces(std::fs::read(kept_file(2)).expect("the kept file"), 2).await;
}

#[tokio::test]
async fn a_block_of_version_3_is_read() {
    holds_the_kept_traces(std::fs::read(kept_file(3)).expect("the kept file"), 3).await;
}

/// What this writes is what is kept when the format gets a new version.
#[tokio::test]
async fn a_block_written_today_reads_as_the_kept_one() {
    let bytes = encode(&kept_traces()).expect("a block").bytes;
    if let Some(folder) = std::option_env!("KEEP_BLOCK_IN") {
        std::fs::write(PathBuf::from(folder).join("block.parquet"), &bytes).expect("room");
    }
    holds_the_kept_traces(bytes.to_vec(), VERSION).await;
}

async fn holds_the_kept_traces(bytes: Vec<u8>, version: u32) {
    let size = bytes.len() as u64;
    let block = open_bytes(bytes.into(), size).await.expect("a block");
    let traces = kept_traces();
    let rows = rows_of(&block, traces.iter().map(|trace| trace.id)).await;
    let read = block.read(&rows).await.expect("documents");
    assert_eq!(
        read.iter().map(outline).collect::<Vec<_>>(),
        traces.iter().map(outline).collect::<Vec<_>>()
    );
    assert_eq!(block.rows() as usize, traces.len());
    let columns = block.scan_columns().await.expect("columns");
    for (found, trace) in rows.iter().zip(&traces) {
        let kept = row(trace);
        assert_eq!(columns.facts(*found), (version > 1).then_some(kept.facts));
        let own = Condition::Term(kept.terms[kept.terms.len() - 2]);
        let pruned = block.prune(&own).await.expect("terms");
        let found = block.scan(&columns, &EVER, &pruned).len();
        // Version 1 has no terms, so it excludes nothing.
        assert_eq!(found, if version == 1 { traces.len() } else { 1 });
        let own = text(
            URLS,
            TextPart::EndsWith,
            &format!("{:06}/x", trace.documents[0].position),
        );
        let pruned = block.prune(&own).await.expect("texts");
        let found = block.scan(&columns, &EVER, &pruned).len();
        // Before version 3 there are no texts, and nothing is excluded.
        assert_eq!(found, if version < 3 { traces.len() } else { 1 });
    }
}
