//! All documents of one trace id put together: who is whose parent, what counts, what is inferred, and what the
//! API says of the trace as a whole. Knows neither where documents come from nor when a trace is complete.
//!
//! Documents enter as [`Received`] through [`Trace::assemble`], in any order and however often; the same set gives
//! the same [`Trace`]. Nothing here recurses over foreign nesting (`settled.md` 17).

mod causes;
mod documents;
mod entities;
mod facts;
mod indexed;
mod merge;
mod node;
mod received;
#[cfg(test)]
mod testkit;
mod text_part;
mod tree;
mod whole;

pub use compact_str::CompactString;

pub use causes::{CauseEntity, CauseException, CauseService, RootCause};
pub use documents::{Entry, inferred_segment_id};
pub use entities::EntityRef;
pub use facts::Facts;
pub use indexed::AnnotationLimits;
pub use node::{NodeId, Receiver, State, client_type, is_client_type, receiver_of};
pub use received::Received;
pub use text_part::TextPart;
pub use tree::{Roots, Trace};
pub use whole::AnnotationSeen;
