//! What must be there: every acknowledged document once, at its position; others perhaps, and then for good.

use std::collections::{BTreeMap, BTreeSet};

use clock::Timestamp;
use document::TraceId;
use ingest::Ingest;
use trace::Received;

use crate::workload::{Sendable, Told};
use crate::world::{Open, RETENTION};

/// All that was ever sent, and what is known of it.
#[derive(Default)]
pub(crate) struct Model {
    documents: Vec<Sent>,
    by_position: BTreeMap<u64, usize>,
    traces: BTreeSet<TraceId>,
    /// Positions that may be missing: a report named them, or their time is over.
    excused: BTreeSet<u64>,
    /// Those of them whose time is over.
    expired: BTreeSet<u64>,
    /// Those of them that were not there when last looked for.
    gone: BTreeSet<u64>,
    /// What was received before it, and nothing later of its trace, has expired.
    limit: Timestamp,
    /// Of the documents before this one, only the acknowledged ones must stay.
    doubted_before: usize,
}

struct Sent {
    what: Sendable,
    standing: Standing,
    known: Option<(u64, Timestamp)>,
}

/// What the sender was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It must be there.
    Acknowledged,
    /// It may be there after a restart, and then must stay.
    Unknown,
    /// It must never be there.
    Refused,
}

/// What is there: for each trace its documents, by position.
pub(crate) type Visible = BTreeMap<TraceId, Vec<Received>>;

impl Model {
    /// Documents were sent, and this was the answer.
    pub(crate) fn send(&mut self, documents: &[Sendable], standing: Standing) {
        for what in documents {
            self.traces.insert(what.trace);
            self.documents.push(Sent {
                what: what.clone(),
                standing,
                known: None,
            });
        }
    }

    /// Recognizes what became visible of a call.
    pub(crate) fn note_live(&mut self, call: &[Sendable], ingest: &Ingest) -> Result<(), String> {
        let ids: BTreeSet<TraceId> = call.iter().map(|document| document.trace).collect();
        for id in ids {
            for received in ingest.documents(id).iter() {
                self.recognize(id, received)?;
            }
        }
        Ok(())
    }

    /// Every acknowledged document has been seen.
    pub(crate) fn check_placed(&self) -> Result<(), String> {
        let is_unplaced = |sent: &&Sent| sent.standing == Standing::Acknowledged && sent.known.is_none();
        match self.documents.iter().find(is_unplaced) {
            Some(sent) => Err(format!(
                "an acknowledged document of {} was never there",
                sent.what.trace
            )),
            None => Ok(()),
        }
    }

    /// When the last one of those was received that were sent last, so many.
    pub(crate) fn receipt_of_last(&self, count: usize) -> Option<Timestamp> {
        let known = self
            .documents
            .iter()
            .rev()
            .take(count)
            .filter_map(|sent| sent.known);
        known.map(|(_, receipt)| receipt).max()
    }

    /// The documents that were sent last, so many, have receipts later than this moment.
    pub(crate) fn check_received_after(&self, count: usize, moment: Option<Timestamp>) -> Result<(), String> {
        let receipts = self
            .documents
            .iter()
            .rev()
            .take(count)
            .filter_map(|sent| sent.known);
        match receipts
            .map(|(_, receipt)| Some(receipt))
            .find(|receipt| *receipt <= moment)
        {
            None => Ok(()),
            Some(receipt) => Err(format!(
                "something was received at {receipt:?}, groups had changed at {moment:?}"
            )),
        }
    }

    /// Every position that is known.
    pub(crate) fn positions(&self) -> impl Iterator<Item = u64> {
        self.by_position.keys().copied()
    }

    /// The latest receipt of what must be there: no later one is sure to be remembered.
    pub(crate) fn latest_receipt(&self) -> Option<Timestamp> {
        let known = self.documents.iter().filter_map(|sent| sent.known);
        let there = known.filter(|(position, _)| !self.is_excused(*position));
        there.map(|(_, receipt)| receipt).max()
    }

    /// Whether the document at a position was acknowledged.
    pub(crate) fn is_acknowledged(&self, position: u64) -> bool {
        let at = self.by_position.get(&position);
        at.is_some_and(|at| self.documents[*at].standing == Standing::Acknowledged)
    }

    /// A sync failed: what was not acknowledged until now may be there for a while and then be lost, since the system
    /// takes for written what it could not write.
    pub(crate) fn doubt_unknown(&mut self) {
        self.doubted_before = self.documents.len();
    }

    /// How many documents must be there.
    pub(crate) fn acknowledged(&self) -> usize {
        let acknowledged = |sent: &&Sent| sent.standing == Standing::Acknowledged;
        self.documents.iter().filter(acknowledged).count()
    }

    /// Looks at every trace: each document once, and only what was sent.
    pub(crate) async fn look(&self, open: &Open) -> Result<Visible, String> {
        let snapshot = open.store.snapshot();
        let mut visible = Visible::new();
        for id in &self.traces {
            let mut documents = open.ingest.documents(*id).to_vec();
            check_ascending(&documents).map_err(|found| format!("live trace {id}: {found}"))?;
            let stored = snapshot.trace(*id).await;
            let stored = stored.map_err(|error| crate::world::told("a trace cannot be read", &error))?;
            if let Some(stored) = stored {
                check_ascending(&stored.documents).map_err(|found| format!("stored trace {id}: {found}"))?;
                documents.extend(stored.documents);
            }
            documents.sort_by_key(|received| received.position);
            if let Some(pair) = documents.windows(2).find(|pair| is_other(&pair[0], &pair[1])) {
                return Err(format!(
                    "trace {id}: two documents at position {}",
                    pair[0].position
                ));
            }
            documents.dedup_by_key(|received| received.position);
            if !documents.is_empty() {
                visible.insert(*id, documents);
            }
        }
        Ok(visible)
    }

