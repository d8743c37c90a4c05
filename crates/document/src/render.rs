//! One entity written in the form that BatchGetTraces returns (`spec/segment-documents.md` 8.4).
//!
//! Known members only, in a fixed order (`spec/api.md` 7.2), numbers as they were sent. [`Source::members`] leaves
//! the object open, because nesting the subsegments is the business of whoever knows the trace.

use crate::accept;
use crate::entity::{Entity, Kind, Segment};
use crate::json::{Json, Object, ObjectText, Value};
use crate::parts::integer;
use crate::{EntityId, TraceId};

/// What an entity gets that stands not, or not so, in its sender's text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dress<'a> {
    /// The trace, on entries of their own.
    pub trace_id: Option<TraceId>,
    /// The parent, on entries of their own.
    pub parent_id: Option<EntityId>,
    /// The identified AWS resource.
    pub resource_name: Option<&'a str>,
}

/// What an inferred segment gets besides.
#[derive(Debug, Clone, Copy)]
pub struct Inferred<'a> {
    /// Its own id.
    pub id: EntityId,
    /// Its type, where it has one.
    pub origin: Option<&'a str>,
    /// The id of its `QueueTime` subsegment, on queue sends.
    pub queue_time: Option<EntityId>,
}

/// A document that is taken apart once, whatever number of its entities is written.
pub struct Source<'s> {
    segment: &'s Segment,
    json: Json<'s>,
    /// For each entity the place of its object.
    objects: Vec<u32>,
}

