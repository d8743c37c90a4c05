//! The one place that knows what a valid document is.

use bytes::Bytes;

use crate::checks::{check_embedded, check_top};
use crate::entity::Segment;
use crate::json::{Json, Value};
use crate::members::EntityMembers;
use crate::parts::Draft;
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
    draft: Draft,
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
    let Some(json) = parse(document) else {
        accepted
            .unprocessed
            .push(refusal(ErrorCode::ParseError, Subject::Segment));
        return;
    };
    let value = json.root();
    if !value.is_array() {
        return accept_one(document, value, accepted);
    }
    let mut elements = value.elements().peekable();
    if elements.peek().is_none() {
        accepted
            .unprocessed
            .push(refusal(ErrorCode::MissingId, Subject::Entity));
    }
    for element in elements {
        accept_one(document, element, accepted);
    }
}

/// Reads back a document that was accepted before, whatever the limits are now.
///
/// # Errors
/// Says what is wrong with bytes that `accept` would not have taken.
pub fn reread(document: &Bytes) -> Result<Segment, Unprocessed> {
    let json = parse(document).ok_or_else(|| refusal(ErrorCode::ParseError, Subject::Segment))?;
    segment_from(document, json.root(), &mut Draft::default())
}

fn parse(document: &Bytes) -> Option<Json<'_>> {
    std::str::from_utf8(document).ok().and_then(Json::parse)
}

fn accept_one(document: &Bytes, value: Value<'_>, accepted: &mut Accepted) {
    match segment_from(document, value, &mut accepted.draft) {
        Ok(segment) => accepted.segments.push(segment),
        Err(unprocessed) => accepted.unprocessed.push(unprocessed),
    }
}

fn segment_from(document: &Bytes, value: Value<'_>, draft: &mut Draft) -> Result<Segment, Unprocessed> {
    let sent = EntityMembers::of(value).ok_or_else(|| refusal(ErrorCode::ParseError, Subject::Entity))?;
    let (trace_id, checked) = check_top(&sent)?;
    let span = value.span();
    draft.begin(span);
    draft.add(&sent, checked, span);
    let mut waiting = vec![];
    push_children(&mut waiting, sent.subsegments, 0);
    add_embedded(waiting, draft)?;
    // It stays in memory for as long as its trace is live, so none of its parts is longer than it must be.
    Ok(Segment {
        trace_id,
        text: document.slice(span.0 as usize..span.1 as usize),
        outlines: draft.outlines.drain(..).collect(),
        places: draft.places.as_slice().into(),
        unescaped: draft.unescaped.as_str().into(),
    })
}

/// Adds what is embedded, depth first, without recursion.
fn add_embedded(mut waiting: Vec<Embedded<'_>>, draft: &mut Draft) -> Result<(), Unprocessed> {
    let top_id = draft.outlines.first().map(|entity| entity.id);
    let refuse = |code| Unprocessed {
        id: top_id.map(|id| id.to_string()),
        code,
        subject: Subject::Subsegment,
    };
    while let Some((value, enclosed_by)) = waiting.pop() {
        let sent = EntityMembers::of(value).ok_or_else(|| refuse(ErrorCode::MissingId))?;
        let parent = draft.outlines.get(enclosed_by as usize).map(|entity| entity.id);
        let checked = check_embedded(&sent, parent, enclosed_by).map_err(refuse)?;
        let index = u32::try_from(draft.outlines.len()).unwrap_or(u32::MAX);
        draft.add(&sent, checked, value.span());
        push_children(&mut waiting, sent.subsegments, index);
    }
    Ok(())
}

/// An embedded value, with the place of the entity that encloses it.
type Embedded<'j> = (Value<'j>, u32);

/// Adds the embedded values, last first.
fn push_children<'j>(waiting: &mut Vec<Embedded<'j>>, subsegments: Option<Value<'j>>, index: u32) {
    let before = waiting.len();
    let embedded = subsegments.into_iter().flat_map(Value::elements);
    waiting.extend(embedded.map(|child| (child, index)));
    waiting.get_mut(before..).unwrap_or_default().reverse();
}

/// The objects of an accepted document, in the order of [`Segment::entities`].
pub(crate) fn entities_in(top: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    let mut waiting = vec![(top, 0)];
    std::iter::from_fn(move || {
        let (value, _) = waiting.pop()?;
        push_children(&mut waiting, value.member("subsegments"), 0);
        Some(value)
    })
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
