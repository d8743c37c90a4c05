//! What a crash between two steps of a write leaves behind.

use catalog::{BlockId, BlockRecord, Catalog};
use clock::{Randomness, SeededRandomness};

use crate::sample::{SEED, World, cut, row, second, shown, write};

#[tokio::test]
async fn an_object_that_was_written_and_not_listed_is_removed_and_its_documents_can_be_written_again() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[1])]).await;
    drop(store);
    // As it is when power fails after the object was synced: whole, and unknown to the catalog.
    let whole = std::fs::read(&world.files()[0]).expect("a block");
    let orphan = world
        .directory()
        .join("blocks/00000000000000000000000000000000.parquet");
    std::fs::write(&orphan, whole).expect("an orphan");
    let store = world.open().await;
    assert!(!orphan.exists());
    assert_eq!(world.files().len(), 1);
    assert_eq!(shown(&store.snapshot()).await, [row(1, 1, &[1])]);
}

#[tokio::test]
async fn an_object_that_was_half_written_is_removed() {
    let world = World::new();
    drop(world.open().await);
    let orphan = world.directory().join("blocks/0000.parquet");
    std::fs::write(&orphan, b"PAR1 and no more").expect("an orphan");
    let store = world.open().await;
    assert_eq!((world.files().len(), store.quarantined()), (0, 0));
}

/// settled.md 27: block, roll-ups and marks are listed in one transaction.
#[tokio::test]
async fn a_block_that_was_listed_and_not_yet_shown_is_shown_after_the_crash_with_its_marks() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[1])]).await;
    let before = store.snapshot();
    write(&store, vec![cut(1, &[2])]).await;
    // Whoever crashed had only this in memory.
    assert_eq!(shown(&before).await, [row(1, 1, &[1])]);
    drop((before, store));
    let store = world.open().await;
    assert_eq!(shown(&store.snapshot()).await, [row(1, 2, &[1, 2])]);
    assert_eq!(
        write(&store, vec![cut(1, &[1, 2])]).await.block,
        None,
        "a replay finds it stored"
    );
}

#[tokio::test]
async fn a_block_taken_off_the_list_whose_file_was_not_yet_removed_is_removed() {
    let world = World::new();
    let store = world.open().await;
    let written = write(&store, vec![cut(1, &[1])]).await;
    store.close().await;
    drop(store);
    let catalog = Catalog::open(&world.directory().join("catalog.sqlite"))
        .await
        .expect("a catalog");
    catalog
        .remove_blocks(&[written.block.expect("a block")])
        .await
        .expect("removed");
    catalog.close().await;
    let store = world.open().await;
    assert_eq!(world.files().len(), 0);
    assert!(shown(&store.snapshot()).await.is_empty() && !store.is_stored(1));
}

#[tokio::test]
async fn a_write_that_cannot_place_its_object_stores_nothing_and_can_be_repeated() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[1])]).await;
    let blocks = world.directory().join("blocks");
    let aside = world.directory().join("aside");
    std::fs::rename(&blocks, &aside).expect("moved away");
    assert!(store.write(vec![cut(2, &[2])]).await.is_err());
    std::fs::rename(&aside, &blocks).expect("moved back");
    assert!(!store.is_stored(2));
    write(&store, vec![cut(2, &[2])]).await;
    assert_eq!(shown(&store.snapshot()).await, [row(1, 1, &[1]), row(2, 1, &[2])]);
}

#[tokio::test]
async fn a_write_that_cannot_be_listed_stores_nothing_and_can_be_repeated() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[1])]).await;
    // Without the catalog the object is written, and not listed.
    store.close().await;
    assert!(store.write(vec![cut(1, &[2])]).await.is_err());
    assert_eq!(shown(&store.snapshot()).await, [row(1, 1, &[1])]);
    drop(store);
    let store = world.open().await;
    assert_eq!(world.files().len(), 1, "the object that was not listed is gone");
    write(&store, vec![cut(1, &[2])]).await;
    assert_eq!(shown(&store.snapshot()).await, [row(1, 2, &[1, 2])]);
}

#[tokio::test]
async fn after_a_failed_listing_the_catalog_is_asked_again_what_is_stored() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[1])]).await;
    let chance = SeededRandomness::new(SEED);
    let (_first, next) = (chance.bytes16(), chance.bytes16());
    let catalog = Catalog::open(&world.directory().join("catalog.sqlite"))
        .await
        .expect("a catalog");
    catalog
        .list_block(&stranger(BlockId::from_bytes(next)), &[], &[])
        .await
        .expect("listed");
    assert!(store.write(vec![cut(1, &[2])]).await.is_err(), "the id is taken");
    assert_eq!(shown(&store.snapshot()).await, [row(1, 1, &[1])]);
    write(&store, vec![cut(1, &[2])]).await;
    assert_eq!(shown(&store.snapshot()).await, [row(1, 2, &[1, 2])]);
    assert_eq!(store.quarantined(), 1, "the stranger has no object");
}

/// A block that someone else lists.
fn stranger(id: BlockId) -> BlockRecord {
    BlockRecord {
        id,
        object_path: "blocks/none.parquet".to_owned(),
        format_version: 1,
        created: second(0),
        rows: 1,
        size_bytes: 1_000,
        start: (second(0), second(0)),
        end_max: None,
        receipt: (second(0), second(0)),
        positions: vec![0; 8],
        quarantined: None,
        rollups_path: None,
    }
}
