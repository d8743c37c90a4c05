//! The traces that are still in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;
use document::{Segment, TraceId};
use rustc_hash::{FxHashMap, FxHashSet};
use trace::Received;

use crate::Times;
use crate::growing::Growing;

/// When a live trace is cut.
#[derive(Debug, Clone)]
pub struct CutLimits {
    /// A trace without a new document for so long is complete, as far as anyone can tell.
    pub quiet: Duration,
    /// A trace whose first document is older is cut whatever still comes, so that the journal can be trimmed. A trace
    /// that grows after it was stored waits longer, up to an hour (`settled.md` 16).
    pub age_max: Duration,
}

/// The documents of one trace whose time has come, or all the trace's documents so far.
#[derive(Debug, Clone)]
pub struct CutTrace {
    /// The trace.
    pub id: TraceId,
    /// Its documents, ascending by position.
    pub documents: Arc<Vec<Received>>,
}

/// A live trace as a search sees it.
#[derive(Debug, Clone)]
pub struct SeenTrace {
    /// The trace.
    pub id: TraceId,
    /// Its documents that are live, ascending by position.
    pub documents: Arc<Vec<Received>>,
    /// The times of these documents.
    pub times: Times,
}

/// All live traces.
#[derive(Debug, Default)]
pub struct LiveTraces {
    traces: FxHashMap<TraceId, LiveTrace>,
    /// Each live trace by the position of its first document.
    first_positions: BTreeMap<u64, TraceId>,
    /// Those that came back after they had been stored.
    growing: Growing,
    /// Traces that changed since their changes were last taken; gone ones only where someone was told of them.
    changed: FxHashSet<TraceId>,
    bytes: usize,
}

#[derive(Debug)]
struct LiveTrace {
    /// Shared with whoever looks at them; while somebody does, the next document makes a copy of the list.
    documents: Arc<Vec<Received>>,
    times: Times,
    bytes: usize,
    first_added: Timestamp,
    last_added: Timestamp,
    /// Whether it was among the changes that were taken.
    is_told: bool,
}

impl LiveTraces {
    /// Adds one document. INVARIANT: positions ascend from call to call.
    pub fn add(&mut self, received: Received, now: Timestamp) {
        let bytes = weight_of(&received.segment);
        let times = Times::of_document(&received);
        self.bytes += bytes;
        let id = received.segment.trace_id;
        let was_changed = !self.changed.insert(id);
        let live = self.traces.entry(id).or_insert_with(|| LiveTrace {
            documents: Arc::default(),
            times,
            bytes: 0,
            first_added: now,
            last_added: now,
            // Where it is gone and that has not been taken yet, whoever was told of it still counts what is gone.
            is_told: was_changed,
        });
        if live.documents.is_empty() {
            self.first_positions.insert(received.position, id);
        }
        live.bytes += bytes;
        live.times = live.times.with(times);
        live.last_added = now;
        Arc::make_mut(&mut live.documents).push(received);
    }

    /// The traces whose time has come. They stay live until they are forgotten.
    pub fn ripe(&self, now: Timestamp, limits: &CutLimits) -> Vec<CutTrace> {
        let ripe = self.when_ripe(now, limits);
        ripe.map(|(id, live)| live.cut(id)).collect()
    }

    /// About how many bytes the traces take whose time has come.
    pub fn ripe_bytes(&self, now: Timestamp, limits: &CutLimits) -> usize {
        self.when_ripe(now, limits).map(|(_, live)| live.bytes).sum()
    }

    fn when_ripe(&self, now: Timestamp, limits: &CutLimits) -> impl Iterator<Item = (TraceId, &LiveTrace)> {
        let ripe = self.traces.iter().filter(move |(id, live)| {
            let (late, first) = (live.documents.len(), live.first_added);
            match self.growing.waits_until(**id, late, first, limits.quiet) {
                Some(until) => until <= now,
                None => live.is_ripe(now, limits),
            }
        });
        ripe.map(|(id, live)| (*id, live))
    }

