//! What is listed stays listed, with its marks, all or nothing.

use catalog::{Catalog, CatalogError, SupersededRow};
use clock::Timestamp;

use crate::sample::{id, open, record};

#[tokio::test]
async fn blocks_and_marks_survive_a_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    catalog.list_block(&record(1), &[], &[]).await.expect("listed");
    catalog
        .list_block(&record(2), &[(id(1), 0), (id(1), u32::MAX)], &[])
        .await
        .expect("listed");
    catalog.close().await;
    let catalog = open(&folder).await;
    assert_eq!(catalog.blocks().await.expect("blocks"), [record(1), record(2)]);
    let mut marks = catalog.superseded().await.expect("marks");
    marks.sort();
    let mark = |row| SupersededRow {
        block: id(1),
        row,
        by: id(2),
    };
    assert_eq!(marks, [mark(0), mark(u32::MAX)]);
}

#[tokio::test]
async fn a_listing_that_fails_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    catalog.list_block(&record(1), &[], &[]).await.expect("listed");
    let failed = catalog
        .list_block(&record(2), &[(id(1), 3), (id(9), 0)], &[])
        .await;
    assert!(
        matches!(failed, Err(CatalogError::Statement { .. })),
        "a mark on a block that is not listed"
    );
    assert!(
        catalog.list_block(&record(1), &[], &[]).await.is_err(),
        "a block is listed once"
    );
    assert_eq!(catalog.blocks().await.expect("blocks"), [record(1)]);
    assert_eq!(catalog.superseded().await.expect("marks"), []);
}

#[tokio::test]
async fn a_removed_block_takes_its_marks_along_and_leaves_those_it_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    catalog.list_block(&record(1), &[], &[]).await.expect("listed");
    catalog
        .list_block(&record(2), &[(id(1), 1)], &[])
        .await
        .expect("listed");
    catalog
        .list_block(&record(3), &[(id(2), 2)], &[])
        .await
        .expect("listed");
    catalog.remove_blocks(&[id(2), id(9)]).await.expect("removed");
    assert_eq!(catalog.blocks().await.expect("blocks"), [record(1), record(3)]);
    let marks = catalog.superseded().await.expect("marks");
    assert_eq!(
        marks,
        [SupersededRow {
            block: id(1),
            row: 1,
            by: id(2)
        }]
    );
}

#[tokio::test]
async fn a_quarantine_is_noted_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    catalog.list_block(&record(1), &[], &[]).await.expect("listed");
    for second in [5, 6] {
        catalog
            .quarantine_blocks(&[id(1)], Timestamp::from_seconds(second), &[])
            .await
            .expect("noted");
    }
    let blocks = catalog.blocks().await.expect("blocks");
    assert_eq!(blocks[0].quarantined, Some(Timestamp::from_seconds(5)));
}

#[tokio::test]
async fn a_value_keeps_what_it_was_given_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    assert_eq!(catalog.meta("deployment").await.expect("an answer"), None);
    assert_eq!(
        catalog
            .meta_or_insert("deployment", "a")
            .await
            .expect("an answer"),
        "a"
    );
    assert_eq!(
        catalog
            .meta_or_insert("deployment", "b")
            .await
            .expect("an answer"),
        "a"
    );
}

#[tokio::test]
async fn a_file_that_is_no_catalog_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("catalog.sqlite");
    std::fs::write(&path, vec![b'x'; 8_192]).expect("a file");
    assert!(Catalog::open(&path).await.is_err());
    assert!(
        matches!(Catalog::open(folder.path()).await, Err(CatalogError::Open { .. })),
        "a folder"
    );
}

#[tokio::test]
async fn a_block_in_the_place_of_others_takes_over_the_marks_that_they_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = Catalog::open(&folder.path().join("catalog.sqlite"))
        .await
        .expect("a catalog");
    catalog.list_block(&record(1), &[], &[]).await.expect("listed");
    catalog
        .list_block(&record(2), &[(id(1), 7)], &[])
        .await
        .expect("listed");
    catalog
        .list_block(&record(3), &[(id(2), 1)], &[])
        .await
        .expect("listed");
    catalog
        .replace_blocks(&[id(2), id(3)], &record(4), &[(5, id(1))])
        .await
        .expect("replaced");
    assert_eq!(catalog.blocks().await.expect("blocks"), [record(1), record(4)]);
    let mark = SupersededRow {
        block: id(1),
        row: 7,
        by: id(4),
    };
    let kept = SupersededRow {
        block: id(4),
        row: 5,
        by: id(1),
    };
    assert_eq!(catalog.superseded().await.expect("marks"), [mark, kept]);
    let twice = catalog.replace_blocks(&[id(1)], &record(4), &[]).await;
    assert!(twice.is_err(), "it is listed already");
    assert_eq!(
        catalog.blocks().await.expect("blocks"),
        [record(1), record(4)],
        "and nothing has changed"
    );
}
