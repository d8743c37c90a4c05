//! How each tracing library writes the same entity (`spec/segment-documents.md` 9).
//!
//! Python:   nested ones repeat trace, parent and type; `namespace: local`; `in_progress: false`
//! Lambda:   Python inside a function: every subsegment is sent alone, when it ends
//! Node:     `notTraced: false` on subsegments; milliseconds
//! Go:       `Dummy: false`; nested ones name the root segment as their parent
//! Otel:     every span is a document; all three flags are written
//! Platform: what AWS writes itself, in milliseconds; Sandbox: the same in microseconds

use clock::Timestamp;
use serde_json::{Map, Value, json};

use crate::entity::Entity;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Python,
    Lambda,
    Node,
    Go,
    Otel,
    Platform,
    Sandbox,
}

impl Dialect {
    /// Whether each subsegment is a document of its own.
    pub(crate) fn streams(self) -> bool {
        matches!(self, Dialect::Lambda | Dialect::Otel)
    }

    pub(crate) fn segment(self, entity: &Entity, trace_id: &str, parent: Option<&str>) -> Value {
        let mut fields = self.fields(entity, trace_id, &entity.id);
        fields.insert("trace_id".to_owned(), trace_id.into());
        if let Some(parent) = parent {
            fields.insert("parent_id".to_owned(), parent.into());
        }
        self.sign(&entity.name, &mut fields);
        Value::Object(fields)
    }

    /// A subsegment as a document of its own.
    pub(crate) fn subsegment(self, entity: &Entity, trace_id: &str, parent: &str) -> Value {
        let mut fields = self.fields(entity, trace_id, &entity.id);
        fields.insert("trace_id".to_owned(), trace_id.into());
        fields.insert("parent_id".to_owned(), parent.into());
        fields.insert("type".to_owned(), "subsegment".into());
        self.mark_subsegment(&mut fields);
        Value::Object(fields)
    }

    fn nested(self, entity: &Entity, trace_id: &str, (parent, root): (&str, &str)) -> Value {
        let mut fields = self.fields(entity, trace_id, root);
        self.mark_subsegment(&mut fields);
        match self {
            Dialect::Python | Dialect::Lambda => {
                fields.insert("trace_id".to_owned(), trace_id.into());
                fields.insert("parent_id".to_owned(), parent.into());
                fields.insert("type".to_owned(), "subsegment".into());
            }
            Dialect::Go => {
                fields.insert("trace_id".to_owned(), trace_id.into());
                fields.insert("parent_id".to_owned(), root.into());
            }
            Dialect::Node | Dialect::Otel | Dialect::Platform | Dialect::Sandbox => {}
        }
        Value::Object(fields)
    }

    /// What segments and subsegments have in common.
    fn fields(self, entity: &Entity, trace_id: &str, root: &str) -> Map<String, Value> {
        let mut fields = entity.fields.clone();
        fields.insert("id".to_owned(), entity.id.as_str().into());
        fields.insert("name".to_owned(), entity.name.as_str().into());
        fields.insert("start_time".to_owned(), self.seconds(entity.start));
        match entity.end {
            Some(end) => fields.insert("end_time".to_owned(), self.seconds(end)),
            None => fields.insert("in_progress".to_owned(), true.into()),
        };
        self.mark(entity, &mut fields);
        if !self.streams() && !entity.children.is_empty() {
            let nested = entity
                .children
                .iter()
                .map(|child| self.nested(child, trace_id, (&entity.id, root)));
            fields.insert("subsegments".to_owned(), nested.collect());
        }
        fields
    }

    fn mark(self, entity: &Entity, fields: &mut Map<String, Value>) {
        match self {
            Dialect::Python | Dialect::Lambda => {
                if entity.end.is_some() {
                    fields.insert("in_progress".to_owned(), false.into());
                }
            }
            Dialect::Go => {
                fields.insert("Dummy".to_owned(), false.into());
            }
            Dialect::Otel => {
                for flag in ["error", "fault", "throttle"] {
                    fields.entry(flag).or_insert(false.into());
                }
            }
            Dialect::Node | Dialect::Platform | Dialect::Sandbox => {}
        }
    }

    fn mark_subsegment(self, fields: &mut Map<String, Value>) {
        match self {
            Dialect::Python | Dialect::Lambda => {
                fields.entry("namespace").or_insert("local".into());
            }
            Dialect::Node => {
                fields.insert("notTraced".to_owned(), false.into());
            }
            Dialect::Go | Dialect::Otel | Dialect::Platform | Dialect::Sandbox => {}
        }
    }

    /// Who wrote the segment: `aws.xray` and `service`. AWS does not sign its own.
    fn sign(self, name: &str, fields: &mut Map<String, Value>) {
        let (xray, service) = match self {
            Dialect::Python | Dialect::Lambda => (
                json!({"sdk": "X-Ray for Python", "sdk_version": "2.14.0"}),
                json!({"runtime": "CPython", "runtime_version": "3.12.4", "version": "2026.07"}),
            ),
            Dialect::Node => (
                json!({"sdk": "X-Ray for Node.js", "sdk_version": "3.10.3", "package": "aws-xray-sdk"}),
                json!({"runtime": "node", "runtime_version": "v20.19.4", "name": name, "version": "4.1.0"}),
            ),
            Dialect::Go => (
                json!({"sdk": "X-Ray for Go", "sdk_version": "1.8.5", "sampling_rule_name": "Default"}),
                json!({"compiler": "gc", "compiler_version": "go1.22.5"}),
            ),
            Dialect::Otel => (
                json!({"sdk": "opentelemetry for java", "sdk_version": "1.40.0", "auto_instrumentation": true}),
                json!({"version": "1.9.2"}),
            ),
            Dialect::Platform | Dialect::Sandbox => return,
        };
        fields.entry("aws").or_insert_with(|| json!({}))["xray"] = xray;
        fields.insert("service".to_owned(), service);
    }

    /// Epoch seconds as these libraries print them. A double tells microseconds of our age apart.
    fn seconds(self, at: Timestamp) -> Value {
        let micros = at.as_nanos().div_euclid(1_000);
        let printed = match self {
            Dialect::Node | Dialect::Platform => micros.div_euclid(1_000) * 1_000,
            Dialect::Python | Dialect::Lambda | Dialect::Go | Dialect::Otel | Dialect::Sandbox => micros,
        };
        (printed as f64 / 1e6).into()
    }
}
