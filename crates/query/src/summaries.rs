//! GetTraceSummaries: matching traces, newest first, page by page (`spec/trace-summaries.md` 2–4).

mod question;
mod search;

use std::collections::{HashMap, VecDeque};

use document::TraceId;
use filter::Verdict;
use store::{RowKey, Spot};
use trace::Received;
use wire::{GetTraceSummariesRequest, GetTraceSummariesResponse, TraceSummary};

use crate::memory::Share;
use crate::pinned::Pinned;
use crate::token::Token;
use crate::{Query, QueryConfig, QueryError};
use question::{Given, Question, Share as Part};
use search::{Candidate, Search, Source};

impl Query {
    /// One page of matching traces.
    ///
    /// # Errors
    /// [`QueryError::Refused`] for a bad window, filter, sampling strategy or token, one that is too old, and an
    /// unknown group.
    pub async fn trace_summaries(
        &self,
        request: &GetTraceSummariesRequest,
    ) -> Result<GetTraceSummariesResponse, QueryError> {
        let now = self.store.now();
        let given = Given {
            now,
            token_age_max: self.config.token_age_max,
            window_max: self.config.summary_window_max,
            roots: self.store.counting().roots,
        };
        let question = Question::check(request, &*self.groups, given).await?;
        let mut share = self.memory.share().await;
        let pinned = self.pin().await;
        let as_of = question.after.map_or(pinned.receipt, |token| token.receipt);
        let mut search = Search::begin(&question, &pinned, as_of, &mut share).await?;
        let mut page = Page::new(&question, &self.config);
        let mut rest = VecDeque::new();
        loop {
            if rest.is_empty() {
                rest = search.turn().await?;
            }
            if rest.is_empty() || page.is_full() {
                break;
            }
            page.take(&mut rest, &pinned, &mut share).await?;
        }
        let has_scanned_enough = question.share == Part::PartialScan && page.judged >= page.traces_max;
        let is_last = (rest.is_empty() && search.is_over()) || has_scanned_enough;
        let last = page.last.filter(|_| !is_last);
        let processed = search.processed(last, page.judged, page.judged_placed).await?;
        let token = last.map(|last| Token {
            given: now,
            receipt: as_of,
            place: last.at,
            trace_id: last.trace_id,
        });
        Ok(page.answer(token, processed))
    }
}

/// A page in the making.
struct Page<'q> {
    question: &'q Question<'q>,
    config: &'q QueryConfig,
    traces_max: usize,
    summaries: Vec<TraceSummary>,
    /// Traces that were looked at.
    judged: usize,
    /// Those of them that were not found by their rows.
    judged_placed: usize,
    /// The last of them.
    last: Option<Spot>,
    /// How many traces are read next.
    batch_traces: usize,
}

impl<'q> Page<'q> {
    fn new(question: &'q Question<'q>, config: &'q QueryConfig) -> Page<'q> {
        Page {
            question,
            config,
            traces_max: question.traces_max(config.page_traces_max),
            summaries: vec![],
            judged: 0,
            judged_placed: 0,
            last: None,
            batch_traces: FIRST_BATCH_TRACES,
        }
    }

    fn is_full(&self) -> bool {
        self.judged >= self.traces_max || self.summaries.len() >= self.config.page_matches_max
    }

    /// Reads and judges some candidates, in their order, until the page is full.
    async fn take(
        &mut self,
        rest: &mut VecDeque<Candidate>,
        pinned: &Pinned,
        share: &mut Share<'_>,
    ) -> Result<(), QueryError> {
        let _held = share.hold_rows(rest.len());
        let (count, rows) = self.batch(rest, share);
        let traces = pinned.read(&rows).await?;
        let _held_documents = share.hold_traces(&traces);
        let traces = traces.into_iter().map(|trace| (trace.id, trace.documents));
        let mut read: HashMap<TraceId, Vec<Received>> = traces.collect();
        for _ in 0..count {
            let Some(candidate) = (!self.is_full()).then(|| rest.pop_front()).flatten() else {
                break;
            };
            let is_placed = !matches!(candidate.source, Source::Row(_));
            let documents = match candidate.source {
                // None where the block turned out damaged.
                Source::Row(_) | Source::Placed(_) => read.remove(&candidate.spot.trace_id),
                Source::Live(documents) => Some(documents.to_vec()),
            };
            self.judged += 1;
            self.judged_placed += usize::from(is_placed);
            self.last = Some(candidate.spot);
            let id = candidate.spot.trace_id;
            let documents = documents.unwrap_or_default();
            let summary = self.question.judge(id, documents, candidate.verdict, self.config);
            self.summaries.extend(summary);
        }
        Ok(())
    }

    /// How many of the candidates are next, and the rows of them that are to be read.
    fn batch(&mut self, rest: &VecDeque<Candidate>, share: &Share<'_>) -> (usize, Vec<RowKey>) {
        let reads_max = self.batch_traces.min(share.traces_max());
        self.batch_traces = (self.batch_traces * 2).min(BATCH_TRACES_MAX);
        let mut matches_left = self.config.page_matches_max - self.summaries.len();
        let judged_left = self.traces_max - self.judged;
        let (mut count, mut rows) = (0, vec![]);
        for candidate in rest.iter().take(judged_left) {
            // Behind the last match of the page nothing is read.
            if rows.len() == reads_max || matches_left == 0 {
                break;
            }
            count += 1;
            matches_left -= usize::from(candidate.verdict == Verdict::Yes);
            match &candidate.source {
                Source::Row(row) | Source::Placed(row) if candidate.verdict != Verdict::No => rows.push(*row),
                Source::Row(_) | Source::Placed(_) | Source::Live(_) => {}
            }
        }
        (count, rows)
    }

    fn answer(self, token: Option<Token>, processed: u64) -> GetTraceSummariesResponse {
        GetTraceSummariesResponse {
            trace_summaries: self.summaries,
            approximate_time: Some(match token {
                Some(token) => token.place.as_seconds_f64(),
                None => self.question.scanned_down_to() as f64,
            }),
            traces_processed_count: Some(i64::try_from(processed).unwrap_or(i64::MAX)),
            next_token: token.map(|token| token.text_for(self.question.request)),
        }
    }
}

/// How many traces are read first: a page, if all of them match.
const FIRST_BATCH_TRACES: usize = 100;
const BATCH_TRACES_MAX: usize = 1_024;
