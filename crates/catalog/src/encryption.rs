//! The encryption setting. It is kept and answered; what it says happens to no file.

use clock::Timestamp;
use sqlx::Row;

use crate::{Catalog, CatalogError};

/// The encryption setting, as it was put last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encryption {
    /// `NONE` or `KMS`.
    pub kind: String,
    /// The key's ARN; only with `KMS`.
    pub key_arn: Option<String>,
    /// When it was put; the epoch if it never was.
    pub changed: Timestamp,
}

impl Catalog {
    /// The setting.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn encryption(&self) -> Result<Encryption, CatalogError> {
        let failed = CatalogError::in_attempt("read the encryption setting");
        let row = sqlx::query("SELECT kind, key_arn, changed_ns FROM encryption").fetch_one(&self.pool);
        let row = row.await.map_err(&failed)?;
        Ok(Encryption {
            kind: row.try_get("kind").map_err(&failed)?,
            key_arn: row.try_get("key_arn").map_err(&failed)?,
            changed: Timestamp::from_nanos(row.try_get("changed_ns").map_err(&failed)?),
        })
    }

    /// Another setting from now on.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn put_encryption(&self, wanted: &Encryption) -> Result<(), CatalogError> {
        let put = sqlx::query("UPDATE encryption SET kind = $1, key_arn = $2, changed_ns = $3")
            .bind(&wanted.kind)
            .bind(&wanted.key_arn)
            .bind(wanted.changed.as_nanos())
            .execute(&self.pool);
        put.await
            .map(|_| ())
            .map_err(CatalogError::in_attempt("put the encryption setting"))
    }
}
