//! `spec/api.md` 7.5, row by row.

use super::*;
use crate::testkit::{World, refusal};

fn tags(keys: impl IntoIterator<Item = String>) -> Option<Vec<wire::Tag>> {
    let tag = |key| wire::Tag {
        key: Some(key),
        value: Some(String::new()),
    };
    Some(keys.into_iter().map(tag).collect())
}

fn refused(sent: &Option<Vec<wire::Tag>>) -> String {
    checked(sent).map_or_else(|error| error.to_string(), |_| String::new())
}

#[test]
fn tags_follow_the_rules_of_section_7_5() {
    assert_eq!(refused(&None), "");
    assert_eq!(refused(&tags(["@a".into(), "a".into(), "A".into()])), "");
    assert_eq!(refused(&tags((0..50).map(|number| number.to_string()))), "");
    let many = refused(&tags((0..51).map(|number| number.to_string())));
    assert!(many.ends_with(refusals::TAGS_TOO_MANY), "{many}");
    let system = refused(&tags(["aws:team".into()]));
    assert!(system.ends_with(refusals::TAG_OF_SYSTEM), "{system}");
    let twice = refused(&tags(["a".into(), "a".into()]));
    assert!(twice.ends_with(refusals::TAGS_REPEATED), "{twice}");
}

#[test]
fn the_model_names_the_tag_that_breaks_it() {
    let mut sent = tags(["a".into(), String::new()]);
    if let Some(tag) = sent.as_mut().and_then(|tags| tags.first_mut()) {
        tag.value = None;
    }
    let mut constraints = Constraints::new();
    constrain(&mut constraints, &sent);
    let fault = constraints.check().unwrap_err();
    assert!(fault.message.starts_with("2 validation errors detected: "));
    assert!(fault.message.contains("Value null at 'tags.1.member.value'"));
    assert!(fault.message.contains("Value '' at 'tags.2.member.key'"));
}

const HOME: &str = "arn:aws:xray:eu-west-1:111122223333";

impl World {
    async fn tag(&self, arn: &str, sent: Option<Vec<wire::Tag>>) -> Result<(), SettingsError> {
        let request = TagResourceRequest {
            resource_arn: Some(arn.to_owned()),
            tags: sent,
        };
        self.settings.tag_resource(&request).await.map(|_| ())
    }

    async fn untag(&self, arn: &str, keys: &[&str]) -> Result<(), SettingsError> {
        let request = UntagResourceRequest {
            resource_arn: Some(arn.to_owned()),
            tag_keys: Some(keys.iter().map(|key| (*key).to_owned()).collect()),
        };
        self.settings.untag_resource(&request).await.map(|_| ())
    }

    async fn listed(&self, arn: &str) -> Result<Vec<String>, SettingsError> {
        let request = ListTagsForResourceRequest {
            resource_arn: Some(arn.to_owned()),
            next_token: Some("any".to_owned()),
        };
        let tags = self.settings.tags(&request).await?.tags;
        let texts = tags.into_iter().map(|tag| {
            format!(
                "{}={}",
                tag.key.unwrap_or_default(),
                tag.value.unwrap_or_default()
            )
        });
        Ok(texts.collect())
    }
}

#[tokio::test]
async fn groups_and_rules_carry_tags_default_ones_too() {
    let world = World::new().await;
    for resource in ["group/Default", "sampling-rule/Default"] {
        let arn = format!("{HOME}:{resource}");
        assert_eq!(world.listed(&arn).await.expect("tags"), [""; 0]);
        world
            .tag(&arn, tags(["b".into(), "a".into()]))
            .await
            .expect("tagged");
        world.tag(&arn, Some(Vec::new())).await.expect("nothing to do");
        let value = wire::Tag {
            key: Some("a".to_owned()),
            value: Some("@1".to_owned()),
        };
        world.tag(&arn, Some(vec![value])).await.expect("tagged");
        assert_eq!(world.listed(&arn).await.expect("tags"), ["a=@1", "b="]);
        world.untag(&arn, &["b", "B", "none"]).await.expect("untagged");
        assert_eq!(world.listed(&arn).await.expect("tags"), ["a=@1"]);
    }
    let world = world.restarted().await;
    let arn = format!("{HOME}:group/Default");
    assert_eq!(world.listed(&arn).await.expect("tags"), ["a=@1"]);
}

/// `spec/api.md` 8, point 6.
#[tokio::test]
async fn more_than_fifty_resulting_tags_are_refused_and_none_is_written() {
    let world = World::new().await;
    let arn = format!("{HOME}:group/Default");
    let numbers = |range: std::ops::Range<u32>| tags(range.map(|number| number.to_string()));
    world.tag(&arn, numbers(0..49)).await.expect("tagged");
    assert_eq!(
        refusal(world.tag(&arn, numbers(48..51)).await),
        refusals::TAGS_TOO_MANY
    );
    assert_eq!(world.listed(&arn).await.expect("tags").len(), 49);
    world.tag(&arn, numbers(40..50)).await.expect("fifty are allowed");
    assert_eq!(world.listed(&arn).await.expect("tags").len(), 50);
}

/// `spec/api.md` 8, point 7.
#[tokio::test]
async fn what_is_no_group_and_no_rule_is_not_found() {
    let world = World::new().await;
    for arn in [
        format!("{HOME}:group/none/AAAA"),
        format!("{HOME}:sampling-rule/none"),
        "arn:aws:xray:us-east-1:111122223333:group/Default".to_owned(),
        "x".to_owned(),
    ] {
        for answer in [
            world.listed(&arn).await.map(|_| ()),
            world.tag(&arn, tags(["a".into()])).await,
            world.untag(&arn, &["a"]).await,
        ] {
            let Err(SettingsError::Refused(fault)) = answer else {
                panic!("{arn} has no tags");
            };
            assert_eq!(fault, Fault::resource_not_found("Resource ARN not found", &arn));
        }
        assert_eq!(world.catalog.tags(&arn).await.expect("tags"), []);
    }
}

#[tokio::test]
async fn keys_of_aws_are_neither_written_nor_taken_away() {
    let world = World::new().await;
    let arn = format!("{HOME}:group/Default");
    assert_eq!(
        refusal(world.tag(&arn, tags(["a".into(), "aws:b".into()])).await),
        refusals::TAG_OF_SYSTEM
    );
    assert_eq!(
        refusal(world.untag(&arn, &["aws:b"]).await),
        refusals::TAG_OF_SYSTEM
    );
    assert_eq!(
        refusal(world.tag(&arn, tags(["a".into(), "a".into()])).await),
        refusals::TAGS_REPEATED
    );
    assert_eq!(world.listed(&arn).await.expect("tags"), [""; 0]);
    let refused = refusal(world.settings.tag_resource(&TagResourceRequest::default()).await);
    assert!(refused.starts_with("2 validation errors detected: "), "{refused}");
}
