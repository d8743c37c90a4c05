//! A request for summaries, checked, and the traces that it is about.

use std::collections::{HashMap, HashSet};

use assembly::AssembledTrace;
use clock::Timestamp;
use document::TraceId;
use filter::{Filter, GroupKey, GroupRef, Subject};
use sha2::{Digest, Sha256};
use store::{ClockColumn, Condition, Predicate, RowKey};
use trace::{Received, Trace};
use wire::{Fault, GetTraceSummariesRequest, TraceSummary, refusals};

use super::BATCH_TRACES;
use crate::QueryError;
use crate::pinned::{Pinned, as_of};
use crate::printed::summary_of;
use crate::token::Token;
use crate::window::{RangeType, Window, bounds_of};

/// A request, checked.
pub(super) struct Question<'r> {
    pub(super) request: &'r GetTraceSummariesRequest,
    pub(super) window: Window,
    pub(super) filter: Filter,
    pub(super) share: Share,
    pub(super) after: Option<Token>,
}

/// Which part of the traces is enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Share {
    All,
    PartialScan,
    FixedRate(f64),
}

/// A trace in the window: its place in the order, and where its documents are.
pub(super) struct Candidate {
    pub(super) place: Timestamp,
    pub(super) trace_id: TraceId,
    pub(super) source: Source,
}

pub(super) enum Source {
    Row(RowKey),
    Documents(Vec<Received>),
}

