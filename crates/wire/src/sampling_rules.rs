//! CreateSamplingRule, UpdateSamplingRule and DeleteSamplingRule (`spec/api.md` 7.4, `spec/sampling.md` 5).

use std::collections::BTreeMap;

use crate::shape::{absent, shapes};
use crate::{SamplingRateBoost, SamplingRuleRecord, Tag};

shapes! {
    /// What CreateSamplingRule takes.
    pub struct CreateSamplingRuleRequest {
        /// The rule; all but `RuleName` or `RuleARN`, `Attributes` and `SamplingRateBoost` must be there.
        pub sampling_rule: Option<SamplingRuleMembers>,
        /// Tags of the new rule.
        #[serde(skip_serializing_if = "absent")]
        pub tags: Option<Vec<Tag>>,
    }

    /// What CreateSamplingRule answers.
    pub struct CreateSamplingRuleResponse {
        /// The new rule.
        pub sampling_rule_record: SamplingRuleRecord,
    }

    /// What UpdateSamplingRule takes.
    pub struct UpdateSamplingRuleRequest {
        /// `RuleName` or `RuleARN`, and what is to be different. What is absent stays, but a boost goes.
        pub sampling_rule_update: Option<SamplingRuleMembers>,
    }

    /// What UpdateSamplingRule answers.
    pub struct UpdateSamplingRuleResponse {
        /// The rule as it is now.
        pub sampling_rule_record: SamplingRuleRecord,
    }

    /// What DeleteSamplingRule takes: a name or an ARN.
    pub struct DeleteSamplingRuleRequest {
        /// The rule's name.
        #[serde(skip_serializing_if = "absent")]
        pub rule_name: Option<String>,
        /// The rule's ARN.
        #[serde(rename = "RuleARN", skip_serializing_if = "absent")]
        pub rule_arn: Option<String>,
    }

    /// What DeleteSamplingRule answers.
    pub struct DeleteSamplingRuleResponse {
        /// The rule as it was.
        pub sampling_rule_record: SamplingRuleRecord,
    }

    /// The members of a rule as they are sent: SamplingRule and SamplingRuleUpdate in the model.
    pub struct SamplingRuleMembers {
        /// 1 to 32 characters.
        #[serde(skip_serializing_if = "absent")]
        pub rule_name: Option<String>,
        /// Names the rule where `RuleName` is absent.
        #[serde(rename = "RuleARN", skip_serializing_if = "absent")]
        pub rule_arn: Option<String>,
        /// Resource that runs the program; `*` for any.
        #[serde(rename = "ResourceARN", skip_serializing_if = "absent")]
        pub resource_arn: Option<String>,
        /// 1 to 9999, lower first.
        #[serde(skip_serializing_if = "absent")]
        pub priority: Option<i64>,
        /// Share after the reservoir, 0 to 1.
        #[serde(skip_serializing_if = "absent")]
        pub fixed_rate: Option<f64>,
        /// Requests a second over all clients together.
        #[serde(skip_serializing_if = "absent")]
        pub reservoir_size: Option<i64>,
        /// Pattern for the segment's name.
        #[serde(skip_serializing_if = "absent")]
        pub service_name: Option<String>,
        /// Pattern for the segment's origin.
        #[serde(skip_serializing_if = "absent")]
        pub service_type: Option<String>,
        /// Pattern for the host.
        #[serde(skip_serializing_if = "absent")]
        pub host: Option<String>,
        /// Pattern for the method.
        #[serde(rename = "HTTPMethod", skip_serializing_if = "absent")]
        pub http_method: Option<String>,
        /// Pattern for the path.
        #[serde(rename = "URLPath", skip_serializing_if = "absent")]
        pub url_path: Option<String>,
        /// Version of the rule format, 1; not looked at in updates.
        #[serde(skip_serializing_if = "absent")]
        pub version: Option<i64>,
        /// Patterns for segment attributes; replaces all of them.
        #[serde(skip_serializing_if = "absent")]
        pub attributes: Option<BTreeMap<String, String>>,
        /// How far the rate may rise for a while.
        #[serde(skip_serializing_if = "absent")]
        pub sampling_rate_boost: Option<SamplingRateBoost>,
    }
}
