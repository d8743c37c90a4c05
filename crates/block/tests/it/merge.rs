//! Merged blocks hold what one block of the same traces would hold.

use assembly::AssembledTrace;
use block::{Block, Condition, EncodeRow, EncodedBlock, MergeInput, merge};
use proptest::prelude::*;
use trace::TextPart;

use crate::sample::{
    PARTS, URLS, document, encode, open, outline, received, row, rows_of, second, shop_traces, text, trace_id,
};
use crate::scan::EVER;

/// The traces deal out to so many blocks; those dealt to the last one of all are in every block, and kept in the last.
async fn dealt(
    traces: &[AssembledTrace],
    blocks: usize,
    every: usize,
) -> (Vec<Block>, Vec<Vec<AssembledTrace>>) {
    let mut opened = Vec::new();
    let mut kept = Vec::new();
    for block in 0..blocks {
        let is_last = block == blocks - 1;
        let is_here =
            |number: &usize| number % blocks == block || (every > 0 && number.is_multiple_of(every));
        let here: Vec<AssembledTrace> = (0..traces.len())
            .filter(is_here)
            .map(|number| traces[number].clone())
            .collect();
        opened.push(open(&encode(&here).expect("a block")).await.expect("a block"));
        let counts =
            |number: &usize| is_here(number) && (is_last || every == 0 || !number.is_multiple_of(every));
        kept.push(
            (0..traces.len())
                .filter(counts)
                .map(|number| traces[number].clone())
                .collect(),
        );
    }
    (opened, kept)
}

async fn merged(blocks: &[Block], kept: &[Vec<AssembledTrace>]) -> EncodedBlock {
    let mut inputs = Vec::new();
    for (block, kept) in blocks.iter().zip(kept) {
        let rows = rows_of(block, kept.iter().map(|trace| trace.id)).await;
        let rows = rows.iter().map(|row| row.number()).collect();
        inputs.push(MergeInput { block, rows });
    }
    merge(&inputs, &|trace| row(&trace)).await.expect("a block")
}

