//! Trace scope: most keywords read the root segment only.

use std::cell::OnceCell;
use std::collections::HashMap;

use document::{AnnotationValue, Cause, Entity, EntityId, Exception};
use trace::{EntityRef, RootCause, Trace};

use super::Element;
use super::cause::{Entry, any_entry};
use super::edge::Edge;
use super::entity;
use super::node::Node;
use super::patterns::{fits, printed};
use crate::json::Json;
use crate::keyword::{BooleanKeyword, CauseKind, CauseLevel, GroupProperty, NumberKeyword, TextKeyword};
use crate::subject::{GroupRef, Subject};

/// A trace that is being asked, with what is found once for all questions.
pub(crate) struct Asked<'t> {
    pub(super) trace: &'t Trace,
    /// The server's own account.
    pub(super) home: &'t str,
    pub(super) root: Option<EntityRef<'t>>,
    groups: &'t [GroupRef<'t>],
    /// What `service()` and `edge()` test.
    is_tested: &'t dyn Fn(EntityRef<'_>) -> bool,
    exceptions: OnceCell<Exceptions<'t>>,
    /// By [`CauseKind`].
    causes: [OnceCell<Vec<RootCause>>; 3],
}

/// Where the exceptions stand that entities refer to.
#[derive(Default)]
struct Exceptions<'t> {
    by_id: HashMap<&'t str, Exception<'t>>,
    by_entity: HashMap<EntityId, Entity<'t>>,
}

impl<'t> Asked<'t> {
    /// Prepares a trace for its questions.
    pub(crate) fn new(subject: Subject<'t>, is_tested: &'t dyn Fn(EntityRef<'_>) -> bool) -> Asked<'t> {
        Asked {
            trace: subject.trace,
            home: subject.home,
            root: subject.trace.root(),
            groups: subject.groups,
            is_tested,
            exceptions: OnceCell::new(),
            causes: Default::default(),
        }
    }

    fn causes(&self, kind: CauseKind) -> &[RootCause] {
        let [fault, error, response_time] = &self.causes;
        match kind {
            CauseKind::Fault => fault.get_or_init(|| self.trace.fault_causes(self.home)),
            CauseKind::Error => error.get_or_init(|| self.trace.error_causes(self.home)),
            CauseKind::ResponseTime => {
                response_time.get_or_init(|| self.trace.response_time_causes(self.home))
            }
        }
    }

    /// Whether the test holds for any message of an exception that is the entity's own or that it refers to.
    pub(super) fn any_message(&self, of: EntityRef<'t>, test: &mut dyn FnMut(&str) -> bool) -> bool {
        match of.cause() {
            Cause::Unknown => false,
            Cause::Exceptions => any_message(of.get(), test),
            Cause::SameException(id) => {
                let described = self.exceptions().by_id.get(id);
                described.is_some_and(|exception| is_said(exception.message, test))
            }
            Cause::SameSubsegment(id) => {
                let described = self.exceptions().by_entity.get(&id);
                described.is_some_and(|entity| any_message(*entity, test))
            }
        }
    }

    fn exceptions(&self) -> &Exceptions<'t> {
        self.exceptions.get_or_init(|| {
            let mut all = Exceptions::default();
            for entity in self.trace.entities().map(EntityRef::get) {
                if entity.cause() == Cause::Exceptions {
                    all.by_entity.insert(entity.id, entity);
                    let own = entity.exceptions();
                    all.by_id
                        .extend(own.filter_map(|exception| Some((exception.id?, exception))));
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
                segments.any(|segment| entity::text(segment.get(), keyword).is_some_and(&mut *test))
            }
            TextKeyword::Name | TextKeyword::Type | TextKeyword::AccountId => {
                self.nodes().any(|node| node.any_text(keyword, test))
            }
            TextKeyword::Message => self
                .trace
                .entities()
                .any(|entity| any_message(entity.get(), test)),
        }
    }

    fn any_annotation(&self, key: &str, test: &mut dyn FnMut(&AnnotationValue<'_>) -> bool) -> bool {
        self.trace
            .entities()
            .any(|entity| entity::any_annotation(entity, key, test))
    }

    fn any_node(&self, test: &mut dyn FnMut(&Node<'_, '_>) -> bool) -> bool {
        let mut tested = self.nodes().filter(|node| (self.is_tested)(node.entity()));
        tested.any(|node| test(&node))
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
        let mut tested = called
            .chain(inferred)
            .filter(|edge| (self.is_tested)(edge.entity()));
        tested.any(|edge| test(&edge))
    }

    fn has_cause(&self, kind: CauseKind) -> bool {
        !self.causes(kind).is_empty()
    }

    fn any_cause_entry(
        &self,
        kind: CauseKind,
        level: CauseLevel,
        test: &mut dyn FnMut(&Entry<'_>) -> bool,
    ) -> bool {
        any_entry(self.causes(kind), level, test)
    }

    fn any_cause_like(&self, kind: Option<CauseKind>, pattern: &Json) -> bool {
        CauseKind::of(kind).any(|kind| {
            let mut causes = self.causes(*kind).iter();
            causes.any(|cause| fits(pattern, &printed(cause, *kind)))
        })
    }

    fn is_member(&self, property: GroupProperty, of: &str) -> bool {
        self.groups.iter().any(|group| match property {
            GroupProperty::Name => group.name == of,
            GroupProperty::Arn => group.arn == of,
        })
    }
}

/// A document without a message says nothing, which is not the same as an empty text.
fn any_message(entity: Entity<'_>, test: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut own = entity.exceptions();
    own.any(|exception| is_said(exception.message, test))
}

fn is_said(message: &str, test: &mut dyn FnMut(&str) -> bool) -> bool {
    !message.is_empty() && test(message)
}
