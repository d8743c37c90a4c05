//! Live traces: the documents of one trace, collected until the trace is cut.
//! Knows neither clock nor disk; the caller says what time it is.
//!
//! Documents enter through [`LiveTraces::add`], in the order of their positions. [`LiveTraces::ripe`] names the
//! documents of the traces whose time has come; they stay, and are found by queries, until
//! [`LiveTraces::forget`] says that they are stored.

mod assembled;
mod growing;
mod live;
mod times;

pub use assembled::AssembledTrace;
pub use live::{CutLimits, CutTrace, LiveTraces, SeenTrace, weight_of};
pub use times::Times;
