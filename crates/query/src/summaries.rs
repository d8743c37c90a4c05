//! GetTraceSummaries: matching traces, newest first, page by page (`spec/trace-summaries.md` 2–4).

mod question;

use std::cmp::Reverse;
use std::collections::HashMap;

use clock::Timestamp;
use document::TraceId;
use store::RowKey;
use trace::Received;
use wire::{GetTraceSummariesRequest, GetTraceSummariesResponse, TraceSummary};

use crate::pinned::Pinned;
use crate::token::Token;
use crate::{Query, QueryError};
use question::{Candidate, Question, Share, Source};

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

    /// Judges candidates, in their order, until the page is full.
    async fn page(
        &self,
        question: &Question<'_>,
        pinned: &Pinned,
        as_of: Timestamp,
        mut candidates: Vec<Candidate>,
    ) -> Result<GetTraceSummariesResponse, QueryError> {
        let traces_max = question.traces_max(self.config.page_traces_max);
        let is_full = |judged: usize, summaries: &[TraceSummary]| {
            judged >= traces_max || summaries.len() >= self.config.page_matches_max
        };
        let mut summaries = vec![];
        let mut judged = 0;
        while judged < candidates.len() && !is_full(judged, &summaries) {
            let batch_end = candidates.len().min(judged + BATCH_TRACES);
            for (trace_id, documents) in documents_of(pinned, &mut candidates[judged..batch_end]).await? {
                if is_full(judged, &summaries) {
                    break;
                }
                judged += 1;
                summaries.extend(question.judge(trace_id, documents, &self.config.account_id));
            }
        }
        let has_scanned_enough = question.share == Share::PartialScan && judged >= traces_max;
        let is_last = judged == candidates.len() || has_scanned_enough;
        let last = judged
            .checked_sub(1)
            .map(|last| &candidates[last])
            .filter(|_| !is_last);
        let token = last.map(|last| Token {
            receipt: as_of,
            place: last.place,
            trace_id: last.trace_id,
        });
        Ok(GetTraceSummariesResponse {
            trace_summaries: summaries,
            approximate_time: Some(match last {
                Some(last) => last.place.as_seconds_f64(),
                None => question.scanned_down_to() as f64,
            }),
            traces_processed_count: Some(judged as i64),
            next_token: token.map(|token| token.text_for(question.request)),
        })
    }
}

/// The documents of some candidates, in their order; none for those whose block turned out damaged.
async fn documents_of(
    pinned: &Pinned,
    batch: &mut [Candidate],
) -> Result<Vec<(TraceId, Vec<Received>)>, QueryError> {
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
    let documents = batch.iter_mut().map(|candidate| match &mut candidate.source {
        Source::Row(_) => (
            candidate.trace_id,
            read.remove(&candidate.trace_id).unwrap_or_default(),
        ),
        Source::Documents(documents) => (candidate.trace_id, std::mem::take(documents)),
    });
    Ok(documents.collect())
}

/// So many traces are read and judged together.
const BATCH_TRACES: usize = 256;
