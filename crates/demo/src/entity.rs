//! A segment or subsegment while it is being told, before a dialect writes it.

use clock::Timestamp;
use serde_json::{Map, Value, json};

use crate::exception::Failure;

#[derive(Debug, Clone)]
pub(crate) struct Entity {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) start: Timestamp,
    /// None while it is in progress.
    pub(crate) end: Option<Timestamp>,
    /// Everything else, under the names of the document.
    pub(crate) fields: Map<String, Value>,
    pub(crate) children: Vec<Entity>,
}

/// What a caller learns of its call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) at: Timestamp,
}

impl Entity {
    pub(crate) fn begin(id: String, name: &str, start: Timestamp) -> Self {
        Self {
            id,
            name: name.to_owned(),
            start,
            end: None,
            fields: Map::new(),
            children: Vec::new(),
        }
    }

    pub(crate) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.fields.insert(key.to_owned(), value.into());
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.set(key, value);
        self
    }

    pub(crate) fn annotate(&mut self, key: &str, value: impl Into<Value>) {
        self.fields.entry("annotations").or_insert_with(|| json!({}))[key] = value.into();
    }

    pub(crate) fn add(&mut self, child: Entity) {
        self.children.push(child);
    }

    /// The answer's status and the flags that every SDK derives from it.
    pub(crate) fn answer(&mut self, status: u16, length_bytes: u64) {
        let http = self.fields.entry("http").or_insert_with(|| json!({}));
        http["response"] = json!({"status": status, "content_length": length_bytes});
        match status {
            429 => self.flag(&["error", "throttle"]),
            400..=499 => self.flag(&["error"]),
            500.. => self.flag(&["fault"]),
            _ => {}
        }
    }

    pub(crate) fn flag(&mut self, flags: &[&str]) {
        for flag in flags {
            self.set(flag, true);
        }
    }

    /// A recorded exception is a fault in every SDK, whatever the status says.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        self.flag(&["fault"]);
        self.set("cause", failure.cause.clone());
    }

    /// The same exception, already described further down, by its id.
    pub(crate) fn fail_as_below(&mut self, failure: &Failure) {
        self.flag(&["fault"]);
        self.set("cause", failure.exception_id.clone());
    }

    pub(crate) fn finish(&mut self, at: Timestamp) {
        self.end = Some(at);
    }
}
