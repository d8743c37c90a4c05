//! How much a caller may ask for at a time, and how often (`spec/api.md` 5).

use clock::{Rate, Timestamp, TokenBucket};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::operations::Kind;

/// What an operator says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiLimits {
    /// LIMIT: calls that ask for traces, graphs, statistics and what samplers need.
    pub reads_rate: Rate,
    /// LIMIT: calls that ask for settings and change them.
    pub settings_rate: Rate,
    /// LIMIT: calls with telemetry of daemons.
    pub telemetry_rate: Rate,
    /// LIMIT: reports in one call of GetSamplingTargets, about rules and about boosts alike.
    pub sampling_reports_max: usize,
    /// LIMIT: memory for requests that are being read; the others wait their turn.
    pub requests_bytes_max: usize,
}

impl Default for ApiLimits {
    /// No rates. A client with 25 rules and Default in use sends 26 reports; more than 100 nobody sends.
    fn default() -> ApiLimits {
        ApiLimits {
            reads_rate: Rate::Unlimited,
            settings_rate: Rate::Unlimited,
            telemetry_rate: Rate::Unlimited,
            sampling_reports_max: 100,
            requests_bytes_max: 256 << 20,
        }
    }
}

/// Holds callers to the limits. How fast documents come is for `ingest` to say: datagrams count with them.
#[derive(Debug)]
pub struct Limits {
    reads: TokenBucket,
    settings: TokenBucket,
    telemetry: TokenBucket,
    pub(crate) sampling_reports_max: usize,
    requests: Semaphore,
    requests_kilobytes_max: u32,
}

impl Limits {
    /// For one account and region: all callers together.
    pub fn new(limits: &ApiLimits) -> Limits {
        let requests_kilobytes_max = u32::try_from(limits.requests_bytes_max / 1024).unwrap_or(u32::MAX);
        Limits {
            reads: TokenBucket::new(limits.reads_rate),
            settings: TokenBucket::new(limits.settings_rate),
            telemetry: TokenBucket::new(limits.telemetry_rate),
            sampling_reports_max: limits.sampling_reports_max,
            requests: Semaphore::new(requests_kilobytes_max as usize),
            requests_kilobytes_max,
        }
    }

    /// Waits until there is memory for a request with so many bytes, and for what is made of them.
    pub(crate) async fn room_for(&self, body_bytes: usize) -> Option<SemaphorePermit<'_>> {
        let kilobytes = u32::try_from(body_bytes / 1024 * TIMES_BODY).unwrap_or(u32::MAX);
        let kilobytes = kilobytes.clamp(1, self.requests_kilobytes_max);
        // The semaphore is never closed.
        self.requests.acquire_many(kilobytes).await.ok()
    }

    /// Whether one more call of this kind may be answered now.
    pub(crate) fn admit(&self, kind: Kind, now: Timestamp) -> bool {
        match kind {
            Kind::Documents => true,
            Kind::Telemetry => self.telemetry.take(1, now),
            Kind::Read => self.reads.take(1, now),
            Kind::Settings => self.settings.take(1, now),
        }
    }
}

/// A body is in memory as it came, as texts without escapes, and as what is parsed of them.
const TIMES_BODY: usize = 4;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    fn answered(limits: &ApiLimits, kind: Kind) -> usize {
        let limits = Limits::new(limits);
        (0..1_000)
            .filter(|_| limits.admit(kind, Timestamp::from_seconds(7)))
            .count()
    }

    #[tokio::test]
    async fn requests_wait_for_memory_and_the_largest_gets_all_of_it() {
        let limits = Limits::new(&ApiLimits {
            requests_bytes_max: 1 << 20,
            ..ApiLimits::default()
        });
        let large = limits.room_for(8 << 20).await;
        let none = timeout(Duration::ZERO, limits.room_for(10)).await;
        assert!(none.is_err(), "there is no room beside the large one");
        drop(large);
        assert!(timeout(Duration::ZERO, limits.room_for(10)).await.is_ok());
    }

    /// Section 5: each kind of call has a rate of its own, with a burst of twice as many.
    #[test]
    fn api_5_each_kind_of_call_has_its_own_rate() {
        let limits = ApiLimits {
            reads_rate: Rate::PerSecond(50),
            settings_rate: Rate::PerSecond(10),
            telemetry_rate: Rate::PerSecond(20),
            ..ApiLimits::default()
        };
        for (kind, expected) in [
            (Kind::Read, 100),
            (Kind::Settings, 20),
            (Kind::Telemetry, 40),
            (Kind::Documents, 1_000),
        ] {
            assert_eq!(answered(&limits, kind), expected);
            assert_eq!(answered(&ApiLimits::default(), kind), 1_000, "without limits");
        }
    }
}
