//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::runs::Size;

/// Measures a Roentgen server under load, and writes what it found as Markdown.
#[derive(Debug, Parser)]
#[command(name = "load")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) measurement: Measurement,
}

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Measurement {
    /// PutTraceSegments: cost, rate, memory, disk, acknowledgement, time to visibility.
    Ingest(Flags),
    /// UDP: the highest rate without a loss.
    Udp(Flags),
    /// Questions about a stored hour, alone and under ingest.
    Read(Flags),
    /// Kill and start again, over what `read` has stored.
    Restart(Flags),
    /// All of these, in this order.
    All(Flags),
    /// Ten times what a server with little memory can take, and how it is afterwards.
    Overload(Flags),
    /// Kill again and again under load, and compare what was acknowledged with what is there.
    Crash(CrashFlags),
}

/// How often is killed.
#[derive(Debug, Args)]
pub(crate) struct CrashFlags {
    #[command(flatten)]
    flags: Flags,
    /// Kills.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) kills: u32,
}

/// How it is measured.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// The program to measure.
    #[arg(long)]
    pub(crate) roentgen: PathBuf,
    /// Where servers keep their files; on a disk, not in memory.
    #[arg(long)]
    pub(crate) folder: PathBuf,
    /// Where the report goes; standard output by default.
    #[arg(long)]
    pub(crate) report: Option<PathBuf>,
    /// What the program was built from, for the report.
    #[arg(long, default_value = "unknown")]
    pub(crate) commit: String,
    /// A few minutes instead of half an hour: a tenth of the traces, nothing repeated.
    #[arg(long)]
    short: bool,
    /// The same seed gives the same traces.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Spans of a closed loop.
    #[arg(long)]
    spans: Option<u64>,
    /// Traces of the stored hour.
    #[arg(long)]
    traces: Option<u64>,
    /// Seconds of what has no end of its own.
    #[arg(long)]
    seconds: Option<u64>,
    /// How often closed loops and restarts are repeated.
    #[arg(long)]
    repeats: Option<u32>,
    /// Seconds for one question, asked again and again.
    #[arg(long)]
    budget: Option<u64>,
    /// `--memory` of the servers that `ingest`, `udp` and `overload` start.
    #[arg(long, default_value = "512MB")]
    pub(crate) memory: String,
    /// Connections that send documents.
    #[arg(long, default_value_t = 8)]
    connections: u64,
    /// Documents in a request of PutTraceSegments.
    #[arg(long, default_value_t = 45, value_parser = clap::value_parser!(u64).range(1..=50))]
    documents: u64,
}

impl Measurement {
    pub(crate) fn flags(&self) -> &Flags {
        match self {
            Measurement::Ingest(flags)
            | Measurement::Udp(flags)
            | Measurement::Read(flags)
            | Measurement::Restart(flags)
            | Measurement::Overload(flags)
            | Measurement::All(flags) => flags,
            Measurement::Crash(crash) => &crash.flags,
        }
    }
}

impl Flags {
    /// How much is measured.
    pub(crate) fn size(&self) -> Size {
        let usual = |short, full| if self.short { short } else { full };
        let seconds =
            |flag: Option<u64>, short, full| Duration::from_secs(flag.unwrap_or(usual(short, full)));
        Size {
            spans: self.spans.unwrap_or(usual(1_000_000, 5_000_000)),
            traces: self.traces.unwrap_or(usual(100_000, 1_000_000)).max(1),
            stretch: seconds(self.seconds, 5, 30),
            repeats: self.repeats.unwrap_or(if self.short { 1 } else { 3 }).max(1),
            budget: seconds(self.budget, 3, 15),
            connections: self.connections.max(1),
            documents_per_request: self.documents,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(flags: &[&str]) -> Size {
        let start = ["load", "all", "--roentgen", "r", "--folder", "f"];
        let cli = Cli::try_parse_from(start.iter().chain(flags)).unwrap();
        cli.measurement.flags().size()
    }

    #[test]
    fn the_short_version_is_smaller_and_flags_win() {
        assert_eq!((size(&[]).traces, size(&[]).repeats), (1_000_000, 3));
        assert_eq!(
            (size(&["--short"]).traces, size(&["--short"]).repeats),
            (100_000, 1)
        );
        assert_eq!(size(&["--short", "--traces", "7"]).traces, 7);
        assert_eq!(size(&["--seconds", "7"]).stretch, Duration::from_secs(7));
    }
}
