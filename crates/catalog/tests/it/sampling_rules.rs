//! Sampling rules, and changes of them (`spec/sampling.md` 5).

use catalog::{CatalogError, SamplingRuleChange, SamplingRuleRow, Tag};
use clock::Timestamp;

use crate::sample::open;

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

fn rule(name: &str, content: &str) -> SamplingRuleRow {
    SamplingRuleRow {
        name: name.to_owned(),
        arn: format!("arn:sampling-rule/{name}"),
        content: content.to_owned(),
        created: at(1),
        modified: at(2),
    }
}

#[tokio::test]
async fn rules_and_the_time_of_the_last_change_survive_a_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    let tags = [Tag {
        key: "team".to_owned(),
        value: "orders".to_owned(),
    }];
    for (revision, name) in [(0, "b"), (1, "a")] {
        let made = rule(name, "{}");
        let change = SamplingRuleChange::Create(&made, &tags);
        let changed = catalog.change_sampling_rules(revision, change, at(10)).await;
        assert_eq!(changed.expect("changed"), Some((revision + 1, at(10))));
    }
    let other = rule("a", "{\"Priority\":1}");
    let change = SamplingRuleChange::Update(&other);
    let changed = catalog.change_sampling_rules(2, change, at(5)).await;
    assert_eq!(
        changed.expect("changed"),
        Some((3, at(10))),
        "the time never goes back"
    );
    let gone = rule("b", "");
    let change = SamplingRuleChange::Delete(&gone);
    catalog
        .change_sampling_rules(3, change, at(11))
        .await
        .expect("changed");
    catalog.close().await;
    let catalog = open(&folder).await;
    let kept = catalog.sampling_rules().await.expect("rules");
    assert_eq!((kept.revision, kept.changed), (4, at(11)));
    assert_eq!(kept.rules, [other]);
    assert_eq!(catalog.tags("arn:sampling-rule/a").await.expect("tags"), tags);
    assert_eq!(catalog.tags("arn:sampling-rule/b").await.expect("tags"), []);
}

#[tokio::test]
async fn a_change_of_what_was_changed_meanwhile_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    let (one, other) = (rule("a", ""), rule("b", ""));
    let made = tokio::join!(
        catalog.change_sampling_rules(0, SamplingRuleChange::Create(&one, &[]), at(1)),
        catalog.change_sampling_rules(0, SamplingRuleChange::Create(&other, &[]), at(1))
    );
    let made = [made.0.expect("an answer"), made.1.expect("an answer")];
    assert_eq!(made.iter().flatten().count(), 1);
    assert_eq!(catalog.sampling_rules().await.expect("rules").rules.len(), 1);
}

#[tokio::test]
async fn a_change_that_fails_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    catalog.keep_sampling_rule(&rule("a", "")).await.expect("kept");
    let again = rule("a", "other");
    let failed = catalog.change_sampling_rules(0, SamplingRuleChange::Create(&again, &[]), at(1));
    assert!(matches!(failed.await, Err(CatalogError::Statement { .. })));
    let kept = catalog.sampling_rules().await.expect("rules");
    assert_eq!((kept.revision, kept.rules), (0, vec![rule("a", "")]));
}

#[tokio::test]
async fn a_kept_rule_keeps_its_members_and_follows_its_arn() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    catalog
        .keep_sampling_rule(&rule("a", "mine"))
        .await
        .expect("kept");
    let moved = SamplingRuleRow {
        arn: "arn:elsewhere".to_owned(),
        ..rule("a", "initial")
    };
    catalog.keep_sampling_rule(&moved).await.expect("kept");
    let kept = catalog.sampling_rules().await.expect("rules");
    assert_eq!(
        kept.rules,
        [SamplingRuleRow {
            content: "mine".to_owned(),
            ..moved
        }]
    );
}
