//! The clients that sample by one rule: what they demand, and what each may record (`spec/sampling.md` 8.1, 8.2).

use std::collections::BTreeMap;
use std::time::Duration;

use clock::Timestamp;

use crate::report::{ClientId, Report};
use crate::shares::{Demand, shares};

/// How long a client waits between two reports.
pub(crate) const INTERVAL: Duration = Duration::from_secs(10);

/// How long a quota holds.
pub(crate) const QUOTA_HOLDS: Duration = Duration::from_secs(300);

/// Everybody who was heard of in the last ten minutes.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    by_id: BTreeMap<ClientId, Client>,
}

#[derive(Debug)]
struct Client {
    /// Requests each second: grows at once, falls by half.
    demand: f64,
    last_seen: Timestamp,
    /// Since when it has been sent a quota above 0 each time.
    quota_since: Option<Timestamp>,
    /// Reports in a row that borrowed in spite of a quota.
    borrowed_in_spite: u8,
}

impl Clients {
    /// Takes note of what a client did.
    pub(crate) fn add(&mut self, report: &Report<'_>, now: Timestamp, clients_max: usize) {
        match self
            .by_id
            .get_mut(&report.client_id)
            .filter(|known| known.is_heard_within(CLIENT_KEPT, now))
        {
            Some(known) => known.add(report, now),
            None => self.begin(report, now, clients_max),
        }
    }

    fn begin(&mut self, report: &Report<'_>, now: Timestamp, clients_max: usize) {
        self.by_id
            .retain(|_, client| client.is_heard_within(CLIENT_KEPT, now));
        // LIMIT: of more than `clients_max` clients the one is forgotten that was silent for longest; its next
        // report is like a first one.
        if self.by_id.len() >= clients_max {
            let longest_silent = self.by_id.iter().min_by_key(|(_, client)| client.last_seen);
            if let Some(id) = longest_silent.map(|(id, _)| id.clone()) {
                self.by_id.remove(&id);
            }
        }
        let demand = report.requests as f64 / INTERVAL.as_secs_f64();
        let client = Client {
            demand,
            last_seen: now,
            quota_since: None,
            borrowed_in_spite: 0,
        };
        self.by_id.insert(report.client_id.clone(), client);
    }

    /// What this client may record each second; the answer counts as sent.
    pub(crate) fn share_of(&mut self, id: &ClientId, reservoir: u32, now: Timestamp) -> u32 {
        let active = self
            .by_id
            .iter()
            .filter(|(_, client)| client.is_heard_within(CLIENT_ACTIVE, now));
        let (ids, demands): (Vec<&ClientId>, Vec<Demand>) =
            active.map(|(id, client)| (id, client.demand())).unzip();
        let shares = shares(reservoir, &demands, now.seconds().div_euclid(SECONDS_A_TURN));
        let share = ids
            .iter()
            .zip(shares)
            .find(|(known, _)| **known == id)
            .map_or(0, |(_, share)| share);
        if let Some(client) = self.by_id.get_mut(id) {
            client.quota_since = (share > 0).then_some(client.quota_since.unwrap_or(now));
        }
        share
    }
}

impl Client {
    fn add(&mut self, report: &Report<'_>, now: Timestamp) {
        let seconds = now.nanos_since(self.last_seen) as f64 / 1e9;
        let demanded = report.requests as f64 / seconds.clamp(PERIOD_SECONDS_MIN, PERIOD_SECONDS_MAX);
        self.demand = demanded.max(self.demand / 2.0);
        self.note_borrowing(report.borrowed, now);
        self.last_seen = now;
    }

    /// A client that borrows although it has had a quota for an interval never uses one.
    fn note_borrowing(&mut self, borrowed: u64, now: Timestamp) {
        let has_quota = now <= self.last_seen + QUOTA_HOLDS
            && self.quota_since.is_some_and(|since| now >= since + INTERVAL);
        self.borrowed_in_spite = match (borrowed, self.borrowed_in_spite) {
            (0, _) => 0,
            (_, BORROWED_IN_SPITE_MAX) => BORROWED_IN_SPITE_MAX,
            (_, before) if has_quota => before + 1,
            (_, _) => 0,
        };
    }

    fn demand(&self) -> Demand {
        Demand {
            requests: self.demand,
            only_borrows: self.borrowed_in_spite == BORROWED_IN_SPITE_MAX,
        }
    }

    /// Looks both ways, so that a clock that was set back keeps nobody alive.
    fn is_heard_within(&self, period: Duration, now: Timestamp) -> bool {
        u128::from(now.nanos_since(self.last_seen).unsigned_abs()) <= period.as_nanos()
    }
}

/// A client counts for shares while it was heard of within three intervals.
const CLIENT_ACTIVE: Duration = Duration::from_secs(30);
const CLIENT_KEPT: Duration = Duration::from_secs(600);
const SECONDS_A_TURN: i64 = 60;
const PERIOD_SECONDS_MIN: f64 = 1.0;
const PERIOD_SECONDS_MAX: f64 = 60.0;
/// After so many reports a client is taken for one that only borrows.
const BORROWED_IN_SPITE_MAX: u8 = 2;
