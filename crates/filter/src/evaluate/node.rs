//! Node scope: one segment of a node, and which nodes a selector means.

use document::{AnnotationValue, TextMember};
use trace::{EntityRef, NodeId, Receiver};

use super::{Asked, Element, entity};
use crate::keyword::{BooleanKeyword, NumberKeyword, TextKeyword};
use crate::selector::NodeSelector;

/// One segment of a node.
pub(crate) struct Node<'a, 't> {
    asked: &'a Asked<'t>,
    standing: Standing<'t>,
    /// The segment; for an inferred node the call that it is inferred from, for a client node the root.
    entity: EntityRef<'t>,
}

enum Standing<'t> {
    Reported,
    Client,
    Inferred(Receiver<'t>),
}

impl<'a, 't> Node<'a, 't> {
    pub(super) fn reported(asked: &'a Asked<'t>, segment: EntityRef<'t>) -> Node<'a, 't> {
        Node {
            asked,
            standing: Standing::Reported,
            entity: segment,
        }
    }

    pub(super) fn client(asked: &'a Asked<'t>, root: EntityRef<'t>) -> Node<'a, 't> {
        Node {
            asked,
            standing: Standing::Client,
            entity: root,
        }
    }

    /// The node that a call reached, where no segment was sent from there.
    pub(super) fn inferred(asked: &'a Asked<'t>, call: EntityRef<'t>) -> Option<Node<'a, 't>> {
        let receiver = call.inferred_receiver()?;
        Some(Node {
            asked,
            standing: Standing::Inferred(receiver),
            entity: call,
        })
    }

    /// The segment, the call that it is inferred from, or the root for its client.
    pub(super) fn entity(&self) -> EntityRef<'t> {
        self.entity
    }

    pub(super) fn is_inferred(&self) -> bool {
        matches!(self.standing, Standing::Inferred(_))
    }

    pub(super) fn is_client(&self) -> bool {
        matches!(self.standing, Standing::Client)
    }

    /// Whether it is a segment whose parent has not been received.
    pub(super) fn is_detached(&self) -> bool {
        matches!(self.standing, Standing::Reported) && self.entity.unresolved_parent().is_some()
    }

    /// Whether all given parts are this node's. A name alone means no client node (section 8).
    pub(super) fn is_selected_by(&self, selector: &NodeSelector) -> bool {
        let fits = |part: Option<&str>, keyword| {
            part.is_none_or(|expected| self.any_text(keyword, &mut |actual| actual == expected))
        };
        !(self.is_client() && selector.is_name_only())
            && fits(selector.name.as_deref(), TextKeyword::Name)
            && fits(selector.node_type.as_deref(), TextKeyword::Type)
            && fits(selector.account.as_deref(), TextKeyword::AccountId)
    }

    fn any_name(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match &self.standing {
            Standing::Reported | Standing::Client => test(self.entity.name()),
            Standing::Inferred(receiver) => test(receiver.name),
        }
    }

    fn any_type(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match &self.standing {
            Standing::Reported => self.entity.text(TextMember::Origin).is_some_and(test),
            Standing::Client => NodeId::client(self.entity.get())
                .node_type
                .as_deref()
                .is_some_and(test),
            Standing::Inferred(receiver) => test(&receiver.node_type),
        }
    }

    /// The account as printed; that of an inferred or a client node is never known (`settled.md` 10).
    fn any_account(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match &self.standing {
            Standing::Reported => self
                .entity
                .node(self.asked.home)
                .account
                .as_deref()
                .is_some_and(test),
            Standing::Client | Standing::Inferred(_) => false,
        }
    }
}

impl Element for Node<'_, '_> {
    fn boolean(&self, keyword: BooleanKeyword) -> bool {
        match keyword {
            BooleanKeyword::Ok | BooleanKeyword::Error | BooleanKeyword::Throttle | BooleanKeyword::Fault => {
                entity::flag(self.entity.flags, keyword).unwrap_or(false)
            }
            BooleanKeyword::Partial => self.is_detached(),
            BooleanKeyword::Inferred => self.is_inferred(),
            BooleanKeyword::Root => {
                matches!(self.standing, Standing::Reported) && self.asked.root == Some(self.entity)
            }
            // Not of this scope; the check lets none through.
            BooleanKeyword::Remote | BooleanKeyword::First | BooleanKeyword::Last => false,
        }
    }

    fn number(&self, keyword: NumberKeyword) -> Option<f64> {
        match keyword {
            NumberKeyword::ResponseTime => self.entity.response_nanos().map(entity::seconds),
            NumberKeyword::Duration => match self.standing {
                Standing::Reported | Standing::Client => self.entity.envelope_nanos().map(entity::seconds),
                Standing::Inferred(_) => self.entity.response_nanos().map(entity::seconds),
            },
            NumberKeyword::HttpStatus => entity::status(self.entity.get()),
            // Not of this scope; the check lets neither through.
            NumberKeyword::Index | NumberKeyword::Coverage => None,
        }
    }

    fn any_text(&self, keyword: TextKeyword, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match keyword {
            TextKeyword::Name => self.any_name(test),
            TextKeyword::Type => self.any_type(test),
            TextKeyword::AccountId => self.any_account(test),
            TextKeyword::Message => self.asked.any_message(self.entity, test),
            TextKeyword::HttpUrl
            | TextKeyword::HttpMethod
            | TextKeyword::HttpUserAgent
            | TextKeyword::HttpClientIp
            | TextKeyword::User
            | TextKeyword::AvailabilityZone
            | TextKeyword::InstanceId
            | TextKeyword::ResourceArn => entity::text(self.entity.get(), keyword).is_some_and(test),
        }
    }

    /// Of the segment and its subsegments. An inferred segment has none: they stand on the caller's side.
    fn any_annotation(&self, key: &str, test: &mut dyn FnMut(&AnnotationValue<'_>) -> bool) -> bool {
        match self.standing {
            Standing::Reported | Standing::Client => {
                let own = self.entity.own_entities();
                own.iter()
                    .any(|entity| entity::any_annotation(*entity, key, test))
            }
            Standing::Inferred(_) => false,
        }
    }
}
