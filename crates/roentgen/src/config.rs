//! What `roentgen serve` obeys: defaults, a TOML file, `ROENTGEN_*` variables and flags, the later ones winning.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use store::{Counting, GraphClock, Roots};

use crate::cli::ServeFlags;
use crate::memory::Memory;
use crate::quotas::Quotas;
use crate::refusal::Refusal;

/// The configuration of `roentgen serve`, checked.
#[derive(Debug)]
pub(crate) struct ServeConfig {
    pub(crate) data_dir: PathBuf,
    pub(crate) udp: SocketAddr,
    pub(crate) http: SocketAddr,
    pub(crate) retention: Duration,
    pub(crate) region: String,
    pub(crate) account_id: String,
    pub(crate) quotas: Quotas,
    pub(crate) page_token_age: Duration,
    pub(crate) batch_get_max_ids: usize,
    pub(crate) counting: Counting,
    /// `None` takes any window.
    pub(crate) max_summary_window: Option<Duration>,
    /// `None` looks at no trace id.
    pub(crate) max_trace_id_age: Option<Duration>,
    pub(crate) demo: bool,
    /// How long cut traces wait for others.
    pub(crate) block_interval: Duration,
    /// How long a live trace is quiet before it is cut.
    pub(crate) cut_quiet: Duration,
    /// How much live traces may take.
    /// Instead of the share that `memory` gives.
    pub(crate) live_bytes_max: Option<usize>,
    pub(crate) memory: Memory,
}

/// The same as an operator writes it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    data_dir: PathBuf,
    udp: String,
    http: String,
    otlp_grpc: String,
    otlp_http: String,
    retention: String,
    region: String,
    account_id: String,
    page_token_age: String,
    batch_get_max_ids: usize,
    max_summary_window: String,
    max_trace_id_age: String,
    graph_clock: String,
    promote_detached_root: bool,
    auth: String,
    insecure: bool,
    aws_limits: bool,
    demo: bool,
    block_interval: String,
    cut_quiet: String,
    live_bytes_max: Option<usize>,
    memory: Option<String>,
}

impl Default for Written {
    fn default() -> Written {
        Written {
            data_dir: PathBuf::from("./roentgen-data"),
            udp: "127.0.0.1:2000".to_owned(),
            http: "127.0.0.1:2000".to_owned(),
            otlp_grpc: OFF.to_owned(),
            otlp_http: OFF.to_owned(),
            retention: "30d".to_owned(),
            region: "us-east-1".to_owned(),
            account_id: "000000000000".to_owned(),
            page_token_age: "1h".to_owned(),
            batch_get_max_ids: 5,
            max_summary_window: OFF.to_owned(),
            max_trace_id_age: OFF.to_owned(),
            graph_clock: "receipt".to_owned(),
            promote_detached_root: false,
            auth: OFF.to_owned(),
            insecure: false,
            aws_limits: false,
            demo: false,
            block_interval: "5m".to_owned(),
            cut_quiet: "10s".to_owned(),
            live_bytes_max: None,
            memory: None,
        }
    }
}

impl ServeConfig {
    /// Puts all sources together.
    pub(crate) fn gather(flags: &ServeFlags) -> Result<ServeConfig, Refusal> {
        let mut sources = Figment::from(Serialized::defaults(Written::default()));
        if let Some(file) = &flags.config {
            if !file.is_file() {
                return Err(Refusal::of_start(format!(
                    "there is no configuration file `{}`",
                    file.display()
                )));
            }
            sources = sources.merge(Toml::file(file));
        }
        let environment = Env::prefixed("ROENTGEN_")
            .map(|key| key.as_str().replace('_', "-").to_ascii_lowercase().into())
            .filter(|key| NAMES.contains(&key.as_str()));
        let written = sources
            .merge(environment)
            .merge(Serialized::defaults(flags))
            .extract::<Written>();
        written
            .map_err(|error| Refusal::of_start(format!("configuration: {error}")))?
            .check()
    }
}

