//! Why a question got no answer.

use store::ReadError;
use wire::Fault;

use crate::groups::GroupsUnknown;

/// Why a question got no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The question is wrong; the fault says how.
    #[error("request refused: {}", .0.message)]
    Refused(Fault),
    /// Stored traces could not be read.
    #[error("could not read stored traces")]
    Read(#[from] ReadError),
    /// The filter names a group, and what groups there are could not be read.
    #[error(transparent)]
    Groups(#[from] GroupsUnknown),
}

impl QueryError {
    /// Refuses a request with one of the texts that AWS fixes.
    pub(crate) fn invalid(message: impl Into<String>) -> QueryError {
        QueryError::Refused(Fault::invalid_request(message))
    }
}

impl From<Fault> for QueryError {
    fn from(fault: Fault) -> QueryError {
        QueryError::Refused(fault)
    }
}
