//! Readers among those who write, who ask again and again while a step cuts, merges or removes. Their draws are their own,
//! and how often they came to ask is not part of a history.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;

use clock::Clock;
use document::TraceId;
use ingest::Ingest;
use query::Query;
use store::{RowKey, Snapshot};
use trace::Received;

use crate::answers;
use crate::by_hand::Services;
use crate::ends::EVERYTHING;
use crate::fate::{Armed, Fate};
use crate::pages::window_around;
use crate::run::Run;
use crate::step::Step;
use crate::world::{RETENTION, told};

/// Someone who asks as long as a step takes, and what must be answered whenever that is.
pub(crate) struct Watch {
    fate: Arc<Fate>,
    ingest: Ingest,
    /// For summaries, on small pages.
    leafing: Query,
    query: Query,
    window: (i64, i64),
    /// Traces that nothing in the step may take away, with their segments.
    there: BTreeMap<TraceId, BTreeSet<String>>,
    /// Those that are asked for by id.
    asked: Vec<TraceId>,
    graph: (i64, i64),
    services: Services,
    /// What was stored before the step, and all rows of it. As long as someone holds it no block of it is deleted, so
    /// that those who ask hold up no deletion by chance.
    held: (Snapshot, Vec<RowKey>),
}

impl Run {
    /// Someone who watches this step, sometimes.
    pub(crate) async fn watch(&mut self, step: Step, armed: &Armed) -> Result<Option<Watch>, String> {
        // A damaged block is noticed by whoever reads it first, a matter of luck here.
        let is_steady = !armed.reads_fail && self.damage.objects == 0 && !self.is_poisoned;
        let percent = match step {
            Step::Compact | Step::Expire => 60,
            Step::CutRipe | Step::CutAll => 25,
            _ => return Ok(None),
        };
        if !self.reader_chance.percent(percent) || !is_steady {
            return Ok(None);
        }
        let open = self.world.open();
        let snapshot = open.store.snapshot();
        let rows = snapshot.scan(&EVERYTHING).await;
        let held = (
            snapshot,
            rows.map_err(|error| told("nothing can be scanned", &error))?,
        );
        let visible = self.model.look(open).await?;
        let now = self.fate.now();
        // Slow objects make time pass, and with it the retention's end.
        let floor = now - RETENTION + STEP_MAX;
        let latest = visible.values().flatten().map(|received| received.receipt).max();
        let until = latest.map_or(now, |latest| latest.max(now)).seconds() + 1;
        let from = floor.max(self.expired_before).seconds() + 1;
        let graph = (from.max(until - GRAPH_SECONDS), until);
        let services = Services::count(graph, &visible, &self.model);
        let mut there = BTreeMap::new();
        for (id, documents) in visible {
            if documents.iter().all(|received| received.receipt > floor) {
                there.insert(id, segments_of(&documents));
            }
        }
        let ids: Vec<TraceId> = there.keys().copied().collect();
        let asked = (0..5.min(ids.len())).map(|_| ids[self.reader_chance.place(ids.len())]);
        let asked: BTreeSet<TraceId> = asked.collect();
        Ok(Some(Watch {
            fate: Arc::clone(&self.fate),
            ingest: open.ingest.clone(),
            leafing: open.leafing.clone(),
            query: open.query.clone(),
            window: window_around(until),
            there,
            asked: asked.into_iter().collect(),
            graph,
            services,
            held,
        }))
    }
}

impl Watch {
    /// Asks until the step is over.
    pub(crate) async fn during<T>(self, step: impl Future<Output = Result<T, String>>) -> Result<T, String> {
        let begin = self.ingest.receipts().now();
        let is_over = Cell::new(false);
        let acting = async {
            let done = step.await;
            is_over.set(true);
            done
        };
        let asking = async {
            while !is_over.get() {
                match self.look().await {
                    Ok(()) => {}
                    // What the step makes fail, a loss of power above all, fails for readers too.
                    Err(Wrong::NoAnswer(_)) if self.fate.strikes() > 0 => {}
                    Err(Wrong::NoAnswer(what) | Wrong::Answer(what)) => return Err(what),
                }
                tokio::task::yield_now().await;
            }
            Ok(())
        };
        let (done, asked) = futures::join!(acting, asking);
        // Each question takes a receipt: however many there were, and whenever, those that follow are the same.
        self.ingest.receive_after(begin.max(self.fate.now()) + RECEIPTS);
        asked.map_err(|what| format!("in the midst of the step: {what}"))?;
        self.look_at_held().await?;
        done
    }

    /// What was stored before the step can be read after it.
    async fn look_at_held(&self) -> Result<(), String> {
        let (snapshot, rows) = &self.held;
        match snapshot.read(rows).await {
            Ok(traces) if traces.len() == rows.len() => Ok(()),
            Err(_) if self.fate.strikes() > 0 => Ok(()),
            Ok(traces) => Err(format!(
                "{} of {} rows of a snapshot are left",
                traces.len(),
                rows.len()
            )),
            Err(error) => Err(told("a snapshot cannot be read any more", &error)),
        }
    }

    async fn look(&self) -> Result<(), Wrong> {
        for range_type in ["TraceId", "Event"] {
            let summaries = answers::summaries(&self.leafing, self.window, (range_type, None)).await;
            let summaries = summaries.map_err(Wrong::NoAnswer)?;
            let mut seen = BTreeSet::new();
            for summary in summaries {
                if !seen.insert(summary.id.clone()) {
                    return Err(Wrong::Answer(format!(
                        "two summaries of {} by {range_type}",
                        summary.id
                    )));
                }
            }
            let is_missing = |id: &&TraceId| !seen.contains(&id.to_string());
            if let Some(id) = self.there.keys().find(is_missing) {
                return Err(Wrong::Answer(format!("no summary of {id} by {range_type}")));
            }
        }
        self.look_at_traces().await?;
        let graph = answers::graph(&self.query, self.graph, None).await;
        self.services
            .check(&graph.map_err(Wrong::NoAnswer)?)
            .map_err(Wrong::Answer)
    }

    async fn look_at_traces(&self) -> Result<(), Wrong> {
        let traces = answers::traces(&self.query, &self.asked).await;
        let traces = traces.map_err(Wrong::NoAnswer)?;
        if traces.len() != self.asked.len() {
            let (found, asked) = (traces.len(), self.asked.len());
            return Err(Wrong::Answer(format!(
                "{found} of {asked} traces are found by id"
            )));
        }
        for trace in traces {
            let id = trace
                .id
                .parse()
                .map_err(|_| Wrong::Answer("a trace's id is none".to_owned()))?;
            for segment in self.there.get(&id).into_iter().flatten() {
                let times = trace.segments.iter().filter(|entry| entry.id == *segment).count();
                if times != 1 {
                    return Err(Wrong::Answer(format!(
                        "segment {segment} of {id} is there {times} times"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// What a look found.
enum Wrong {
    NoAnswer(String),
    Answer(String),
}

fn segments_of(documents: &[Received]) -> BTreeSet<String> {
    let tops = documents.iter().map(|received| received.segment.top());
    let segments = tops.filter(|top| top.kind == document::Kind::Segment);
    segments.map(|top| top.id.to_string()).collect()
}

/// Room for a million questions.
const RECEIPTS: std::time::Duration = std::time::Duration::from_millis(1);
const GRAPH_SECONDS: i64 = 21_600;
/// No step takes longer.
const STEP_MAX: std::time::Duration = std::time::Duration::from_secs(2 * 3_600);
