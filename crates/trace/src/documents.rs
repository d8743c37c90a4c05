//! The documents of a trace as BatchGetTraces returns them (`spec/segment-documents.md` 8.3 and 8.4).

use document::render::{Dress, Inferred, Source};
use document::{Entity, EntityId, Kind, TextMember, TraceId};
use sha2::{Digest, Sha256};

use crate::node::receiver_of;
use crate::{EntityRef, Receiver, Trace};

/// One document of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Id of the segment, or of the subsegment that stands alone.
    pub id: EntityId,
    /// The processed document: JSON text.
    pub document: String,
}

/// The stable id of the segment inferred from a call: the first eight bytes of SHA-256 over `trace:subsegment`
/// (`settled.md` 22). The `QueueTime` subsegment of an inferred segment has the id that this makes of the segment's.
pub fn inferred_segment_id(trace: TraceId, call: EntityId) -> EntityId {
    let digest = Sha256::digest(format!("{trace}:{call}"));
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest[..8]);
    EntityId::from_bytes(bytes)
}

impl Trace {
    /// Reported segments by start, then subsegments whose parent never came, then inferred segments.
    pub fn documents(&self) -> Vec<Entry> {
        let mut tops: Vec<_> = self.segments().collect();
        tops.sort_by_key(|segment| (segment.start, segment.id));
        tops.extend(
            self.entities()
                .filter(|entity| entity.kind == Kind::Subsegment && entity.parent().is_none()),
        );
        let sources = Sources::of(self);
        let mut entries = Vec::with_capacity(tops.len());
        // What lies too deep joins the end of the list while it is walked.
        let mut next = 0;
        while let Some(top) = tops.get(next).copied() {
            entries.push(self.entry(&sources, top, &mut tops));
            next += 1;
        }
        let calls = self.entities().filter(|entity| entity.is_complete());
        entries.extend(calls.filter_map(|call| self.inferred_entry(&sources, call)));
        entries
    }

    /// One entity with its subsegments nested in it; those below the deepest level go to `too_deep`.
    fn entry<'t>(
        &'t self,
        sources: &Sources<'t>,
        top: EntityRef<'t>,
        too_deep: &mut Vec<EntityRef<'t>>,
    ) -> Entry {
        let mut out = String::new();
        let own = Dress {
            trace_id: Some(self.id),
            parent_id: top.get().parent,
            resource_name: resource_of(top),
        };
        sources.members(&mut out, top, own);
        let mut open = vec![Level::below(top)];
        while let Some(level) = open.last_mut() {
            let Some(child) = level.waiting.pop() else {
                out.push_str(if level.is_begun { "]}" } else { "}" });
                open.pop();
                continue;
            };
            out.push_str(if level.is_begun { "," } else { ",\"subsegments\":[" });
            level.is_begun = true;
            let nested = Dress {
                resource_name: resource_of(child),
                ..Dress::default()
            };
            sources.members(&mut out, child, nested);
            if open.len() < LEVELS_MAX {
                open.push(Level::below(child));
            } else {
                too_deep.extend(subsegments_of(child));
                out.push('}');
            }
        }
        Entry {
            id: top.id,
            document: out,
        }
    }

    fn inferred_entry(&self, sources: &Sources<'_>, call: EntityRef<'_>) -> Option<Entry> {
        let receiver = call.inferred_receiver()?;
        let id = inferred_segment_id(self.id, call.id);
        let dress = Dress {
            trace_id: Some(self.id),
            parent_id: Some(call.id),
            resource_name: receiver.resource_name,
        };
        let mut document = String::new();
        let inferred = Inferred {
            id,
            origin: receiver.origin(),
            queue_time: is_queue_send(call.get(), &receiver).then(|| inferred_segment_id(self.id, id)),
        };
        let (source, place) = sources.of_entity(call);
        source.inferred(&mut document, place, dress, inferred);
        Some(Entry { id, document })
    }
}

/// The documents of a trace, each taken apart once.
struct Sources<'t>(Vec<Source<'t>>);

impl<'t> Sources<'t> {
    fn of(trace: &'t Trace) -> Sources<'t> {
        let documents = trace.received.iter();
        Sources(documents.map(|received| Source::of(&received.segment)).collect())
    }

    /// The document of an entity, and the entity's place in it.
    fn of_entity(&self, entity: EntityRef<'_>) -> (&Source<'t>, usize) {
        let place = entity.trace.places[entity.index];
        (&self.0[place.document], place.entity)
    }

    fn members(&self, out: &mut String, entity: EntityRef<'_>, dress: Dress<'_>) {
        let (source, place) = self.of_entity(entity);
        source.members(out, place, dress);
    }
}

/// The subsegments of one entity that are still to be written, last first.
struct Level<'t> {
    waiting: Vec<EntityRef<'t>>,
    is_begun: bool,
}

impl<'t> Level<'t> {
    fn below(entity: EntityRef<'t>) -> Level<'t> {
        let mut waiting: Vec<_> = subsegments_of(entity).collect();
        waiting.reverse();
        Level {
            waiting,
            is_begun: false,
        }
    }
}

fn subsegments_of(entity: EntityRef<'_>) -> impl Iterator<Item = EntityRef<'_>> {
    entity
        .children()
        .filter(|child| child.get().kind == Kind::Subsegment)
}

fn resource_of(entity: EntityRef<'_>) -> Option<&str> {
    receiver_of(entity.get()).and_then(|receiver| receiver.resource_name)
}

/// Whether the call puts messages into a queue (`settled.md` 22); the SDKs disagree on the case of the operation.
fn is_queue_send(call: Entity<'_>, receiver: &Receiver<'_>) -> bool {
    let sends = |operation: &str| {
        ["SendMessage", "SendMessageBatch"]
            .iter()
            .any(|send| operation.eq_ignore_ascii_case(send))
    };
    receiver.node_type == "AWS::SQS::Queue" && call.text(TextMember::Operation).is_some_and(sends)
}

/// LIMIT: documents come back nested to 500 levels (`settled.md` 17).
const LEVELS_MAX: usize = 500;

#[cfg(test)]
mod tests;
