//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use serde::Serialize;

use crate::refusal::Refusal;

/// Distributed tracing that speaks AWS X-Ray, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "roentgen", version, disable_help_subcommand = true)]
pub(crate) enum Command {
    /// Receives traces and answers queries.
    Serve(Box<ServeFlags>),
    /// Plays a sample web shop into a running server.
    Demo(DemoFlags),
    /// Examines what a server keeps.
    #[command(subcommand)]
    Doctor(Doctor),
}

/// What is examined.
#[derive(Debug, Subcommand)]
pub(crate) enum Doctor {
    /// Reads everything in a data directory that no server uses, and tells what is damaged. Changes nothing.
    Storage(StorageFlags),
}

/// Flags of `roentgen doctor storage`.
#[derive(Debug, Args)]
pub(crate) struct StorageFlags {
    /// Where everything is stored
    #[arg(
        long,
        value_name = "DIR",
        env = "ROENTGEN_DATA_DIR",
        default_value = "./roentgen-data"
    )]
    pub(crate) data_dir: PathBuf,
}

/// Flags of `roentgen serve`. `ROENTGEN_DATA_DIR` and `data-dir = …` in a TOML file say the same as `--data-dir`.
#[derive(Debug, Default, Args, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ServeFlags {
    /// A TOML file with the same names as these flags
    #[arg(long, value_name = "FILE", env = "ROENTGEN_CONFIG")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,
    /// Where everything is stored [default: ./roentgen-data]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<PathBuf>,
    /// X-Ray daemon protocol [default: 127.0.0.1:2000]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    udp: Option<String>,
    /// X-Ray API, console, health and metrics [default: 127.0.0.1:2000]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<String>,
    /// OpenTelemetry over gRPC; not supported yet [default: off]
    #[arg(long, value_name = "ADDRESS|off")]
    #[serde(skip_serializing_if = "Option::is_none")]
    otlp_grpc: Option<String>,
    /// OpenTelemetry over HTTP; not supported yet [default: off]
    #[arg(long, value_name = "ADDRESS|off")]
    #[serde(skip_serializing_if = "Option::is_none")]
    otlp_http: Option<String>,
    /// How long a trace is kept after it was last received [default: 30d]
    #[arg(long, value_name = "DURATION")]
    #[serde(skip_serializing_if = "Option::is_none")]
    retention: Option<String>,
    /// The region that ARNs name [default: us-east-1]
    #[arg(long, value_name = "REGION")]
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    /// The account that ARNs name [default: 000000000000]
    #[arg(long, value_name = "ID")]
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    /// How long a page token is good [default: 1h]
    #[arg(long, value_name = "DURATION")]
    #[serde(skip_serializing_if = "Option::is_none")]
    page_token_age: Option<String>,
    /// How many ids one BatchGetTraces may ask for [default: 5]
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_get_max_ids: Option<usize>,
    /// The longest window of GetTraceSummaries; `off` for any [default: off]
    #[arg(long, value_name = "DURATION|off")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_summary_window: Option<String>,
    /// Refuse documents whose trace id says an earlier second than so long ago; `off` looks at no id [default: off]
    #[arg(long, value_name = "DURATION|off")]
    #[serde(skip_serializing_if = "Option::is_none")]
    max_trace_id_age: Option<String>,
    /// What graphs and time series go by: `receipt`, or `document` for old data; stays as the data directory was made
    /// [default: receipt]
    #[arg(long, value_name = "receipt|document")]
    #[serde(skip_serializing_if = "Option::is_none")]
    graph_clock: Option<String>,
    /// Where the root's caller was not received, begin traces with the earliest segment; stays as the data directory
    /// was made
    #[arg(long)]
    #[serde(skip_serializing_if = "is_false")]
    promote_detached_root: bool,
    /// Memory that the server may use, such as 512MB or 2GiB; beyond it documents are throttled [default: a quarter of
    /// the machine's]
    #[arg(long, value_name = "SIZE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
    /// Who may call: `off` for everyone; `sigv4` is not supported yet [default: off]
    #[arg(long, value_name = "off|sigv4")]
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<String>,
    /// Listen beyond this machine although anyone may call
    #[arg(long)]
    #[serde(skip_serializing_if = "is_false")]
    insecure: bool,
    /// Every quota at AWS's number, also sizes of traces, rates and indexed annotations
    #[arg(long)]
    #[serde(skip_serializing_if = "is_false")]
    aws_limits: bool,
    /// Also play a sample web shop, with the past hour filled in
    #[arg(long)]
    #[serde(skip_serializing_if = "is_false")]
    demo: bool,
    /// How long traces that were cut wait for others, so that blocks are not too small [default: 5m]
    #[arg(long, value_name = "DURATION", hide = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    block_interval: Option<String>,
    /// How long a trace gets no document before it is cut [default: 10s]
    #[arg(long, value_name = "DURATION", hide = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    cut_quiet: Option<String>,
    /// How many bytes of memory live traces may take, instead of a quarter of `--memory`
    #[arg(long, value_name = "BYTES", hide = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    live_bytes_max: Option<usize>,
}

/// Flags of `roentgen demo`.
#[derive(Debug, Args)]
pub(crate) struct DemoFlags {
    /// The server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:2000")]
    pub(crate) endpoint: String,
    /// Visits a second, 0.01 to 1000
    #[arg(long, value_name = "N", default_value = "3", value_parser = parse_rate)]
    pub(crate) rate: f64,
    /// Stop after so long; without it, play until stopped
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) duration: Option<Duration>,
    /// First fill in so much of the past; only on the server's own machine
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) backfill: Option<Duration>,
    /// The same seed and times give the same visits
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}

/// The command, or the exit code after help, version or a bad flag.
pub(crate) fn parse() -> Result<Command, ExitCode> {
    Command::try_parse().map_err(|error| {
        if !error.use_stderr() {
            // Help and version.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        let line = first
            .strip_prefix("error: ")
            .unwrap_or("which command? `serve`, `demo` or `doctor storage`");
        Refusal::of_start(format!(
            "{line}; `roentgen --help` and `roentgen serve --help` list what there is"
        ))
        .tell()
    })
}

fn parse_rate(text: &str) -> Result<f64, String> {
    let rate: Option<f64> = text.parse().ok().filter(|rate| (0.01..=1_000.0).contains(rate));
    rate.ok_or_else(|| "not a number from 0.01 to 1000".to_owned())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
