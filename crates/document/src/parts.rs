//! The optional parts of an entity. All of it is lenient: what has the wrong type is left out (`spec` 7).

use clock::Timestamp;
use serde_json::value::RawValue;

use crate::checks::Checked;
use crate::entity::{
    AnnotationValue, Aws, Cause, Entity, Exception, Flags, Http, Kind, Link, LinkKind, Namespace,
};
use crate::json::{Object, boolean, elements, number, text};

/// Puts an entity together from its checked parts and its optional ones.
pub(crate) fn entity_from(object: &Object<'_>, checked: Checked, span: (u32, u32)) -> Entity {
    let is_segment = checked.kind == Kind::Segment;
    let on_segment = |key: &str| if is_segment { object.text(key) } else { None };
    Entity {
        id: checked.id,
        kind: checked.kind,
        parent: checked.parent,
        enclosed_by: None,
        name: checked.name,
        start: checked.start,
        progress: checked.progress,
        flags: flags_of(object),
        namespace: if is_segment {
            Namespace::Local
        } else {
            namespace_of(object)
        },
        has_sql: !is_segment && object.object("sql").is_some(),
        origin: on_segment("origin"),
        user: on_segment("user"),
        resource_arn: on_segment("resource_arn"),
        http: object
            .object("http")
            .map(|http| http_of(&http))
            .unwrap_or_default(),
        aws: object.object("aws").map(|aws| aws_of(&aws)).unwrap_or_default(),
        cause: object.get("cause").map(cause_of).unwrap_or_default(),
        annotations: object
            .object("annotations")
            .map(|all| annotations_of(&all))
            .unwrap_or_default(),
        links: if is_segment { links_of(object) } else { vec![] },
        span,
    }
}

fn flags_of(object: &Object<'_>) -> Flags {
    let is_set = |key: &str| object.boolean(key) == Some(true);
    Flags {
        error: is_set("error"),
        throttle: is_set("throttle"),
        fault: is_set("fault"),
    }
}

fn namespace_of(object: &Object<'_>) -> Namespace {
    match object.text("namespace").as_deref() {
        Some("aws") => Namespace::Aws,
        Some("remote") => Namespace::Remote,
        Some(_) | None => Namespace::Local,
    }
}

fn http_of(http: &Object<'_>) -> Http {
    let request = http.object("request");
    let request_text = |key: &str| request.as_ref().and_then(|request| request.text(key));
    Http {
        url: request_text("url"),
        method: request_text("method"),
        user_agent: request_text("user_agent"),
        client_ip: request_text("client_ip"),
        status: http
            .object("response")
            .and_then(|response| response.get("status").and_then(integer)),
    }
}

/// An integer; hand-made clients send it as a text or a float (`spec` 4.1).
fn integer(value: &RawValue) -> Option<i64> {
    let digits = text(value).or_else(|| number(value).map(Into::into))?;
    digits.parse().ok().or_else(|| {
        digits
            .parse::<f64>()
            .ok()
            .filter(|value| value.is_finite())
            .map(|value| value as i64)
    })
}

fn aws_of(aws: &Object<'_>) -> Aws {
    let instance = aws.object("ec2");
    let instance_text = |key: &str| instance.as_ref().and_then(|instance| instance.text(key));
    Aws {
        account_id: aws.text("account_id"),
        operation: aws.text("operation"),
        table_name: aws.text("table_name"),
        queue_url: aws.text("queue_url"),
        bucket_name: aws.text("bucket_name"),
        function_name: aws.text("function_name"),
        topic_arn: aws.text("topic_arn"),
        instance_id: instance_text("instance_id"),
        availability_zone: instance_text("availability_zone"),
    }
}

fn cause_of(cause: &RawValue) -> Cause {
    if let Some(id) = text(cause) {
        return Cause::SameException(id.into());
    }
    let Some(cause) = Object::of(cause) else {
        return Cause::Unknown;
    };
    let exceptions: Vec<Exception> = cause
        .get("exceptions")
        .and_then(elements)
        .unwrap_or_default()
        .into_iter()
        .filter_map(Object::of)
        .map(|exception| exception_of(&exception))
        .collect();
    let subsegment = cause.text("id").and_then(|id| id.parse().ok());
    match (exceptions.is_empty(), subsegment) {
        (false, _) => Cause::Exceptions(exceptions),
        (true, Some(subsegment)) => Cause::SameSubsegment(subsegment),
        (true, None) => Cause::Unknown,
    }
}

fn exception_of(exception: &Object<'_>) -> Exception {
    Exception {
        id: exception.text("id"),
        name: exception.text("type").unwrap_or_default(),
        message: exception.text("message").unwrap_or_default(),
    }
}

fn annotations_of(annotations: &Object<'_>) -> Vec<(Box<str>, AnnotationValue)> {
    let indexed = annotations
        .members()
        .into_iter()
        .filter_map(|(key, value)| Some((key.into(), annotation_value(value)?)));
    indexed.collect()
}

fn annotation_value(value: &RawValue) -> Option<AnnotationValue> {
    if let Some(text) = text(value) {
        let indexed: String = text.chars().take(ANNOTATION_CHARACTERS_INDEXED).collect();
        return Some(AnnotationValue::Text(indexed.into()));
    }
    if let Some(number) = number(value) {
        return number
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(AnnotationValue::Number);
    }
    boolean(value).map(AnnotationValue::Boolean)
}

/// The links that can be followed (`spec/service-graph.md` 4, step 8); the others stand in the text only.
fn links_of(segment: &Object<'_>) -> Vec<Link> {
    let sent = segment.get("links").and_then(elements).unwrap_or_default();
    sent.into_iter()
        .filter_map(Object::of)
        .filter_map(|link| link_of(&link))
        .collect()
}

fn link_of(link: &Object<'_>) -> Option<Link> {
    let attributes = link.object("attributes");
    let attribute = |key: &str| attributes.as_ref().and_then(|attributes| attributes.get(key));
    let kind = match attribute(LINK_KIND).map(text) {
        None => LinkKind::Parent,
        Some(kind) => match &*kind? {
            "parent" => LinkKind::Parent,
            "child" => LinkKind::Child,
            _ => return None,
        },
    };
    Some(Link {
        trace_id: link.text("trace_id")?.parse().ok()?,
        id: link.text("id")?.parse().ok()?,
        kind,
        sent_time: attribute(LINK_SENT_TIME)
            .and_then(number)
            .and_then(|seconds| Timestamp::from_decimal_seconds(seconds).ok()),
    })
}

const LINK_KIND: &str = "aws.xray.reserved.reference_type";
const LINK_SENT_TIME: &str = "aws.link.sent_time";
const ANNOTATION_CHARACTERS_INDEXED: usize = 1_000;
