//! Requests counted by hand from what documents say, as graphs and time series must count them.

use std::collections::{BTreeMap, BTreeSet};

use wire::{GetServiceGraphResponse, Statistics};

use crate::model::{Model, Visible};
use crate::series::{SeriesQuestion, Subject};
use crate::workload::{SERVICES, Told};

/// Requests, faults and milliseconds.
pub(crate) type Counted = (i64, i64, i64);

/// A complete segment.
#[derive(Debug, Clone, Copy)]
struct Request {
    /// When it was received.
    second: i64,
    told: Told,
    ms: i64,
}

/// The requests as they were known at one second: the first complete document of a segment counts at its receipt. What
/// was received later, in an import out of order perhaps, was not known.
fn requests(known: i64, visible: &Visible, model: &Model) -> Vec<Request> {
    let mut requests = vec![];
    for documents in visible.values() {
        let mut counted = BTreeSet::new();
        for received in documents {
            let second = received.receipt.seconds();
            let Some(told) = model.told(received.position).filter(|_| second <= known) else {
                continue;
            };
            let Some(end_ms) = told.end_ms.filter(|_| counted.insert(told.segment)) else {
                continue;
            };
            let ms = end_ms - told.start_ms;
            requests.push(Request { second, told, ms });
        }
    }
    requests
}

impl Request {
    fn count(&self, counted: &mut Counted) {
        counted.0 += 1;
        counted.1 += i64::from(self.told.is_fault);
        counted.2 += self.ms;
    }
}

fn counted_of(statistics: Option<&Statistics>) -> Counted {
    statistics.map_or((0, 0, 0), |statistics| {
        (
            statistics.total_count,
            statistics.fault_statistics.total_count,
            (statistics.total_response_time * 1_000.0).round() as i64,
        )
    })
}

/// The services of a graph.
pub(crate) struct Services {
    window: (i64, i64),
    counted: BTreeMap<u64, Counted>,
}

impl Services {
    pub(crate) fn count((from, until): (i64, i64), visible: &Visible, model: &Model) -> Services {
        let mut counted: BTreeMap<u64, Counted> = BTreeMap::new();
        for request in requests(until, visible, model) {
            if from <= request.second {
                request.count(counted.entry(request.told.service).or_default());
            }
        }
        Services {
            window: (from, until),
            counted,
        }
    }

    /// Compares them with those of a graph.
    pub(crate) fn check(&self, graph: &GetServiceGraphResponse) -> Result<(), String> {
        for service in 0..SERVICES {
            let name = format!("svc{service}");
            let node = graph
                .services
                .iter()
                .find(|node| node.name == name && node.r#type.is_none());
            let answered = counted_of(node.and_then(|node| node.summary_statistics.as_ref()));
            let wanted = self.counted.get(&service).copied().unwrap_or_default();
            if answered != wanted {
                let (from, until) = self.window;
                return Err(format!(
                    "{name} from {from} to {until} counts {answered:?} (requests, faults, ms), the documents say {wanted:?}"
                ));
            }
        }
        Ok(())
    }
}

/// Compares the points of a time series with what documents say.
pub(crate) fn check_series(
    question: &SeriesQuestion,
    answer: &wire::GetTimeSeriesServiceStatisticsResponse,
    (visible, model): (&Visible, &Model),
) -> Result<(), String> {
    let mut wanted: BTreeMap<i64, Counted> = BTreeMap::new();
    for request in requests(question.before, visible, model) {
        let is_meant = match question.subject {
            Subject::Clients => request.told.is_root,
            Subject::Service(service) => request.told.service == service,
            Subject::Client(service) => request.told.is_root && request.told.service == service,
            // Which calls are claimed, and by whom, only the reference tells.
            Subject::Call(..) => return Ok(()),
        };
        let end = request.second.div_euclid(MINUTE) * MINUTE + MINUTE;
        if is_meant && question.from <= end && end < question.before {
            let stamp = (end + question.period - 1).div_euclid(question.period) * question.period;
            request.count(wanted.entry(stamp).or_default());
        }
    }
    let points = answer.time_series_service_statistics.iter();
    let answered: BTreeMap<i64, Counted> = points
        .map(|point| {
            let statistics = match question.subject {
                Subject::Service(_) => &point.service_summary_statistics,
                Subject::Clients | Subject::Client(_) | Subject::Call(..) => &point.edge_summary_statistics,
            };
            (point.timestamp as i64, counted_of(statistics.as_ref()))
        })
        .filter(|(_, counted)| counted.0 > 0)
        .collect();
    match answered == wanted {
        true => Ok(()),
        false => Err(format!(
            "the points of {question:?} count {answered:?} (requests, faults, ms), the documents say {wanted:?}"
        )),
    }
}

const MINUTE: i64 = 60;
