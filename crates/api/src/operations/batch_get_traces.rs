//! BatchGetTraces (`spec/api.md` 7.2).

use wire::{BatchGetTracesRequest, BatchGetTracesResponse, Fault};

use crate::Api;
use crate::fault::query_fault;

pub(super) async fn perform(
    api: &Api,
    request: &BatchGetTracesRequest,
) -> Result<BatchGetTracesResponse, Fault> {
    api.query.batch_get_traces(request).await.map_err(query_fault)
}
