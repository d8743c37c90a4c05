//! Readers among those who write. Some ask again and again while a step cuts, merges or removes; others have seen a page
//! of summaries and want the next one steps later. Their draws are their own, and how often they came to ask is not part
//! of a history.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;

use clock::{Clock, Timestamp};
use document::TraceId;
use ingest::Ingest;
use query::Query;
use store::{RowKey, Snapshot};
use trace::Received;
use wire::{GetTraceSummariesRequest, GetTraceSummariesResponse};

use crate::answers;
use crate::by_hand::Services;
use crate::ends::EVERYTHING;
use crate::fate::{Armed, Fate};
use crate::model::Visible;
use crate::run::{Run, START};
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

/// Someone who looks at summaries page by page, with time between pages.
pub(crate) struct Pages {
    request: GetTraceSummariesRequest,
    /// What there was at the first page.
    first: Visible,
    /// Nothing of it was received later.
    limit: Timestamp,
    /// When the last page was answered.
    turned: Timestamp,
    pub(crate) quarantined: usize,
    damaged: usize,
    seen: Vec<TraceId>,
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

    /// Those who are in the midst of their pages sometimes turn one; others begin.
    pub(crate) async fn turn_pages(&mut self) -> Result<(), String> {
        if self.reader_chance.percent(8) && self.pages.len() < READERS_MAX {
            let pages = self.first_page().await?;
            self.pages.push(pages);
        }
        let mut left = vec![];
        for mut pages in std::mem::take(&mut self.pages) {
            if !self.reader_chance.percent(35) || self.turn(&mut pages).await? {
                left.push(pages);
            }
        }
        self.pages = left;
        Ok(())
    }

    /// A look in whose midst no block turns out damaged: else it would see one trace of the block and not another.
    pub(crate) async fn look_to_its_end(&self) -> Result<Visible, String> {
        loop {
            let open = self.world.open();
            let quarantined = open.store.quarantined();
            let visible = self.model.look(open).await?;
            if quarantined == open.store.quarantined() {
                return Ok(visible);
            }
        }
    }

    async fn first_page(&mut self) -> Result<Pages, String> {
        let first = self.look_to_its_end().await?;
        let open = self.world.open();
        let now = self.fate.now();
        let latest = first.values().flatten().map(|received| received.receipt).max();
        // While the clock stands behind the last receipt, readers use up receipts too, a nanosecond each.
        let limit = latest.map_or(now, |latest| latest.max(now)) + STALLED;
        let range_type = ["TraceId", "Event"][self.reader_chance.place(2)];
        let mut pages = Pages::new(
            Pages::request(range_type, limit),
            (first, limit),
            self.damage.objects,
        );
        pages.quarantined = open.store.quarantined();
        self.read_page(&mut pages).await?;
        Ok(pages)
    }

    /// Reads one more page. Whether there is another.
    pub(crate) async fn turn(&mut self, pages: &mut Pages) -> Result<bool, String> {
        let is_disturbed =
            self.damage.objects > pages.damaged || self.world.open().store.quarantined() > pages.quarantined;
        let age = self.fate.now().nanos_since(pages.turned);
        if is_disturbed || !(0..TOKEN_AGE_NANOS).contains(&age) {
            self.fate.count("readers who gave up");
            return Ok(false);
        }
        if pages.request.next_token.is_some() {
            self.read_page(pages).await?;
        }
        if pages.request.next_token.is_some() {
            return Ok(true);
        }
        let now = self.model.look(self.world.open()).await?;
        pages.check(&now)?;
        self.fate.count("readers who saw all pages");
        Ok(false)
    }