/// Both blocks hold these traces and say the same of them.
async fn is_as_encoded(merged: &EncodedBlock, traces: &[AssembledTrace]) {
    let encoded = encode(traces).expect("a block");
    assert_eq!(merged.statistics, encoded.statistics);
    let (merged, encoded) = (
        open(merged).await.expect("a block"),
        open(&encoded).await.expect("a block"),
    );
    let (columns, expected) = (
        merged.scan_columns().await.expect("columns"),
        encoded.scan_columns().await.expect("columns"),
    );
    let mut conditions: Vec<Condition> = (0..25).chain([u64::MAX]).map(Condition::Term).collect();
    conditions.push(Condition::Every);
    for part in [TextPart::Contains, TextPart::BeginsWith, TextPart::EndsWith] {
        for of in ["https://가게.example/0", "7/x", "하나", "part 하나 2", "none"] {
            conditions.extend([text(URLS, part, of), text(PARTS, part, of)]);
        }
    }
    conditions.extend(
        traces
            .iter()
            .map(|trace| Condition::Term(1 << 40 | trace.documents[0].position)),
    );
    conditions.extend(traces.iter().take(200).map(|trace| {
        text(
            URLS,
            TextPart::Contains,
            &format!("{:06}", trace.documents[0].position),
        )
    }));
    for condition in conditions {
        let found = merged.scan(&columns, &EVER, &merged.prune(&condition).await.expect("terms"));
        let wanted = encoded.scan(&expected, &EVER, &encoded.prune(&condition).await.expect("terms"));
        assert_eq!(found, wanted, "{condition:?}");
    }
    let rows = rows_of(&merged, traces.iter().map(|trace| trace.id)).await;
    for found in &rows {
        assert_eq!(columns.facts(*found), expected.facts(*found));
    }
    let read = merged.read(&rows).await.expect("documents");
    assert_eq!(
        read.iter().map(outline).collect::<Vec<_>>(),
        traces.iter().map(outline).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_merge_of_blocks_with_dictionaries_is_as_encoded() {
    let traces = shop_traces(2_000);
    let (blocks, kept) = dealt(&traces, 2, 40).await;
    let once = merged(&blocks, &kept).await;
    is_as_encoded(&once, &traces).await;
    let again = open(&once).await.expect("a block");
    let twice = merged(&[again], std::slice::from_ref(&traces)).await;
    is_as_encoded(&twice, &traces).await;
}

#[tokio::test]
async fn a_merge_of_nothing_is_an_empty_block() {
    let nothing = merge(&[], &|trace| row(&trace)).await.expect("a block");
    is_as_encoded(&nothing, &[]).await;
    let block = open(&encode(&shop_traces(3)).expect("a block"))
        .await
        .expect("a block");
    is_as_encoded(&merged(&[block], &[Vec::new()]).await, &[]).await;
}

#[tokio::test]
async fn a_block_of_version_1_is_merged_with_others() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept =
        std::fs::read(folder.join("../../fixtures/formats/block-v1/block.parquet")).expect("the kept file");
    let size = kept.len() as u64;
    let old = crate::sample::open_bytes(kept.into(), size)
        .await
        .expect("a block");
    let pruned = old.prune(&Condition::Every).await.expect("no terms");
    let all = old.scan(&old.scan_columns().await.expect("columns"), &EVER, &pruned);
    let rows: Vec<_> = all.iter().map(|(row, ..)| *row).collect();
    let mut traces = old.read(&rows).await.expect("documents");
    let newer = vec![AssembledTrace::new(
        trace_id(900),
        1,
        vec![received(document(900, 5_000, 3, Some(4)), 5_000, second(9))],
    )];
    let block = open(&encode(&newer).expect("a block")).await.expect("a block");
    let both = merged(&[old, block], &[traces.clone(), newer.clone()]).await;
    traces.extend(newer);
    is_as_encoded(&both, &traces).await;
}

fn traces(lengths: &[(i64, usize)]) -> Vec<AssembledTrace> {
    let mut position = 0;
    let traces = lengths.iter().zip(0_u32..).map(|((start, documents), number)| {
        let documents = (0..*documents).map(|_| {
            position += 1;
            received(
                document(number, position, *start, Some(start + 1)),
                position,
                second(start + 2),
            )
        });
        AssembledTrace::new(trace_id(number), 1 + number % 3, documents.collect())
    });
    traces.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn a_merge_is_as_encoded(
        lengths in proptest::collection::vec((0_i64..50, 1_usize..4), 0..60),
        blocks in 1_usize..5,
        every in 0_usize..5,
    ) {
        let traces = traces(&lengths);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let (blocks, kept) = dealt(&traces, blocks, every).await;
            is_as_encoded(&merged(&blocks, &kept).await, &traces).await;
        });
    }

    #[test]
    fn any_bytes_as_text_come_out_of_a_merge_too(texts in proptest::collection::vec(any::<Vec<u8>>(), 1..6)) {
        let mut rows: Vec<EncodeRow> = traces(&[(1, 1)]).iter().map(row).collect();
        for (text, position) in texts.iter().zip(100..) {
            let mut odd = received(document(0, position, 1, None), position, second(1));
            let mut segment = document::Segment::clone(&odd.segment);
            segment.text = text.clone().into();
            odd.segment = std::sync::Arc::new(segment);
            rows[0].trace.documents.push(odd);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let encoded = block::encode(&rows).expect("a block");
            let first = open(&encoded).await.expect("a block");
            let inputs = [MergeInput { block: &first, rows: [0].into_iter().collect() }];
            let merged = merge(&inputs, &|trace| row(&trace)).await.expect("a block");
            assert_eq!(merged.bytes, encoded.bytes);
        });
    }
}
