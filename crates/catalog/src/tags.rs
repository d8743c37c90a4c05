//! Tags of resources.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use crate::group_record::all;
use crate::{Catalog, CatalogError, Tag};

impl Catalog {
    /// The tags of a resource by key; none where there is no such resource.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn tags(&self, resource_arn: &str) -> Result<Vec<Tag>, CatalogError> {
        let attempt = "read the tags of a resource";
        let select = "SELECT tag_key, tag_value FROM tags WHERE resource_arn = $1";
        let rows = sqlx::query(select).bind(resource_arn).fetch_all(&self.pool).await;
        let rows = rows.map_err(CatalogError::in_attempt(attempt))?;
        let mut tags = all(&rows, tag_of, attempt)?;
        tags.sort();
        Ok(tags)
    }
}

pub(crate) async fn insert_tags(
    transaction: &mut Transaction<'_, Sqlite>,
    resource_arn: &str,
    tags: &[Tag],
) -> Result<(), sqlx::Error> {
    for tag in tags {
        sqlx::query("INSERT INTO tags (resource_arn, tag_key, tag_value) VALUES ($1, $2, $3)")
            .bind(resource_arn)
            .bind(&tag.key)
            .bind(&tag.value)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

pub(crate) async fn delete_tags(
    transaction: &mut Transaction<'_, Sqlite>,
    resource_arn: &str,
) -> Result<(), sqlx::Error> {
    let delete = sqlx::query("DELETE FROM tags WHERE resource_arn = $1").bind(resource_arn);
    delete.execute(&mut **transaction).await?;
    Ok(())
}

fn tag_of(row: &SqliteRow) -> Result<Tag, sqlx::Error> {
    Ok(Tag {
        key: row.try_get("tag_key")?,
        value: row.try_get("tag_value")?,
    })
}
