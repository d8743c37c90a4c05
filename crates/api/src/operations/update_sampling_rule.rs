//! UpdateSamplingRule (`spec/api.md` 7.4).

use wire::{Fault, UpdateSamplingRuleRequest, UpdateSamplingRuleResponse};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &UpdateSamplingRuleRequest,
) -> Result<UpdateSamplingRuleResponse, Fault> {
    let changed = api
        .settings
        .update_sampling_rule(request)
        .await
        .map_err(settings_fault)?;
    Ok(api.apply(changed))
}
