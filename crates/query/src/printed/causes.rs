//! Root causes as X-Ray prints them (`spec/trace-summaries.md` 5.1).

use trace::{CauseEntity, CauseService, RootCause};

/// What the entities of a kind of cause carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CauseKind {
    /// Faults and errors: exceptions.
    Failure,
    /// Response times: a share of the root's time.
    ResponseTime,
}

pub(super) fn causes_of(causes: &[RootCause], kind: CauseKind) -> Vec<wire::RootCause> {
    let printed = |cause: &RootCause| wire::RootCause {
        client_impacting: cause.client_impacting,
        services: cause
            .services
            .iter()
            .map(|service| service_of(service, kind))
            .collect(),
    };
    causes.iter().map(printed).collect()
}

/// The type is an empty text where there is none, since a widely used client reads it unasked.
fn service_of(service: &CauseService, kind: CauseKind) -> wire::RootCauseService {
    wire::RootCauseService {
        name: service.node.name.to_string(),
        names: vec![service.node.name.to_string()],
        r#type: service.node.node_type.as_deref().unwrap_or_default().to_owned(),
        account_id: service.node.account.as_deref().map(str::to_owned),
        inferred: service.inferred,
        entity_path: service
            .path
            .iter()
            .map(|entity| entity_of(entity, kind))
            .collect(),
    }
}

fn entity_of(entity: &CauseEntity, kind: CauseKind) -> wire::RootCauseEntity {
    let exceptions = entity
        .exceptions
        .iter()
        .map(|exception| wire::RootCauseException {
            name: exception.name.to_string(),
            message: exception.message.to_string(),
        });
    wire::RootCauseEntity {
        name: entity.name.to_string(),
        coverage: entity.coverage,
        remote: entity.remote,
        exceptions: match kind {
            CauseKind::Failure => Some(exceptions.collect()),
            CauseKind::ResponseTime => None,
        },
    }
}
