//! Resource policies and the encryption setting (`spec/api.md` 7.6 and 7.7).

use catalog::{Encryption, PolicyChange, PolicyRow};
use clock::Timestamp;

use crate::sample::open;

fn policy(name: &str, revision: i64) -> PolicyRow {
    PolicyRow {
        name: name.to_owned(),
        document: format!("{{\"put\":{revision}}}"),
        revision,
        updated: Timestamp::from_seconds(revision),
    }
}

#[tokio::test]
async fn policies_survive_a_reopening_and_are_changed_only_as_they_are_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    let (a, b, again) = (policy("a", 1), policy("b", 1), policy("a", 2));
    for (known, change, wanted) in [
        (0, PolicyChange::Put(&a), true),
        (0, PolicyChange::Put(&b), false),
        (1, PolicyChange::Put(&b), true),
        (2, PolicyChange::Put(&again), true),
        (2, PolicyChange::Delete("a"), false),
        (3, PolicyChange::Delete("b"), true),
    ] {
        let changed = catalog.change_resource_policies(known, change).await;
        assert_eq!(changed.expect("an answer"), wanted, "{known} {change:?}");
    }
    catalog.close().await;
    let kept = open(&folder).await.resource_policies().await.expect("policies");
    assert_eq!((kept.policies, kept.revision), (vec![again], 4));
}

#[tokio::test]
async fn the_encryption_setting_is_none_until_it_is_put() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    let none = Encryption {
        kind: "NONE".to_owned(),
        key_arn: None,
        changed: Timestamp::EPOCH,
    };
    assert_eq!(catalog.encryption().await.expect("a setting"), none);
    let key = Encryption {
        kind: "KMS".to_owned(),
        key_arn: Some("arn:key".to_owned()),
        changed: Timestamp::from_nanos(7),
    };
    catalog.put_encryption(&key).await.expect("put");
    catalog.close().await;
    assert_eq!(open(&folder).await.encryption().await.expect("a setting"), key);
}
