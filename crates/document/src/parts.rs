//! The parts of an entity, noted while its document is taken apart. All but what is checked is lenient: what has the
//! wrong type is left out (`spec` 7).

use clock::Timestamp;

use crate::EntityId;
use crate::checks::Checked;
use crate::entity::{Flags, Kind, Link, LinkKind, Namespace, Outline};
use crate::json::Value;
use crate::members::{
    AwsMembers, CauseMembers, EntityMembers, ExceptionMembers, HttpMembers, InstanceMembers, LinkAttributes,
    LinkMembers, RequestMembers, ResponseMembers,
};
use crate::said::{Place, Tag, TextMember};

/// The entities of a document while it is taken apart. One draft serves many documents, for its memory.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// First byte of the document's object in the text that was taken apart.
    origin: u32,
    /// Length of the document.
    bytes: u32,
    pub(crate) outlines: Vec<Outline>,
    pub(crate) places: Vec<Place>,
    pub(crate) unescaped: String,
}

impl Draft {
    /// Forgets the document before. `span`: where the next one lies in the text that was taken apart.
    pub(crate) fn begin(&mut self, (start, end): (u32, u32)) {
        self.origin = start;
        self.bytes = end - start;
        self.outlines.clear();
        self.places.clear();
        self.unescaped.clear();
    }

    /// Adds an entity of which this was sent in `span`.
    pub(crate) fn add(&mut self, sent: &EntityMembers<'_>, checked: Checked<'_>, span: (u32, u32)) {
        let is_segment = checked.kind == Kind::Segment;
        let first = self.place();
        self.say_start(Tag::Name, checked.name, checked.name_bytes);
        if is_segment {
            self.say(TextMember::Origin, sent.origin);
            self.say(TextMember::User, sent.user);
            self.say(TextMember::ResourceArn, sent.resource_arn);
        }
        let http = sent.http.and_then(HttpMembers::of).unwrap_or_default();
        self.say_request(http.request);
        self.say_aws(sent.aws);
        self.say_cause(sent.cause);
        self.say_annotations(sent.annotations);
        let response = http.response.and_then(ResponseMembers::of).unwrap_or_default();
        let links = sent.links.filter(|_| is_segment);
        let (start, end) = span;
        self.outlines.push(Outline {
            id: checked.id,
            kind: checked.kind,
            parent: checked.parent,
            enclosed_by: checked.enclosed_by,
            start: checked.start,
            progress: checked.progress,
            flags: flags_of(sent),
            namespace: if is_segment {
                Namespace::Local
            } else {
                namespace_of(sent)
            },
            has_sql: !is_segment && sent.sql.is_some_and(Value::is_readable_object),
            http_status: response.status.and_then(integer),
            links: links.map(links_of).unwrap_or_default(),
            span: (start - self.origin, end - self.origin),
            said: (first, self.place()),
        });
    }

    /// Where the next text is noted.
    fn place(&self) -> u32 {
        self.places.len() as u32
    }

    fn say(&mut self, member: TextMember, value: Option<Value<'_>>) {
        self.say_full(Tag::Text(member), value);
    }

    /// Notes a text of one character at least; anything else is left out.
    fn say_full(&mut self, tag: Tag, value: Option<Value<'_>>) {
        if let Some((start, end)) = value.and_then(|value| self.text_of(value))
            && start < end
        {
            self.places.push(Place { tag, start, end });
        }
    }

    /// Notes the first bytes of a text. INVARIANT: it is one, and a character ends there.
    fn say_start(&mut self, tag: Tag, value: Value<'_>, bytes_max: usize) {
        let (start, end) = self.text_of(value).unwrap_or_default();
        let bytes_max = u32::try_from(bytes_max).unwrap_or(u32::MAX);
        let end = end.min(start.saturating_add(bytes_max));
        self.places.push(Place { tag, start, end });
    }

    /// Where a text lies; `None` for anything else.
    fn text_of(&mut self, value: Value<'_>) -> Option<(u32, u32)> {
        if let Some((start, end)) = value.plain_span() {
            return Some((start - self.origin, end - self.origin));
        }
        let text = value.text()?;
        let start = self.bytes + self.unescaped.len() as u32;
        self.unescaped.push_str(&text);
        Some((start, start + text.len() as u32))
    }

    fn say_request(&mut self, request: Option<Value<'_>>) {
        let Some(request) = request.and_then(RequestMembers::of) else {
            return;
        };
        self.say(TextMember::HttpUrl, request.url);
        self.say(TextMember::HttpMethod, request.method);
        self.say(TextMember::HttpUserAgent, request.user_agent);
        self.say(TextMember::HttpClientIp, request.client_ip);
    }

    fn say_aws(&mut self, aws: Option<Value<'_>>) {
        let Some(aws) = aws.and_then(AwsMembers::of) else {
            return;
        };
        self.say(TextMember::AccountId, aws.account_id);
        self.say(TextMember::Operation, aws.operation);
        self.say(TextMember::TableName, aws.table_name);
        self.say(TextMember::QueueUrl, aws.queue_url);
        self.say(TextMember::BucketName, aws.bucket_name);
        self.say(TextMember::FunctionName, aws.function_name);
        self.say(TextMember::TopicArn, aws.topic_arn);
        let instance = aws.ec2.and_then(InstanceMembers::of).unwrap_or_default();
        self.say(TextMember::InstanceId, instance.instance_id);
        self.say(TextMember::AvailabilityZone, instance.availability_zone);
    }

