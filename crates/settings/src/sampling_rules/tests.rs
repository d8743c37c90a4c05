//! `spec/api.md` 7.4 and `spec/sampling.md` 3 and 5, row by row.

use std::collections::BTreeMap;
use std::time::Duration;

use clock::Timestamp;
use wire::{SamplingRateBoost, SamplingRuleRecord, Tag};

use super::*;
use crate::SettingsLimits;
use crate::testkit::{World, refusal};

fn members(name: &str) -> SamplingRuleMembers {
    let any = || Some("*".to_owned());
    SamplingRuleMembers {
        rule_name: Some(name.to_owned()),
        rule_arn: None,
        resource_arn: any(),
        priority: Some(100),
        fixed_rate: Some(0.1),
        reservoir_size: Some(5),
        service_name: any(),
        service_type: any(),
        host: any(),
        http_method: any(),
        url_path: any(),
        version: Some(1),
        attributes: None,
        sampling_rate_boost: None,
    }
}

fn only(name: &str) -> SamplingRuleMembers {
    SamplingRuleMembers {
        rule_name: Some(name.to_owned()),
        ..SamplingRuleMembers::default()
    }
}

fn boost(rate: Option<f64>, cooldown: Option<i64>) -> Option<SamplingRateBoost> {
    Some(SamplingRateBoost {
        max_rate: rate,
        cooldown_window_minutes: cooldown,
        disable_default_anomaly_detection: None,
    })
}

fn one_attribute() -> Option<BTreeMap<String, String>> {
    Some(BTreeMap::from([("tier".to_owned(), "gold*".to_owned())]))
}

fn by_name(name: &str) -> DeleteSamplingRuleRequest {
    DeleteSamplingRuleRequest {
        rule_name: Some(name.to_owned()),
        rule_arn: None,
    }
}

impl World {
    async fn create_rule(
        &self,
        members: SamplingRuleMembers,
    ) -> Result<Changed<CreateSamplingRuleResponse>, SettingsError> {
        let request = CreateSamplingRuleRequest {
            sampling_rule: Some(members),
            tags: None,
        };
        self.settings.create_sampling_rule(&request).await
    }

    async fn created_rule(&self, members: SamplingRuleMembers) -> SamplingRuleRecord {
        let changed = self.create_rule(members).await.expect("made");
        changed.response.sampling_rule_record
    }

    async fn update_rule(
        &self,
        members: SamplingRuleMembers,
    ) -> Result<Changed<UpdateSamplingRuleResponse>, SettingsError> {
        let request = UpdateSamplingRuleRequest {
            sampling_rule_update: Some(members),
        };
        self.settings.update_sampling_rule(&request).await
    }

    async fn updated_rule(&self, members: SamplingRuleMembers) -> SamplingRuleRecord {
        let changed = self.update_rule(members).await.expect("updated");
        changed.response.sampling_rule_record
    }

    async fn now(&self) -> RulesNow {
        self.settings.sampling_rules().await.expect("rules")
    }

    async fn rule_names(&self) -> Vec<String> {
        let now = self.now().await;
        now.rules.iter().map(|rule| rule.name.to_string()).collect()
    }
}

#[tokio::test]
async fn a_rule_is_kept_with_all_its_members_also_after_a_restart() {
    let world = World::new().await;
    world.clock.advance(Duration::from_millis(1_500));
    let sent = SamplingRuleMembers {
        attributes: one_attribute(),
        sampling_rate_boost: boost(Some(0.05), Some(10)),
        ..members("checkout")
    };
    let record = world.created_rule(sent).await;
    assert_eq!(
        (record.created_at, record.modified_at),
        (1_767_225_601.0, 1_767_225_601.0)
    );
    let rule = &record.sampling_rule;
    assert_eq!(
        rule.rule_arn,
        "arn:aws:xray:eu-west-1:111122223333:sampling-rule/checkout"
    );
    assert_eq!(
        (rule.priority, rule.fixed_rate, rule.reservoir_size),
        (100, 0.1, 5)
    );
    assert_eq!(Some(rule.attributes.clone()), one_attribute());
    assert_eq!(rule.sampling_rate_boost, boost(Some(0.05), Some(10)));
    let world = world.restarted().await;
    let now = world.now().await;
    let kept: Vec<_> = now.rules.iter().map(record_of).collect();
    assert_eq!(kept.len(), 2);
    assert!(kept.contains(&record));
}

#[tokio::test]
async fn the_default_rule_is_always_there_and_never_made() {
    let world = World::new().await;
    let now = world.now().await;
    assert_eq!(now.rules, [Rule::default_rule("eu-west-1", "111122223333")]);
    assert_eq!((now.as_of.revision, now.as_of.changed), (0, Timestamp::EPOCH));
    assert_eq!(
        refusal(world.create_rule(members("Default")).await),
        "Sampling rule already exists"
    );
    assert_eq!(
        refusal(world.settings.delete_sampling_rule(&by_name("Default")).await),
        refusals::RULE_DEFAULT_STAYS
    );
}

