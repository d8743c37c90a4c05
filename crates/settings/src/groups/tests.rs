//! `spec/api.md` 7.3, row by row.

use std::time::Duration;

use clock::Timestamp;
use wire::Tag;

use super::*;
use crate::SettingsLimits;
use crate::testkit::{World, refusal};

fn named(name: &str) -> CreateGroupRequest {
    CreateGroupRequest {
        group_name: Some(name.to_owned()),
        filter_expression: Some("duration > 5".to_owned()),
        ..CreateGroupRequest::default()
    }
}

fn insights(insights: Option<bool>, notifications: Option<bool>) -> Option<InsightsConfiguration> {
    Some(InsightsConfiguration {
        insights_enabled: insights,
        notifications_enabled: notifications,
    })
}

fn change(name: &str, expression: Option<&str>) -> UpdateGroupRequest {
    UpdateGroupRequest {
        group_name: Some(name.to_owned()),
        filter_expression: expression.map(str::to_owned),
        ..UpdateGroupRequest::default()
    }
}

fn by_name(name: &str) -> GetGroupRequest {
    GetGroupRequest {
        group_name: Some(name.to_owned()),
        group_arn: None,
    }
}

fn by_arn(arn: &str) -> GetGroupRequest {
    GetGroupRequest {
        group_name: None,
        group_arn: Some(arn.to_owned()),
    }
}

fn deletion(name: &str) -> DeleteGroupRequest {
    DeleteGroupRequest {
        group_name: Some(name.to_owned()),
        group_arn: None,
    }
}

impl World {
    async fn created_group(&self, request: &CreateGroupRequest) -> Group {
        self.settings.create_group(request).await.expect("made").group
    }

    async fn group_names(&self) -> Vec<String> {
        let all = self.settings.groups(&GetGroupsRequest::default()).await;
        let groups = all.expect("groups").groups;
        groups.into_iter().map(|group| group.group_name).collect()
    }
}

#[tokio::test]
async fn a_group_is_found_by_name_and_by_arn_also_after_a_restart() {
    let world = World::new().await;
    let made = world
        .created_group(&CreateGroupRequest {
            insights_configuration: insights(Some(true), Some(true)),
            ..named("slow")
        })
        .await;
    assert_eq!(made.filter_expression.as_deref(), Some("duration > 5"));
    assert_eq!(
        Some(made.insights_configuration.clone()),
        insights(Some(true), Some(true))
    );
    assert!(
        made.group_arn
            .starts_with("arn:aws:xray:eu-west-1:111122223333:group/slow/")
    );
    let world = world.restarted().await;
    for request in [by_name("slow"), by_arn(&made.group_arn)] {
        assert_eq!(world.settings.group(&request).await.expect("a group").group, made);
    }
}

#[tokio::test]
async fn both_booleans_are_always_there_and_false_by_default() {
    let world = World::new().await;
    let made = world.created_group(&named("slow")).await;
    assert_eq!(
        Some(made.insights_configuration),
        insights(Some(false), Some(false))
    );
}

#[tokio::test]
async fn groups_are_listed_with_default_first_and_the_others_by_name() {
    let world = World::new().await;
    for name in ["b", "a-1", "Z"] {
        world.created_group(&named(name)).await;
    }
    assert_eq!(world.group_names().await, ["Default", "Z", "a-1", "b"]);
    let with_token = |token: &str| GetGroupsRequest {
        next_token: Some(token.to_owned()),
    };
    assert_eq!(
        refusal(world.settings.groups(&with_token("made-up")).await),
        "Next Token not supported"
    );
    let empty = refusal(world.settings.groups(&with_token("")).await);
    assert!(empty.contains("'nextToken'"), "{empty}");
}

