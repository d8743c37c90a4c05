//! The read path: traces, summaries and graphs over live traces and blocks together.
//! Knows neither HTTP nor how blocks are laid out.
//!
//! Every question first pins the live traces and then the store's snapshot, and unites the two by position, so
//! that a document is seen exactly once however far it has come (`settled.md` 26).

mod batch;
mod error;
mod graph;
mod groups;
mod live_graph;
mod lower;
mod memory;
mod pinned;
mod printed;
mod scopes;
mod summaries;
mod time_series;
mod token;
mod window;

use std::sync::Arc;
use std::time::Duration;

use ingest::Ingest;
use store::Store;
use tokio::sync::Mutex;

pub use error::QueryError;
use groups::NoGroups;
pub use groups::{Group, Groups, GroupsNow, GroupsUnknown};
use live_graph::LiveGraph;
pub use lower::term_rules;
use memory::Memory;
pub use trace::AnnotationLimits;

/// The read path; a cheap handle.
#[derive(Clone)]
pub struct Query {
    ingest: Ingest,
    store: Store,
    config: Arc<QueryConfig>,
    live_graph: Arc<Mutex<LiveGraph>>,
    memory: Arc<Memory>,
    groups: Arc<dyn Groups>,
}

/// What an operator says of the read path.
#[derive(Debug, Clone)]
pub struct QueryConfig {
    /// The server's own account: not printed on nodes (`settled.md` 10).
    pub account_id: String,
    /// LIMIT: matches on one page of summaries.
    pub page_matches_max: usize,
    /// LIMIT: traces judged for one page of summaries.
    pub page_traces_max: usize,
    /// Which annotations of a trace can be searched for and are shown in its summary; all, where there are no limits.
    pub annotations: Option<AnnotationLimits>,
    /// LIMIT: ids of one BatchGetTraces, `batch_get_max_ids` (`spec/trace-summaries.md` 6).
    pub batch_ids_max: usize,
    /// LIMIT: the longest window of GetTraceSummaries, `max_summary_window` (`spec/trace-summaries.md` 3); `None` takes
    /// any.
    pub summary_window_max: Option<Duration>,
    /// LIMIT: how long a page token is good (`settled.md` 28).
    pub token_age_max: Duration,
    /// LIMIT: nodes of one graph; the busiest are kept.
    pub graph_nodes_max: usize,
    /// LIMIT: bytes of documents and of keys of rows that all running searches for summaries hold together. More
    /// than sixteen searches wait for each other.
    pub memory_bytes_max: usize,
}

impl QueryConfig {
    /// The usual limits (`settled.md` 28 and 29, `spec/trace-summaries.md` 3 and 6).
    pub fn new(account_id: String) -> QueryConfig {
        QueryConfig {
            account_id,
            page_matches_max: 100,
            page_traces_max: 100_000,
            annotations: None,
            batch_ids_max: 5,
            summary_window_max: None,
            token_age_max: Duration::from_secs(60 * 60),
            graph_nodes_max: 10_000,
            memory_bytes_max: 256 << 20,
        }
    }
}

impl Query {
    /// The read path over a write path and its store.
    pub fn new(ingest: Ingest, store: Store, config: QueryConfig) -> Query {
        Query {
            ingest,
            store,
            memory: Arc::new(Memory::new(config.memory_bytes_max)),
            config: Arc::new(config),
            live_graph: Arc::default(),
            groups: Arc::new(NoGroups),
        }
    }

    /// The same, with groups for filters to name.
    pub fn with_groups(self, groups: Arc<dyn Groups>) -> Query {
        Query { groups, ..self }
    }
}

#[cfg(test)]
mod tests;
