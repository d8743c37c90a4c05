//! A damaged block is kept out of answers; everything else is served.

use std::fs;
use std::path::{Path, PathBuf};

use store::{OpenError, Store, StoreConfig, Written};

use crate::sample::{World, cut, row, shown, trace_id, write};

fn file_of(world: &World, written: &Written) -> PathBuf {
    let id = written.block.expect("a block");
    world.directory().join(format!("blocks/{id}.parquet"))
}

fn flip(file: &Path, at: impl Fn(usize) -> usize) {
    let mut bytes = fs::read(file).expect("a block");
    let at = at(bytes.len());
    bytes[at] ^= 0x10;
    fs::write(file, bytes).expect("a damaged block");
}

#[tokio::test]
async fn a_block_whose_end_is_damaged_is_quarantined_at_open() {
    let world = World::new();
    let store = world.open().await;
    let damaged = write(&store, vec![cut(1, &[1])]).await;
    write(&store, vec![cut(2, &[2])]).await;
    drop(store);
    flip(&file_of(&world, &damaged), |length| length - 20);
    for _ in 0..2 {
        let store = world.open().await;
        assert_eq!(shown(&store.snapshot()).await, [row(2, 1, &[2])]);
        assert_eq!((store.quarantined(), store.status().blocks), (1, 1));
        assert!(file_of(&world, &damaged).exists(), "never removed");
        assert!(!store.is_stored(1), "a replay may bring it back");
    }
    let store = world.open().await;
    write(&store, vec![cut(1, &[1, 3])]).await;
    assert_eq!(
        shown(&store.snapshot()).await,
        [row(1, 1, &[1, 3]), row(2, 1, &[2])]
    );
}

#[tokio::test]
async fn a_truncated_and_a_missing_block_are_quarantined_at_open() {
    let world = World::new();
    let store = world.open().await;
    let truncated = write(&store, vec![cut(1, &[1])]).await;
    let missing = write(&store, vec![cut(2, &[2])]).await;
    write(&store, vec![cut(3, &[3])]).await;
    drop(store);
    let file = file_of(&world, &truncated);
    let bytes = fs::read(&file).expect("a block");
    fs::write(&file, &bytes[..bytes.len() / 2]).expect("a truncated block");
    fs::remove_file(file_of(&world, &missing)).expect("removed");
    let store = world.open().await;
    assert_eq!(shown(&store.snapshot()).await, [row(3, 1, &[3])]);
    assert_eq!(store.quarantined(), 2);
    // A block that comes back is not shown unasked: its documents may have been written again meanwhile.
    fs::write(&file, bytes).expect("the block is back");
    drop(store);
    assert_eq!(shown(&world.open().await.snapshot()).await, [row(3, 1, &[3])]);
}

#[tokio::test]
async fn a_block_whose_documents_are_damaged_is_quarantined_when_they_are_read() {
    let world = World::new();
    let store = world.open().await;
    let damaged = write(&store, vec![cut(1, &[1])]).await;
    write(&store, vec![cut(2, &[2])]).await;
    let file = file_of(&world, &damaged);
    // The texts are the last column before the indexes: find their page by its zstd magic.
    let bytes = fs::read(&file).expect("a block");
    let magic = [0x28, 0xB5, 0x2F, 0xFD];
    let page = bytes
        .windows(4)
        .position(|window| window == magic)
        .expect("a compressed page");
    flip(&file, |_| page + 10);
    let keys = store.snapshot().scan(&crate::sample::EVER).await.expect("a scan");
    assert_eq!(keys.len(), 2, "nobody has looked yet");
    let read = store.snapshot().read(&keys).await.expect("the rest");
    assert_eq!(
        read.iter().map(|trace| trace.id).collect::<Vec<_>>(),
        [trace_id(2)]
    );
    assert!(
        store
            .snapshot()
            .trace(trace_id(1))
            .await
            .expect("an answer")
            .is_none()
    );
    assert_eq!(shown(&store.snapshot()).await, [row(2, 1, &[2])]);
    assert_eq!(store.quarantined(), 1);
    drop(store);
    assert_eq!(world.open().await.quarantined(), 1, "noted");
}

