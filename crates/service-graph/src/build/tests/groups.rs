//! Graphs of groups (`settled.md` 31, `spec/service-graph.md` 4, Groups): from roll-ups as from a naive look at all traces.

use std::collections::BTreeMap;

use clock::Timestamp;
use document::TraceId;
use proptest::prelude::*;
use trace::{Received, Trace};

use super::documents::{BASE, HOME, received, window};
use super::generated::{Spread, documents, traces};
use super::links;
use super::rolled_up::{Object, blocks, taken};
use crate::{
    Admission, GraphSum, GroupNamed, Rollups, Scope, Selection, ServiceGraph, VersionInForce, Window,
};

/// What an expression asks; some of it can be lost again, some cannot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Wants {
    Everything,
    Nothing,
    /// At least so many entities.
    Entities(usize),
    /// At most so many.
    FewEntities(usize),
    /// One of this name.
    Name(u8),
    Fault,
    NoFault,
}

/// Versions with what each wants.
#[derive(Debug, Clone, Default)]
pub(super) struct SomeGroups {
    versions: Vec<VersionInForce>,
    wants: Vec<Wants>,
}

impl SomeGroups {
    /// One version of a group, in force between two moments in milliseconds after the base time.
    pub(super) fn add(&mut self, group: u32, (from, until): (i64, Option<i64>), wants: Wants) {
        let at = |millis: i64| Timestamp::from_nanos((BASE * 1_000 + millis) * 1_000_000);
        self.versions.push(VersionInForce {
            number: self.versions.len() as u32 + 1,
            group,
            from: at(from),
            until: until.map(at),
        });
        self.wants.push(wants);
    }

    fn of(&self, group: u32) -> impl Iterator<Item = &VersionInForce> {
        self.versions.iter().filter(move |version| version.group == group)
    }
}

impl Admission for SomeGroups {
    fn versions(&self) -> &[VersionInForce] {
        &self.versions
    }

    fn admits(&self, number: u32, trace: &Trace) -> bool {
        match self.wants[number as usize - 1] {
            Wants::Everything => true,
            Wants::Nothing => false,
            Wants::Entities(least) => trace.entities().count() >= least,
            Wants::FewEntities(most) => trace.entities().count() <= most,
            Wants::Name(name) => trace.entities().any(|entity| entity.name() == format!("n{name}")),
            Wants::Fault => trace.entities().any(|entity| entity.flags.fault),
            Wants::NoFault => trace.entities().all(|entity| !entity.flags.fault),
        }
    }

    fn group(&self, _named: GroupNamed<'_>) -> Option<u32> {
        None
    }
}

/// One after the other, with gaps in which none is in force.
fn versions() -> impl Strategy<Value = Vec<((i64, i64), Wants)>> {
    let wants = prop_oneof![
        2 => Just(Wants::Everything),
        1 => Just(Wants::Nothing),
        3 => (1..8usize).prop_map(Wants::Entities),
        3 => (1..8usize).prop_map(Wants::FewEntities),
        3 => (0..4u8).prop_map(Wants::Name),
        1 => Just(Wants::Fault),
        1 => Just(Wants::NoFault),
    ];
    let gap = prop_oneof![3 => Just(0i64), 1 => 0..60_000i64];
    prop::collection::vec(((gap, 1..250_000i64), wants), 1..5)
}

fn groups_of(plans: &[Vec<((i64, i64), Wants)>]) -> SomeGroups {
    let mut groups = SomeGroups::default();
    for (group, versions) in (1..).zip(plans) {
        let mut begin = 0;
        for ((gap, length), wants) in versions {
            let from = begin + gap;
            begin = from + length;
            groups.add(group, (from, Some(begin)), *wants);
        }
    }
    groups
}

