//! Catalogs of older versions stay readable. A kept file never changes; a new version gets a file beside it.

use std::path::{Path, PathBuf};

use catalog::{
    Catalog, Encryption, GroupKey, GroupSettings, LinkRecord, NewGroup, PolicyChange, PolicyRow,
    SamplingRuleChange, SamplingRuleRow, SupersededRow, Tag,
};
use clock::Timestamp;

use crate::sample::{id, record};

/// A copy of the kept file of one version, because opening brings its tables up to date.
fn copy_of(version: u32, folder: &tempfile::TempDir) -> PathBuf {
    let kept = format!("../../fixtures/formats/catalog-v{version}/catalog.sqlite");
    let copy = folder.path().join("catalog.sqlite");
    std::fs::copy(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(kept), &copy).expect("the kept file");
    copy
}

#[tokio::test]
async fn a_catalog_of_version_1_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = copy_of(1, &folder);
    holds_what_is_kept(&copy).await;
    let catalog = Catalog::open(&copy).await.expect("a catalog");
    assert_eq!(catalog.groups().await.expect("groups"), []);
}

#[tokio::test]
async fn a_catalog_of_version_2_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = copy_of(2, &folder);
    holds_what_is_kept(&copy).await;
    holds_the_kept_groups(&copy).await;
}

#[tokio::test]
async fn a_catalog_of_version_3_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = copy_of(3, &folder);
    holds_what_is_kept(&copy).await;
    holds_the_kept_groups(&copy).await;
    holds_the_kept_rule(&copy).await;
}

#[tokio::test]
async fn a_catalog_of_version_4_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = copy_of(4, &folder);
    holds_what_is_kept(&copy).await;
    holds_the_kept_groups(&copy).await;
    holds_the_kept_rule(&copy).await;
    holds_the_kept_policy_and_key(&copy).await;
}

#[tokio::test]
async fn a_catalog_of_version_5_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = copy_of(5, &folder);
    holds_what_is_kept(&copy).await;
    holds_the_kept_groups(&copy).await;
    holds_the_kept_rule(&copy).await;
    holds_the_kept_policy_and_key(&copy).await;
    holds_the_kept_links(&copy).await;
}

#[tokio::test]
async fn a_catalog_of_version_6_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = copy_of(6, &folder);
    holds_what_is_kept(&copy).await;
    holds_the_kept_groups(&copy).await;
    holds_the_kept_rule(&copy).await;
    holds_the_kept_policy_and_key(&copy).await;
    holds_the_kept_links(&copy).await;
    holds_the_kept_place(&copy).await;
}

/// What this writes is what is kept when the format gets a new version.
#[tokio::test]
async fn a_catalog_written_today_reads_as_the_kept_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("catalog.sqlite");
    write_what_is_kept(&path).await;
    holds_what_is_kept(&path).await;
    holds_the_kept_groups(&path).await;
    holds_the_kept_rule(&path).await;
    holds_the_kept_policy_and_key(&path).await;
    holds_the_kept_links(&path).await;
    holds_the_kept_place(&path).await;
}

/// Where the roll-ups of a block lie that are not beside it.
async fn holds_the_kept_place(path: &Path) {
    let catalog = Catalog::open(path).await.expect("a catalog");
    let blocks = catalog.blocks().await.expect("blocks");
    let places = blocks.into_iter().map(|block| block.rollups_path);
    assert_eq!(places.collect::<Vec<_>>(), [None, None, Some(ROLLUPS.to_owned())]);
}

const ROLLUPS: &str = "blocks/3-again.rollups";

fn kept_links() -> [LinkRecord; 2] {
    [1, 2].map(|number| LinkRecord {
        other: [9; 16],
        trace: [number; 16],
        receipt: Timestamp::from_seconds(1_767_226_600),
    })
}

async fn holds_the_kept_links(path: &Path) {
    let catalog = Catalog::open(path).await.expect("a catalog");
    let links = catalog.links_to(&[[9; 16]]).await.expect("links");
    assert_eq!(links, kept_links());
    assert_eq!(catalog.links_to(&[[1; 16]]).await.expect("links"), []);
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
    let links = kept_links();
    catalog.list_block(&record(3), &[], &links).await.expect("listed");
    catalog
        .quarantine_blocks(
            &[id(3)],
            Timestamp::from_seconds(1_767_226_000),
            &[(id(3), ROLLUPS.to_owned())],
        )
        .await
        .expect("noted");
    catalog.meta_or_insert("deployment", "kept").await.expect("kept");
    write_groups(&catalog).await;
    let rule = kept_rule();
    let change = SamplingRuleChange::Create(&rule, &[]);
    let changed = catalog.change_sampling_rules(0, change, Timestamp::from_seconds(1_767_226_300));
    changed.await.expect("changed");
    let policy = kept_policy();
    let put = catalog
        .change_resource_policies(0, PolicyChange::Put(&policy))
        .await;
    assert!(put.expect("put"));
    catalog.put_encryption(&kept_key()).await.expect("put");
    catalog.close().await;
}

