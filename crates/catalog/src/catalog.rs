//! The engine behind the catalog.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::CatalogError;

/// The catalog; a cheap handle.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub(crate) pool: SqlitePool,
}

impl Catalog {
    /// Opens the catalog in this file, which is made if there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// [`CatalogError::Newer`] where a newer version wrote it, others where the file cannot be used.
    pub async fn open(path: &Path) -> Result<Catalog, CatalogError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .connect_with(options)
            .await;
        let pool = pool.map_err(|source| CatalogError::Open {
            path: path.to_owned(),
            source,
        })?;
        MIGRATIONS
            .run(&pool)
            .await
            .map_err(|error| not_migrated(path, error))?;
        Ok(Catalog { pool })
    }

    /// Waits for what is under way and lets go of the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn not_migrated(path: &Path, error: MigrateError) -> CatalogError {
    let path = path.to_owned();
    match error {
        MigrateError::VersionMissing(step) | MigrateError::VersionTooNew(step, _) => {
            CatalogError::Newer { path, step }
        }
        source => CatalogError::Migrate { path, source },
    }
}

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long a call waits for another one's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
// LIMIT: more calls at the same time wait for a connection.
const CONNECTIONS_MAX: u32 = 4;
