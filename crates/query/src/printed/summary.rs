//! A trace's summary as X-Ray prints it (`spec/trace-summaries.md` 2).

use std::collections::BTreeMap;

use document::{AnnotationValue as Value, TextMember};
use trace::{AnnotationSeen, EntityRef, NodeId, Trace};
use wire::{
    AnnotationValue, AvailabilityZoneDetail, Http, InstanceIdDetail, ResourceArnDetail, ServiceId,
    TraceSummary, TraceUser, ValueWithServiceIds,
};

use super::causes::{CauseKind, causes_of};
use super::seconds;
use crate::window::{RangeType, Window};

/// What is said of a trace that was found in a window.
pub(crate) fn summary_of(trace: &Trace, window: &Window, home: &str) -> TraceSummary {
    let root = trace.root();
    let flags = root.map(|root| root.flags).unwrap_or_default();
    let matched_event_time = match window.range_type {
        RangeType::TraceId => None,
        RangeType::Event | RangeType::Service => Some(trace.last_receipt().seconds() as f64),
    };
    TraceSummary {
        id: trace.id().to_string(),
        start_time: Some(trace.start().as_seconds_f64()),
        duration: trace.duration_nanos().map(seconds),
        response_time: trace.response_nanos().map(seconds),
        has_fault: flags.fault,
        has_error: flags.error && !flags.throttle,
        has_throttle: flags.throttle,
        is_partial: trace.is_partial(),
        http: root.map(http_of).unwrap_or_default(),
        annotations: annotations_of(trace, home),
        users: users_of(trace, home),
        service_ids: trace.nodes(home).iter().map(service_id).collect(),
        resource_arns: resource_arns_of(trace),
        instance_ids: instance_ids_of(trace),
        availability_zones: availability_zones_of(trace),
        entry_point: root.map(|root| service_id(&root.node(home))),
        fault_root_causes: causes_of(&trace.fault_causes(home), CauseKind::Failure),
        error_root_causes: causes_of(&trace.error_causes(home), CauseKind::Failure),
        response_time_root_causes: causes_of(&trace.response_time_causes(home), CauseKind::ResponseTime),
        revision: i64::try_from(trace.revision()).unwrap_or(i64::MAX),
        matched_event_time,
    }
}

pub(super) fn service_id(node: &NodeId) -> ServiceId {
    ServiceId {
        name: node.name.to_string(),
        names: vec![node.name.to_string()],
        r#type: node.node_type.as_deref().map(str::to_owned),
        account_id: node.account.as_deref().map(str::to_owned),
    }
}

fn http_of(root: EntityRef<'_>) -> Http {
    let text = |member| root.text(member).map(str::to_owned);
    Http {
        http_url: text(TextMember::HttpUrl),
        http_status: root.http_status,
        http_method: text(TextMember::HttpMethod),
        user_agent: text(TextMember::HttpUserAgent),
        client_ip: text(TextMember::HttpClientIp),
    }
}

fn annotations_of(trace: &Trace, home: &str) -> BTreeMap<String, Vec<ValueWithServiceIds>> {
    let printed = |seen: &AnnotationSeen<'_>| ValueWithServiceIds {
        annotation_value: annotation_value(&seen.value),
        service_ids: seen.nodes.iter().map(service_id).collect(),
    };
    let all = trace.annotations(home).into_iter();
    all.map(|(key, values)| (key.to_owned(), values.iter().map(printed).collect()))
        .collect()
}

fn annotation_value(value: &Value<'_>) -> AnnotationValue {
    let none = AnnotationValue::default();
    match value {
        Value::Text(text) => AnnotationValue {
            string_value: Some(text.to_string()),
            ..none
        },
        Value::Number(number) => AnnotationValue {
            number_value: Some(*number),
            ..none
        },
        Value::Boolean(boolean) => AnnotationValue {
            boolean_value: Some(*boolean),
            ..none
        },
    }
}

fn users_of(trace: &Trace, home: &str) -> Vec<TraceUser> {
    let users = trace.users(home).into_iter();
    users
        .map(|(user, nodes)| TraceUser {
            user_name: user.to_owned(),
            service_ids: nodes.iter().map(service_id).collect(),
        })
        .collect()
}

fn resource_arns_of(trace: &Trace) -> Vec<ResourceArnDetail> {
    let arns = trace.distinct(TextMember::ResourceArn);
    arns.into_iter()
        .map(|arn| ResourceArnDetail { arn: arn.to_owned() })
        .collect()
}

fn instance_ids_of(trace: &Trace) -> Vec<InstanceIdDetail> {
    let ids = trace.distinct(TextMember::InstanceId);
    ids.into_iter()
        .map(|id| InstanceIdDetail { id: id.to_owned() })
        .collect()
}

fn availability_zones_of(trace: &Trace) -> Vec<AvailabilityZoneDetail> {
    let zones = trace.distinct(TextMember::AvailabilityZone);
    zones
        .into_iter()
        .map(|zone| AvailabilityZoneDetail {
            name: zone.to_owned(),
        })
        .collect()
}
