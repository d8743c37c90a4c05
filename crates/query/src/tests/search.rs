//! Laws of searches for summaries: what prunes changes no answer, pages fit together, memory is bounded, groups.

use std::collections::BTreeSet;
use std::sync::Mutex;

use wire::TraceSummary;

use super::*;
use crate::{Group, Groups, GroupsNow};

/// Expressions of the shop's own traces; those of the fixtures come besides.
const OF_THE_SHOP: [&str; 24] = [
    "",
    "ok",
    "!ok",
    "fault",
    "!fault AND responsetime > 0.2",
    "error OR throttle",
    "partial",
    "!partial duration >= 0.05 duration < 0.4",
    "responsetime = 0.1 OR responsetime != 0.1",
    "http.status = 200",
    "http.status >= 400",
    "http.status != 200",
    "http.method = \"POST\" AND !(http.url CONTAINS \"cart\")",
    "service(\"catalog\")",
    "service(\"web\") { fault OR error }",
    "service(id(type: \"client\"))",
    "edge(\"web\", \"catalog\") { responsetime > 0.01 }",
    "annotation.beta = true",
    "annotation.tenant",
    "!annotation.tenant",
    "annotation.beta != true AND ok",
    "rootcause.fault.service { name CONTAINS \"a\" }",
    "rootcause.error OR rootcause.fault",
    "user BEGINSWITH \"u\" OR http.clientip BEGINSWITH \"1\"",
];

fn expressions() -> Vec<&'static str> {
    let valid = include_str!("../../../../fixtures/filters/valid.txt");
    let lines: Vec<&str> = valid.lines().collect();
    let whole = lines.iter().enumerate().filter(|(number, _)| {
        let next = lines.get(number + 1);
        next.is_none_or(|next| !next.starts_with('|'))
    });
    let of_fixtures = whole.filter_map(|(_, line)| line.strip_prefix("> "));
    let of_fixtures = of_fixtures.filter(|expression| !expression.to_lowercase().contains("group."));
    let all: Vec<&str> = of_fixtures.step_by(4).chain(OF_THE_SHOP).collect();
    assert!(all.len() > 40, "{}", all.len());
    all
}

fn search(expression: &str, range_type: &str) -> GetTraceSummariesRequest {
    GetTraceSummariesRequest {
        filter_expression: Some(expression.to_owned()),
        time_range_type: Some(range_type.to_owned()),
        ..window(START + 10, START + 55)
    }
}

impl World {
    /// All pages: the summaries, and how many traces were processed.
    async fn everything(&self, mut request: GetTraceSummariesRequest) -> (Vec<TraceSummary>, i64) {
        let (mut summaries, mut processed) = (vec![], 0);
        loop {
            let page = self.page(&request).await;
            summaries.extend(page.trace_summaries);
            processed += page.traces_processed_count.expect("a count");
            match page.next_token {
                Some(token) => request.next_token = Some(token),
                None => return (summaries, processed),
            }
        }
    }
}

/// The same traces, some of which get late documents: live, stored in one block, in several with rows superseded and
/// some live still, and stored without terms. Live ones are judged by their documents alone.
async fn worlds() -> [World; 4] {
    let mut live = World::new().await;
    let documents = live.visits(START, 60);
    let late = late_calls(&documents);
    let (cut, mixed, without) = (
        World::new().await,
        World::new().await,
        World::with(|store| store.terms = None).await,
    );
    for world in [&live, &cut, &without] {
        world.import(&documents).await;
        world.import(&late).await;
    }
    cut.cut().await;
    without.cut().await;
    for some in documents.chunks(documents.len() / 3) {
        mixed.import(some).await;
        mixed.cut().await;
    }
    for some in late.chunks(late.len().div_ceil(2)) {
        mixed.cut().await;
        mixed.import(some).await;
    }
    [live, cut, mixed, without]
}

#[tokio::test]
async fn settled_29_what_prunes_changes_no_answer_and_no_count() {
    let [live, cut, mixed, without] = worlds().await;
    let mut telling = 0;
    for expression in expressions() {
        for range_type in ["TraceId", "Event", "Service"] {
            let request = search(expression, range_type);
            let (expected, count) = live.everything(request.clone()).await;
            for (world, name) in [(&cut, "cut"), (&mixed, "mixed"), (&without, "without terms")] {
                let (summaries, processed) = world.everything(request.clone()).await;
                let ids = |all: &[TraceSummary]| all.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
                assert_eq!(ids(&summaries), ids(&expected), "{name}: {request:?}");
                assert_eq!(summaries, expected, "{name}: {request:?}");
                // What is pruned has no place under `Service`: it counts by the times of all its entities.
                if range_type != "Service" {
                    assert_eq!(processed, count, "{name}: {request:?}");
                }
            }
            telling += usize::from(!expected.is_empty() && (expected.len() as i64) < count);
        }
    }
    assert!(telling > 30, "{telling} searches told some traces from others");
}

