//! Questions for time series.

use query::Query;
use wire::{GetTimeSeriesServiceStatisticsRequest, GetTimeSeriesServiceStatisticsResponse};

use crate::chance::Chance;
use crate::workload::SERVICES;
use crate::world::told;

/// A question for a time series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeriesQuestion {
    /// Minutes that end at this second or later,
    pub(crate) from: i64,
    /// and before this one.
    pub(crate) before: i64,
    /// Seconds of a point.
    pub(crate) period: i64,
    pub(crate) subject: Subject,
}

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// All calls of clients.
    Clients,
    Service(u64),
    /// The calls of the client of a service.
    Client(u64),
    /// The calls of one service by another.
    Call(u64, u64),
}

impl SeriesQuestion {
    /// The last day, and some other time of at most a day. Nothing received before `floor` is asked for, everything
    /// until `until` may be.
    pub(crate) fn some((floor, until): (i64, i64), chance: &mut Chance) -> Vec<SeriesQuestion> {
        let (first, last) = (floor + 60, until + 61);
        let from = first + chance.below((last - first).max(1) as u64) as i64;
        let length = chance.between(1, DAY_SECONDS as u64) as i64;
        let windows = [
            (first.max(last - DAY_SECONDS), last),
            (from, last.min(from + length)),
        ];
        let mut questions = vec![];
        for (from, before) in windows {
            let (one, other) = (chance.below(SERVICES), chance.below(SERVICES));
            let question = SeriesQuestion {
                from,
                before,
                period: chance.weighted(&[(1, 60), (1, 300)]),
                subject: chance.weighted(&[
                    (2, Subject::Clients),
                    (4, Subject::Service(one)),
                    (1, Subject::Client(one)),
                    (2, Subject::Call(one, other)),
                ]),
            };
            if from <= before {
                questions.push(question);
            }
        }
        questions
    }

    /// Of all traces, or those of a group.
    pub(crate) async fn ask(
        self,
        query: &Query,
        group: Option<&str>,
    ) -> Result<GetTimeSeriesServiceStatisticsResponse, String> {
        let request = GetTimeSeriesServiceStatisticsRequest {
            start_time: Some(self.from as f64),
            end_time: Some(self.before as f64),
            group_name: group.map(str::to_owned),
            period: Some(self.period),
            entity_selector_expression: self.subject.selector(),
            ..GetTimeSeriesServiceStatisticsRequest::default()
        };
        let answer = query.time_series(&request).await;
        answer.map_err(|error| told("no time series", &error))
    }
}

impl Subject {
    fn selector(self) -> Option<String> {
        match self {
            Subject::Clients => None,
            Subject::Service(service) => Some(format!(r#"service("svc{service}")"#)),
            Subject::Client(service) => Some(format!(
                r#"edge(id(name: "svc{service}", type: "client"), "svc{service}")"#
            )),
            Subject::Call(from, to) => Some(format!(r#"edge("svc{from}", "svc{to}")"#)),
        }
    }
}

const DAY_SECONDS: i64 = 86_400;
