//! Trace scope: most keywords read the root segment only.

use std::cell::OnceCell;
use std::collections::HashMap;

use document::{AnnotationValue, Cause, EntityId, Exception};
use trace::{EntityRef, Trace};

use super::Element;
use super::edge::Edge;
use super::entity;
use super::node::Node;
use crate::keyword::{BooleanKeyword, NumberKeyword, TextKeyword};

/// A trace that is being asked, with what is found once for all questions.
pub(crate) struct Asked<'t> {
    pub(super) trace: &'t Trace,
    /// The server's own account.
    pub(super) home: &'t str,
    pub(super) root: Option<EntityRef<'t>>,
    exceptions: OnceCell<Exceptions<'t>>,
}

/// Where the exceptions stand that entities refer to.
#[derive(Default)]
struct Exceptions<'t> {
    by_id: HashMap<&'t str, &'t Exception>,
    by_entity: HashMap<EntityId, &'t [Exception]>,
}

impl<'t> Asked<'t> {
    /// Prepares a trace for its questions.
    pub(crate) fn new(trace: &'t Trace, home: &'t str) -> Asked<'t> {
        Asked {
            trace,
            home,
            root: trace.root(),
            exceptions: OnceCell::new(),
        }
    }

    /// Whether the test holds for any message of an exception that is the entity's own or that it refers to.
    pub(super) fn any_message(&self, of: EntityRef<'t>, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match &of.get().cause {
            Cause::Unknown => false,
            Cause::Exceptions(own) => any_message(own, test),
            Cause::SameException(id) => {
                let described = self.exceptions().by_id.get(&**id);
                described.is_some_and(|exception| any_message(std::slice::from_ref(*exception), test))
            }
            Cause::SameSubsegment(id) => {
                let described = self.exceptions().by_entity.get(id);
                described.is_some_and(|exceptions| any_message(exceptions, test))
            }
        }
    }

    fn exceptions(&self) -> &Exceptions<'t> {
        self.exceptions.get_or_init(|| {
            let mut all = Exceptions::default();
            for entity in self.trace.entities().map(EntityRef::get) {
                if let Cause::Exceptions(own) = &entity.cause {
                    all.by_entity.insert(entity.id, own);
                    all.by_id.extend(
                        own.iter()
                            .filter_map(|exception| Some((exception.id.as_deref()?, exception))),
                    );
                }
            }
            all
        })
    }

    /// Every segment of every node: the reported ones, the inferred ones, and the root once more for its client.
    /// Every root has a client (`spec/service-graph.md` 4). A call whose owner never came waits for it.
    fn nodes(&self) -> impl Iterator<Item = Node<'_, 't>> {
        let reported = self.trace.segments().map(|segment| Node::reported(self, segment));
        let clients = self.trace.roots().map(|root| Node::client(self, root));
        let calls = self.trace.entities().filter(|entity| entity.owner().is_some());
        reported
            .chain(clients)
            .chain(calls.filter_map(|call| Node::inferred(self, call)))
    }
}

impl Element for Asked<'_> {
    fn boolean(&self, keyword: BooleanKeyword) -> bool {
        match keyword {
            BooleanKeyword::Ok | BooleanKeyword::Error | BooleanKeyword::Throttle | BooleanKeyword::Fault => {
                self.root
                    .and_then(|root| entity::flag(root.flags, keyword))
                    .unwrap_or(false)
            }
            BooleanKeyword::Partial => self.trace.is_partial(),
            BooleanKeyword::Inferred => self.nodes().any(|node| node.is_inferred()),
            BooleanKeyword::Remote => self
                .trace
                .entities()
                .any(|entity| entity.is_call() && entity.owner().is_some()),
            BooleanKeyword::Root => self.root.is_some(),
            // Not of this scope; the check lets neither through.
            BooleanKeyword::First | BooleanKeyword::Last => false,
        }
    }

    fn number(&self, keyword: NumberKeyword) -> Option<f64> {
        match keyword {
            NumberKeyword::ResponseTime => self.root?.response_nanos().map(entity::seconds),
            NumberKeyword::Duration => self.trace.duration_nanos().map(entity::seconds),
            NumberKeyword::HttpStatus => entity::status(self.root?.get()),
            // Not of this scope; the check lets neither through.
            NumberKeyword::Index | NumberKeyword::Coverage => None,
        }
    }

    fn any_text(&self, keyword: TextKeyword, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match keyword {
            TextKeyword::HttpUrl
            | TextKeyword::HttpMethod
            | TextKeyword::HttpUserAgent
            | TextKeyword::HttpClientIp => self
                .root
                .and_then(|root| entity::text(root.get(), keyword))
                .is_some_and(test),
            TextKeyword::User
            | TextKeyword::AvailabilityZone
            | TextKeyword::InstanceId
            | TextKeyword::ResourceArn => {
                let mut segments = self.trace.segments();
                segments.any(|segment| entity::text(&segment, keyword).is_some_and(&mut *test))
            }
            TextKeyword::Name | TextKeyword::Type | TextKeyword::AccountId => {
                self.nodes().any(|node| node.any_text(keyword, test))
            }
            TextKeyword::Message => self.trace.entities().any(|entity| match &entity.cause {
                Cause::Exceptions(own) => any_message(own, test),
                Cause::Unknown | Cause::SameException(_) | Cause::SameSubsegment(_) => false,
            }),
        }
    }

    fn any_annotation(&self, key: &str, test: &mut dyn FnMut(&AnnotationValue) -> bool) -> bool {
        self.trace
            .entities()
            .any(|entity| entity::any_annotation(&entity, key, test))
    }

    fn any_node(&self, test: &mut dyn FnMut(&Node<'_, '_>) -> bool) -> bool {
        self.nodes().any(|node| test(&node))
    }

    fn any_edge(&self, test: &mut dyn FnMut(&Edge<'_, '_>) -> bool) -> bool {
        let called = self
            .trace
            .segments()
            .filter_map(|segment| Edge::to_segment(self, segment));
        let inferred = self
            .trace
            .entities()
            .filter_map(|call| Edge::to_inferred(self, call));
        called.chain(inferred).any(|edge| test(&edge))
    }
}

/// A document without a message says nothing, which is not the same as an empty text.
fn any_message(exceptions: &[Exception], test: &mut dyn FnMut(&str) -> bool) -> bool {
    exceptions
        .iter()
        .any(|exception| !exception.message.is_empty() && test(&exception.message))
}
