//! GetSamplingRules (`spec/sampling.md` 5): all rules in one page, because no client asks for a second.

use sampling::Rule;
use wire::{Fault, GetSamplingRulesRequest, GetSamplingRulesResponse, SamplingRule, SamplingRuleRecord};

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

fn record_of(rule: &Rule) -> SamplingRuleRecord {
    SamplingRuleRecord {
        sampling_rule: SamplingRule {
            rule_name: rule.name.to_string(),
            rule_arn: rule.arn.to_string(),
            resource_arn: rule.resource_arn.to_string(),
            priority: rule.priority.into(),
            fixed_rate: rule.fixed_rate,
            reservoir_size: rule.reservoir_size.into(),
            service_name: rule.service_name.to_string(),
            service_type: rule.service_type.to_string(),
            host: rule.host.to_string(),
            http_method: rule.http_method.to_string(),
            url_path: rule.url_path.to_string(),
            version: rule.version.into(),
            attributes: rule
                .attributes
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect(),
        },
        created_at: rule.created.seconds() as f64,
        modified_at: rule.modified.seconds() as f64,
    }
}
