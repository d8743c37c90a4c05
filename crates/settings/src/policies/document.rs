//! A policy's document: whether it has the form of a resource policy for X-Ray, and whom it keeps from changing it.

use serde_json::{Map, Value};

/// A document with the form of a policy.
#[derive(Debug)]
pub(super) struct Document {
    statements: Vec<Map<String, Value>>,
}

/// Reads a document.
///
/// # Errors
/// What of the form it lacks.
pub(super) fn read(text: &str) -> Result<Document, String> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| format!("The policy is not JSON: {error}"))?;
    let Value::Object(policy) = value else {
        return Err("The policy must be a JSON object".to_owned());
    };
    let version = policy.get("Version").and_then(Value::as_str);
    if !matches!(version, Some("2012-10-17" | "2008-10-17")) {
        return Err("The policy must have a Version, 2012-10-17 or 2008-10-17".to_owned());
    }
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) if !statements.is_empty() => statements.clone(),
        Some(statement @ Value::Object(_)) => vec![statement.clone()],
        Some(_) | None => return Err("The policy must have a Statement".to_owned()),
    };
    let statements = statements.into_iter().map(checked);
    Ok(Document {
        statements: statements.collect::<Result<_, _>>()?,
    })
}

fn checked(statement: Value) -> Result<Map<String, Value>, String> {
    let Value::Object(statement) = statement else {
        return Err("Each Statement must be a JSON object".to_owned());
    };
    if !matches!(
        statement.get("Effect").and_then(Value::as_str),
        Some("Allow" | "Deny")
    ) {
        return Err("Each Statement must have an Effect, Allow or Deny".to_owned());
    }
    match statement.get("Principal") {
        Some(Value::String(any)) if any == "*" => {}
        Some(Value::Object(kinds))
            if !kinds.is_empty() && kinds.values().all(|kind| texts(kind).is_some()) => {}
        Some(_) | None => return Err("Each Statement must have a Principal".to_owned()),
    }
    let actions = statement.get("Action").and_then(texts).unwrap_or_default();
    let is_of_xray = |action: &&str| {
        *action == "*"
            || action
                .split_once(':')
                .is_some_and(|(service, name)| service.eq_ignore_ascii_case("xray") && !name.is_empty())
    };
    if actions.is_empty() || !actions.iter().all(is_of_xray) {
        return Err("Each Statement must have an Action of xray".to_owned());
    }
    match statement.get("Resource").and_then(texts) {
        Some(resources) if !resources.is_empty() => Ok(statement),
        Some(_) | None => Err("Each Statement must have a Resource".to_owned()),
    }
}

impl Document {
    /// Whether it denies everybody of this account, under no condition, to put a policy. Nobody is told apart within
    /// the account, so a statement about a single user or role keeps nobody out.
    pub(super) fn denies_changes(&self, account: &str) -> bool {
        self.statements.iter().any(|statement| {
            let actions = statement.get("Action").and_then(texts).unwrap_or_default();
            statement.get("Effect").and_then(Value::as_str) == Some("Deny")
                && !statement.contains_key("Condition")
                && is_everybody(statement.get("Principal"), account)
                && actions
                    .iter()
                    .any(|action| matches(&action.to_ascii_lowercase(), "xray:putresourcepolicy"))
        })
    }
}

fn is_everybody(principal: Option<&Value>, account: &str) -> bool {
    let is_root = |text: &&str| {
        *text == "*"
            || *text == account
            || text
                .split_once(":iam::")
                .and_then(|(_, rest)| rest.strip_suffix(":root"))
                == Some(account)
    };
    match principal {
        Some(Value::String(_)) => true,
        Some(Value::Object(kinds)) => {
            let accounts = kinds.get("AWS").and_then(texts).unwrap_or_default();
            accounts.iter().any(is_root)
        }
        Some(_) | None => false,
    }
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(texts) => texts.iter().map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// Whether a pattern with `*` for any letters fits the text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut left) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_in_an_action_stands_for_any_letters() {
        for (pattern, fits) in [
            ("*", true),
            ("xray:*", true),
            ("xray:put*", true),
            ("xray:*policy", true),
            ("xray:p*r*y", true),
            ("xray:putresourcepolicy", true),
            ("xray:put*ss", false),
            ("xray:get*", false),
            ("xray:putresourcepolicy*x", false),
        ] {
            assert_eq!(matches(pattern, "xray:putresourcepolicy"), fits, "{pattern}");
        }
    }
}
