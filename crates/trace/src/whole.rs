//! What is said of a trace as a whole (`spec/trace-summaries.md` 2).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use clock::Timestamp;
use document::{AnnotationValue, TextMember, TraceId};

use crate::{EntityRef, NodeId, Trace, merge};

/// One value of an annotation and the reported nodes that carried it.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnotationSeen<'t> {
    /// The value.
    pub value: AnnotationValue<'t>,
    /// The nodes.
    pub nodes: BTreeSet<NodeId>,
}

impl Trace {
    /// The trace's id.
    pub fn id(&self) -> TraceId {
        self.id
    }

    /// The segment that nobody called; of several the earliest, then the lowest id.
    pub fn root(&self) -> Option<EntityRef<'_>> {
        self.roots().min_by_key(|root| (root.start, root.id))
    }

    /// Every segment that nobody called, or the one that stands for it ([`Roots`](crate::Roots)).
    pub fn roots(&self) -> impl Iterator<Item = EntityRef<'_>> {
        self.segments().filter(|segment| segment.is_root())
    }

    /// Earliest start of all entities.
    pub fn start(&self) -> Timestamp {
        self.entities()
            .map(|entity| entity.start)
            .min()
            .unwrap_or(Timestamp::EPOCH)
    }

    /// Nanoseconds from the earliest start to the latest end; `None` while nothing has ended.
    pub fn duration_nanos(&self) -> Option<i64> {
        let end = self.entities().filter_map(|entity| entity.end()).max()?;
        Some(end.nanos_since(self.start()).max(0))
    }

    /// Nanoseconds from the root's start to its end; `None` without root or while it runs.
    pub fn response_nanos(&self) -> Option<i64> {
        self.root().and_then(|root| root.response_nanos())
    }

    /// Whether some entity's parent has not been received. An unfinished root alone does not make it partial.
    pub fn is_partial(&self) -> bool {
        self.entities().any(|entity| entity.unresolved_parent().is_some())
    }

    /// Receipt of the last document.
    pub fn last_receipt(&self) -> Timestamp {
        self.received
            .iter()
            .map(|received| received.receipt)
            .max()
            .unwrap_or(Timestamp::EPOCH)
    }

    /// How many calls changed the trace.
    pub fn revision(&self) -> usize {
        merge::revision(&self.received)
    }

    /// Every node of the trace's graph: reported, inferred, and the client of the root.
    pub fn nodes(&self, home: &str) -> BTreeSet<NodeId> {
        let reported = self.segments().map(|segment| segment.node(home));
        let owned = self.entities().filter(|entity| entity.owner().is_some());
        let inferred = owned.filter_map(|entity| entity.inferred_receiver().map(|receiver| receiver.node()));
        let client = self.root().map(|root| NodeId::client(root.get()));
        reported.chain(inferred).chain(client).collect()
    }

    /// The values of every annotation, each distinct one once, with who carried it.
    pub fn annotations(&self, home: &str) -> BTreeMap<&str, Vec<AnnotationSeen<'_>>> {
        let mut all: BTreeMap<&str, Vec<AnnotationSeen<'_>>> = BTreeMap::new();
        let mut places: BTreeMap<(&str, Distinct<'_>), usize> = BTreeMap::default();
        for entity in self.entities() {
            let node = entity.owner().map(|owner| owner.node(home));
            for (key, value) in entity.annotations() {
                let values = all.entry(key).or_default();
                let place = *places.entry((key, Distinct::of(&value))).or_insert_with(|| {
                    values.push(AnnotationSeen {
                        value: value.clone(),
                        nodes: BTreeSet::new(),
                    });
                    values.len() - 1
                });
                if let Some(seen) = values.get_mut(place) {
                    seen.nodes.extend(node.clone());
                }
            }
        }
        all
    }

    /// The users of all segments, first seen first, with who named them.
    pub fn users(&self, home: &str) -> Vec<(&str, BTreeSet<NodeId>)> {
        let mut users: Vec<(&str, BTreeSet<NodeId>)> = vec![];
        let mut places: BTreeMap<&str, usize> = BTreeMap::default();
        for segment in self.segments() {
            let Some(user) = segment.get().text(TextMember::User) else {
                continue;
            };
            let place = *places.entry(user).or_insert_with(|| {
                users.push((user, BTreeSet::new()));
                users.len() - 1
            });
            if let Some((_, nodes)) = users.get_mut(place) {
                nodes.insert(segment.node(home));
            }
        }
        users
    }

    /// What all segments say in one of their texts, each distinct value once, first seen first.
    pub fn distinct(&self, member: TextMember) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        self.segments()
            .filter_map(|segment| segment.get().text(member))
            .filter(|value| seen.insert(*value))
            .collect()
    }
}

/// A value as a key: two values are the same if their types and their texts or bits are.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Distinct<'v> {
    Text(Cow<'v, str>),
    Number(u64),
    Boolean(bool),
}

impl<'v> Distinct<'v> {
    fn of(value: &AnnotationValue<'v>) -> Distinct<'v> {
        match value {
            AnnotationValue::Text(text) => Distinct::Text(text.clone()),
            AnnotationValue::Number(number) => Distinct::Number(number.to_bits()),
            AnnotationValue::Boolean(boolean) => Distinct::Boolean(*boolean),
        }
    }
}

#[cfg(test)]
mod tests;
