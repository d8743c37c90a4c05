//! Graphs from roll-ups equal graphs from traces (`settled.md` 1 to 3), whatever the order in which documents come and
//! are cut, written again and read.

use std::collections::BTreeMap;

use clock::Timestamp;
use document::TraceId;
use proptest::prelude::*;
use trace::Received;

use super::documents::{BASE, HOME, received, window};
use super::generated::{Spread, documents, traces};
use crate::{
    Admission, GraphSum, NoGroups, RollupIndex, Rollups, ServiceGraph, TRAILER_BYTES, Trailer, Window,
};

/// Each document taken at some second, and cut into one of some blocks.
pub(super) fn taken(documents: &[Received], chances: &[(u16, u8)]) -> Vec<(usize, Received)> {
    let mut taken: Vec<(usize, Received)> = documents
        .iter()
        .zip(chances.iter().cycle())
        .map(|(document, (second, block))| {
            let receipt = Timestamp::from_seconds(BASE + i64::from(second % 400));
            let received = Received {
                receipt,
                ..document.clone()
            };
            (usize::from(block % 4), received)
        })
        .collect();
    taken.sort_by_key(|(_, received)| received.receipt);
    for (position, (_, received)) in (0..).zip(&mut taken) {
        received.position = position;
    }
    taken
}

/// The roll-ups of each block: of its traces what is new, with all that was stored of them before taken back.
pub(super) fn blocks(taken: &[(usize, Received)], groups: &dyn Admission) -> Vec<Rollups> {
    let mut stored: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
    let mut blocks = Vec::new();
    for block in 0..4 {
        let mut rollups = Rollups::default();
        let mut cut: BTreeMap<TraceId, Vec<Received>> = BTreeMap::new();
        for (_, received) in taken.iter().filter(|(of, _)| *of == block) {
            cut.entry(received.segment.trace_id)
                .or_default()
                .push(received.clone());
        }
        for (id, documents) in cut {
            let older = stored.entry(id).or_default();
            rollups.add_trace(id, older, groups, -1);
            older.extend(documents);
            rollups.add_trace(id, older, groups, 1);
        }
        blocks.push(rollups);
    }
    blocks
}

pub(super) struct Object {
    bytes: Vec<u8>,
    index: RollupIndex,
}

impl Object {
    pub(super) fn of(rollups: Rollups) -> Object {
        Object::read(rollups.encode())
    }

    fn read(bytes: Vec<u8>) -> Object {
        let trailer = Trailer::read(&bytes[bytes.len() - TRAILER_BYTES as usize..]).expect("a trailer");
        let range = trailer.index_range();
        let index = RollupIndex::read(&trailer, &bytes[range.start as usize..range.end as usize]);
        Object {
            bytes,
            index: index.expect("an index"),
        }
    }

    pub(super) fn add_to(&self, sum: &mut GraphSum, window: Window) {
        let parts = sum.parts(&self.index, window);
        let parts = parts.iter().map(|part| {
            (
                part,
                &self.bytes[part.range.start as usize..part.range.end as usize],
            )
        });
        sum.add_parts(&self.index, window, parts).expect("sound parts");
    }

    pub(super) fn rollups(&self) -> Rollups {
        let parts = self.index.every_second();
        let parts = parts.iter().map(|part| {
            (
                part,
                &self.bytes[part.range.start as usize..part.range.end as usize],
            )
        });
        let mut rollups = Rollups::default();
        rollups.add_parts(&self.index, parts).expect("sound parts");
        rollups
    }
}

fn graph(objects: &[Object], window: Window) -> ServiceGraph {
    let mut sum = GraphSum::new(HOME);
    objects.iter().for_each(|object| object.add_to(&mut sum, window));
    sum.graph()
}

