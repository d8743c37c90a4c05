//! Why the catalog could not answer.

use std::path::PathBuf;

/// Why the catalog could not answer. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file cannot be opened or is no catalog.
    #[error("could not open catalog `{}`", path.display())]
    Open {
        /// Its file.
        path: PathBuf,
        /// What the engine said.
        source: sqlx::Error,
    },
    /// Its tables could not be brought to this version's shape.
    #[error("could not bring the tables of catalog `{}` up to date", path.display())]
    Migrate {
        /// Its file.
        path: PathBuf,
        /// What the engine said.
        source: sqlx::migrate::MigrateError,
    },
    /// A newer Roentgen wrote it.
    #[error("catalog `{}` was written by a newer version (its tables are at step {step})", path.display())]
    Newer {
        /// Its file.
        path: PathBuf,
        /// The step that is not known here.
        step: i64,
    },
    /// A statement failed.
    #[error("could not {attempt} in the catalog")]
    Statement {
        /// What was attempted.
        attempt: &'static str,
        /// What the engine said.
        source: sqlx::Error,
    },
    /// A link holds what nobody wrote.
    #[error("the catalog has a link whose trace id has not sixteen bytes")]
    MalformedLink,
    /// A record holds what nobody wrote.
    #[error("the catalog's record of block `{block}` has an unreadable {column}")]
    Malformed {
        /// The id in the record.
        block: String,
        /// Which part of it.
        column: &'static str,
    },
}

impl CatalogError {
    /// Says what a failed statement attempted.
    pub(crate) fn in_attempt(attempt: &'static str) -> impl Fn(sqlx::Error) -> CatalogError {
        move |source| CatalogError::Statement { attempt, source }
    }
}
