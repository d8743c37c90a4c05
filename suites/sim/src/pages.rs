//! Readers who look at summaries page by page, with time between pages. Their draws are their own.

use std::collections::BTreeSet;

use clock::{Clock, Timestamp};
use document::TraceId;
use trace::Received;
use wire::{GetTraceSummariesRequest, GetTraceSummariesResponse};

use crate::model::Visible;
use crate::run::{Run, START};
use crate::world::told;

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

pub(crate) fn window_around(until: i64) -> (i64, i64) {
    (START - 30 * 86_400, until + 30 * 86_400)
}

pub(crate) const READERS_MAX: usize = 3;
pub(crate) const STALLED: std::time::Duration = std::time::Duration::from_secs(1);
/// A token is good for an hour (`settled.md` 28); a page takes no time.
const TOKEN_AGE_NANOS: i64 = 3_500_000_000_000;
