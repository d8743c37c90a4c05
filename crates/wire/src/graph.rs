//! GetServiceGraph and GetTraceGraph (`spec/service-graph.md` 1).

use crate::shape::{absent, shapes};

shapes! {
    /// What GetServiceGraph takes.
    pub struct GetServiceGraphRequest {
        /// First receipt second, inclusive.
        pub start_time: Option<f64>,
        /// Last receipt second, inclusive; at most six hours later.
        pub end_time: Option<f64>,
        /// A group, by name.
        #[serde(skip_serializing_if = "absent")]
        pub group_name: Option<String>,
        /// A group, by ARN.
        #[serde(rename = "GroupARN", skip_serializing_if = "absent")]
        pub group_arn: Option<String>,
        /// Not supported by the service.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What GetServiceGraph answers.
    pub struct GetServiceGraphResponse {
        /// Earliest start of a node; absent for an empty graph.
        #[serde(skip_serializing_if = "absent")]
        pub start_time: Option<f64>,
        /// Latest end of a node less a second; absent for an empty graph.
        #[serde(skip_serializing_if = "absent")]
        pub end_time: Option<f64>,
        /// The nodes.
        pub services: Vec<Service>,
        /// Whether a counted trace was admitted under an earlier version of the group's expression.
        pub contains_old_group_versions: bool,
        /// Never given.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What GetTraceGraph takes.
    pub struct GetTraceGraphRequest {
        /// Exactly one trace id.
        pub trace_ids: Option<Vec<String>>,
        /// Not supported by the service.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What GetTraceGraph answers.
    pub struct GetTraceGraphResponse {
        /// The nodes; empty while the root is in progress.
        pub services: Vec<Service>,
        /// Never given.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// A node of the service graph.
    pub struct Service {
        /// Place of the node in this answer, from 0.
        pub reference_id: i64,
        /// The node's name.
        pub name: String,
        /// All names the node is known under.
        pub names: Vec<String>,
        /// `true` on nodes where requests enter, else absent.
        #[serde(skip_serializing_if = "absent")]
        pub root: Option<bool>,
        /// The account, where it differs from the server's.
        #[serde(skip_serializing_if = "absent")]
        pub account_id: Option<String>,
        /// The kind of thing the node is; absent for a reported segment without `origin`.
        #[serde(skip_serializing_if = "absent")]
        pub r#type: Option<String>,
        /// `active`, `unknown` or `passive`.
        pub state: String,
        /// First second of the traces that touch the node; absent in a trace graph.
        #[serde(skip_serializing_if = "absent")]
        pub start_time: Option<f64>,
        /// One second after the last such second.
        #[serde(skip_serializing_if = "absent")]
        pub end_time: Option<f64>,
        /// Calls that leave the node.
        pub edges: Vec<Edge>,
        /// Counts and time of the node's own segments; absent on client nodes.
        #[serde(skip_serializing_if = "absent")]
        pub summary_statistics: Option<Statistics>,
        /// From the segment's start to the end of its last subsegment.
        #[serde(skip_serializing_if = "absent")]
        pub duration_histogram: Option<Vec<HistogramBucket>>,
        /// From the segment's start to its end.
        #[serde(skip_serializing_if = "absent")]
        pub response_time_histogram: Option<Vec<HistogramBucket>>,
    }

    /// Calls from one node to another.
    pub struct Edge {
        /// `ReferenceId` of the destination node.
        pub reference_id: i64,
        /// As of the source node.
        #[serde(skip_serializing_if = "absent")]
        pub start_time: Option<f64>,
        /// As of the source node.
        #[serde(skip_serializing_if = "absent")]
        pub end_time: Option<f64>,
        /// Counts and time of the calls.
        pub summary_statistics: Statistics,
        /// The calls' response times.
        pub response_time_histogram: Vec<HistogramBucket>,
        /// Names under which the destination was called.
        pub aliases: Vec<Alias>,
        /// `link` on links between traces, else absent.
        #[serde(skip_serializing_if = "absent")]
        pub edge_type: Option<String>,
        /// Age of events when they were received; only on links.
        #[serde(skip_serializing_if = "absent")]
        pub received_event_age_histogram: Option<Vec<HistogramBucket>>,
    }

    /// A name under which a node was called.
    pub struct Alias {
        /// The caller's name for it.
        pub name: String,
        /// The same, as a list.
        pub names: Vec<String>,
        /// What the caller took it for.
        #[serde(skip_serializing_if = "absent")]
        pub r#type: Option<String>,
    }

    /// Counts by class, and the sum of response times.
    pub struct Statistics {
        /// Without a flag.
        pub ok_count: i64,
        /// Throttled and other errors of the caller.
        pub error_statistics: ErrorStatistics,
        /// Faults.
        pub fault_statistics: FaultStatistics,
        /// All of them.
        pub total_count: i64,
        /// Seconds, three decimals.
        pub total_response_time: f64,
    }

    /// Errors of the caller (4xx).
    pub struct ErrorStatistics {
        /// Throttled (429).
        pub throttle_count: i64,
        /// The others.
        pub other_count: i64,
        /// Both.
        pub total_count: i64,
    }

    /// Faults (5xx).
    pub struct FaultStatistics {
        /// All of them.
        pub other_count: i64,
        /// All of them.
        pub total_count: i64,
    }

    /// One value of a histogram.
    pub struct HistogramBucket {
        /// Seconds, three decimals.
        pub value: f64,
        /// How many.
        pub count: i64,
    }
}