impl Written {
    fn counting(&self) -> Result<Counting, Refusal> {
        Ok(Counting {
            clock: match &*self.graph_clock {
                "receipt" => GraphClock::Receipt,
                "document" => GraphClock::Document,
                other => {
                    let text = format!("`--graph-clock {other}` is neither `receipt` nor `document`");
                    return Err(Refusal::of_start(text));
                }
            },
            roots: match self.promote_detached_root {
                true => Roots::OrDetached,
                false => Roots::Sent,
            },
        })
    }

    fn memory(&self) -> Result<Memory, Refusal> {
        match &self.memory {
            Some(text) => Memory::parse(text),
            None => Ok(Memory::quarter_of_machine()),
        }
    }

    /// The quotas, and a retention within them.
    fn quotas(&self) -> Result<(Quotas, Duration), Refusal> {
        let retention = duration("--retention", &self.retention, "30d")?;
        let quotas = match self.aws_limits {
            true => Quotas::aws(),
            false => Quotas::usual(),
        };
        if quotas.retention_max.is_some_and(|longest| longest < retention) {
            return Err(Refusal::of_start(format!(
                "`--retention {}` is longer than `--aws-limits` allows, which is 30d",
                self.retention
            )));
        }
        Ok((quotas, retention))
    }

    fn check(self) -> Result<ServeConfig, Refusal> {
        for (flag, value) in [
            ("--otlp-grpc", &self.otlp_grpc),
            ("--otlp-http", &self.otlp_http),
            ("--auth", &self.auth),
        ] {
            if value != OFF {
                return Err(Refusal::of_start(format!(
                    "`{flag} {value}` is not supported yet, only `{OFF}`"
                )));
            }
        }
        let (quotas, retention) = self.quotas()?;
        let max_summary_window = duration_or_off("--max-summary-window", &self.max_summary_window, "24h")?;
        let max_trace_id_age = duration_or_off("--max-trace-id-age", &self.max_trace_id_age, "30d")?;
        if self.batch_get_max_ids == 0 {
            return Err(Refusal::of_start("`--batch-get-max-ids 0` is not at least 1"));
        }
        let memory = self.memory()?;
        let counting = self.counting()?;
        let page_token_age = duration("--page-token-age", &self.page_token_age, "1h")?;
        let block_interval = duration("--block-interval", &self.block_interval, "5m")?;
        let cut_quiet = duration("--cut-quiet", &self.cut_quiet, "10s")?;
        if self.account_id.len() != 12 || !self.account_id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::of_start(format!(
                "`--account-id {}` is not twelve digits",
                self.account_id
            )));
        }
        let (udp, http) = (address("--udp", &self.udp)?, address("--http", &self.http)?);
        for (flag, address) in [("--udp", udp), ("--http", http)] {
            if !address.ip().is_loopback() && !self.insecure {
                return Err(Refusal::of_start(format!(
                    "`{flag} {address}` is open to other machines without authentication; say `--insecure` to allow it"
                )));
            }
        }
        let Written {
            data_dir,
            region,
            account_id,
            batch_get_max_ids,
            demo,
            live_bytes_max,
            ..
        } = self;
        Ok(ServeConfig {
            data_dir,
            udp,
            http,
            retention,
            region,
            account_id,
            quotas,
            page_token_age,
            batch_get_max_ids,
            max_summary_window,
            max_trace_id_age,
            counting,
            demo,
            block_interval,
            cut_quiet,
            live_bytes_max,
            memory,
        })
    }
}

fn address(flag: &str, text: &str) -> Result<SocketAddr, Refusal> {
    let resolved = text
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next());
    resolved
        .ok_or_else(|| Refusal::of_start(format!("`{flag} {text}` is no address, such as 127.0.0.1:2000")))
}

fn duration(flag: &str, text: &str, example: &str) -> Result<Duration, Refusal> {
    let parsed = humantime::parse_duration(text);
    parsed.map_err(|_| Refusal::of_start(format!("`{flag} {text}` is no duration, such as {example}")))
}

fn duration_or_off(flag: &str, text: &str, example: &str) -> Result<Option<Duration>, Refusal> {
    match text {
        OFF => Ok(None),
        text => duration(flag, text, example).map(Some),
    }
}

