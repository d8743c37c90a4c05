//! Tags of groups and sampling rules (`spec/api.md` 2 and 7.5).

use std::collections::BTreeSet;

use catalog::Tagged;
use wire::{
    Constraints, Fault, ListTagsForResourceRequest, ListTagsForResourceResponse, TagResourceRequest,
    TagResourceResponse, UntagResourceRequest, UntagResourceResponse, refusals,
};

use crate::{Settings, SettingsError};

impl Settings {
    /// Gives a resource tags, in place of those with the same keys: all or nothing.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for an unknown resource, bad tags, and more than it may have.
    pub async fn tag_resource(
        &self,
        request: &TagResourceRequest,
    ) -> Result<TagResourceResponse, SettingsError> {
        let mut constraints = Constraints::new();
        constrain_resource(&mut constraints, &request.resource_arn);
        constraints.required("tags", &request.tags);
        constrain(&mut constraints, &request.tags);
        constraints.check()?;
        let arn = request.resource_arn.as_deref().unwrap_or_default();
        // More than a resource may have cannot be known to be too many before it is known that there is one.
        let tags = distinct(&request.tags)?;
        match self.catalog().put_tags(arn, &tags, TAGS_MAX).await? {
            Tagged::Done => Ok(TagResourceResponse {}),
            Tagged::NoResource => Err(unknown(arn)),
            Tagged::TooMany => Err(SettingsError::invalid(refusals::TAGS_TOO_MANY)),
        }
    }

    /// Takes tags off a resource.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for an unknown resource, and for keys of AWS's own.
    pub async fn untag_resource(
        &self,
        request: &UntagResourceRequest,
    ) -> Result<UntagResourceResponse, SettingsError> {
        let keys = request.tag_keys.as_deref().unwrap_or_default();
        let mut constraints = Constraints::new();
        constrain_resource(&mut constraints, &request.resource_arn);
        constraints.required("tagKeys", &request.tag_keys);
        constraints.count("tagKeys", keys.len(), 0..=SENT_MAX);
        for (number, key) in (1..).zip(keys) {
            constraints.length_of(&format!("tagKeys.{number}.member"), key, 1..=KEY_MAX);
        }
        constraints.check()?;
        if keys.iter().any(|key| key.starts_with(SYSTEM)) {
            return Err(SettingsError::invalid(refusals::TAG_OF_SYSTEM));
        }
        let arn = request.resource_arn.as_deref().unwrap_or_default();
        match self.catalog().remove_tags(arn, keys).await? {
            Tagged::Done | Tagged::TooMany => Ok(UntagResourceResponse {}),
            Tagged::NoResource => Err(unknown(arn)),
        }
    }

    /// All tags of a resource in one page, by key; a token is not looked at.
    ///
    /// # Errors
    /// [`SettingsError::Refused`] for an unknown resource.
    pub async fn tags(
        &self,
        request: &ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse, SettingsError> {
        let mut constraints = Constraints::new();
        constrain_resource(&mut constraints, &request.resource_arn);
        constraints.check()?;
        let arn = request.resource_arn.as_deref().unwrap_or_default();
        let tags = self.catalog().tags_of_resource(arn).await?;
        let tags = tags.ok_or_else(|| unknown(arn))?;
        Ok(ListTagsForResourceResponse {
            tags: tags.into_iter().map(printed).collect(),
            next_token: None,
        })
    }
}

fn unknown(arn: &str) -> SettingsError {
    SettingsError::Refused(Fault::resource_not_found(refusals::RESOURCE_UNKNOWN, arn))
}

fn constrain_resource(constraints: &mut Constraints, arn: &Option<String>) {
    constraints.required("resourceARN", arn);
    constraints.length("resourceARN", arn, 1..=RESOURCE_ARN_MAX);
}

/// The model's constraints on tags that a resource is made with.
pub(crate) fn constrain(constraints: &mut Constraints, sent: &Option<Vec<wire::Tag>>) {
    let sent = sent.as_deref().unwrap_or_default();
    constraints.count("tags", sent.len(), 0..=SENT_MAX);
    for (number, tag) in (1..).zip(sent) {
        let path = |member: &str| format!("tags.{number}.member.{member}");
        constraints.required(&path("key"), &tag.key);
        constraints.length(&path("key"), &tag.key, 1..=KEY_MAX);
        constraints.required(&path("value"), &tag.value);
        constraints.length(&path("value"), &tag.value, 0..=256);
    }
}

/// Tags that satisfy the model, as they are kept.
///
/// # Errors
/// A key of AWS's own, a key twice, and more than a resource may have.
pub(crate) fn checked(sent: &Option<Vec<wire::Tag>>) -> Result<Vec<catalog::Tag>, SettingsError> {
    let tags = distinct(sent)?;
    match tags.len() > TAGS_MAX {
        true => Err(SettingsError::invalid(refusals::TAGS_TOO_MANY)),
        false => Ok(tags),
    }
}

/// The same, however many they are.
fn distinct(sent: &Option<Vec<wire::Tag>>) -> Result<Vec<catalog::Tag>, SettingsError> {
    let sent = sent.as_deref().unwrap_or_default();
    let tags: Vec<catalog::Tag> = sent.iter().map(kept).collect();
    if tags.iter().any(|tag| tag.key.starts_with(SYSTEM)) {
        return Err(SettingsError::invalid(refusals::TAG_OF_SYSTEM));
    }
    let keys: BTreeSet<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    if keys.len() < tags.len() {
        return Err(SettingsError::invalid(refusals::TAGS_REPEATED));
    }
    Ok(tags)
}

fn kept(sent: &wire::Tag) -> catalog::Tag {
    catalog::Tag {
        key: sent.key.clone().unwrap_or_default(),
        value: sent.value.clone().unwrap_or_default(),
    }
}

fn printed(kept: catalog::Tag) -> wire::Tag {
    wire::Tag {
        key: Some(kept.key),
        value: Some(kept.value),
    }
}

const KEY_MAX: usize = 128;
const RESOURCE_ARN_MAX: usize = 1_011;
const SYSTEM: &str = "aws:";
/// LIMIT: tags in one call.
const SENT_MAX: usize = 200;
/// LIMIT: tags of one resource.
const TAGS_MAX: usize = 50;

#[cfg(test)]
mod tests;
