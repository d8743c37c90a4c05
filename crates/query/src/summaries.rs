//! GetTraceSummaries: matching traces, newest first, page by page (`spec/trace-summaries.md` 2–4).

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use assembly::AssembledTrace;
use clock::Timestamp;
use document::TraceId;
use filter::Filter;
use sha2::{Digest, Sha256};
use store::{ClockColumn, Predicate, RowKey};
use trace::{Received, Trace};
use wire::{Fault, GetTraceSummariesRequest, GetTraceSummariesResponse, TraceSummary, refusals};

use crate::pinned::{Pinned, as_of};
use crate::printed::summary_of;
use crate::token::Token;
use crate::window::{RangeType, Window, bounds_of};
use crate::{Query, QueryError};

/// A request, checked.
struct Question<'r> {
    request: &'r GetTraceSummariesRequest,
    window: Window,
    /// Start of the window as asked.
    start: Timestamp,
    filter: Filter,
    share: Share,
    after: Option<Token>,
}

/// Which part of the traces is enough.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Share {
    All,
    PartialScan,
    FixedRate(f64),
}

/// A trace in the window: its place in the order, and where its documents are.
struct Candidate {
    place: Timestamp,
    trace_id: TraceId,
    source: Source,
}

enum Source {
    Row(RowKey),
    Documents(Vec<Received>),
}

impl Query {
    /// One page of matching traces.
    ///
    /// # Errors
    /// [`QueryError::Refused`] for a bad window, filter, sampling strategy or token.
    pub async fn trace_summaries(
        &self,
        request: &GetTraceSummariesRequest,
    ) -> Result<GetTraceSummariesResponse, QueryError> {
        let question = Question::check(request)?;
        let pinned = self.pin();
        let as_of = question.after.map_or(pinned.receipt, |token| token.receipt);
        let mut candidates = question.candidates(&pinned, as_of).await?;
        candidates.sort_by_key(|candidate| (Reverse(candidate.place), candidate.trace_id));
        if let Some(after) = question.after {
            let behind = (Reverse(after.place), after.trace_id);
            candidates.retain(|candidate| (Reverse(candidate.place), candidate.trace_id) > behind);
        }
        self.page(&question, &pinned, as_of, candidates).await
    }

    /// Judges candidates until the page is full.
    async fn page(
        &self,
        question: &Question<'_>,
        pinned: &Pinned,
        as_of: Timestamp,
        candidates: Vec<Candidate>,
    ) -> Result<GetTraceSummariesResponse, QueryError> {
        let traces_max = question.traces_max(self.config.page_traces_max);
        let mut response = GetTraceSummariesResponse::default();
        let mut processed = 0;
        let mut last: Option<(Timestamp, TraceId)> = None;
        let mut waiting = candidates.into_iter().peekable();
        'page: while waiting.peek().is_some() {
            let batch: Vec<Candidate> = waiting.by_ref().take(BATCH_TRACES).collect();
            let places: Vec<_> = batch
                .iter()
                .map(|candidate| (candidate.place, candidate.trace_id))
                .collect();
            let mut judged = places
                .into_iter()
                .zip(documents_of(pinned, batch).await?)
                .peekable();
            while let Some(((place, trace_id), documents)) = judged.next() {
                processed += 1;
                last = Some((place, trace_id));
                response
                    .trace_summaries
                    .extend(question.judge(trace_id, documents, &self.config.account_id));
                let is_full = response.trace_summaries.len() >= self.config.page_matches_max;
                if is_full || processed >= traces_max {
                    let is_last = judged.peek().is_none() && waiting.peek().is_none();
                    if !is_last && question.share != Share::PartialScan {
                        let token = Token {
                            receipt: as_of,
                            place,
                            trace_id,
                        };
                        response.next_token = Some(token.text_for(question.request));
                    }
                    break 'page;
                }
            }
        }
        response.traces_processed_count = Some(processed as i64);
        response.approximate_time = Some(match (&response.next_token, last) {
            (Some(_), Some((place, _))) => place.as_seconds_f64(),
            (None, _) | (_, None) => question.scanned_down_to() as f64,
        });
        Ok(response)
    }
}

impl<'r> Question<'r> {
    fn check(request: &'r GetTraceSummariesRequest) -> Result<Question<'r>, QueryError> {
        let range_type = RangeType::named(request.time_range_type.as_deref())?;
        let (start, end) = bounds_of(&request.start_time, &request.end_time)?;
        let share = share_of(request, range_type)?;
        let expression = request.filter_expression.as_deref().unwrap_or_default();
        let filter = expression
            .parse::<Filter>()
            .map_err(|problem| QueryError::invalid(problem.to_string()))?;
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
            start,
            filter,
            share,
            after,
        })
    }

    /// The traces whose place lies in the window, each as of the moment of the first page.
    async fn candidates(
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
    fn judge(&self, trace_id: TraceId, documents: Vec<Received>, home: &str) -> Option<TraceSummary> {
        let is_in_share = match self.share {
            Share::All | Share::PartialScan => true,
            Share::FixedRate(rate) => fraction_of(trace_id) < rate,
        };
        if documents.is_empty() || !is_in_share {
            return None;
        }
        let trace = Trace::assemble(trace_id, documents);
        self.filter
            .matches(&trace, home)
            .then(|| summary_of(&trace, &self.window, home))
    }

    fn traces_max(&self, page_traces_max: usize) -> usize {
        match self.share {
            Share::All | Share::FixedRate(_) => page_traces_max,
            Share::PartialScan => PARTIAL_SCAN_TRACES,
        }
    }

    /// On the last page: the start of the window, in whole seconds.
    fn scanned_down_to(&self) -> i64 {
        match self.window.range_type {
            RangeType::TraceId | RangeType::Event => self.start.seconds(),
            RangeType::Service => self.start.seconds() - SERVICE_WIDENING_SECONDS,
        }
    }
}

fn candidate(place: Option<Timestamp>, trace_id: TraceId, source: Option<Source>) -> Option<Candidate> {
    Some(Candidate {
        place: place?,
        trace_id,
        source: source?,
    })
}

/// The documents of some candidates, in their order; none for those whose block turned out damaged.
async fn documents_of(pinned: &Pinned, batch: Vec<Candidate>) -> Result<Vec<Vec<Received>>, QueryError> {
    let rows: Vec<RowKey> = batch
        .iter()
        .filter_map(|candidate| match &candidate.source {
            Source::Row(row) => Some(*row),
            Source::Documents(_) => None,
        })
        .collect();
    let read = pinned
        .read(&rows)
        .await?
        .into_iter()
        .map(|trace| (trace.id, trace.documents));
    let mut read: HashMap<TraceId, Vec<Received>> = read.collect();
    let documents = batch.into_iter().map(|candidate| match candidate.source {
        Source::Row(_) => read.remove(&candidate.trace_id).unwrap_or_default(),
        Source::Documents(documents) => documents,
    });
    Ok(documents.collect())
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

/// So many traces are read and judged together.
const BATCH_TRACES: usize = 256;
const PARTIAL_SCAN_TRACES: usize = 10_000;
const SERVICE_WIDENING_SECONDS: i64 = 60;
