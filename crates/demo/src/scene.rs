//! One visit while it is played: its luck, its visitor, its traces and what was sent so far.

use std::time::Duration;

use clock::Timestamp;
use serde_json::Value;

use crate::chance::Chance;
use crate::dialect::Dialect;
use crate::entity::Entity;
use crate::visitor::Visitor;
use crate::{Sent, Visit};

#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) chance: Chance,
    pub(crate) visitor: Visitor,
    /// Put into the queue by this visit, and not yet taken out.
    pub(crate) messages: Vec<Message>,
    trace_id: String,
    visit: Visit,
}

/// A message in the queue: which call put it there, and for which order.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) trace_id: String,
    pub(crate) subsegment_id: String,
    pub(crate) order_id: String,
    pub(crate) at: Timestamp,
}

impl Scene {
    pub(crate) fn begin(chance: Chance, visitor: Visitor, at: Timestamp) -> Self {
        let visit = Visit {
            trace_ids: Vec::new(),
            documents: Vec::new(),
        };
        let mut scene = Self {
            chance,
            visitor,
            messages: Vec::new(),
            trace_id: String::new(),
            visit,
        };
        scene.begin_trace(at);
        scene
    }

    /// From here on, everything belongs to a new trace.
    pub(crate) fn begin_trace(&mut self, at: Timestamp) {
        let second = at.as_nanos().div_euclid(1_000_000_000) as u32;
        self.trace_id = format!("1-{second:08x}-{}", self.chance.hex(24));
        self.visit.trace_ids.push(self.trace_id.clone());
    }

    pub(crate) fn trace_id(&self) -> &str {
        &self.trace_id
    }

    pub(crate) fn entity(&mut self, name: &str, start: Timestamp) -> Entity {
        Entity::begin(self.chance.id(), name, start)
    }

    /// One way through the network. More than the millisecond that some libraries round off.
    pub(crate) fn hop(&mut self) -> Duration {
        Duration::from_millis(1) + self.chance.around(0.6, 0.5)
    }

    pub(crate) fn send_segment(&mut self, dialect: Dialect, entity: &Entity, parent: Option<&str>) {
        let document = dialect.segment(entity, &self.trace_id, parent);
        self.send(dialect, entity, &document);
    }

    /// Sends a subsegment on its own.
    pub(crate) fn send_subsegment(&mut self, dialect: Dialect, entity: &Entity, parent: &str) {
        let document = dialect.subsegment(entity, &self.trace_id, parent);
        self.send(dialect, entity, &document);
    }

    pub(crate) fn into_visit(self) -> Visit {
        let mut visit = self.visit;
        visit.documents.sort_by_key(|sent| sent.at);
        visit
    }

    fn send(&mut self, dialect: Dialect, entity: &Entity, document: &Value) {
        let delay = match dialect {
            Dialect::Platform | Dialect::Sandbox => self.chance.around(350.0, 0.5),
            Dialect::Python | Dialect::Lambda | Dialect::Node | Dialect::Go => self.chance.around(2.0, 0.5),
            Dialect::Otel => self.chance.around(600.0, 0.6),
        };
        let at = entity.end.unwrap_or(entity.start) + delay;
        self.visit.documents.push(Sent {
            at,
            document: document.to_string(),
        });
        if dialect.streams() {
            for child in &entity.children {
                self.send_subsegment(dialect, child, &entity.id);
            }
        }
    }
}
