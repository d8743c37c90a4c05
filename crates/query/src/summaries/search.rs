//! The traces of a question in their order, some at a time: what no page reaches is neither looked at nor read.
//!
//! Rows stand where their times say, and come in turns that grow, the newest first. Where a trace stands is not told
//! by a row under `Service`, nor where the trace has changed since the first page, nor where it is live: those are
//! put in their places first, the rows of them by their documents.

use std::collections::VecDeque;
use std::sync::Arc;

use clock::Timestamp;
use filter::Verdict;
use store::{ClockColumn, Condition, Predicate, RowKey, Spot, Stretch, Times};
use trace::{Facts, Received};

use super::question::{Question, Share as Part};
use crate::QueryError;
use crate::lower::condition_of;
use crate::memory::{Held, Share};
use crate::pinned::Pinned;
use crate::window::RangeType;

/// A trace in the window: where it stands, and where its documents are.
pub(super) struct Candidate {
    pub(super) spot: Spot,
    pub(super) source: Source,
    /// What its facts say of the filter.
    pub(super) verdict: Verdict,
}

pub(super) enum Source {
    Row(RowKey),
    /// A row that was put in its place by its documents.
    Placed(RowKey),
    Live(Arc<Vec<Received>>),
}

/// The traces of a question, as far as they have been taken.
pub(super) struct Search<'s> {
    question: &'s Question<'s>,
    pinned: &'s Pinned,
    as_of: Timestamp,
    predicate: Predicate,
    /// In their order.
    placed: VecDeque<Candidate>,
    /// The last place of `placed` where there were too many to be kept: nothing behind it is known.
    end: Option<Spot>,
    /// Stored parts of live traces.
    stored_of_live: Vec<(Spot, Times)>,
    /// Rows that were left out without a place.
    unplaced: u64,
    /// Where the next turn of rows begins.
    after: Option<Spot>,
    turn_rows: usize,
    has_rows: bool,
    rows_max: usize,
    _held: Held,
}

