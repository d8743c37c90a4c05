//! Resource policies (`spec/api.md` 7.6). They are kept and answered; nobody is judged by them.

mod document;

use catalog::{PolicyChange, PolicyRow, ResourcePolicies};
use wire::{
    Constraints, DeleteResourcePolicyRequest, DeleteResourcePolicyResponse, Fault, FaultCode,
    ListResourcePoliciesRequest, ListResourcePoliciesResponse, PutResourcePolicyRequest,
    PutResourcePolicyResponse, ResourcePolicy, refusals,
};

use crate::{Settings, SettingsError};

impl Settings {
    /// Makes or replaces a policy.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for a revision that is not there any more, too many or too large policies, a
    /// malformed one, and one that would deny its sender the next change.
    pub async fn put_policy(
        &self,
        request: &PutResourcePolicyRequest,
    ) -> Result<PutResourcePolicyResponse, SettingsError> {
        let mut constraints = Constraints::new();
        constrain_name(&mut constraints, &request.policy_name);
        constraints.required("policyDocument", &request.policy_document);
        constraints.check()?;
        loop {
            let known = self.catalog().resource_policies().await?;
            let policy = self.next(&known, request)?;
            let change = PolicyChange::Put(&policy);
            if self
                .catalog()
                .change_resource_policies(known.revision, change)
                .await?
            {
                return Ok(PutResourcePolicyResponse {
                    resource_policy: printed(policy),
                });
            }
        }
    }

    /// All policies in one page, by name.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for a token, because none is ever given.
    pub async fn policies(
        &self,
        request: &ListResourcePoliciesRequest,
    ) -> Result<ListResourcePoliciesResponse, SettingsError> {
        let mut constraints = Constraints::new();
        constraints.length("nextToken", &request.next_token, 1..=100);
        constraints.check()?;
        if request.next_token.is_some() {
            return Err(SettingsError::invalid(refusals::TOKEN_NOT_SUPPORTED));
        }
        let known = self.catalog().resource_policies().await?;
        Ok(ListResourcePoliciesResponse {
            resource_policies: known.policies.into_iter().map(printed).collect(),
            next_token: None,
        })
    }

    /// Deletes a policy.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for an unknown policy and for a revision that is not there any more.
    pub async fn delete_policy(
        &self,
        request: &DeleteResourcePolicyRequest,
    ) -> Result<DeleteResourcePolicyResponse, SettingsError> {
        let mut constraints = Constraints::new();
        constrain_name(&mut constraints, &request.policy_name);
        constraints.check()?;
        let name = request.policy_name.as_deref().unwrap_or_default();
        loop {
            let known = self.catalog().resource_policies().await?;
            let policy = known.policies.iter().find(|policy| policy.name == name);
            match (policy, &request.policy_revision_id) {
                (None, None) => return Err(SettingsError::invalid(refusals::policy_unknown(name))),
                (Some(policy), Some(id)) if *id == policy.revision.to_string() => {}
                (Some(_), None) => {}
                (Some(_) | None, Some(_)) => {
                    let message = refusals::policy_changed_or_deleted(name);
                    return Err(refused(FaultCode::InvalidPolicyRevisionIdException, message));
                }
            }
            let change = PolicyChange::Delete(name);
            if self
                .catalog()
                .change_resource_policies(known.revision, change)
                .await?
            {
                return Ok(DeleteResourcePolicyResponse {});
            }
        }
    }

    /// The policy as it will be, checked in the order of section 7.6: revision, count, size, syntax, lockout.
    fn next(
        &self,
        known: &ResourcePolicies,
        request: &PutResourcePolicyRequest,
    ) -> Result<PolicyRow, SettingsError> {
        let name = request.policy_name.as_deref().unwrap_or_default();
        let text = request.policy_document.as_deref().unwrap_or_default();
        let before = known.policies.iter().find(|policy| policy.name == name);
        let revision = before.map_or(0, |policy| policy.revision);
        if let Some(id) = &request.policy_revision_id
            && *id != revision.to_string()
        {
            let message = refusals::policy_changed(name);
            return Err(refused(FaultCode::InvalidPolicyRevisionIdException, message));
        }
        if before.is_none() && known.policies.len() >= POLICIES_MAX {
            let message = refusals::POLICIES_TOO_MANY;
            return Err(refused(FaultCode::PolicyCountLimitExceededException, message));
        }
        if text.len() > DOCUMENT_BYTES_MAX {
            let message = refusals::POLICY_TOO_LARGE;
            return Err(refused(FaultCode::PolicySizeLimitExceededException, message));
        }
        let document = document::read(text)
            .map_err(|message| refused(FaultCode::MalformedPolicyDocumentException, message))?;
        let may_lock_out = request.bypass_policy_lockout_check == Some(true);
        let others = known.policies.iter().filter(|policy| policy.name != name);
        let locks_out = document.denies_changes(&self.home().account_id)
            || others
                .filter_map(|policy| document::read(&policy.document).ok())
                .any(|other| other.denies_changes(&self.home().account_id));
        if locks_out && !may_lock_out {
            let message = refusals::POLICY_LOCKOUT;
            return Err(refused(FaultCode::LockoutPreventionException, message));
        }
        Ok(PolicyRow {
            name: name.to_owned(),
            document: text.to_owned(),
            revision: revision + 1,
            updated: self.now(),
        })
    }
}

fn constrain_name(constraints: &mut Constraints, name: &Option<String>) {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    constraints.required("policyName", name);
    constraints.length("policyName", name, 1..=128);
    constraints.pattern("policyName", name, "[\\w+=,.@-]+", |text| {
        text.is_empty() || text.chars().all(is_allowed)
    });
}

fn refused(code: FaultCode, message: impl Into<String>) -> SettingsError {
    SettingsError::Refused(Fault {
        code,
        message: message.into(),
        resource_name: None,
    })
}

fn printed(policy: PolicyRow) -> ResourcePolicy {
    ResourcePolicy {
        policy_name: policy.name,
        policy_document: policy.document,
        policy_revision_id: policy.revision.to_string(),
        last_updated_time: policy.updated.seconds() as f64,
    }
}

/// LIMIT: policies of the account (`spec/api.md` 5).
const POLICIES_MAX: usize = 5;
/// LIMIT: size of one document.
const DOCUMENT_BYTES_MAX: usize = 5_120;

#[cfg(test)]
mod tests;
