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
mod pinned;
mod printed;
mod summaries;
mod time_series;
mod token;
mod window;

use std::sync::Arc;

use ingest::Ingest;
use store::Store;
use tokio::sync::Mutex;

pub use error::QueryError;
use live_graph::LiveGraph;

/// The read path; a cheap handle.
#[derive(Clone)]
pub struct Query {
    ingest: Ingest,
    store: Store,
    config: Arc<QueryConfig>,
    live_graph: Arc<Mutex<LiveGraph>>,
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
    /// LIMIT: nodes of one graph; the busiest are kept.
    pub graph_nodes_max: usize,
}

impl QueryConfig {
    /// The usual limits (`settled.md` 29).
    pub fn new(account_id: String) -> QueryConfig {
        QueryConfig {
            account_id,
            page_matches_max: 100,
            page_traces_max: 100_000,
            graph_nodes_max: 10_000,
        }
    }
}

impl Query {
    /// The read path over a write path and its store.
    pub fn new(ingest: Ingest, store: Store, config: QueryConfig) -> Query {
        Query {
            ingest,
            store,
            config: Arc::new(config),
            live_graph: Arc::default(),
        }
    }
}

#[cfg(test)]
mod tests;
