//! Catalogs of older versions stay readable. A kept file never changes; a new version gets a file beside it.

use std::path::{Path, PathBuf};

use catalog::{Catalog, SupersededRow};
use clock::Timestamp;

use crate::sample::{id, record};

fn kept_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/formats/catalog-v1/catalog.sqlite")
}

#[tokio::test]
async fn a_catalog_of_version_1_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("catalog.sqlite");
    std::fs::copy(kept_file(), &copy).expect("the kept file");
    holds_what_is_kept(&copy).await;
}

/// What this writes is what is kept when the format gets a new version.
#[tokio::test]
async fn a_catalog_written_today_reads_as_the_kept_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("catalog.sqlite");
    write_what_is_kept(&path).await;
    holds_what_is_kept(&path).await;
}

async fn holds_what_is_kept(path: &Path) {
    let catalog = Catalog::open(path).await.expect("a catalog");
    let blocks = catalog.blocks().await.expect("blocks");
    assert_eq!(blocks[..2], [record(1), record(2)]);
    assert_eq!(
        blocks[2].quarantined,
        Some(Timestamp::from_seconds(1_767_226_000))
    );
    let marks = catalog.superseded().await.expect("marks");
    assert_eq!(
        marks,
        [SupersededRow {
            block: id(1),
            row: 7,
            by: id(2)
        }]
    );
    assert_eq!(
        catalog.meta("deployment").await.expect("an answer").as_deref(),
        Some("kept")
    );
}

async fn write_what_is_kept(path: &Path) {
    let catalog = Catalog::open(path).await.expect("a catalog");
    catalog.list_block(&record(1), &[], &[]).await.expect("listed");
    catalog
        .list_block(&record(2), &[(id(1), 7)], &[])
        .await
        .expect("listed");
    catalog.list_block(&record(3), &[], &[]).await.expect("listed");
    catalog
        .quarantine_block(id(3), Timestamp::from_seconds(1_767_226_000))
        .await
        .expect("noted");
    catalog.meta_or_insert("deployment", "kept").await.expect("kept");
    catalog.close().await;
}
