//! Rules of `segment-documents.md` 8.1 for documents that undo one another, and what deciding them costs.

use std::sync::Arc;

use clock::Timestamp;

use super::contest::Contests;
use super::surviving;
use crate::Received;

const TRACE: &str = "1-68e7780c-5b1f0c6a9d3e82774410ab9f";

#[derive(Clone, Copy, PartialEq)]
enum Is {
    Running,
    Done,
}

/// A document's own entity and what it embeds.
type Sent<'s> = ((usize, Is), &'s [(usize, Is)]);

fn members((id, is): (usize, Is)) -> String {
    let end = match is {
        Running => r#""in_progress":true"#,
        Done => r#""end_time":2"#,
    };
    format!(r#""id":"{id:016x}","name":"n","start_time":1,{end}"#)
}

/// Documents by their own entity and what it embeds, positions as in the list.
fn documents(list: &[Sent<'_>]) -> Vec<Received> {
    let received = (0..).zip(list).map(|(position, (own, embedded))| {
        let embedded: Vec<_> = embedded
            .iter()
            .map(|one| format!("{{{}}}", members(*one)))
            .collect();
        let (own, embedded) = (members(*own), embedded.join(","));
        let text = format!(r#"{{"trace_id":"{TRACE}",{own},"subsegments":[{embedded}]}}"#);
        Received {
            segment: Arc::new(document::reread(&text.into()).expect("a valid document")),
            position,
            receipt: Timestamp::EPOCH,
        }
    });
    received.collect()
}

/// What survives, as (document, place in it).
fn survivors(list: &[Sent<'_>]) -> Vec<(usize, usize)> {
    let places = surviving(&documents(list));
    places
        .iter()
        .map(|place| (place.document, place.entity))
        .collect()
}

use Is::{Done, Running};

#[test]
fn an_embedded_version_wins_only_while_its_document_stands() {
    // settled.md 13: 1 embeds a finished 2, but a finished 1 replaces that document, and 2's own document counts.
    let [begun, sent, done]: [Sent<'_>; 3] = [
        ((1, Running), &[(2, Done)]),
        ((2, Running), &[(3, Done)]),
        ((1, Done), &[]),
    ];
    assert_eq!(survivors(&[begun, sent]), [(0, 0), (0, 1)]);
    assert_eq!(survivors(&[begun, sent, done]), [(1, 0), (1, 1), (2, 0)]);
    // A chain: 1 takes 2 away from its document, which so cannot take 3 away.
    let chain: [Sent<'_>; 3] = [
        ((1, Done), &[(2, Done)]),
        ((2, Running), &[(3, Done)]),
        ((3, Running), &[]),
    ];
    assert_eq!(survivors(&chain), [(0, 0), (0, 1), (2, 0)]);
}

#[test]
fn of_documents_that_undo_one_another_the_earliest_stands_whatever_the_order() {
    let two: [Sent<'_>; 2] = [((1, Running), &[(2, Done)]), ((2, Running), &[(1, Done)])];
    assert_eq!(survivors(&two), [(0, 0), (0, 1)]);
    assert_eq!(survivors(&[two[1], two[0]]), [(1, 0), (1, 1)]);
    let three: [Sent<'_>; 3] = [
        ((1, Running), &[(2, Done)]),
        ((2, Running), &[(3, Done)]),
        ((3, Running), &[(1, Done)]),
    ];
    assert_eq!(survivors(&three), [(0, 0), (0, 1)]);
}

#[test]
fn a_document_does_not_undo_itself() {
    assert_eq!(
        survivors(&[((1, Running), &[(1, Done), (2, Done)])]),
        [(0, 0), (0, 2)]
    );
}

#[test]
fn a_chain_of_documents_that_undo_one_another_costs_its_length() {
    for length in [10, 1_000, 100_000] {
        let pairs: Vec<_> = (1..length).map(|place| (place - 1, place)).collect();
        let circle: Vec<_> = pairs.iter().copied().chain([(length - 1, 0)]).collect();
        for pairs in [pairs, circle] {
            let mut standing = vec![true; length];
            let mut contests = Contests::new(&pairs, length);
            contests.decide(&mut standing, |document| document);
            assert!(
                contests.looked_at <= 3 * length,
                "{} of {length}",
                contests.looked_at
            );
            let expected: Vec<_> = (0..length).map(|document| document % 2 == 0).collect();
            assert_eq!(standing, expected);
        }
    }
}