    /// Exceptions of its own count more than a word about somebody else's.
    fn say_cause(&mut self, cause: Option<Value<'_>>) {
        let Some(cause) = cause else { return };
        if cause.text().is_some() {
            return self.say_start(Tag::SameException, cause, usize::MAX);
        }
        let Some(cause) = CauseMembers::of(cause) else {
            return;
        };
        let before = self.place();
        let exceptions = cause.exceptions.into_iter().flat_map(Value::elements);
        for exception in exceptions.filter_map(ExceptionMembers::of) {
            self.say_exception(&exception);
        }
        let is_id = |id: &Value<'_>| id.text().is_some_and(|id| id.parse::<EntityId>().is_ok());
        if let Some(id) = cause.id.filter(is_id)
            && self.place() == before
        {
            self.say_start(Tag::SameSubsegment, id, usize::MAX);
        }
    }

    fn say_exception(&mut self, exception: &ExceptionMembers<'_>) {
        let before = self.place();
        self.say_full(Tag::Exception, exception.name);
        if self.place() == before {
            self.places.push(Place {
                tag: Tag::Exception,
                start: 0,
                end: 0,
            });
        }
        self.say_full(Tag::ExceptionId, exception.id);
        self.say_full(Tag::ExceptionMessage, exception.message);
    }

    fn say_annotations(&mut self, annotations: Option<Value<'_>>) {
        for (key, value) in annotations.into_iter().flat_map(Value::distinct_members) {
            if let Some(text) = value.text() {
                self.say_start(Tag::AnnotationKey, key, usize::MAX);
                self.say_start(Tag::AnnotationText, value, indexed_bytes(&text));
                continue;
            }
            let tag = match (value.number(), value.boolean()) {
                (Some(number), _) if is_finite(number) => Tag::AnnotationNumber,
                (None, Some(true)) => Tag::AnnotationTrue,
                (None, Some(false)) => Tag::AnnotationFalse,
                _ => continue,
            };
            self.say_start(Tag::AnnotationKey, key, usize::MAX);
            let (start, end) = value.span();
            let (start, end) = (start - self.origin, end - self.origin);
            self.places.push(Place { tag, start, end });
        }
    }
}

/// How many bytes of an annotation's text are indexed.
fn indexed_bytes(text: &str) -> usize {
    if text.len() <= ANNOTATION_CHARACTERS_INDEXED {
        return text.len();
    }
    let end = text.char_indices().nth(ANNOTATION_CHARACTERS_INDEXED);
    end.map_or(text.len(), |(end, _)| end)
}

fn is_finite(number: &str) -> bool {
    number.parse().is_ok_and(f64::is_finite)
}

fn flags_of(sent: &EntityMembers<'_>) -> Flags {
    let is_set = |value: Option<Value<'_>>| value.and_then(Value::boolean) == Some(true);
    Flags {
        error: is_set(sent.error),
        throttle: is_set(sent.throttle),
        fault: is_set(sent.fault),
    }
}

fn namespace_of(sent: &EntityMembers<'_>) -> Namespace {
    match sent.namespace.and_then(Value::text).as_deref() {
        Some("aws") => Namespace::Aws,
        Some("remote") => Namespace::Remote,
        Some(_) | None => Namespace::Local,
    }
}

/// An integer; hand-made clients send it as a text or a float (`spec` 4.1).
pub(crate) fn integer(value: Value<'_>) -> Option<i64> {
    let digits = value.text().or_else(|| value.number().map(Into::into))?;
    digits.parse().ok().or_else(|| {
        digits
            .parse::<f64>()
            .ok()
            .filter(|value| value.is_finite())
            .map(|value| value as i64)
    })
}

/// The links that can be followed (`spec/service-graph.md` 4, step 8); the others stand in the text only.
fn links_of(links: Value<'_>) -> Box<[Link]> {
    let sent = links.elements().filter_map(LinkMembers::of);
    sent.filter_map(link_of).collect()
}

fn link_of(link: LinkMembers<'_>) -> Option<Link> {
    let attributes = link.attributes.and_then(LinkAttributes::of).unwrap_or_default();
    let kind = match attributes.kind.map(Value::text) {
        None => LinkKind::Parent,
        Some(kind) => match &*kind? {
            "parent" => LinkKind::Parent,
            "child" => LinkKind::Child,
            _ => return None,
        },
    };
    Some(Link {
        trace_id: link.trace_id?.text()?.parse().ok()?,
        id: link.id?.text()?.parse().ok()?,
        kind,
        sent_time: attributes
            .sent_time
            .and_then(Value::number)
            .and_then(|seconds| Timestamp::from_decimal_seconds(seconds).ok()),
    })
}

const ANNOTATION_CHARACTERS_INDEXED: usize = 1_000;
