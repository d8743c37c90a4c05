//! GetTraceGraph (`spec/api.md` 7.2).

use wire::{Fault, GetTraceGraphRequest, GetTraceGraphResponse};

use crate::Api;
use crate::fault::query_fault;

pub(super) async fn perform(
    api: &Api,
    request: &GetTraceGraphRequest,
) -> Result<GetTraceGraphResponse, Fault> {
    api.query.trace_graph(request).await.map_err(query_fault)
}
