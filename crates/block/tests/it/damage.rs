//! Bytes that are not those that were written are noticed, whatever they are.

use block::{Block, BlockError, Damage, Row, encode};
use bytes::Bytes;

use crate::sample::{open_bytes, shop_traces};
use crate::scan::EVER;

/// Looks at every byte that a reader ever looks at.
async fn read_all(bytes: Bytes, size_bytes: u64) -> Result<usize, BlockError> {
    let block: Block = open_bytes(bytes, size_bytes).await?;
    let rows: Vec<Row> = block
        .scan(&block.times().await?, &EVER)
        .iter()
        .map(|(row, _, _)| *row)
        .collect();
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
    let opened = Block::open(objects, "blocks/none.parquet".into(), 1_000).await;
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
