//! What a single segment or subsegment says, in whatever scope.

use document::{AnnotationValue, Class, Entity, Flags};
use trace::EntityRef;

use crate::keyword::{BooleanKeyword, TextKeyword};

/// The four flags as keywords; `None` for any other keyword (section 5).
pub(crate) fn flag(flags: Flags, keyword: BooleanKeyword) -> Option<bool> {
    match keyword {
        BooleanKeyword::Ok => Some(flags.class() == Class::Ok),
        BooleanKeyword::Error => Some(flags.error && !flags.throttle),
        BooleanKeyword::Throttle => Some(flags.throttle),
        BooleanKeyword::Fault => Some(flags.fault),
        BooleanKeyword::Partial
        | BooleanKeyword::Inferred
        | BooleanKeyword::Remote
        | BooleanKeyword::Root
        | BooleanKeyword::First
        | BooleanKeyword::Last => None,
    }
}

/// The texts of which an entity has at most one. What a node is called or who owns it is not its entity's to say.
pub(crate) fn text(entity: &Entity, keyword: TextKeyword) -> Option<&str> {
    match keyword {
        TextKeyword::HttpUrl => entity.http.url.as_deref(),
        TextKeyword::HttpMethod => entity.http.method.as_deref(),
        TextKeyword::HttpUserAgent => entity.http.user_agent.as_deref(),
        TextKeyword::HttpClientIp => entity.http.client_ip.as_deref(),
        TextKeyword::User => entity.user.as_deref(),
        TextKeyword::AvailabilityZone => entity.aws.availability_zone.as_deref(),
        TextKeyword::InstanceId => entity.aws.instance_id.as_deref(),
        TextKeyword::ResourceArn => entity.resource_arn.as_deref(),
        TextKeyword::Name | TextKeyword::Type | TextKeyword::Message | TextKeyword::AccountId => None,
    }
}

/// The status as a number.
pub(super) fn status(entity: &Entity) -> Option<f64> {
    entity.http.status.map(|status| status as f64)
}

/// Seconds in the resolution of the index, one millisecond (section 6).
pub(crate) fn seconds(nanos: i64) -> f64 {
    seconds_of_millis(nanos / NANOS_PER_MILLI + i64::from(nanos % NANOS_PER_MILLI >= NANOS_PER_MILLI / 2))
}

/// Milliseconds as seconds; more of them are never fewer seconds.
pub(crate) fn seconds_of_millis(millis: i64) -> f64 {
    millis as f64 / 1_000.0
}

/// Whether the test holds for any value of an annotation of this entity.
pub(super) fn any_annotation(
    entity: EntityRef<'_>,
    key: &str,
    test: &mut dyn FnMut(&AnnotationValue) -> bool,
) -> bool {
    entity
        .annotations()
        .any(|(known, value)| known == key && test(&value))
}

const NANOS_PER_MILLI: i64 = 1_000_000;
