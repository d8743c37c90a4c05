//! Why a record was not answered or changed.

use catalog::CatalogError;
use wire::Fault;

/// Why a record was not answered or changed. Unless it says so nothing was.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The request is wrong; the fault says how.
    #[error("request refused: {}", .0.message)]
    Refused(Fault),
    /// The records could not be read or written.
    #[error("could not reach the records")]
    Catalog(#[from] CatalogError),
    /// The program is stopping; the change may have been made.
    #[error("could not tell whether the change was made while the program stops")]
    Stopping,
    /// A record holds what nobody wrote.
    #[error("the record of sampling rule `{rule}` is unreadable")]
    Malformed {
        /// The rule's name.
        rule: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl SettingsError {
    /// Refuses a request with one of the texts that AWS fixes.
    pub(crate) fn invalid(message: impl Into<String>) -> SettingsError {
        SettingsError::Refused(Fault::invalid_request(message))
    }
}

impl From<Fault> for SettingsError {
    fn from(fault: Fault) -> SettingsError {
        SettingsError::Refused(fault)
    }
}
