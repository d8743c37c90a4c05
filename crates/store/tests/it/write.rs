//! What is written is shown once, whole, and stays.

use catalog::Catalog;
use proptest::prelude::*;
use store::{ClockColumn, Condition, Counting, GraphClock, OpenError, Predicate, Roots, Store};

use crate::sample::{World, cut, row, second, shown, trace_id, write};

#[tokio::test]
async fn a_trace_written_twice_shows_once_with_all_its_documents() {
    let world = World::new();
    let store = world.open().await;
    let first = write(&store, vec![cut(1, &[1, 2]), cut(2, &[3])]).await;
    assert_eq!((first.traces, first.documents), (2, 3));
    let second = write(&store, vec![cut(1, &[4])]).await;
    assert_eq!((second.traces, second.documents), (1, 1));
    let expected = [row(1, 2, &[1, 2, 4]), row(2, 1, &[3])];
    assert_eq!(shown(&store.snapshot()).await, expected);
    assert_eq!((store.status().traces, store.status().superseded), (2, 1));
    drop(store);
    let store = world.open().await;
    assert_eq!(shown(&store.snapshot()).await, expected, "after a reopening");
    write(&store, vec![cut(1, &[5]), cut(3, &[6])]).await;
    let expected = [row(1, 3, &[1, 2, 4, 5]), row(2, 1, &[3]), row(3, 1, &[6])];
    assert_eq!(shown(&store.snapshot()).await, expected);
}

/// settled.md 27: what is stored is known by its position.
#[tokio::test]
async fn what_is_stored_already_is_not_written() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[1, 2]), cut(2, &[3])]).await;
    let again = write(&store, vec![cut(1, &[1, 2]), cut(1, &[2]), cut(2, &[])]).await;
    assert_eq!((again.block, again.traces), (None, 0));
    assert_eq!(write(&store, Vec::new()).await.block, None);
    let partly = write(&store, vec![cut(1, &[1, 2, 9]), cut(2, &[3])]).await;
    assert_eq!((partly.traces, partly.documents), (1, 1));
    assert_eq!(
        shown(&store.snapshot()).await,
        [row(1, 2, &[1, 2, 9]), row(2, 1, &[3])]
    );
    assert_eq!(
        [1, 2, 3, 4, 9].map(|position| store.is_stored(position)),
        [true, true, true, false, true]
    );
}

#[tokio::test]
async fn a_trace_that_comes_twice_in_one_cut_is_one_row() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[1]), cut(1, &[2])]).await;
    assert_eq!(shown(&store.snapshot()).await, [row(1, 1, &[1, 2])]);
}

#[tokio::test]
async fn a_snapshot_does_not_see_a_later_write() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[1])]).await;
    let before = store.snapshot();
    write(&store, vec![cut(1, &[2]), cut(2, &[3])]).await;
    assert_eq!(shown(&before).await, [row(1, 1, &[1])]);
    assert!(before.trace(trace_id(2)).await.expect("an answer").is_none());
    assert!(!before.is_stored(2));
    assert_eq!(
        shown(&store.snapshot()).await,
        [row(1, 2, &[1, 2]), row(2, 1, &[3])]
    );
}

/// settled.md 26 and 27: the highest writing wins, and marks are applied before a scan prunes.
#[tokio::test]
async fn an_older_row_is_not_revived_by_a_window_that_only_it_lies_in() {
    let world = World::new();
    let store = world.open().await;
    write(&store, vec![cut(1, &[10])]).await;
    write(&store, vec![cut(1, &[500])]).await;
    let window = |from, until| Predicate {
        clock: ClockColumn::LastReceipt,
        from: second(from),
        until: second(until),
        condition: Condition::Every,
    };
    let snapshot = store.snapshot();
    assert!(snapshot.scan(&window(0, 100)).await.expect("a scan").is_empty());
    let keys = snapshot.scan(&window(400, 600)).await.expect("a scan");
    assert_eq!(keys.len(), 1);
    assert_eq!(
        (keys[0].trace_id, keys[0].times.start, keys[0].times.last_receipt),
        (trace_id(1), second(10), second(500))
    );
}

#[tokio::test]
async fn rows_of_several_blocks_are_read_in_the_order_asked() {
    let world = World::new();
    let store = world.open().await;
    for position in 0..6 {
        write(
            &store,
            vec![
                cut(1 + position, &[u64::from(position)]),
                cut(11 + position, &[20 + u64::from(position)]),
            ],
        )
        .await;
    }
    let snapshot = store.snapshot();
    let mut keys = snapshot.scan(&crate::sample::EVER).await.expect("a scan");
    keys.sort_by_key(|key| std::cmp::Reverse(key.trace_id));
    keys.push(keys[3]);
    let read = snapshot.read(&keys).await.expect("documents");
    let wanted: Vec<_> = keys.iter().map(|key| key.trace_id).collect();
    assert_eq!(read.iter().map(|trace| trace.id).collect::<Vec<_>>(), wanted);
}

