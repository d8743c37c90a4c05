//! What is lost or dropped is counted by cause.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::{World, segment};
use crate::{Ingest, PutError};

/// The lines about a metric that `action` leaves on the page.
fn lines_of(handle: &PrometheusHandle, name: &str) -> Vec<String> {
    let page = handle.render();
    let mut lines: Vec<String> = page
        .lines()
        .filter(|line| line.starts_with(name))
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn datagrams_without_room_are_counted_as_full() {
    let mut world = World::new();
    world.config.live_bytes_max = 1;
    let (ingest, _store) = world.start().await;
    ingest.put(&[segment(1, 1)]).await.expect("durable");
    let recorder = PrometheusBuilder::new().build_recorder();
    // The test's runtime has one thread, so nobody else counts there.
    let counting = metrics::set_default_local_recorder(&recorder);
    ingest.offer(&[segment(2, 1), segment(3, 1)]).await;
    drop(counting);
    let lines = lines_of(&recorder.handle(), "roentgen_datagrams_dropped_total");
    assert_eq!(lines, ["roentgen_datagrams_dropped_total{cause=\"full\"} 2"]);
    assert!(matches!(ingest.put(&[segment(2, 1)]).await, Err(PutError::Full)));
}

#[tokio::test]
async fn damaged_journal_frames_are_counted_and_the_rest_is_live() {
    let world = World::new();
    let (ingest, store) = world.start().await;
    for number in 1..=3 {
        ingest.put(&[segment(number, 1)]).await.expect("durable");
    }
    ingest.close();
    drop((ingest, store));
    let journal = world.directory.path().join("journal");
    let mut files = std::fs::read_dir(&journal).expect("a journal");
    let file = files.next().expect("a file").expect("an entry").path();
    let mut bytes = std::fs::read(&file).expect("a journal file");
    bytes[100] ^= 1;
    std::fs::write(&file, bytes).expect("a damaged file");

    let (again, store, config) = world.parts().await;
    let recorder = PrometheusBuilder::new().build_recorder();
    let counting = metrics::set_default_local_recorder(&recorder);
    let ingest = Ingest::open(again, store, world.clock.clone(), config)
        .await
        .expect("a write path");
    drop(counting);
    let lines = lines_of(&recorder.handle(), "roentgen_journal_damaged_frames_total");
    assert_eq!(
        lines,
        [
            "roentgen_journal_damaged_frames_total{standing=\"acknowledged\"} 1",
            "roentgen_journal_damaged_frames_total{standing=\"uncertain\"} 0"
        ]
    );
    let live = [1, 2, 3].map(|number| ingest.documents(super::id(number)).len());
    assert_eq!(live, [0, 1, 1]);
}