impl<'s> Source<'s> {
    /// Takes an accepted document apart.
    pub fn of(segment: &'s Segment) -> Source<'s> {
        let json = Json::parse(segment.text_of(segment.top())).expect("an accepted document is JSON");
        let objects = accept::entities_in(json.root()).map(Value::index).collect();
        Source {
            segment,
            json,
            objects,
        }
    }

    /// An entity, by its place in [`Segment::entities`], and its members.
    fn entity(&self, place: usize) -> (Entity<'s>, Object<'_>) {
        let entity = self.segment.entity(place);
        let object = self.objects.get(place).map(|index| self.json.value(*index));
        let object = object.and_then(Object::of);
        entity
            .zip(object)
            .expect("an entity of this document is an object")
    }

    /// Writes `{` and the members of the entity at this place in [`Segment::entities`], without its subsegments and
    /// without `}`.
    pub fn members(&self, out: &mut String, place: usize, dress: Dress<'_>) {
        let (entity, object) = self.entity(place);
        let mut writer = ObjectText::begin(out);
        head(&mut writer, entity.id, (entity, &object), dress);
        match entity.kind {
            Kind::Segment => {
                for key in ["origin", "user", "resource_arn"] {
                    member_if(&mut writer, &object, key, |value| value.text().is_some());
                }
            }
            Kind::Subsegment => {
                if dress.trace_id.is_some() {
                    writer.text("type", "subsegment");
                }
                member_if(&mut writer, &object, "namespace", |_| entity.is_call());
            }
        }
        body(&mut writer, entity, &object, dress.resource_name);
        if let Some(sent) = object.object("annotations") {
            copy(writer.value_of("annotations"), &sent, |_, value| {
                is_annotation(value)
            })
            .end();
        }
        member_if(&mut writer, &object, "metadata", Value::is_object);
        match entity.kind {
            Kind::Segment => {
                member_if(&mut writer, &object, "service", Value::is_object);
            }
            Kind::Subsegment => member_if(&mut writer, &object, "precursor_ids", Value::is_array),
        }
        member_if(&mut writer, &object, "links", Value::is_array);
    }

    /// Writes the segment that is inferred from a call whose callee sent none (`spec/segment-documents.md` 8.3).
    pub fn inferred(&self, out: &mut String, call: usize, dress: Dress<'_>, inferred: Inferred<'_>) {
        let (call, object) = self.entity(call);
        let mut writer = ObjectText::begin(out);
        head(&mut writer, inferred.id, (call, &object), dress);
        writer.json("inferred", "true");
        if let Some(origin) = inferred.origin {
            writer.text("origin", origin);
        }
        body(&mut writer, call, &object, dress.resource_name);
        if let Some(id) = inferred.queue_time {
            let out = writer.value_of("subsegments");
            out.push('[');
            queue_time(out, id, &object);
            out.push(']');
        }
        writer.end();
    }
}

/// The time in the queue, as long as the call (`spec/service-graph.md` 3).
fn queue_time(out: &mut String, id: EntityId, call: &Object<'_>) {
    let mut writer = ObjectText::begin(out);
    writer.text("id", &id.to_string());
    writer.text("name", "QueueTime");
    for key in ["start_time", "end_time"] {
        member_if(&mut writer, call, key, |value| value.number().is_some());
    }
    writer.end();
}

/// `id`, `name`, `start_time`, `trace_id`, `end_time`, `parent_id`, and `in_progress` where true.
fn head(
    writer: &mut ObjectText<'_>,
    id: EntityId,
    (entity, object): (Entity<'_>, &Object<'_>),
    dress: Dress<'_>,
) {
    writer.text("id", &id.to_string());
    writer.text("name", entity.name());
    member_if(writer, object, "start_time", |_| true);
    if let Some(trace_id) = dress.trace_id {
        writer.text("trace_id", &trace_id.to_string());
    }
    member_if(writer, object, "end_time", |value| value.number().is_some());
    if let Some(parent_id) = dress.parent_id {
        writer.text("parent_id", &parent_id.to_string());
    }
    if !entity.is_complete() {
        writer.json("in_progress", "true");
    }
}

/// The members that an inferred segment shares with its call.
fn body(writer: &mut ObjectText<'_>, entity: Entity<'_>, object: &Object<'_>, resource_name: Option<&str>) {
    for flag in ["error", "throttle", "fault"] {
        member_if(writer, object, flag, |value| value.boolean() == Some(true));
    }
    cause(writer, object);
    if let Some(sent) = object.object("http") {
        http(writer.value_of("http"), &sent);
    }
    if let Some(sent) = object.object("aws") {
        aws(writer.value_of("aws"), &sent, resource_name);
    }
    member_if(writer, object, "sql", |_| entity.has_sql);
}

/// Exceptions lose their empty stacks.
fn cause(writer: &mut ObjectText<'_>, object: &Object<'_>) {
    let Some(sent) = object.object("cause") else {
        return member_if(writer, object, "cause", |value| value.text().is_some());
    };
    let mut cause = ObjectText::begin(writer.value_of("cause"));
    for (key, value) in sent.members() {
        if key == "exceptions" && value.is_array() {
            let kept: Vec<String> = value.elements().map(without_empty_stack).collect();
            cause.json(key, &format!("[{}]", kept.join(",")));
        } else {
            cause.json(key, value.get());
        }
    }
    cause.end();
}

fn without_empty_stack(exception: Value<'_>) -> String {
    let Some(sent) = Object::of(exception) else {
        return exception.get().to_owned();
    };
    let mut out = String::with_capacity(exception.get().len());
    copy(&mut out, &sent, |key, value| !is_empty_stack(key, value)).end();
    out
}

fn is_empty_stack(key: &str, value: Value<'_>) -> bool {
    key == "stack" && value.is_array() && value.elements().next().is_none()
}

/// `request.traced` is an instruction to the service, not a fact about the request.
fn http(out: &mut String, sent: &Object<'_>) {
    let mut http = ObjectText::begin(out);
    for (key, value) in sent.members() {
        match (key, Object::of(value)) {
            ("request", Some(request)) => {
                copy(http.value_of(key), &request, |key, _| key != "traced").end();
            }
            ("response", Some(answer)) => response(http.value_of(key), &answer),
            ("request" | "response", None) => {}
            (_, _) => http.json(key, value.get()),
        }
    }
    http.end();
}

/// Its two integers come back as such, whatever they were sent as (`spec/segment-documents.md` 4.1).
fn response(out: &mut String, sent: &Object<'_>) {
    let mut response = ObjectText::begin(out);
    for (key, value) in sent.members() {
        match key {
            "status" | "content_length" => {
                if let Some(number) = integer(value) {
                    response.json(key, &number.to_string());
                }
            }
            _ => response.json(key, value.get()),
        }
    }
    response.end();
}

/// `resource_names` is the service's word; a client's is dropped.
fn aws(out: &mut String, sent: &Object<'_>, resource_name: Option<&str>) {
    let mut aws = copy(out, sent, |key, _| key != "resource_names");
    if let Some(name) = resource_name {
        aws.texts("resource_names", name);
    }
    aws.end();
}

/// A text, a number or a boolean (`spec/segment-documents.md` 4.6).
fn is_annotation(value: Value<'_>) -> bool {
    value.text().is_some() || value.number().is_some() || value.boolean().is_some()
}

/// Writes the members that are to be kept; the object stays open.
fn copy<'o>(
    out: &'o mut String,
    sent: &Object<'_>,
    keep: impl Fn(&str, Value<'_>) -> bool,
) -> ObjectText<'o> {
    let mut copied = ObjectText::begin(out);
    for (key, value) in sent.members() {
        if keep(key, value) {
            copied.json(key, value.get());
        }
    }
    copied
}

fn member_if<'j>(
    writer: &mut ObjectText<'_>,
    object: &Object<'j>,
    key: &str,
    fits: impl Fn(Value<'j>) -> bool,
) {
    if let Some(value) = object.get(key).filter(|value| fits(*value)) {
        writer.json(key, value.get());
    }
}
