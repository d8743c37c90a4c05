//! Which version of each entity counts (`spec/segment-documents.md` 8.1, `settled.md` 12 and 13).
//!
//! Complete beats in progress; of two complete ones the first by position wins, of two in progress the last.
//! What is embedded in a document that lost lives and dies with it.

use document::EntityId;
use rustc_hash::FxHashMap;

use crate::Received;

/// Where an entity stands: the document among the received ones, and its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) document: usize,
    pub(crate) entity: usize,
}

/// The entities that count, by document and place. `received` ascends by position.
pub(crate) fn surviving(received: &[Received]) -> Vec<Place> {
    let mut alive = vec![true; received.len()];
    let winners = loop {
        let winners = winners(received, &alive);
        if !bury_losers(received, &winners, &mut alive) {
            break winners;
        }
    };
    places(received, &alive)
        .filter(|place| winners.get(&id_at(received, *place)) == Some(place))
        .collect()
}

/// How many calls changed the trace (`settled.md` 14): those with a document that was news when it came.
pub(crate) fn revision(received: &[Received]) -> usize {
    let mut known: FxHashMap<EntityId, &Received> = FxHashMap::default();
    let mut calls = Vec::new();
    for candidate in received {
        let is_news = match known.get(&candidate.segment.top().id) {
            None => true,
            Some(known) if known.segment.top().is_complete() => false,
            Some(known) => known.segment.text != candidate.segment.text,
        };
        if is_news {
            known.insert(candidate.segment.top().id, candidate);
            calls.push(candidate.receipt);
        }
    }
    calls.sort_unstable();
    calls.dedup();
    calls.len()
}

/// The best version of each id. The first round looks at whole documents only, because what is embedded in one
/// that loses to another version of itself must not win anything.
fn winners(received: &[Received], alive: &[bool]) -> FxHashMap<EntityId, Place> {
    let mut tops: FxHashMap<EntityId, Place> = FxHashMap::default();
    for place in places(received, alive).filter(|place| place.entity == 0) {
        keep_better(&mut tops, received, place);
    }
    let mut all = tops.clone();
    for place in places(received, alive) {
        let top = Place { entity: 0, ..place };
        if tops.get(&id_at(received, top)) == Some(&top) {
            keep_better(&mut all, received, place);
        }
    }
    all
}

fn keep_better(best: &mut FxHashMap<EntityId, Place>, received: &[Received], candidate: Place) {
    let entry = best.entry(id_at(received, candidate)).or_insert(candidate);
    if is_better(received, candidate, *entry) {
        *entry = candidate;
    }
}

/// Whether a version is to be kept instead of the known one.
fn is_better(received: &[Received], candidate: Place, known: Place) -> bool {
    let is_complete = |place: Place| received[place.document].segment.entities[place.entity].is_complete();
    match (is_complete(candidate), is_complete(known)) {
        (true, false) => true,
        (false, true) => false,
        (true, true) => (candidate.document, candidate.entity) < (known.document, known.entity),
        (false, false) => candidate.document > known.document,
    }
}

/// Marks the documents that lost; says whether there were any.
fn bury_losers(received: &[Received], winners: &FxHashMap<EntityId, Place>, alive: &mut [bool]) -> bool {
    let mut died = false;
    for (document, alive) in alive.iter_mut().enumerate().filter(|(_, alive)| **alive) {
        let top = Place { document, entity: 0 };
        if winners.get(&id_at(received, top)) != Some(&top) {
            *alive = false;
            died = true;
        }
    }
    died
}

fn places<'a>(received: &'a [Received], alive: &'a [bool]) -> impl Iterator<Item = Place> + 'a {
    let documents = received
        .iter()
        .enumerate()
        .filter(|(document, _)| alive[*document]);
    documents.flat_map(|(document, received)| {
        (0..received.segment.entities.len()).map(move |entity| Place { document, entity })
    })
}

fn id_at(received: &[Received], place: Place) -> EntityId {
    received[place.document].segment.entities[place.entity].id
}
