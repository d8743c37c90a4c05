//! GetGroup (`spec/api.md` 7.3).

use wire::{Fault, GetGroupRequest, GetGroupResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(api: &Api, request: &GetGroupRequest) -> Result<GetGroupResponse, Fault> {
    api.settings.group(request).await.map_err(settings_fault)
}
