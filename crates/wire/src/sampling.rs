//! GetSamplingRules, GetSamplingTargets and GetSamplingStatisticSummaries (`spec/api.md` 7.4, `spec/sampling.md` 5
//! and 7).

use std::collections::BTreeMap;

use crate::shape::{absent, shapes};

shapes! {
    /// What GetSamplingRules takes.
    pub struct GetSamplingRulesRequest {
        /// Ignored: all rules come in one page.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What GetSamplingRules answers.
    pub struct GetSamplingRulesResponse {
        /// Custom rules by name, Default last.
        pub sampling_rule_records: Vec<SamplingRuleRecord>,
        /// Never given.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// A rule and when it was made and changed.
    pub struct SamplingRuleRecord {
        /// The rule.
        pub sampling_rule: SamplingRule,
        /// Epoch seconds.
        pub created_at: f64,
        /// Epoch seconds.
        pub modified_at: f64,
    }

    /// A sampling rule (`spec/sampling.md` 3).
    pub struct SamplingRule {
        /// 1 to 32 characters, unique.
        pub rule_name: String,
        /// The rule's ARN.
        #[serde(rename = "RuleARN")]
        pub rule_arn: String,
        /// Resource that runs the program; `*` for any.
        #[serde(rename = "ResourceARN")]
        pub resource_arn: String,
        /// 1 to 9999, lower first; Default has 10000.
        pub priority: i64,
        /// Share after the reservoir, 0 to 1.
        pub fixed_rate: f64,
        /// Requests a second over all clients together.
        pub reservoir_size: i64,
        /// Pattern for the segment's name.
        pub service_name: String,
        /// Pattern for the segment's origin.
        pub service_type: String,
        /// Pattern for the host.
        pub host: String,
        /// Pattern for the method.
        #[serde(rename = "HTTPMethod")]
        pub http_method: String,
        /// Pattern for the path.
        #[serde(rename = "URLPath")]
        pub url_path: String,
        /// Version of the rule format, 1.
        pub version: i64,
        /// Patterns for segment attributes.
        pub attributes: BTreeMap<String, String>,
        /// How far the rate may rise for a while; absent where it may not.
        #[serde(skip_serializing_if = "absent")]
        pub sampling_rate_boost: Option<SamplingRateBoost>,
    }

    /// How far the rate of a rule may rise when anomalies are seen (`spec/sampling.md` 9).
    pub struct SamplingRateBoost {
        /// Upper bound of the raised rate, 0 to 1.
        pub max_rate: Option<f64>,
        /// Minutes in which only one boost may begin.
        pub cooldown_window_minutes: Option<i64>,
        /// Kept and returned; the model does not know it.
        #[serde(skip_serializing_if = "absent")]
        pub disable_default_anomaly_detection: Option<bool>,
    }

    /// What GetSamplingTargets takes.
    pub struct GetSamplingTargetsRequest {
        /// One report per rule in use.
        pub sampling_statistics_documents: Option<Vec<SamplingStatisticsDocument>>,
        /// Reports for boosts.
        #[serde(skip_serializing_if = "absent")]
        #[cfg_attr(feature = "typescript", ts(type = "unknown[]"))]
        pub sampling_boost_statistics_documents: Option<Vec<serde_json::Value>>,
    }

    /// What a client did with one rule since its last report.
    pub struct SamplingStatisticsDocument {
        /// The rule.
        pub rule_name: Option<String>,
        /// 24 characters.
        #[serde(rename = "ClientID")]
        pub client_id: Option<String>,
        /// The client's clock; parsed, never used. Seconds, or milliseconds from some clients.
        pub timestamp: Option<f64>,
        /// Requests that matched.
        pub request_count: Option<i64>,
        /// Requests that were recorded; one sampler calls it `SampleCount`.
        #[serde(alias = "SampleCount")]
        pub sampled_count: Option<i64>,
        /// Requests recorded without a quota.
        pub borrow_count: Option<i64>,
    }

    /// What GetSamplingTargets answers.
    pub struct GetSamplingTargetsResponse {
        /// One target per report, in its order.
        pub sampling_target_documents: Vec<SamplingTargetDocument>,
        /// Last change of any rule, epoch seconds.
        pub last_rule_modification: f64,
        /// Reports that could not be used.
        pub unprocessed_statistics: Vec<UnprocessedStatistics>,
        /// Boost reports that could not be used; only where some were sent.
        #[serde(skip_serializing_if = "absent")]
        pub unprocessed_boost_statistics: Option<Vec<UnprocessedStatistics>>,
    }

    /// What a client may record.
    pub struct SamplingTargetDocument {
        /// The rule.
        pub rule_name: String,
        /// Share after the quota, 0 to 1.
        pub fixed_rate: f64,
        /// Requests a second for this client.
        pub reservoir_quota: i64,
        /// Until when the quota holds, epoch seconds.
        #[serde(rename = "ReservoirQuotaTTL")]
        pub reservoir_quota_ttl: f64,
        /// Seconds until the next report.
        pub interval: i64,
    }

    /// What GetSamplingStatisticSummaries takes.
    pub struct GetSamplingStatisticSummariesRequest {
        /// Never given, so never right.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What GetSamplingStatisticSummaries answers.
    pub struct GetSamplingStatisticSummariesResponse {
        /// The last window that is over of each rule with reports, in the order of the rules.
        pub sampling_statistic_summaries: Vec<SamplingStatisticSummary>,
        /// Never given.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What all clients of a rule did in ten seconds.
    pub struct SamplingStatisticSummary {
        /// The rule.
        pub rule_name: String,
        /// Start of the ten seconds, epoch seconds.
        pub timestamp: f64,
        /// Requests that matched.
        pub request_count: i64,
        /// Requests recorded without a quota.
        pub borrow_count: i64,
        /// Requests that were recorded.
        pub sampled_count: i64,
    }

    /// A report that could not be used.
    pub struct UnprocessedStatistics {
        /// The rule it named.
        pub rule_name: String,
        /// A status as text.
        pub error_code: String,
        /// Why.
        pub message: String,
    }
}
