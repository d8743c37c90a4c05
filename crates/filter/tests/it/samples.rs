//! The sample traces of `spec/filter-expressions.md` 14.

use std::sync::Arc;

use clock::Timestamp;
use document::{Accepted, Limits, accept};
use filter::{Filter, GroupRef, Subject};
use trace::{Received, Trace};

/// The account that the samples run in.
pub(crate) const HOME: &str = "000000000000";

/// Trace 1 first.
pub(crate) fn traces() -> Vec<Trace> {
    SAMPLES.iter().map(|documents| trace(documents)).collect()
}

/// Whether a trace of no group matches.
pub(crate) fn matches(filter: &Filter, trace: &Trace) -> bool {
    filter.matches(&subject(trace, &[]))
}

/// A trace that is a member of these groups.
pub(crate) fn subject<'s>(trace: &'s Trace, groups: &'s [GroupRef<'s>]) -> Subject<'s> {
    Subject {
        trace,
        home: HOME,
        groups,
    }
}

/// A trace from a JSON array of its documents.
pub(crate) fn trace(documents: &str) -> Trace {
    let mut accepted = Accepted::default();
    accept(&documents.to_owned().into(), &Limits::default(), &mut accepted);
    assert!(accepted.unprocessed.is_empty(), "{:?}", accepted.unprocessed);
    let id = accepted.segments.first().expect("a document").trace_id;
    let received = accepted
        .segments
        .into_iter()
        .zip(0..)
        .map(|(segment, position)| Received {
            segment: Arc::new(segment),
            position,
            receipt: Timestamp::EPOCH,
        });
    Trace::assemble(id, received.collect())
}

const SAMPLES: [&str; 13] = [
    include_str!("../../../../fixtures/filters/traces/01.json"),
    include_str!("../../../../fixtures/filters/traces/02.json"),
    include_str!("../../../../fixtures/filters/traces/03.json"),
    include_str!("../../../../fixtures/filters/traces/04.json"),
    include_str!("../../../../fixtures/filters/traces/05.json"),
    include_str!("../../../../fixtures/filters/traces/06.json"),
    include_str!("../../../../fixtures/filters/traces/07.json"),
    include_str!("../../../../fixtures/filters/traces/08.json"),
    include_str!("../../../../fixtures/filters/traces/09.json"),
    include_str!("../../../../fixtures/filters/traces/10.json"),
    include_str!("../../../../fixtures/filters/traces/11.json"),
    include_str!("../../../../fixtures/filters/traces/12.json"),
    include_str!("../../../../fixtures/filters/traces/13.json"),
];