#[tokio::test]
async fn settled_28_pages_during_ingest_miss_nothing_repeat_nothing_and_come_alike_in_two_runs() {
    let mut runs = vec![];
    for _ in 0..2 {
        let mut world = World::new().await;
        let documents = world.visits(START, 350);
        let late = late_calls(&documents);
        world.import(&documents).await;
        world.cut().await;
        let mut request = window(START - 10, START + 10_000);
        let expected = world.all_ids(request.clone()).await;
        assert!(expected.len() > 350, "{}", expected.len());
        let mut paged = vec![];
        for step in 0_usize.. {
            let page = world.page(&request).await;
            paged.extend(page.trace_summaries.into_iter().map(|summary| summary.id));
            let Some(token) = page.next_token else { break };
            request.next_token = Some(token);
            // Traces of the answer change, others arrive before and behind its place.
            let chunk = late.len().div_ceil(6);
            world
                .import(late.chunks(chunk).nth(step).unwrap_or_default())
                .await;
            world.play(START + 500 + step as i64 * 20, 10).await;
            if step % 2 == 1 {
                world.cut().await;
            }
        }
        assert_eq!(paged.iter().collect::<BTreeSet<_>>().len(), paged.len());
        assert_eq!(paged, expected);
        runs.push(paged);
    }
    assert_eq!(runs.first(), runs.last());
}

#[tokio::test]
async fn settled_29_a_page_ends_with_the_traces_evaluated_and_pruned_ones_cost_nothing() {
    let mut world = World::new().await;
    world.play(START, 200).await;
    world.cut().await;
    world.configure(|config| config.page_traces_max = 20);
    let request = |expression: &str| GetTraceSummariesRequest {
        filter_expression: Some(expression.to_owned()),
        ..window(START, START + 400)
    };
    let all = world.all_ids(request("")).await.len();
    for expression in ["responsetime > 1e9", "user CONTAINS \"§\""] {
        let pruned = world.page(&request(expression)).await;
        assert_eq!(pruned.traces_processed_count, Some(all as i64), "{expression}");
        assert_eq!(pruned.next_token, None, "{expression}");
    }
    // Nothing says what services were asked for; none was for this.
    let (mut evaluated, mut pages) = (request("service() { http.url CONTAINS \"§\" }"), 0);
    loop {
        let page = world.page(&evaluated).await;
        assert_eq!(page.trace_summaries, []);
        pages += 1;
        match page.next_token {
            Some(token) => evaluated.next_token = Some(token),
            None => break,
        }
    }
    assert!((3..=all / 20 + 1).contains(&pages), "{pages} pages of {all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_searches_at_once_keep_the_bound_of_memory_and_answer_alike() {
    let mut world = World::new().await;
    world.play(START, 60).await;
    world.cut().await;
    let requests: Vec<_> = ["", "user CONTAINS \"1\"", "!fault", "responsetime > 0.1"]
        .iter()
        .flat_map(|expression| ["TraceId", "Service"].map(|range_type| search(expression, range_type)))
        .collect();
    let mut expected = vec![];
    for request in &requests {
        expected.push(world.everything(request.clone()).await.0);
    }
    let bound = 8 << 20;
    world.configure(|config| config.memory_bytes_max = bound);
    let world = Arc::new(world);
    let running: Vec<_> = (0..16_usize)
        .map(|number| {
            let (world, request) = (Arc::clone(&world), requests[number % requests.len()].clone());
            tokio::spawn(async move { world.everything(request).await.0 })
        })
        .collect();
    for (number, answer) in running.into_iter().enumerate() {
        assert_eq!(
            answer.await.expect("an answer"),
            expected[number % expected.len()]
        );
    }
    let most = world.query.memory.most_held();
    assert!(most <= bound, "{most} of {bound} bytes");
    assert!(most > bound / 64, "{most} bytes: the bound was never near");
}

/// Groups that the test changes.
struct Changing(Mutex<Vec<Group>>);

impl Groups for Changing {
    fn now(&self) -> GroupsNow<'_> {
        let now = self.0.lock().expect("nobody panics").clone();
        Box::pin(std::future::ready(Ok(now)))
    }
}

fn group(name: &str, filter_expression: Option<&str>) -> Group {
    Group {
        name: name.to_owned(),
        arn: format!("arn:aws:xray:::group/{name}"),
        filter_expression: filter_expression.map(str::to_owned),
    }
}

#[tokio::test]
async fn filter_expressions_9_a_group_means_its_current_expression() {
    let mut world = World::new().await;
    world.play(START, 40).await;
    world.cut().await;
    world.play(START + 40, 15).await;
    let kept = Arc::new(Changing(Mutex::new(vec![
        group("Default", None),
        group("slow", Some("responsetime > 0.3")),
    ])));
    world.query = world.query.clone().with_groups(kept.clone());
    let ids = async |expression: &str| world.all_ids(search(expression, "TraceId")).await;
    for (named, plain) in [
        ("group.name = \"slow\"", "responsetime > 0.3"),
        ("group.name != \"slow\"", "!(responsetime > 0.3)"),
        (
            "group.arn = \"arn:aws:xray:::group/slow\" AND ok",
            "responsetime > 0.3 AND ok",
        ),
        (
            "group.name = \"Default\" AND !(group.name = \"slow\")",
            "!(responsetime > 0.3)",
        ),
    ] {
        let found = ids(named).await;
        assert!(!found.is_empty(), "{named}");
        assert_eq!(found, ids(plain).await, "{named}");
    }
    kept.0.lock().expect("nobody panics")[1].filter_expression = Some("fault".to_owned());
    assert_eq!(ids("group.name = \"slow\"").await, ids("fault").await);
    kept.0.lock().expect("nobody panics").truncate(1);
    for gone in ["group.name = \"slow\"", "ok OR group.arn != \"slow\""] {
        let refused = world.query.trace_summaries(&search(gone, "TraceId")).await;
        assert!(
            matches!(&refused, Err(QueryError::Refused(fault)) if fault.message == "Group not found."),
            "{refused:?}"
        );
    }
}