    /// Holds what is there against what must be, and takes note of what turned up.
    pub(crate) fn settle(&mut self, visible: &Visible) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for (id, documents) in visible {
            for received in documents {
                self.recognize(*id, received)?;
                seen.insert(received.position);
            }
        }
        let missing: Vec<String> = self
            .by_position
            .iter()
            .filter(|(position, _)| !seen.contains(position) && !self.excused.contains(position))
            .filter(|(_, at)| {
                self.doubted_before <= **at || self.documents[**at].standing == Standing::Acknowledged
            })
            .map(|(position, at)| {
                format!(
                    "{position} ({:?}) of {}",
                    self.documents[*at].standing, self.documents[*at].what.trace
                )
            })
            .collect();
        if !missing.is_empty() {
            return Err(format!("documents are lost: {}", missing.join(", ")));
        }
        self.check_stays_away(visible)?;
        self.check_placed()
    }

    /// Positions that may be missing from now on.
    pub(crate) fn excuse(&mut self, positions: impl IntoIterator<Item = u64>) {
        self.excused.extend(positions);
    }

    /// Whether a position may be missing.
    pub(crate) fn is_excused(&self, position: u64) -> bool {
        self.excused.contains(&position)
    }

    /// What was received before a moment and is of a trace that did not change since has expired; so has what was
    /// received a whole retention before the next change of its trace.
    pub(crate) fn expire(&mut self, limit: Timestamp) {
        let mut by_trace: BTreeMap<TraceId, Vec<(Timestamp, u64)>> = BTreeMap::new();
        for sent in &self.documents {
            if let Some((position, receipt)) = sent.known.filter(|(position, _)| !self.is_excused(*position))
            {
                by_trace
                    .entry(sent.what.trace)
                    .or_default()
                    .push((receipt, position));
            }
        }
        for mut documents in by_trace.into_values() {
            documents.sort_unstable();
            let (mut limit, mut is_over) = (limit, false);
            for (receipt, position) in documents.into_iter().rev() {
                is_over |= receipt < limit;
                if is_over {
                    self.expired.insert(position);
                    self.excused.insert(position);
                }
                limit = receipt - RETENTION;
            }
        }
        self.limit = limit;
    }

    /// A trace that has expired and was gone does not come back.
    fn check_stays_away(&mut self, visible: &Visible) -> Result<(), String> {
        for (id, documents) in visible {
            let is_back =
                |received: &Received| self.gone.contains(&received.position) && received.receipt < self.limit;
            if documents.iter().all(is_back) {
                return Err(format!("trace {id} came back after it had expired"));
            }
        }
        let missing = self.missing(visible);
        self.gone = self.expired.intersection(&missing).copied().collect();
        Ok(())
    }

    /// Those of the known positions that are not there.
    pub(crate) fn missing(&self, visible: &Visible) -> BTreeSet<u64> {
        let seen: BTreeSet<u64> = visible
            .values()
            .flatten()
            .map(|received| received.position)
            .collect();
        self.by_position
            .keys()
            .copied()
            .filter(|position| !seen.contains(position))
            .collect()
    }

    /// What a document at this position says of its segment.
    pub(crate) fn told(&self, position: u64) -> Option<Told> {
        self.documents[*self.by_position.get(&position)?].what.told
    }

    fn recognize(&mut self, id: TraceId, received: &Received) -> Result<(), String> {
        let position = received.position;
        if let Some(at) = self.by_position.get(&position) {
            let sent = &self.documents[*at];
            return match sent.what.text == received.segment.text
                && sent.known == Some((position, received.receipt))
                && sent.what.trace == id
            {
                true => Ok(()),
                false => Err(format!(
                    "position {position} of {id} holds another document than before"
                )),
            };
        }
        let is_it = |sent: &Sent| {
            sent.known.is_none()
                && sent.standing != Standing::Refused
                && sent.what.trace == id
                && sent.what.text == received.segment.text
        };
        // A repetition in one call is told apart by nothing: the acknowledged one is found first.
        let by_standing = |wanted| {
            self.documents
                .iter()
                .position(|sent| sent.standing == wanted && is_it(sent))
        };
        let at = by_standing(Standing::Acknowledged).or_else(|| by_standing(Standing::Unknown));
        let Some(at) = at else {
            return Err(format!(
                "position {position} of {id} holds a document that was not sent, or was refused, or is there twice"
            ));
        };
        self.documents[at].known = Some((position, received.receipt));
        self.by_position.insert(position, at);
        Ok(())
    }
}

fn is_other(one: &Received, other: &Received) -> bool {
    one.position == other.position && (one.segment.text != other.segment.text || one.receipt != other.receipt)
}

fn check_ascending(documents: &[Received]) -> Result<(), String> {
    match documents
        .windows(2)
        .find(|pair| pair[1].position <= pair[0].position)
    {
        Some(pair) => Err(format!(
            "position {} comes after {}",
            pair[1].position, pair[0].position
        )),
        None => Ok(()),
    }
}