#[tokio::test]
async fn a_store_opens_with_a_damaged_block_whose_roll_ups_are_missing() {
    let world = World::new();
    let store = world.open().await;
    let damaged = write(&store, vec![cut(1, &[1])]).await;
    write(&store, vec![cut(1, &[3]), cut(2, &[2])]).await;
    drop(store);
    let file = file_of(&world, &damaged);
    let bytes = fs::read(&file).expect("a block");
    let magic = [0x28, 0xB5, 0x2F, 0xFD];
    let page = bytes.windows(4).position(|window| window == magic);
    flip(&file, |_| page.expect("a compressed page") + 10);
    for block in world.files() {
        fs::remove_file(block.with_extension("rollups")).expect("removed");
    }
    let store = world.open().await;
    assert_eq!(store.quarantined(), 1);
    assert_eq!(
        shown(&store.snapshot()).await,
        [row(1, 2, &[1, 3]), row(2, 1, &[2])]
    );
}

#[tokio::test]
async fn a_block_whose_times_are_damaged_is_quarantined_by_a_scan() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[1])]).await;
    let damaged = write(&store, vec![cut(1, &[2]), cut(2, &[3])]).await;
    // Behind the magic come the pages of trace ids and writings, then those of the times.
    flip(&file_of(&world, &damaged), |_| 110);
    assert_eq!(
        shown(&store.snapshot()).await,
        [row(1, 1, &[1])],
        "the older writing counts again"
    );
    assert_eq!(store.quarantined(), 1);
    drop(store);
    let store = world.open().await;
    assert_eq!(shown(&store.snapshot()).await, [row(1, 1, &[1])]);
    write(&store, vec![cut(1, &[2])]).await;
    assert_eq!(shown(&store.snapshot()).await, [row(1, 2, &[1, 2])]);
}

#[tokio::test]
async fn a_trace_shows_once_whichever_of_its_writings_is_damaged() {
    for damaged in 0..3 {
        let world = World::new();
        let store = world.open().await;
        let mut written = vec![];
        for position in 1..4 {
            written.push(write(&store, vec![cut(1, &[position])]).await);
        }
        fs::remove_file(file_of(&world, &written[damaged])).expect("removed");
        let expected = match damaged {
            2 => [row(1, 2, &[1, 2])],
            _ => [row(1, 3, &[1, 2, 3])],
        };
        let held = store.snapshot();
        assert_eq!(shown(&held).await, expected, "{damaged}");
        assert_eq!(shown(&store.snapshot()).await, expected, "{damaged}");
        drop((held, store));
        let store = world.open().await;
        assert_eq!(store.quarantined(), 1);
        assert_eq!(shown(&store.snapshot()).await, expected, "{damaged}");
    }
}

#[tokio::test]
async fn a_trace_whose_stored_part_is_damaged_is_written_with_what_is_at_hand() {
    let world = World::new();
    let store = world.open().await;
    let damaged = write(&store, vec![cut(1, &[1])]).await;
    write(&store, vec![cut(2, &[2])]).await;
    fs::remove_file(file_of(&world, &damaged)).expect("removed");
    let written = write(&store, vec![cut(1, &[3]), cut(2, &[4])]).await;
    assert_eq!(written.traces, 2);
    assert_eq!(
        shown(&store.snapshot()).await,
        [row(1, 1, &[3]), row(2, 2, &[2, 4])]
    );
    assert_eq!(store.quarantined(), 1);
}

#[tokio::test]
async fn a_directory_that_cannot_be_used_says_so() {
    let world = World::new();
    let file = world.folder.path().join("file");
    fs::write(&file, b"").expect("a file");
    let chance = std::sync::Arc::new(clock::SeededRandomness::new(1));
    let opened = Store::open(StoreConfig::new(file), world.clock.clone(), chance).await;
    assert!(matches!(opened, Err(OpenError::Directory { .. })));
}
