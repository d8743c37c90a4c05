//! Tags of resources.

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use crate::group_record::all;
use crate::{Catalog, CatalogError, Tag};

/// What became of tags for a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagged {
    /// They are as they were wanted.
    Done,
    /// No group and no sampling rule has this ARN; nothing was written.
    NoResource,
    /// The resource would have more than it may; nothing was written.
    TooMany,
}

impl Catalog {
    /// Gives a group or a sampling rule tags, in place of those with the same keys: all or nothing.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn put_tags(
        &self,
        resource_arn: &str,
        tags: &[Tag],
        tags_max: usize,
    ) -> Result<Tagged, CatalogError> {
        let failed = CatalogError::in_attempt("tag a resource");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let upsert = "INSERT INTO tags (resource_arn, tag_key, tag_value) VALUES ($1, $2, $3) \
                      ON CONFLICT (resource_arn, tag_key) DO UPDATE SET tag_value = excluded.tag_value";
        for tag in tags {
            let upsert = sqlx::query(upsert)
                .bind(resource_arn)
                .bind(&tag.key)
                .bind(&tag.value);
            upsert.execute(&mut *transaction).await.map_err(&failed)?;
        }
        if !is_there(&mut transaction, resource_arn).await.map_err(&failed)? {
            return Ok(Tagged::NoResource);
        }
        let count =
            sqlx::query("SELECT COUNT(*) AS tags FROM tags WHERE resource_arn = $1").bind(resource_arn);
        let count = count.fetch_one(&mut *transaction).await.map_err(&failed)?;
        let count: i64 = count.try_get("tags").map_err(&failed)?;
        if usize::try_from(count).is_ok_and(|count| count > tags_max) {
            return Ok(Tagged::TooMany);
        }
        transaction.commit().await.map_err(&failed)?;
        Ok(Tagged::Done)
    }

    /// Takes tags off a group or a sampling rule; keys that it does not have count as taken off.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn remove_tags(&self, resource_arn: &str, keys: &[String]) -> Result<Tagged, CatalogError> {
        let failed = CatalogError::in_attempt("take tags off a resource");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        for key in keys {
            let delete = sqlx::query("DELETE FROM tags WHERE resource_arn = $1 AND tag_key = $2");
            let delete = delete.bind(resource_arn).bind(key);
            delete.execute(&mut *transaction).await.map_err(&failed)?;
        }
        if !is_there(&mut transaction, resource_arn).await.map_err(&failed)? {
            return Ok(Tagged::NoResource);
        }
        transaction.commit().await.map_err(&failed)?;
        Ok(Tagged::Done)
    }

    /// The tags of a group or a sampling rule by key; `None` where there is none with this ARN.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn tags_of_resource(&self, resource_arn: &str) -> Result<Option<Vec<Tag>>, CatalogError> {
        let failed = CatalogError::in_attempt("look for a resource");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let is_there = is_there(&mut transaction, resource_arn).await.map_err(&failed)?;
        // So that a call never waits for a second connection while it holds one.
        drop(transaction);
        match is_there {
            true => self.tags(resource_arn).await.map(Some),
            false => Ok(None),
        }
    }

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

/// Whether a group or a sampling rule has this ARN.
async fn is_there(
    transaction: &mut Transaction<'_, Sqlite>,
    resource_arn: &str,
) -> Result<bool, sqlx::Error> {
    let select = "SELECT arn FROM trace_groups WHERE arn = $1 \
                  UNION ALL SELECT arn FROM sampling_rules WHERE arn = $1";
    let found = sqlx::query(select).bind(resource_arn);
    Ok(found.fetch_optional(&mut **transaction).await?.is_some())
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
