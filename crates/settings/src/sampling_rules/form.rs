//! The members of a rule: their ranges, and the rule as it is sent, worked with, kept and printed.

use std::collections::BTreeMap;

use catalog::SamplingRuleRow;
use sampling::{Rule, SamplingRateBoost};
use wire::{Constraints, SamplingRule, SamplingRuleMembers, SamplingRuleRecord, refusals};

use crate::SettingsError;

/// The model's constraints on a rule that is to be made.
pub(super) fn constrain_new(constraints: &mut Constraints, sent: &SamplingRuleMembers) {
    let path = |member: &str| format!("samplingRule.{member}");
    for (member, text, _) in texts(sent) {
        constraints.required(&path(member), text);
    }
    constraints.required(&path("priority"), &sent.priority);
    constraints.within(&path("priority"), &sent.priority, 1..=PRIORITY_MAX);
    constraints.required(&path("fixedRate"), &sent.fixed_rate);
    constraints.within(&path("fixedRate"), &sent.fixed_rate, 0.0..=1.0);
    constraints.required(&path("reservoirSize"), &sent.reservoir_size);
    constraints.within(&path("reservoirSize"), &sent.reservoir_size, 0..=INTEGER_MAX);
    constraints.required(&path("version"), &sent.version);
    constraints.within(&path("version"), &sent.version, 1..=INTEGER_MAX);
    constrain_shared(constraints, sent, "samplingRule");
}

/// The model's constraints on a change of a rule: it has none on numbers but those of a boost.
pub(super) fn constrain_update(constraints: &mut Constraints, sent: &SamplingRuleMembers) {
    constrain_shared(constraints, sent, "samplingRuleUpdate");
}

fn constrain_shared(constraints: &mut Constraints, sent: &SamplingRuleMembers, parent: &str) {
    let path = |member: &str| format!("{parent}.{member}");
    constraints.length(&path("ruleName"), &sent.rule_name, 1..=NAME_MAX);
    for (member, text, most) in texts(sent) {
        constraints.length(&path(member), text, 0..=most);
    }
    if let Some(attributes) = &sent.attributes {
        constraints.count(&path("attributes"), attributes.len(), 0..=ATTRIBUTES_MAX);
        for (key, value) in attributes {
            constraints.length_of(&path("attributes"), key, 1..=ATTRIBUTE_MAX);
            constraints.length_of(
                &path(&format!("attributes.{key}.member")),
                value,
                1..=ATTRIBUTE_MAX,
            );
        }
    }
    if let Some(boost) = &sent.sampling_rate_boost {
        let rate = path("samplingRateBoost.maxRate");
        constraints.required(&rate, &boost.max_rate);
        constraints.within(&rate, &boost.max_rate, 0.0..=1.0);
        let cooldown = path("samplingRateBoost.cooldownWindowMinutes");
        constraints.required(&cooldown, &boost.cooldown_window_minutes);
        // The service breaks down over a rate above 0 without a pause.
        let least = i64::from(boost.max_rate.is_some_and(|rate| rate > 0.0));
        constraints.within(&cooldown, &boost.cooldown_window_minutes, least..=INTEGER_MAX);
    }
}

/// Ranges of a change that the model does not know, and what of Default may change.
pub(super) fn check_update(rule: &Rule, sent: &SamplingRuleMembers) -> Result<(), SettingsError> {
    let is_right = sent
        .priority
        .is_none_or(|value| (1..=PRIORITY_MAX).contains(&value))
        && sent.fixed_rate.is_none_or(|value| (0.0..=1.0).contains(&value))
        && sent
            .reservoir_size
            .is_none_or(|value| (0..=INTEGER_MAX).contains(&value));
    let is_of_fixed_members = texts(sent).iter().any(|(_, text, _)| text.is_some())
        || sent.priority.is_some()
        || sent.attributes.is_some()
        || sent.sampling_rate_boost.is_some();
    if rule.is_default() && (is_of_fixed_members || !is_right) {
        return Err(SettingsError::invalid(refusals::RULE_DEFAULT_UPDATE));
    }
    match is_right {
        true => Ok(()),
        false => Err(SettingsError::invalid(refusals::RULE_UPDATE)),
    }
}