/// Under which version a trace is a member at the end of a second, and since when: the first version by which the last
/// change in its time was admitted, and the begin of the unbroken row of admitted changes that led there.
fn naive_membership(
    groups: &SomeGroups,
    group: u32,
    documents: &[Received],
    last: i64,
) -> Option<(u32, i64)> {
    let mut seconds: Vec<i64> = documents.iter().map(|one| one.receipt.seconds()).collect();
    seconds.retain(|second| *second <= last);
    seconds.sort_unstable();
    seconds.dedup();
    groups.of(group).find_map(|version| {
        let judged: Vec<(i64, bool)> = seconds
            .iter()
            .filter_map(|second| {
                let known: Vec<Received> = documents
                    .iter()
                    .filter(|one| one.receipt.seconds() <= *second)
                    .cloned()
                    .collect();
                let receipt = known.iter().map(|one| one.receipt).max()?;
                let is_in_force =
                    version.from <= receipt && version.until.is_none_or(|until| receipt < until);
                let trace = Trace::assemble(known.first()?.segment.trace_id, known);
                is_in_force.then(|| (*second, groups.admits(version.number, &trace)))
            })
            .collect();
        let row = judged.iter().rev().take_while(|(_, admitted)| *admitted);
        row.last().map(|(second, _)| (version.number, *second))
    })
}

/// The graph of a group from its traces, each looked at by itself.
fn naive_graph(
    groups: &SomeGroups,
    group: u32,
    all: &[Received],
    (first, last): (i64, i64),
) -> (ServiceGraph, bool) {
    let mut by_id: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    for one in all {
        by_id.entry(one.segment.trace_id).or_default().push(one.clone());
    }
    let newest = groups.of(group).last().map(|version| version.number);
    let (mut sum, mut old) = (GraphSum::new(HOME), GraphSum::new(HOME));
    for (id, mut documents) in by_id {
        let Some((number, since)) = naive_membership(groups, group, &documents, last) else {
            continue;
        };
        documents.retain(|one| one.receipt.seconds() <= last);
        let trace = Trace::assemble(id, documents);
        // Admitted within the window: everything from before counts at the admission.
        let first = if first <= since { i64::MIN } else { first };
        let selection = Selection::Received { first, last };
        sum.add_trace(&trace, selection);
        if Some(number) != newest {
            old.add_trace(&trace, selection);
        }
    }
    let has_old = !old.graph().nodes.is_empty();
    (sum.graph(), has_old)
}

fn scoped(scope: u32, first: i64, last: i64) -> Window {
    Window {
        scope: Scope(scope),
        ..Window::until(first, last)
    }
}

/// The graph of a group from roll-ups: its versions, summed up.
fn graph(
    objects: &[Object],
    groups: &SomeGroups,
    group: u32,
    (first, last): (i64, i64),
) -> (ServiceGraph, bool) {
    let newest = groups.of(group).last().map(|version| version.number);
    let (mut sum, mut has_old) = (GraphSum::new(HOME), false);
    for version in groups.of(group) {
        let mut own = GraphSum::new(HOME);
        for object in objects {
            object.add_to(&mut own, scoped(version.number, first, last));
        }
        has_old |= Some(version.number) != newest && !own.graph().nodes.is_empty();
        sum.add(&own);
    }
    (sum.graph(), has_old)
}

