//! Why a measurement could not be made.

use std::error::Error;

/// What was attempted, and why it failed. A run ends with the first one.
#[derive(Debug, thiserror::Error)]
#[error("could not {attempt}")]
pub(crate) struct Failure {
    attempt: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// For what failed without an error of its own.
    pub(crate) fn of(attempt: impl Into<String>) -> Failure {
        Failure {
            attempt: attempt.into(),
            source: None,
        }
    }

    /// For `map_err`.
    pub(crate) fn to<E: Error + Send + Sync + 'static>(
        attempt: impl Into<String>,
    ) -> impl FnOnce(E) -> Failure {
        |source| Failure {
            attempt: attempt.into(),
            source: Some(Box::new(source)),
        }
    }

    /// With all causes, on one line.
    pub(crate) fn told(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        text
    }
}
