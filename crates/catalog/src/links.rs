//! Which traces name each other in their links.

use clock::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, Transaction};

use crate::{Catalog, CatalogError};

/// A trace's id: sixteen bytes, whatever they mean.
pub type TraceKey = [u8; 16];

/// One trace names another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkRecord {
    /// The one that is named.
    pub other: TraceKey,
    /// The one whose documents name it.
    pub trace: TraceKey,
    /// The last receipt of the naming one.
    pub receipt: Timestamp,
}

impl Catalog {
    /// The links by which any of these traces is named.
    ///
    /// # Errors
    /// [`CatalogError::Statement`] and [`CatalogError::Malformed`].
    pub async fn links_to(&self, others: &[TraceKey]) -> Result<Vec<LinkRecord>, CatalogError> {
        let failed = CatalogError::in_attempt("read links");
        let any = sqlx::query("SELECT 1 FROM links LIMIT 1").fetch_optional(&self.pool);
        if any.await.map_err(&failed)?.is_none() {
            return Ok(vec![]);
        }
        let mut links = vec![];
        for some in others.chunks(ASKED_AT_ONCE) {
            let select = "SELECT other_trace_id, trace_id, receipt_ns FROM links WHERE other_trace_id IN (";
            let mut query = QueryBuilder::<Sqlite>::new(select);
            let mut list = query.separated(", ");
            some.iter().for_each(|other| {
                list.push_bind(other.as_slice());
            });
            query.push(") ORDER BY other_trace_id, trace_id");
            for row in query.build().fetch_all(&self.pool).await.map_err(&failed)? {
                links.push(from_row(&row)?);
            }
        }
        Ok(links)
    }

    /// Every link there is.
    ///
    /// # Errors
    /// [`CatalogError::Statement`] and [`CatalogError::MalformedLink`].
    pub async fn links(&self) -> Result<Vec<LinkRecord>, CatalogError> {
        let failed = CatalogError::in_attempt("read links");
        let rows = sqlx::query("SELECT other_trace_id, trace_id, receipt_ns FROM links");
        let rows = rows.fetch_all(&self.pool).await.map_err(&failed)?;
        rows.iter().map(from_row).collect()
    }

    /// Forgets the links of traces whose last receipt lies before a moment.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn remove_links_before(&self, moment: Timestamp) -> Result<(), CatalogError> {
        let delete = sqlx::query("DELETE FROM links WHERE receipt_ns < $1").bind(moment.as_nanos());
        let deleted = delete.execute(&self.pool).await;
        deleted
            .map(|_| ())
            .map_err(CatalogError::in_attempt("remove links"))
    }
}

/// A trace that is written again keeps its links, and is kept longer.
pub(crate) async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    link: &LinkRecord,
) -> Result<(), sqlx::Error> {
    let insert = "INSERT INTO links (other_trace_id, trace_id, receipt_ns) VALUES ($1, $2, $3) \
                  ON CONFLICT (other_trace_id, trace_id) DO UPDATE SET receipt_ns = excluded.receipt_ns";
    sqlx::query(insert)
        .bind(link.other.as_slice())
        .bind(link.trace.as_slice())
        .bind(link.receipt.as_nanos())
        .execute(&mut **transaction)
        .await
        .map(|_| ())
}

fn from_row(row: &SqliteRow) -> Result<LinkRecord, CatalogError> {
    let failed = CatalogError::in_attempt("read links");
    Ok(LinkRecord {
        other: key(row.try_get("other_trace_id").map_err(&failed)?)?,
        trace: key(row.try_get("trace_id").map_err(&failed)?)?,
        receipt: Timestamp::from_nanos(row.try_get("receipt_ns").map_err(&failed)?),
    })
}

fn key(bytes: &[u8]) -> Result<TraceKey, CatalogError> {
    bytes.try_into().map_err(|_| CatalogError::MalformedLink)
}

/// Engines bound the number of values of a statement.
const ASKED_AT_ONCE: usize = 500;
