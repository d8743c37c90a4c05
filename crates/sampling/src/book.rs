//! All rules, and the statistics of those that are in use (`spec/sampling.md` 8).

use std::collections::BTreeMap;

use clock::Timestamp;

use crate::clients::{Clients, INTERVAL, QUOTA_HOLDS};
use crate::report::{ClientId, Report, Target, UnknownRule};
use crate::rule::{Request, Rule};
use crate::window::{Summary, Windows};

/// What a [`RuleBook`] obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SamplingLimits {
    /// How many clients of one rule are remembered; of more, the longest silent is forgotten.
    pub clients_max: usize,
}

impl Default for SamplingLimits {
    fn default() -> SamplingLimits {
        SamplingLimits { clients_max: 10_000 }
    }
}

/// Which change of the rules is the last one that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct AsOf {
    /// How many changes there were.
    pub revision: i64,
    /// When the last one was made; the epoch if none ever was.
    pub changed: Timestamp,
}

/// The rules and what their clients told. Statistics live in memory only: after a restart every client is new.
#[derive(Debug)]
pub struct RuleBook {
    /// Custom rules by name, Default last.
    rules: Vec<Rule>,
    as_of: AsOf,
    /// By rule name.
    statistics: BTreeMap<Box<str>, Statistics>,
    limits: SamplingLimits,
}

#[derive(Debug, Default)]
struct Statistics {
    clients: Clients,
    windows: Windows,
}

impl RuleBook {
    /// A book of these rules, which the caller has checked: names differ, and Default is among them.
    pub fn new(rules: Vec<Rule>) -> RuleBook {
        RuleBook::with_limits(rules, SamplingLimits::default())
    }

    /// The same, with other limits.
    pub fn with_limits(mut rules: Vec<Rule>, limits: SamplingLimits) -> RuleBook {
        rules.sort_by(Rule::listing_order);
        let changed = rules.iter().map(|rule| rule.modified).max();
        RuleBook {
            rules,
            as_of: AsOf {
                revision: 0,
                changed: changed.unwrap_or(Timestamp::EPOCH),
            },
            statistics: BTreeMap::new(),
            limits,
        }
    }

    /// Other rules from now on, unless newer ones are known already. What clients told of rules that are still there
    /// stays.
    pub fn replace(&mut self, mut rules: Vec<Rule>, as_of: AsOf) {
        if as_of < self.as_of {
            return;
        }
        rules.sort_by(Rule::listing_order);
        self.statistics
            .retain(|name, _| rules.iter().any(|rule| rule.name == *name));
        (self.rules, self.as_of) = (rules, as_of);
    }

    /// All rules as they are listed: custom ones by name, Default last.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// When any rule was last made, changed or deleted; the epoch if none ever was.
    pub fn last_modification(&self) -> Timestamp {
        self.as_of.changed
    }

    /// The rule that decides about a request: the first by priority, then name, with Default last.
    pub fn rule_for(&self, request: &Request<'_>) -> Option<&Rule> {
        self.rules
            .iter()
            .filter(|rule| rule.is_about(request))
            .min_by(|one, other| one.trial_order(other))
    }

    /// Takes note of a report and says what its client may record from now on (`spec/sampling.md` 8.1).
    /// Counts that contradict each other are taken as they are.
    ///
    /// # Errors
    /// [`UnknownRule`] where there is no such rule: it may have been deleted since the client read the rules.
    pub fn report(&mut self, report: &Report<'_>, now: Timestamp) -> Result<Target, UnknownRule> {
        let rule = self
            .rules
            .iter()
            .find(|rule| &*rule.name == report.rule_name)
            .ok_or(UnknownRule)?;
        let statistics = self.statistics.entry(rule.name.clone()).or_default();
        statistics.windows.add(report, now);
        statistics.clients.add(report, now, self.limits.clients_max);
        Ok(Target {
            rule_name: rule.name.clone(),
            fixed_rate: rule.fixed_rate,
            reservoir_quota: statistics
                .clients
                .share_of(&report.client_id, rule.reservoir_size, now),
            quota_ttl: now + QUOTA_HOLDS,
            interval: INTERVAL,
        })
    }

    /// Answers all reports of one call, each at its place. Two of one client about one rule are added together and
    /// answered alike.
    pub fn report_all(&mut self, reports: &[Report<'_>], now: Timestamp) -> Vec<Result<Target, UnknownRule>> {
        let mut sums: BTreeMap<(&str, &ClientId), Report<'_>> = BTreeMap::new();
        for report in reports {
            sums.entry((report.rule_name, &report.client_id))
                .and_modify(|sum| sum.add(report))
                .or_insert_with(|| report.clone());
        }
        let answers: BTreeMap<_, _> = sums
            .into_iter()
            .map(|(key, sum)| (key, self.report(&sum, now)))
            .collect();
        let answer_of = |report: &Report<'_>| answers.get(&(report.rule_name, &report.client_id)).cloned();
        reports
            .iter()
            .map(|report| answer_of(report).unwrap_or(Err(UnknownRule)))
            .collect()
    }

    /// What the rules in use did in their last ten seconds that are over, in the order of the rules.
    pub fn summaries(&self, now: Timestamp) -> Vec<Summary> {
        let in_use = self
            .rules
            .iter()
            .filter_map(|rule| self.statistics.get_key_value(&rule.name));
        in_use
            .filter_map(|(name, statistics)| statistics.windows.summary(name, now))
            .collect()
    }
}

#[cfg(test)]
mod tests;