/// `spec/sampling.md` 3.1: only rate and reservoir of Default change, and a boost is not allowed.
#[tokio::test]
async fn of_default_only_rate_and_reservoir_change() {
    let world = World::new().await;
    for wrong in [
        SamplingRuleMembers {
            priority: Some(1),
            ..only("Default")
        },
        SamplingRuleMembers {
            host: Some("a".to_owned()),
            ..only("Default")
        },
        SamplingRuleMembers {
            attributes: one_attribute(),
            ..only("Default")
        },
        SamplingRuleMembers {
            sampling_rate_boost: boost(Some(0.5), Some(1)),
            ..only("Default")
        },
        SamplingRuleMembers {
            fixed_rate: Some(1.5),
            ..only("Default")
        },
    ] {
        assert_eq!(
            refusal(world.update_rule(wrong).await),
            "Invalid update request for default sampling rule"
        );
    }
    let sent = SamplingRuleMembers {
        fixed_rate: Some(1.0),
        reservoir_size: Some(0),
        ..only("Default")
    };
    let record = world.updated_rule(sent).await;
    assert_eq!(
        (
            record.sampling_rule.fixed_rate,
            record.sampling_rule.reservoir_size
        ),
        (1.0, 0)
    );
    assert_eq!((record.created_at, record.modified_at), (0.0, 1_767_225_600.0));
    let world = world.restarted().await;
    assert_eq!(record_of(&world.now().await.rules[0]), record);
}

#[tokio::test]
async fn a_rule_is_named_in_exactly_one_way() {
    let world = World::new().await;
    let arn = Some("arn:aws:xray:eu-west-1:111122223333:sampling-rule/a".to_owned());
    let both = SamplingRuleMembers {
        rule_arn: arn.clone(),
        ..members("a")
    };
    let neither = SamplingRuleMembers {
        rule_name: None,
        ..members("a")
    };
    let deletion = |sent: &SamplingRuleMembers| DeleteSamplingRuleRequest {
        rule_name: sent.rule_name.clone(),
        rule_arn: sent.rule_arn.clone(),
    };
    for (sent, wanted) in [
        (
            &both,
            "Request cannot contain both sampling rule name and sampling rule ARN",
        ),
        (
            &neither,
            "Request must contain either sampling rule name or sampling rule ARN",
        ),
    ] {
        assert_eq!(refusal(world.create_rule(sent.clone()).await), wanted);
        assert_eq!(refusal(world.update_rule(sent.clone()).await), wanted);
        assert_eq!(
            refusal(world.settings.delete_sampling_rule(&deletion(sent)).await),
            wanted
        );
    }
    let by_arn = SamplingRuleMembers {
        rule_arn: arn,
        ..neither
    };
    assert_eq!(
        world.created_rule(by_arn.clone()).await.sampling_rule.rule_name,
        "a"
    );
    world.updated_rule(by_arn.clone()).await;
    let deleted = world.settings.delete_sampling_rule(&deletion(&by_arn)).await;
    assert_eq!(
        deleted
            .expect("deleted")
            .response
            .sampling_rule_record
            .sampling_rule
            .rule_name,
        "a"
    );
    for arn in ["a", "arn:aws:xray:r:1:group/a", "arn:aws:xray:r:1:sampling-rule/"] {
        let sent = SamplingRuleMembers {
            rule_arn: Some(arn.to_owned()),
            ..by_arn.clone()
        };
        assert_eq!(
            refusal(world.create_rule(sent).await),
            refusals::RULE_ARN_MALFORMED
        );
    }
}

#[tokio::test]
async fn a_name_is_taken_once_and_an_unknown_rule_is_not_changed() {
    let world = World::new().await;
    world.created_rule(members("a")).await;
    assert_eq!(
        refusal(world.create_rule(members("a")).await),
        "Sampling rule already exists"
    );
    world.created_rule(members("A")).await;
    assert_eq!(
        refusal(world.update_rule(only("b")).await),
        "Sampling rule does not exist"
    );
    assert_eq!(
        refusal(world.settings.delete_sampling_rule(&by_name("b")).await),
        "Sampling rule does not exist"
    );
    assert_eq!(world.rule_names().await, ["A", "Default", "a"]);
}

#[tokio::test]
async fn a_version_other_than_1_is_refused() {
    let world = World::new().await;
    let sent = SamplingRuleMembers {
        version: Some(2),
        ..members("a")
    };
    assert_eq!(
        refusal(world.create_rule(sent).await),
        "Sampling rule version must be 1"
    );
}

