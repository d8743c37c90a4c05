//! The optional parts of an entity. All of it is lenient: what has the wrong type is left out (`spec` 7).

use clock::Timestamp;
use compact_str::CompactString;

use crate::checks::Checked;
use crate::entity::{
    AnnotationValue, Aws, Cause, Entity, Exception, Flags, Http, Kind, Link, LinkKind, Namespace,
};
use crate::json::Value;
use crate::members::{
    AwsMembers, CauseMembers, EntityMembers, ExceptionMembers, HttpMembers, InstanceMembers, LinkAttributes,
    LinkMembers, RequestMembers, ResponseMembers,
};
use crate::seldom::Seldom;

/// Puts an entity together from its checked parts and its optional ones.
pub(crate) fn entity_from(sent: &EntityMembers<'_>, checked: Checked, span: (u32, u32)) -> Entity {
    let is_segment = checked.kind == Kind::Segment;
    let on_segment = |value: Option<Value<'_>>| value.filter(|_| is_segment).and_then(Value::full_text);
    Entity {
        id: checked.id,
        kind: checked.kind,
        parent: checked.parent,
        enclosed_by: None,
        name: checked.name,
        start: checked.start,
        progress: checked.progress,
        flags: flags_of(sent),
        namespace: if is_segment {
            Namespace::Local
        } else {
            namespace_of(sent)
        },
        has_sql: !is_segment && sent.sql.and_then(Value::members).is_some(),
        origin: on_segment(sent.origin),
        user: on_segment(sent.user),
        resource_arn: on_segment(sent.resource_arn),
        http: sent
            .http
            .and_then(HttpMembers::of)
            .map(|http| Seldom::of(http_of(http)))
            .unwrap_or_default(),
        aws: sent
            .aws
            .and_then(AwsMembers::of)
            .map(|aws| Seldom::of(aws_of(aws)))
            .unwrap_or_default(),
        cause: sent.cause.map(cause_of).unwrap_or_default(),
        annotations: sent.annotations.map(annotations_of).unwrap_or_default(),
        links: sent
            .links
            .filter(|_| is_segment)
            .map(links_of)
            .unwrap_or_default(),
        span,
    }
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

fn http_of(http: HttpMembers<'_>) -> Http {
    let request = http.request.and_then(RequestMembers::of).unwrap_or_default();
    let response = http.response.and_then(ResponseMembers::of).unwrap_or_default();
    Http {
        url: full(request.url),
        method: full(request.method),
        user_agent: full(request.user_agent),
        client_ip: full(request.client_ip),
        status: response.status.and_then(integer),
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

fn aws_of(aws: AwsMembers<'_>) -> Aws {
    let instance = aws.ec2.and_then(InstanceMembers::of).unwrap_or_default();
    Aws {
        account_id: full(aws.account_id),
        operation: full(aws.operation),
        table_name: full(aws.table_name),
        queue_url: full(aws.queue_url),
        bucket_name: full(aws.bucket_name),
        function_name: full(aws.function_name),
        topic_arn: full(aws.topic_arn),
        instance_id: full(instance.instance_id),
        availability_zone: full(instance.availability_zone),
    }
}

fn cause_of(cause: Value<'_>) -> Cause {
    if let Some(id) = cause.text() {
        return Cause::SameException(id.into());
    }
    let Some(cause) = CauseMembers::of(cause) else {
        return Cause::Unknown;
    };
    let exceptions: Vec<Exception> = cause
        .exceptions
        .into_iter()
        .flat_map(Value::elements)
        .filter_map(ExceptionMembers::of)
        .map(exception_of)
        .collect();
    let subsegment = cause.id.and_then(Value::text).and_then(|id| id.parse().ok());
    match (exceptions.is_empty(), subsegment) {
        (false, _) => Cause::Exceptions(exceptions),
        (true, Some(subsegment)) => Cause::SameSubsegment(subsegment),
        (true, None) => Cause::Unknown,
    }
}

fn exception_of(exception: ExceptionMembers<'_>) -> Exception {
    Exception {
        id: full(exception.id),
        name: full(exception.name).unwrap_or_default(),
        message: full(exception.message).unwrap_or_default(),
    }
}

fn full(value: Option<Value<'_>>) -> Option<CompactString> {
    value.and_then(Value::full_text)
}

fn annotations_of(annotations: Value<'_>) -> Box<[(CompactString, AnnotationValue)]> {
    let members = annotations.distinct_members();
    // Hardly any is left out, so what is kept need not be moved to where it fits.
    let mut indexed = Vec::with_capacity(members.len());
    let values = members
        .into_iter()
        .filter_map(|(key, value)| Some((key.into(), annotation_value(value)?)));
    indexed.extend(values);
    indexed.into_boxed_slice()
}

fn annotation_value(value: Value<'_>) -> Option<AnnotationValue> {
    if let Some(text) = value.text() {
        let end = text.char_indices().nth(ANNOTATION_CHARACTERS_INDEXED);
        let indexed = end.and_then(|(end, _)| text.get(..end)).unwrap_or(&text);
        return Some(AnnotationValue::Text(indexed.into()));
    }
    if let Some(number) = value.number() {
        return number
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(AnnotationValue::Number);
    }
    value.boolean().map(AnnotationValue::Boolean)
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