proptest! {
    #[test]
    fn settled_31_a_groups_graph_from_roll_ups_equals_the_graph_from_its_traces(
        traces in traces(),
        chances in prop::collection::vec(any::<(u16, u8)>(), 1..40),
        plans in prop::collection::vec(versions(), 1..3),
        bounds in prop::collection::vec((0..420i64, 0..420i64), 1..8),
    ) {
        let groups = groups_of(&plans);
        let taken = taken(&documents(&traces, Spread::Planned), &chances);
        let objects: Vec<Object> = blocks(&taken, &groups).into_iter().map(Object::of).collect();
        let mut merged = Rollups::default();
        objects.iter().for_each(|object| merged.add(&object.rollups()));
        let merged = [Object::of(merged)];
        let all: Vec<Received> = taken.into_iter().map(|(_, received)| received).collect();
        for (first, last) in bounds.into_iter().chain([(0, 420), (60, 179)]) {
            let asked = (BASE + first, BASE + last);
            for group in 1..=plans.len() as u32 {
                let from_traces = naive_graph(&groups, group, &all, asked);
                prop_assert_eq!(&graph(&objects, &groups, group, asked), &from_traces, "{}..{}", first, last);
                prop_assert_eq!(&graph(&merged, &groups, group, asked), &from_traces, "compacted, {}..{}", first, last);
            }
        }
    }

    #[test]
    fn settled_31_a_group_that_admits_everything_from_the_beginning_has_the_graph_of_all_traces(
        traces in traces(),
        chances in prop::collection::vec(any::<(u16, u8)>(), 1..40),
        (first, last) in (0..420i64, 0..420i64),
    ) {
        let mut groups = SomeGroups::default();
        groups.add(1, (0, None), Wants::Everything);
        let taken = taken(&documents(&traces, Spread::Planned), &chances);
        let objects: Vec<Object> = blocks(&taken, &groups).into_iter().map(Object::of).collect();
        let all: Vec<Received> = taken.into_iter().map(|(_, received)| received).collect();
        let (of_group, has_old) = graph(&objects, &groups, 1, (BASE + first, BASE + last));
        prop_assert_eq!(of_group, window(&all, first, last));
        prop_assert!(!has_old);
    }

    #[test]
    fn settled_31_a_version_that_begins_after_the_last_receipt_changes_nothing_that_was_judged(
        traces in traces(),
        chances in prop::collection::vec(any::<(u16, u8)>(), 1..40),
        plans in prop::collection::vec(versions(), 1..3),
        later in versions(),
    ) {
        let mut after = groups_of(&plans);
        let taken = taken(&documents(&traces, Spread::Planned), &chances);
        // What is in force when the last document comes ends after it, and others begin after it.
        after.versions.retain(|version| version.from <= Timestamp::from_seconds(BASE + 400));
        let mut before = after.clone();
        before.versions.iter_mut().for_each(|version| {
            version.until = version.until.filter(|until| *until <= Timestamp::from_seconds(BASE + 400));
        });
        for (place, (_, wants)) in later.into_iter().enumerate() {
            let from = 900_000 + place as i64;
            let number = after.wants.len() as u32 + 1;
            after.add(1, (from, Some(from + 1)), wants);
            after.versions.last_mut().expect("just added").number = number;
        }
        let mut sum = Rollups::default();
        let documents: Vec<Received> = taken.into_iter().map(|(_, received)| received).collect();
        for trace in super::documents::traces(&documents) {
            let of_trace = |one: &&Received| one.segment.trace_id == trace.id();
            let own: Vec<Received> = documents.iter().filter(of_trace).cloned().collect();
            sum.add_trace(trace.id(), &own, &before, 1);
            sum.add_trace(trace.id(), &own, &after, -1);
        }
        sum.tidy();
        prop_assert!(sum.cells.is_empty());
    }
}

/// How many requests a group's window holds, version by version.
fn counts(groups: &SomeGroups, documents: &[Received], (first, last): (i64, i64)) -> Vec<i64> {
    let mut rollups = Rollups::default();
    for trace in super::documents::traces(documents) {
        let own: Vec<Received> = documents.to_vec();
        rollups.add_trace(trace.id(), &own, groups, 1);
    }
    let versions = groups.versions.iter();
    let counts = versions.map(|version| {
        let mut sum = GraphSum::new(HOME);
        sum.add_rollups(&rollups, scoped(version.number, BASE + first, BASE + last));
        let tally = sum.graph().tally_of_edges(|from, _| from.is_client());
        tally.counts.total()
    });
    counts.collect()
}

const ROOT: &str = r#"{"trace_id":"T1","id":"a1","name":"n0","start_time":1,"end_time":2}"#;
const CHILD: &str = r#"{"trace_id":"T1","id":"a2","parent_id":"a1","name":"n1","start_time":1,"end_time":2}"#;

