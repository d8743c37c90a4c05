//! Why the program cannot go on: one line on standard error, and an exit code.

use std::error::Error;
use std::process::ExitCode;

/// One line that says what was attempted and why it failed.
#[derive(Debug)]
pub(crate) struct Refusal {
    line: String,
    code: u8,
}

impl Refusal {
    /// The operator must change something: a flag, a port, a directory. Exit code 2.
    pub(crate) fn of_start(line: impl Into<String>) -> Refusal {
        Refusal {
            line: line.into(),
            code: 2,
        }
    }

    /// As [`of_start`](Refusal::of_start), from an error and all its causes.
    pub(crate) fn of_error(error: &dyn Error) -> Refusal {
        Refusal::of_start(with_causes(error))
    }

    /// Something failed on the way. Exit code 1.
    pub(crate) fn of_run(line: impl Into<String>) -> Refusal {
        Refusal {
            line: line.into(),
            code: 1,
        }
    }

    /// Tells the operator.
    #[expect(clippy::print_stderr, reason = "this is what the operator reads")]
    pub(crate) fn tell(&self) -> ExitCode {
        eprintln!("roentgen: {}", self.line);
        ExitCode::from(self.code)
    }
}

/// An error and its causes in one line.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line.replace('\n', " ")
}
