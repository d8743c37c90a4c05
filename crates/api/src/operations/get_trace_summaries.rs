//! GetTraceSummaries (`spec/api.md` 7.2).

use wire::{Fault, GetTraceSummariesRequest, GetTraceSummariesResponse};

use crate::Api;
use crate::fault::query_fault;

pub(super) async fn perform(
    api: &Api,
    request: &GetTraceSummariesRequest,
) -> Result<GetTraceSummariesResponse, Fault> {
    api.query.trace_summaries(request).await.map_err(query_fault)
}