/// The texts of a rule with how many characters each may have.
fn texts(sent: &SamplingRuleMembers) -> [(&'static str, &Option<String>, usize); 6] {
    [
        ("resourceARN", &sent.resource_arn, 500),
        ("serviceName", &sent.service_name, 64),
        ("serviceType", &sent.service_type, 64),
        ("host", &sent.host, 64),
        ("hTTPMethod", &sent.http_method, 10),
        ("uRLPath", &sent.url_path, 128),
    ]
}

/// The rule with the members that were sent; they have been checked.
pub(super) fn with_members(rule: Rule, sent: &SamplingRuleMembers) -> Rule {
    let text = |sent: &Option<String>, before: Box<str>| match sent {
        Some(text) => text.as_str().into(),
        None => before,
    };
    let number = |sent: Option<i64>, before: u32| sent.map_or(before, small);
    let boost = sent.sampling_rate_boost.as_ref().map(|boost| SamplingRateBoost {
        max_rate: boost.max_rate.unwrap_or_default(),
        cooldown_window_minutes: boost.cooldown_window_minutes.map_or(0, small),
        disable_default_anomaly_detection: boost.disable_default_anomaly_detection,
    });
    Rule {
        resource_arn: text(&sent.resource_arn, rule.resource_arn),
        priority: number(sent.priority, rule.priority),
        fixed_rate: sent.fixed_rate.unwrap_or(rule.fixed_rate),
        reservoir_size: number(sent.reservoir_size, rule.reservoir_size),
        service_name: text(&sent.service_name, rule.service_name),
        service_type: text(&sent.service_type, rule.service_type),
        host: text(&sent.host, rule.host),
        http_method: text(&sent.http_method, rule.http_method),
        url_path: text(&sent.url_path, rule.url_path),
        attributes: sent.attributes.as_ref().map_or(rule.attributes, boxed),
        boost: boost.or(rule.boost),
        ..rule
    }
}

/// A rule as every operation answers it; times in whole seconds.
pub fn record_of(rule: &Rule) -> SamplingRuleRecord {
    SamplingRuleRecord {
        sampling_rule: printed(rule),
        created_at: rule.created.seconds() as f64,
        modified_at: rule.modified.seconds() as f64,
    }
}

fn printed(rule: &Rule) -> SamplingRule {
    let pairs = rule.attributes.iter();
    SamplingRule {
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
        attributes: pairs
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect(),
        sampling_rate_boost: rule.boost.as_ref().map(|boost| wire::SamplingRateBoost {
            max_rate: Some(boost.max_rate),
            cooldown_window_minutes: Some(boost.cooldown_window_minutes.into()),
            disable_default_anomaly_detection: boost.disable_default_anomaly_detection,
        }),
    }
}

/// A rule as it is kept: its members as X-Ray prints them.
pub(super) fn row_of(rule: &Rule) -> SamplingRuleRow {
    SamplingRuleRow {
        name: rule.name.to_string(),
        arn: rule.arn.to_string(),
        content: serde_json::to_string(&printed(rule)).expect("a rule is texts and finite numbers"),
        created: rule.created,
        modified: rule.modified,
    }
}

/// A kept rule.
pub(super) fn read(row: &SamplingRuleRow) -> Result<Rule, SettingsError> {
    let malformed = |source| SettingsError::Malformed {
        rule: row.name.clone(),
        source,
    };
    let kept: SamplingRule = serde_json::from_str(&row.content).map_err(malformed)?;
    let boost = kept.sampling_rate_boost.map(|boost| SamplingRateBoost {
        max_rate: boost.max_rate.unwrap_or_default(),
        cooldown_window_minutes: boost.cooldown_window_minutes.map_or(0, small),
        disable_default_anomaly_detection: boost.disable_default_anomaly_detection,
    });
    Ok(Rule {
        name: row.name.as_str().into(),
        arn: row.arn.as_str().into(),
        resource_arn: kept.resource_arn.into(),
        priority: small(kept.priority),
        fixed_rate: kept.fixed_rate,
        reservoir_size: small(kept.reservoir_size),
        service_name: kept.service_name.into(),
        service_type: kept.service_type.into(),
        host: kept.host.into(),
        http_method: kept.http_method.into(),
        url_path: kept.url_path.into(),
        version: small(kept.version),
        attributes: boxed(&kept.attributes),
        boost,
        created: row.created,
        modified: row.modified,
    })
}

fn boxed(attributes: &BTreeMap<String, String>) -> BTreeMap<Box<str>, Box<str>> {
    let pairs = attributes.iter();
    pairs
        .map(|(key, value)| (key.as_str().into(), value.as_str().into()))
        .collect()
}

/// A number that was checked to lie between 0 and [`INTEGER_MAX`].
fn small(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

pub(super) const NAME_MAX: usize = 32;
const PRIORITY_MAX: i64 = 9_999;
const ATTRIBUTES_MAX: usize = 5;
const ATTRIBUTE_MAX: usize = 32;
/// The model's integers have 32 bits.
const INTEGER_MAX: i64 = 2_147_483_647;
