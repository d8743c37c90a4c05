//! Blocks of older versions stay readable. A kept file never changes; a new version gets a file beside it.

use std::path::PathBuf;

use assembly::AssembledTrace;
use block::{Row, encode};

use crate::sample::{document, open_bytes, outline, received, second, trace_id};

fn kept_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/formats/block-v1/block.parquet")
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
    holds_the_kept_traces(std::fs::read(kept_file()).expect("the kept file")).await;
}

/// What this writes is what is kept when the format gets a new version.
#[tokio::test]
async fn a_block_written_today_reads_as_the_kept_one() {
    holds_the_kept_traces(encode(&kept_traces()).expect("a block").bytes.to_vec()).await;
}

async fn holds_the_kept_traces(bytes: Vec<u8>) {
    let size = bytes.len() as u64;
    let block = open_bytes(bytes.into(), size).await.expect("a block");
    let traces = kept_traces();
    let rows: Vec<Row> = traces
        .iter()
        .map(|trace| block.find(trace.id).expect("a kept trace").row)
        .collect();
    let read = block.read(&rows).await.expect("documents");
    assert_eq!(
        read.iter().map(outline).collect::<Vec<_>>(),
        traces.iter().map(outline).collect::<Vec<_>>()
    );
    assert_eq!(block.rows() as usize, traces.len());
}
