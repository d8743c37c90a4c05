//! What `roentgen serve` obeys: defaults, a TOML file, `ROENTGEN_*` variables and flags, the later ones winning.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::cli::ServeFlags;
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
    pub(crate) demo: bool,
    /// How long cut traces wait for others.
    pub(crate) block_interval: Duration,
    /// How long a live trace is quiet before it is cut.
    pub(crate) cut_quiet: Duration,
    /// How much live traces may take.
    pub(crate) live_bytes_max: usize,
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
    auth: String,
    insecure: bool,
    aws_limits: bool,
    demo: bool,
    block_interval: String,
    cut_quiet: String,
    live_bytes_max: usize,
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
            auth: OFF.to_owned(),
            insecure: false,
            aws_limits: false,
            demo: false,
            block_interval: "5m".to_owned(),
            cut_quiet: "10s".to_owned(),
            live_bytes_max: 512 << 20,
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
        if self.aws_limits {
            return Err(Refusal::of_start("`--aws-limits` is not supported yet"));
        }
        let retention = duration("--retention", &self.retention)?;
        let block_interval = duration("--block-interval", &self.block_interval)?;
        let cut_quiet = duration("--cut-quiet", &self.cut_quiet)?;
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
            demo,
            block_interval,
            cut_quiet,
            live_bytes_max,
        })
    }
}

fn duration(flag: &str, text: &str) -> Result<Duration, Refusal> {
    humantime::parse_duration(text)
        .map_err(|_| Refusal::of_start(format!("`{flag} {text}` is no duration, such as 30d")))
}

fn address(flag: &str, text: &str) -> Result<SocketAddr, Refusal> {
    let resolved = text
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next());
    resolved
        .ok_or_else(|| Refusal::of_start(format!("`{flag} {text}` is no address, such as 127.0.0.1:2000")))
}

const OFF: &str = "off";
/// What a variable may set; others that begin with `ROENTGEN_` belong to somebody else.
const NAMES: [&str; 15] = [
    "data-dir",
    "udp",
    "http",
    "otlp-grpc",
    "otlp-http",
    "retention",
    "region",
    "account-id",
    "auth",
    "insecure",
    "aws-limits",
    "demo",
    "block-interval",
    "cut-quiet",
    "live-bytes-max",
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
    fn what_cannot_be_is_refused_by_name() {
        assert!(refused(|written| written.http = "0.0.0.0:0".into()).contains("--insecure"));
        assert!(refused(|written| written.udp = "nowhere".into()).contains("--udp nowhere"));
        assert!(refused(|written| written.retention = "soon".into()).contains("--retention soon"));
        assert!(refused(|written| written.cut_quiet = "x".into()).contains("--cut-quiet x"));
        assert!(refused(|written| written.account_id = "12".into()).contains("--account-id 12"));
        assert!(refused(|written| written.auth = "sigv4".into()).contains("not supported yet"));
        assert!(refused(|written| written.otlp_grpc = "127.0.0.1:4317".into()).contains("not supported yet"));
        assert!(refused(|written| written.aws_limits = true).contains("not supported yet"));
    }
}
