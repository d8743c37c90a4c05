//! The write path over a real journal and a real store in a temporary directory.

mod admission;
mod counts;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use clock::{Clock, ManualClock, SeededRandomness, Timestamp};
use document::{ErrorCode, Subject, TraceId, Unprocessed};
use journal::{FileJournal, FileJournalConfig};
use store::{Store, StoreConfig};
use tempfile::TempDir;

use crate::{Imported, Ingest, IngestConfig, PutError};

/// A data directory that outlives the write path on it.
struct World {
    directory: TempDir,
    clock: Arc<ManualClock>,
    config: IngestConfig,
}

impl World {
    fn new() -> World {
        World {
            directory: TempDir::new().expect("a temporary directory"),
            clock: Arc::new(ManualClock::at(Timestamp::from_seconds(1_767_225_600))),
            config: IngestConfig::default(),
        }
    }

    async fn start(&self) -> (Ingest, Store) {
        let (journal, store, config) = self.parts().await;
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let ingest = Ingest::open(journal, store.clone(), clock, config)
            .await
            .expect("a write path");
        (ingest, store)
    }

    /// What the write path is opened over.
    async fn parts(&self) -> (FileJournal, Store, IngestConfig) {
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let store = StoreConfig::new(self.directory.path().join("store"));
        let chance = Arc::new(SeededRandomness::new(self.clock.now().as_nanos().unsigned_abs()));
        let store = Store::open(store, clock, chance).await.expect("a store");
        let journal = FileJournalConfig::in_directory(self.directory.path().join("journal"));
        let (journal, _) = FileJournal::open(journal).expect("a journal");
        (journal, store, self.config.clone())
    }
}

fn id(trace: u32) -> TraceId {
    format!("1-6955b900-{trace:024x}").parse().expect("a trace id")
}

