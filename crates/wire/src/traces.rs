//! BatchGetTraces (`spec/api.md` 7.2).

use crate::shape::{absent, shapes};

shapes! {
    /// What BatchGetTraces takes.
    pub struct BatchGetTracesRequest {
        /// Trace ids, at most 5.
        pub trace_ids: Option<Vec<String>>,
        /// Not supported by the service.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What BatchGetTraces answers.
    pub struct BatchGetTracesResponse {
        /// The traces that are known, in the order of the request.
        pub traces: Vec<TraceEntry>,
        /// Ids whose reading failed while others succeeded.
        pub unprocessed_trace_ids: Vec<String>,
        /// Never given.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// One trace.
    pub struct TraceEntry {
        /// The trace id, lower case.
        pub id: String,
        /// Seconds from the earliest start to the latest end; absent while nothing has ended.
        #[serde(skip_serializing_if = "absent")]
        pub duration: Option<f64>,
        /// Whether documents were dropped because the trace grew beyond its limit.
        pub limit_exceeded: bool,
        /// Reported segments by start, then inferred ones.
        pub segments: Vec<SegmentEntry>,
    }

    /// One segment of a trace.
    pub struct SegmentEntry {
        /// The segment's id.
        pub id: String,
        /// The processed document, as JSON text.
        pub document: String,
    }
}