    async fn read_page(&mut self, pages: &mut Pages) -> Result<(), String> {
        let page = self.world.open().leafing.trace_summaries(&pages.request).await;
        let page = page.map_err(|error| told("no page of summaries", &error))?;
        pages.take(page, self.fate.now())
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

impl Pages {
    /// Someone who has seen no page yet: what there is, and the moment after which something else may come.
    pub(crate) fn new(
        request: GetTraceSummariesRequest,
        (first, limit): (Visible, Timestamp),
        damaged: usize,
    ) -> Pages {
        Pages {
            request,
            first,
            limit,
            turned: Timestamp::MIN,
            quarantined: 0,
            damaged,
            seen: vec![],
        }
    }

    /// Everything there may be around a moment.
    pub(crate) fn request(range_type: &str, moment: Timestamp) -> GetTraceSummariesRequest {
        let (from, until) = window_around(moment.seconds());
        GetTraceSummariesRequest {
            start_time: Some(from as f64),
            end_time: Some(until as f64),
            time_range_type: Some(range_type.to_owned()),
            ..GetTraceSummariesRequest::default()
        }
    }

    /// Takes note of a page.
    pub(crate) fn take(&mut self, page: GetTraceSummariesResponse, now: Timestamp) -> Result<(), String> {
        for summary in page.trace_summaries {
            let id = summary.id.parse().map_err(|_| "a summary's id is none")?;
            self.seen.push(id);
        }
        self.request.next_token = page.next_token;
        self.turned = now;
        Ok(())
    }

    /// Whether no page is left.
    pub(crate) fn is_over(&self) -> bool {
        self.request.next_token.is_none()
    }

    /// Each trace of the first page's moment came once, in the order of that moment, and no trace from later.
    fn check(&self, now: &Visible) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for id in &self.seen {
            if self.is_as_known(*id, now) && !seen.insert(*id) {
                return Err(format!("trace {id} is on two pages"));
            }
            let is_later = |documents: &Vec<Received>| {
                !self.first.contains_key(id) && documents.iter().all(|received| received.receipt > self.limit)
            };
            if now.get(id).is_some_and(is_later) {
                return Err(format!(
                    "trace {id} came after the first page and is on a later one"
                ));
            }
        }
        let mut wanted: Vec<(Timestamp, TraceId)> = vec![];
        for (id, documents) in self.first.iter().filter(|(id, _)| self.is_as_known(**id, now)) {
            wanted.extend(self.place(documents).map(|place| (place, *id)));
        }
        wanted.sort_by_key(|(place, id)| (std::cmp::Reverse(*place), *id));
        let wanted: Vec<TraceId> = wanted.into_iter().map(|(_, id)| id).collect();
        let strict = self.seen.iter().filter(|id| self.is_as_known(**id, now));
        let seen: Vec<TraceId> = strict.copied().collect();
        match seen == wanted {
            true => Ok(()),
            false => Err(format!(
                "pages by {:?} hold {seen:?}, at the first page there were {wanted:?}",
                self.request.time_range_type
            )),
        }
    }

    /// Whether what was received of a trace until the first page is what was there then: nothing expired, nothing was
    /// imported, and nothing turned up of which nobody had been told.
    fn is_as_known(&self, id: TraceId, now: &Visible) -> bool {
        let Some(first) = self.first.get(&id) else {
            return false;
        };
        let documents = now.get(&id).into_iter().flatten();
        let of_then = documents.filter(|received| received.receipt <= self.limit);
        of_then
            .map(|received| received.position)
            .eq(first.iter().map(|received| received.position))
    }

    /// Where a trace stands among others.
    fn place(&self, documents: &[Received]) -> Option<Timestamp> {
        match self.request.time_range_type.as_deref() {
            Some("Event") => documents.iter().map(|received| received.receipt).max(),
            _ => documents
                .iter()
                .map(|received| received.segment.top().start)
                .min(),
        }
    }
}

fn segments_of(documents: &[Received]) -> BTreeSet<String> {
    let tops = documents.iter().map(|received| received.segment.top());
    let segments = tops.filter(|top| top.kind == document::Kind::Segment);
    segments.map(|top| top.id.to_string()).collect()
}

fn window_around(until: i64) -> (i64, i64) {
    (START - 30 * 86_400, until + 30 * 86_400)
}

/// Room for a million questions.
const RECEIPTS: std::time::Duration = std::time::Duration::from_millis(1);
pub(crate) const READERS_MAX: usize = 3;
pub(crate) const STALLED: std::time::Duration = std::time::Duration::from_secs(1);
const GRAPH_SECONDS: i64 = 21_600;
/// A token is good for an hour (`settled.md` 28); a page takes no time.
const TOKEN_AGE_NANOS: i64 = 3_500_000_000_000;
/// No step takes longer.
const STEP_MAX: std::time::Duration = std::time::Duration::from_secs(2 * 3_600);
