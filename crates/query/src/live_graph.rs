//! What live traces contribute to graphs, kept up to date while graphs are asked for.

use std::time::Duration;

use assembly::CutTrace;
use document::TraceId;
use ingest::Ingest;
use rustc_hash::FxHashMap;
use service_graph::{GraphSum, Window};
use store::{Snapshot, Store, Unstored};
use tokio::time::MissedTickBehavior;
use tracing::debug;

use crate::{Query, QueryError};

/// The account that is kept of the live traces.
#[derive(Debug, Default)]
pub(crate) struct LiveGraph {
    unstored: Unstored,
    /// Changes that have been taken and not yet been counted: whoever asked may have gone in between.
    pending: FxHashMap<TraceId, CutTrace>,
    /// As of which losses of the store it was counted.
    losses: u64,
    /// How often it was brought up to date since somebody asked; `None` if nobody did.
    unasked: Option<u32>,
}

impl Query {
    /// Adds to each sum what traces contribute in its window, each document once, all as of one moment.
    pub(crate) async fn add_rollups(&self, sums: &mut [(Window, GraphSum)]) -> Result<(), QueryError> {
        let mut live = self.live_graph.lock().await;
        live.unasked = Some(0);
        let Some(snapshot) = live.catch_up(&self.ingest, &self.store).await? else {
            drop(live);
            return self.pin().await.add_rollups(sums).await;
        };
        for (window, sum) in &mut *sums {
            sum.add_rollups(live.unstored.rollups(), *window);
        }
        drop(live);
        for (window, sum) in sums {
            snapshot.add_rollups(sum, *window).await?;
        }
        Ok(())
    }

    /// Keeps the account of the live traces up to date, so that a question finds little left to count, and lets go of it
    /// when nobody asks any more, since it holds the documents that it counted. Until it is dropped.
    pub async fn follow(&self) {
        let mut tick = tokio::time::interval(FOLLOWED_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            self.follow_once().await;
        }
    }

    pub(crate) async fn follow_once(&self) {
        let mut live = self.live_graph.lock().await;
        let Some(unasked) = live.unasked else { return };
        if unasked >= FOLLOWED_TIMES {
            *live = LiveGraph::default();
            return;
        }
        live.unasked = Some(unasked + 1);
        if let Err(error) = live.catch_up(&self.ingest, &self.store).await {
            // Whoever asks next is told.
            debug!(
                error = &error as &dyn std::error::Error,
                "could not count live traces"
            );
        }
    }
}

impl LiveGraph {
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.losses == 0 && self.pending.is_empty()
    }

    /// Counts what has changed. The snapshot holds exactly what the live traces lack; `None` if no such moment comes,
    /// because a write of the store was left half done.
    async fn catch_up(&mut self, ingest: &Ingest, store: &Store) -> Result<Option<Snapshot>, QueryError> {
        for _ in 0..ATTEMPTS {
            let changes = ingest.take_changes();
            let traces = changes.traces.into_iter().map(|trace| (trace.id, trace));
            self.pending.extend(traces);
            let snapshot = store.snapshot();
            let content = snapshot.content();
            if content.losses != self.losses {
                *self = LiveGraph {
                    losses: content.losses,
                    unasked: self.unasked,
                    ..LiveGraph::default()
                };
                ingest.tell_all_again();
                continue;
            }
            // A trace is forgotten a moment after it is stored; in between it would count twice.
            if content.writes != changes.writes {
                tokio::time::sleep(BETWEEN).await;
                continue;
            }
            if self.pending.is_empty() {
                return Ok(Some(snapshot));
            }
            let changed: Vec<CutTrace> = self.pending.values().cloned().collect();
            let update = self.unstored.update(&snapshot, &changed).await?;
            self.unstored.apply(update);
            self.pending.clear();
            return Ok(Some(snapshot));
        }
        Ok(None)
    }
}

const FOLLOWED_EVERY: Duration = Duration::from_millis(500);
/// Half a minute after the last question.
const FOLLOWED_TIMES: u32 = 60;
const ATTEMPTS: usize = 50;
const BETWEEN: Duration = Duration::from_millis(2);