impl<'r> Question<'r> {
    pub(super) fn check(request: &'r GetTraceSummariesRequest) -> Result<Question<'r>, QueryError> {
        let range_type = RangeType::named(request.time_range_type.as_deref())?;
        let (start, end) = bounds_of(&request.start_time, &request.end_time)?;
        let share = share_of(request, range_type)?;
        let expression = request.filter_expression.as_deref().unwrap_or_default();
        let filter = expression
            .parse::<Filter>()
            .map_err(|problem| QueryError::invalid(problem.to_string()))?;
        if filter
            .groups()
            .iter()
            .any(|key| *key != GroupKey::Name(EVERY_TRACE.name))
        {
            return Err(QueryError::invalid(refusals::GROUP_NOT_FOUND));
        }
        let after = match request.next_token.as_deref() {
            None => None,
            Some(text) => {
                let token = Token::read(text, request);
                Some(token.ok_or_else(|| QueryError::invalid(refusals::token_invalid(text)))?)
            }
        };
        let window = Window::between(start, end, range_type);
        Ok(Question {
            request,
            window,
            filter,
            share,
            after,
        })
    }

    /// The traces whose place lies in the window, each as of the moment of the first page.
    pub(super) async fn candidates(
        &self,
        pinned: &Pinned,
        as_of_receipt: Timestamp,
    ) -> Result<Vec<Candidate>, QueryError> {
        let mut rows = pinned.stored(&self.window.predicate()).await?;
        // A trace that changed since may have left the window; it is judged by where it stood.
        let changed = Predicate {
            clock: ClockColumn::LastReceipt,
            from: just_after(as_of_receipt),
            until: Timestamp::MAX,
            condition: Condition::Every,
        };
        let known: HashSet<TraceId> = rows.iter().map(|row| row.trace_id).collect();
        let also = pinned.stored(&changed).await?;
        rows.extend(also.into_iter().filter(|row| !known.contains(&row.trace_id)));

        let mut candidates = vec![];
        let mut unplaced = vec![];
        for row in rows {
            match self
                .window
                .place_of_row(&row.times)
                .filter(|_| row.times.last_receipt <= as_of_receipt)
            {
                Some(place) => candidates.push(Candidate {
                    place,
                    trace_id: row.trace_id,
                    source: Source::Row(row),
                }),
                None => unplaced.push(row),
            }
        }
        for batch in unplaced.chunks(BATCH_TRACES) {
            let mut rows: HashMap<TraceId, RowKey> = batch.iter().map(|row| (row.trace_id, *row)).collect();
            for trace in pinned.read(batch).await? {
                let row = rows.remove(&trace.id).map(Source::Row);
                let place = self.place_then(as_of_receipt, &trace);
                candidates.extend(candidate(place, trace.id, row));
            }
        }
        for trace in pinned.live(&self.window.predicate(), as_of_receipt).await? {
            let place = self.place_then(as_of_receipt, &trace);
            candidates.extend(candidate(
                place,
                trace.id,
                Some(Source::Documents(trace.documents)),
            ));
        }
        Ok(candidates)
    }

    /// Where a trace stood at the moment of the first page.
    fn place_then(&self, as_of_receipt: Timestamp, trace: &AssembledTrace) -> Option<Timestamp> {
        let then = as_of(as_of_receipt, trace.id, &trace.documents);
        then.and_then(|trace| self.window.place_of(&trace))
    }

    /// The summary of a trace that is wanted.
    pub(super) fn judge(
        &self,
        trace_id: TraceId,
        documents: Vec<Received>,
        home: &str,
    ) -> Option<TraceSummary> {
        let is_in_share = match self.share {
            Share::All | Share::PartialScan => true,
            Share::FixedRate(rate) => fraction_of(trace_id) < rate,
        };
        if documents.is_empty() || !is_in_share {
            return None;
        }
        let trace = Trace::assemble(trace_id, documents);
        let subject = Subject {
            trace: &trace,
            home,
            groups: &[EVERY_TRACE],
        };
        self.filter
            .matches(&subject)
            .then(|| summary_of(&trace, &self.window, home))
    }

    pub(super) fn traces_max(&self, page_traces_max: usize) -> usize {
        match self.share {
            Share::All | Share::FixedRate(_) => page_traces_max,
            Share::PartialScan => PARTIAL_SCAN_TRACES,
        }
    }

    /// On the last page: the start of the window, in whole seconds.
    pub(super) fn scanned_down_to(&self) -> i64 {
        self.window.from.seconds()
    }
}

fn candidate(place: Option<Timestamp>, trace_id: TraceId, source: Option<Source>) -> Option<Candidate> {
    Some(Candidate {
        place: place?,
        trace_id,
        source: source?,
    })
}

fn share_of(request: &GetTraceSummariesRequest, range_type: RangeType) -> Result<Share, QueryError> {
    let strategy = request.sampling_strategy.as_ref();
    let name = strategy.and_then(|strategy| strategy.name.as_deref());
    match (request.sampling.unwrap_or_default(), name) {
        (false, _) => Ok(Share::All),
        (true, None | Some("PartialScan")) => Ok(Share::PartialScan),
        (true, Some("FixedRate")) => {
            let value = strategy
                .and_then(|strategy| strategy.value)
                .filter(|value| (0.0..=1.0).contains(value));
            let rate = value.ok_or_else(|| QueryError::invalid(refusals::RATE_OUT_OF_RANGE))?;
            match range_type {
                RangeType::Event => Ok(Share::FixedRate(rate)),
                RangeType::TraceId | RangeType::Service => {
                    Err(QueryError::invalid(refusals::rate_needs_event(range_type.name())))
                }
            }
        }
        (true, Some(other)) => Err(Fault::validation(
            &format!("'{other}'"),
            "samplingStrategy.name",
            "Member must satisfy enum value set: [PartialScan, FixedRate]",
        )
        .into()),
    }
}

/// Where an id lies between 0 and 1: its first 53 bits under SHA-256, stable over pages and calls.
fn fraction_of(trace_id: TraceId) -> f64 {
    let digest = Sha256::digest(trace_id.to_string());
    let first = digest
        .iter()
        .take(8)
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    (first >> 11) as f64 / (1_u64 << 53) as f64
}

fn just_after(moment: Timestamp) -> Timestamp {
    Timestamp::from_nanos(moment.as_nanos().saturating_add(1))
}

/// The one group there is until groups are kept; nothing asks for its ARN.
const EVERY_TRACE: GroupRef<'static> = GroupRef {
    name: "Default",
    arn: "",
};

const PARTIAL_SCAN_TRACES: usize = 10_000;
