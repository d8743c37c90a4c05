//! Tags: which a resource may carry (`spec/api.md` 2 and 7.5).

use std::collections::BTreeSet;

use wire::{Constraints, refusals};

use crate::SettingsError;

/// The model's constraints on tags that a resource is made with.
pub(crate) fn constrain(constraints: &mut Constraints, sent: &Option<Vec<wire::Tag>>) {
    let sent = sent.as_deref().unwrap_or_default();
    constraints.count("tags", sent.len(), 0..=SENT_MAX);
    for (number, tag) in (1..).zip(sent) {
        let path = |member: &str| format!("tags.{number}.member.{member}");
        constraints.required(&path("key"), &tag.key);
        constraints.length(&path("key"), &tag.key, 1..=128);
        constraints.required(&path("value"), &tag.value);
        constraints.length(&path("value"), &tag.value, 0..=256);
    }
}

/// Tags that satisfy the model, as they are kept.
///
/// # Errors
/// A key of AWS's own, a key twice, and more than a resource may have.
pub(crate) fn checked(sent: &Option<Vec<wire::Tag>>) -> Result<Vec<catalog::Tag>, SettingsError> {
    let sent = sent.as_deref().unwrap_or_default();
    let tags: Vec<catalog::Tag> = sent.iter().map(kept).collect();
    if tags.iter().any(|tag| tag.key.starts_with(SYSTEM)) {
        return Err(SettingsError::invalid(refusals::TAG_OF_SYSTEM));
    }
    let keys: BTreeSet<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    if keys.len() < tags.len() {
        return Err(SettingsError::invalid(refusals::TAGS_REPEATED));
    }
    if tags.len() > TAGS_MAX {
        return Err(SettingsError::invalid(refusals::TAGS_TOO_MANY));
    }
    Ok(tags)
}

fn kept(sent: &wire::Tag) -> catalog::Tag {
    catalog::Tag {
        key: sent.key.clone().unwrap_or_default(),
        value: sent.value.clone().unwrap_or_default(),
    }
}

const SYSTEM: &str = "aws:";
/// LIMIT: tags in one call.
const SENT_MAX: usize = 200;
/// LIMIT: tags of one resource.
const TAGS_MAX: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(keys: impl IntoIterator<Item = String>) -> Option<Vec<wire::Tag>> {
        let tag = |key| wire::Tag {
            key: Some(key),
            value: Some(String::new()),
        };
        Some(keys.into_iter().map(tag).collect())
    }

    fn refused(sent: &Option<Vec<wire::Tag>>) -> String {
        checked(sent).map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn tags_follow_the_rules_of_section_7_5() {
        assert_eq!(refused(&None), "");
        assert_eq!(refused(&tags(["@a".into(), "a".into(), "A".into()])), "");
        assert_eq!(refused(&tags((0..50).map(|number| number.to_string()))), "");
        let many = refused(&tags((0..51).map(|number| number.to_string())));
        assert!(many.ends_with(refusals::TAGS_TOO_MANY), "{many}");
        let system = refused(&tags(["aws:team".into()]));
        assert!(system.ends_with(refusals::TAG_OF_SYSTEM), "{system}");
        let twice = refused(&tags(["a".into(), "a".into()]));
        assert!(twice.ends_with(refusals::TAGS_REPEATED), "{twice}");
    }

    #[test]
    fn the_model_names_the_tag_that_breaks_it() {
        let mut sent = tags(["a".into(), String::new()]);
        if let Some(tag) = sent.as_mut().and_then(|tags| tags.first_mut()) {
            tag.value = None;
        }
        let mut constraints = Constraints::new();
        constrain(&mut constraints, &sent);
        let fault = constraints.check().unwrap_err();
        assert!(fault.message.starts_with("2 validation errors detected: "));
        assert!(fault.message.contains("Value null at 'tags.1.member.value'"));
        assert!(fault.message.contains("Value '' at 'tags.2.member.key'"));
    }
}
