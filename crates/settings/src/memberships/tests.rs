//! Who is told what of groups, and when.

use std::sync::Arc;
use std::time::Duration;

use service_graph::{Admission, GroupNamed, VersionInForce};
use wire::{CreateGroupRequest, DeleteGroupRequest, UpdateGroupRequest};

use super::*;
use crate::testkit::World;

fn new(expression: &str) -> CreateGroupRequest {
    CreateGroupRequest {
        group_name: Some("slow".to_owned()),
        filter_expression: Some(expression.to_owned()),
        ..CreateGroupRequest::default()
    }
}

fn changed(expression: &str) -> UpdateGroupRequest {
    UpdateGroupRequest {
        group_name: Some("slow".to_owned()),
        filter_expression: Some(expression.to_owned()),
        ..UpdateGroupRequest::default()
    }
}

fn now(world: &World) -> Arc<dyn Admission> {
    let view = world.memberships.view();
    let view = view.borrow().clone();
    view.expect("no change is under way")
}

fn trace(seconds: u32) -> Trace {
    let text = format!(
        r#"{{"trace_id":"1-6955b900-0000000000000000000000aa","id":"00000000000000aa","name":"shop","start_time":1,"end_time":{}}}"#,
        1 + seconds
    );
    let segment = document::reread(&text.into()).expect("a valid document");
    let id = segment.trace_id;
    let received = trace::Received {
        segment: Arc::new(segment),
        position: 0,
        receipt: Timestamp::EPOCH,
    };
    Trace::assemble(id, vec![received])
}

#[tokio::test]
async fn settled_31_a_version_is_known_when_its_call_returns_and_after_a_restart() {
    let world = World::new().await;
    assert_eq!(now(&world).group(GroupNamed::Name("Default")), Some(0));
    assert_eq!(now(&world).group(GroupNamed::Name("slow")), None);
    let made = world.settings.create_group(&new("duration > 5")).await;
    let arn = made.expect("made").group.group_arn;
    let begun = world.clock.now();
    world.clock.advance(Duration::from_secs(7));
    world
        .settings
        .update_group(&changed("duration > 2"))
        .await
        .expect("changed");
    let group = now(&world).group(GroupNamed::Name("slow")).expect("known");
    assert_eq!(now(&world).group(GroupNamed::Arn(&arn)), Some(group));
    let expected = [
        VersionInForce {
            number: 1,
            group,
            from: begun,
            until: Some(world.clock.now()),
        },
        VersionInForce {
            number: 2,
            group,
            from: world.clock.now(),
            until: None,
        },
    ];
    let judged = |world: &World| [1, 2].map(|number| now(world).admits(number, &trace(3)));
    assert_eq!(now(&world).versions(), expected);
    assert_eq!(judged(&world), [false, true]);
    let world = world.restarted().await;
    assert_eq!(now(&world).versions(), expected);
    assert_eq!(judged(&world), [false, true]);
    assert_eq!(world.memberships.latest_change(), Some(world.clock.now()));
}

#[tokio::test]
async fn settled_31_a_deleted_group_is_unknown_and_its_versions_stay() {
    let world = World::new().await;
    world
        .settings
        .create_group(&new("duration > 5"))
        .await
        .expect("made");
    world.clock.advance(Duration::from_secs(7));
    let named = DeleteGroupRequest {
        group_name: Some("slow".to_owned()),
        group_arn: None,
    };
    world.settings.delete_group(&named).await.expect("deleted");
    let view = now(&world);
    assert_eq!(view.group(GroupNamed::Name("slow")), None);
    let until: Vec<_> = view.versions().iter().map(|version| version.until).collect();
    assert_eq!(until, [Some(world.clock.now())]);
}

#[tokio::test]
async fn settled_31_nobody_can_judge_while_a_version_begins() {
    let world = World::new().await;
    let change = world.memberships.begin_change(&*world.clock).await;
    assert!(world.memberships.view().borrow().is_none());
    assert_eq!(change.moment, world.clock.now());
    change.end().await;
    assert!(world.memberships.view().borrow().is_some());
}

#[tokio::test]
async fn settled_31_a_refused_change_holds_nobody_up() {
    let world = World::new().await;
    world
        .settings
        .create_group(&new("duration > 5"))
        .await
        .expect("made");
    assert!(
        world.settings.create_group(&new("fault")).await.is_err(),
        "the name is taken"
    );
    assert_eq!(now(&world).versions().len(), 1);
    assert!(world.settings.update_group(&changed("duration >")).await.is_err());
    assert_eq!(now(&world).versions().len(), 1);
}

#[tokio::test]
async fn a_change_is_made_to_its_end_though_whoever_asked_for_it_goes_away() {
    let world = World::new().await;
    let request = new("duration > 5");
    let mut asked = Box::pin(world.settings.create_group(&request));
    // Begun, and then dropped.
    let begun =
        std::future::poll_fn(|context| std::task::Poll::Ready(asked.as_mut().poll(context).is_pending()));
    assert!(begun.await);
    drop(asked);
    let mut view = world.memberships.view();
    let made = view.wait_for(|view| view.as_ref().is_some_and(|view| view.versions().len() == 1));
    assert!(made.await.is_ok());
}
