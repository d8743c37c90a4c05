//! What a client tells of a rule, and what it is answered (`spec/sampling.md` 5.1).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use clock::Timestamp;

/// A sampling process: 24 characters, compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(Box<str>);

/// The text has not exactly 24 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedClientId;

impl FromStr for ClientId {
    type Err = MalformedClientId;

    fn from_str(text: &str) -> Result<ClientId, MalformedClientId> {
        match text.chars().count() {
            CLIENT_ID_CHARACTERS => Ok(ClientId(text.to_lowercase().into())),
            _ => Err(MalformedClientId),
        }
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What one client did by one rule since it last told. The client's own time is of no use (`spec/sampling.md` 8.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report<'r> {
    /// The rule.
    pub rule_name: &'r str,
    /// Who tells.
    pub client_id: ClientId,
    /// Requests that the rule was about.
    pub requests: u64,
    /// Requests that were recorded; some clients count borrowed ones here, too (`spec/sampling.md` 6).
    pub sampled: u64,
    /// Requests recorded without a quota.
    pub borrowed: u64,
}

impl Report<'_> {
    /// Adds the counts of another report of the same client about the same rule.
    pub(crate) fn add(&mut self, other: &Report<'_>) {
        self.requests = self.requests.saturating_add(other.requests);
        self.sampled = self.sampled.saturating_add(other.sampled);
        self.borrowed = self.borrowed.saturating_add(other.borrowed);
    }
}

/// What a client may record by one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The rule.
    pub rule_name: Box<str>,
    /// Share of the requests beyond the quota, 0 to 1.
    pub fixed_rate: f64,
    /// Requests each second for this client.
    pub reservoir_quota: u32,
    /// Until when the quota holds.
    pub quota_ttl: Timestamp,
    /// How long the client shall wait before it tells again.
    pub interval: Duration,
}

/// There is no rule of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownRule;

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown rule")
    }
}

impl std::error::Error for UnknownRule {}

const CLIENT_ID_CHARACTERS: usize = 24;
