//! Resource policies. All of them are read together, and a change is made only to what its caller has read; so
//! whatever was checked on what was read holds when the change is made.

use clock::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Catalog, CatalogError};

/// All resource policies at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePolicies {
    /// By name.
    pub policies: Vec<PolicyRow>,
    /// How often any of them was put or deleted.
    pub revision: i64,
}

/// A resource policy, as the catalog keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// Unique, case-sensitive.
    pub name: String,
    /// The document, as it was sent.
    pub document: String,
    /// How often it was put, from 1.
    pub revision: i64,
    /// When it was last put.
    pub updated: Timestamp,
}

/// One change of the policies.
#[derive(Debug, Clone, Copy)]
pub enum PolicyChange<'c> {
    /// A policy of this name is there like this from now on, whether it was before or not.
    Put(&'c PolicyRow),
    /// The policy of this name goes.
    Delete(&'c str),
}

impl Catalog {
    /// All policies.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn resource_policies(&self) -> Result<ResourcePolicies, CatalogError> {
        let failed = CatalogError::in_attempt("read the resource policies");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        // First, so that policies which came meanwhile go with a revision that is too old to change them.
        let changes = sqlx::query("SELECT revision FROM resource_policy_changes");
        let changes = changes.fetch_one(&mut *transaction).await.map_err(&failed)?;
        let rows = sqlx::query("SELECT * FROM resource_policies").fetch_all(&mut *transaction);
        let policies: Result<Vec<_>, sqlx::Error> =
            rows.await.map_err(&failed)?.iter().map(policy_of).collect();
        let mut policies = policies.map_err(&failed)?;
        policies.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(ResourcePolicies {
            policies,
            revision: changes.try_get("revision").map_err(&failed)?,
        })
    }

    /// Makes a change to policies that are still as they were at this revision; `false` where any was changed
    /// meanwhile.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn change_resource_policies(
        &self,
        known_revision: i64,
        change: PolicyChange<'_>,
    ) -> Result<bool, CatalogError> {
        let failed = CatalogError::in_attempt("change the resource policies");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let advance = "UPDATE resource_policy_changes SET revision = revision + 1 WHERE revision = $1";
        let advanced = sqlx::query(advance)
            .bind(known_revision)
            .execute(&mut *transaction);
        if advanced.await.map_err(&failed)?.rows_affected() == 0 {
            return Ok(false);
        }
        let statement = match change {
            PolicyChange::Put(policy) => sqlx::query(PUT)
                .bind(&policy.name)
                .bind(&policy.document)
                .bind(policy.revision)
                .bind(policy.updated.as_nanos()),
            PolicyChange::Delete(name) => {
                sqlx::query("DELETE FROM resource_policies WHERE name = $1").bind(name)
            }
        };
        statement.execute(&mut *transaction).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        Ok(true)
    }
}

fn policy_of(row: &SqliteRow) -> Result<PolicyRow, sqlx::Error> {
    Ok(PolicyRow {
        name: row.try_get("name")?,
        document: row.try_get("document")?,
        revision: row.try_get("revision")?,
        updated: Timestamp::from_nanos(row.try_get("updated_ns")?),
    })
}

const PUT: &str = "INSERT INTO resource_policies (name, document, revision, updated_ns) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (name) DO UPDATE SET document = excluded.document, \
                   revision = excluded.revision, updated_ns = excluded.updated_ns";
