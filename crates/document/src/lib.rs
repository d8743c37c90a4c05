//! Segment documents: what a client may send, parsed once and checked once, with their ids and limits
//! (`spec/segment-documents.md` 1–7). Knows nothing of the other documents of a trace, of storage or of transport.
//!
//! A document enters as text through [`accept`] and leaves as a [`Segment`], which keeps the sender's bytes, or as
//! an [`Unprocessed`] that says what is wrong. [`render`] writes one entity back in the form BatchGetTraces returns.
//!
//! ```
//! use document::{Accepted, Limits, accept, reread};
//!
//! let text = r#"{"id":"70de5b6f19ff9a0a","name":"shop","trace_id":"1-581cf771-a006649127e371903a2de979",
//!                "start_time":1478293361.271,"end_time":1478293361.449}"#;
//! let mut accepted = Accepted::default();
//! accept(&text.into(), &Limits::default(), &mut accepted);
//! assert_eq!(accepted.segments[0].top().name(), "shop");
//! ```

#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

mod accept;
mod checks;
mod entity;
mod header;
mod ids;
mod json;
mod members;
mod parts;
pub mod render;
mod said;
mod unprocessed;

pub use accept::{Accepted, Limits, accept, reread};
pub use entity::{Class, Entity, Flags, Kind, Link, LinkKind, Namespace, Outline, Progress, Segment};
pub use header::{Sampled, TracingHeader};
pub use ids::{EntityId, MalformedId, TraceId};
pub use said::{AnnotationValue, Cause, Exception, TextMember};
pub use unprocessed::{ErrorCode, Subject, Unprocessed};
