//! Any traces: segments and calls of few names, so that nodes coincide; some unfinished, some cut off.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use trace::Received;

use super::documents::received_value;

/// One segment or subsegment that is to be written.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Who encloses or called it: mostly an earlier entity of the trace, now and then one that never came.
    parent: Parent,
    what: What,
    name: u8,
    flags: (bool, bool, bool),
    start_micros: u32,
    micros: u32,
    /// Whether it is part of its parent's document, where it can be.
    is_embedded: bool,
    progress: Progress,
}

#[derive(Debug, Clone)]
enum Parent {
    Nobody,
    Earlier(Index),
    Missing,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    Segment { origin: Option<&'static str> },
    Local,
    Remote,
    Database,
    Aws,
    Table,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Progress {
    Ended,
    /// Sent when it began, too.
    BegunAndEnded,
    Running,
}

/// Some traces of some entities each.
pub(super) fn traces() -> impl Strategy<Value = Vec<Vec<Plan>>> {
    prop::collection::vec(prop::collection::vec(plan(), 1..12), 1..4)
}

/// Traces in which no entity calls another service.
pub(super) fn traces_without_calls() -> impl Strategy<Value = Vec<Vec<Plan>>> {
    let local = |plan: Plan| match plan.what {
        What::Segment { .. } | What::Local => plan,
        What::Remote | What::Database | What::Aws | What::Table => Plan {
            what: What::Local,
            ..plan
        },
    };
    traces().prop_map(move |traces| {
        traces
            .into_iter()
            .map(|plans| plans.into_iter().map(local).collect())
            .collect()
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let parent = prop_oneof![
        2 => Just(Parent::Nobody),
        7 => any::<Index>().prop_map(Parent::Earlier),
        1 => Just(Parent::Missing),
    ];
    // A reported segment of type `remote` has the identity of an inferred node.
    let origin = prop::sample::select(vec![None, Some("AWS::EC2::Instance"), Some("remote")]);
    let what = prop_oneof![
        4 => origin.prop_map(|origin| What::Segment { origin }),
        6 => prop::sample::select(vec![What::Local, What::Remote, What::Database, What::Aws, What::Table]),
    ];
    let progress = prop::sample::select(vec![
        Progress::Ended,
        Progress::Ended,
        Progress::Ended,
        Progress::BegunAndEnded,
        Progress::Running,
    ]);
    let times = (0..3_000_000u32, 0..400_000u32);
    let told = (
        0..4u8,
        any::<(bool, bool, bool)>(),
        times,
        any::<bool>(),
        progress,
    );
    (parent, what, told).prop_map(
        |(parent, what, (name, flags, times, is_embedded, progress))| Plan {
            parent,
            what,
            name,
            flags,
            start_micros: times.0,
            micros: times.1,
            is_embedded,
            progress,
        },
    )
}

/// How the entities are spread over documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spread {
    /// As planned.
    Planned,
    /// Every entity in a document of its own.
    Single,
}

/// The documents of all traces, in the order of their traces, one taken each second.
pub(super) fn documents(traces: &[Vec<Plan>], spread: Spread) -> Vec<Received> {
    let members = (0..)
        .zip(traces)
        .flat_map(|(trace, plans)| Writing { trace, plans, spread }.documents());
    (0..)
        .zip(members)
        .map(|(position, members)| received_value(position, f64::from(position as u32), members))
        .collect()
}

/// The same documents in this order, some twice.
pub(super) fn reordered(documents: &[Received], keys: &[u16]) -> Vec<Received> {
    let again = documents
        .iter()
        .zip(keys)
        .filter(|(_, key)| *key % 3 == 0)
        .map(|(document, _)| document);
    let mut keyed: Vec<_> = keys
        .iter()
        .rev()
        .cycle()
        .zip(documents.iter().chain(again))
        .collect();
    keyed.sort_by_key(|(key, _)| **key);
    let firsts = documents.iter().map(|document| document.receipt).cycle();
    let placed = (0..)
        .zip(keyed)
        .zip(firsts)
        .map(|((position, (_, document)), receipt)| Received {
            segment: document.segment.clone(),
            position,
            receipt,
        });
    placed.collect()
}

struct Writing<'p> {
    trace: u32,
    plans: &'p [Plan],
    spread: Spread,
}

impl Writing<'_> {
    fn documents(&self) -> Vec<Value> {
        let tops = (0..self.plans.len()).filter(|place| !self.is_embedded(*place));
        tops.flat_map(|place| self.versions(place)).collect()
    }

    /// The document, and before it the one that says that the work has begun.
    fn versions(&self, place: usize) -> Vec<Value> {
        let mut document = self.entity(place);
        document["trace_id"] = json!(format!("T{}", self.trace));
        let mut begun = document.clone();
        let members = begun.as_object_mut().expect("an object");
        members.remove("end_time");
        members.remove("subsegments");
        members.insert("in_progress".to_owned(), json!(true));
        match self.plans[place].progress {
            Progress::Ended | Progress::Running => vec![document],
            Progress::BegunAndEnded => vec![begun, document],
        }
    }

    fn entity(&self, place: usize) -> Value {
        let plan = &self.plans[place];
        let start = f64::from(plan.start_micros) / 1e6;
        let (error, throttle, fault) = plan.flags;
        let mut members = json!({
            "id": format!("{place:x}"), "name": format!("n{}", plan.name), "start_time": start,
            "error": error, "throttle": throttle, "fault": fault,
        });
        match plan.progress {
            Progress::Running => members["in_progress"] = json!(true),
            Progress::Ended | Progress::BegunAndEnded => {
                members["end_time"] = json!(start + f64::from(plan.micros) / 1e6);
            }
        }
        describe(plan, &mut members);
        if let Some(parent) = self.parent_id(place).filter(|_| !self.is_embedded(place)) {
            members["parent_id"] = json!(parent);
        }
        let embedded = (place + 1..self.plans.len())
            .filter(|child| self.is_embedded(*child) && self.parent(*child) == Some(place));
        members["subsegments"] = embedded.map(|child| self.entity(child)).collect();
        members
    }

    fn parent(&self, place: usize) -> Option<usize> {
        match &self.plans[place].parent {
            Parent::Earlier(index) if place > 0 => Some(index.index(place)),
            Parent::Earlier(_) | Parent::Nobody | Parent::Missing => None,
        }
    }

    fn parent_id(&self, place: usize) -> Option<String> {
        let plan = &self.plans[place];
        let is_segment = matches!(plan.what, What::Segment { .. });
        match (self.parent(place), &plan.parent) {
            (Some(parent), _) => Some(format!("{parent:x}")),
            (None, Parent::Nobody | Parent::Earlier(_)) if is_segment => None,
            (None, _) => Some("dead".to_owned()),
        }
    }

    fn is_embedded(&self, place: usize) -> bool {
        let plan = &self.plans[place];
        let is_part = !matches!(plan.what, What::Segment { .. }) && self.parent(place).is_some();
        // Of an entity sent twice the first form holds no children, so its children must not be sent once.
        self.spread == Spread::Planned
            && plan.is_embedded
            && is_part
            && plan.progress != Progress::BegunAndEnded
    }
}

fn describe(plan: &Plan, members: &mut Value) {
    if !matches!(plan.what, What::Segment { .. }) {
        members["type"] = json!("subsegment");
    }
    match plan.what {
        What::Segment { origin } => members["origin"] = json!(origin),
        What::Local => {}
        What::Remote => members["ns"] = json!("remote"),
        What::Database => {
            members["ns"] = json!("remote");
            members["sql"] = json!({});
        }
        What::Aws => members["ns"] = json!("aws"),
        What::Table => {
            members["ns"] = json!("aws");
            members["name"] = json!("DynamoDB");
            members["aws"] = json!({ "operation": "GetItem", "table_name": format!("n{}", plan.name) });
        }
    }
}