fn segment(trace: u32, segment: u32) -> Bytes {
    let trace = id(trace);
    format!(r#"{{"trace_id":"{trace}","id":"{segment:016x}","name":"shop","start_time":1,"end_time":2}}"#)
        .into()
}

/// settled.md 21.
#[tokio::test]
async fn what_was_acknowledged_is_visible_at_once_and_after_a_crash() {
    let world = World::new();
    let (ingest, _store) = world.start().await;
    let unprocessed = ingest
        .put(&[segment(1, 1), Bytes::from("{"), segment(2, 1)])
        .await
        .expect("durable");
    assert_eq!(unprocessed.len(), 1);
    assert_eq!(ingest.documents(id(1)).len(), 1);
    // Nothing is closed: the process is gone.
    std::mem::forget(ingest);
    let (ingest, _store) = world.start().await;
    assert_eq!(
        (ingest.documents(id(1)).len(), ingest.documents(id(2)).len()),
        (1, 1)
    );
}

/// settled.md 26 and 27.
#[tokio::test]
async fn what_is_stored_is_neither_live_nor_replayed() {
    let world = World::new();
    let (ingest, store) = world.start().await;
    ingest.put(&[segment(1, 1)]).await.expect("durable");
    assert_eq!(ingest.cut_all().await.expect("stored").traces, 1);
    assert!(ingest.documents(id(1)).is_empty());
    assert!(store.snapshot().trace(id(1)).await.expect("readable").is_some());
    ingest.put(&[segment(2, 1)]).await.expect("durable");
    ingest.close();
    drop((ingest, store));
    let (ingest, store) = world.start().await;
    let live: Vec<TraceId> = ingest.pin().await.traces.iter().map(|trace| trace.id).collect();
    assert_eq!(live, [id(2)]);
    assert!(store.snapshot().trace(id(1)).await.expect("readable").is_some());
}

#[tokio::test]
async fn settled_20_what_has_expired_does_not_come_back_with_a_restart() {
    let world = World::new();
    let (ingest, store) = world.start().await;
    let day = Duration::from_secs(24 * 60 * 60);
    ingest
        .put(&[segment(1, 1), segment(2, 1), segment(3, 1)])
        .await
        .expect("durable");
    ingest.cut_all().await.expect("stored");
    world.clock.advance(20 * day);
    ingest
        .put(&[segment(2, 2), segment(4, 1)])
        .await
        .expect("durable");
    world.clock.advance(11 * day);
    // A trace is kept by its last change; what came after its time was over makes it another one.
    ingest.put(&[segment(3, 2)]).await.expect("durable");
    let old = world.clock.now() - 40 * day;
    let document = segment(3, 3);
    ingest
        .import(&[Imported {
            receipt: old,
            document,
        }])
        .await
        .expect("durable");
    assert_eq!(store.expire().await.expect("expired").blocks, 1);
    let live = |ingest: &Ingest, trace| ingest.documents(id(trace)).len();
    assert_eq!(
        [1, 2, 3, 4].map(|trace| live(&ingest, trace)),
        [0, 1, 2, 1],
        "the block is gone"
    );
    ingest.close();
    drop((ingest, store));
    let (ingest, _store) = world.start().await;
    assert_eq!([1, 2, 3, 4].map(|trace| live(&ingest, trace)), [0, 2, 1, 1]);
}

/// The journal tells no more of what came between them.
#[tokio::test]
async fn settled_20_an_old_import_stays_with_what_is_stored_of_its_trace() {
    let world = World::new();
    let (ingest, store) = world.start().await;
    let day = Duration::from_secs(24 * 60 * 60);
    ingest.put(&[segment(1, 1)]).await.expect("durable");
    world.clock.advance(20 * day);
    ingest.put(&[segment(1, 2)]).await.expect("durable");
    ingest.cut_all().await.expect("stored");
    ingest.close();
    drop((ingest, store));
    // As after a trim.
    let journal = world.directory.path().join("journal");
    let config = FileJournalConfig::in_directory(&journal);
    let (trimmed, recovery) = FileJournal::open(config).expect("a journal");
    trimmed.trim(recovery.end).expect("trimmed");
    trimmed.close();
    world.clock.advance(21 * day);
    let (ingest, store) = world.start().await;
    let receipt = world.clock.now() - 41 * day - Duration::from_secs(1);
    let document = segment(1, 3);
    ingest
        .import(&[Imported { receipt, document }])
        .await
        .expect("durable");
    ingest.put(&[segment(1, 4)]).await.expect("durable");
    ingest.close();
    drop((ingest, store));
    let (ingest, store) = world.start().await;
    let stored = store.snapshot().trace(id(1)).await.expect("readable");
    assert_eq!(stored.map(|trace| trace.documents.len()), Some(2));
    assert_eq!(ingest.documents(id(1)).len(), 2, "their trace never expired");
}

/// settled.md 15 and 26.
#[tokio::test]
async fn a_late_document_makes_a_higher_writing_with_everything_in_it() {
    let world = World::new();
    let (ingest, store) = world.start().await;
    ingest.put(&[segment(1, 1)]).await.expect("durable");
    ingest.cut_all().await.expect("stored");
    ingest.put(&[segment(1, 2)]).await.expect("durable");
    ingest.cut_all().await.expect("stored");
    let stored = store
        .snapshot()
        .trace(id(1))
        .await
        .expect("readable")
        .expect("known");
    assert_eq!((stored.writing, stored.documents.len()), (2, 2));
}

#[tokio::test]
async fn only_quiet_traces_are_cut() {
    let world = World::new();
    let (ingest, _store) = world.start().await;
    ingest.put(&[segment(1, 1)]).await.expect("durable");
    world.clock.advance(Duration::from_secs(9));
    ingest.put(&[segment(2, 1)]).await.expect("durable");
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(ingest.cut(world.clock.now()).await.expect("stored").traces, 1);
    assert_eq!(ingest.documents(id(2)).len(), 1);
}

/// Writing it each time it was quiet would take a writing for each document, and 65,000 documents in all of them.
#[tokio::test]
async fn settled_16_a_trace_that_keeps_growing_is_written_seldom_and_always_shown_whole() {
    let world = World::new();
    let (ingest, store) = world.start().await;
    let (mut writings, mut written, mut stored, mut seen) = (0, 0, 0, store.content().writes);
    for number in 1..=360 {
        ingest.put(&[segment(1, number)]).await.expect("durable");
        world.clock.advance(Duration::from_secs(60));
        ingest.cut(world.clock.now()).await.expect("stored");
        if let writes @ 1.. = store.content().writes - seen {
            seen += writes;
            let row = store
                .snapshot()
                .trace(id(1))
                .await
                .expect("readable")
                .expect("known");
            stored = row.documents.len();
            written += stored;
            writings = row.writing;
        }
        let live = ingest.documents(id(1));
        assert_eq!(stored + live.len(), number as usize, "late ones stay live");
    }
    assert!((9..=20).contains(&writings), "{writings} writings in six hours");
    assert!(
        written < 360 * 9,
        "{written} documents written, n log n are 3,060"
    );
    let many: Vec<Bytes> = (2_000..2_800).map(|number| segment(1, number)).collect();
    ingest.put(&many).await.expect("durable");
    ingest.cut(world.clock.now()).await.expect("stored");
    assert!(
        ingest.documents(id(1)).is_empty(),
        "it has doubled, so it need not wait"
    );
}

#[tokio::test]
async fn settled_16_a_growing_trace_waits_no_longer_than_memory_and_journal_allow() {
    for is_journal_short in [false, true] {
        let mut world = World::new();
        let (ingest, _store) = world.start().await;
        for number in 1..=20 {
            ingest.put(&[segment(1, number)]).await.expect("durable");
            world.clock.advance(Duration::from_secs(10));
            ingest.cut(world.clock.now()).await.expect("stored");
        }
        assert!(!ingest.documents(id(1)).is_empty(), "it waits");
        ingest.close();
        drop(ingest);
        match is_journal_short {
            true => world.config.journal_bytes_max = 1,
            false => world.config.live_bytes_max = 100,
        }
        let (ingest, _store) = world.start().await;
        assert!(!ingest.documents(id(1)).is_empty(), "it is live again");
        ingest.cut(world.clock.now()).await.expect("stored");
        assert!(ingest.documents(id(1)).is_empty());
    }
}

#[tokio::test]
async fn what_the_journal_has_not_taken_yet_counts_as_live() {
    let mut world = World::new();
    world.config.live_bytes_max = 20_000;
    let (ingest, _store) = world.start().await;
    let documents: Vec<Bytes> = (1..=20).map(|number| segment(number, 1)).collect();
    let both = tokio::join!(ingest.put(&documents), ingest.put(&documents));
    assert!(both.0.is_ok(), "one of them fits");
    assert!(
        matches!(both.1, Err(PutError::Full)),
        "two do not, however quick they come"
    );
}

#[tokio::test]
async fn under_pressure_the_oldest_are_cut_until_a_quarter_is_left() {
    let mut world = World::new();
    world.config.live_bytes_max = 75_000;
    let (ingest, store) = world.start().await;
    for number in 1..=70 {
        ingest.put(&[segment(number, 1)]).await.expect("durable");
    }
    ingest.cut(world.clock.now()).await.expect("stored");
    let live = ingest.pin().await.traces;
    assert!(
        live.len() <= 30 && !live.is_empty(),
        "{} of 70 are live",
        live.len()
    );
    assert!(live.iter().all(|trace| trace.id > id(70 - 30)), "the newest are");
    assert!(
        store.content().writes > 1,
        "in several blocks, none of them large"
    );
}

#[tokio::test]
async fn without_room_nothing_is_taken_and_after_a_cut_all_is() {
    let mut world = World::new();
    world.config.live_bytes_max = 1;
    let (ingest, _store) = world.start().await;
    ingest.put(&[segment(1, 1)]).await.expect("durable");
    assert!(matches!(ingest.put(&[segment(2, 1)]).await, Err(PutError::Full)));
    assert!(ingest.documents(id(2)).is_empty());
    assert_eq!(
        ingest.cut(world.clock.now()).await.expect("stored").traces,
        1,
        "under pressure nothing waits"
    );
    ingest.put(&[segment(2, 1)]).await.expect("durable");
}

#[tokio::test]
async fn whoever_asks_for_room_waits_for_a_cut_though_not_for_long() {
    let mut world = World::new();
    world.config.live_bytes_max = 1;
    let (ingest, _store) = world.start().await;
    assert!(ingest.has_room().await, "nothing is live");
    ingest.put(&[segment(1, 1)]).await.expect("durable");
    assert!(!ingest.has_room().await, "nobody cuts");
    let until_room = async { while !ingest.has_room().await {} };
    let (cut, ()) = tokio::join!(ingest.cut(world.clock.now()), until_room);
    assert_eq!(cut.expect("stored").traces, 1);
}

/// segment-documents.md 5, timestamp check.
#[tokio::test]
async fn segment_documents_5_old_trace_ids_are_refused_only_where_that_is_wanted() {
    let mut world = World::new();
    world.config.trace_id_age_max = Some(Duration::from_secs(3600));
    let (ingest, _store) = world.start().await;
    world.clock.advance(Duration::from_secs(3600));
    let unprocessed = ingest.put(&[segment(1, 1)]).await.expect("durable");
    assert!(unprocessed.is_empty(), "exactly an hour old");
    world.clock.advance(Duration::from_secs(1));
    let old = ingest.put(&[segment(2, 7)]).await.expect("durable");
    assert_eq!(
        old,
        [Unprocessed {
            id: Some("0000000000000007".to_owned()),
            code: ErrorCode::InvalidTraceId,
            subject: Subject::Segment,
        }]
    );
    assert!(ingest.documents(id(2)).is_empty());
    drop(ingest);
    world.config.trace_id_age_max = None;
    let (ingest, _store) = world.start().await;
    let unprocessed = ingest.put(&[segment(2, 7)]).await.expect("durable");
    assert!(
        unprocessed.is_empty() && ingest.documents(id(1)).len() == 1,
        "what was taken stays"
    );
}

#[tokio::test]
async fn settled_20_what_is_stored_of_a_trace_that_has_changed_since_does_not_expire() {
    let world = World::new();
    let (ingest, store) = world.start().await;
    ingest
        .put(&[segment(1, 1), segment(2, 1)])
        .await
        .expect("durable");
    ingest.cut_all().await.expect("stored");
    world.clock.advance(Duration::from_secs(30 * 86_400));
    ingest.put(&[segment(1, 2)]).await.expect("durable");
    world.clock.advance(Duration::from_secs(1));
    ingest.expire().await;
    ingest.cut_all().await.expect("stored");
    let stored = store
        .snapshot()
        .trace(id(1))
        .await
        .expect("readable")
        .expect("known");
    assert_eq!(stored.documents.len(), 2, "it was last changed a second ago");
    ingest.expire().await;
    assert!(store.snapshot().trace(id(2)).await.expect("readable").is_none());
}

/// settled.md 25, and the head of that page: a receipt is stamped once and kept in the journal.
#[tokio::test]
async fn settled_31_a_moment_of_the_receipts_lies_between_what_came_and_what_comes() {
    let world = World::new();
    let (ingest, _store) = world.start().await;
    ingest.put(&[segment(1, 1)]).await.expect("durable");
    let moment = ingest.receipts().now();
    ingest.put(&[segment(1, 2)]).await.expect("durable");
    let receipts: Vec<Timestamp> = ingest.documents(id(1)).iter().map(|one| one.receipt).collect();
    assert!(
        receipts[0] < moment && moment < receipts[1],
        "the clock stood still"
    );
    let later = world.clock.now() + Duration::from_secs(60);
    ingest.receive_after(later);
    assert!(later < ingest.receipts().now());
}

#[tokio::test]
async fn imported_documents_keep_their_receipts() {
    let world = World::new();
    let (ingest, _store) = world.start().await;
    let receipt = Timestamp::from_seconds(1_767_222_000);
    ingest
        .import(&[Imported {
            receipt,
            document: segment(1, 1),
        }])
        .await
        .expect("durable");
    assert_eq!(
        ingest.documents(id(1)).first().map(|received| received.receipt),
        Some(receipt)
    );
    drop(ingest);
    let (ingest, _store) = world.start().await;
    assert_eq!(
        ingest.documents(id(1)).first().map(|received| received.receipt),
        Some(receipt)
    );
}
