//! GetTraceSummaries (`spec/trace-summaries.md` 2).

use std::collections::BTreeMap;

use crate::shape::{absent, shapes};

shapes! {
    /// What GetTraceSummaries takes.
    pub struct GetTraceSummariesRequest {
        /// Start of the window, inclusive.
        pub start_time: Option<f64>,
        /// End of the window, exclusive.
        pub end_time: Option<f64>,
        /// Which clock is compared: `TraceId` (default), `Event` or `Service`.
        #[serde(skip_serializing_if = "absent")]
        pub time_range_type: Option<String>,
        /// Whether a part of the traces is enough.
        #[serde(skip_serializing_if = "absent")]
        pub sampling: Option<bool>,
        /// Which part.
        #[serde(skip_serializing_if = "absent")]
        pub sampling_strategy: Option<SamplingStrategy>,
        /// A filter expression.
        #[serde(skip_serializing_if = "absent")]
        pub filter_expression: Option<String>,
        /// Where the last page ended.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// Which part of the traces is enough.
    pub struct SamplingStrategy {
        /// `PartialScan` or `FixedRate`.
        #[serde(skip_serializing_if = "absent")]
        pub name: Option<String>,
        /// Share, 0 to 1.
        #[serde(skip_serializing_if = "absent")]
        pub value: Option<f64>,
    }

    /// What GetTraceSummaries answers.
    pub struct GetTraceSummariesResponse {
        /// The matching traces, newest first.
        pub trace_summaries: Vec<TraceSummary>,
        /// How far back the scan has come, epoch seconds.
        #[serde(skip_serializing_if = "absent")]
        pub approximate_time: Option<f64>,
        /// Traces scanned for this page, matching or not.
        #[serde(skip_serializing_if = "absent")]
        pub traces_processed_count: Option<i64>,
        /// Where this page ended; absent on the last one.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What is said of one trace without its documents.
    pub struct TraceSummary {
        /// The trace id, lower case.
        pub id: String,
        /// Earliest start, epoch seconds.
        #[serde(skip_serializing_if = "absent")]
        pub start_time: Option<f64>,
        /// Seconds from the earliest start to the latest end.
        #[serde(skip_serializing_if = "absent")]
        pub duration: Option<f64>,
        /// Seconds from the root's start to its end.
        #[serde(skip_serializing_if = "absent")]
        pub response_time: Option<f64>,
        /// The root's `fault`.
        pub has_fault: bool,
        /// The root's `error` without `throttle`.
        pub has_error: bool,
        /// The root's `throttle`.
        pub has_throttle: bool,
        /// Whether some parent has not been received.
        pub is_partial: bool,
        /// The root's request and answer.
        pub http: Http,
        /// Values by key.
        pub annotations: BTreeMap<String, Vec<ValueWithServiceIds>>,
        /// The users of all segments.
        pub users: Vec<TraceUser>,
        /// Every node of the trace's graph.
        pub service_ids: Vec<ServiceId>,
        /// The segments' resources.
        #[serde(rename = "ResourceARNs")]
        pub resource_arns: Vec<ResourceArnDetail>,
        /// The segments' EC2 instances.
        pub instance_ids: Vec<InstanceIdDetail>,
        /// The segments' zones.
        pub availability_zones: Vec<AvailabilityZoneDetail>,
        /// The root's node.
        #[serde(skip_serializing_if = "absent")]
        pub entry_point: Option<ServiceId>,
        /// Why it faulted.
        pub fault_root_causes: Vec<RootCause>,
        /// Why it erred.
        pub error_root_causes: Vec<RootCause>,
        /// Why it was slow.
        pub response_time_root_causes: Vec<RootCause>,
        /// How many calls changed the trace.
        pub revision: i64,
        /// Time of the last change, whole epoch seconds; only in `Event` and `Service` windows.
        #[serde(skip_serializing_if = "absent")]
        pub matched_event_time: Option<f64>,
    }

    /// The root's request and answer.
    pub struct Http {
        /// Full URL.
        #[serde(rename = "HttpURL", skip_serializing_if = "absent")]
        pub http_url: Option<String>,
        /// Status.
        #[serde(skip_serializing_if = "absent")]
        pub http_status: Option<i64>,
        /// Method.
        #[serde(skip_serializing_if = "absent")]
        pub http_method: Option<String>,
        /// User agent.
        #[serde(skip_serializing_if = "absent")]
        pub user_agent: Option<String>,
        /// Client's address.
        #[serde(skip_serializing_if = "absent")]
        pub client_ip: Option<String>,
    }

    /// One value of an annotation and the nodes that carried it.
    pub struct ValueWithServiceIds {
        /// The value.
        pub annotation_value: AnnotationValue,
        /// Reported nodes that carried it.
        pub service_ids: Vec<ServiceId>,
    }

    /// Exactly one member is there.
    pub struct AnnotationValue {
        /// A text.
        #[serde(skip_serializing_if = "absent")]
        pub string_value: Option<String>,
        /// A number.
        #[serde(skip_serializing_if = "absent")]
        pub number_value: Option<f64>,
        /// A boolean.
        #[serde(skip_serializing_if = "absent")]
        pub boolean_value: Option<bool>,
    }

    /// A user and the nodes that named it.
    pub struct TraceUser {
        /// The user.
        pub user_name: String,
        /// Reported nodes that named it.
        pub service_ids: Vec<ServiceId>,
    }

    /// A node, by identity.
    pub struct ServiceId {
        /// The node's name.
        pub name: String,
        /// All its names.
        pub names: Vec<String>,
        /// The kind of thing it is.
        #[serde(skip_serializing_if = "absent")]
        pub r#type: Option<String>,
        /// The account, where it differs from the server's.
        #[serde(skip_serializing_if = "absent")]
        pub account_id: Option<String>,
    }

    /// A resource.
    pub struct ResourceArnDetail {
        /// Its ARN.
        #[serde(rename = "ARN")]
        pub arn: String,
    }

    /// An EC2 instance.
    pub struct InstanceIdDetail {
        /// Its id.
        pub id: String,
    }

    /// An availability zone.
    pub struct AvailabilityZoneDetail {
        /// Its name.
        pub name: String,
    }

    /// A path from where a problem showed to where it began.
    pub struct RootCause {
        /// Whether the path starts at the root.
        pub client_impacting: bool,
        /// The services on the path.
        pub services: Vec<RootCauseService>,
    }

    /// A service on the path.
    pub struct RootCauseService {
        /// The node's name.
        pub name: String,
        /// All its names.
        pub names: Vec<String>,
        /// The node's type; an empty text where it has none.
        pub r#type: String,
        /// The account, where it differs from the server's.
        #[serde(skip_serializing_if = "absent")]
        pub account_id: Option<String>,
        /// Whether the node is inferred.
        pub inferred: bool,
        /// The entities on the path inside this service.
        pub entity_path: Vec<RootCauseEntity>,
    }

    /// An entity on the path.
    pub struct RootCauseEntity {
        /// The entity's name.
        pub name: String,
        /// Share of the root's time; only for response times.
        #[serde(skip_serializing_if = "absent")]
        pub coverage: Option<f64>,
        /// Whether it is the caller's side of a remote call.
        pub remote: bool,
        /// Its exceptions; only for faults and errors.
        #[serde(skip_serializing_if = "absent")]
        pub exceptions: Option<Vec<RootCauseException>>,
    }

    /// An exception of an entity.
    pub struct RootCauseException {
        /// The exception's type.
        pub name: String,
        /// The exception's message.
        pub message: String,
    }
}
