//! What people and programs ask of stored traces.

use std::time::Duration;

use serde::Serialize;
use wire::{
    BatchGetTracesRequest, BatchGetTracesResponse, GetServiceGraphRequest, GetTraceSummariesRequest,
    GetTraceSummariesResponse,
};

use crate::batch::Past;
use crate::chance::Chance;
use crate::connection::Connection;
use crate::drive::text_of;
use crate::failure::Failure;
use crate::latencies::Latencies;
use crate::prepared::CUSTOMERS;
use crate::stopwatch;
use crate::traces::Traces;

/// One kind of question.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Question {
    /// A stored trace by its id, another one each time.
    ById,
    /// An id that nothing has.
    AbsentId,
    /// The first page of an annotation that about one in a hundred thousand traces has, another each time.
    RareAnnotation,
    /// The first page of a filter.
    Filter(&'static str),
    /// The first page without a filter.
    Newest,
    /// The service graph up to the end of the stored time, for so long.
    Graph(Duration),
}

/// Where to ask, and what is stored there.
#[derive(Debug)]
pub(crate) struct Asker<'a> {
    pub(crate) connection: Connection,
    pub(crate) traces: &'a Traces,
    pub(crate) past: Past,
}

impl Asker<'_> {
    /// Asks again and again until the time is over, at least a few times; the first does not count.
    pub(crate) fn ask(&self, question: Question, budget: Duration) -> Result<Latencies, Failure> {
        let mut latencies = Latencies::new();
        let mut chance = Chance::new(ASKING_SEED);
        self.once(question, &mut chance)?;
        let deadline = stopwatch::now() + budget;
        while latencies.count() < ASKED_MAX && (latencies.count() < ASKED_MIN || stopwatch::now() < deadline)
        {
            let begin = stopwatch::now();
            self.once(question, &mut chance)?;
            latencies.record(begin.elapsed());
        }
        Ok(latencies)
    }

    fn once(&self, question: Question, chance: &mut Chance) -> Result<(), Failure> {
        match question {
            Question::ById => {
                let number = chance.below(self.past.traces);
                let drawn = self.traces.beginning(number, self.past.start_us(number));
                let found = self.by_id(text_of(drawn.instance.trace_id))?;
                let wanted = drawn.shape.documents.len();
                // Inferred segments come on top.
                (found >= wanted).then_some(()).ok_or_else(|| {
                    Failure::of(format!("find {wanted} documents of a trace, there are {found}"))
                })
            }
            Question::AbsentId => {
                let seconds = self.past.from_us / 1_000_000;
                let found = self.by_id(format!("1-{seconds:08x}-{:024x}", chance.next()))?;
                (found == 0)
                    .then_some(())
                    .ok_or_else(|| Failure::of("ask for an id that nothing has"))
            }
            Question::RareAnnotation => {
                let customer = chance.below(CUSTOMERS);
                self.page(&self.search(&format!("annotation.customer = \"c-{customer:06}\"")))
            }
            Question::Filter(expression) => self.page(&self.search(expression)),
            Question::Newest => self.page(&GetTraceSummariesRequest {
                filter_expression: None,
                ..self.search("")
            }),
            Question::Graph(length) => {
                let end = self.past.end_seconds();
                self.read(
                    "/ServiceGraph",
                    &GetServiceGraphRequest {
                        start_time: Some(end - length.as_secs_f64()),
                        end_time: Some(end),
                        ..GetServiceGraphRequest::default()
                    },
                )
            }
        }
    }

    /// Pages of a filter that nothing can prune, until all is looked at or the time is over. Returns the traces
    /// looked at.
    pub(crate) fn scan(&self, budget: Duration) -> Result<u64, Failure> {
        let mut request = self.search(UNPRUNABLE);
        let (mut looked_at, deadline) = (0, stopwatch::now() + budget);
        loop {
            let page: GetTraceSummariesResponse = self.connection.ask("/TraceSummaries", &request)?;
            looked_at += page.traces_processed_count.unwrap_or_default() as u64;
            request.next_token = page.next_token;
            if request.next_token.is_none() || stopwatch::now() >= deadline {
                return Ok(looked_at);
            }
        }
    }

    fn by_id(&self, id: String) -> Result<usize, Failure> {
        let request = BatchGetTracesRequest {
            trace_ids: Some(vec![id]),
            ..BatchGetTracesRequest::default()
        };
        let answer: BatchGetTracesResponse = self.connection.ask("/Traces", &request)?;
        Ok(answer.traces.iter().map(|trace| trace.segments.len()).sum())
    }

    fn search(&self, expression: &str) -> GetTraceSummariesRequest {
        GetTraceSummariesRequest {
            start_time: Some(self.past.from_us as f64 / 1e6),
            end_time: Some(self.past.end_seconds()),
            filter_expression: Some(expression.to_owned()),
            ..GetTraceSummariesRequest::default()
        }
    }

    fn page(&self, request: &GetTraceSummariesRequest) -> Result<(), Failure> {
        self.read("/TraceSummaries", request)
    }

    fn read(&self, path: &str, request: &impl Serialize) -> Result<(), Failure> {
        self.connection.ask_bytes(path, request).map(drop)
    }
}

impl Past {
    /// Behind the last trace; a long one may end later.
    pub(crate) fn end_seconds(&self) -> f64 {
        (self.from_us + self.length_us) as f64 / 1e6
    }
}

/// Every trace has a URL, and none has this in it.
pub(crate) const UNPRUNABLE: &str = "http.url CONTAINS \"no-such-text\"";
const ASKING_SEED: u64 = 11;
const ASKED_MIN: u64 = 3;
const ASKED_MAX: u64 = 2_000;
