//! The measurements, one file each. Each starts servers of its own and gives back a section of the report.

pub(crate) mod crash;
pub(crate) mod ingest;
pub(crate) mod overload;
pub(crate) mod read;
pub(crate) mod restart;
pub(crate) mod udp;

use std::path::PathBuf;
use std::time::Duration;

use crate::failure::Failure;
use crate::server::Place;
use crate::traces::Traces;

/// What every measurement needs.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) program: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) seed: u64,
    pub(crate) traces: Traces,
    /// `--memory` of servers that take documents.
    pub(crate) memory: String,
    pub(crate) size: Size,
}

/// How much is measured.
#[derive(Debug, Clone)]
pub(crate) struct Size {
    /// Spans of a closed loop, and of the stretch at 200 000 a second.
    pub(crate) spans: u64,
    /// Traces that lie in the past hour when questions are asked.
    pub(crate) traces: u64,
    /// The length of what has no end of its own.
    pub(crate) stretch: Duration,
    /// How often a closed loop and a restart are repeated.
    pub(crate) repeats: u32,
    /// Time for one question asked again and again.
    pub(crate) budget: Duration,
    pub(crate) connections: u64,
    pub(crate) documents_per_request: u64,
}

impl Setup {
    /// A folder for one server, empty.
    pub(crate) fn fresh(&self, name: &str) -> Result<Place, Failure> {
        Place::fresh(&self.program, &self.folder, name)
    }

    /// The same, for a server that is told how much memory it has.
    pub(crate) fn limited(&self, name: &str) -> Result<Place, Failure> {
        Ok(Place {
            flags: vec!["--memory".to_owned(), self.memory.clone()],
            ..self.fresh(name)?
        })
    }

    /// The folder of a server that was there before.
    pub(crate) fn kept(&self, name: &str) -> Place {
        Place {
            program: self.program.clone(),
            folder: self.folder.join(name),
            flags: vec![],
            share: None,
        }
    }
}

/// Tells whoever waits what is being done.
#[expect(clippy::print_stderr, reason = "runs are long, and people wait for them")]
pub(crate) fn tell(doing: &str) {
    eprintln!("load: {doing}");
}

pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Requests a second for so many spans a second.
pub(crate) fn requests_per_second(spans_per_second: f64, size: &Size) -> f64 {
    spans_per_second / (SPANS_PER_DOCUMENT * size.documents_per_request as f64)
}

/// What the sample system has on average.
pub(crate) const SPANS_PER_DOCUMENT: f64 = 2.8;
