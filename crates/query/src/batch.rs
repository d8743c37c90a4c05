//! BatchGetTraces: whole traces by id (`spec/trace-summaries.md` 6).

use std::collections::BTreeSet;

use document::TraceId;
use trace::{Received, Trace};
use tracing::error;
use wire::{BatchGetTracesRequest, BatchGetTracesResponse, SegmentEntry, TraceEntry, refusals, required};

use crate::pinned::Known;
use crate::printed::seconds;
use crate::{Query, QueryError};

impl Query {
    /// The traces that are known, in the order of the request; those that could not be read are named besides.
    ///
    /// # Errors
    /// [`QueryError::Refused`] for too many ids, a malformed one, a repeated one, or a token.
    pub async fn batch_get_traces(
        &self,
        request: &BatchGetTracesRequest,
    ) -> Result<BatchGetTracesResponse, QueryError> {
        if request.next_token.is_some() {
            return Err(QueryError::invalid(refusals::TOKEN_NOT_SUPPORTED));
        }
        let mut response = BatchGetTracesResponse::default();
        let ids = required(&request.trace_ids, "traceIds")?;
        for id in ids_of(ids, self.config.batch_ids_max)? {
            let entry = match self.look_up(id).await {
                Ok(Known::Nothing) => continue,
                // The store has said so in its log.
                Ok(Known::Lost) => {
                    response.unprocessed_trace_ids.push(id.to_string());
                    continue;
                }
                Ok(Known::Documents(documents)) => self.entry(id, documents).await,
                Err(error) => Err(error),
            };
            match entry {
                Ok(entry) => response.traces.push(entry),
                Err(error) => {
                    error!(trace_id = %id, error = &error as &dyn std::error::Error, "could not read a trace");
                    response.unprocessed_trace_ids.push(id.to_string());
                }
            }
        }
        Ok(response)
    }

    async fn entry(&self, id: TraceId, documents: Vec<Received>) -> Result<TraceEntry, QueryError> {
        Ok(TraceEntry {
            limit_exceeded: self.store.is_full(id).await?,
            ..entry_of(&Trace::assemble(id, documents))
        })
    }
}

fn ids_of(sent: &[String], ids_max: usize) -> Result<Vec<TraceId>, QueryError> {
    if sent.len() > ids_max {
        return Err(QueryError::invalid(refusals::ids_too_many(ids_max)));
    }
    let parse = |id: &String| {
        id.parse()
            .map_err(|_| QueryError::invalid(refusals::id_malformed(id)))
    };
    let ids = sent.iter().map(parse).collect::<Result<Vec<TraceId>, _>>()?;
    if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
        return Err(QueryError::invalid(refusals::IDS_REPEATED));
    }
    Ok(ids)
}

fn entry_of(trace: &Trace) -> TraceEntry {
    let entries = trace.documents().into_iter();
    TraceEntry {
        id: trace.id().to_string(),
        duration: trace.duration_nanos().map(seconds),
        limit_exceeded: false,
        segments: entries
            .map(|entry| SegmentEntry {
                id: entry.id.to_string(),
                document: entry.document,
            })
            .collect(),
    }
}
