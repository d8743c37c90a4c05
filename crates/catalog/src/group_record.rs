//! What the catalog says of a group and of its versions.

use clock::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::CatalogError;

/// A group of traces, as the catalog keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRecord {
    /// Unique over all groups and never used again: the number of its first version. 0 is Default.
    pub id: u32,
    /// Unique, case-sensitive.
    pub name: String,
    /// Unique; a group that is made again under the same name has another.
    pub arn: String,
    /// What can be changed.
    pub settings: GroupSettings,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
    /// How often it was changed.
    pub revision: i64,
}

/// What can be changed of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSettings {
    /// Which traces belong to it; `None` on Default only.
    pub filter_expression: Option<String>,
    /// Whether insights are looked for.
    pub insights_enabled: bool,
    /// Whether insights are told to others.
    pub notifications_enabled: bool,
}

/// How a group is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKey<'k> {
    /// By its name.
    Name(&'k str),
    /// By its ARN.
    Arn(&'k str),
}

/// A group that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewGroup<'g> {
    /// Its name.
    pub name: &'g str,
    /// Its ARN.
    pub arn: &'g str,
    /// Which traces belong to it.
    pub filter_expression: &'g str,
    /// Whether insights are looked for.
    pub insights_enabled: bool,
    /// Whether insights are told to others.
    pub notifications_enabled: bool,
    /// Its tags, with different keys.
    pub tags: &'g [Tag],
}

/// A key and its value on a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// Unique on its resource, case-sensitive.
    pub key: String,
    /// The value, maybe empty.
    pub value: String,
}

/// One expression of a group and when it was in force: membership is judged by the version whose time holds the
/// receipt (`settled.md` 31).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupVersion {
    /// Unique over all groups, never used again, from 1.
    pub number: u32,
    /// The [`GroupRecord::id`] of its group, which may be gone.
    pub group_id: u32,
    /// The expression's text, as it was sent.
    pub filter_expression: String,
    /// From when it is in force, inclusive.
    pub from: Timestamp,
    /// Until when it was, exclusive and later than `from`; `None` while it is.
    pub until: Option<Timestamp>,
}

impl GroupRecord {
    pub(crate) fn from_row(row: &SqliteRow) -> Result<GroupRecord, sqlx::Error> {
        Ok(GroupRecord {
            id: number(row, "id")?,
            name: row.try_get("name")?,
            arn: row.try_get("arn")?,
            settings: GroupSettings {
                filter_expression: row.try_get("filter_expression")?,
                insights_enabled: row.try_get("insights_enabled")?,
                notifications_enabled: row.try_get("notifications_enabled")?,
            },
            created: Timestamp::from_nanos(row.try_get("created_ns")?),
            modified: Timestamp::from_nanos(row.try_get("modified_ns")?),
            revision: row.try_get("revision")?,
        })
    }
}

impl GroupVersion {
    pub(crate) fn from_row(row: &SqliteRow) -> Result<GroupVersion, sqlx::Error> {
        let until: Option<i64> = row.try_get("until_ns")?;
        Ok(GroupVersion {
            number: number(row, "number")?,
            group_id: number(row, "group_id")?,
            filter_expression: row.try_get("filter_expression")?,
            from: Timestamp::from_nanos(row.try_get("from_ns")?),
            until: until.map(Timestamp::from_nanos),
        })
    }
}

/// A number that was given by [`crate::Catalog`], so it is not negative and fits.
pub(crate) fn number(row: &SqliteRow, column: &str) -> Result<u32, sqlx::Error> {
    let value: i64 = row.try_get(column)?;
    u32::try_from(value).map_err(|error| sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: Box::new(error),
    })
}

/// All rows of an answer, read with one of the functions above.
pub(crate) fn all<R>(
    rows: &[SqliteRow],
    read: impl Fn(&SqliteRow) -> Result<R, sqlx::Error>,
    attempt: &'static str,
) -> Result<Vec<R>, CatalogError> {
    let read_all: Result<Vec<R>, sqlx::Error> = rows.iter().map(read).collect();
    read_all.map_err(CatalogError::in_attempt(attempt))
}
