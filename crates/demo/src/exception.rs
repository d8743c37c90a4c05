//! Exceptions with stacks, and the `cause` that holds one.

use serde_json::{Value, json};

use crate::chance::Chance;

/// What a service throws; the stack is always the same, as it is for one bug in one release.
#[derive(Debug, Clone)]
pub(crate) struct Exception {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    /// Whether the called service raised it.
    pub(crate) is_remote: bool,
    pub(crate) directory: &'static str,
    pub(crate) stack: &'static [Frame],
}

/// Path, line, label.
pub(crate) type Frame = (&'static str, u32, &'static str);

/// An exception that happened: other entities of the trace may point to it by its id.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) exception_id: String,
    pub(crate) cause: Value,
}

impl Exception {
    pub(crate) fn happen(self, chance: &mut Chance) -> Failure {
        let exception_id = chance.id();
        let stack: Vec<Value> = self
            .stack
            .iter()
            .map(|(path, line, label)| json!({"path": path, "line": line, "label": label}))
            .collect();
        let mut exception =
            json!({"id": exception_id, "type": self.kind, "message": self.message, "stack": stack});
        if self.is_remote {
            exception["remote"] = true.into();
        }
        let cause = json!({"working_directory": self.directory, "exceptions": [exception]});
        Failure { exception_id, cause }
    }
}