fn long(characters: usize) -> Option<String> {
    Some("x".repeat(characters))
}

/// `spec/api.md` 8, point 5: the model's ranges on create.
#[tokio::test]
async fn a_new_rule_that_breaks_the_model_is_refused_by_name() {
    type Change = fn(&mut SamplingRuleMembers);
    let cases: [(Change, &str, &str); 8] = [
        (
            |sent| sent.priority = Some(0),
            "'0' at 'samplingRule.priority'",
            "value greater than or equal to 1",
        ),
        (
            |sent| sent.priority = Some(10_000),
            "'10000' at 'samplingRule.priority'",
            "value less than or equal to 9999",
        ),
        (
            |sent| sent.fixed_rate = Some(1.5),
            "'1.5' at 'samplingRule.fixedRate'",
            "value less than or equal to 1",
        ),
        (
            |sent| sent.reservoir_size = Some(-1),
            "'-1' at 'samplingRule.reservoirSize'",
            "value greater than or equal to 0",
        ),
        (
            |sent| sent.http_method = long(11),
            "'xxxxxxxxxxx' at 'samplingRule.hTTPMethod'",
            "length less than or equal to 10",
        ),
        (
            |sent| sent.rule_name = long(0),
            "'' at 'samplingRule.ruleName'",
            "length greater than or equal to 1",
        ),
        (
            |sent| sent.sampling_rate_boost = boost(Some(0.5), Some(0)),
            "'0' at 'samplingRule.samplingRateBoost.cooldownWindowMinutes'",
            "value greater than or equal to 1",
        ),
        (
            |sent| sent.attributes = Some((0..6).map(|key| (key.to_string(), "v".to_owned())).collect()),
            "at 'samplingRule.attributes'",
            "length less than or equal to 5",
        ),
    ];
    let world = World::new().await;
    for (change, value, rule) in cases {
        let mut sent = members("a");
        change(&mut sent);
        let refused = refusal(world.create_rule(sent).await);
        let wanted = format!(
            "1 validation error detected: Value {value} failed to satisfy constraint: Member must have {rule}"
        );
        assert_eq!(refused, wanted);
    }
    assert_eq!(world.rule_names().await, ["Default"]);
}

#[tokio::test]
async fn everything_that_a_new_rule_lacks_is_named_together() {
    let world = World::new().await;
    let sent = SamplingRuleMembers {
        sampling_rate_boost: boost(None, None),
        ..only("a")
    };
    let refused = refusal(world.create_rule(sent).await);
    assert!(
        refused.starts_with("12 validation errors detected: "),
        "{refused}"
    );
    assert!(refused.contains(
        "Value null at 'samplingRule.uRLPath' failed to satisfy constraint: Member must not be null"
    ));
    let nothing = CreateSamplingRuleRequest::default();
    let refused = refusal(world.settings.create_sampling_rule(&nothing).await);
    assert!(refused.contains("Value null at 'samplingRule'"), "{refused}");
}

#[tokio::test]
async fn a_rule_may_go_to_the_end_of_every_range() {
    let world = World::new().await;
    let longest = SamplingRuleMembers {
        rule_name: long(32),
        resource_arn: long(500),
        service_name: long(64),
        service_type: long(64),
        host: long(64),
        http_method: long(10),
        url_path: long(128),
        priority: Some(9_999),
        fixed_rate: Some(0.0),
        reservoir_size: Some(0),
        sampling_rate_boost: boost(Some(0.0), Some(0)),
        ..members("a")
    };
    let record = world.created_rule(longest.clone()).await;
    assert_eq!(Some(record.sampling_rule.url_path), longest.url_path);
}

/// `spec/api.md` 8, point 5: an update out of range is another error.
#[tokio::test]
async fn an_update_out_of_range_changes_nothing() {
    let world = World::new().await;
    let before = world.created_rule(members("a")).await;
    for wrong in [
        SamplingRuleMembers {
            priority: Some(-1),
            host: Some("h".to_owned()),
            ..only("a")
        },
        SamplingRuleMembers {
            priority: Some(10_000),
            ..only("a")
        },
        SamplingRuleMembers {
            fixed_rate: Some(-0.1),
            ..only("a")
        },
        SamplingRuleMembers {
            reservoir_size: Some(-1),
            ..only("a")
        },
    ] {
        assert_eq!(
            refusal(world.update_rule(wrong).await),
            "Invalid update request for sampling rule"
        );
    }
    let kept = world.now().await.rules;
    assert!(kept.iter().any(|rule| record_of(rule) == before));
}

