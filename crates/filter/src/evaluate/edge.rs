//! Edge scope: one call, as its caller sees it.

use document::{AnnotationValue, Kind};
use trace::EntityRef;

use super::node::Node;
use super::{Asked, Element, entity};
use crate::keyword::{BooleanKeyword, NumberKeyword, TextKeyword};
use crate::selector::NodeSelector;

/// One call from a node to a node.
pub(crate) struct Edge<'a, 't> {
    from: Node<'a, 't>,
    to: Node<'a, 't>,
    /// The caller's subsegment; where there is none, the called segment (section 8).
    entity: EntityRef<'t>,
}

impl<'a, 't> Edge<'a, 't> {
    /// The call that led to a segment: from its parent's owner, or from the client where it has no parent.
    pub(super) fn to_segment(asked: &'a Asked<'t>, segment: EntityRef<'t>) -> Option<Edge<'a, 't>> {
        let to = Node::reported(asked, segment);
        let Some(parent) = segment.parent() else {
            return segment.is_root().then(|| Edge {
                from: Node::client(asked, segment),
                to,
                entity: segment,
            });
        };
        let entity = match parent.kind {
            Kind::Segment => segment,
            Kind::Subsegment => parent,
        };
        Some(Edge {
            from: Node::reported(asked, parent.owner()?),
            to,
            entity,
        })
    }

    /// The call to a node that sent no segment.
    pub(super) fn to_inferred(asked: &'a Asked<'t>, call: EntityRef<'t>) -> Option<Edge<'a, 't>> {
        let from = Node::reported(asked, call.owner()?);
        Some(Edge {
            from,
            to: Node::inferred(asked, call)?,
            entity: call,
        })
    }

    /// The caller's subsegment, or the called segment where there is none.
    pub(super) fn entity(&self) -> EntityRef<'t> {
        self.entity
    }

    /// Whether it goes from the one to the other; without ends, whether it goes between nodes that are no clients.
    pub(super) fn is_between(&self, ends: Option<&(NodeSelector, NodeSelector)>) -> bool {
        match ends {
            None => !self.from.is_client(),
            Some((from, to)) => self.from.is_selected_by(from) && self.to.is_selected_by(to),
        }
    }
}

impl Element for Edge<'_, '_> {
    fn boolean(&self, keyword: BooleanKeyword) -> bool {
        match keyword {
            BooleanKeyword::Ok | BooleanKeyword::Error | BooleanKeyword::Throttle | BooleanKeyword::Fault => {
                entity::flag(self.entity.flags, keyword).unwrap_or(false)
            }
            BooleanKeyword::Partial => self.to.is_detached(),
            // Not of this scope; the check lets none through.
            BooleanKeyword::Inferred
            | BooleanKeyword::Remote
            | BooleanKeyword::Root
            | BooleanKeyword::First
            | BooleanKeyword::Last => false,
        }
    }

    fn number(&self, keyword: NumberKeyword) -> Option<f64> {
        match keyword {
            NumberKeyword::ResponseTime | NumberKeyword::Duration => {
                self.entity.response_nanos().map(entity::seconds)
            }
            NumberKeyword::HttpStatus => entity::status(self.entity.get()),
            // Not of this scope; the check lets neither through.
            NumberKeyword::Index | NumberKeyword::Coverage => None,
        }
    }

    fn any_text(&self, keyword: TextKeyword, test: &mut dyn FnMut(&str) -> bool) -> bool {
        entity::text(self.entity.get(), keyword).is_some_and(test)
    }

    fn any_annotation(&self, key: &str, test: &mut dyn FnMut(&AnnotationValue<'_>) -> bool) -> bool {
        entity::any_annotation(self.entity, key, test)
    }
}