    /// The traces with the oldest documents, ripe or not, as many as take about so many bytes; one at least, if there is
    /// one. They stay live until they are forgotten.
    pub fn oldest(&self, bytes: usize) -> Vec<CutTrace> {
        let mut taken = 0;
        let oldest = self.first_positions.values().take_while(|id| {
            let is_wanted = taken < bytes.max(1);
            taken += self.traces.get(id).map_or(0, |live| live.bytes);
            is_wanted
        });
        oldest
            .filter_map(|id| self.traces.get(id).map(|live| live.cut(*id)))
            .collect()
    }

    /// Notes that a trace was stored which had been stored before, and has so many documents now.
    pub fn is_written_again(&mut self, id: TraceId, documents: usize, now: Timestamp) {
        self.growing.note(id, documents, now);
    }

    /// Every live trace, for a search.
    pub fn seen(&self) -> Vec<SeenTrace> {
        let seen = self.traces.iter().map(|(id, live)| SeenTrace {
            id: *id,
            documents: Arc::clone(&live.documents),
            times: live.times,
        });
        seen.collect()
    }

    /// Every live trace, for a stop.
    pub fn all(&self) -> Vec<CutTrace> {
        self.traces.iter().map(|(id, live)| live.cut(*id)).collect()
    }

    /// The documents of one trace, none if it is not live.
    pub fn documents(&self, id: TraceId) -> Arc<Vec<Received>> {
        self.traces
            .get(&id)
            .map(|live| Arc::clone(&live.documents))
            .unwrap_or_default()
    }

    /// Lets go of documents that are stored now; what came since stays.
    pub fn forget(&mut self, stored: &CutTrace) {
        let Some(last) = stored.documents.last().map(|received| received.position) else {
            return;
        };
        let Some(live) = self.traces.get_mut(&stored.id) else {
            return;
        };
        if let Some(first) = live.documents.first() {
            self.first_positions.remove(&first.position);
        }
        let stays = live
            .documents
            .partition_point(|received| received.position <= last);
        let rest = live.documents.get(stays..).unwrap_or_default();
        match rest.first() {
            Some(first) => {
                let left: usize = rest.iter().map(|received| weight_of(&received.segment)).sum();
                self.bytes -= live.bytes - left;
                live.bytes = left;
                live.times = Times::of_documents(rest);
                // It came while the cut was stored, so hardly before the last one.
                live.first_added = live.last_added;
                self.first_positions.insert(first.position, stored.id);
                self.changed.insert(stored.id);
                live.documents = Arc::new(rest.to_vec());
            }
            None => {
                let is_told = live.is_told;
                self.bytes -= live.bytes;
                self.traces.remove(&stored.id);
                match is_told {
                    true => self.changed.insert(stored.id),
                    false => self.changed.remove(&stored.id),
                };
            }
        }
    }

    /// Counts every trace as changed: the next to take changes begins anew.
    pub fn tell_all_again(&mut self) {
        self.changed.extend(self.traces.keys().copied());
    }

    /// The traces that changed since the last call, each with all its documents; without any if it is no longer live.
    pub fn take_changes(&mut self) -> Vec<CutTrace> {
        let changed = std::mem::take(&mut self.changed).into_iter();
        let told = changed.map(|id| match self.traces.get_mut(&id) {
            Some(live) => {
                live.is_told = true;
                live.cut(id)
            }
            None => CutTrace {
                id,
                documents: Arc::default(),
            },
        });
        told.collect()
    }

    /// Position of the oldest live document: everything before it is stored.
    pub fn oldest_position(&self) -> Option<u64> {
        self.first_positions
            .first_key_value()
            .map(|(position, _)| *position)
    }

    /// About how many bytes the live documents take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many traces are live.
    pub fn len(&self) -> usize {
        self.traces.len()
    }

    /// Whether no trace is live.
    pub fn is_empty(&self) -> bool {
        self.traces.is_empty()
    }
}

impl LiveTrace {
    fn is_ripe(&self, now: Timestamp, limits: &CutLimits) -> bool {
        self.last_added + limits.quiet <= now || self.first_added + limits.age_max <= now
    }

    fn cut(&self, id: TraceId) -> CutTrace {
        CutTrace {
            id,
            documents: Arc::clone(&self.documents),
        }
    }
}

