//! PutTelemetryRecords (`spec/api.md` 7.1).

use crate::shape::shapes;

shapes! {
    /// What PutTelemetryRecords takes.
    pub struct PutTelemetryRecordsRequest {
        /// One record per period of a sender; a `null` is read, so that it can be refused by its place.
        pub telemetry_records: Option<Vec<Option<TelemetryRecord>>>,
        /// At most 20 characters.
        #[serde(rename = "EC2InstanceId")]
        pub ec2_instance_id: Option<String>,
        /// At most 255 characters.
        pub hostname: Option<String>,
        /// At most 500 characters.
        #[serde(rename = "ResourceARN")]
        pub resource_arn: Option<String>,
    }

    /// An empty object.
    pub struct PutTelemetryRecordsResponse {}

    /// What a sender counted in one period.
    pub struct TelemetryRecord {
        /// End of the period, epoch seconds.
        pub timestamp: Option<f64>,
        /// Documents that programs handed to the sender.
        pub segments_received_count: Option<i64>,
        /// Documents handed on.
        pub segments_sent_count: Option<i64>,
        /// Documents dropped for lack of memory.
        pub segments_spillover_count: Option<i64>,
        /// Documents that were malformed or refused.
        pub segments_rejected_count: Option<i64>,
        /// Calls that failed, by kind.
        pub backend_connection_errors: Option<BackendConnectionErrors>,
    }

    /// Failed calls of a sender, by kind.
    pub struct BackendConnectionErrors {
        /// Calls that timed out.
        pub timeout_count: Option<i64>,
        /// Calls whose connection was refused.
        pub connection_refused_count: Option<i64>,
        /// Calls answered with a status of 400 to 499.
        #[serde(rename = "HTTPCode4XXCount")]
        pub http_code_4xx_count: Option<i64>,
        /// Calls answered with a status of 500 to 599.
        #[serde(rename = "HTTPCode5XXCount")]
        pub http_code_5xx_count: Option<i64>,
        /// Calls whose host was not found.
        pub unknown_host_count: Option<i64>,
        /// All other failures.
        pub other_count: Option<i64>,
    }
}