/// `spec/sampling.md` 5 and `spec/api.md` 8, point 12.
#[tokio::test]
async fn what_an_update_does_not_name_stays_but_a_boost_goes() {
    let world = World::new().await;
    let sent = SamplingRuleMembers {
        attributes: one_attribute(),
        sampling_rate_boost: boost(Some(0.5), Some(1)),
        ..members("a")
    };
    let made = world.created_rule(sent).await;
    world.clock.advance(Duration::from_secs(5));
    let updated = world
        .updated_rule(SamplingRuleMembers {
            host: Some("h".to_owned()),
            ..only("a")
        })
        .await;
    assert_eq!(updated.sampling_rule.host, "h");
    assert_eq!(Some(updated.sampling_rule.attributes.clone()), one_attribute());
    assert_eq!(updated.sampling_rule.sampling_rate_boost, None);
    assert_eq!(
        (updated.created_at, updated.modified_at),
        (made.created_at, made.modified_at + 5.0)
    );
    let sent = SamplingRuleMembers {
        attributes: Some(BTreeMap::new()),
        ..only("a")
    };
    assert_eq!(
        world.updated_rule(sent).await.sampling_rule.attributes,
        BTreeMap::new()
    );
    world.clock.advance(Duration::from_secs(5));
    let untouched = world.updated_rule(only("a")).await;
    assert_eq!(
        untouched.modified_at,
        made.modified_at + 10.0,
        "also where nothing changes"
    );
}

/// `spec/sampling.md` 5: LastRuleModification counts deletions too.
#[tokio::test]
async fn every_change_is_known_by_its_time() {
    let world = World::new().await;
    let created = world.create_rule(members("a")).await.expect("made").now;
    assert_eq!((created.as_of.revision, created.rules.len()), (1, 2));
    world.clock.advance(Duration::from_secs(7));
    let deleted = world
        .settings
        .delete_sampling_rule(&by_name("a"))
        .await
        .expect("deleted");
    assert_eq!(deleted.now.as_of.changed, Timestamp::from_seconds(1_767_225_607));
    assert_eq!(deleted.now, world.now().await);
    let world = world.restarted().await;
    assert_eq!(deleted.now, world.now().await);
}

#[tokio::test]
async fn of_many_that_make_a_rule_of_one_name_at_once_exactly_one_does() {
    let world = World::new().await;
    let calls: Vec<_> = (0..6)
        .map(|priority| {
            let settings = world.settings.clone();
            let request = CreateSamplingRuleRequest {
                sampling_rule: Some(SamplingRuleMembers {
                    priority: Some(priority + 1),
                    ..members("a")
                }),
                tags: None,
            };
            tokio::spawn(async move { settings.create_sampling_rule(&request).await })
        })
        .collect();
    let mut made = 0;
    for call in calls {
        made += usize::from(call.await.expect("no panic").is_ok());
    }
    assert_eq!((made, world.rule_names().await.len()), (1, 2));
}

#[tokio::test]
async fn the_tags_of_a_rule_come_and_go_with_it() {
    let world = World::new().await;
    let tag = Tag {
        key: Some("team".to_owned()),
        value: Some(String::new()),
    };
    let request = CreateSamplingRuleRequest {
        sampling_rule: Some(members("a")),
        tags: Some(vec![tag.clone()]),
    };
    let made = world.settings.create_sampling_rule(&request).await.expect("made");
    let arn = made.response.sampling_rule_record.sampling_rule.rule_arn;
    assert_eq!(world.catalog.tags(&arn).await.expect("tags").len(), 1);
    let deleted = world.settings.delete_sampling_rule(&by_name("a")).await;
    deleted.expect("deleted");
    assert_eq!(world.catalog.tags(&arn).await.expect("tags"), []);
    let twice = CreateSamplingRuleRequest {
        tags: Some(vec![tag.clone(), tag]),
        ..request
    };
    assert_eq!(
        refusal(world.settings.create_sampling_rule(&twice).await),
        refusals::TAGS_REPEATED
    );
    assert_eq!(world.rule_names().await, ["Default"]);
}

/// `spec/sampling.md` 6: Default is not counted. Without a limit there may be any number.
#[tokio::test]
async fn sampling_6_there_are_as_many_custom_rules_as_may_be() {
    let world = World::new().await;
    for name in ["a", "b"] {
        world.created_rule(members(name)).await;
    }
    let limits = SettingsLimits {
        rules_max: 2,
        ..SettingsLimits::default()
    };
    let world = world.restarted_with(limits).await;
    let Err(SettingsError::Refused(fault)) = world.create_rule(members("c")).await else {
        panic!("a refusal")
    };
    assert_eq!(fault.code, FaultCode::RuleLimitExceededException);
    assert_eq!(
        fault.message,
        "The maximum number of custom sampling rules has been reached."
    );
    assert_eq!(
        refusal(world.create_rule(members("b")).await),
        "Sampling rule already exists"
    );
    world
        .settings
        .delete_sampling_rule(&by_name("a"))
        .await
        .expect("deleted");
    world.created_rule(members("c")).await;
}
