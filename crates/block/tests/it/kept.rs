//! Blocks of older versions stay readable. A kept file never changes; a new version gets a file beside it.

use std::path::PathBuf;

use assembly::AssembledTrace;
use block::{Row, encode};

use crate::sample::{document, open_bytes, outline, received, second, trace_id};

fn file(version: u32) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join(format!("../../fixtures/formats/block-v{version}/block.parquet"))
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
    let bytes = std::fs::read(file(1)).expect("the kept file");
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

#[test]
#[ignore = "writes the kept file of the current version, once"]
fn keep_a_block() {
    let path = file(block::VERSION);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
    std::fs::write(path, encode(&kept_traces()).expect("a block").bytes).expect("the kept file");
}
