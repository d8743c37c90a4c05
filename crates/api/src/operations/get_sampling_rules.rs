//! GetSamplingRules (`spec/sampling.md` 5): all rules in one page, because no client asks for a second.

use settings::record_of;
use wire::{Fault, GetSamplingRulesRequest, GetSamplingRulesResponse};

use crate::Api;

#[expect(clippy::unnecessary_wraps, reason = "every operation has this form")]
pub(super) fn perform(
    api: &Api,
    _any_token: &GetSamplingRulesRequest,
) -> Result<GetSamplingRulesResponse, Fault> {
    let rules = api.rules();
    Ok(GetSamplingRulesResponse {
        sampling_rule_records: rules.rules().iter().map(record_of).collect(),
        next_token: None,
    })
}
