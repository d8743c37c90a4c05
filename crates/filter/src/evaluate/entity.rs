//! What a single segment or subsegment says, in whatever scope.

use document::{AnnotationValue, Class, Entity, Flags, TextMember};
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
pub(crate) fn text(entity: Entity<'_>, keyword: TextKeyword) -> Option<&str> {
    let member = match keyword {
        TextKeyword::HttpUrl => TextMember::HttpUrl,
        TextKeyword::HttpMethod => TextMember::HttpMethod,
        TextKeyword::HttpUserAgent => TextMember::HttpUserAgent,
        TextKeyword::HttpClientIp => TextMember::HttpClientIp,
        TextKeyword::User => TextMember::User,
        TextKeyword::AvailabilityZone => TextMember::AvailabilityZone,
        TextKeyword::InstanceId => TextMember::InstanceId,
        TextKeyword::ResourceArn => TextMember::ResourceArn,
        TextKeyword::Name | TextKeyword::Type | TextKeyword::Message | TextKeyword::AccountId => return None,
    };
    entity.text(member)
}

/// The status as a number.
pub(super) fn status(entity: Entity<'_>) -> Option<f64> {
    entity.http_status.map(|status| status as f64)
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
    test: &mut dyn FnMut(&AnnotationValue<'_>) -> bool,
) -> bool {
    entity
        .annotations()
        .any(|(known, value)| known == key && test(&value))
}

const NANOS_PER_MILLI: i64 = 1_000_000;
