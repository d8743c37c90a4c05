//! CreateGroup (`spec/api.md` 7.3).

use wire::{CreateGroupRequest, CreateGroupResponse, Fault};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(api: &Api, request: &CreateGroupRequest) -> Result<CreateGroupResponse, Fault> {
    api.settings.create_group(request).await.map_err(settings_fault)
}