fn kept_rule() -> SamplingRuleRow {
    SamplingRuleRow {
        name: "checkout".to_owned(),
        arn: "arn:sampling-rule/checkout".to_owned(),
        content: "{\"FixedRate\":0.1}".to_owned(),
        created: Timestamp::from_seconds(1_767_226_300),
        modified: Timestamp::from_seconds(1_767_226_300),
    }
}

async fn holds_the_kept_rule(path: &Path) {
    let catalog = Catalog::open(path).await.expect("a catalog");
    let kept = catalog.sampling_rules().await.expect("rules");
    assert_eq!(kept.rules, [kept_rule()]);
    assert_eq!(
        (kept.revision, kept.changed),
        (1, Timestamp::from_seconds(1_767_226_300))
    );
}

fn kept_policy() -> PolicyRow {
    PolicyRow {
        name: "partner".to_owned(),
        document: "{}".to_owned(),
        revision: 3,
        updated: Timestamp::from_seconds(1_767_226_400),
    }
}

fn kept_key() -> Encryption {
    Encryption {
        kind: "KMS".to_owned(),
        key_arn: Some("arn:key".to_owned()),
        changed: Timestamp::from_seconds(1_767_226_500),
    }
}

async fn holds_the_kept_policy_and_key(path: &Path) {
    let catalog = Catalog::open(path).await.expect("a catalog");
    let kept = catalog.resource_policies().await.expect("policies");
    assert_eq!((kept.policies, kept.revision), (vec![kept_policy()], 1));
    assert_eq!(catalog.encryption().await.expect("a setting"), kept_key());
}

async fn write_groups(catalog: &Catalog) {
    let at = Timestamp::from_seconds;
    catalog
        .keep_default_group("Default", "arn:group/Default")
        .await
        .expect("kept");
    let tags = [Tag {
        key: "team".to_owned(),
        value: "orders".to_owned(),
    }];
    for name in ["slow", "gone"] {
        let group = NewGroup {
            name,
            arn: &format!("arn:group/{name}/AAAA"),
            filter_expression: "duration > 5",
            insights_enabled: true,
            notifications_enabled: false,
            tags: &tags,
        };
        catalog
            .create_group(&group, at(1_767_226_000))
            .await
            .expect("made");
    }
    let slow = catalog.group(GroupKey::Name("slow")).await.expect("an answer");
    let slow = slow.expect("just made");
    let wanted = GroupSettings {
        filter_expression: Some("duration > 4".to_owned()),
        ..slow.settings.clone()
    };
    let updated = catalog.update_group(&slow, &wanted, at(1_767_226_100)).await;
    updated.expect("updated");
    let deleted = catalog
        .delete_group(GroupKey::Name("gone"), at(1_767_226_200))
        .await;
    assert!(deleted.expect("deleted"));
}

async fn holds_the_kept_groups(path: &Path) {
    let at = Timestamp::from_seconds;
    let catalog = Catalog::open(path).await.expect("a catalog");
    let groups = catalog.groups().await.expect("groups");
    let named: Vec<_> = groups.iter().map(|group| (group.id, &*group.name)).collect();
    assert_eq!(named, [(0, "Default"), (1, "slow")]);
    let slow = &groups[1];
    assert_eq!(slow.settings.filter_expression.as_deref(), Some("duration > 4"));
    assert_eq!(
        (
            slow.settings.insights_enabled,
            slow.settings.notifications_enabled
        ),
        (true, false)
    );
    assert_eq!(
        (slow.created, slow.modified),
        (at(1_767_226_000), at(1_767_226_100))
    );
    let versions = catalog.group_versions().await.expect("versions");
    let told: Vec<_> = versions
        .iter()
        .map(|version| (version.number, version.group_id, version.until))
        .collect();
    assert_eq!(
        told,
        [
            (1, 1, Some(at(1_767_226_100))),
            (2, 2, Some(at(1_767_226_200))),
            (3, 1, None)
        ]
    );
    assert_eq!(versions[2].filter_expression, "duration > 4");
    assert_eq!(catalog.tags("arn:group/slow/AAAA").await.expect("tags").len(), 1);
    assert_eq!(catalog.tags("arn:group/gone/AAAA").await.expect("tags").len(), 0);
}
