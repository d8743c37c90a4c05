//! Bytes → accept → reread → documents.

use bytes::Bytes;
use document::{Accepted, ErrorCode, Limits, Segment, Subject, Unprocessed, reread};
use serde_json::value::RawValue;

use crate::traces;

/// A document is refused as no JSON exactly where another parser says the same; what is accepted reads back as it
/// was; and what is returned for it is a valid document that is returned for itself.
pub fn accept(bytes: &[u8]) {
    let document = Bytes::copy_from_slice(bytes);
    let mut accepted = Accepted::default();
    document::accept(&document, &Limits::default(), &mut accepted);
    assert_eq!(
        is_json(bytes),
        !accepted.unprocessed.iter().any(says_no_json),
        "{accepted:?}"
    );
    for segment in accepted.segments {
        check_segment(&segment);
    }
}

fn is_json(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes);
    text.is_ok_and(|text| serde_json::from_str::<&RawValue>(text).is_ok())
}

fn says_no_json(refusal: &Unprocessed) -> bool {
    match refusal.code {
        ErrorCode::DocumentTooLarge => panic!("inputs are shorter than the limit"),
        code => code == ErrorCode::ParseError && refusal.subject == Subject::Segment,
    }
}

fn check_segment(segment: &Segment) {
    let again = reread(&segment.text).expect("what was accepted reads back");
    assert_eq!(format!("{again:?}"), format!("{segment:?}"));
    for entity in segment.entities() {
        let text = segment.text_of(entity);
        assert!(text.starts_with('{') && is_json(text.as_bytes()), "{text}");
    }
    let returned = traces::returned_for(segment);
    let again = reread(&Bytes::from(returned.clone())).expect("what is returned is a valid document");
    assert_eq!(again.top().id, segment.top().id);
    assert_eq!(traces::returned_for(&again), returned);
}
