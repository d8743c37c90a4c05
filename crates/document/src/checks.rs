//! The checks of `spec/segment-documents.md` 7, in its order; the first that fails decides.

use clock::Timestamp;

use crate::entity::{Kind, Progress};
use crate::json::Value;
use crate::members::EntityMembers;
use crate::{EntityId, ErrorCode, Subject, TraceId, Unprocessed};

/// What every entity must have, checked.
#[derive(Clone, Copy)]
pub(crate) struct Checked<'j> {
    pub(crate) id: EntityId,
    pub(crate) kind: Kind,
    pub(crate) parent: Option<EntityId>,
    pub(crate) enclosed_by: Option<u32>,
    pub(crate) name: Value<'j>,
    /// How many bytes of the name are kept.
    pub(crate) name_bytes: usize,
    pub(crate) start: Timestamp,
    pub(crate) progress: Progress,
}

/// Checks 3 to 12, for a document's own entity.
pub(crate) fn check_top<'j>(object: &EntityMembers<'j>) -> Result<(TraceId, Checked<'j>), Unprocessed> {
    let refuse_as = |code, subject| Unprocessed {
        id: object.id.map(as_sent),
        code,
        subject,
    };
    let kind = kind_of(object).ok_or_else(|| refuse_as(ErrorCode::UnknownType, Subject::Entity))?;
    let subject = match kind {
        Kind::Segment => Subject::Segment,
        Kind::Subsegment => Subject::Subsegment,
    };
    let refuse = |code| refuse_as(code, subject);
    let id = check_id(object).map_err(refuse)?;
    let (name, name_bytes) = check_name(object, kind).map_err(refuse)?;
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
            enclosed_by: None,
            name,
            name_bytes,
            start,
            progress,
        },
    ))
}

/// Check 13, for an embedded subsegment. Nesting says who the parent is, not `parent_id` (`spec` 3).
pub(crate) fn check_embedded<'j>(
    object: &EntityMembers<'j>,
    parent: Option<EntityId>,
    enclosed_by: u32,
) -> Result<Checked<'j>, ErrorCode> {
    let kind = Kind::Subsegment;
    let id = check_id(object)?;
    let (name, name_bytes) = check_name(object, kind)?;
    Ok(Checked {
        id,
        kind,
        parent,
        enclosed_by: Some(enclosed_by),
        name,
        name_bytes,
        start: check_start(object)?,
        progress: check_progress(object, kind)?,
    })
}

/// The id as its sender wrote it, whatever it is.
fn as_sent(id: Value<'_>) -> String {
    id.text().map_or_else(|| id.get().to_owned(), String::from)
}

fn kind_of(object: &EntityMembers<'_>) -> Option<Kind> {
    let Some(name) = object.kind else {
        return Some(Kind::Segment);
    };
    match &*name.text()? {
        "segment" => Some(Kind::Segment),
        "subsegment" => Some(Kind::Subsegment),
        _ => None,
    }
}

fn check_id(object: &EntityMembers<'_>) -> Result<EntityId, ErrorCode> {
    let id = object.id.ok_or(ErrorCode::MissingId)?;
    id.text()
        .and_then(|id| id.parse().ok())
        .ok_or(ErrorCode::InvalidId)
}

/// The name, and how many bytes of it are kept: names that are too long are cut, not refused (`settled.md` 24).
fn check_name<'j>(object: &EntityMembers<'j>, kind: Kind) -> Result<(Value<'j>, usize), ErrorCode> {
    let value = object.name.ok_or(ErrorCode::MissingName)?;
    let name = value.text().filter(|name| !name.is_empty());
    let name = name.ok_or(ErrorCode::MissingName)?;
    if !name.bytes().all(may_stand_in_a_plain_name) && !name.chars().all(may_stand_in_a_name) {
        return Err(ErrorCode::InvalidName);
    }
    let limit = match kind {
        Kind::Segment => SEGMENT_NAME_CHARACTERS_MAX,
        Kind::Subsegment => SUBSEGMENT_NAME_CHARACTERS_MAX,
    };
    if name.len() <= limit {
        return Ok((value, name.len()));
    }
    let end = name.char_indices().nth(limit);
    Ok((value, end.map_or(name.len(), |(end, _)| end)))
}

/// The commonest of the characters that may, all of them ASCII.
fn may_stand_in_a_plain_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b' ')
}

fn may_stand_in_a_name(character: char) -> bool {
    character.is_alphanumeric()
        || character.is_whitespace()
        || matches!(
            character,
            '_' | '.' | ':' | '/' | '%' | '&' | '#' | '=' | '+' | '\\' | '-' | '@'
        )
}

fn check_trace_id(object: &EntityMembers<'_>) -> Result<TraceId, ErrorCode> {
    let trace_id = object.trace_id.ok_or(ErrorCode::MissingTraceId)?;
    let parsed: Option<TraceId> = trace_id.text().and_then(|id| id.parse().ok());
    parsed
        .filter(|id| !id.is_placeholder())
        .ok_or(ErrorCode::InvalidTraceId)
}

fn check_start(object: &EntityMembers<'_>) -> Result<Timestamp, ErrorCode> {
    time(object.start_time).ok_or(ErrorCode::MissingStartTime)
}

fn check_progress(object: &EntityMembers<'_>, kind: Kind) -> Result<Progress, ErrorCode> {
    let running = object.in_progress.and_then(Value::boolean) == Some(true);
    match (running, time(object.end_time)) {
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
fn check_parent(object: &EntityMembers<'_>, kind: Kind) -> Result<Option<EntityId>, ErrorCode> {
    let sent = object.parent_id.filter(|parent| parent.get() != "\"\"");
    match (sent, kind) {
        (Some(parent), _) => {
            let parsed = parent.text().and_then(|id| id.parse().ok());
            parsed.map(Some).ok_or(ErrorCode::InvalidParentId)
        }
        (None, Kind::Segment) => Ok(None),
        (None, Kind::Subsegment) => Err(ErrorCode::MissingParentId),
    }
}

/// A time outside what fits counts as not a number (`settled.md` 4).
fn time(value: Option<Value<'_>>) -> Option<Timestamp> {
    value
        .and_then(Value::number)
        .and_then(|decimal| Timestamp::from_decimal_seconds(decimal).ok())
}

const SEGMENT_NAME_CHARACTERS_MAX: usize = 200;
const SUBSEGMENT_NAME_CHARACTERS_MAX: usize = 250;
