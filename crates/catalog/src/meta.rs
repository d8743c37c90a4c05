//! Single values by name, such as the id of the deployment.

use sqlx::Row;

use crate::{Catalog, CatalogError};

impl Catalog {
    /// The value with this name.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn meta(&self, name: &str) -> Result<Option<String>, CatalogError> {
        let failed = CatalogError::in_attempt("read a value");
        let row = sqlx::query("SELECT content FROM meta WHERE name = $1").bind(name);
        let row = row.fetch_optional(&self.pool).await.map_err(&failed)?;
        row.map(|row| row.try_get("content")).transpose().map_err(&failed)
    }

    /// Gives the name this value, unless it has one; the value that it has then.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn meta_or_insert(&self, name: &str, value: &str) -> Result<String, CatalogError> {
        let insert = "INSERT INTO meta (name, content) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        let inserted = sqlx::query(insert)
            .bind(name)
            .bind(value)
            .execute(&self.pool)
            .await;
        inserted.map_err(CatalogError::in_attempt("keep a value"))?;
        Ok(self.meta(name).await?.unwrap_or_else(|| value.to_owned()))
    }
}