#[tokio::test]
async fn exactly_one_of_name_and_arn_names_a_group() {
    let world = World::new().await;
    let made = world.created_group(&named("slow")).await;
    let both = GetGroupRequest {
        group_name: Some(made.group_name),
        group_arn: Some(made.group_arn),
    };
    for request in [GetGroupRequest::default(), both] {
        let (name, arn) = (request.group_name.clone(), request.group_arn.clone());
        let update = UpdateGroupRequest {
            group_name: name.clone(),
            group_arn: arn.clone(),
            filter_expression: Some("fault".to_owned()),
            ..UpdateGroupRequest::default()
        };
        let deletion = DeleteGroupRequest {
            group_name: name,
            group_arn: arn,
        };
        for refused in [
            refusal(world.settings.group(&request).await),
            refusal(world.settings.update_group(&update).await),
            refusal(world.settings.delete_group(&deletion).await),
        ] {
            assert_eq!(refused, "Provide either GroupName or GroupARN");
        }
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_stale_arn_are_not_found() {
    let world = World::new().await;
    let stale = world.created_group(&named("slow")).await.group_arn;
    world
        .settings
        .delete_group(&deletion("slow"))
        .await
        .expect("deleted");
    world.created_group(&named("slow")).await;
    for refused in [
        refusal(world.settings.group(&by_name("Slow")).await),
        refusal(world.settings.group(&by_arn(&stale)).await),
        refusal(world.settings.update_group(&change("none", Some("fault"))).await),
        refusal(world.settings.delete_group(&deletion("none")).await),
    ] {
        assert_eq!(refused, "Group not found");
    }
}

#[tokio::test]
async fn an_expression_is_needed_on_create_and_on_update() {
    let world = World::new().await;
    let made = world.created_group(&named("slow")).await;
    for blank in [None, Some(""), Some(" \n\t")] {
        let request = CreateGroupRequest {
            filter_expression: blank.map(str::to_owned),
            ..named("other")
        };
        assert_eq!(
            refusal(world.settings.create_group(&request).await),
            "Filter Expression is empty"
        );
        let request = UpdateGroupRequest {
            insights_configuration: insights(Some(true), None),
            ..change("slow", blank)
        };
        assert_eq!(
            refusal(world.settings.update_group(&request).await),
            "Filter Expression is empty"
        );
    }
    assert_eq!(
        world
            .settings
            .group(&by_name("slow"))
            .await
            .expect("a group")
            .group,
        made
    );
    assert_eq!(world.group_names().await, ["Default", "slow"]);
}

/// The last row is of `spec/filter-expressions.md` 9: a group's own expression names no group.
#[tokio::test]
async fn a_bad_expression_changes_nothing() {
    let world = World::new().await;
    let made = world.created_group(&named("slow")).await;
    for (expression, start) in [
        ("fault >", "Error Location: line 1, position 8 : "),
        ("nosuchkeyword = 1", "Error Location: line 1, position 1 : "),
        ("group.name = \"slow\"", refusals::GROUP_OF_GROUPS),
    ] {
        let refused = refusal(
            world
                .settings
                .update_group(&change("slow", Some(expression)))
                .await,
        );
        assert!(refused.starts_with(start), "{expression}: {refused}");
        let request = CreateGroupRequest {
            filter_expression: Some(expression.to_owned()),
            ..named("other")
        };
        let refused = refusal(world.settings.create_group(&request).await);
        assert!(refused.starts_with(start), "{expression}: {refused}");
    }
    assert_eq!(
        world
            .settings
            .group(&by_name("slow"))
            .await
            .expect("a group")
            .group,
        made
    );
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let world = World::new().await;
    world.created_group(&named("slow")).await;
    assert_eq!(
        refusal(world.settings.create_group(&named("slow")).await),
        "slow already exists"
    );
    world.created_group(&named("Slow")).await;
}

/// `spec/api.md` 2: group names.
#[tokio::test]
async fn a_name_has_up_to_32_letters_digits_and_hyphens() {
    let world = World::new().await;
    let longest = "a".repeat(32);
    for name in ["a", "A-9", longest.as_str()] {
        world.created_group(&named(name)).await;
    }
    for name in ["a b", "ä", "a_b", "a/b"] {
        let refused = refusal(world.settings.create_group(&named(name)).await);
        assert_eq!(
            refused, "Group name can contain only letters, digits and '-'",
            "{name}"
        );
    }
    let too_long = "a".repeat(33);
    for (name, rule) in [
        ("", "Member must have length greater than or equal to 1"),
        (
            too_long.as_str(),
            "Member must have length less than or equal to 32",
        ),
    ] {
        let refused = refusal(world.settings.create_group(&named(name)).await);
        let wanted = format!(
            "1 validation error detected: Value '{name}' at 'groupName' failed to satisfy constraint: {rule}"
        );
        assert_eq!(refused, wanted);
    }
    let nameless = CreateGroupRequest {
        group_name: None,
        ..named("")
    };
    let refused = refusal(world.settings.create_group(&nameless).await);
    assert!(refused.contains("Value null at 'groupName'"), "{refused}");
}

#[tokio::test]
async fn notifications_need_insights() {
    let world = World::new().await;
    let request = CreateGroupRequest {
        insights_configuration: insights(None, Some(true)),
        ..named("slow")
    };
    assert_eq!(
        refusal(world.settings.create_group(&request).await),
        refusals::GROUP_NOTIFICATIONS
    );
    world.created_group(&named("slow")).await;
    for (sent, wanted) in [
        (insights(Some(true), None), Ok((true, false))),
        (insights(None, Some(true)), Ok((true, true))),
        (None, Ok((true, true))),
        (insights(Some(false), Some(true)), Err(())),
        (insights(Some(false), None), Ok((false, false))),
        (insights(None, Some(true)), Err(())),
    ] {
        let request = UpdateGroupRequest {
            insights_configuration: sent.clone(),
            ..change("slow", Some("duration > 5"))
        };
        let updated = world.settings.update_group(&request).await;
        match wanted {
            Ok((on, told)) => assert_eq!(
                Some(updated.expect("updated").group.insights_configuration),
                insights(Some(on), Some(told)),
                "{sent:?}"
            ),
            Err(()) => assert_eq!(refusal(updated), refusals::GROUP_NOTIFICATIONS, "{sent:?}"),
        }
    }
}

#[tokio::test]
async fn default_is_always_there_and_only_its_insights_can_change() {
    let world = World::new().await;
    let default = world
        .settings
        .group(&by_name("Default"))
        .await
        .expect("a group")
        .group;
    assert_eq!(
        default.group_arn,
        "arn:aws:xray:eu-west-1:111122223333:group/Default"
    );
    assert_eq!(default.filter_expression, None);
    assert_eq!(
        refusal(world.settings.create_group(&named("Default")).await),
        "Default already exists"
    );
    assert_eq!(
        refusal(world.settings.delete_group(&deletion("Default")).await),
        refusals::GROUP_DEFAULT_STAYS
    );
    assert_eq!(
        refusal(
            world
                .settings
                .update_group(&change("Default", Some("fault")))
                .await
        ),
        refusals::GROUP_DEFAULT_FILTER
    );
    let request = UpdateGroupRequest {
        insights_configuration: insights(Some(true), None),
        ..change("Default", None)
    };
    world.settings.update_group(&request).await.expect("updated");
    let world = world.restarted().await;
    let default = world
        .settings
        .group(&by_arn(&default.group_arn))
        .await
        .expect("a group")
        .group;
    assert_eq!(
        Some(default.insights_configuration),
        insights(Some(true), Some(false))
    );
    assert_eq!(world.catalog.group_versions().await.expect("versions"), []);
}

#[tokio::test]
async fn tags_are_kept_with_the_group_and_go_with_it() {
    let world = World::new().await;
    let tag = |key: &str, value: &str| Tag {
        key: Some(key.to_owned()),
        value: Some(value.to_owned()),
    };
    let request = CreateGroupRequest {
        tags: Some(vec![tag("team", "orders"), tag("empty", "")]),
        ..named("slow")
    };
    let arn = world.created_group(&request).await.group_arn;
    assert_eq!(world.catalog.tags(&arn).await.expect("tags").len(), 2);
    world
        .settings
        .delete_group(&deletion("slow"))
        .await
        .expect("deleted");
    assert_eq!(world.catalog.tags(&arn).await.expect("tags").len(), 0);
    let request = CreateGroupRequest {
        tags: Some(vec![tag("aws:x", "")]),
        ..named("slow")
    };
    assert_eq!(
        refusal(world.settings.create_group(&request).await),
        refusals::TAG_OF_SYSTEM
    );
    assert_eq!(world.group_names().await, ["Default"]);
}

/// `settled.md` 31: which version is in force is known for every moment, also of a deleted group.
#[tokio::test]
async fn a_change_of_the_expression_is_in_force_from_its_moment() {
    let world = World::new().await;
    world.created_group(&named("slow")).await;
    world.clock.advance(Duration::from_secs(10));
    for expression in ["duration > 5", "duration > 4"] {
        let updated = world
            .settings
            .update_group(&change("slow", Some(expression)))
            .await;
        updated.expect("updated");
    }
    world.clock.advance(Duration::from_secs(10));
    world
        .settings
        .delete_group(&deletion("slow"))
        .await
        .expect("deleted");
    let at = |second: i64| Timestamp::from_seconds(1_767_225_600 + second);
    let versions = world.catalog.group_versions().await.expect("versions");
    let told: Vec<_> = versions
        .iter()
        .map(|version| (&*version.filter_expression, version.from, version.until))
        .collect();
    assert_eq!(
        told,
        [
            ("duration > 5", at(0), Some(at(10))),
            ("duration > 4", at(10), Some(at(20)))
        ]
    );
}

#[tokio::test]
async fn changes_at_the_same_time_are_all_made_one_after_the_other() {
    let world = World::new().await;
    world.created_group(&named("slow")).await;
    let changes: Vec<_> = (1..=8)
        .map(|seconds| {
            let settings = world.settings.clone();
            let request = change("slow", Some(&format!("duration > {}", seconds + 100)));
            tokio::spawn(async move { settings.update_group(&request).await })
        })
        .collect();
    for change in changes {
        change.await.expect("no panic").expect("updated");
    }
    let versions = world.catalog.group_versions().await.expect("versions");
    assert_eq!(versions.len(), 9);
    for (one, next) in versions.iter().zip(&versions[1..]) {
        assert_eq!(one.until, Some(next.from));
    }
    assert_eq!(versions[8].until, None);
}

/// `spec/api.md` 5: Default counts. Without a limit there may be any number.
#[tokio::test]
async fn api_5_there_are_as_many_groups_as_may_be_default_among_them() {
    let world = World::new().await;
    for number in 0..3 {
        world.created_group(&named(&format!("g{number}"))).await;
    }
    let limits = SettingsLimits {
        groups_max: 4,
        ..SettingsLimits::default()
    };
    let world = world.restarted_with(limits).await;
    let fifth = named("one-more");
    assert_eq!(
        refusal(world.settings.create_group(&fifth).await),
        "The maximum number of groups has been reached."
    );
    let taken = world.settings.create_group(&named("g1")).await;
    assert_eq!(refusal(taken), "g1 already exists");
    world
        .settings
        .delete_group(&deletion("g0"))
        .await
        .expect("deleted");
    world.created_group(&fifth).await;
    assert_eq!(world.group_names().await, ["Default", "g1", "g2", "one-more"]);
}

/// Of groups that are made at the same moment not one too many is made.
#[tokio::test]
async fn api_5_groups_made_at_once_find_room_one_after_the_other() {
    let limits = SettingsLimits {
        groups_max: 3,
        ..SettingsLimits::default()
    };
    let world = World::new().await.restarted_with(limits).await;
    let made: Vec<_> = (0..6)
        .map(|number| {
            let settings = world.settings.clone();
            tokio::spawn(async move { settings.create_group(&named(&format!("g{number}"))).await })
        })
        .collect();
    let mut refused = 0;
    for one in made {
        refused += usize::from(one.await.expect("an answer").is_err());
    }
    assert_eq!((refused, world.group_names().await.len()), (4, 3));
}
