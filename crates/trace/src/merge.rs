//! Which version of each entity counts (`spec/segment-documents.md` 8.1, `settled.md` 12 and 13).
//!
//! Complete beats in progress; of two complete ones the first by position wins, of two in progress the last.
//! What is embedded in a document that lost lives and dies with it, so a document can lose its own entity to one
//! that another document embeds, and win it back when that other one loses in turn. Decided in this way:
//!
//! 1. Of the documents of one entity the best is a *candidate*; the others have lost, whatever else happens.
//! 2. A candidate *contests* another one that it embeds a better version of. One that nobody contests stands, and
//!    so does one whose contesters have all lost; one that a standing document contests has lost.
//! 3. Documents that contest one another in a circle: the earliest-starting one (then lowest id) stands, and those
//!    that contest it have lost. Only nonsense comes here: each of two entities embedded in the other's document.
//!
//! Cost: one sort of all versions by id; after it each version and each contest is looked at a fixed number of times,
//! because a contest is an embedded version and a candidate is decided once. No hash of foreign ids is involved.

mod contest;

use document::EntityId;

use crate::Received;
use contest::Contests;

/// Where an entity stands: the document among the received ones, and its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) document: usize,
    pub(crate) entity: usize,
}

/// The entities that count, by document and place. `received` ascends by position.
pub(crate) fn surviving(received: &[Received]) -> Vec<Place> {
    let versions = versions(received);
    let mut is_standing = vec![false; received.len()];
    for own in versions.chunk_by(same_id).filter_map(best_own) {
        is_standing[own.place.document] = true;
    }
    let contests: Vec<_> = versions
        .chunk_by(same_id)
        .flat_map(|versions| contests_of(versions, &is_standing))
        .collect();
    if !contests.is_empty() {
        let key = |document: usize| {
            let top = received[document].segment.top();
            (top.start, top.id)
        };
        Contests::new(&contests, received.len()).decide(&mut is_standing, key);
    }
    let mut places: Vec<Place> = versions
        .chunk_by(same_id)
        .filter_map(|versions| winner(versions, &is_standing))
        .collect();
    places.sort_unstable();
    places
}

/// How many calls changed the trace (`settled.md` 14): those with a document that was news when it came.
pub(crate) fn revision(received: &[Received]) -> usize {
    let mut latest: Vec<(EntityId, usize)> = received
        .iter()
        .enumerate()
        .map(|(document, received)| (received.segment.top().id, document))
        .collect();
    latest.sort_unstable();
    let mut calls = Vec::new();
    for documents in latest.chunk_by(|one, next| one.0 == next.0) {
        let mut known: Option<&Received> = None;
        for candidate in documents.iter().map(|(_, document)| &received[*document]) {
            if known.is_none_or(|known| is_news(known, candidate)) {
                known = Some(candidate);
                calls.push(candidate.receipt);
            }
        }
    }
    calls.sort_unstable();
    calls.dedup();
    calls.len()
}

fn is_news(known: &Received, candidate: &Received) -> bool {
    !known.segment.top().is_complete() && known.segment.text != candidate.segment.text
}

/// One version of an entity. Those of one entity ascend from the best to the worst.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    id: EntityId,
    is_running: bool,
    /// Ascends with the position for complete versions, descends for running ones.
    order: isize,
    place: Place,
}

impl Version {
    /// Whether the version is its document's own entity.
    fn is_own(&self) -> bool {
        self.place.entity == 0
    }
}

fn versions(received: &[Received]) -> Vec<Version> {
    let count = received
        .iter()
        .map(|received| received.segment.entities().len())
        .sum();
    let mut versions = Vec::with_capacity(count);
    for (document, received) in received.iter().enumerate() {
        for (entity, version) in received.segment.entities().enumerate() {
            let is_running = !version.is_complete();
            let order = document.cast_signed();
            versions.push(Version {
                id: version.id,
                is_running,
                order: if is_running { -order } else { order },
                place: Place { document, entity },
            });
        }
    }
    versions.sort_unstable();
    versions
}

fn same_id(one: &Version, next: &Version) -> bool {
    one.id == next.id
}

/// The best of the documents of an entity.
fn best_own(versions: &[Version]) -> Option<&Version> {
    versions.iter().find(|version| version.is_own())
}

/// The candidates that embed a better version of an entity than its own candidate: each as (contester, contested).
fn contests_of(versions: &[Version], is_candidate: &[bool]) -> impl Iterator<Item = (usize, usize)> {
    let own = best_own(versions).map(|own| own.place.document);
    let better = versions
        .iter()
        .take_while(|version| !version.is_own())
        .map(|version| version.place.document);
    own.into_iter().flat_map(move |own| {
        better
            .clone()
            .filter(move |document| is_candidate[*document] && *document != own)
            .map(move |contester| (contester, own))
    })
}

/// The document of an entity where it stands, else the best version embedded in one that stands.
fn winner(versions: &[Version], is_standing: &[bool]) -> Option<Place> {
    let own = best_own(versions).filter(|own| is_standing[own.place.document]);
    own.or_else(|| {
        versions
            .iter()
            .find(|version| !version.is_own() && is_standing[version.place.document])
    })
    .map(|version| version.place)
}

#[cfg(test)]
mod tests;
