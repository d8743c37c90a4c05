//! Graphs of groups (`settled.md` 31): the same whatever has been cut, and when the groups changed.

use service_graph::{Admission, GroupNamed, VersionInForce};
use tokio::sync::watch;
use trace::Trace;

use super::*;

/// A group `large` of traces with several entities, from some second on of those with a late call instead.
#[derive(Debug, Clone)]
struct Large(Vec<VersionInForce>);

impl Large {
    fn first() -> Large {
        Large(vec![version(1, START + 10, None)])
    }

    fn both() -> Large {
        let change = START + 95;
        Large(vec![
            version(1, START + 10, Some(change)),
            version(2, change, None),
        ])
    }

    fn view(self) -> Option<Arc<dyn Admission>> {
        Some(Arc::new(self))
    }
}

fn version(number: u32, from: i64, until: Option<i64>) -> VersionInForce {
    VersionInForce {
        number,
        group: 1,
        from: Timestamp::from_seconds(from),
        until: until.map(Timestamp::from_seconds),
    }
}

impl Admission for Large {
    fn versions(&self) -> &[VersionInForce] {
        &self.0
    }

    fn admits(&self, number: u32, trace: &Trace) -> bool {
        match number {
            1 => trace.entities().count() >= 9,
            _ => trace.entities().any(|entity| entity.name() == "late.example"),
        }
    }

    fn group(&self, named: GroupNamed<'_>) -> Option<u32> {
        match named {
            GroupNamed::Name("large") => Some(1),
            GroupNamed::Arn(DEFAULT_ARN) => Some(0),
            GroupNamed::Name(_) | GroupNamed::Arn(_) => None,
        }
    }
}

const DEFAULT_ARN: &str = "arn:aws:xray:us-east-1:000000000000:group/Default";

fn asked(from: i64, until: i64) -> GetServiceGraphRequest {
    GetServiceGraphRequest {
        group_name: Some("large".to_owned()),
        ..graph_window(START + from, START + until)
    }
}

const WINDOWS: [(i64, i64); 5] = [(0, 300), (10, 50), (60, 119), (99, 120), (0, 98)];

#[tokio::test]
async fn settled_31_a_groups_graphs_are_the_same_however_often_traces_are_cut() {
    let (tell_live, view) = watch::channel(Large::first().view());
    let mut live = World::with(|config| config.groups = view).await;
    let (tell_cut, view) = watch::channel(Large::first().view());
    let cut = World::with(|config| config.groups = view).await;
    let documents = live.visits(START, 90);
    for some in documents.chunks(40) {
        live.import(some).await;
        // So that what is live is counted before the change.
        live.query.service_graph(&asked(0, 300)).await.expect("a graph");
        cut.import(some).await;
        cut.cut().await;
    }
    for tell in [&tell_live, &tell_cut] {
        tell.send_replace(Large::both().view());
    }
    let late = late_calls(&documents);
    for world in [&live, &cut] {
        world.import(&late).await;
    }
    let mut has_old = vec![];
    for (from, until) in WINDOWS {
        let expected = cut
            .query
            .service_graph(&asked(from, until))
            .await
            .expect("a graph");
        let actual = live
            .query
            .service_graph(&asked(from, until))
            .await
            .expect("a graph");
        assert!(!actual.services.is_empty());
        assert_eq!(actual, expected, "{from}..{until}");
        let every = graph_window(START + from, START + until);
        let every = live.query.service_graph(&every).await.expect("a graph");
        assert_ne!(every.services, actual.services, "the group is a part");
        has_old.push(actual.contains_old_group_versions);
    }
    assert_eq!(
        has_old, [true; 5],
        "what the first version won stays, and goes on counting"
    );
    live.cut().await;
    cut.cut().await;
    for (from, until) in WINDOWS {
        let expected = cut
            .query
            .service_graph(&asked(from, until))
            .await
            .expect("a graph");
        let actual = live
            .query
            .service_graph(&asked(from, until))
            .await
            .expect("a graph");
        assert_eq!(actual, expected, "{from}..{until}, stored");
    }
}

#[tokio::test]
async fn section_4_an_unknown_group_is_refused_and_default_is_every_trace() {
    let (_tell, view) = watch::channel(Large::first().view());
    let mut world = World::with(|config| config.groups = view).await;
    world.play(START, 20).await;
    let every = graph_window(START, START + 60);
    let expected = world.query.service_graph(&every).await.expect("a graph");
    for (name, arn) in [(Some("Default"), None), (None, Some(DEFAULT_ARN))] {
        let request = GetServiceGraphRequest {
            group_name: name.map(str::to_owned),
            group_arn: arn.map(str::to_owned),
            ..every.clone()
        };
        let actual = world.query.service_graph(&request).await.expect("a graph");
        assert_eq!(actual, expected);
    }
    for (name, arn) in [
        (Some("small"), None),
        (None, Some("arn:aws:xray:::group/large/A")),
        (None, Some("arn:aws:xray:us-east-1:999999999999:group/Default")),
    ] {
        let request = GetServiceGraphRequest {
            group_name: name.map(str::to_owned),
            group_arn: arn.map(str::to_owned),
            ..every.clone()
        };
        let refused = world.query.service_graph(&request).await;
        assert!(matches!(refused, Err(QueryError::Refused(fault)) if fault.message == "Group not found."));
    }
}

#[tokio::test]
async fn settled_31_while_groups_change_a_graph_waits() {
    let (tell, view) = watch::channel(None);
    // The store is opened with what there was.
    tell.send_replace(Large::first().view());
    let world = World::with(|config| config.groups = view).await;
    tell.send_replace(None);
    let request = asked(0, 60);
    let mut graph = Box::pin(world.query.service_graph(&request));
    let waits =
        std::future::poll_fn(|context| std::task::Poll::Ready(graph.as_mut().poll(context).is_pending()));
    assert!(waits.await);
    tell.send_replace(Large::both().view());
    assert!(graph.await.is_ok());
}