const OFF: &str = "off";
/// What a variable may set; others that begin with `ROENTGEN_` belong to somebody else.
const NAMES: [&str; 22] = [
    "data-dir",
    "udp",
    "http",
    "otlp-grpc",
    "otlp-http",
    "retention",
    "region",
    "account-id",
    "page-token-age",
    "batch-get-max-ids",
    "max-summary-window",
    "max-trace-id-age",
    "graph-clock",
    "promote-detached-root",
    "auth",
    "insecure",
    "aws-limits",
    "demo",
    "block-interval",
    "cut-quiet",
    "live-bytes-max",
    "memory",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Written)) -> String {
        let mut written = Written::default();
        change(&mut written);
        format!("{:?}", written.check().map(|_| ()).unwrap_err())
    }

    #[test]
    fn the_defaults_are_good() {
        let config = Written::default().check().map_err(|_| ()).unwrap();
        assert_eq!(
            (config.http.to_string(), config.retention.as_secs()),
            ("127.0.0.1:2000".into(), 30 * 86_400)
        );
    }

    #[test]
    fn every_name_can_be_set_by_a_variable() {
        let written = Figment::from(Serialized::defaults(Written::default()));
        let written: std::collections::BTreeMap<String, figment::value::Value> = written.extract().unwrap();
        let mut names = NAMES.to_vec();
        names.sort_unstable();
        assert_eq!(written.keys().collect::<Vec<_>>(), names);
    }

    #[test]
    fn limits_are_read_as_they_are_written() {
        let config = |change: fn(&mut Written)| {
            let mut written = Written::default();
            change(&mut written);
            written.check().map_err(|_| ()).unwrap()
        };
        let default = config(|_| ());
        assert_eq!((default.batch_get_max_ids, default.max_summary_window), (5, None));
        assert_eq!(default.counting, Counting::default());
        assert_eq!(default.page_token_age, Duration::from_secs(3_600));
        let other = config(|written| {
            written.batch_get_max_ids = 100;
            written.max_summary_window = "24h".to_owned();
            written.page_token_age = "90s".to_owned();
            written.graph_clock = "document".to_owned();
            written.promote_detached_root = true;
        });
        assert_eq!(
            (other.batch_get_max_ids, other.max_summary_window),
            (100, Some(Duration::from_secs(86_400)))
        );
        let counting = Counting {
            clock: GraphClock::Document,
            roots: Roots::OrDetached,
        };
        assert_eq!(other.counting, counting);
        assert_eq!(other.page_token_age, Duration::from_secs(90));
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        assert!(refused(|written| written.http = "0.0.0.0:0".into()).contains("--insecure"));
        assert!(refused(|written| written.udp = "nowhere".into()).contains("--udp nowhere"));
        assert!(refused(|written| written.retention = "soon".into()).contains("--retention soon"));
        assert!(refused(|written| written.page_token_age = "long".into()).contains("--page-token-age long"));
        assert!(
            refused(|written| written.max_summary_window = "1".into()).contains("--max-summary-window 1")
        );
        assert!(refused(|written| written.graph_clock = "wall".into()).contains("--graph-clock wall"));
        assert!(refused(|written| written.batch_get_max_ids = 0).contains("--batch-get-max-ids 0"));
        assert!(refused(|written| written.memory = Some("much".into())).contains("--memory much"));
        assert!(refused(|written| written.cut_quiet = "x".into()).contains("--cut-quiet x"));
        assert!(refused(|written| written.account_id = "12".into()).contains("--account-id 12"));
        assert!(refused(|written| written.auth = "sigv4".into()).contains("not supported yet"));
        assert!(refused(|written| written.otlp_grpc = "127.0.0.1:4317".into()).contains("not supported yet"));
        let too_long = |written: &mut Written| {
            written.aws_limits = true;
            written.retention = "31d".into();
        };
        assert!(refused(too_long).contains("--retention 31d"));
    }

    /// api.md 5: 30 days, unless a shorter time is wanted.
    #[test]
    fn api_5_the_limits_of_aws_allow_its_retention() {
        for retention in ["30d", "1h"] {
            let written = Written {
                aws_limits: true,
                retention: retention.to_owned(),
                ..Written::default()
            };
            let config = written.check().map_err(|_| ()).unwrap();
            assert_eq!(config.quotas.settings.groups_max, 25);
        }
    }
}
