//! Groups (`spec/api.md` 7.3). Which traces belong to one is said in `memberships`.

use catalog::{GroupKey, GroupRecord, GroupSettings, NewGroup};
use clock::Timestamp;
use filter::Filter;
use wire::{
    Constraints, CreateGroupRequest, CreateGroupResponse, DeleteGroupRequest, DeleteGroupResponse,
    GetGroupRequest, GetGroupResponse, GetGroupsRequest, GetGroupsResponse, Group, InsightsConfiguration,
    UpdateGroupRequest, UpdateGroupResponse, refusals,
};

use crate::memberships::DEFAULT;
use crate::{Settings, SettingsError, tags};

impl Settings {
    /// Makes a group; its expression is in force from now on.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for a bad name, expression, tag or setting, where the name is taken, and where there
    /// are as many groups as may be.
    pub async fn create_group(
        &self,
        request: &CreateGroupRequest,
    ) -> Result<CreateGroupResponse, SettingsError> {
        let (settings, request) = (self.clone(), request.clone());
        to_its_end(async move { settings.make_group(&request).await }).await
    }

    async fn make_group(&self, request: &CreateGroupRequest) -> Result<CreateGroupResponse, SettingsError> {
        let mut constraints = Constraints::new();
        constraints.required("groupName", &request.group_name);
        constraints.length("groupName", &request.group_name, 1..=NAME_MAX);
        tags::constrain(&mut constraints, &request.tags);
        constraints.check()?;
        let name = request.group_name.as_deref().unwrap_or_default();
        if !name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return Err(SettingsError::invalid(refusals::GROUP_NAME_MALFORMED));
        }
        if name == DEFAULT {
            return Err(SettingsError::invalid(refusals::group_exists(name)));
        }
        let filter_expression = checked_expression(&request.filter_expression)?;
        let insights = insights_after((false, false), &request.insights_configuration)?;
        let tags = tags::checked(&request.tags)?;
        let group = NewGroup {
            name,
            arn: &self.home().new_group_arn(name, self.chance()),
            filter_expression,
            insights_enabled: insights.0,
            notifications_enabled: insights.1,
            tags: &tags,
        };
        let change = self.change_of_groups().await;
        let made = self.create_if_there_is_room(&group, change.moment).await;
        change.end().await;
        match made? {
            Some(record) => Ok(CreateGroupResponse {
                group: printed(record),
            }),
            None => Err(SettingsError::invalid(refusals::group_exists(name))),
        }
    }

    /// `None` where the name is taken. Called within a change, so that no other group is made meanwhile.
    async fn create_if_there_is_room(
        &self,
        group: &NewGroup<'_>,
        moment: Timestamp,
    ) -> Result<Option<GroupRecord>, SettingsError> {
        let known = self.catalog().groups().await?;
        let is_taken = known.iter().any(|record| record.name == group.name);
        if !is_taken && known.len() >= self.limits().groups_max {
            return Err(SettingsError::invalid(refusals::GROUPS_TOO_MANY));
        }
        Ok(self.catalog().create_group(group, moment).await?)
    }

    /// One group.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] unless exactly one existing group is named.
    pub async fn group(&self, request: &GetGroupRequest) -> Result<GetGroupResponse, SettingsError> {
        let key = key_of(&request.group_name, &request.group_arn)?;
        let record = self.known_group(key).await?;
        Ok(GetGroupResponse {
            group: printed(record),
        })
    }

    /// All groups in one page: Default first, the others by name.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for a token, because none is ever given.
    pub async fn groups(&self, request: &GetGroupsRequest) -> Result<GetGroupsResponse, SettingsError> {
        let mut constraints = Constraints::new();
        constraints.length("nextToken", &request.next_token, 1..=100);
        constraints.check()?;
        if request.next_token.is_some() {
            return Err(SettingsError::invalid(refusals::GROUPS_TOKEN_NOT_SUPPORTED));
        }
        let records = self.catalog().groups().await?;
        Ok(GetGroupsResponse {
            groups: records.into_iter().map(printed).collect(),
            next_token: None,
        })
    }

    /// Changes a group. Another expression is in force from now on; what came before keeps its membership.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for what [`create_group`](Settings::create_group) refuses, and an unknown group.
    pub async fn update_group(
        &self,
        request: &UpdateGroupRequest,
    ) -> Result<UpdateGroupResponse, SettingsError> {
        let (settings, request) = (self.clone(), request.clone());
        to_its_end(async move { settings.change_group(&request).await }).await
    }

    async fn change_group(&self, request: &UpdateGroupRequest) -> Result<UpdateGroupResponse, SettingsError> {
        let key = key_of(&request.group_name, &request.group_arn)?;
        // Of two changes at the same time one is made, the other looks again; so every round makes one.
        loop {
            let known = self.known_group(key).await?;
            let wanted = settings_after(&known, request)?;
            let change = self.change_of_groups().await;
            let updated = self.catalog().update_group(&known, &wanted, change.moment).await;
            change.end().await;
            if let Some(record) = updated? {
                return Ok(UpdateGroupResponse {
                    group: printed(record),
                });
            }
        }
    }

    /// Deletes a group and its tags.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] unless exactly one existing group is named that is not Default.
    pub async fn delete_group(
        &self,
        request: &DeleteGroupRequest,
    ) -> Result<DeleteGroupResponse, SettingsError> {
        let (settings, request) = (self.clone(), request.clone());
        to_its_end(async move { settings.remove_group(&request).await }).await
    }

    async fn remove_group(&self, request: &DeleteGroupRequest) -> Result<DeleteGroupResponse, SettingsError> {
        let key = key_of(&request.group_name, &request.group_arn)?;
        if self.known_group(key).await?.id == DEFAULT_ID {
            return Err(SettingsError::invalid(refusals::GROUP_DEFAULT_STAYS));
        }
        let change = self.change_of_groups().await;
        let deleted = self.catalog().delete_group(key, change.moment).await;
        change.end().await;
        match deleted? {
            true => Ok(DeleteGroupResponse {}),
            false => Err(SettingsError::invalid(refusals::GROUP_UNKNOWN)),
        }
    }

    async fn known_group(&self, key: GroupKey<'_>) -> Result<GroupRecord, SettingsError> {
        let known = self.catalog().group(key).await?;
        known.ok_or_else(|| SettingsError::invalid(refusals::GROUP_UNKNOWN))
    }
}

