//! GetGroups (`spec/api.md` 7.3).

use wire::{Fault, GetGroupsRequest, GetGroupsResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(api: &Api, request: &GetGroupsRequest) -> Result<GetGroupsResponse, Fault> {
    api.settings.groups(request).await.map_err(settings_fault)
}
