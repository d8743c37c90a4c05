//! However the parts of a trace are sent, the trace is the same (`spec/segment-documents.md` 8.1, `settled.md` 12).

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use clock::Timestamp;
use document::TraceId;
use proptest::prelude::*;
use trace::{Received, Trace};

const TRACE: &str = "1-68e7780c-5b1f0c6a9d3e82774410ab9f";

/// One entity of a generated trace, whatever document it is sent in.
#[derive(Debug, Clone)]
struct Part {
    is_segment: bool,
    /// Which of the parts before it is its parent; the one beyond them all stands for nobody, or somebody unknown.
    parent: prop::sample::Index,
    is_running: bool,
    start: u32,
    lasts: u32,
    flags: (bool, bool, bool),
    namespace: &'static str,
    extra: &'static str,
    /// Whether it is sent on its own although it could be embedded.
    is_alone: bool,
    /// Whether it was sent before, when it had not ended.
    is_announced: bool,
}

prop_compose! {
    fn part()(
        is_segment in any::<bool>(),
        parent in any::<prop::sample::Index>(),
        is_running in prop::bool::weighted(0.1),
        (start, lasts) in (0_u32..9, 0_u32..9),
        flags in any::<(bool, bool, bool)>(),
        namespace in prop::sample::select(vec!["aws", "remote", "local"]),
        extra in prop::sample::select(vec![
            "",
            r#","annotations":{"k":1,"t":"x"}"#,
            r#","annotations":{"k":"1"},"user":"u","resource_arn":"r""#,
            r#","aws":{"operation":"SendMessage","queue_url":"Q"},"sql":{}"#,
            r#","cause":{"exceptions":[{"id":"e","type":"T"}]}"#,
            r#","cause":"e""#,
        ]),
        (is_alone, is_announced) in any::<(bool, bool)>(),
    ) -> Part {
        Part { is_segment, parent, is_running, start, lasts, flags, namespace, extra, is_alone, is_announced }
    }
}

/// The place of a part's parent; `None` for the first part and for those without a known one.
fn parent_of(parts: &[Part], place: usize) -> Option<usize> {
    let chosen = parts[place].parent.index(place + 1);
    (chosen < place).then_some(chosen)
}

fn id(place: usize) -> String {
    format!("{:016x}", place + 1)
}

/// The members of a part without what depends on how it is sent.
fn members(place: usize, part: &Part) -> String {
    let (error, throttle, fault) = part.flags;
    let end = if part.is_running {
        r#""in_progress":true"#.to_owned()
    } else {
        format!(r#""end_time":{}"#, part.start + part.lasts)
    };
    let name = ["SQS", "front", "back", "db"][place % 4];
    format!(
        r#""id":"{}","name":"{name}","namespace":"{}","start_time":{},{end},"error":{error},"throttle":{throttle},"fault":{fault}{}"#,
        id(place),
        part.namespace,
        part.start,
        part.extra
    )
}

/// How a trace is cut into documents.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cut {
    /// Everything that can be embedded is.
    Embedded,
    /// Nothing is.
    Apart,
    /// As each part says.
    Mixed,
}

fn is_document(parts: &[Part], place: usize, cut: Cut) -> bool {
    let part = &parts[place];
    let must = part.is_segment || parent_of(parts, place).is_none();
    must || match cut {
        Cut::Embedded => false,
        Cut::Apart => true,
        Cut::Mixed => part.is_alone,
    }
}

fn documents(parts: &[Part], cut: Cut) -> Vec<String> {
    // Parents come before their children, so that going backwards each part is whole when it is put into another.
    let mut embedded: Vec<Vec<String>> = vec![vec![]; parts.len()];
    let mut documents = vec![];
    for (place, part) in parts.iter().enumerate().rev() {
        let mut text = members(place, part);
        let inside = std::mem::take(&mut embedded[place]);
        if !inside.is_empty() {
            write!(text, r#","subsegments":[{}]"#, inside.join(",")).expect("a text takes more");
        }
        if !is_document(parts, place, cut) {
            let parent = parent_of(parts, place).expect("what is embedded has a parent");
            embedded[parent].push(format!("{{{text}}}"));
            continue;
        }
        let on_its_own = on_its_own(parts, place);
        documents.push(format!("{{{text},{on_its_own}}}"));
        if part.is_announced && !part.is_running {
            let announced = Part {
                is_running: true,
                ..part.clone()
            };
            documents.push(format!("{{{},{on_its_own}}}", members(place, &announced)));
        }
    }
    documents
}

fn on_its_own(parts: &[Part], place: usize) -> String {
    let part = &parts[place];
    let mut members = format!(r#""trace_id":"{TRACE}""#);
    let parent = parent_of(parts, place).map(id);
    if !part.is_segment {
        members += r#","type":"subsegment""#;
    }
    match parent {
        Some(parent) => write!(members, r#","parent_id":"{parent}""#).expect("a text takes more"),
        // Half of those without a known parent name one that never comes.
        None if !part.is_segment || part.is_alone => members += r#","parent_id":"ffffffffffffffff""#,
        None => {}
    }
    members
}

fn assemble<'d>(documents: impl IntoIterator<Item = &'d String>) -> Trace {
    let received = (0..).zip(documents).map(|(position, text)| Received {
        segment: Arc::new(document::reread(&text.clone().into()).expect("a valid document")),
        position,
        receipt: Timestamp::EPOCH,
    });
    let id: TraceId = TRACE.parse().expect("a trace id");
    Trace::assemble(id, received.collect())
}

/// Everything that is said of a trace, lists without a meaning in their order sorted.
fn said_of(trace: &Trace) -> String {
    let documents: BTreeSet<String> = trace
        .documents()
        .into_iter()
        .map(|entry| entry.document)
        .collect();
    let annotations: BTreeSet<String> = trace
        .annotations("")
        .into_iter()
        .flat_map(|(key, values)| values.into_iter().map(move |seen| format!("{key} {seen:?}")))
        .collect();
    let users: BTreeSet<_> = trace.users("").into_iter().collect();
    format!(
        "{documents:#?}\n{annotations:?}\n{users:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        trace.facts(),
        trace.start(),
        trace.root().map(|root| root.id),
        trace.nodes(""),
        trace.fault_causes(""),
        trace.error_causes(""),
        trace.response_time_causes(""),
    )
}

proptest! {
    #[test]
    fn order_repetition_and_splitting_do_not_matter(
        parts in prop::collection::vec(part(), 1..20),
        (shuffled, repeated) in (any::<u64>(), prop::collection::vec(any::<prop::sample::Index>(), 0..9)),
    ) {
        let expected = said_of(&assemble(&documents(&parts, Cut::Embedded)));
        for cut in [Cut::Embedded, Cut::Apart, Cut::Mixed] {
            let mut sent = documents(&parts, cut);
            sent.extend(repeated.iter().map(|index| index.get(&sent).clone()).collect::<Vec<_>>());
            shuffle(&mut sent, shuffled);
            prop_assert_eq!(said_of(&assemble(&sent)), expected.clone(), "{:?} {:#?}", cut, sent);
        }
    }
}

/// Fisher and Yates, with a small generator of its own.
fn shuffle(documents: &mut [String], seed: u64) {
    let mut state = seed;
    for last in (1..documents.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = (state >> 33) as usize % (last + 1);
        documents.swap(last, other);
    }
}
