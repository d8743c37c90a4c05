//! UpdateGroup (`spec/api.md` 7.3).

use wire::{Fault, UpdateGroupRequest, UpdateGroupResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(api: &Api, request: &UpdateGroupRequest) -> Result<UpdateGroupResponse, Fault> {
    api.settings.update_group(request).await.map_err(settings_fault)
}
