//! A request for summaries, checked.

use std::time::Duration;

use clock::Timestamp;
use document::TraceId;
use filter::{Filter, Subject, Verdict};
use sha2::{Digest, Sha256};
use store::Times;
use trace::{Received, Roots, Trace};
use wire::{Constraints, Fault, GetTraceSummariesRequest, TraceSummary, refusals};

use crate::groups::{Groups, NamedGroups};
use crate::pinned::as_of;
use crate::printed::summary_of;
use crate::token::Token;
use crate::window::{RangeType, Window, bounds_of};
use crate::{QueryConfig, QueryError};

/// A request, checked.
pub(super) struct Question<'r> {
    pub(super) request: &'r GetTraceSummariesRequest,
    pub(super) window: Window,
    pub(super) filter: Filter,
    groups: NamedGroups,
    roots: Roots,
    pub(super) share: Share,
    pub(super) after: Option<Token>,
}

/// What the server says of every question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    pub(super) now: Timestamp,
    pub(super) token_age_max: Duration,
    pub(super) window_max: Option<Duration>,
    pub(super) roots: Roots,
}

impl Given {
    fn takes(&self, token: &Token) -> bool {
        token.is_younger(self.token_age_max, self.now)
    }

    fn check_window(&self, start: Timestamp, end: Timestamp) -> Result<(), QueryError> {
        match self.window_max.filter(|window_max| start + *window_max < end) {
            None => Ok(()),
            Some(window_max) => {
                let text = refusals::summaries_too_long(window_max.as_secs());
                Err(QueryError::invalid(text))
            }
        }
    }
}

/// Which part of the traces is enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Share {
    All,
    PartialScan,
    FixedRate(f64),
}

impl<'r> Question<'r> {
    pub(super) async fn check(
        request: &'r GetTraceSummariesRequest,
        kept: &dyn Groups,
        given: Given,
    ) -> Result<Question<'r>, QueryError> {
        check_model(request)?;
        let range_type = RangeType::named(request.time_range_type.as_deref())?;
        let (start, end) = bounds_of(&request.start_time, &request.end_time)?;
        given.check_window(start, end)?;
        let share = share_of(request, range_type)?;
        let expression = request.filter_expression.as_deref().unwrap_or_default();
        let filter = expression
            .parse::<Filter>()
            .map_err(|problem| QueryError::invalid(problem.to_string()))?;
        let groups = NamedGroups::of(&filter, kept).await?;
        let after = match request.next_token.as_deref() {
            None => None,
            Some(text) => {
                let token = Token::read(text, request).filter(|token| given.takes(token));
                Some(token.ok_or_else(|| QueryError::invalid(refusals::token_invalid(text)))?)
            }
        };
        let window = Window::between(start, end, range_type);
        Ok(Question {
            request,
            window,
            filter,
            groups,
            roots: given.roots,
            share,
            after,
        })
    }

    /// Where a trace stood at the moment of the first page.
    pub(super) fn place_then(
        &self,
        as_of_receipt: Timestamp,
        id: TraceId,
        documents: &[Received],
    ) -> Option<Timestamp> {
        if self.window.range_type == RangeType::Service {
            let then = as_of(as_of_receipt, id, documents)?;
            return self.window.place_of_ended(&then);
        }
        let known = documents
            .iter()
            .filter(|received| received.receipt <= as_of_receipt);
        self.window.place_of_times(&Times::among(known)?)
    }

    /// Whether a trace belongs to the part that is asked for.
    pub(super) fn is_in_share(&self, trace_id: TraceId) -> bool {
        match self.share {
            Share::All | Share::PartialScan => true,
            Share::FixedRate(rate) => fraction_of(trace_id) < rate,
        }
    }

    /// The summary of a trace that is wanted. Its facts may have said so already.
    pub(super) fn judge(
        &self,
        trace_id: TraceId,
        documents: Vec<Received>,
        verdict: Verdict,
        config: &QueryConfig,
    ) -> Option<TraceSummary> {
        if documents.is_empty() || verdict == Verdict::No || !self.is_in_share(trace_id) {
            return None;
        }
        let home = &*config.account_id;
        let trace = Trace::assemble(trace_id, documents).with_roots(self.roots);
        // Membership is judged over all annotations, as it is for the groups' graphs (ADR 0013).
        let groups = match verdict {
            Verdict::Yes => vec![],
            Verdict::No | Verdict::Unknown => self.groups.of_trace(&trace, home),
        };
        let trace = match &config.annotations {
            None => trace,
            Some(limits) => trace.with_annotations_within(limits),
        };
        let matches = verdict == Verdict::Yes || {
            let subject = Subject {
                trace: &trace,
                home,
                groups: &groups,
            };
            self.filter
                .matches_testing(&subject, &|entity| self.window.tests(entity))
        };
        matches.then(|| summary_of(&trace, &self.window, home))
    }

    pub(super) fn traces_max(&self, page_traces_max: usize) -> usize {
        match self.share {
            Share::All | Share::FixedRate(_) => page_traces_max,
            Share::PartialScan => PARTIAL_SCAN_TRACES,
        }
    }

    /// On the last page: the start of the window, in whole seconds.
    pub(super) fn scanned_down_to(&self) -> i64 {
        self.window.from.seconds()
    }
}

/// Everything that the API's model says of a request, before anything else is looked at (`spec/api.md` 4).
fn check_model(request: &GetTraceSummariesRequest) -> Result<(), Fault> {
    let mut constraints = Constraints::new();
    constraints.required("startTime", &request.start_time);
    constraints.required("endTime", &request.end_time);
    constraints.one_of("timeRangeType", &request.time_range_type, &RANGE_TYPES);
    if let Some(strategy) = request
        .sampling_strategy
        .as_ref()
        .filter(|_| request.sampling == Some(true))
    {
        constraints.one_of(
            "samplingStrategy.name",
            &strategy.name,
            &["PartialScan", "FixedRate"],
        );
    }
    constraints.check()
}

fn share_of(request: &GetTraceSummariesRequest, range_type: RangeType) -> Result<Share, QueryError> {
    let strategy = request.sampling_strategy.as_ref();
    let name = strategy.and_then(|strategy| strategy.name.as_deref());
    match (request.sampling.unwrap_or_default(), name) {
        (false, _) => Ok(Share::All),
        (true, None | Some("PartialScan")) => Ok(Share::PartialScan),
        (true, Some("FixedRate")) => {
            let value = strategy
                .and_then(|strategy| strategy.value)
                .filter(|value| (0.0..=1.0).contains(value));
            let rate = value.ok_or_else(|| QueryError::invalid(refusals::RATE_OUT_OF_RANGE))?;
            match range_type {
                RangeType::Event => Ok(Share::FixedRate(rate)),
                RangeType::TraceId | RangeType::Service => {
                    Err(QueryError::invalid(refusals::rate_needs_event(range_type.name())))
                }
            }
        }
        (true, Some(other)) => Err(Fault::validation(
            &format!("'{other}'"),
            "samplingStrategy.name",
            "Member must satisfy enum value set: [PartialScan, FixedRate]",
        )
        .into()),
    }
}

/// Where an id lies between 0 and 1: its first 53 bits under SHA-256, stable over pages and calls.
fn fraction_of(trace_id: TraceId) -> f64 {
    let digest = Sha256::digest(trace_id.to_string());
    let first = digest
        .iter()
        .take(8)
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    (first >> 11) as f64 / (1_u64 << 53) as f64
}

const RANGE_TYPES: [&str; 3] = ["TraceId", "Service", "Event"];
const PARTIAL_SCAN_TRACES: usize = 10_000;
