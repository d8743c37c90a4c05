//! CreateSamplingRule (`spec/api.md` 7.4).

use wire::{CreateSamplingRuleRequest, CreateSamplingRuleResponse, Fault};

use crate::Api;
use crate::fault::settings_fault;

pub(super) async fn perform(
    api: &Api,
    request: &CreateSamplingRuleRequest,
) -> Result<CreateSamplingRuleResponse, Fault> {
    let changed = api
        .settings
        .create_sampling_rule(request)
        .await
        .map_err(settings_fault)?;
    Ok(api.apply(changed))
}
