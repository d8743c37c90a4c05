//! Why a document was refused (`spec/segment-documents.md` 7).

/// A document that was refused; its neighbours are not affected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unprocessed {
    /// The id it named, where one could be read; as sent for [`ErrorCode::InvalidId`].
    pub id: Option<String>,
    /// What is wrong.
    pub code: ErrorCode,
    /// What it is wrong with.
    pub subject: Subject,
}

/// What a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A segment.
    Segment,
    /// A subsegment, embedded or sent on its own.
    Subsegment,
    /// Neither: no object, or of an unknown type.
    Entity,
}

/// What is wrong with a refused document, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// Larger than the limit, 65,536 bytes by default.
    DocumentTooLarge,
    /// Not JSON, or neither an object nor an array.
    ParseError,
    /// `type` is neither absent, `segment` nor `subsegment`.
    UnknownType,
    /// No `id`.
    MissingId,
    /// `id` is not 16 hex digits.
    InvalidId,
    /// No `name`, or an empty one.
    MissingName,
    /// A character in `name` that is not allowed.
    InvalidName,
    /// No `trace_id`.
    MissingTraceId,
    /// `trace_id` is malformed, or all zero.
    InvalidTraceId,
    /// No `start_time`, or no number.
    MissingStartTime,
    /// A segment with both `in_progress: true` and `end_time`.
    InProgressSegmentHasEndTime,
    /// A subsegment with both.
    InProgressSubsegmentHasEndTime,
    /// Neither of the two.
    MissingEndTime,
    /// A subsegment sent on its own without `parent_id`.
    MissingParentId,
    /// `parent_id` is not 16 hex digits.
    InvalidParentId,
    /// The trace has as many bytes as it may have.
    TraceTooLarge,
    /// The trace is older than one that may still be changed.
    TraceTooOld,
    /// The segment, or with it its trace, has more links than it may have.
    TooManyLinks,
}

impl ErrorCode {
    /// The code as the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            ErrorCode::DocumentTooLarge => "DocumentTooLarge",
            ErrorCode::ParseError => "ParseError",
            ErrorCode::UnknownType => "UnknownType",
            ErrorCode::MissingId => "MissingId",
            ErrorCode::InvalidId => "InvalidId",
            ErrorCode::MissingName => "MissingName",
            ErrorCode::InvalidName => "InvalidName",
            ErrorCode::MissingTraceId => "MissingTraceId",
            ErrorCode::InvalidTraceId => "InvalidTraceId",
            ErrorCode::MissingStartTime => "MissingStartTime",
            ErrorCode::InProgressSegmentHasEndTime => "InProgressSegmentHasEndTime",
            ErrorCode::InProgressSubsegmentHasEndTime => "InProgressSubsegmentHasEndTime",
            ErrorCode::MissingEndTime => "MissingEndTime",
            ErrorCode::MissingParentId => "MissingParentId",
            ErrorCode::InvalidParentId => "InvalidParentId",
            ErrorCode::TraceTooLarge | ErrorCode::TraceTooOld | ErrorCode::TooManyLinks => "InvalidSegment",
        }
    }
}
