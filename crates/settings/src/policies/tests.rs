//! `spec/api.md` 7.6, row by row.

use super::*;
use crate::testkit::{World, refusal};

fn policy(effect: &str, principal: &str, action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":{principal},"Action":{action},"Resource":"*"}}]}}"#
    )
}

fn allowed() -> String {
    policy(
        "Allow",
        r#"{"AWS":"arn:aws:iam::444455556666:root"}"#,
        r#"["xray:PutTraceSegments"]"#,
    )
}

fn put(name: &str, document: &str, revision: Option<&str>) -> PutResourcePolicyRequest {
    PutResourcePolicyRequest {
        policy_name: Some(name.to_owned()),
        policy_document: Some(document.to_owned()),
        policy_revision_id: revision.map(str::to_owned),
        bypass_policy_lockout_check: None,
    }
}

fn deletion(name: &str, revision: Option<&str>) -> DeleteResourcePolicyRequest {
    DeleteResourcePolicyRequest {
        policy_name: Some(name.to_owned()),
        policy_revision_id: revision.map(str::to_owned),
    }
}

fn code<A>(answer: Result<A, SettingsError>) -> Option<FaultCode> {
    match answer {
        Err(SettingsError::Refused(fault)) => Some(fault.code),
        Ok(_) | Err(_) => None,
    }
}

impl World {
    async fn put_policy(&self, name: &str, revision: Option<&str>) -> Result<String, SettingsError> {
        let request = put(name, &allowed(), revision);
        let put = self.settings.put_policy(&request).await?;
        Ok(put.resource_policy.policy_revision_id)
    }

    async fn policies(&self) -> Vec<(String, String)> {
        let listed = self
            .settings
            .policies(&ListResourcePoliciesRequest::default())
            .await;
        let policies = listed.expect("policies").resource_policies;
        let named = policies
            .into_iter()
            .map(|policy| (policy.policy_name, policy.policy_revision_id));
        named.collect()
    }
}

#[tokio::test]
async fn revisions_count_the_puts_of_a_policy_and_guard_it() {
    let world = World::new().await;
    let stale = "Another concurrent request has modified the resource policy a";
    assert_eq!(world.put_policy("a", Some("0")).await.expect("put"), "1");
    for wrong in ["0", "2", "x", ""] {
        let refused = world.put_policy("a", Some(wrong)).await;
        assert_eq!(refusal(refused), stale, "{wrong}");
    }
    assert_eq!(world.put_policy("a", None).await.expect("put"), "2");
    assert_eq!(world.put_policy("a", Some("2")).await.expect("put"), "3");
    assert_eq!(world.put_policy("b", None).await.expect("put"), "1");
    let refused = world.put_policy("c", Some("1")).await;
    assert_eq!(code(refused), Some(FaultCode::InvalidPolicyRevisionIdException));
    let world = world.restarted().await;
    assert_eq!(
        world.policies().await,
        [("a".into(), "3".into()), ("b".into(), "1".into())]
    );
}

#[tokio::test]
async fn a_policy_is_deleted_as_it_is_known() {
    let world = World::new().await;
    world.put_policy("a", None).await.expect("put");
    let changed = "Another concurrent request has modified or deleted the resource policy";
    for (name, revision, wanted) in [
        ("a", Some("2"), format!("{changed} a")),
        ("b", Some("1"), format!("{changed} b")),
        ("b", None, "The resource policy b does not exist.".to_owned()),
    ] {
        let refused = world.settings.delete_policy(&deletion(name, revision)).await;
        assert_eq!(refusal(refused), wanted);
    }
    world
        .settings
        .delete_policy(&deletion("a", Some("1")))
        .await
        .expect("deleted");
    assert_eq!(world.policies().await, []);
    assert_eq!(world.put_policy("a", None).await.expect("put"), "1");
    world
        .settings
        .delete_policy(&deletion("a", None))
        .await
        .expect("deleted");
}

#[tokio::test]
async fn there_are_at_most_five_policies_of_five_kilobytes() {
    let world = World::new().await;
    for name in ["a", "b", "c", "d", "e"] {
        world.put_policy(name, None).await.expect("put");
    }
    let sixth = world.put_policy("f", None).await;
    assert_eq!(code(sixth), Some(FaultCode::PolicyCountLimitExceededException));
    world.put_policy("e", None).await.expect("no new one");
    let longest = format!("{:<5120}", allowed());
    world
        .settings
        .put_policy(&put("e", &longest, None))
        .await
        .expect("put");
    let too_long = format!("{longest} ");
    let refused = world.settings.put_policy(&put("e", &too_long, None)).await;
    assert_eq!(code(refused), Some(FaultCode::PolicySizeLimitExceededException));
    // Order of checks: the revision first, the count before the size, the size before the syntax.
    let refused = world
        .settings
        .put_policy(&put("f", &"x".repeat(6_000), Some("9")))
        .await;
    assert_eq!(code(refused), Some(FaultCode::InvalidPolicyRevisionIdException));
    let refused = world
        .settings
        .put_policy(&put("f", &"x".repeat(6_000), None))
        .await;
    assert_eq!(code(refused), Some(FaultCode::PolicyCountLimitExceededException));
    let refused = world
        .settings
        .put_policy(&put("e", &"x".repeat(6_000), None))
        .await;
    assert_eq!(code(refused), Some(FaultCode::PolicySizeLimitExceededException));
}

