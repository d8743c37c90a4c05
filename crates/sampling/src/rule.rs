//! A rule: which requests it is about, and how many of them are recorded (`spec/sampling.md` 3).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use clock::Timestamp;

use crate::pattern::matches;

/// A sampling rule, with when it was made and changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Unique, case-sensitive.
    pub name: Box<str>,
    /// `arn:aws:xray:<region>:<account>:sampling-rule/<name>`.
    pub arn: Box<str>,
    /// Resource that runs the program; clients skip rules where it is not `*`.
    pub resource_arn: Box<str>,
    /// Lower first; Default has 10000.
    pub priority: u32,
    /// Share of the requests beyond the reservoir, 0 to 1.
    pub fixed_rate: f64,
    /// Requests recorded each second over all clients together.
    pub reservoir_size: u32,
    /// Pattern for the segment's name.
    pub service_name: Box<str>,
    /// Pattern for the segment's origin.
    pub service_type: Box<str>,
    /// Pattern for the host.
    pub host: Box<str>,
    /// Pattern for the method.
    pub http_method: Box<str>,
    /// Pattern for the path.
    pub url_path: Box<str>,
    /// Version of the rule format.
    pub version: u32,
    /// Patterns for segment attributes; clients skip rules that have any.
    pub attributes: BTreeMap<Box<str>, Box<str>>,
    /// Whether and how far the rate may rise for a while.
    pub boost: Option<SamplingRateBoost>,
    /// When it was made; the epoch for Default.
    pub created: Timestamp,
    /// When it was last changed; the epoch for Default until then.
    pub modified: Timestamp,
}

/// How far the rate of a rule may rise when anomalies are seen (`spec/sampling.md` 9).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SamplingRateBoost {
    /// Upper bound of the raised rate, 0 to 1.
    pub max_rate: f64,
    /// Minutes in which only one boost may begin.
    pub cooldown_window_minutes: u32,
    /// Kept and returned; the API model does not know it.
    pub disable_default_anomaly_detection: Option<bool>,
}

/// What is known of a request that is to be sampled or not. What is unknown fits every pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Request<'r> {
    /// Name of the service that takes it.
    pub service_name: Option<&'r str>,
    /// Type of the resource that runs that service.
    pub service_type: Option<&'r str>,
    /// Host it was sent to.
    pub host: Option<&'r str>,
    /// Method.
    pub http_method: Option<&'r str>,
    /// Path without query.
    pub url_path: Option<&'r str>,
}

impl Rule {
    /// The rule that is always there and tried last (`spec/sampling.md` 3.1): one a second and 5 %.
    pub fn default_rule(region: &str, account: &str) -> Rule {
        let any: Box<str> = "*".into();
        Rule {
            name: DEFAULT.into(),
            arn: format!("arn:aws:xray:{region}:{account}:sampling-rule/{DEFAULT}").into(),
            resource_arn: any.clone(),
            priority: 10_000,
            fixed_rate: 0.05,
            reservoir_size: 1,
            service_name: any.clone(),
            service_type: any.clone(),
            host: any.clone(),
            http_method: any.clone(),
            url_path: any,
            version: 1,
            attributes: BTreeMap::new(),
            boost: None,
            created: Timestamp::EPOCH,
            modified: Timestamp::EPOCH,
        }
    }

    /// Whether it is the rule that is always there.
    pub fn is_default(&self) -> bool {
        &*self.name == DEFAULT
    }

    /// Whether it is about this request. Rules that X-Ray's SDKs skip are about none (`spec/sampling.md` 4).
    pub fn is_about(&self, request: &Request<'_>) -> bool {
        let fits = |pattern: &str, known: Option<&str>| known.is_none_or(|text| matches(pattern, text));
        let is_understood = self.version == 1 && &*self.resource_arn == "*" && self.attributes.is_empty();
        is_understood
            && fits(&self.service_name, request.service_name)
            && fits(&self.service_type, request.service_type)
            && fits(&self.host, request.host)
            && fits(&self.http_method, request.http_method)
            && fits(&self.url_path, request.url_path)
    }

    /// The order in which rules are listed: custom ones by name, Default last.
    pub(crate) fn listing_order(&self, other: &Rule) -> Ordering {
        (self.is_default(), &self.name).cmp(&(other.is_default(), &other.name))
    }

    /// The order in which rules are tried: by priority, then name, Default last.
    pub(crate) fn trial_order(&self, other: &Rule) -> Ordering {
        let key = |rule: &Rule| (rule.is_default(), rule.priority);
        key(self)
            .cmp(&key(other))
            .then_with(|| self.name.cmp(&other.name))
    }
}

const DEFAULT: &str = "Default";

#[cfg(test)]
mod tests;
