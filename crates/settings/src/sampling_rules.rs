//! Sampling rules (`spec/api.md` 7.4, `spec/sampling.md` 3 and 5). What clients report of them is not kept here.

mod form;

use catalog::SamplingRuleChange;
use clock::Timestamp;
use sampling::{AsOf, Rule};
use wire::{
    Constraints, CreateSamplingRuleRequest, CreateSamplingRuleResponse, DeleteSamplingRuleRequest,
    DeleteSamplingRuleResponse, Fault, FaultCode, SamplingRuleMembers, UpdateSamplingRuleRequest,
    UpdateSamplingRuleResponse, refusals, required,
};

use crate::{Settings, SettingsError, tags};

pub use form::record_of;

/// All sampling rules at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct RulesNow {
    /// Custom ones by name, Default among them.
    pub rules: Vec<Rule>,
    /// The last change that they know of.
    pub as_of: AsOf,
}

/// A change that was made: the answer for who asked, and the rules for who applies them.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed<R> {
    /// What the operation answers.
    pub response: R,
    /// All rules after it.
    pub now: RulesNow,
}

impl Settings {
    /// All sampling rules.
    ///
    /// # Errors
    /// [`SettingsError::Catalog`], and [`SettingsError::Malformed`] where a rule holds what nobody wrote.
    pub async fn sampling_rules(&self) -> Result<RulesNow, SettingsError> {
        let kept = self.catalog().sampling_rules().await?;
        let rules: Result<Vec<Rule>, SettingsError> = kept.rules.iter().map(form::read).collect();
        Ok(RulesNow {
            rules: rules?,
            as_of: AsOf {
                revision: kept.revision,
                changed: kept.changed,
            },
        })
    }

    /// Makes a rule.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for members that are missing or out of range, bad tags, a name that is taken,
    /// and where there are as many rules as may be.
    pub async fn create_sampling_rule(
        &self,
        request: &CreateSamplingRuleRequest,
    ) -> Result<Changed<CreateSamplingRuleResponse>, SettingsError> {
        let mut constraints = Constraints::new();
        constraints.required("samplingRule", &request.sampling_rule);
        if let Some(sent) = &request.sampling_rule {
            form::constrain_new(&mut constraints, sent);
        }
        tags::constrain(&mut constraints, &request.tags);
        constraints.check()?;
        let sent = required(&request.sampling_rule, "samplingRule")?;
        let name = new_name(sent)?;
        if sent.version != Some(1) {
            return Err(SettingsError::invalid(refusals::RULE_VERSION));
        }
        let tags = tags::checked(&request.tags)?;
        loop {
            let known = self.sampling_rules().await?;
            if known.rules.iter().any(|rule| *rule.name == *name) {
                return Err(SettingsError::invalid(refusals::RULE_EXISTS));
            }
            let custom = known.rules.iter().filter(|rule| !rule.is_default());
            if custom.count() >= self.limits().rules_max {
                return Err(SettingsError::Refused(Fault {
                    code: FaultCode::RuleLimitExceededException,
                    message: refusals::RULES_TOO_MANY.to_owned(),
                    resource_name: None,
                }));
            }
            let rule = Rule {
                name: name.into(),
                arn: self.home().rule_arn(name).into(),
                created: whole_seconds(self.now()),
                ..self.default_rule()
            };
            let rule = self.with_members(rule, sent);
            let row = form::row_of(&rule);
            let change = SamplingRuleChange::Create(&row, &tags);
            if let Some(now) = self.changed(&known, change, Some(&rule)).await? {
                let sampling_rule_record = record_of(&rule);
                let response = CreateSamplingRuleResponse { sampling_rule_record };
                return Ok(Changed { response, now });
            }
        }
    }

    /// Changes a rule. What the request does not name stays, but a boost goes.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for members out of range, for an unknown rule, and where anything but rate and
    /// reservoir of Default would change.
    pub async fn update_sampling_rule(
        &self,
        request: &UpdateSamplingRuleRequest,
    ) -> Result<Changed<UpdateSamplingRuleResponse>, SettingsError> {
        let sent = required(&request.sampling_rule_update, "samplingRuleUpdate")?;
        let mut constraints = Constraints::new();
        form::constrain_update(&mut constraints, sent);
        constraints.check()?;
        check_named_once(&sent.rule_name, &sent.rule_arn)?;
        loop {
            let known = self.sampling_rules().await?;
            let rule = named(&known, &sent.rule_name, &sent.rule_arn)?.clone();
            form::check_update(&rule, sent)?;
            let rule = Rule { boost: None, ..rule };
            let rule = self.with_members(rule, sent);
            let row = form::row_of(&rule);
            let change = SamplingRuleChange::Update(&row);
            if let Some(now) = self.changed(&known, change, Some(&rule)).await? {
                let sampling_rule_record = record_of(&rule);
                let response = UpdateSamplingRuleResponse { sampling_rule_record };
                return Ok(Changed { response, now });
            }
        }
    }

