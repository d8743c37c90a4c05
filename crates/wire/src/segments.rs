//! PutTraceSegments (`spec/api.md` 7.1).

use crate::shape::{absent, shapes};

shapes! {
    /// What PutTraceSegments takes.
    pub struct PutTraceSegmentsRequest {
        /// Segment documents, each as JSON text; 1 to 50.
        pub trace_segment_documents: Option<Vec<String>>,
    }

    /// What PutTraceSegments answers.
    pub struct PutTraceSegmentsResponse {
        /// The documents that were refused; the others are durable.
        pub unprocessed_trace_segments: Vec<UnprocessedTraceSegment>,
    }

    /// One refused document.
    pub struct UnprocessedTraceSegment {
        /// The id the document named, where one could be read.
        #[serde(skip_serializing_if = "absent")]
        pub id: Option<String>,
        /// Why, as a code (`spec/segment-documents.md` 7).
        pub error_code: String,
        /// Why, as a sentence.
        pub message: String,
    }
}
