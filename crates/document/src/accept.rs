//! The one place that knows what a valid document is.

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::checks::{Checked, check_embedded, check_top};
use crate::entity::{Entity, Segment};
use crate::json::{Object, elements};
use crate::parts::entity_from;
use crate::{ErrorCode, Subject, Unprocessed};

/// What `accept` obeys.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest document, in bytes of JSON text.
    pub document_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            document_bytes_max: 65_536,
        }
    }
}

/// What has been accepted and refused so far. One bad document never costs its neighbours.
#[derive(Debug, Default)]
pub struct Accepted {
    /// Valid documents, in the order they came.
    pub segments: Vec<Segment>,
    /// The others.
    pub unprocessed: Vec<Unprocessed>,
}

/// Parses and checks one document and adds what becomes of it to `accepted`.
/// The elements of a JSON array are documents of their own.
pub fn accept(document: &Bytes, limits: &Limits, accepted: &mut Accepted) {
    if document.len() > limits.document_bytes_max {
        accepted
            .unprocessed
            .push(refusal(ErrorCode::DocumentTooLarge, Subject::Segment));
        return;
    }
    let Some(value) = std::str::from_utf8(document)
        .ok()
        .and_then(|text| serde_json::from_str(text).ok())
    else {
        accepted
            .unprocessed
            .push(refusal(ErrorCode::ParseError, Subject::Segment));
        return;
    };
    match elements(value) {
        None => accept_one(document, value, accepted),
        Some(none) if none.is_empty() => {
            accepted
                .unprocessed
                .push(refusal(ErrorCode::MissingId, Subject::Entity));
        }
        Some(several) => {
            for element in several {
                accept_one(document, element, accepted);
            }
        }
    }
}

/// Reads back a document that was accepted before, whatever the limits are now.
///
/// # Errors
/// Says what is wrong with bytes that `accept` would not have taken.
pub fn reread(document: &Bytes) -> Result<Segment, Unprocessed> {
    let value = std::str::from_utf8(document)
        .ok()
        .and_then(|text| serde_json::from_str(text).ok());
    segment_from(
        document,
        value.ok_or_else(|| refusal(ErrorCode::ParseError, Subject::Segment))?,
    )
}

fn accept_one(document: &Bytes, value: &RawValue, accepted: &mut Accepted) {
    match segment_from(document, value) {
        Ok(segment) => accepted.segments.push(segment),
        Err(unprocessed) => accepted.unprocessed.push(unprocessed),
    }
}

fn segment_from(document: &Bytes, value: &RawValue) -> Result<Segment, Unprocessed> {
    let object = Object::of(value).ok_or_else(|| refusal(ErrorCode::ParseError, Subject::Entity))?;
    let (trace_id, checked) = check_top(&object)?;
    let text = document.slice_ref(value.get().as_bytes());
    let mut entities = vec![entity_from(&object, checked, span_in(&text, value))];
    add_embedded(&text, &object, &mut entities)?;
    Ok(Segment {
        trace_id,
        entities,
        text,
    })
}

/// Adds what is embedded, depth first, without recursion.
fn add_embedded(text: &Bytes, top: &Object<'_>, entities: &mut Vec<Entity>) -> Result<(), Unprocessed> {
    let top_id = entities.first().map(|entity| entity.id);
    let mut waiting: Vec<(&RawValue, u32)> = children(top, 0);
    while let Some((value, enclosed_by)) = waiting.pop() {
        let refuse = |code| Unprocessed {
            id: top_id.map(|id| id.to_string()),
            code,
            subject: Subject::Subsegment,
        };
        let object = Object::of(value).ok_or_else(|| refuse(ErrorCode::MissingId))?;
        let parent = entities.get(enclosed_by as usize).map(|entity| entity.id);
        let checked: Checked = check_embedded(&object, parent).map_err(refuse)?;
        let index = u32::try_from(entities.len()).unwrap_or(u32::MAX);
        let mut entity = entity_from(&object, checked, span_in(text, value));
        entity.enclosed_by = Some(enclosed_by);
        entities.push(entity);
        waiting.extend(children(&object, index));
    }
    Ok(())
}

/// The embedded objects, last first, each with the place of the one that encloses them.
fn children<'a>(object: &Object<'a>, index: u32) -> Vec<(&'a RawValue, u32)> {
    let embedded = object.get("subsegments").and_then(elements).unwrap_or_default();
    embedded.into_iter().rev().map(|child| (child, index)).collect()
}

/// Where the value's text lies in the document's.
fn span_in(document: &Bytes, value: &RawValue) -> (u32, u32) {
    let start = value.get().as_ptr() as usize - document.as_ptr() as usize;
    let as_offset = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    (as_offset(start), as_offset(start + value.get().len()))
}

fn refusal(code: ErrorCode, subject: Subject) -> Unprocessed {
    Unprocessed {
        id: None,
        code,
        subject,
    }
}

#[cfg(test)]
mod tests;
