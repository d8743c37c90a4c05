//! Statistics of a node, an edge or all calls of clients, period by period (`spec/service-graph.md` 5).

use std::collections::BTreeMap;

use filter::EntitySelector;
use service_graph::{GraphSum, ServiceGraph, Window};
use stats::Tally;
use wire::{
    Constraints, ForecastStatistics, GetTimeSeriesServiceStatisticsRequest,
    GetTimeSeriesServiceStatisticsResponse, TimeSeriesServiceStatistics, refusals,
};

use crate::printed::{histogram_of, statistics_of};
use crate::scopes::check_lengths;
use crate::window::bounds_of;
use crate::{Query, QueryError};

impl Query {
    /// One point for each period with traffic, newest first.
    ///
    /// # Errors
    /// [`QueryError::Refused`] for a bad window, period, selector, group or token, and for a forecast without an id.
    pub async fn time_series(
        &self,
        request: &GetTimeSeriesServiceStatisticsRequest,
    ) -> Result<GetTimeSeriesServiceStatisticsResponse, QueryError> {
        check(request)?;
        let selector = selector_of(request)?;
        let (name, arn) = (request.group_name.as_deref(), request.group_arn.as_deref());
        let traces = self.traces_of(name, arn).await?;
        let (start, end) = bounds_of(&request.start_time, &request.end_time)?;
        let ends = Ends {
            first: start.seconds(),
            before: end.seconds(),
            period: request.period.unwrap_or(MINUTE),
        };
        let empty = GraphSum::by_minute(&self.config.account_id);
        let summed = self.sum_of(&traces, ends.window(), empty).await?;
        let mut points: BTreeMap<i64, Tally> = BTreeMap::new();
        for (minute, graph) in summed.sum.minutes().filter(|(_, graph)| graph.has_traffic()) {
            let point = points.entry(ends.stamp(minute)).or_default();
            point.add(&selected(&graph, selector.as_ref()), 1);
        }
        let newest_first = points.iter().rev();
        Ok(GetTimeSeriesServiceStatisticsResponse {
            time_series_service_statistics: newest_first
                .map(|(stamp, tally)| point_of(*stamp, tally, selector.as_ref()))
                .collect(),
            contains_old_group_versions: summed.has_old_members,
            next_token: None,
        })
    }
}

/// Which periods are asked for, by their ends.
struct Ends {
    /// No minute that ends before this second.
    first: i64,
    /// No minute that ends at this second or later.
    before: i64,
    /// Seconds of one point.
    period: i64,
}

impl Ends {
    /// The seconds of all minutes whose end is asked for, as they were known at the end of the window.
    fn window(&self) -> Window {
        let next_end = |second: i64| second.saturating_add(MINUTE - 1).div_euclid(MINUTE) * MINUTE;
        Window {
            known: self.before,
            ..Window::until(next_end(self.first) - MINUTE, next_end(self.before) - MINUTE - 1)
        }
    }

    /// The end of the period that holds the minute which begins at this second.
    fn stamp(&self, minute: i64) -> i64 {
        (minute + MINUTE + self.period - 1).div_euclid(self.period) * self.period
    }
}

fn selector_of(
    request: &GetTimeSeriesServiceStatisticsRequest,
) -> Result<Option<EntitySelector>, QueryError> {
    let selector = request.entity_selector_expression.as_deref();
    let selector: Option<EntitySelector> = selector
        .map(str::parse)
        .transpose()
        .map_err(|problem: filter::Problem| QueryError::invalid(problem.to_string()))?;
    let is_by_id = selector.as_ref().is_some_and(EntitySelector::is_by_id);
    if request.forecast_statistics == Some(true) && !is_by_id {
        return Err(QueryError::invalid(refusals::FORECAST_WITHOUT_ID));
    }
    Ok(selector)
}

/// What of a minute is asked for: without a selector, what clients called.
fn selected(graph: &ServiceGraph, selector: Option<&EntitySelector>) -> Tally {
    match selector {
        None => graph.tally_of_edges(|from, _| from.is_client()),
        Some(EntitySelector::Service(node)) => graph.tally_of_nodes(|id| node.matches(id)),
        Some(EntitySelector::Edge(from, to)) => {
            graph.tally_of_edges(|source, end| from.matches(source) && to.matches(end))
        }
    }
}

fn point_of(stamp: i64, tally: &Tally, selector: Option<&EntitySelector>) -> TimeSeriesServiceStatistics {
    let statistics = (tally.counts.total() > 0).then(|| statistics_of(tally));
    let (service, edge) = match selector {
        Some(EntitySelector::Service(_)) => (statistics, None),
        Some(EntitySelector::Edge(..)) | None => (None, statistics),
    };
    TimeSeriesServiceStatistics {
        timestamp: stamp as f64,
        edge_summary_statistics: edge,
        service_summary_statistics: service,
        // Bands are stored by whoever looks for insights. A minute without a stored band is told as `{}`
        // (`spec/insights.md` 4), and nothing stores one yet.
        service_forecast_statistics: ForecastStatistics::default(),
        response_time_histogram: (!tally.responses.is_empty()).then(|| histogram_of(&tally.responses)),
    }
}

