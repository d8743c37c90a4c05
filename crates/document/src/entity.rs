//! A segment or subsegment as the rest of Roentgen sees it: every value right by its type.

use bytes::Bytes;
use clock::Timestamp;
use compact_str::CompactString;

use crate::seldom::{Absent, Seldom};
use crate::{EntityId, TraceId};

/// One accepted document: a segment, or a subsegment sent on its own, with all that is embedded in it.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The trace it belongs to.
    pub trace_id: TraceId,
    /// The document's own entity first, then the embedded ones, each after the one that encloses it.
    /// INVARIANT: never empty.
    pub entities: Vec<Entity>,
    /// The sender's bytes: one JSON object, valid UTF-8.
    pub text: Bytes,
}

impl Segment {
    /// The document's own entity.
    pub fn top(&self) -> &Entity {
        self.entities
            .first()
            .expect("a document holds at least its own entity")
    }

    /// The JSON object of one of the document's entities.
    pub fn text_of(&self, entity: &Entity) -> &str {
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

/// A segment or a subsegment.
#[derive(Debug, Clone)]
pub struct Entity {
    /// Unique within the trace.
    pub id: EntityId,
    /// Segment or subsegment.
    pub kind: Kind,
    /// The enclosing entity where embedded, else `parent_id`.
    pub parent: Option<EntityId>,
    /// Place of the enclosing entity in [`Segment::entities`]; `None` for the document's own entity.
    pub enclosed_by: Option<u32>,
    /// At most 200 characters on segments, 250 on subsegments.
    pub name: CompactString,
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
    /// Type of the resource that ran a segment.
    pub origin: Option<CompactString>,
    /// User of a segment.
    pub user: Option<CompactString>,
    /// ARN of the resource that ran a segment.
    pub resource_arn: Option<CompactString>,
    /// Request and answer.
    pub http: Seldom<Http>,
    /// What is known of the AWS resource that ran or was called.
    pub aws: Seldom<Aws>,
    /// Why a flag is set.
    pub cause: Cause,
    /// Indexed values, in the order of the document.
    pub annotations: Box<[(CompactString, AnnotationValue)]>,
    /// Entities of other traces that a segment is linked to, in the order of the document.
    pub links: Box<[Link]>,
    /// First and last byte of its JSON object in [`Segment::text`].
    pub(crate) span: (u32, u32),
}

impl Entity {
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

/// Request and answer (`spec/segment-documents.md` 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Http {
    /// Full URL.
    pub url: Option<CompactString>,
    /// Method.
    pub method: Option<CompactString>,
    /// User agent.
    pub user_agent: Option<CompactString>,
    /// Address of the client, or a list of addresses as sent.
    pub client_ip: Option<CompactString>,
    /// Status.
    pub status: Option<i64>,
}

impl Absent for Http {
    const ABSENT: &'static Http = &Http {
        url: None,
        method: None,
        user_agent: None,
        client_ip: None,
        status: None,
    };
}

/// The keys of the `aws` object that anything is derived from (`spec/segment-documents.md` 4.2 and 4.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aws {
    /// Account of a segment or of the called resource.
    pub account_id: Option<CompactString>,
    /// Operation that was called.
    pub operation: Option<CompactString>,
    /// DynamoDB table.
    pub table_name: Option<CompactString>,
    /// SQS queue.
    pub queue_url: Option<CompactString>,
    /// S3 bucket.
    pub bucket_name: Option<CompactString>,
    /// Lambda function.
    pub function_name: Option<CompactString>,
    /// SNS topic.
    pub topic_arn: Option<CompactString>,
    /// EC2 instance of a segment.
    pub instance_id: Option<CompactString>,
    /// Zone of that instance.
    pub availability_zone: Option<CompactString>,
}

impl Absent for Aws {
    const ABSENT: &'static Aws = &Aws {
        account_id: None,
        operation: None,
        table_name: None,
        queue_url: None,
        bucket_name: None,
        function_name: None,
        topic_arn: None,
        instance_id: None,
        availability_zone: None,
    };
}

/// Why a flag is set (`spec/segment-documents.md` 6).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cause {
    /// Nothing is said.
    #[default]
    Unknown,
    /// The entity's own exceptions.
    Exceptions(Vec<Exception>),
    /// The exception with this id, described on another entity.
    SameException(CompactString),
    /// The exceptions of the subsegment with this id (`settled.md` 23).
    SameSubsegment(EntityId),
}

/// One exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its id, where it has one.
    pub id: Option<CompactString>,
    /// Its type.
    pub name: CompactString,
    /// Its message.
    pub message: CompactString,
}

/// An indexed value.
#[derive(Debug, Clone, PartialEq)]
pub enum AnnotationValue {
    /// A text; its first 1,000 characters are indexed.
    Text(CompactString),
    /// A number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
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