/// About how many bytes a live document takes: its text and what is parsed of it.
pub fn weight_of(segment: &Segment) -> usize {
    segment.text.len() + segment.entities().len() * ENTITY_BYTES + DOCUMENT_BYTES
}

/// What the documents of real SDKs and of the load suite take, texts and allocations among it.
const ENTITY_BYTES: usize = 240;
const DOCUMENT_BYTES: usize = 250;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const LIMITS: CutLimits = CutLimits {
        quiet: Duration::from_secs(5),
        age_max: Duration::from_secs(60),
    };

    fn document(trace: u8, position: u64) -> Received {
        let text = format!(
            r#"{{"id":"{position:016x}","name":"a","trace_id":"1-000000{trace:02x}-000000000000000000000001","start_time":1,"end_time":2}}"#
        );
        let segment = document::reread(&text.into()).expect("a valid document");
        Received {
            segment: Arc::new(segment),
            position,
            receipt: at(position),
        }
    }

    fn at(second: u64) -> Timestamp {
        Timestamp::from_seconds(i64::try_from(second).expect("a small number"))
    }

    #[test]
    fn a_trace_is_ripe_when_it_is_quiet_or_old() {
        let mut live = LiveTraces::default();
        for second in 0..50 {
            live.add(document(1, second), at(second));
        }
        live.add(document(2, 50), at(50));
        assert!(
            live.ripe(at(54), &LIMITS)
                .iter()
                .all(|cut| cut.documents.len() == 50)
        );
        assert_eq!(live.ripe(at(55), &LIMITS).len(), 2);
        assert_eq!(live.ripe_bytes(at(55), &LIMITS), live.bytes());
        live.add(document(1, 51), at(58));
        let ripe = live.ripe(at(60), &LIMITS);
        assert_eq!(ripe.len(), 2, "one is quiet, one is a minute old");
    }

    #[test]
    fn changes_are_told_once_and_what_goes_untold_is_never_told() {
        let told = |live: &mut LiveTraces| {
            let mut told: Vec<usize> = live
                .take_changes()
                .iter()
                .map(|cut| cut.documents.len())
                .collect();
            told.sort_unstable();
            told
        };
        let mut live = LiveTraces::default();
        live.add(document(1, 0), at(0));
        live.add(document(1, 1), at(0));
        live.add(document(2, 2), at(0));
        assert_eq!(told(&mut live), [1, 2]);
        assert_eq!(told(&mut live), [0; 0]);
        let cut = live.all();
        live.add(document(2, 3), at(1));
        live.add(document(3, 4), at(1));
        cut.iter().for_each(|cut| live.forget(cut));
        live.all()
            .iter()
            .filter(|cut| cut.documents[0].position == 4)
            .for_each(|cut| live.forget(cut));
        assert_eq!(
            told(&mut live),
            [0, 1],
            "the first is gone, the second has one left, nobody knew the third"
        );
    }

    #[test]
    fn a_told_trace_that_goes_comes_back_and_goes_again_is_told_to_be_gone() {
        let mut live = LiveTraces::default();
        live.add(document(1, 0), at(0));
        assert_eq!(live.take_changes().len(), 1);
        for position in 1..3 {
            live.all().iter().for_each(|cut| live.forget(cut));
            live.add(document(1, position), at(position));
        }
        live.all().iter().for_each(|cut| live.forget(cut));
        let told: Vec<usize> = live
            .take_changes()
            .iter()
            .map(|cut| cut.documents.len())
            .collect();
        assert_eq!(
            told,
            [0],
            "whoever counted the first document must learn that it is gone"
        );
    }

    #[test]
    fn what_came_after_the_cut_stays() {
        let mut live = LiveTraces::default();
        live.add(document(1, 0), at(0));
        live.add(document(2, 1), at(0));
        let cut = live.ripe(at(5), &LIMITS);
        live.add(document(1, 2), at(6));
        cut.iter().for_each(|cut| live.forget(cut));
        assert_eq!((live.len(), live.oldest_position()), (1, Some(2)));
        live.all().iter().for_each(|cut| live.forget(cut));
        assert_eq!(
            (live.is_empty(), live.bytes(), live.oldest_position()),
            (true, 0, None)
        );
    }
}