/// Everything that can be said of a request without reading what its selector says.
fn check(request: &GetTimeSeriesServiceStatisticsRequest) -> Result<(), QueryError> {
    let selector = &request.entity_selector_expression;
    let mut constraints = Constraints::new();
    constraints.required("startTime", &request.start_time);
    constraints.required("endTime", &request.end_time);
    check_lengths(&mut constraints, &request.group_name, &request.group_arn);
    constraints.length("entitySelectorExpression", selector, 1..=SELECTOR_MAX);
    constraints.check()?;
    let (start, end) = bounds_of(&request.start_time, &request.end_time)?;
    if end.nanos_since(start) > SERIES_NANOS_MAX {
        return Err(QueryError::invalid(refusals::SERIES_TOO_LONG));
    }
    if !matches!(request.period, None | Some(60 | 300)) {
        return Err(QueryError::invalid(refusals::SERIES_PERIOD));
    }
    if request.group_name.is_some() && request.group_arn.is_some() {
        return Err(QueryError::invalid(refusals::GROUP_NAMED_TWICE));
    }
    if request.forecast_statistics == Some(true) && selector.is_none() {
        return Err(QueryError::invalid(refusals::FORECAST_WITHOUT_ID));
    }
    match &request.next_token {
        None => Ok(()),
        // No page was ever given, so no token is ours.
        Some(token) => Err(QueryError::invalid(refusals::token_invalid(token))),
    }
}

const MINUTE: i64 = 60;
const SERIES_NANOS_MAX: i64 = 86_400 * 1_000_000_000;
const SELECTOR_MAX: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> GetTimeSeriesServiceStatisticsRequest {
        GetTimeSeriesServiceStatisticsRequest {
            start_time: Some(1_767_225_600.0),
            end_time: Some(1_767_312_000.0),
            ..GetTimeSeriesServiceStatisticsRequest::default()
        }
    }

    fn refused(change: impl FnOnce(&mut GetTimeSeriesServiceStatisticsRequest)) -> String {
        let mut request = day();
        change(&mut request);
        match check(&request) {
            Ok(()) => String::new(),
            Err(QueryError::Refused(fault)) => format!("{}: {}", fault.code.name(), fault.message),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn what_section_5_allows_passes() {
        for period in [None, Some(60), Some(300)] {
            assert_eq!(refused(|request| request.period = period), "");
        }
        let longest = "x".repeat(500);
        assert_eq!(
            refused(|request| request.entity_selector_expression = Some(longest)),
            ""
        );
        assert_eq!(refused(|request| request.end_time = request.start_time), "");
        assert_eq!(
            refused(|request| request.group_name = Some("slow".to_owned())),
            ""
        );
        assert_eq!(refused(|request| request.forecast_statistics = Some(false)), "");
    }

    #[test]
    fn what_section_5_refuses_is_refused_in_its_words() {
        let invalid = |text: &str| format!("InvalidRequestException: {text}");
        assert_eq!(
            refused(|request| request.start_time = Some(1_767_225_599.0)),
            invalid("Time range cannot be longer than 24 hours")
        );
        assert_eq!(
            refused(|request| request.end_time = Some(1_767_225_599.0)),
            invalid("End time cannot be earlier than start time")
        );
        for period in [0, 59, 120, 3_600, -60] {
            assert_eq!(
                refused(|request| request.period = Some(period)),
                invalid("Time period must be one of [60, 300]")
            );
        }
        assert_eq!(
            refused(|request| request.next_token = Some("made-up".to_owned())),
            invalid("Invalid token made-up")
        );
        assert_eq!(
            refused(|request| request.forecast_statistics = Some(true)),
            invalid(refusals::FORECAST_WITHOUT_ID)
        );
        let named_twice = refused(|request| {
            request.group_name = Some("slow".to_owned());
            request.group_arn = Some("arn".to_owned());
        });
        assert_eq!(named_twice, invalid("Provide either GroupName or GroupARN"));
    }

    #[test]
    fn what_breaks_the_model_is_a_validation_exception() {
        let one = "ValidationException: 1 validation error detected: Value";
        let empty = refused(|request| request.entity_selector_expression = Some(String::new()));
        assert_eq!(
            empty,
            format!(
                "{one} '' at 'entitySelectorExpression' failed to satisfy constraint: \
                 Member must have length greater than or equal to 1"
            )
        );
        let too_long = refused(|request| request.entity_selector_expression = Some("x".repeat(501)));
        assert!(too_long.ends_with("Member must have length less than or equal to 500"));
        let unbounded = refused(|request| (request.start_time, request.end_time) = (None, None));
        assert!(
            unbounded.starts_with("ValidationException: 2 validation errors detected: "),
            "{unbounded}"
        );
    }
}
