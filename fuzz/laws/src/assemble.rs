//! Several documents → trace → documents, summary and causes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use document::{EntityId, reread};
use serde_json::Value;
use trace::{Received, Trace};

use crate::traces;

/// Nothing is lost and nothing told twice; repetition changes nothing; neither does the order, where no entity came
/// in two versions (`settled.md` 12).
pub fn assemble(bytes: &[u8]) {
    for (id, documents) in traces::received(bytes) {
        let trace = Trace::assemble(id, documents.clone());
        check_entities(&trace, &documents);
        check_documents(&trace);
        let said = said_of(&trace);

        let mut repeated = documents.clone();
        let end = documents.last().map_or(0, |last| last.position + 1);
        repeated.extend((end..).zip(&documents).map(|(position, document)| Received {
            position,
            ..document.clone()
        }));
        assert_eq!(said_of(&Trace::assemble(id, repeated)), said);

        if has_one_version_of_each(&documents) {
            let backwards = (0..).zip(documents.iter().rev());
            let backwards = backwards
                .map(|(position, document)| traces::received_at(position, Arc::clone(&document.segment)));
            assert_eq!(said_of(&Trace::assemble(id, backwards.collect())), said);
        }
    }
}

fn check_entities(trace: &Trace, documents: &[Received]) {
    let mut seen = BTreeSet::new();
    for entity in trace.entities() {
        assert!(seen.insert(entity.id), "{} counts twice", entity.id);
        assert!(entity.own_entities().first() == Some(&entity));
    }
    if has_one_version_of_each(documents) {
        let received = documents.iter().flat_map(|document| document.segment.entities());
        assert_eq!(received.map(|entity| entity.id).collect::<BTreeSet<_>>(), seen);
    }
}

/// Every entity is returned in one place, and what is returned is valid.
fn check_documents(trace: &Trace) {
    let mut returned = 0;
    let mut made_up = 0;
    for entry in trace.documents() {
        let document = reread(&entry.document.clone().into()).expect("what is returned is a valid document");
        assert_eq!(document.top().id, entry.id);
        let value: Value = serde_json::from_str(&entry.document).unwrap_or_default();
        match value.get("inferred") {
            None => returned += document.entities().len(),
            Some(_) => made_up += 1,
        }
    }
    assert_eq!(returned, trace.entities().count());
    let unanswered = trace
        .entities()
        .filter(|entity| entity.is_complete() && entity.inferred_receiver().is_some());
    assert_eq!(made_up, unanswered.count());
}

fn has_one_version_of_each(documents: &[Received]) -> bool {
    let mut texts: BTreeMap<EntityId, &[u8]> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    documents.iter().all(|document| {
        let segment = &document.segment;
        match texts.insert(segment.top().id, &segment.text) {
            Some(known) => known == segment.text,
            None => segment.entities().all(|entity| seen.insert(entity.id)),
        }
    })
}

/// All that is said of a trace that does not depend on when its documents came.
fn said_of(trace: &Trace) -> String {
    let mut documents: Vec<_> = trace
        .documents()
        .into_iter()
        .map(|entry| entry.document)
        .collect();
    documents.sort();
    let annotations: BTreeMap<_, BTreeSet<String>> = trace
        .annotations("")
        .into_iter()
        .map(|(key, seen)| (key, seen.iter().map(|seen| format!("{seen:?}")).collect()))
        .collect();
    let users: BTreeMap<_, _> = trace.users("").into_iter().collect();
    format!(
        "{documents:#?} {annotations:?} {users:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        trace.facts(),
        trace.start(),
        trace.root().map(|root| root.id),
        trace.nodes(""),
        trace.fault_causes(""),
        trace.error_causes(""),
        trace.response_time_causes(""),
    )
}
