//! How long a filter takes: to read, to be asked of a trace, to be asked of its facts; and what it takes to index a trace.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use clock::Timestamp;
use demo::Shop;
use divan::Bencher;
use divan::counter::ItemsCount;
use document::TraceId;
use filter::{Filter, Subject, index_of};
use trace::{Facts, Received, Trace};

fn main() {
    divan::main();
}

#[divan::bench]
fn parse_typical(bencher: Bencher<'_, '_>) {
    bencher.bench(|| black_box(TYPICAL).parse::<Filter>());
}

/// Nearly 2,000 characters, nested as deeply as they may be.
#[divan::bench]
fn parse_long(bencher: Bencher<'_, '_>) {
    let deep = format!("{}ok{}", "(".repeat(64), ")".repeat(64));
    let long = format!(
        "{deep}{}",
        r#" service("cart") { fault OR annotation.a = "b" }"#.repeat(38)
    );
    assert!(long.len() > 1_900 && long.parse::<Filter>().is_ok());
    bencher.bench(|| black_box(&*long).parse::<Filter>());
}

#[divan::bench]
fn parse_hopeless(bencher: Bencher<'_, '_>) {
    let open = "(".repeat(2_000);
    bencher.bench(|| black_box(&*open).parse::<Filter>());
}

#[divan::bench(args = EXPRESSIONS)]
fn matches(bencher: Bencher<'_, '_>, expression: &str) {
    let (filter, traces) = (filter(expression), sample());
    bencher.counter(ItemsCount::new(traces.len())).bench(|| {
        let subject = |trace| Subject {
            trace,
            home: "",
            groups: &[],
        };
        traces
            .iter()
            .filter(|trace| filter.matches(&subject(trace)))
            .count()
    });
}

#[divan::bench(args = EXPRESSIONS)]
fn judge(bencher: Bencher<'_, '_>, expression: &str) {
    let filter = filter(expression);
    let facts: Vec<Facts> = sample().iter().map(Trace::facts).collect();
    bencher
        .counter(ItemsCount::new(facts.len()))
        .bench(|| facts.iter().map(|facts| filter.judge(facts)).collect::<Vec<_>>());
}

#[divan::bench]
fn prune(bencher: Bencher<'_, '_>) {
    let filter = filter(TYPICAL);
    bencher.bench(|| black_box(&filter).prune());
}

#[divan::bench]
fn index(bencher: Bencher<'_, '_>) {
    let traces = sample();
    bencher.counter(ItemsCount::new(traces.len())).bench(|| {
        traces
            .iter()
            .map(|trace| index_of(trace, "").terms().len())
            .sum::<usize>()
    });
}

/// Of traces with exactly eight entities.
#[divan::bench]
fn index_of_eight(bencher: Bencher<'_, '_>) {
    let mut traces = sample();
    traces.retain(|trace| trace.entities().count() == 8);
    bencher.counter(ItemsCount::new(traces.len())).bench(|| {
        traces
            .iter()
            .map(|trace| index_of(trace, "").terms().len())
            .sum::<usize>()
    });
}

fn filter(expression: &str) -> Filter {
    expression.parse().expect("a filter")
}

fn sample() -> Vec<Trace> {
    let mut shop = Shop::new(1);
    let visits = (0..1_000).map(|second| shop.visit(Timestamp::from_seconds(1_767_225_600 + second)));
    let mut traces: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    for (position, sent) in (0..).zip(visits.flat_map(|visit| visit.documents)) {
        let segment = document::reread(&sent.document.into()).expect("the shop sends valid documents");
        let received = Received {
            segment: Arc::new(segment),
            position,
            receipt: sent.at,
        };
        traces
            .entry(received.segment.trace_id)
            .or_default()
            .push(received);
    }
    traces
        .into_iter()
        .map(|(id, documents)| Trace::assemble(id, documents))
        .collect()
}

const TYPICAL: &str = r#"service("catalog") { fault } AND annotation.tenant = "blue" AND responsetime > 0.5"#;

const EXPRESSIONS: [&str; 5] = [
    "fault AND responsetime > 0.5",
    r#"annotation.tenant = "blue""#,
    r#"service("catalog") { fault }"#,
    r#"edge("shop-web", "catalog") { responsetime > 0.1 }"#,
    r#"rootcause.fault.service { name = "catalog" }"#,
];