/// A change holds up whoever judges traces, so it is not the caller's to drop.
async fn to_its_end<A: Send + 'static>(
    change: impl Future<Output = Result<A, SettingsError>> + Send + 'static,
) -> Result<A, SettingsError> {
    tokio::spawn(change).await.unwrap_or(Err(SettingsError::Stopping))
}

/// Which group is meant: its name or its ARN, never both.
fn key_of<'r>(name: &'r Option<String>, arn: &'r Option<String>) -> Result<GroupKey<'r>, SettingsError> {
    let mut constraints = Constraints::new();
    constraints.length("groupName", name, 1..=NAME_MAX);
    constraints.length("groupARN", arn, 1..=ARN_MAX);
    constraints.check()?;
    match (name, arn) {
        (Some(name), None) => Ok(GroupKey::Name(name)),
        (None, Some(arn)) => Ok(GroupKey::Arn(arn)),
        (Some(_), Some(_)) | (None, None) => Err(SettingsError::invalid(refusals::GROUP_NAMED_TWICE)),
    }
}

fn settings_after(known: &GroupRecord, request: &UpdateGroupRequest) -> Result<GroupSettings, SettingsError> {
    let filter_expression = if known.id == DEFAULT_ID {
        if !is_blank(&request.filter_expression) {
            return Err(SettingsError::invalid(refusals::GROUP_DEFAULT_FILTER));
        }
        None
    } else {
        Some(checked_expression(&request.filter_expression)?.to_owned())
    };
    let now = (
        known.settings.insights_enabled,
        known.settings.notifications_enabled,
    );
    let insights = insights_after(now, &request.insights_configuration)?;
    Ok(GroupSettings {
        filter_expression,
        insights_enabled: insights.0,
        notifications_enabled: insights.1,
    })
}

/// An expression that a group may have: one that names no group (`spec/filter-expressions.md` 9).
fn checked_expression(sent: &Option<String>) -> Result<&str, SettingsError> {
    if is_blank(sent) {
        return Err(SettingsError::invalid(refusals::GROUP_WITHOUT_FILTER));
    }
    let text = sent.as_deref().unwrap_or_default();
    match text.parse::<Filter>() {
        Ok(filter) if filter.groups().is_empty() => Ok(text),
        Ok(_) => Err(SettingsError::invalid(refusals::GROUP_OF_GROUPS)),
        Err(problem) => Err(SettingsError::invalid(problem.to_string())),
    }
}

fn is_blank(expression: &Option<String>) -> bool {
    expression.as_deref().is_none_or(|text| text.trim().is_empty())
}

/// Insights and notifications as they will be. What is not said stays; without insights nothing is told of them,
/// unless the request says that it should be.
fn insights_after(
    now: (bool, bool),
    sent: &Option<InsightsConfiguration>,
) -> Result<(bool, bool), SettingsError> {
    let Some(sent) = sent else { return Ok(now) };
    let insights = sent.insights_enabled.unwrap_or(now.0);
    let notifications = sent.notifications_enabled.unwrap_or(now.1 && insights);
    if notifications && !insights {
        return Err(SettingsError::invalid(refusals::GROUP_NOTIFICATIONS));
    }
    Ok((insights, notifications))
}

fn printed(record: GroupRecord) -> Group {
    Group {
        group_name: record.name,
        group_arn: record.arn,
        filter_expression: record.settings.filter_expression,
        insights_configuration: InsightsConfiguration {
            insights_enabled: Some(record.settings.insights_enabled),
            notifications_enabled: Some(record.settings.notifications_enabled),
        },
    }
}

const DEFAULT_ID: u32 = 0;
const NAME_MAX: usize = 32;
const ARN_MAX: usize = 400;

#[cfg(test)]
mod tests;