impl<'s> Search<'s> {
    /// Puts those in their places that rows do not tell it of.
    pub(super) async fn begin(
        question: &'s Question<'s>,
        pinned: &'s Pinned,
        as_of: Timestamp,
        share: &mut Share<'_>,
    ) -> Result<Search<'s>, QueryError> {
        let condition = match question.share {
            // The traces that are left out are part of what is scanned.
            Part::PartialScan => Condition::Every,
            Part::All | Part::FixedRate(_) => condition_of(&question.filter.prune()),
        };
        let mut search = Search {
            question,
            pinned,
            as_of,
            predicate: question.window.predicate_with(condition),
            placed: VecDeque::new(),
            end: None,
            stored_of_live: vec![],
            unplaced: 0,
            after: question.after.map(|token| token.spot()),
            turn_rows: FIRST_TURN_ROWS,
            has_rows: question.window.range_type != RangeType::Service,
            rows_max: share.rows_max(),
            _held: share.hold_rows(0),
        };
        let mut placed = Placed::new(search.rows_max, search.after);
        search.place_live(&mut placed).await?;
        search.place_changed(&mut placed, share).await?;
        if !search.has_rows {
            search.place_by_documents(&mut placed, share).await?;
        }
        (search.placed, search.end) = placed.finish();
        search._held = share.hold_rows(search.placed.len());
        Ok(search)
    }

    /// The next traces in their order, none at the end.
    pub(super) async fn turn(&mut self) -> Result<VecDeque<Candidate>, QueryError> {
        let mut turn = vec![];
        let mut until = self.end;
        if self.has_rows {
            let rows_max = self.turn_rows.min(self.rows_max);
            let keep = |row: &RowKey, facts: Option<&Facts>| self.keep(row, facts);
            let rows = self.pinned.newest(&self.predicate, self.after, rows_max, keep);
            let rows = rows.await?;
            self.has_rows = rows.len() == rows_max;
            self.turn_rows = (self.turn_rows * TURN_GROWTH).min(self.rows_max);
            turn.extend(rows.into_iter().map(|(row, verdict)| Candidate {
                spot: self.spot_of(&row),
                source: Source::Row(row),
                verdict,
            }));
            self.after = turn.last().map(|last| last.spot).or(self.after);
            if self.has_rows {
                until = [until, self.after].into_iter().flatten().min();
            }
        }
        if self
            .end
            .is_some_and(|end| self.after.is_some_and(|after| end <= after))
        {
            self.has_rows = false;
            turn.retain(|candidate| Some(candidate.spot) <= self.end);
        }
        let is_due = |candidate: &Candidate| until.is_none_or(|until| candidate.spot <= until);
        let due = self.placed.partition_point(is_due);
        turn.extend(self.placed.drain(..due));
        turn.sort_unstable_by_key(|candidate| candidate.spot);
        Ok(turn.into())
    }

    /// Whether no turn is left, and none was cut off.
    pub(super) fn is_over(&self) -> bool {
        !self.has_rows && self.placed.is_empty() && self.end.is_none()
    }

    /// How many traces lie in the part of the order that a page covers; `judged` of them were looked at, and of
    /// those `placed` were in their places before.
    pub(super) async fn processed(
        &self,
        last: Option<Spot>,
        judged: usize,
        placed: usize,
    ) -> Result<u64, QueryError> {
        let counts_rows = self.question.share != Part::PartialScan;
        if self.question.window.range_type == RangeType::Service || !counts_rows {
            // What was left out without a place counts once, with the last page.
            let unplaced = if last.is_none() { self.unplaced } else { 0 };
            return Ok(judged as u64 + unplaced);
        }
        let stretch = Stretch {
            after: self.question.after.map(|token| token.spot()),
            last,
        };
        let rows = self.pinned.count(&self.predicate, stretch, self.as_of).await?;
        let of_live = self.stored_of_live.iter().filter(|(spot, times)| {
            stretch.holds(spot) && self.predicate.wants(times) && times.last_receipt <= self.as_of
        });
        Ok(rows.saturating_sub(of_live.count() as u64) + placed as u64)
    }

    /// What the facts of a row say; `None` for one that is not wanted, or not here.
    fn keep(&self, row: &RowKey, facts: Option<&Facts>) -> Option<Verdict> {
        if self.as_of < row.times.last_receipt {
            return None;
        }
        let verdict = facts.map_or(Verdict::Unknown, |facts| self.question.filter.judge(facts));
        let is_out = verdict == Verdict::No && self.question.share != Part::PartialScan;
        let is_wanted = !is_out && self.question.is_in_share(row.trace_id);
        (is_wanted && !self.pinned.is_live(row.trace_id)).then_some(verdict)
    }

    fn spot_of(&self, row: &RowKey) -> Spot {
        let at = self.question.window.place_of_row(&row.times);
        Spot {
            // Rows whose times do not tell it are placed by their documents.
            at: at.unwrap_or(row.times.start),
            trace_id: row.trace_id,
        }
    }

    async fn place_live(&mut self, placed: &mut Placed) -> Result<(), QueryError> {
        let wanted = self.question.window.predicate();
        for live in self.pinned.live(&wanted, self.as_of).await? {
            let trace_id = live.id;
            if let Some(times) = live.stored
                && let Some(at) = self.question.window.place_of_row(&times)
            {
                self.stored_of_live.push((Spot { at, trace_id }, times));
            }
            let is_known = live.times.last_receipt <= self.as_of;
            let place = match self.has_rows && is_known {
                true => self.question.window.place_of_times(&live.times),
                false => self.question.place_then(self.as_of, trace_id, &live.documents),
            };
            if let Some(at) = place {
                placed.add(Candidate {
                    spot: Spot { at, trace_id },
                    source: Source::Live(live.documents),
                    verdict: Verdict::Unknown,
                });
            }
        }
        Ok(())
    }

    /// A trace that changed since the first page may have left the window; it is judged by where it stood.
    async fn place_changed(&mut self, placed: &mut Placed, share: &mut Share<'_>) -> Result<(), QueryError> {
        let changed = Predicate {
            clock: ClockColumn::LastReceipt,
            from: just_after(self.as_of),
            until: Timestamp::MAX,
            condition: Condition::Every,
        };
        let keep = |row: &RowKey, _: Option<&Facts>| {
            let is_known = row.times.first_receipt <= self.as_of;
            (is_known && !self.pinned.is_live(row.trace_id)).then_some(Verdict::Unknown)
        };
        self.place_rows(&changed, &keep, placed, share).await.map(|_| ())
    }

    async fn place_by_documents(
        &mut self,
        placed: &mut Placed,
        share: &mut Share<'_>,
    ) -> Result<(), QueryError> {
        let predicate = self.predicate.clone();
        let keep = |row: &RowKey, facts: Option<&Facts>| self.keep(row, facts);
        let kept = self.place_rows(&predicate, &keep, placed, share).await?;
        let of_live = self.stored_of_live.iter();
        let of_live = of_live.filter(|(_, times)| predicate.wants(times) && times.last_receipt <= self.as_of);
        let all = self
            .pinned
            .count(&predicate, Stretch::default(), self.as_of)
            .await?;
        self.unplaced = all.saturating_sub(kept + of_live.count() as u64);
        Ok(())
    }

    /// Reads rows for their places; how many there were.
    async fn place_rows(
        &self,
        predicate: &Predicate,
        keep: &(impl Fn(&RowKey, Option<&Facts>) -> Option<Verdict> + Sync),
        placed: &mut Placed,
        share: &mut Share<'_>,
    ) -> Result<u64, QueryError> {
        let (mut after, mut count) = (None, 0);
        loop {
            let rows = self.pinned.newest(predicate, after, self.rows_max, keep).await?;
            let _held = share.hold_rows(rows.len());
            let mut rest = rows.as_slice();
            while !rest.is_empty() {
                let (batch, behind) = rest.split_at(share.traces_max().min(rest.len()).min(BATCH_TRACES));
                rest = behind;
                self.place_batch(batch, placed, share).await?;
            }
            count += rows.len() as u64;
            match rows.last().filter(|_| rows.len() == self.rows_max) {
                Some((last, _)) => after = Some(store::spot_of(predicate, last)),
                None => return Ok(count),
            }
        }
    }

    async fn place_batch(
        &self,
        batch: &[(RowKey, Verdict)],
        placed: &mut Placed,
        share: &mut Share<'_>,
    ) -> Result<(), QueryError> {
        let rows: Vec<RowKey> = batch.iter().map(|(row, _)| *row).collect();
        let traces = self.pinned.read(&rows).await?;
        let _held = share.hold_traces(&traces);
        // Rows of a block that turned out damaged are left out; the others are in order.
        let mut kept = batch.iter();
        for trace in &traces {
            let Some((row, verdict)) = kept.find(|(row, _)| row.trace_id == trace.id) else {
                break;
            };
            let place = self.question.place_then(self.as_of, trace.id, &trace.documents);
            if let Some(at) = place {
                placed.add(Candidate {
                    spot: Spot {
                        at,
                        trace_id: trace.id,
                    },
                    source: Source::Placed(*row),
                    verdict: *verdict,
                });
            }
        }
        Ok(())
    }
}

