//! Groups and their versions.
//!
//! Every transaction here begins with a statement that writes, so that of two at the same time one waits for the
//! other instead of failing.

use clock::Timestamp;
use sqlx::{Row, Sqlite, Transaction};

use crate::group_record::{all, number};
use crate::tags::{delete_tags, insert_tags};
use crate::{Catalog, CatalogError, GroupKey, GroupRecord, GroupSettings, GroupVersion, NewGroup};

impl Catalog {
    /// Sees to it that the group of everything is there, under this name and ARN. It cannot be deleted.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn keep_default_group(&self, name: &str, arn: &str) -> Result<(), CatalogError> {
        let insert = "INSERT INTO trace_groups (id, name, arn, filter_expression, insights_enabled, \
                      notifications_enabled, created_ns, modified_ns, revision) \
                      VALUES (0, $1, $2, NULL, FALSE, FALSE, 0, 0, 0) \
                      ON CONFLICT (id) DO UPDATE SET arn = excluded.arn";
        let kept = sqlx::query(insert).bind(name).bind(arn).execute(&self.pool).await;
        kept.map(|_| ())
            .map_err(CatalogError::in_attempt("keep the default group"))
    }

    /// Makes a group, its first version, in force from `now`, and its tags: all or nothing.
    /// `None` where there is a group of this name: of several calls at the same time exactly one makes it.
    ///
    /// # Errors
    /// [`CatalogError::Statement`], also where a tag key comes twice.
    pub async fn create_group(
        &self,
        group: &NewGroup<'_>,
        now: Timestamp,
    ) -> Result<Option<GroupRecord>, CatalogError> {
        let failed = CatalogError::in_attempt("create a group");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let record = create(&mut transaction, group, now).await.map_err(&failed)?;
        if record.is_some() {
            transaction.commit().await.map_err(&failed)?;
        }
        Ok(record)
    }

    /// The group with this name or ARN.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn group(&self, key: GroupKey<'_>) -> Result<Option<GroupRecord>, CatalogError> {
        let failed = CatalogError::in_attempt("read a group");
        let select = match key {
            GroupKey::Name(_) => "SELECT * FROM trace_groups WHERE name = $1",
            GroupKey::Arn(_) => "SELECT * FROM trace_groups WHERE arn = $1",
        };
        let row = sqlx::query(select).bind(key.text());
        let row = row.fetch_optional(&self.pool).await.map_err(&failed)?;
        row.as_ref()
            .map(GroupRecord::from_row)
            .transpose()
            .map_err(&failed)
    }

    /// All groups: Default first, the others by name.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn groups(&self) -> Result<Vec<GroupRecord>, CatalogError> {
        let attempt = "read the groups";
        let rows = sqlx::query("SELECT * FROM trace_groups")
            .fetch_all(&self.pool)
            .await;
        let rows = rows.map_err(CatalogError::in_attempt(attempt))?;
        let mut groups = all(&rows, GroupRecord::from_row, attempt)?;
        groups.sort_by(|one, other| (one.id != 0, &one.name).cmp(&(other.id != 0, &other.name)));
        Ok(groups)
    }

    /// Gives a group that is still as `known` says these settings. Another expression is a new version, in force
    /// from `now`, or from just after the start of the version before it. `None` where it was changed or deleted
    /// meanwhile.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn update_group(
        &self,
        known: &GroupRecord,
        wanted: &GroupSettings,
        now: Timestamp,
    ) -> Result<Option<GroupRecord>, CatalogError> {
        let failed = CatalogError::in_attempt("update a group");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        if !write_settings(&mut transaction, known, wanted, now)
            .await
            .map_err(&failed)?
        {
            return Ok(None);
        }
        if let Some(expression) = &wanted.filter_expression
            && known.settings.filter_expression.as_ref() != Some(expression)
        {
            let from = end_version(&mut transaction, known.id, now)
                .await
                .map_err(&failed)?;
            let number = next_number(&mut transaction).await.map_err(&failed)?;
            begin_version(
                &mut transaction,
                (number, known.id),
                expression,
                from.unwrap_or(now),
            )
            .await
            .map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)?;
        Ok(Some(GroupRecord {
            settings: wanted.clone(),
            modified: now,
            revision: known.revision + 1,
            ..known.clone()
        }))
    }

    /// Deletes a group and its tags and ends its version. `false` where there is none, or where it is Default.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn delete_group(&self, key: GroupKey<'_>, now: Timestamp) -> Result<bool, CatalogError> {
        let failed = CatalogError::in_attempt("delete a group");
        let delete = match key {
            GroupKey::Name(_) => "DELETE FROM trace_groups WHERE name = $1 AND id <> 0 RETURNING *",
            GroupKey::Arn(_) => "DELETE FROM trace_groups WHERE arn = $1 AND id <> 0 RETURNING *",
        };
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let deleted = sqlx::query(delete).bind(key.text());
        let deleted = deleted.fetch_optional(&mut *transaction).await.map_err(&failed)?;
        let Some(row) = deleted else {
            return Ok(false);
        };
        let group = GroupRecord::from_row(&row).map_err(&failed)?;
        end_version(&mut transaction, group.id, now)
            .await
            .map_err(&failed)?;
        delete_tags(&mut transaction, &group.arn).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        Ok(true)
    }

    /// Every version that any group ever had, by number; those of deleted groups too. Of one group at most one is
    /// in force at any moment.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn group_versions(&self) -> Result<Vec<GroupVersion>, CatalogError> {
        let attempt = "read the versions of groups";
        let rows = sqlx::query("SELECT * FROM group_versions ORDER BY number")
            .fetch_all(&self.pool)
            .await;
        let rows = rows.map_err(CatalogError::in_attempt(attempt))?;
        all(&rows, GroupVersion::from_row, attempt)
    }
}

