//! PutTraceSegments (`spec/api.md` 7.1, `spec/segment-documents.md` 7).

use bytes::Bytes;
use document::{ErrorCode, Subject, Unprocessed};
use wire::{
    Fault, PutTraceSegmentsRequest, PutTraceSegmentsResponse, UnprocessedTraceSegment, refusals, required,
};

use crate::Api;
use crate::answer::request_from;
use crate::fault::put_fault;
use crate::texts::usual_documents;

/// Answers when every document that is not listed as unprocessed is durable and visible.
pub(super) async fn perform(api: &Api, body: &Bytes) -> Result<PutTraceSegmentsResponse, Fault> {
    // What cannot be taken anyway is not read: refusing must stay cheap when there is too much.
    if !api.ingest.has_room().await {
        return Err(Fault::throttled());
    }
    let documents = documents_in(body)?;
    match documents.len() {
        0 => return Err(Fault::invalid_request(refusals::SEGMENTS_EMPTY)),
        1..=DOCUMENTS_MAX => {}
        _ => return Err(Fault::invalid_request(refusals::SEGMENTS_TOO_MANY)),
    }
    let unprocessed = api
        .ingest
        .put(&documents)
        .await
        .map_err(|error| put_fault(&error))?;
    Ok(PutTraceSegmentsResponse {
        unprocessed_trace_segments: unprocessed.iter().map(printed).collect(),
    })
}

fn documents_in(body: &Bytes) -> Result<Vec<Bytes>, Fault> {
    if let Some(documents) = usual_documents(body) {
        return Ok(documents);
    }
    let request: PutTraceSegmentsRequest = request_from(body)?;
    required(&request.trace_segment_documents, "traceSegmentDocuments")?;
    let documents = request.trace_segment_documents.into_iter().flatten();
    Ok(documents.map(Bytes::from).collect())
}

/// A refused document in X-Ray's words.
pub(crate) fn printed(unprocessed: &Unprocessed) -> UnprocessedTraceSegment {
    let code = unprocessed.code.name();
    let message = match (unprocessed.code, unprocessed.subject) {
        (ErrorCode::TraceTooLarge, _) => refusals::TRACE_TOO_LARGE.to_owned(),
        (ErrorCode::TraceTooOld, _) => refusals::TRACE_TOO_OLD.to_owned(),
        (ErrorCode::TooManyLinks, _) => refusals::LINKS_TOO_MANY.to_owned(),
        (_, Subject::Segment) => format!("Invalid segment. ErrorCode: {code}"),
        (_, Subject::Subsegment) => format!("Invalid subsegment. ErrorCode: {code}, Cause: null"),
        (_, Subject::Entity) => format!("Invalid entity. ErrorCode: {code}"),
    };
    UnprocessedTraceSegment {
        id: unprocessed.id.clone(),
        error_code: code.to_owned(),
        message,
    }
}

const DOCUMENTS_MAX: usize = 50;