#[test]
fn settled_31_a_trace_that_matches_late_counts_fully_from_its_admission_on() {
    let mut groups = SomeGroups::default();
    groups.add(1, (0, None), Wants::Entities(2));
    let documents = [received(0, 10.0, ROOT), received(1, 50.0, CHILD)];
    assert_eq!(counts(&groups, &documents, (0, 49)), [0]);
    assert_eq!(counts(&groups, &documents, (0, 50)), [1]);
    assert_eq!(counts(&groups, &documents, (50, 60)), [1], "the root too");
}

#[test]
fn settled_31_under_one_version_membership_is_lost_again_and_under_the_next_it_stays() {
    let mut groups = SomeGroups::default();
    groups.add(1, (0, None), Wants::FewEntities(1));
    let documents = [received(0, 10.0, ROOT), received(1, 50.0, CHILD)];
    assert_eq!(counts(&groups, &documents, (0, 49)), [1]);
    assert_eq!(counts(&groups, &documents, (0, 50)), [0]);
    let mut groups = SomeGroups::default();
    groups.add(1, (0, Some(30_000)), Wants::FewEntities(1));
    groups.add(1, (30_000, None), Wants::Nothing);
    assert_eq!(counts(&groups, &documents, (0, 50)), [1, 0]);
    let mut groups = SomeGroups::default();
    groups.add(1, (0, Some(30_000)), Wants::FewEntities(1));
    groups.add(1, (30_000, None), Wants::Everything);
    assert_eq!(
        counts(&groups, &documents, (0, 50)),
        [1, 0],
        "it counts once, under the version that won it"
    );
}

#[test]
fn settled_31_a_trace_from_before_the_group_is_judged_when_it_changes() {
    let mut groups = SomeGroups::default();
    groups.add(1, (30_000, None), Wants::Everything);
    let documents = [received(0, 10.0, ROOT)];
    assert_eq!(counts(&groups, &documents, (0, 100)), [0]);
    let documents = [received(0, 10.0, ROOT), received(1, 50.0, CHILD)];
    assert_eq!(counts(&groups, &documents, (0, 49)), [0]);
    assert_eq!(counts(&groups, &documents, (40, 100)), [1]);
}

#[test]
fn settled_31_a_link_counts_in_a_group_with_its_consumer_and_not_before_its_admission() {
    let with = |documents: &[Received], wants: Wants, first: i64, last: i64| {
        let mut groups = SomeGroups::default();
        groups.add(1, (0, None), wants);
        let graph = links::graph(documents, &groups, scoped(1, BASE + first, BASE + last));
        links::links(&graph)
    };
    let documents = [
        received(0, 40.0, links::PRODUCER),
        received(1, 50.0, links::WORKER),
    ];
    assert_eq!(with(&documents, Wants::Everything, 0, 60), ["Q→worker 1 [3500]"]);
    let of_consumer = with(&documents, Wants::FewEntities(1), 0, 60);
    assert_eq!(of_consumer, ["Q→worker 1 [3500]"], "the producer is no member");
    assert_eq!(
        with(&documents, Wants::Entities(2), 0, 60),
        [""; 0],
        "the consumer is none"
    );
    let call = r#"{"trace_id":"T6","id":"f2","parent_id":"f1","type":"subsegment","name":"x","start_time":43,"end_time":44}"#;
    let documents = [&documents[..], &[received(2, 70.0, call)]].concat();
    assert_eq!(with(&documents, Wants::Entities(2), 0, 69), [""; 0]);
    assert_eq!(
        with(&documents, Wants::Entities(2), 70, 80),
        ["Q→worker 1 [3500]"]
    );
    let documents = [
        received(0, 90.0, links::PRODUCER),
        received(1, 50.0, links::WORKER),
    ];
    assert_eq!(
        with(&documents, Wants::FewEntities(1), 50, 90),
        ["Q→worker 1 [3500]"]
    );
    assert_eq!(with(&documents, Wants::FewEntities(1), 51, 90), [""; 0]);
}
