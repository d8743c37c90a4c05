//! What a trace may hold, and how fast documents may come: `spec/segment-documents.md` 1, settled.md 15 and 19.

use clock::Rate;
use document::{ErrorCode, Unprocessed};

use super::*;
use crate::TraceLimits;

const OPEN: TraceLimits = TraceLimits {
    bytes_max: usize::MAX,
    age_max: Duration::from_secs(7 * 86_400),
    segment_links_max: 20,
    links_max: 100,
};

fn limited(limits: TraceLimits) -> World {
    let mut world = World::new();
    world.config.traces = Some(limits);
    world
}

fn codes(unprocessed: &[Unprocessed]) -> Vec<ErrorCode> {
    unprocessed.iter().map(|one| one.code).collect()
}

/// A segment with so many links.
fn linked(trace: u32, id: u32, links: usize) -> Bytes {
    let text = String::from_utf8(segment(trace, id).to_vec()).expect("text");
    let link = |number: usize| format!(r#"{{"trace_id":"1-6955b900-{number:024x}","id":"{number:016x}"}}"#);
    let links: Vec<String> = (1..=links).map(link).collect();
    text.replace('}', &format!(r#","links":[{}]}}"#, links.join(",")))
        .into()
}

async fn put(ingest: &Ingest, documents: &[Bytes]) -> Vec<ErrorCode> {
    codes(&ingest.put(documents).await.expect("durable"))
}

/// Section 1: the sum of the stored documents, one flat limit; further documents are refused, the trace stays.
#[tokio::test]
async fn segment_documents_1_a_trace_takes_documents_up_to_its_size() {
    let bytes_max = segment(1, 1).len() * 3;
    let world = limited(TraceLimits { bytes_max, ..OPEN });
    let (ingest, store) = world.start().await;
    let five: Vec<Bytes> = (1..=5).map(|id| segment(1, id)).collect();
    assert_eq!(put(&ingest, &five[..2]).await, []);
    let refused = ingest
        .put(&[five[2].clone(), five[3].clone(), segment(2, 1)])
        .await;
    let refused = refused.expect("the others are durable");
    assert_eq!(codes(&refused), [ErrorCode::TraceTooLarge]);
    assert_eq!(refused[0].id.as_deref(), Some("0000000000000004"));
    assert_eq!(
        (ingest.documents(id(1)).len(), ingest.documents(id(2)).len()),
        (3, 1)
    );
    let full = (store.is_full(id(1)).await, store.is_full(id(2)).await);
    assert_eq!((full.0.expect("read"), full.1.expect("read")), (true, false));
    // It does not matter where the documents are: live, stored, or known before a start.
    ingest.cut_all().await.expect("stored");
    assert_eq!(put(&ingest, &five[4..]).await, [ErrorCode::TraceTooLarge]);
    ingest.close();
    drop((ingest, store));
    let (ingest, store) = world.start().await;
    assert_eq!(put(&ingest, &five[4..]).await, [ErrorCode::TraceTooLarge]);
    assert!(store.is_full(id(1)).await.expect("read"));
    assert_eq!(put(&ingest, &[segment(2, 2)]).await, []);
}

/// What was refused is nowhere: not in the journal, so not live after a start that would take it.
#[tokio::test]
async fn settled_19_only_what_was_admitted_is_journaled() {
    let mut world = limited(TraceLimits { bytes_max: 0, ..OPEN });
    let (ingest, store) = world.start().await;
    assert_eq!(put(&ingest, &[segment(1, 1)]).await, [ErrorCode::TraceTooLarge]);
    assert_eq!(ingest.offer(&[segment(1, 1)]).await, ());
    assert!(ingest.documents(id(1)).is_empty());
    ingest.close();
    drop((ingest, store));
    world.config.traces = None;
    let (ingest, _store) = world.start().await;
    assert!(ingest.pin().await.traces.is_empty());
    assert_eq!(put(&ingest, &[segment(1, 1)]).await, []);
}

/// settled.md 15: a trace may be changed for seven days after its first segment; later documents are reported.
#[tokio::test]
async fn settled_15_what_comes_after_seven_days_is_reported_unprocessed() {
    for is_limited in [true, false] {
        let mut world = limited(OPEN);
        world.config.traces = world.config.traces.filter(|_| is_limited);
        let (ingest, _store) = world.start().await;
        assert_eq!(put(&ingest, &[segment(1, 1)]).await, []);
        ingest.cut_all().await.expect("stored");
        world.clock.advance(Duration::from_secs(7 * 86_400 - 1));
        assert_eq!(put(&ingest, &[segment(1, 2)]).await, []);
        world.clock.advance(Duration::from_secs(2));
        let expected: &[ErrorCode] = if is_limited {
            &[ErrorCode::TraceTooOld]
        } else {
            &[]
        };
        assert_eq!(put(&ingest, &[segment(1, 3)]).await, expected);
        assert_eq!(
            put(&ingest, &[segment(2, 1)]).await,
            [],
            "another trace is as young as its own first"
        );
    }
}

/// Section 1: 20 links on a segment, 100 on a trace.
#[tokio::test]
async fn segment_documents_1_links_are_bounded_by_segment_and_by_trace() {
    for is_limited in [true, false] {
        let mut world = limited(OPEN);
        world.config.traces = world.config.traces.filter(|_| is_limited);
        let (ingest, _store) = world.start().await;
        let refused = |count: usize| vec![ErrorCode::TooManyLinks; if is_limited { count } else { 0 }];
        assert_eq!(
            put(&ingest, &[linked(1, 1, 21), linked(1, 2, 20)]).await,
            refused(1)
        );
        let four: Vec<Bytes> = (3..=6).map(|id| linked(1, id, 20)).collect();
        assert_eq!(put(&ingest, &four).await, []);
        ingest.cut_all().await.expect("stored");
        let more = [linked(1, 7, 1), linked(1, 8, 0), linked(2, 1, 20)];
        assert_eq!(put(&ingest, &more).await, refused(1));
    }
}

/// `spec/api.md` 5: excess documents fail the whole call; datagrams have nobody to be told and are dropped.
#[tokio::test]
async fn api_5_documents_come_no_faster_than_their_rate() {
    let mut world = World::new();
    world.config.documents_rate = Rate::PerSecond(2);
    let (ingest, _store) = world.start().await;
    let documents: Vec<Bytes> = (1..=5).map(|id| segment(1, id)).collect();
    assert_eq!(put(&ingest, &documents[..3]).await, []);
    let refused = ingest.put(&documents[3..]).await;
    assert!(matches!(refused, Err(PutError::TooFast)), "{refused:?}");
    assert_eq!(ingest.documents(id(1)).len(), 3, "nothing of the call is there");
    ingest.offer(&documents[3..]).await;
    world.clock.advance(Duration::from_millis(500));
    assert!(ingest.put(&[]).await.is_ok());
    ingest.close();
    drop(ingest);
    let (ingest, _store) = world.start().await;
    assert_eq!(
        ingest.documents(id(1)).len(),
        4,
        "one of the datagrams found room"
    );
}

/// What did not become durable takes no room.
#[tokio::test]
async fn what_found_no_room_in_memory_does_not_count() {
    let mut world = limited(TraceLimits {
        bytes_max: segment(1, 1).len() * 2,
        ..OPEN
    });
    world.config.live_bytes_max = 1;
    let (ingest, _store) = world.start().await;
    assert_eq!(put(&ingest, &[segment(1, 1)]).await, []);
    for _ in 0..3 {
        assert!(matches!(ingest.put(&[segment(1, 2)]).await, Err(PutError::Full)));
    }
    ingest.cut_all().await.expect("stored");
    assert_eq!(put(&ingest, &[segment(1, 2)]).await, []);
}

/// settled.md 25: imported documents have no rate, but their traces have their sizes.
#[tokio::test]
async fn settled_25_imported_documents_obey_what_a_trace_may_hold() {
    let mut world = limited(TraceLimits {
        bytes_max: segment(1, 1).len(),
        ..OPEN
    });
    world.config.documents_rate = Rate::PerSecond(0);
    let (ingest, _store) = world.start().await;
    let imported = |id: u32| Imported {
        receipt: world.clock.now(),
        document: segment(1, id),
    };
    let refused = ingest.import(&[imported(1), imported(2)]).await.expect("durable");
    assert_eq!(codes(&refused), [ErrorCode::TraceTooLarge]);
}
