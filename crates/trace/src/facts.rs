//! The few numbers of a trace that a scan looks at before it reads any document.

use document::Flags;

use crate::Trace;

/// What a scan knows of a trace besides its times. INVARIANT: exactly what the trace itself would say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// As [`Trace::duration_nanos`].
    pub duration_nanos: Option<i64>,
    /// As [`Trace::response_nanos`].
    pub response_nanos: Option<i64>,
    /// Flags of the root; `None` while there is none.
    pub root: Option<Flags>,
    /// As [`Trace::is_partial`].
    pub is_partial: bool,
}

impl Trace {
    /// What a scan is told of this trace.
    pub fn facts(&self) -> Facts {
        Facts {
            duration_nanos: self.duration_nanos(),
            response_nanos: self.response_nanos(),
            root: self.root().map(|root| root.flags),
            is_partial: self.is_partial(),
        }
    }
}