#[tokio::test]
async fn writes_at_the_same_time_lose_nothing() {
    let world = World::new();
    let store = world.open().await;
    let writes: Vec<_> = (0..8_u64)
        .map(|nth| {
            let store = store.clone();
            tokio::spawn(async move { write(&store, vec![cut(1, &[nth]), cut(2, &[100 + nth])]).await })
        })
        .collect();
    for written in writes {
        written.await.expect("no panic");
    }
    let all: Vec<u64> = (0..8).collect();
    let others: Vec<u64> = (100..108).collect();
    assert_eq!(
        shown(&store.snapshot()).await,
        [row(1, 8, &all), row(2, 8, &others)]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    /// Writes in any order and number, with repeats and reopenings between them, show each document exactly once.
    #[test]
    fn every_document_is_shown_exactly_once(
        steps in proptest::collection::vec((proptest::collection::vec((0_u32..4, 0_u64..12), 0..6), any::<bool>()), 1..8)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let world = World::new();
            let mut store: Store = world.open().await;
            let mut model: std::collections::BTreeMap<_, std::collections::BTreeSet<u64>> = Default::default();
            for (documents, reopen) in steps {
                // A position belongs to one trace.
                let place = |trace: u32, nth: u64| u64::from(trace) * 100 + nth;
                let traces = documents.iter().map(|(trace, nth)| cut(*trace, &[place(*trace, *nth)]));
                write(&store, traces.collect()).await;
                for (trace, nth) in &documents {
                    model.entry(trace_id(*trace)).or_default().insert(place(*trace, *nth));
                }
                if reopen {
                    drop(store);
                    store = world.open().await;
                }
                let shown = shown(&store.snapshot()).await.into_iter();
                let shown: std::collections::BTreeMap<_, std::collections::BTreeSet<u64>> =
                    shown.map(|(id, _, positions)| (id, positions.into_iter().collect())).collect();
                assert_eq!(shown, model);
            }
        });
    }
}

/// ADR 0012.
#[tokio::test]
async fn a_store_is_opened_only_with_the_way_of_counting_that_it_was_made_with() {
    let usual = Counting::default();
    let other = Counting {
        clock: GraphClock::Document,
        ..usual
    };
    let promoting = Counting {
        roots: Roots::OrDetached,
        ..usual
    };
    for (made, asked) in [
        (usual, other),
        (other, usual),
        (promoting, other),
        (usual, promoting),
    ] {
        let world = World::new();
        drop(world.open_counting(made).await.expect("a new store"));
        let again = world.open_counting(made).await.expect("the same way");
        write(&again, vec![cut(1, &[1])]).await;
        drop(again);
        let refused = world.open_counting(asked).await.map(|_| ());
        let refused = refused.expect_err("another way");
        assert!(matches!(refused, OpenError::Counting { .. }), "{refused}");
        assert!(refused.to_string().contains("graph-clock"), "{refused}");
        drop(world.open_counting(made).await.expect("nothing was changed"));
    }
}

/// ADR 0012: a store from before there was a choice.
#[tokio::test]
async fn a_store_with_blocks_that_does_not_say_how_it_counts_does_so_in_the_usual_way() {
    let (world, older) = (World::new(), World::new());
    let store = world.open().await;
    write(&store, vec![cut(1, &[1])]).await;
    let kept = Catalog::open(&world.directory().join("catalog.sqlite")).await;
    let kept = kept.expect("a catalog").blocks().await.expect("its blocks");
    std::fs::create_dir_all(older.directory()).expect("a folder");
    std::fs::rename(world.directory().join("blocks"), older.directory().join("blocks")).expect("moved");
    let catalog = Catalog::open(&older.directory().join("catalog.sqlite")).await;
    let catalog = catalog.expect("a catalog");
    for record in &kept {
        catalog.list_block(record, &[], &[]).await.expect("listed");
    }
    catalog.close().await;
    let other = Counting {
        clock: GraphClock::Document,
        ..Counting::default()
    };
    let refused = older.open_counting(other).await.map(|_| ());
    assert!(matches!(refused, Err(OpenError::Counting { .. })));
    assert_eq!(shown(&older.open().await.snapshot()).await, [row(1, 1, &[1])]);
}