proptest! {
    #[test]
    fn settled_1_to_3_a_graph_from_roll_ups_equals_the_graph_from_traces(
        traces in traces(),
        chances in prop::collection::vec(any::<(u16, u8)>(), 1..40),
        bounds in prop::collection::vec((0..420i64, 0..420i64), 1..8),
    ) {
        let taken = taken(&documents(&traces, Spread::Planned), &chances);
        let objects: Vec<Object> = blocks(&taken, &NoGroups).into_iter().map(Object::of).collect();
        let mut merged = Rollups::default();
        objects.iter().for_each(|object| merged.add(&object.rollups()));
        let merged = [Object::of(merged)];
        let all: Vec<Received> = taken.into_iter().map(|(_, received)| received).collect();
        for (first, last) in bounds.into_iter().chain([(0, 420), (60, 179)]) {
            let from_traces = window(&all, first, last);
            let asked = Window::until(BASE + first, BASE + last);
            prop_assert_eq!(&graph(&objects, asked), &from_traces, "{}..{}", first, last);
            prop_assert_eq!(&graph(&merged, asked), &from_traces, "compacted, {}..{}", first, last);
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed(traces in traces(), byte: prop::sample::Index, bit in 0..8u8) {
        let mut rollups = Rollups::default();
        for trace in super::documents::traces(&documents(&traces, Spread::Planned)) {
            let documents = documents(&traces, Spread::Planned);
            let own: Vec<Received> = documents.into_iter().filter(|one| one.segment.trace_id == trace.id()).collect();
            rollups.add_trace(trace.id(), &own, &NoGroups, 1);
        }
        let mut bytes = rollups.encode();
        let place = byte.index(bytes.len() - 8) + 8;
        bytes[place] ^= 1 << bit;
        prop_assert!(read_all(&bytes).is_err(), "byte {place} of {}", bytes.len());
    }
}

/// Reads everything that there is, in every grain.
fn read_all(bytes: &[u8]) -> Result<(), crate::Malformed> {
    let trailer = Trailer::read(&bytes[bytes.len() - TRAILER_BYTES as usize..])?;
    let range = trailer.index_range();
    let index = RollupIndex::read(&trailer, &bytes[range.start as usize..range.end as usize])?;
    let all = Window::until(i64::MIN / 2, i64::MAX / 2);
    for part in index.every_part() {
        let bytes = &bytes[part.range.start as usize..part.range.end as usize];
        GraphSum::new(HOME).add_parts(&index, all, [(&part, bytes)])?;
    }
    Ok(())
}

#[test]
fn foreign_bytes_are_malformed_and_nothing_worse() {
    for bytes in [&b""[..], b"RGROLLUP", &[0; 56], &[0xFF; 200]] {
        assert!(Trailer::read(bytes).is_err());
    }
}

/// Roll-ups of each version, kept: the worked examples 6.3, 6.4 and 6.6, the late segment of 6.4 in a later minute.
const KEPT: [&[u8]; 2] = [
    include_bytes!("../../../../../fixtures/formats/rollups-v1/block.rollups"),
    include_bytes!("../../../../../fixtures/formats/rollups-v2/block.rollups"),
];

fn kept_documents() -> Vec<Received> {
    let lines = [
        include_str!("../../../../../fixtures/graphs/6.3-both-traced.documents.jsonl"),
        include_str!("../../../../../fixtures/graphs/6.4-missing-middle.documents.jsonl"),
        include_str!("../../../../../fixtures/graphs/6.6-classes.documents.jsonl"),
        include_str!("../../../../../fixtures/graphs/6.4-middle-arrived.documents.jsonl"),
    ];
    let lines = lines
        .iter()
        .enumerate()
        .flat_map(|(file, text)| text.lines().map(move |line| (file, line)));
    (0..)
        .zip(lines)
        .map(|(position, (file, line))| received(position, 60.0 * file as f64, line))
        .collect()
}

fn kept_rollups() -> Rollups {
    let mut rollups = Rollups::default();
    let documents = kept_documents();
    for trace in super::documents::traces(&documents) {
        let own: Vec<Received> = documents
            .iter()
            .filter(|one| one.segment.trace_id == trace.id())
            .cloned()
            .collect();
        rollups.add_trace(trace.id(), &own, &NoGroups, 1);
    }
    rollups
}

#[test]
fn kept_roll_ups_of_every_version_are_read_and_those_of_today_read_alike() {
    let today = Object::of(kept_rollups());
    let kept = KEPT.map(|bytes| Object::read(bytes.to_vec()));
    for (version, object) in (1..).zip(kept).chain([(0, today)]) {
        let object = [object];
        for (first, last) in [(-100, 400), (0, 300), (0, 179), (60, 180), (7, 133)] {
            let asked = Window::until(BASE + first, BASE + last);
            let expected = window(&kept_documents(), first, last);
            assert_eq!(
                graph(&object, asked),
                expected,
                "version {version}, {first}..{last}"
            );
        }
    }
}

/// A window that holds all of an object reads one part of it, unless minutes are told apart.
#[test]
fn a_whole_is_read_where_the_window_holds_all_of_it() {
    let object = Object::of(kept_rollups());
    let parts = |sum: &GraphSum, first, last| {
        sum.parts(&object.index, Window::until(BASE + first, BASE + last))
            .len()
    };
    let together = GraphSum::new(HOME);
    assert_eq!(parts(&together, -100, 400), 1);
    assert!(parts(&together, -100, 100) > 1, "some of it lies outside");
    assert!(parts(&GraphSum::by_minute(HOME), -100, 400) > 3);
    let by_minute = |objects: &[Object]| {
        let mut sum = GraphSum::by_minute(HOME);
        objects
            .iter()
            .for_each(|object| object.add_to(&mut sum, Window::until(BASE - 100, BASE + 400)));
        sum.minutes().collect::<Vec<_>>()
    };
    let old = Object::read(KEPT[0].to_vec());
    assert_eq!(by_minute(&[object]), by_minute(&[old]));
}
