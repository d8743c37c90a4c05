//! Live traces become blocks.

use std::time::Duration;

use assembly::CutTrace;
use clock::Timestamp;
use journal::Position;
use store::WriteError;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{debug, error, warn};

use crate::{Ingest, Live, Metric};

/// What one cut stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CutReport {
    /// Traces that are no longer live.
    pub traces: usize,
}

impl Ingest {
    /// Cuts, expires and trims, until it is dropped.
    pub async fn run(&self) {
        let mut tick = interval(TICK.min(self.inner.config.block_interval).max(TICK_MIN));
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut last_cut, mut last_expiry) = (self.now(), Timestamp::MIN);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                () = self.inner.pressure.notified() => {}
            }
            let now = self.now();
            if self.is_due(now, last_cut) {
                last_cut = now;
                if let Err(error) = self.cut(now).await {
                    error!(
                        error = &error as &dyn std::error::Error,
                        "could not store cut traces, will try again"
                    );
                }
            }
            self.compact().await;
            if now.nanos_since(last_expiry) >= EXPIRY_INTERVAL_NANOS {
                last_expiry = now;
                self.expire().await;
            }
            self.gauge();
        }
    }

    /// Stores what is still live, for a stop. What cannot be stored stays in the journal.
    ///
    /// # Errors
    /// [`WriteError`]: the traces stay live, and in the journal.
    pub async fn cut_all(&self) -> Result<CutReport, WriteError> {
        self.cut_oldest_while(|live| !live.traces.is_empty()).await
    }

    /// Finishes what was submitted and closes the journal.
    pub fn close(&self) {
        self.inner.journal.clone().close();
    }

    fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Whether what could be cut is worth a block, has waited for one long enough, or stands in the way.
    fn is_due(&self, now: Timestamp, last_cut: Timestamp) -> bool {
        let live = self.live();
        last_cut + self.inner.config.block_interval <= now
            || self.is_under_pressure(&live)
            || live.traces.ripe_bytes(now, &self.inner.config.cut) >= self.inner.config.block_bytes
    }

    fn is_under_pressure(&self, live: &Live) -> bool {
        live.bytes() >= self.inner.config.live_bytes_max / 2 || self.is_journal_long()
    }

    fn is_journal_long(&self) -> bool {
        self.inner.journal.bytes() >= self.inner.config.journal_bytes_max
    }

    /// Stores the traces whose time has come, and under pressure the oldest ones, until it has gone.
    ///
    /// # Errors
    /// [`WriteError`]: what is not stored stays live, and in the journal.
    pub async fn cut(&self, now: Timestamp) -> Result<CutReport, WriteError> {
        let is_under_pressure = self.is_under_pressure(&self.live());
        let mut report = CutReport::default();
        if is_under_pressure {
            let relieved = self.inner.config.live_bytes_max / 4;
            let is_needed =
                |live: &Live| !live.traces.is_empty() && (live.bytes() > relieved || self.is_journal_long());
            report = self.cut_oldest_while(is_needed).await?;
        }
        let ripe = self.live().traces.ripe(now, &self.inner.config.cut);
        report.traces += self.store(ripe).await?.traces;
        Ok(report)
    }

    /// One block after the other, the traces with the oldest documents first.
    async fn cut_oldest_while(&self, is_needed: impl Fn(&Live) -> bool) -> Result<CutReport, WriteError> {
        let config = &self.inner.config;
        let bytes = config.block_bytes.min(config.live_bytes_max / 4);
        let mut report = CutReport::default();
        loop {
            let oldest = {
                let live = self.live();
                match is_needed(&live) {
                    true => live.traces.oldest(bytes),
                    false => return Ok(report),
                }
            };
            report.traces += self.store(oldest).await?.traces;
        }
    }

    /// INVARIANT: traces are forgotten only after their block is listed, and the journal is trimmed only up to
    /// the oldest document that is still live.
    async fn store(&self, cut: Vec<CutTrace>) -> Result<CutReport, WriteError> {
        let _one_at_a_time = self.inner.cutting.lock().await;
        if cut.is_empty() {
            return Ok(CutReport::default());
        }
        debug!(traces = cut.len(), "block begun");
        let written = self.inner.store.write(cut.clone()).await?;
        debug!(
            traces = cut.len(),
            documents = written.documents,
            bytes = written.size_bytes,
            "block written"
        );
        Metric::BlocksWritten.count(usize::from(written.block.is_some()));
        let now = self.now();
        for some in cut.chunks(FORGOTTEN_AT_ONCE) {
            let mut live = self.live();
            some.iter().for_each(|cut| live.traces.forget(cut));
            drop(live);
            self.inner.room.is_made();
        }
        let trim_before = {
            let mut live = self.live();
            for (id, documents) in &written.again {
                live.traces.is_written_again(*id, *documents, now);
            }
            live.writes = self.inner.store.content().writes;
            live.traces.oldest_position().unwrap_or(live.applied)
        };
        if let Err(error) = self.inner.journal.trim(Position(trim_before)) {
            warn!(
                error = &error as &dyn std::error::Error,
                "could not trim the journal"
            );
        }
        Ok(CutReport { traces: cut.len() })
    }

    /// One merge at a time, so that cuts get their turn.
    async fn compact(&self) {
        match self.inner.store.compact().await {
            Ok(compacted) => Metric::BlocksMerged.count(compacted.blocks),
            Err(error) => error!(
                error = &error as &dyn std::error::Error,
                "could not merge blocks, will try again"
            ),
        }
    }

    pub(crate) async fn expire(&self) {
        let live = self.live().traces.all();
        let live = live.iter().map(|trace| trace.id).collect();
        match self.inner.store.expire_but(live).await {
            Ok(expired) if expired.blocks > 0 => {
                debug!(blocks = expired.blocks, rows = expired.rows, "blocks expired");
            }
            Ok(_) => {}
            Err(error) => error!(
                error = &error as &dyn std::error::Error,
                "could not expire blocks"
            ),
        }
    }

    fn gauge(&self) {
        let (traces, bytes) = {
            let live = self.live();
            (live.traces.len(), live.bytes())
        };
        Metric::LiveTraces.set(traces as f64);
        Metric::LiveBytes.set(bytes as f64);
        Metric::JournalBytes.set(self.inner.journal.bytes() as f64);
        Metric::BlocksQuarantined.set(self.inner.store.quarantined() as f64);
    }
}

/// Acknowledgements wait meanwhile.
const FORGOTTEN_AT_ONCE: usize = 500;
const TICK: Duration = Duration::from_secs(1);
const TICK_MIN: Duration = Duration::from_millis(10);
const EXPIRY_INTERVAL_NANOS: i64 = 600 * 1_000_000_000;
