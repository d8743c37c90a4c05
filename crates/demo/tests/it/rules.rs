//! No document is one that the service would refuse (`spec/segment-documents.md` 7).

use serde_json::Value;

use crate::{documents, entities, is_segment, is_set, text, visits};

#[test]
fn no_document_is_too_large() {
    for visit in visits(1, 2_000) {
        assert!(visit.documents.iter().all(|sent| sent.document.len() < 16_384));
    }
}

#[test]
fn every_document_has_what_its_kind_requires() {
    for visit in visits(2, 2_000) {
        for document in documents(&visit) {
            assert!(
                visit.trace_ids.iter().any(|id| id == text(&document, "trace_id")),
                "{document}"
            );
            assert!(
                is_segment(&document) || is_hex(text(&document, "parent_id"), 16),
                "{document}"
            );
            assert!(
                ["", "subsegment"].contains(&text(&document, "type")),
                "{document}"
            );
        }
    }
}

#[test]
fn every_entity_has_a_name_an_id_a_start_and_either_an_end_or_progress() {
    for visit in visits(3, 2_000) {
        for document in documents(&visit) {
            for entity in entities(&document) {
                assert!(is_hex(text(entity, "id"), 16), "{entity}");
                assert!(is_name(text(entity, "name")), "{entity}");
                assert!(entity["start_time"].is_number(), "{entity}");
                assert_ne!(
                    entity["end_time"].is_number(),
                    is_set(entity, "in_progress"),
                    "{entity}"
                );
            }
        }
    }
}

#[test]
fn trace_ids_carry_the_second_in_which_the_trace_begins() {
    for visit in visits(4, 500) {
        for trace_id in &visit.trace_ids {
            let parts: Vec<&str> = trace_id.split('-').collect();
            assert!(matches!(parts.as_slice(), ["1", second, rest] if is_hex(second, 8) && is_hex(rest, 24)));
            let documents = documents(&visit);
            let starts = documents
                .iter()
                .filter(|document| text(document, "trace_id") == trace_id);
            let earliest = starts
                .filter_map(|document| document["start_time"].as_f64())
                .fold(f64::MAX, f64::min);
            assert_eq!(format!("{:08x}", earliest as u64), parts[1]);
        }
    }
}

#[test]
fn times_have_at_most_six_decimals() {
    for visit in visits(5, 300) {
        for document in documents(&visit) {
            for entity in entities(&document) {
                for time in [&entity["start_time"], &entity["end_time"]] {
                    let printed = time.to_string();
                    let decimals = printed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                    assert!(decimals <= 6 && !printed.contains('e'), "{printed}");
                }
            }
        }
    }
}

#[test]
fn annotations_are_flat_and_metadata_is_not() {
    let visits = visits(6, 500);
    let documents: Vec<Value> = visits.iter().flat_map(documents).collect();
    let annotations = documents
        .iter()
        .filter_map(|document| document["annotations"].as_object());
    assert!(
        annotations
            .flat_map(|map| map.values())
            .all(|value| !value.is_object() && !value.is_array())
    );
    assert!(
        documents
            .iter()
            .any(|document| document["metadata"]["place-order"]["cart"]["lines"].is_array())
    );
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn is_name(name: &str) -> bool {
    let is_allowed =
        |letter: char| letter.is_alphanumeric() || letter.is_whitespace() || "_.:/%&#=+\\-@".contains(letter);
    !name.is_empty() && name.chars().count() <= 200 && name.chars().all(is_allowed)
}
