//! Root causes as the API prints them, and what is asked of their entries (section 10).

use serde_json::{Value, json};
use trace::RootCause;

use super::World;
use crate::samples::HOME;

/// One entry: what it is made of, and where it stands in its list.
pub(super) struct Entry {
    level: &'static str,
    json: Value,
    /// The service that it belongs to.
    service: Value,
    index: usize,
    length: usize,
}

/// The root causes of a kind.
pub(super) fn all(kind: &str, world: &World<'_>) -> Vec<Value> {
    let causes = match kind {
        "fault" => world.trace.fault_causes(HOME),
        "error" => world.trace.error_causes(HOME),
        _ => world.trace.response_time_causes(HOME),
    };
    causes.iter().map(|cause| printed(cause, kind)).collect()
}

fn printed(cause: &RootCause, kind: &str) -> Value {
    let mut services = vec![];
    for service in &cause.services {
        let mut path = vec![];
        for entity in &service.path {
            let mut entry = json!({ "Name": entity.name, "Remote": entity.remote });
            if kind == "responsetime" {
                entry["Coverage"] = json!(entity.coverage);
            } else {
                let exceptions = entity
                    .exceptions
                    .iter()
                    .map(|exception| json!({ "Name": exception.name, "Message": exception.message }));
                entry["Exceptions"] = exceptions.collect();
            }
            path.push(entry);
        }
        let node = &service.node;
        let mut printed = json!({ "Name": node.name, "Names": [node.name], "Type": node.node_type.as_deref().unwrap_or(""),
            "Inferred": service.inferred, "EntityPath": path });
        if let Some(account) = &node.account {
            printed["AccountId"] = json!(account);
        }
        services.push(printed);
    }
    json!({ "ClientImpacting": cause.client_impacting, "Services": services })
}

/// All entries of a level.
pub(super) fn entries(kind: &str, level: &str, world: &World<'_>) -> Vec<Entry> {
    let mut entries = vec![];
    for cause in all(kind, world) {
        let services = list(&cause["Services"]);
        for service in &services {
            let path = list(&service["EntityPath"]);
            match level {
                "service" => {}
                "entity" => entries.extend(numbered("entity", &path, service)),
                _ => {
                    for entity in &path {
                        entries.extend(numbered("exception", &list(&entity["Exceptions"]), service));
                    }
                }
            }
        }
        if level == "service" {
            let all = numbered("service", &services, &Value::Null);
            entries.extend(all.map(|entry| Entry {
                service: entry.json.clone(),
                ..entry
            }));
        }
    }
    entries
}

fn numbered<'e>(
    level: &'static str,
    list: &'e [Value],
    service: &'e Value,
) -> impl Iterator<Item = Entry> + 'e {
    list.iter().enumerate().map(move |(index, json)| Entry {
        level,
        json: json.clone(),
        service: service.clone(),
        index,
        length: list.len(),
    })
}

fn list(array: &Value) -> Vec<Value> {
    array.as_array().cloned().unwrap_or_default()
}

impl Entry {
    pub(super) fn values(&self, word: &str) -> Vec<Value> {
        let member = |object: &Value, name: &str| {
            let value = object.get(name).filter(|value| **value != json!(""));
            value.cloned().into_iter().collect::<Vec<_>>()
        };
        match word {
            "first" => vec![json!(self.index == 0)],
            "last" => vec![json!(self.index == self.length - 1)],
            "index" => vec![json!(self.index)],
            "inferred" => vec![self.service["Inferred"].clone()],
            "remote" => vec![self.json["Remote"].clone()],
            "coverage" => member(&self.json, "Coverage"),
            "name" => member(&self.json, "Name"),
            "message" if self.level == "exception" => member(&self.json, "Message"),
            "type" => member(&self.service, "Type"),
            "account.id" => member(&self.service, "AccountId"),
            _ => vec![],
        }
    }
}

/// Whether a value is as a pattern wants it.
pub(super) fn fits(pattern: &Value, actual: &Value) -> bool {
    match (pattern, actual) {
        (Value::Object(wanted), Value::Object(members)) => wanted
            .iter()
            .all(|(name, pattern)| members.get(name).is_some_and(|value| fits(pattern, value))),
        (Value::Array(wanted), Value::Array(elements)) => {
            wanted.len() == elements.len()
                && wanted
                    .iter()
                    .zip(elements)
                    .all(|(pattern, element)| fits(pattern, element))
        }
        (Value::Number(wanted), Value::Number(number)) => wanted.as_f64() == number.as_f64(),
        (_, _) => pattern == actual,
    }
}
