//! Groups, their versions and their tags (`spec/api.md` 7.3, `settled.md` 31).

use catalog::{Catalog, CatalogError, GroupKey, GroupRecord, GroupSettings, GroupVersion, NewGroup, Tag};
use clock::Timestamp;

use crate::sample::open;

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

fn slow<'g>(tags: &'g [Tag]) -> NewGroup<'g> {
    NewGroup {
        name: "slow",
        arn: "arn:slow/1",
        filter_expression: "duration > 5",
        insights_enabled: true,
        notifications_enabled: false,
        tags,
    }
}

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

fn version(
    (number, group_id): (u32, u32),
    expression: &str,
    from: Timestamp,
    until: Option<Timestamp>,
) -> GroupVersion {
    GroupVersion {
        number,
        group_id,
        filter_expression: expression.to_owned(),
        from,
        until,
    }
}

async fn created(catalog: &Catalog, group: &NewGroup<'_>, now: Timestamp) -> GroupRecord {
    let record = catalog.create_group(group, now).await.expect("an answer");
    record.expect("no such group before")
}

#[tokio::test]
async fn groups_versions_and_tags_survive_a_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    catalog
        .keep_default_group("Default", "arn:Default")
        .await
        .expect("kept");
    let tags = [tag("team", "orders"), tag("Team", "")];
    let made = created(&catalog, &slow(&tags), at(10)).await;
    let all = NewGroup {
        name: "errors",
        arn: "arn:errors/1",
        filter_expression: "error",
        insights_enabled: false,
        ..slow(&[])
    };
    let other = created(&catalog, &all, at(11)).await;
    catalog.close().await;
    let catalog = open(&folder).await;
    catalog
        .keep_default_group("Default", "arn:Default")
        .await
        .expect("kept");
    let groups = catalog.groups().await.expect("groups");
    assert_eq!(groups[1..], [other.clone(), made.clone()]);
    let default = &groups[0];
    assert_eq!(
        (
            default.id,
            default.name.as_str(),
            &default.settings.filter_expression
        ),
        (0, "Default", &None)
    );
    assert_eq!(
        catalog
            .group(GroupKey::Arn("arn:slow/1"))
            .await
            .expect("an answer"),
        Some(made.clone())
    );
    assert_eq!(
        catalog.tags("arn:slow/1").await.expect("tags"),
        [tag("Team", ""), tag("team", "orders")]
    );
    assert_eq!(catalog.tags("arn:errors/1").await.expect("tags"), []);
    assert_eq!(
        catalog.group_versions().await.expect("versions"),
        [
            version((1, 1), "duration > 5", at(10), None),
            version((2, 2), "error", at(11), None)
        ]
    );
}

#[tokio::test]
async fn of_many_that_create_a_group_of_one_name_at_once_exactly_one_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let (catalog, other) = (open(&folder).await, open(&folder).await);
    let mut calls = Vec::new();
    for number in 0..12 {
        let catalog = [&catalog, &other][number % 2].clone();
        calls.push(tokio::spawn(async move {
            let arn = format!("arn:slow/{number}");
            let tags = [tag("number", &number.to_string())];
            let group = NewGroup {
                arn: &arn,
                ..slow(&tags)
            };
            catalog.create_group(&group, at(1)).await.expect("an answer")
        }));
    }
    let mut made = Vec::new();
    for call in calls {
        made.extend(call.await.expect("no panic"));
    }
    assert_eq!(made.len(), 1);
    assert_eq!(catalog.groups().await.expect("groups"), made);
    assert_eq!(catalog.group_versions().await.expect("versions").len(), 1);
    let mut tags = 0;
    for number in 0..12 {
        tags += catalog
            .tags(&format!("arn:slow/{number}"))
            .await
            .expect("tags")
            .len();
    }
    assert_eq!(tags, 1, "who came second leaves nothing");
}

#[tokio::test]
async fn another_expression_is_another_version_and_other_settings_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    let first = created(&catalog, &slow(&[]), at(10)).await;
    let quiet = GroupSettings {
        insights_enabled: false,
        ..first.settings.clone()
    };
    let second = catalog
        .update_group(&first, &quiet, at(20))
        .await
        .expect("an answer");
    let second = second.expect("as it was known");
    assert_eq!(
        (second.revision, second.modified, second.created),
        (1, at(20), at(10))
    );
    let faster = GroupSettings {
        filter_expression: Some("duration > 4".to_owned()),
        ..quiet.clone()
    };
    let third = catalog
        .update_group(&second, &faster, at(30))
        .await
        .expect("an answer");
    assert_eq!(
        catalog.group(GroupKey::Name("slow")).await.expect("an answer"),
        third
    );
    assert_eq!(
        catalog.group_versions().await.expect("versions"),
        [
            version((1, 1), "duration > 5", at(10), Some(at(30))),
            version((2, 1), "duration > 4", at(30), None)
        ]
    );
}

