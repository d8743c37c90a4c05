//! Bytes that are not those that were written are noticed, whatever they are.

use block::{Block, BlockError, Condition, Damage, MergeError, MergeInput, Row, merge};
use bytes::Bytes;
use trace::TextPart;

use crate::sample::{PARTS, URLS, encode, open_bytes, pieces, row, shop_traces, text};
use crate::scan::EVER;

/// Looks at every byte that a reader ever looks at.
async fn read_all(bytes: Bytes, size_bytes: u64) -> Result<usize, BlockError> {
    let block: Block = open_bytes(bytes, size_bytes).await?;
    let columns = block.scan_columns().await?;
    let all = block.scan(&columns, &EVER, &block.prune(&Condition::Every).await?);
    for (_, id, _) in &all {
        block.find(*id).await?;
    }
    for term in (2..20).chain([u64::MAX]) {
        block.prune(&Condition::Term(term)).await?;
    }
    for field in [PARTS, URLS] {
        block.prune(&text(field, TextPart::Contains, "")).await?;
    }
    for (row, ..) in &all {
        let traces = block.read(&[*row]).await?;
        for first in traces.iter().filter_map(|trace| trace.documents.first()) {
            block.prune(&Condition::Term(1 << 40 | first.position)).await?;
        }
    }
    let rows: Vec<Row> = all.iter().map(|(row, ..)| *row).collect();
    let everything = MergeInput {
        block: &block,
        rows: (0..block.rows()).collect(),
    };
    let merged = merge(&[everything], &|trace| row(&trace)).await;
    if let Err(MergeError::Block(error)) = merged {
        return Err(error);
    }
    merged.expect("a block of what was read");
    Ok(block.read(&rows).await?.len())
}

#[tokio::test]
async fn every_flipped_byte_is_damage() {
    let whole = encode(&shop_traces(3)).expect("a block").bytes;
    let size = whole.len() as u64;
    read_all(whole.clone(), size).await.expect("what was written");
    // The first four bytes say that it is Parquet, and nobody asks them.
    for at in 4..whole.len() {
        let mut bytes = whole.to_vec();
        bytes[at] ^= 0x20;
        let read = read_all(bytes.into(), size).await;
        assert!(
            matches!(read, Err(BlockError::Damaged { .. })),
            "byte {at} of {size}: {read:?}"
        );
    }
}

/// So large that it has a dictionary, several pages, and postings that lie elsewhere.
#[tokio::test]
async fn a_flipped_byte_of_a_large_block_is_damage() {
    let whole = encode(&shop_traces(700)).expect("a block").bytes;
    let size = whole.len() as u64;
    for at in (4..whole.len()).step_by(4_999) {
        let mut bytes = whole.to_vec();
        bytes[at] ^= 1;
        let read = read_all(bytes.into(), size).await;
        assert!(
            matches!(read, Err(BlockError::Damaged { .. })),
            "byte {at} of {size}: {read:?}"
        );
    }
}

#[tokio::test]
async fn a_truncated_or_lengthened_block_is_damage() {
    let whole = encode(&shop_traces(20)).expect("a block").bytes;
    let size = whole.len() as u64;
    for kept in [0, 1, 7, 8, 12, 100, whole.len() / 2, whole.len() - 1] {
        let cut_short = whole.slice(..kept);
        let read = read_all(cut_short.clone(), size).await;
        assert!(
            matches!(read, Err(BlockError::Damaged { .. })),
            "{kept}: {read:?}"
        );
        let read = read_all(cut_short, kept as u64).await;
        assert!(
            matches!(read, Err(BlockError::Damaged { .. })),
            "{kept}: {read:?}"
        );
    }
    let longer = [whole.as_ref(), b"PAR1"].concat();
    let length = longer.len() as u64;
    assert!(matches!(
        read_all(longer.into(), length).await,
        Err(BlockError::Damaged { .. })
    ));
}

#[tokio::test]
async fn a_missing_object_is_damage_of_that_block() {
    let objects = std::sync::Arc::new(object_store::memory::InMemory::new());
    let opened = Block::open(objects, "blocks/none.parquet".into(), 1_000, &pieces()).await;
    assert!(
        matches!(
            opened,
            Err(BlockError::Damaged {
                source: Damage::Missing,
                ..
            })
        ),
        "{opened:?}"
    );
}

#[tokio::test]
async fn other_bytes_are_no_block() {
    for bytes in [
        &b"PAR1"[..],
        &[0; 4_096],
        &[0xFF; 4_096],
        b"PAR1\0\0\0\0PAR1",
        b"{\"id\":\"not a block\"}",
    ] {
        let opened = open_bytes(Bytes::from_static(bytes), bytes.len() as u64).await;
        assert!(matches!(opened, Err(BlockError::Damaged { .. })), "{opened:?}");
    }
}
