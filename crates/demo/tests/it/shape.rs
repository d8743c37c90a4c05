//! Traces hang together: ids, parents, links, times.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::{begin, documents, entities, is_segment, is_set, text, visits};

#[test]
fn an_id_is_used_once_in_a_trace_except_to_complete_what_was_in_progress() {
    for visit in visits(1, 2_000) {
        let mut seen: HashMap<(String, String), bool> = HashMap::new();
        for document in documents(&visit) {
            for entity in entities(&document) {
                let key = (
                    text(&document, "trace_id").to_owned(),
                    text(entity, "id").to_owned(),
                );
                let was_running = seen.insert(key, is_set(entity, "in_progress"));
                assert!(matches!(was_running, None | Some(true)), "{entity}");
            }
        }
        assert!(
            seen.values().all(|is_running| !is_running),
            "something never ended"
        );
    }
}

#[test]
fn parents_are_in_the_trace_but_for_the_rare_lost_datagram() {
    let visits = visits(2, 5_000);
    let mut partial = 0;
    for visit in &visits {
        let documents = documents(visit);
        let known: HashSet<(&str, &str)> = documents.iter().flat_map(ids).collect();
        let is_lost = |document: &&Value| {
            let parent = text(document, "parent_id");
            !parent.is_empty() && !known.contains(&(text(document, "trace_id"), parent))
        };
        let lost: Vec<&Value> = documents.iter().filter(is_lost).collect();
        assert!(
            lost.iter().all(|document| text(document, "name") == "catalog"),
            "{lost:?}"
        );
        partial += usize::from(!lost.is_empty());
    }
    assert!((1..=25).contains(&partial), "{partial} partial traces");
}

#[test]
fn a_called_segment_hangs_below_its_callers_subsegment() {
    for visit in visits(3, 1_000) {
        let documents = documents(&visit);
        let segments: HashMap<&str, &str> = documents
            .iter()
            .filter(|document| is_segment(document))
            .map(|document| (text(document, "id"), text(document, "name")))
            .collect();
        for document in documents.iter().filter(|document| is_segment(document)) {
            let is_function = text(document, "origin") == "AWS::Lambda::Function";
            assert_eq!(
                segments.contains_key(text(document, "parent_id")),
                is_function,
                "{document}"
            );
        }
    }
}

#[test]
fn the_mail_worker_links_to_the_call_that_filled_the_queue() {
    let mut links = 0;
    for visit in visits(4, 1_000) {
        let documents = documents(&visit);
        for document in &documents {
            for link in document["links"].as_array().into_iter().flatten() {
                let sender = documents
                    .iter()
                    .find(|sender| text(sender, "id") == text(link, "id"))
                    .expect("sender");
                assert_eq!(text(sender, "trace_id"), text(link, "trace_id"));
                assert_ne!(text(sender, "trace_id"), text(document, "trace_id"));
                assert!(
                    sender["aws"]["queue_url"].is_string()
                        && seconds(sender, "end_time") <= seconds(document, "start_time")
                );
                links += 1;
            }
        }
    }
    assert!(links > 100, "{links} links");
}

#[test]
fn nested_entities_lie_inside_their_parents_except_for_initialization() {
    for visit in visits(5, 2_000) {
        for document in documents(&visit) {
            for parent in entities(&document) {
                for child in parent["subsegments"].as_array().into_iter().flatten() {
                    let starts_inside = seconds(parent, "start_time") <= seconds(child, "start_time");
                    assert_eq!(starts_inside, text(child, "name") != "Initialization", "{child}");
                    assert!(
                        seconds(child, "start_time") <= seconds(child, "end_time"),
                        "{child}"
                    );
                    assert!(
                        seconds(child, "end_time") <= seconds(parent, "end_time"),
                        "{child}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_called_segment_lies_inside_the_call() {
    for visit in visits(6, 2_000) {
        let documents = documents(&visit);
        let calls: HashMap<(&str, &str), &Value> = documents
            .iter()
            .flat_map(|document| {
                entities(document)
                    .into_iter()
                    .map(|entity| ((text(document, "trace_id"), text(entity, "id")), entity))
            })
            .collect();
        for document in documents.iter().filter(|document| is_segment(document)) {
            if let Some(call) = calls.get(&(text(document, "trace_id"), text(document, "parent_id"))) {
                assert!(
                    seconds(call, "start_time") <= seconds(document, "start_time"),
                    "{document}"
                );
                assert!(
                    seconds(document, "end_time") <= seconds(call, "end_time"),
                    "{document}"
                );
            }
        }
    }
}

#[test]
fn nothing_is_sent_before_the_visit_or_before_it_has_ended() {
    for (number, visit) in (0..).zip(visits(7, 2_000)) {
        assert!(visit.documents.is_sorted_by_key(|sent| sent.at));
        for (sent, document) in visit.documents.iter().zip(documents(&visit)) {
            assert!(sent.at > begin(number));
            let told = if is_set(&document, "in_progress") {
                "start_time"
            } else {
                "end_time"
            };
            assert!(
                seconds(&document, told) <= sent.at.as_nanos() as f64 / 1e9,
                "{document}"
            );
        }
    }
}

fn ids(document: &Value) -> Vec<(&str, &str)> {
    entities(document)
        .into_iter()
        .map(|entity| (text(document, "trace_id"), text(entity, "id")))
        .collect()
}

fn seconds(entity: &Value, field: &str) -> f64 {
    entity[field].as_f64().expect("a time")
}