#[tokio::test]
async fn a_document_that_is_no_policy_for_xray_is_malformed() {
    let world = World::new().await;
    let any = r#""*""#;
    for wrong in [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(),
        r#"{"Version":"2012-10-17","Statement":["x"]}"#.to_owned(),
        allowed().replace("2012", "2011"),
        allowed().replace("Resource", "Other"),
        allowed().replace("Principal", "Other"),
        allowed().replace("Action", "Other"),
        policy("Maybe", any, any),
        policy("Allow", r#""444455556666""#, any),
        policy("Allow", r#"{"AWS":1}"#, any),
        policy("Allow", any, r#""s3:*""#),
        policy("Allow", any, r#"["xray:*","s3:*"]"#),
        policy("Allow", any, "[]"),
    ] {
        let refused = world.settings.put_policy(&put("a", &wrong, None)).await;
        assert_eq!(
            code(refused),
            Some(FaultCode::MalformedPolicyDocumentException),
            "{wrong}"
        );
    }
    assert_eq!(world.policies().await, []);
    for right in [
        allowed(),
        policy("Allow", any, any),
        policy("Deny", any, r#""XRAY:Get*""#),
    ] {
        let put = world
            .settings
            .put_policy(&put("a", &right, None))
            .await
            .expect("put");
        assert_eq!(put.resource_policy.policy_document, right, "as it was sent");
    }
}

#[tokio::test]
async fn nobody_locks_the_account_out_by_mistake() {
    let world = World::new().await;
    for principal in [
        r#""*""#,
        r#"{"AWS":"*"}"#,
        r#"{"AWS":["444455556666","111122223333"]}"#,
        r#"{"AWS":"arn:aws:iam::111122223333:root"}"#,
    ] {
        let document = policy("Deny", principal, r#"["xray:Put*"]"#);
        let refused = world.settings.put_policy(&put("a", &document, None)).await;
        assert_eq!(
            code(refused),
            Some(FaultCode::LockoutPreventionException),
            "{principal}"
        );
    }
    let elsewhere = policy("Deny", r#"{"AWS":"444455556666"}"#, r#""xray:*""#);
    world
        .settings
        .put_policy(&put("a", &elsewhere, None))
        .await
        .expect("put");
    let meant = PutResourcePolicyRequest {
        bypass_policy_lockout_check: Some(true),
        ..put("a", &policy("Deny", r#""*""#, r#""xray:*""#), None)
    };
    world.settings.put_policy(&meant).await.expect("put");
    let other = world.put_policy("b", None).await;
    assert_eq!(
        code(other),
        Some(FaultCode::LockoutPreventionException),
        "the whole set counts"
    );
    world
        .put_policy("a", None)
        .await
        .expect("the lock itself may be replaced");
}

#[tokio::test]
async fn names_and_tokens_follow_the_model() {
    let world = World::new().await;
    let longest = "a".repeat(128);
    for name in ["a_+=,.@-Z9", longest.as_str()] {
        world.put_policy(name, None).await.expect("put");
    }
    let too_long = "a".repeat(129);
    for name in ["", "a b", "ä", too_long.as_str()] {
        let refused = world.put_policy(name, None).await;
        assert_eq!(code(refused), Some(FaultCode::ValidationException), "{name}");
    }
    let request = ListResourcePoliciesRequest {
        next_token: Some("any".to_owned()),
    };
    assert_eq!(
        refusal(world.settings.policies(&request).await),
        refusals::TOKEN_NOT_SUPPORTED
    );
}

#[tokio::test]
async fn of_many_that_create_a_policy_at_once_exactly_one_does() {
    let world = World::new().await;
    let calls: Vec<_> = (0..6)
        .map(|_| {
            let settings = world.settings.clone();
            tokio::spawn(async move { settings.put_policy(&put("a", &allowed(), Some("0"))).await })
        })
        .collect();
    let mut made = 0;
    for call in calls {
        made += usize::from(call.await.expect("no panic").is_ok());
    }
    assert_eq!(
        (made, world.policies().await),
        (1, vec![("a".into(), "1".into())])
    );
}