/// The first of the traces that were put in their places.
struct Placed {
    candidates: Vec<Candidate>,
    // LIMIT: what comes behind so many is left to the pages after this one.
    rows_max: usize,
    after: Option<Spot>,
    end: Option<Spot>,
}

impl Placed {
    fn new(rows_max: usize, after: Option<Spot>) -> Placed {
        Placed {
            candidates: vec![],
            rows_max,
            after,
            end: None,
        }
    }

    fn add(&mut self, candidate: Candidate) {
        let is_behind = self.after.is_none_or(|after| after < candidate.spot);
        if is_behind && self.end.is_none_or(|end| candidate.spot <= end) {
            self.candidates.push(candidate);
            if self.candidates.len() >= self.rows_max.saturating_mul(2) {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        self.candidates.sort_unstable_by_key(|candidate| candidate.spot);
        if self.candidates.len() > self.rows_max {
            self.candidates.truncate(self.rows_max);
            self.end = self.candidates.last().map(|last| last.spot);
        }
    }

    fn finish(mut self) -> (VecDeque<Candidate>, Option<Spot>) {
        self.cut();
        (self.candidates.into(), self.end)
    }
}

fn just_after(moment: Timestamp) -> Timestamp {
    Timestamp::from_nanos(moment.as_nanos().saturating_add(1))
}

/// A page of matches, if most traces match.
const FIRST_TURN_ROWS: usize = 256;
const TURN_GROWTH: usize = 4;
/// So many traces are read together at most.
const BATCH_TRACES: usize = 1_024;
