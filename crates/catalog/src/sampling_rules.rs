//! Sampling rules. All of them are read together, and a change is made only to what its caller has read; so whatever
//! was checked on what was read holds when the change is made.

use clock::Timestamp;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Row, Sqlite, Transaction};

use crate::tags::{delete_tags, insert_tags};
use crate::{Catalog, CatalogError, Tag};

/// All sampling rules at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplingRules {
    /// By name.
    pub rules: Vec<SamplingRuleRow>,
    /// How often any of them was made, changed or deleted.
    pub revision: i64,
    /// When that last happened; the epoch if it never did. It never goes back.
    pub changed: Timestamp,
}

/// A sampling rule, as the catalog keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplingRuleRow {
    /// Unique, case-sensitive.
    pub name: String,
    /// Unique.
    pub arn: String,
    /// The rule's members, serialized by whoever made it.
    pub content: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// One change of the rules.
#[derive(Debug, Clone, Copy)]
pub enum SamplingRuleChange<'c> {
    /// A rule comes, with its tags.
    Create(&'c SamplingRuleRow, &'c [Tag]),
    /// A rule has other members.
    Update(&'c SamplingRuleRow),
    /// A rule and its tags go.
    Delete(&'c SamplingRuleRow),
}

impl Catalog {
    /// Sees to it that this rule is there; if it is, with whatever members, only its ARN is made right.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn keep_sampling_rule(&self, rule: &SamplingRuleRow) -> Result<(), CatalogError> {
        let kept = insert(KEEP, rule).execute(&self.pool).await;
        kept.map(|_| ())
            .map_err(CatalogError::in_attempt("keep a sampling rule"))
    }

    /// All rules.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn sampling_rules(&self) -> Result<SamplingRules, CatalogError> {
        let failed = CatalogError::in_attempt("read the sampling rules");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        // First, so that rules which came meanwhile go with a revision that is too old to change them.
        let changes = sqlx::query("SELECT revision, changed_ns FROM sampling_rule_changes");
        let changes = changes.fetch_one(&mut *transaction).await.map_err(&failed)?;
        let rows = sqlx::query("SELECT * FROM sampling_rules").fetch_all(&mut *transaction);
        let rules: Result<Vec<_>, sqlx::Error> = rows.await.map_err(&failed)?.iter().map(rule_of).collect();
        let mut rules = rules.map_err(&failed)?;
        rules.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(SamplingRules {
            rules,
            revision: changes.try_get("revision").map_err(&failed)?,
            changed: Timestamp::from_nanos(changes.try_get("changed_ns").map_err(&failed)?),
        })
    }

    /// Makes a change to rules that are still as they were at this revision: all or nothing. The revision and the
    /// time after it; `None` where any rule was changed meanwhile.
    ///
    /// # Errors
    /// [`CatalogError::Statement`], also where a rule is created whose name is taken.
    pub async fn change_sampling_rules(
        &self,
        known_revision: i64,
        change: SamplingRuleChange<'_>,
        now: Timestamp,
    ) -> Result<Option<(i64, Timestamp)>, CatalogError> {
        let failed = CatalogError::in_attempt("change the sampling rules");
        let mut transaction = self.pool.begin().await.map_err(&failed)?;
        let advance = "UPDATE sampling_rule_changes SET revision = revision + 1, \
                       changed_ns = CASE WHEN changed_ns < $1 THEN $1 ELSE changed_ns END \
                       WHERE revision = $2 RETURNING revision, changed_ns";
        let advanced = sqlx::query(advance).bind(now.as_nanos()).bind(known_revision);
        let advanced = advanced
            .fetch_optional(&mut *transaction)
            .await
            .map_err(&failed)?;
        let Some(advanced) = advanced else {
            return Ok(None);
        };
        apply(&mut transaction, change).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        let changed = advanced.try_get("changed_ns").map_err(&failed)?;
        let revision = advanced.try_get("revision").map_err(&failed)?;
        Ok(Some((revision, Timestamp::from_nanos(changed))))
    }
}

async fn apply(
    transaction: &mut Transaction<'_, Sqlite>,
    change: SamplingRuleChange<'_>,
) -> Result<(), sqlx::Error> {
    match change {
        SamplingRuleChange::Create(rule, tags) => {
            insert(INSERT, rule).execute(&mut **transaction).await?;
            insert_tags(transaction, &rule.arn, tags).await
        }
        SamplingRuleChange::Update(rule) => {
            let update = "UPDATE sampling_rules SET content = $1, modified_ns = $2 WHERE name = $3";
            sqlx::query(update)
                .bind(&rule.content)
                .bind(rule.modified.as_nanos())
                .bind(&rule.name)
                .execute(&mut **transaction)
                .await?;
            Ok(())
        }
        SamplingRuleChange::Delete(rule) => {
            let delete = sqlx::query("DELETE FROM sampling_rules WHERE name = $1").bind(&rule.name);
            delete.execute(&mut **transaction).await?;
            delete_tags(transaction, &rule.arn).await
        }
    }
}

fn insert<'q>(statement: &'static str, rule: &'q SamplingRuleRow) -> Query<'q, Sqlite, SqliteArguments> {
    sqlx::query(statement)
        .bind(&rule.name)
        .bind(&rule.arn)
        .bind(&rule.content)
        .bind(rule.created.as_nanos())
        .bind(rule.modified.as_nanos())
}

fn rule_of(row: &SqliteRow) -> Result<SamplingRuleRow, sqlx::Error> {
    Ok(SamplingRuleRow {
        name: row.try_get("name")?,
        arn: row.try_get("arn")?,
        content: row.try_get("content")?,
        created: Timestamp::from_nanos(row.try_get("created_ns")?),
        modified: Timestamp::from_nanos(row.try_get("modified_ns")?),
    })
}

const INSERT: &str = "INSERT INTO sampling_rules (name, arn, content, created_ns, modified_ns) \
                      VALUES ($1, $2, $3, $4, $5)";
const KEEP: &str = "INSERT INTO sampling_rules (name, arn, content, created_ns, modified_ns) \
                    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name) DO UPDATE SET arn = excluded.arn";
