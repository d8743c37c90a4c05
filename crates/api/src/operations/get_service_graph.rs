//! GetServiceGraph (`spec/api.md` 7.2).

use wire::{Fault, GetServiceGraphRequest, GetServiceGraphResponse};

use crate::Api;
use crate::fault::query_fault;

pub(super) async fn perform(
    api: &Api,
    request: &GetServiceGraphRequest,
) -> Result<GetServiceGraphResponse, Fault> {
    api.query.service_graph(request).await.map_err(query_fault)
}
