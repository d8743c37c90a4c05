//! PutResourcePolicy (`spec/api.md` 7.6).

use wire::{Fault, PutResourcePolicyRequest, PutResourcePolicyResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &PutResourcePolicyRequest,
) -> Result<PutResourcePolicyResponse, Fault> {
    api.settings.put_policy(request).await.map_err(settings_fault)
}
