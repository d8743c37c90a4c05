//! A segment or subsegment as the rest of Roentgen sees it: every value right by its type.

use std::ops::Deref;

use bytes::Bytes;
use clock::Timestamp;

use crate::said::Place;
use crate::{EntityId, TraceId};

/// One accepted document: a segment, or a subsegment sent on its own, with all that is embedded in it.
///
/// While its trace is live it stays in memory, cold mostly, so it is small: texts stay where the sender put them, and
/// of each only the place is noted.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The trace it belongs to.
    pub trace_id: TraceId,
    /// The sender's bytes: one JSON object, valid UTF-8.
    pub text: Bytes,
    /// The document's own entity first, then the embedded ones, each after the one that encloses it.
    /// INVARIANT: never empty.
    pub(crate) outlines: Box<[Outline]>,
    /// What the entities say in texts, one entity after the other.
    pub(crate) places: Box<[Place]>,
    /// Texts that were sent with escapes, without them. Their places lie beyond the end of `text`.
    pub(crate) unescaped: Box<str>,
}

impl Segment {
    /// The document's own entity.
    pub fn top(&self) -> Entity<'_> {
        self.entity(0).expect("a document holds at least its own entity")
    }

    /// The entity at a place in [`Segment::entities`].
    pub fn entity(&self, place: usize) -> Option<Entity<'_>> {
        let outline = self.outlines.get(place)?;
        Some(Entity {
            segment: self,
            outline,
        })
    }

    /// The document's own entity first, then the embedded ones, each after the one that encloses it.
    pub fn entities(&self) -> impl ExactSizeIterator<Item = Entity<'_>> + Clone {
        self.outlines.iter().map(|outline| Entity {
            segment: self,
            outline,
        })
    }

    /// The JSON object of one of the document's entities.
    pub fn text_of(&self, entity: Entity<'_>) -> &str {
        let (start, end) = entity.span;
        let bytes = self.text.get(start as usize..end as usize).unwrap_or_default();
        std::str::from_utf8(bytes).expect("accept has checked the document's UTF-8")
    }
}

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Work of one service on one request.
    Segment,
    /// A part of that work.
    Subsegment,
}

/// Whether an entity has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// `in_progress: true`.
    Running,
    /// Ended at this moment; never earlier than the start counts (`spec/segment-documents.md` 7).
    Ended(Timestamp),
}

/// A segment or a subsegment, with the document around it that holds its texts.
#[derive(Debug, Clone, Copy)]
pub struct Entity<'s> {
    pub(crate) segment: &'s Segment,
    pub(crate) outline: &'s Outline,
}

/// What an entity says of itself, its texts apart.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Unique within the trace.
    pub id: EntityId,
    /// Segment or subsegment.
    pub kind: Kind,
    /// The enclosing entity where embedded, else `parent_id`.
    pub parent: Option<EntityId>,
    /// Place of the enclosing entity in [`Segment::entities`]; `None` for the document's own entity.
    pub enclosed_by: Option<u32>,
    /// When it began.
    pub start: Timestamp,
    /// Whether and when it ended.
    pub progress: Progress,
    /// `error`, `throttle`, `fault` as sent.
    pub flags: Flags,
    /// What kind of call a subsegment is.
    pub namespace: Namespace,
    /// Whether a subsegment carries an `sql` object.
    pub has_sql: bool,
    /// Status of the answer (`spec/segment-documents.md` 4.1).
    pub http_status: Option<i64>,
    /// Entities of other traces that a segment is linked to, in the order of the document.
    pub(crate) links: Box<[Link]>,
    /// First and last byte of its JSON object in [`Segment::text`].
    pub(crate) span: (u32, u32),
    /// Which of [`Segment::places`] are its own.
    pub(crate) said: (u32, u32),
}

impl Deref for Entity<'_> {
    type Target = Outline;

    fn deref(&self) -> &Outline {
        self.outline
    }
}

impl<'s> Entity<'s> {
    /// Entities of other traces that a segment is linked to, in the order of the document.
    pub fn links(self) -> &'s [Link] {
        &self.outline.links
    }
}

impl Outline {
    /// The end, where it has come.
    pub fn end(&self) -> Option<Timestamp> {
        match self.progress {
            Progress::Running => None,
            Progress::Ended(end) => Some(end),
        }
    }

    /// Whether it has ended.
    pub fn is_complete(&self) -> bool {
        self.progress != Progress::Running
    }

    /// Nanoseconds from start to end, 0 where the end lies before the start; `None` while running.
    pub fn response_nanos(&self) -> Option<i64> {
        self.end().map(|end| end.nanos_since(self.start).max(0))
    }

    /// Whether it is a call to another service.
    pub fn is_call(&self) -> bool {
        self.kind == Kind::Subsegment && self.namespace != Namespace::Local
    }
}

/// `error`, `throttle` and `fault` as sent; several may be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// An error of the caller (4xx).
    pub error: bool,
    /// Throttled (429).
    pub throttle: bool,
    /// A fault of the service (5xx).
    pub fault: bool,
}

/// The one class an entity counts in (`spec/service-graph.md` 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// No flag.
    Ok,
    /// `error` alone.
    Error,
    /// `throttle`, whatever else.
    Throttle,
    /// `fault` without `throttle`.
    Fault,
}

impl Flags {
    /// Throttle, then fault, then error, then ok: the first that holds. The status is not looked at.
    pub fn class(self) -> Class {
        match self {
            Flags { throttle: true, .. } => Class::Throttle,
            Flags { fault: true, .. } => Class::Fault,
            Flags { error: true, .. } => Class::Error,
            Flags { .. } => Class::Ok,
        }
    }
}

/// What kind of call a subsegment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// No call: work of the service itself. Segments have this one.
    Local,
    /// A call to an AWS service through its SDK.
    Aws,
    /// Any other call.
    Remote,
}

/// A segment's link to an entity of another trace (`spec/service-graph.md` 4, step 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The other trace.
    pub trace_id: TraceId,
    /// The entity in that trace.
    pub id: EntityId,
    /// Which of the two came first.
    pub kind: LinkKind,
    /// When the message left the other one, where the link says so.
    pub sent_time: Option<Timestamp>,
}

/// What the linked entity is to the segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// It sent what the segment received.
    Parent,
    /// It received what the segment sent.
    Child,
}
