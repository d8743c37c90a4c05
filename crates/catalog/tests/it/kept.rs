//! Catalogs of older versions stay readable. A kept file never changes; a new version gets a file beside it.

use std::path::PathBuf;

use catalog::{Catalog, SupersededRow};
use clock::Timestamp;

use crate::sample::{id, record};

fn file(version: u32) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join(format!(
        "../../fixtures/formats/catalog-v{version}/catalog.sqlite"
    ))
}

#[tokio::test]
async fn a_catalog_of_version_1_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("catalog.sqlite");
    std::fs::copy(file(1), &copy).expect("the kept file");
    let catalog = Catalog::open(&copy).await.expect("a catalog");
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

#[tokio::test]
#[ignore = "writes the kept file of version 1, once"]
async fn keep_a_catalog() {
    let path = file(1);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
    let catalog = Catalog::open(&path).await.expect("a catalog");
    catalog.list_block(&record(1), &[]).await.expect("listed");
    catalog
        .list_block(&record(2), &[(id(1), 7)])
        .await
        .expect("listed");
    catalog.list_block(&record(3), &[]).await.expect("listed");
    catalog
        .quarantine_block(id(3), Timestamp::from_seconds(1_767_226_000))
        .await
        .expect("noted");
    catalog.meta_or_insert("deployment", "kept").await.expect("kept");
    catalog.close().await;
}
