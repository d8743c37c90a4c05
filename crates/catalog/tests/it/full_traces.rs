//! Traces that refused documents.

use catalog::Catalog;
use clock::Timestamp;

#[tokio::test]
async fn a_full_trace_is_known_until_it_is_removed_and_other_values_stay() {
    let directory = tempfile::TempDir::new().expect("a temporary directory");
    let path = directory.path().join("catalog.sqlite");
    let catalog = Catalog::open(&path).await.expect("a catalog");
    catalog.meta_or_insert("deployment", "7").await.expect("kept");
    let at = Timestamp::from_seconds;
    for (trace, second) in [([1; 16], 100), ([2; 16], 200), ([1; 16], 900)] {
        catalog.keep_full_trace(trace, at(second)).await.expect("kept");
    }
    catalog.close().await;
    let catalog = Catalog::open(&path).await.expect("the same catalog");
    let known = async |trace: u8| catalog.is_trace_full([trace; 16]).await.expect("an answer");
    assert_eq!(
        (known(1).await, known(2).await, known(3).await),
        (true, true, false)
    );
    catalog.remove_full_traces_before(at(200)).await.expect("removed");
    assert_eq!(
        (known(1).await, known(2).await),
        (false, true),
        "the first refusal counts"
    );
    assert_eq!(
        catalog.meta("deployment").await.expect("read").as_deref(),
        Some("7")
    );
}
