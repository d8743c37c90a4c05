//! Which traces name each other.

use catalog::{Catalog, LinkRecord};
use clock::Timestamp;

use crate::sample::record;

fn link(other: u8, trace: u8, second: i64) -> LinkRecord {
    LinkRecord {
        other: [other; 16],
        trace: [trace; 16],
        receipt: Timestamp::from_seconds(second),
    }
}

#[tokio::test]
async fn links_are_found_by_the_trace_that_they_name_until_they_are_too_old() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = Catalog::open(&folder.path().join("catalog.sqlite"))
        .await
        .expect("a catalog");
    assert_eq!(catalog.links_to(&[[1; 16]]).await.expect("an answer"), []);
    let links = [link(1, 2, 10), link(1, 3, 10), link(4, 2, 10)];
    catalog.list_block(&record(1), &[], &links).await.expect("listed");
    assert_eq!(
        catalog.links_to(&[[1; 16], [9; 16]]).await.expect("an answer"),
        [link(1, 2, 10), link(1, 3, 10)]
    );
    // A trace that is written again is kept longer.
    catalog
        .list_block(&record(2), &[], &[link(1, 2, 20)])
        .await
        .expect("listed");
    catalog
        .remove_links_before(Timestamp::from_seconds(15))
        .await
        .expect("removed");
    let every: Vec<[u8; 16]> = (0..=255).map(|byte| [byte; 16]).cycle().take(1_200).collect();
    let mut found = catalog.links_to(&every).await.expect("an answer");
    found.dedup();
    assert_eq!(found, [link(1, 2, 20)]);
}
