//! What has been kept long enough goes, when nobody reads it any more.

use std::time::Duration;

use store::Expired;

use crate::sample::{RETENTION, World, cut, row, shown, write};

/// settled.md 20.
#[tokio::test]
async fn blocks_go_by_their_last_receipt() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[10]), cut(2, &[20])]).await;
    write(&store, vec![cut(3, &[30])]).await;
    world.clock.advance(RETENTION + Duration::from_secs(20));
    assert_eq!(
        store.expire().await.expect("an expiry"),
        Expired::default(),
        "kept for the whole retention"
    );
    world.clock.advance(Duration::from_nanos(1));
    assert_eq!(
        store.expire().await.expect("an expiry"),
        Expired { blocks: 1, rows: 2 }
    );
    assert_eq!(shown(&store.snapshot()).await, [row(3, 1, &[30])]);
    assert_eq!(
        (world.files().len(), store.is_stored(10), store.is_stored(30)),
        (1, false, true)
    );
    drop(store);
    assert_eq!(shown(&world.open().await.snapshot()).await, [row(3, 1, &[30])]);
}

#[tokio::test]
async fn files_of_expired_blocks_stay_as_long_as_a_snapshot_shows_them() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[10])]).await;
    let held = store.snapshot();
    world.clock.advance(RETENTION * 2);
    assert_eq!(store.expire().await.expect("an expiry").blocks, 1);
    assert!(shown(&store.snapshot()).await.is_empty());
    assert_eq!(shown(&held).await, [row(1, 1, &[10])]);
    assert_eq!(store.expire().await.expect("an expiry").blocks, 0);
    assert_eq!(world.files().len(), 1);
    drop(held);
    store.expire().await.expect("an expiry");
    assert_eq!(world.files().len(), 0);
}

#[tokio::test]
async fn a_superseded_row_stays_superseded_when_the_newer_block_goes_first() {
    let world = World::new();
    let store = world.open().await;
    // The first block holds a trace that was received later than all of the second block.
    write(&store, vec![cut(1, &[10]), cut(2, &[500])]).await;
    write(&store, vec![cut(1, &[20])]).await;
    world.clock.advance(RETENTION + Duration::from_secs(100));
    assert_eq!(store.expire().await.expect("an expiry").blocks, 1);
    assert_eq!(shown(&store.snapshot()).await, [row(2, 1, &[500])]);
    drop(store);
    assert_eq!(shown(&world.open().await.snapshot()).await, [row(2, 1, &[500])]);
}

/// settled.md 20: by the receipt of its last change.
#[tokio::test]
async fn a_trace_that_grows_is_kept_whole() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[10])]).await;
    write(&store, vec![cut(1, &[500])]).await;
    world.clock.advance(RETENTION + Duration::from_secs(100));
    assert_eq!(
        store.expire().await.expect("an expiry"),
        Expired { blocks: 1, rows: 1 }
    );
    assert_eq!(shown(&store.snapshot()).await, [row(1, 2, &[10, 500])]);
}
