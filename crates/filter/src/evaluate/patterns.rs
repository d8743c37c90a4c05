//! `rootcause.json`: root causes as the API prints them (`spec/trace-summaries.md` 5.1), and patterns of them.

use trace::{CauseEntity, CauseException, CauseService, RootCause};

use crate::json::Json;
use crate::keyword::CauseKind;

/// A root cause as the API prints it.
pub(super) fn printed(cause: &RootCause, kind: CauseKind) -> Json {
    object([
        ("ClientImpacting", Some(Json::Boolean(cause.client_impacting))),
        (
            "Services",
            Some(array(&cause.services, |service| printed_service(service, kind))),
        ),
    ])
}

fn printed_service(service: &CauseService, kind: CauseKind) -> Json {
    let node = &service.node;
    object([
        ("Name", Some(text(&node.name))),
        ("Names", Some(Json::Array(vec![text(&node.name)]))),
        ("Type", Some(text(node.node_type.as_deref().unwrap_or_default()))),
        ("AccountId", node.account.as_deref().map(text)),
        ("Inferred", Some(Json::Boolean(service.inferred))),
        (
            "EntityPath",
            Some(array(&service.path, |entity| printed_entity(entity, kind))),
        ),
    ])
}

fn printed_entity(entity: &CauseEntity, kind: CauseKind) -> Json {
    let exceptions = match kind {
        CauseKind::Fault | CauseKind::Error => Some(array(&entity.exceptions, printed_exception)),
        CauseKind::ResponseTime => None,
    };
    object([
        ("Name", Some(text(&entity.name))),
        ("Coverage", entity.coverage.map(Json::Number)),
        ("Remote", Some(Json::Boolean(entity.remote))),
        ("Exceptions", exceptions),
    ])
}

fn printed_exception(exception: &CauseException) -> Json {
    object([
        ("Name", Some(text(&exception.name))),
        ("Message", Some(text(&exception.message))),
    ])
}

fn object<const N: usize>(members: [(&str, Option<Json>); N]) -> Json {
    let members = members.into_iter();
    Json::Object(
        members
            .filter_map(|(name, value)| Some((name.into(), value?)))
            .collect(),
    )
}

fn array<T>(list: &[T], printed: impl Fn(&T) -> Json) -> Json {
    Json::Array(list.iter().map(printed).collect())
}

fn text(text: &str) -> Json {
    Json::Text(text.into())
}

/// Whether a value is as the pattern wants it: members that an object leaves out may be anything, arrays are of equal
/// length. Recursion is bounded by the levels of [`Json`].
pub(super) fn fits(pattern: &Json, actual: &Json) -> bool {
    match (pattern, actual) {
        (Json::Object(wanted), Json::Object(members)) => wanted.iter().all(|(name, pattern)| {
            let member = members.iter().find(|(known, _)| known == name);
            member.is_some_and(|(_, value)| fits(pattern, value))
        }),
        (Json::Array(wanted), Json::Array(elements)) => {
            wanted.len() == elements.len()
                && wanted
                    .iter()
                    .zip(elements)
                    .all(|(pattern, element)| fits(pattern, element))
        }
        (pattern, actual) => pattern == actual,
    }
}
