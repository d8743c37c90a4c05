//! All documents of one trace id put together: who is whose parent, what counts, what is inferred, and what the
//! API says of the trace as a whole. Knows neither where documents come from nor when a trace is complete.

mod received;

pub use received::Received;
