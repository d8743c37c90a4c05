//! The engine behind the catalog.

use std::path::Path;
use std::time::Duration;

use sqlx::Row;
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

    /// Opens the catalog in this file to look at it, while nobody else does. Its tables stay as they are; so does the
    /// folder, unless a crash has left a log of writes beside the file, which cannot be read without an index of it.
    ///
    /// # Errors
    /// [`CatalogError::Newer`] where a newer version wrote it, others where the file cannot be used.
    pub async fn open_to_look(path: &Path) -> Result<Catalog, CatalogError> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let has_log = std::fs::metadata(&log).is_ok_and(|log| log.len() > 0);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(!has_log);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await;
        let pool = pool.map_err(|source| CatalogError::Open {
            path: path.to_owned(),
            source,
        })?;
        let catalog = Catalog { pool };
        let step = catalog.step().await?;
        match step > newest_step() {
            true => Err(CatalogError::Newer {
                path: path.to_owned(),
                step,
            }),
            false => Ok(catalog),
        }
    }

    /// At which step its tables are; each version of Roentgen that changes them adds one.
    ///
    /// # Errors
    /// [`CatalogError::Statement`], also where the file is no catalog.
    pub async fn step(&self) -> Result<i64, CatalogError> {
        let row = sqlx::query("SELECT MAX(version) AS step FROM _sqlx_migrations").fetch_one(&self.pool);
        let step = row.await.and_then(|row| row.try_get("step"));
        step.map_err(CatalogError::in_attempt("read the step of the tables"))
    }

    /// What the engine finds wrong with the file itself; nothing where it is sound.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn integrity(&self) -> Result<Vec<String>, CatalogError> {
        let failed = CatalogError::in_attempt("check the file");
        let rows = sqlx::query("PRAGMA integrity_check")
            .fetch_all(&self.pool)
            .await
            .map_err(&failed)?;
        let mut found = Vec::new();
        for row in rows {
            let line: String = row.try_get(0).map_err(&failed)?;
            if line != "ok" {
                found.push(line);
            }
        }
        Ok(found)
    }

    /// Waits for what is under way and lets go of the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn newest_step() -> i64 {
    MIGRATIONS
        .iter()
        .map(|step| step.version)
        .max()
        .unwrap_or_default()
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
