//! What users are answered, in texts that can be compared: whole traces, summaries page by page, graphs,
//! time series.

use document::TraceId;
use query::Query;
use serde::Serialize;
use serde_json::Value;
use wire::{
    BatchGetTracesRequest, GetServiceGraphRequest, GetServiceGraphResponse,
    GetTimeSeriesServiceStatisticsResponse, GetTraceSummariesRequest, TraceEntry, TraceSummary,
};

use crate::series::SeriesQuestion;
use crate::world::told;

/// Everything that is compared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answers {
    pub(crate) traces: Vec<TraceEntry>,
    /// By start, by receipt, and of a group by start.
    pub(crate) summaries: Vec<Vec<TraceSummary>>,
    /// The last one is of a group, if there is any; so of time series.
    pub(crate) graphs: Vec<GetServiceGraphResponse>,
    pub(crate) series: Vec<GetTimeSeriesServiceStatisticsResponse>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Questions {
    pub(crate) traces: Vec<TraceId>,
    /// Both ends of everything, in seconds.
    pub(crate) window: (i64, i64),
    /// Windows of graphs, in seconds, both inclusive.
    pub(crate) graphs: Vec<(i64, i64)>,
    pub(crate) series: Vec<SeriesQuestion>,
    /// One of the groups.
    pub(crate) group: Option<String>,
}

impl Answers {
    pub(crate) async fn of(query: &Query, questions: &Questions) -> Result<Answers, String> {
        let mut graphs = vec![];
        for window in &questions.graphs {
            graphs.push(graph(query, *window, None).await?);
        }
        let mut series = vec![];
        for question in &questions.series {
            series.push(question.ask(query, None).await?);
        }
        let mut found = vec![
            summaries(query, questions.window, ("TraceId", None)).await?,
            summaries(query, questions.window, ("Event", None)).await?,
        ];
        if let Some(group) = questions.group.as_deref() {
            found.push(summaries(query, questions.window, ("TraceId", Some(group))).await?);
            if let Some(window) = questions.graphs.first() {
                graphs.push(graph(query, *window, Some(group)).await?);
            }
            if let Some(question) = questions.series.first() {
                series.push(question.ask(query, Some(group)).await?);
            }
        }
        Ok(Answers {
            traces: traces(query, &questions.traces).await?,
            summaries: found,
            graphs,
            series,
        })
    }

    /// The first difference of traces and summaries; `None` if there is none.
    pub(crate) fn difference(&self, wanted: &Answers) -> Option<String> {
        let of_traces = first_difference("BatchGetTraces", &self.traces, &wanted.traces);
        let of_summaries = || {
            let pairs = self.summaries.iter().zip(&wanted.summaries);
            pairs
                .filter_map(|(answer, wanted)| first_difference("GetTraceSummaries", answer, wanted))
                .next()
        };
        of_traces.or_else(of_summaries)
    }

    /// The first difference of graphs and time series.
    pub(crate) fn difference_of_graphs(&self, wanted: &Answers) -> Option<String> {
        let of_graphs = first_difference("GetServiceGraph", &self.graphs, &wanted.graphs);
        let series = "GetTimeSeriesServiceStatistics";
        of_graphs.or_else(|| first_difference(series, &self.series, &wanted.series))
    }
}

fn first_difference<T: PartialEq + Serialize>(what: &str, answer: &[T], wanted: &[T]) -> Option<String> {
    if answer == wanted {
        return None;
    }
    let [answer, wanted] = [answer, wanted].map(|all| serde_json::to_value(all).unwrap_or_default());
    Some(format!("{what}{}", place_of_difference(&answer, &wanted)))
}

/// Where two answers part, and what stands there.
fn place_of_difference(answer: &Value, wanted: &Value) -> String {
    match (answer, wanted) {
        (Value::Array(some), Value::Array(others)) if some.len() == others.len() => {
            let pairs = some.iter().zip(others).enumerate();
            let parted = pairs
                .filter(|(_, (one, other))| one != other)
                .map(|(place, pair)| (place.to_string(), pair));
            first_place(parted)
        }
        (Value::Object(some), Value::Object(others)) if some.keys().eq(others.keys()) => {
            let pairs = some
                .iter()
                .zip(others.values())
                .filter(|((_, one), other)| one != other);
            let name = some
                .get("Name")
                .map(|name| format!("({name})"))
                .unwrap_or_default();
            first_place(pairs.map(|((key, one), other)| (format!("{name}{key}"), (one, other))))
        }
        (answer, wanted) => format!(" is {answer}, wanted is {wanted}"),
    }
}

fn first_place<'v>(mut parted: impl Iterator<Item = (String, (&'v Value, &'v Value))>) -> String {
    match parted.next() {
        Some((place, (one, other))) => format!("/{place}{}", place_of_difference(one, other)),
        None => String::new(),
    }
}

pub(crate) async fn graph(
    query: &Query,
    (from, until): (i64, i64),
    group: Option<&str>,
) -> Result<GetServiceGraphResponse, String> {
    let request = GetServiceGraphRequest {
        start_time: Some(from as f64),
        end_time: Some(until as f64),
        group_name: group.map(str::to_owned),
        ..GetServiceGraphRequest::default()
    };
    query
        .service_graph(&request)
        .await
        .map_err(|error| told("no graph", &error))
}

pub(crate) async fn traces(query: &Query, ids: &[TraceId]) -> Result<Vec<TraceEntry>, String> {
    let mut traces = vec![];
    for ids in ids.chunks(5) {
        let request = BatchGetTracesRequest {
            trace_ids: Some(ids.iter().map(ToString::to_string).collect()),
            next_token: None,
        };
        let answer = query.batch_get_traces(&request).await;
        let answer = answer.map_err(|error| told("no traces", &error))?;
        if !answer.unprocessed_trace_ids.is_empty() {
            return Err(format!(
                "traces could not be read: {:?}",
                answer.unprocessed_trace_ids
            ));
        }
        traces.extend(answer.traces);
    }
    Ok(traces)
}

pub(crate) async fn summaries(
    query: &Query,
    window: (i64, i64),
    (range_type, group): (&str, Option<&str>),
) -> Result<Vec<TraceSummary>, String> {
    let mut request = GetTraceSummariesRequest {
        start_time: Some(window.0 as f64),
        end_time: Some(window.1 as f64),
        time_range_type: Some(range_type.to_owned()),
        filter_expression: group.map(|group| format!(r#"group.name = "{group}""#)),
        ..GetTraceSummariesRequest::default()
    };
    let mut summaries = vec![];
    loop {
        let page = query.trace_summaries(&request).await;
        let page = page.map_err(|error| told("no summaries", &error))?;
        summaries.extend(page.trace_summaries);
        match page.next_token {
            Some(token) => request.next_token = Some(token),
            None => return Ok(summaries),
        }
    }
}
