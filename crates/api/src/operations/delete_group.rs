//! DeleteGroup (`spec/api.md` 7.3).

use wire::{DeleteGroupRequest, DeleteGroupResponse, Fault};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(api: &Api, request: &DeleteGroupRequest) -> Result<DeleteGroupResponse, Fault> {
    api.settings.delete_group(request).await.map_err(settings_fault)
}
