//! ListResourcePolicies (`spec/api.md` 7.6).

use wire::{Fault, ListResourcePoliciesRequest, ListResourcePoliciesResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &ListResourcePoliciesRequest,
) -> Result<ListResourcePoliciesResponse, Fault> {
    api.settings.policies(request).await.map_err(settings_fault)
}
