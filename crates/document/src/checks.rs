//! The checks of `spec/segment-documents.md` 7, in its order; the first that fails decides.

use clock::Timestamp;

use crate::entity::{Kind, Progress};
use crate::json::{Object, number, text};
use crate::{EntityId, ErrorCode, Subject, TraceId, Unprocessed};

/// What every entity must have, checked.
pub(crate) struct Checked {
    pub(crate) id: EntityId,
    pub(crate) kind: Kind,
    pub(crate) parent: Option<EntityId>,
    pub(crate) name: Box<str>,
    pub(crate) start: Timestamp,
    pub(crate) progress: Progress,
}

/// Checks 3 to 12, for a document's own entity.
pub(crate) fn check_top(object: &Object<'_>) -> Result<(TraceId, Checked), Unprocessed> {
    let sent_id = object
        .get("id")
        .map(|id| text(id).map_or_else(|| id.get().to_owned(), String::from));
    let kind = kind_of(object).ok_or_else(|| Unprocessed {
        id: sent_id.clone(),
        code: ErrorCode::UnknownType,
        subject: Subject::Entity,
    })?;
    let refuse = |code| Unprocessed {
        id: sent_id.clone(),
        code,
        subject: match kind {
            Kind::Segment => Subject::Segment,
            Kind::Subsegment => Subject::Subsegment,
        },
    };
    let id = check_id(object).map_err(refuse)?;
    let name = check_name(object, kind).map_err(refuse)?;
    let trace_id = check_trace_id(object).map_err(refuse)?;
    let start = check_start(object).map_err(refuse)?;
    let progress = check_progress(object, kind).map_err(refuse)?;
    let parent = check_parent(object, kind).map_err(refuse)?;
    Ok((
        trace_id,
        Checked {
            id,
            kind,
            parent,
            name,
            start,
            progress,
        },
    ))
}

/// Check 13, for an embedded subsegment. Nesting says who the parent is, not `parent_id` (`spec` 3).
pub(crate) fn check_embedded(object: &Object<'_>, parent: Option<EntityId>) -> Result<Checked, ErrorCode> {
    let kind = Kind::Subsegment;
    Ok(Checked {
        id: check_id(object)?,
        kind,
        parent,
        name: check_name(object, kind)?,
        start: check_start(object)?,
        progress: check_progress(object, kind)?,
    })
}

fn kind_of(object: &Object<'_>) -> Option<Kind> {
    match object.get("type").map(text) {
        None => Some(Kind::Segment),
        Some(Some(name)) if name == "segment" => Some(Kind::Segment),
        Some(Some(name)) if name == "subsegment" => Some(Kind::Subsegment),
        Some(_) => None,
    }
}

fn check_id(object: &Object<'_>) -> Result<EntityId, ErrorCode> {
    let id = object.get("id").ok_or(ErrorCode::MissingId)?;
    text(id)
        .and_then(|id| id.parse().ok())
        .ok_or(ErrorCode::InvalidId)
}

/// Names that are too long are cut, not refused (`settled.md` 24).
fn check_name(object: &Object<'_>, kind: Kind) -> Result<Box<str>, ErrorCode> {
    let name = object.text("name").ok_or(ErrorCode::MissingName)?;
    if !name.chars().all(may_stand_in_a_name) {
        return Err(ErrorCode::InvalidName);
    }
    let limit = match kind {
        Kind::Segment => SEGMENT_NAME_CHARACTERS_MAX,
        Kind::Subsegment => SUBSEGMENT_NAME_CHARACTERS_MAX,
    };
    match name.char_indices().nth(limit) {
        None => Ok(name),
        Some((end, _)) => Ok(name.get(..end).unwrap_or_default().into()),
    }
}

fn may_stand_in_a_name(character: char) -> bool {
    character.is_alphanumeric()
        || character.is_whitespace()
        || matches!(
            character,
            '_' | '.' | ':' | '/' | '%' | '&' | '#' | '=' | '+' | '\\' | '-' | '@'
        )
}

fn check_trace_id(object: &Object<'_>) -> Result<TraceId, ErrorCode> {
    let trace_id = object.get("trace_id").ok_or(ErrorCode::MissingTraceId)?;
    let parsed: Option<TraceId> = text(trace_id).and_then(|id| id.parse().ok());
    parsed
        .filter(|id| !id.is_placeholder())
        .ok_or(ErrorCode::InvalidTraceId)
}

fn check_start(object: &Object<'_>) -> Result<Timestamp, ErrorCode> {
    time(object, "start_time").ok_or(ErrorCode::MissingStartTime)
}

fn check_progress(object: &Object<'_>, kind: Kind) -> Result<Progress, ErrorCode> {
    let running = object.boolean("in_progress") == Some(true);
    match (running, time(object, "end_time")) {
        (true, Some(_)) => Err(match kind {
            Kind::Segment => ErrorCode::InProgressSegmentHasEndTime,
            Kind::Subsegment => ErrorCode::InProgressSubsegmentHasEndTime,
        }),
        (true, None) => Ok(Progress::Running),
        (false, Some(end)) => Ok(Progress::Ended(end)),
        (false, None) => Err(ErrorCode::MissingEndTime),
    }
}

/// A subsegment must say whose part it is; a segment may say who called it.
fn check_parent(object: &Object<'_>, kind: Kind) -> Result<Option<EntityId>, ErrorCode> {
    let sent = object.get("parent_id").filter(|parent| parent.get() != "\"\"");
    match (sent, kind) {
        (Some(parent), _) => {
            let parsed = text(parent).and_then(|id| id.parse().ok());
            parsed.map(Some).ok_or(ErrorCode::InvalidParentId)
        }
        (None, Kind::Segment) => Ok(None),
        (None, Kind::Subsegment) => Err(ErrorCode::MissingParentId),
    }
}

/// A time outside what fits counts as not a number (`settled.md` 4).
fn time(object: &Object<'_>, key: &str) -> Option<Timestamp> {
    object
        .get(key)
        .and_then(number)
        .and_then(|decimal| Timestamp::from_decimal_seconds(decimal).ok())
}

const SEGMENT_NAME_CHARACTERS_MAX: usize = 200;
const SUBSEGMENT_NAME_CHARACTERS_MAX: usize = 250;
