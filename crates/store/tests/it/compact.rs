//! Compaction changes where things lie, and no answer.

use service_graph::{GraphSum, ServiceGraph, Window};
use store::{Compacted, Store};

use crate::sample::{RETENTION, World, cut, row, shown, write};

/// Blocks of one new trace each, so many seconds apart; every third writes the first trace again.
async fn filled(world: &World, blocks: u64, apart: u64) -> Store {
    let store = world.open().await;
    for block in 0..blocks {
        let number = u32::try_from(block).expect("few") + 2;
        let mut traces = vec![cut(number, &[block * apart + 1])];
        if block % 3 == 0 {
            traces.push(cut(1, &[block * apart + 2]));
        }
        write(&store, traces).await;
        world.clock.advance(std::time::Duration::from_secs(1));
    }
    store
}

async fn compact(store: &Store) -> Compacted {
    store.compact().await.expect("a compaction")
}

async fn graph(store: &Store, first: i64, last: i64) -> ServiceGraph {
    let mut sum = GraphSum::new("");
    let added = store
        .snapshot()
        .add_rollups(&mut sum, Window::until(first, last))
        .await;
    added.expect("an answer");
    sum.graph()
}

#[tokio::test]
async fn merging_blocks_changes_no_answer_and_drops_superseded_rows() {
    let world = World::new();
    let store = filled(&world, 10, 3).await;
    let (before, held) = (shown(&store.snapshot()).await, store.snapshot());
    let graphs = [
        graph(&store, 0, 200).await,
        graph(&store, 2, 31).await,
        graph(&store, 60, 61).await,
    ];
    let content = store.content();
    let compacted = compact(&store).await;
    assert_eq!(
        (compacted.blocks, compacted.rows_dropped),
        (8, 2),
        "the third writing stays until its superseder is merged with it, which lies in the tenth block"
    );
    assert_eq!(compact(&store).await, Compacted::default());
    assert_eq!(
        store.content(),
        content,
        "it stores nothing new and loses nothing"
    );
    assert_eq!(shown(&store.snapshot()).await, before);
    assert_eq!(shown(&held).await, before, "whoever looked before still sees it");
    assert_eq!(
        [
            graph(&store, 0, 200).await,
            graph(&store, 2, 31).await,
            graph(&store, 60, 61).await
        ],
        graphs
    );
    assert_eq!(
        world.files().len(),
        11,
        "the old files stay while someone reads them"
    );
    drop(held);
    compact(&store).await;
    assert_eq!(world.files().len(), 3);
    drop(store);
    let store = world.open().await;
    assert_eq!(shown(&store.snapshot()).await, before);
    assert_eq!(
        [
            graph(&store, 0, 200).await,
            graph(&store, 2, 31).await,
            graph(&store, 60, 61).await
        ],
        graphs
    );
}

#[tokio::test]
async fn settled_28_whoever_looked_before_reads_superseded_rows_and_replaced_blocks_hours_later() {
    let world = World::new();
    let store = filled(&world, 8, 3).await;
    let (before, held) = (shown(&store.snapshot()).await, store.snapshot());
    write(&store, vec![cut(1, &[500])]).await;
    assert_eq!(compact(&store).await.blocks, 8);
    world.clock.advance(std::time::Duration::from_secs(2 * 3_600));
    store.expire().await.expect("an expiry");
    assert_eq!(
        shown(&store.snapshot()).await,
        [],
        "even the retention is over by now"
    );
    assert_eq!(shown(&held).await, before);
}

#[tokio::test]
async fn a_trace_goes_on_after_its_row_was_merged() {
    let world = World::new();
    let store = filled(&world, 8, 3).await;
    assert_eq!(compact(&store).await.blocks, 8);
    write(&store, vec![cut(1, &[500])]).await;
    let trace = row(1, 4, &[2, 11, 20, 500]);
    assert!(shown(&store.snapshot()).await.contains(&trace));
    assert_eq!(
        write(&store, vec![cut(1, &[2, 500])]).await.block,
        None,
        "all of it is stored"
    );
    drop(store);
    let store = world.open().await;
    assert!(shown(&store.snapshot()).await.contains(&trace));
}

#[tokio::test]
async fn settled_20_merged_blocks_expire_by_their_last_receipt_and_far_ones_are_not_merged() {
    let world = World::new();
    let store = filled(&world, 8, 10).await;
    assert_eq!(
        compact(&store).await.blocks,
        0,
        "their receipts lie 71 seconds apart, more than a share of the retention"
    );
    world.clock.advance(RETENTION);
    world.clock.advance(std::time::Duration::from_secs(30));
    store.expire().await.expect("expired");
    assert!(shown(&store.snapshot()).await.len() < 9);
}
