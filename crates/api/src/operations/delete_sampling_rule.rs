//! DeleteSamplingRule (`spec/api.md` 7.4).

use wire::{DeleteSamplingRuleRequest, DeleteSamplingRuleResponse, Fault};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &DeleteSamplingRuleRequest,
) -> Result<DeleteSamplingRuleResponse, Fault> {
    let changed = api
        .settings
        .delete_sampling_rule(request)
        .await
        .map_err(settings_fault)?;
    Ok(api.apply(changed))
}