impl GroupKey<'_> {
    fn text(&self) -> &str {
        match self {
            GroupKey::Name(text) | GroupKey::Arn(text) => text,
        }
    }
}

async fn create(
    transaction: &mut Transaction<'_, Sqlite>,
    group: &NewGroup<'_>,
    now: Timestamp,
) -> Result<Option<GroupRecord>, sqlx::Error> {
    let id = next_number(transaction).await?;
    let insert = "INSERT INTO trace_groups (id, name, arn, filter_expression, insights_enabled, \
                  notifications_enabled, created_ns, modified_ns, revision) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 0) ON CONFLICT (name) DO NOTHING RETURNING *";
    let inserted = sqlx::query(insert)
        .bind(i64::from(id))
        .bind(group.name)
        .bind(group.arn)
        .bind(group.filter_expression)
        .bind(group.insights_enabled)
        .bind(group.notifications_enabled)
        .bind(now.as_nanos())
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(row) = inserted else {
        return Ok(None);
    };
    begin_version(transaction, (id, id), group.filter_expression, now).await?;
    insert_tags(transaction, group.arn, group.tags).await?;
    GroupRecord::from_row(&row).map(Some)
}

/// Whether the group was still as it was known.
async fn write_settings(
    transaction: &mut Transaction<'_, Sqlite>,
    known: &GroupRecord,
    wanted: &GroupSettings,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let update = "UPDATE trace_groups SET filter_expression = $1, insights_enabled = $2, \
                  notifications_enabled = $3, modified_ns = $4, revision = revision + 1 \
                  WHERE id = $5 AND revision = $6";
    let updated = sqlx::query(update)
        .bind(&wanted.filter_expression)
        .bind(wanted.insights_enabled)
        .bind(wanted.notifications_enabled)
        .bind(now.as_nanos())
        .bind(i64::from(known.id))
        .bind(known.revision)
        .execute(&mut **transaction)
        .await?;
    Ok(updated.rows_affected() > 0)
}

async fn next_number(transaction: &mut Transaction<'_, Sqlite>) -> Result<u32, sqlx::Error> {
    let next = sqlx::query("UPDATE last_group_version SET number = number + 1 RETURNING number");
    number(&next.fetch_one(&mut **transaction).await?, "number")
}

async fn begin_version(
    transaction: &mut Transaction<'_, Sqlite>,
    (number, group_id): (u32, u32),
    expression: &str,
    from: Timestamp,
) -> Result<(), sqlx::Error> {
    let insert =
        "INSERT INTO group_versions (number, group_id, filter_expression, from_ns) VALUES ($1, $2, $3, $4)";
    sqlx::query(insert)
        .bind(i64::from(number))
        .bind(i64::from(group_id))
        .bind(expression)
        .bind(from.as_nanos())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// When the version in force ended. A clock that went back ends none before it began.
async fn end_version(
    transaction: &mut Transaction<'_, Sqlite>,
    group_id: u32,
    now: Timestamp,
) -> Result<Option<Timestamp>, sqlx::Error> {
    let end = "UPDATE group_versions SET until_ns = CASE WHEN from_ns < $1 THEN $1 ELSE from_ns + 1 END \
               WHERE group_id = $2 AND until_ns IS NULL RETURNING until_ns";
    let ended = sqlx::query(end)
        .bind(now.as_nanos())
        .bind(i64::from(group_id))
        .fetch_optional(&mut **transaction)
        .await?;
    let until = ended.map(|row| row.try_get("until_ns")).transpose()?;
    Ok(until.map(Timestamp::from_nanos))
}