    /// Deletes a rule and its tags.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for an unknown rule and for Default.
    pub async fn delete_sampling_rule(
        &self,
        request: &DeleteSamplingRuleRequest,
    ) -> Result<Changed<DeleteSamplingRuleResponse>, SettingsError> {
        check_named_once(&request.rule_name, &request.rule_arn)?;
        loop {
            let known = self.sampling_rules().await?;
            let rule = named(&known, &request.rule_name, &request.rule_arn)?;
            if rule.is_default() {
                return Err(SettingsError::invalid(refusals::RULE_DEFAULT_STAYS));
            }
            let row = form::row_of(rule);
            let change = SamplingRuleChange::Delete(&row);
            if let Some(now) = self.changed(&known, change, None).await? {
                let sampling_rule_record = record_of(rule);
                let response = DeleteSamplingRuleResponse { sampling_rule_record };
                return Ok(Changed { response, now });
            }
        }
    }

    /// Puts the rule that always exists there.
    pub(crate) async fn keep_default_rule(&self) -> Result<(), SettingsError> {
        let row = form::row_of(&self.default_rule());
        Ok(self.catalog().keep_sampling_rule(&row).await?)
    }

    fn default_rule(&self) -> Rule {
        let home = self.home();
        let rule = Rule::default_rule(&home.region, &home.account_id);
        let arn = home.rule_arn(&rule.name).into();
        Rule { arn, ..rule }
    }

    fn with_members(&self, rule: Rule, sent: &SamplingRuleMembers) -> Rule {
        let modified = whole_seconds(self.now());
        Rule {
            modified,
            ..form::with_members(rule, sent)
        }
    }

    /// Makes the change if nothing else was changed since the rules were read; then all rules after it.
    async fn changed(
        &self,
        known: &RulesNow,
        change: SamplingRuleChange<'_>,
        rule: Option<&Rule>,
    ) -> Result<Option<RulesNow>, SettingsError> {
        let changing = self
            .catalog()
            .change_sampling_rules(known.as_of.revision, change, self.now());
        let Some((revision, changed)) = changing.await? else {
            return Ok(None);
        };
        let (SamplingRuleChange::Create(row, _)
        | SamplingRuleChange::Update(row)
        | SamplingRuleChange::Delete(row)) = change;
        let others = known.rules.iter().filter(|other| *other.name != *row.name);
        Ok(Some(RulesNow {
            rules: others.chain(rule).cloned().collect(),
            as_of: AsOf { revision, changed },
        }))
    }
}

fn named<'k>(
    known: &'k RulesNow,
    name: &Option<String>,
    arn: &Option<String>,
) -> Result<&'k Rule, SettingsError> {
    let is_meant = |rule: &&Rule| match (name, arn) {
        (Some(name), _) => *rule.name == **name,
        (None, Some(arn)) => *rule.arn == **arn,
        (None, None) => false,
    };
    let rule = known.rules.iter().find(is_meant);
    rule.ok_or_else(|| SettingsError::invalid(refusals::RULE_UNKNOWN))
}

fn check_named_once(name: &Option<String>, arn: &Option<String>) -> Result<(), SettingsError> {
    match (name, arn) {
        (Some(_), Some(_)) => Err(SettingsError::invalid(refusals::RULE_NAMED_TWICE)),
        (None, None) => Err(SettingsError::invalid(refusals::RULE_NOT_NAMED)),
        (Some(_), None) | (None, Some(_)) => Ok(()),
    }
}

/// The name of a new rule; where only an ARN was sent, what stands behind `sampling-rule/` in it.
fn new_name(sent: &SamplingRuleMembers) -> Result<&str, SettingsError> {
    check_named_once(&sent.rule_name, &sent.rule_arn)?;
    if let Some(name) = &sent.rule_name {
        return Ok(name);
    }
    let arn = sent.rule_arn.as_deref().unwrap_or_default();
    let name = arn
        .starts_with("arn:")
        .then(|| arn.split_once(":sampling-rule/"))
        .flatten()
        .map(|(_, name)| name);
    let name = name.filter(|name| (1..=form::NAME_MAX).contains(&name.chars().count()));
    name.ok_or_else(|| SettingsError::invalid(refusals::RULE_ARN_MALFORMED))
}

/// Times of rules are printed in whole seconds, so they are kept like that.
fn whole_seconds(now: Timestamp) -> Timestamp {
    Timestamp::from_seconds(now.seconds())
}

#[cfg(test)]
mod tests;
