//! DeleteResourcePolicy (`spec/api.md` 7.6).

use wire::{DeleteResourcePolicyRequest, DeleteResourcePolicyResponse, Fault};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &DeleteResourcePolicyRequest,
) -> Result<DeleteResourcePolicyResponse, Fault> {
    api.settings.delete_policy(request).await.map_err(settings_fault)
}
