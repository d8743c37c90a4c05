//! HTTP: X-Ray's operations at their paths, one file each, with errors turned into statuses; health, metrics, the
//! console, and Roentgen's own extensions under `/roentgen/v1`.
//! Knows neither how documents are kept nor how answers are found.

mod answer;
mod assets;
mod extensions;
mod fault;
mod limits;
mod operations;
mod router;
mod server;
mod texts;

use std::sync::{Arc, Mutex, MutexGuard};

use clock::{Clock, Randomness};
use ingest::Ingest;
use query::Query;
use sampling::RuleBook;
use settings::{Changed, Settings};

pub use extensions::{ImportRequest, ImportResponse, ImportedDocument};
pub use limits::{ApiLimits, Limits};
pub use server::{BindError, HttpServer};

/// What the operations work on.
pub struct Api {
    /// The write path.
    pub ingest: Ingest,
    /// The read path.
    pub query: Query,
    /// Groups, sampling rules, tags, policies and the encryption setting, as they are kept.
    pub settings: Settings,
    /// Sampling rules as they are applied, and what clients report of them.
    pub rules: Mutex<RuleBook>,
    /// How much callers may ask for.
    pub limits: Limits,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Request ids.
    pub chance: Arc<dyn Randomness>,
    /// Prints what `/metrics` answers.
    pub metrics: metrics_exporter_prometheus::PrometheusHandle,
}

impl Api {
    /// Applies a change of the sampling rules that was made, and answers it.
    pub(crate) fn apply<R>(&self, changed: Changed<R>) -> R {
        self.rules().replace(changed.now.rules, changed.now.as_of);
        changed.response
    }

    pub(crate) fn rules(&self) -> MutexGuard<'_, RuleBook> {
        self.rules
            .lock()
            .expect("nothing panics while it holds the rules")
    }
}
