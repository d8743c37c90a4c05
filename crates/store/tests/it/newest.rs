//! Rows in their order some at a time, and what terms may exclude.

use store::{
    ClockColumn, Condition, Predicate, Spot, Store, StoreConfig, Stretch, TermRules, Texts, spot_of,
};

use crate::sample::{EVER, World, cut, second, trace_id, write};

const EVEN: TermRules = TermRules {
    version: 1,
    terms_of: |trace| {
        let even = trace.start().as_nanos().cast_unsigned() / 1_000_000_000 % 2;
        (vec![even], Texts::default())
    },
};

fn by_start(condition: Condition) -> Predicate {
    Predicate {
        clock: ClockColumn::Start,
        condition,
        ..EVER
    }
}

async fn spots(store: &Store, predicate: &Predicate, rows_max: usize) -> Vec<Spot> {
    let snapshot = store.snapshot();
    let (mut all, mut after) = (vec![], None);
    loop {
        let found = snapshot
            .newest(predicate, after, rows_max, |_, facts| facts.map(|_| ()))
            .await;
        let found = found.expect("rows");
        assert!(found.len() <= rows_max);
        all.extend(found.iter().map(|(row, ())| spot_of(predicate, row)));
        if found.len() < rows_max {
            return all;
        }
        after = all.last().copied();
    }
}

/// Traces in blocks that overlap, some written again, several at the same moment.
async fn fill(store: &Store) {
    write(
        store,
        (0..20)
            .map(|number| cut(number, &[u64::from(number % 7) + 1 + u64::from(number) * 100]))
            .collect(),
    )
    .await;
    write(
        store,
        (20..40)
            .map(|number| cut(number, &[u64::from(number) * 10]))
            .collect(),
    )
    .await;
    write(
        store,
        (0..40)
            .step_by(3)
            .map(|number| cut(number, &[u64::from(number) * 100 + 50]))
            .collect(),
    )
    .await;
}

#[tokio::test]
async fn rows_come_newest_first_each_once_however_many_at_a_time() {
    let world = World::new();
    let store = world.open().await;
    fill(&store).await;
    for clock in [ClockColumn::Start, ClockColumn::LastReceipt, ClockColumn::Ends] {
        let predicate = Predicate { clock, ..EVER };
        let expected = spots(&store, &predicate, 1_000).await;
        assert_eq!(expected.len(), 40, "{clock:?}");
        assert!(expected.is_sorted());
        for rows_max in [1, 2, 7, 39, 40] {
            assert_eq!(
                spots(&store, &predicate, rows_max).await,
                expected,
                "{clock:?}, {rows_max}"
            );
        }
    }
    let windowed = Predicate {
        from: second(200),
        until: second(1_000),
        ..by_start(Condition::Every)
    };
    let expected = spots(&store, &windowed, 1_000).await;
    assert!((5..40).contains(&expected.len()));
    assert_eq!(spots(&store, &windowed, 3).await, expected);
    for (from, until) in [(None, None), (Some(2), None), (None, Some(4)), (Some(1), Some(4))] {
        let stretch = Stretch {
            after: from.and_then(|place: usize| expected.get(place).copied()),
            last: until.and_then(|place: usize| expected.get(place).copied()),
        };
        let count = store
            .snapshot()
            .count(&windowed, stretch, second(1_000_000))
            .await
            .expect("a count");
        let counted = expected.iter().filter(|spot| stretch.holds(spot)).count();
        assert_eq!(count, counted as u64, "{stretch:?}");
    }
}

#[tokio::test]
async fn terms_of_another_version_or_of_none_exclude_nothing() {
    let world = World::new();
    let chance = std::sync::Arc::new(clock::SeededRandomness::new(9));
    let open = async |terms| {
        let config = StoreConfig {
            terms,
            ..StoreConfig::new(world.directory())
        };
        Store::open(config, world.clock.clone(), chance.clone())
            .await
            .expect("a store")
    };
    let store = open(Some(EVEN)).await;
    write(
        &store,
        (0..10).map(|number| cut(number, &[u64::from(number)])).collect(),
    )
    .await;
    store.close().await;
    let even = by_start(Condition::Any(vec![Condition::Term(0), Condition::None]));
    let newer = TermRules {
        version: 2,
        terms_of: |_| (vec![], Texts::default()),
    };
    for (rules, found) in [(Some(EVEN), 5), (Some(newer), 10), (None, 10)] {
        let store = open(rules).await;
        assert_eq!(spots(&store, &even, 100).await.len(), found);
        assert_eq!(store.snapshot().scan(&even).await.expect("rows").len(), found);
        store.close().await;
    }
    let store = open(None).await;
    write(&store, vec![cut(10, &[10])]).await;
    store.close().await;
    let store = open(Some(EVEN)).await;
    let spots = spots(&store, &by_start(Condition::Term(7)), 100).await;
    assert_eq!(
        spots.iter().map(|spot| spot.trace_id).collect::<Vec<_>>(),
        [trace_id(10)]
    );
}
