//! Traces that refused documents because they were too large (`spec/segment-documents.md` 1).
//!
//! ```text
//! meta:  name "full trace " + the id in 32 hex digits | content: when it first was, in 20 digits of nanoseconds
//! ```

use clock::Timestamp;

use crate::links::TraceKey;
use crate::{Catalog, CatalogError};

impl Catalog {
    /// Keeps that the trace refused a document at this moment; the first one counts.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn keep_full_trace(&self, trace: TraceKey, at: Timestamp) -> Result<(), CatalogError> {
        self.meta_or_insert(&name_of(trace), &digits_of(at))
            .await
            .map(|_| ())
    }

    /// Whether the trace ever refused a document.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn is_trace_full(&self, trace: TraceKey) -> Result<bool, CatalogError> {
        Ok(self.meta(&name_of(trace)).await?.is_some())
    }

    /// Forgets those that refused a document before a moment.
    ///
    /// # Errors
    /// [`CatalogError::Statement`].
    pub async fn remove_full_traces_before(&self, moment: Timestamp) -> Result<(), CatalogError> {
        let delete = "DELETE FROM meta WHERE name >= $1 AND name < $2 AND content < $3";
        let deleted = sqlx::query(delete)
            .bind(PREFIX)
            .bind(BEHIND_PREFIX)
            .bind(digits_of(moment))
            .execute(&self.pool)
            .await;
        deleted
            .map(|_| ())
            .map_err(CatalogError::in_attempt("remove full traces"))
    }
}

fn name_of(trace: TraceKey) -> String {
    format!("{PREFIX}{:032x}", u128::from_be_bytes(trace))
}

/// Digits that sort as the moments do; none lies before 1970.
fn digits_of(at: Timestamp) -> String {
    format!("{:020}", at.as_nanos().max(0))
}

const PREFIX: &str = "full trace ";
/// The first text that begins with something greater.
const BEHIND_PREFIX: &str = "full trace!";