#[tokio::test]
async fn a_change_of_what_was_changed_meanwhile_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    let first = created(&catalog, &slow(&[]), at(10)).await;
    let wanted = |expression: &str| GroupSettings {
        filter_expression: Some(expression.to_owned()),
        ..first.settings.clone()
    };
    let (fault, error) = (wanted("fault"), wanted("error"));
    let (one, other) = tokio::join!(
        catalog.update_group(&first, &fault, at(20)),
        catalog.update_group(&first, &error, at(20))
    );
    let made = [one.expect("an answer"), other.expect("an answer")];
    assert_eq!(made.iter().flatten().count(), 1);
    assert_eq!(catalog.group_versions().await.expect("versions").len(), 2);
    catalog
        .delete_group(GroupKey::Name("slow"), at(30))
        .await
        .expect("deleted");
    let known = made.into_iter().flatten().next().expect("one");
    let late = catalog
        .update_group(&known, &wanted("ok"), at(40))
        .await
        .expect("an answer");
    assert_eq!(late, None);
}

#[tokio::test]
async fn a_deleted_group_leaves_its_versions_and_no_number_is_given_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    created(&catalog, &slow(&[tag("a", "b")]), at(10)).await;
    assert!(
        catalog
            .delete_group(GroupKey::Arn("arn:slow/1"), at(20))
            .await
            .expect("an answer")
    );
    assert!(
        !catalog
            .delete_group(GroupKey::Name("slow"), at(21))
            .await
            .expect("an answer")
    );
    assert_eq!(
        catalog.group(GroupKey::Name("slow")).await.expect("an answer"),
        None
    );
    assert_eq!(catalog.tags("arn:slow/1").await.expect("tags"), []);
    let again = NewGroup {
        arn: "arn:slow/2",
        ..slow(&[])
    };
    let again = created(&catalog, &again, at(30)).await;
    assert_eq!(again.id, 2);
    assert_eq!(
        catalog.group_versions().await.expect("versions"),
        [
            version((1, 1), "duration > 5", at(10), Some(at(20))),
            version((2, 2), "duration > 5", at(30), None)
        ]
    );
}

#[tokio::test]
async fn a_clock_that_goes_back_makes_no_version_end_before_it_begins() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    let first = created(&catalog, &slow(&[]), at(10)).await;
    let wanted = GroupSettings {
        filter_expression: Some("fault".to_owned()),
        ..first.settings.clone()
    };
    catalog
        .update_group(&first, &wanted, at(5))
        .await
        .expect("an answer");
    let border = Timestamp::from_nanos(at(10).as_nanos() + 1);
    assert_eq!(
        catalog.group_versions().await.expect("versions"),
        [
            version((1, 1), "duration > 5", at(10), Some(border)),
            version((2, 1), "fault", border, None)
        ]
    );
}

#[tokio::test]
async fn the_default_group_stays_and_follows_its_arn() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    catalog
        .keep_default_group("Default", "arn:one")
        .await
        .expect("kept");
    let default = catalog.group(GroupKey::Name("Default")).await.expect("an answer");
    let default = default.expect("always there");
    let watched = GroupSettings {
        insights_enabled: true,
        ..default.settings.clone()
    };
    catalog
        .update_group(&default, &watched, at(1))
        .await
        .expect("an answer");
    assert!(
        !catalog
            .delete_group(GroupKey::Name("Default"), at(2))
            .await
            .expect("an answer")
    );
    catalog
        .keep_default_group("Default", "arn:two")
        .await
        .expect("kept");
    let kept = catalog.group(GroupKey::Arn("arn:two")).await.expect("an answer");
    assert_eq!(kept.map(|group| group.settings), Some(watched));
    assert_eq!(catalog.group_versions().await.expect("versions"), []);
    let taken = NewGroup {
        name: "Default",
        ..slow(&[])
    };
    assert_eq!(
        catalog.create_group(&taken, at(3)).await.expect("an answer"),
        None
    );
}

#[tokio::test]
async fn a_group_whose_tags_cannot_be_kept_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = open(&folder).await;
    let failed = catalog
        .create_group(&slow(&[tag("a", "1"), tag("a", "2")]), at(1))
        .await;
    assert!(matches!(failed, Err(CatalogError::Statement { .. })));
    assert_eq!(catalog.groups().await.expect("groups"), []);
    assert_eq!(catalog.group_versions().await.expect("versions"), []);
}
