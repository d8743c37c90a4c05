//! A way through a trace, sorted by services.

use document::Kind;

use super::{CauseEntity, CauseException, CauseService};
use crate::EntityRef;

/// The services along a path of entities, each entity the parent of the next; the first one is a segment. Where the
/// last one is a call that nobody answered, the service that it called ends the way.
pub(super) fn services_along(path: &[EntityRef<'_>], home: &str) -> Vec<CauseService> {
    let mut services: Vec<CauseService> = vec![];
    for entity in path {
        match (entity.get().kind, services.last_mut()) {
            (Kind::Subsegment, Some(service)) => service.path.push(entity_of(*entity)),
            (Kind::Segment, _) | (Kind::Subsegment, None) => services.push(CauseService {
                node: entity.node(home),
                inferred: false,
                path: vec![entity_of(*entity)],
            }),
        }
    }
    services.extend(path.last().and_then(|last| called_by(*last)));
    services
}

/// The service that is known from this call only.
pub(super) fn called_by(call: EntityRef<'_>) -> Option<CauseService> {
    let node = call.inferred_receiver()?.node();
    let entity = CauseEntity {
        name: call.get().name().into(),
        remote: false,
        coverage: None,
        exceptions: vec![],
    };
    Some(CauseService {
        node,
        inferred: true,
        path: vec![entity],
    })
}

fn entity_of(entity: EntityRef<'_>) -> CauseEntity {
    let exceptions = entity
        .exceptions()
        .take(EXCEPTIONS_MAX)
        .map(CauseException::of)
        .collect();
    CauseEntity {
        name: entity.get().name().into(),
        remote: entity.get().is_call(),
        coverage: None,
        exceptions,
    }
}

/// LIMIT: an entity's further exceptions are left out.
const EXCEPTIONS_MAX: usize = 10;
