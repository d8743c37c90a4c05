//! GetTimeSeriesServiceStatistics (`spec/service-graph.md` 5, `spec/api.md` 7.2).

use crate::shape::{absent, shapes};
use crate::{HistogramBucket, Statistics};

shapes! {
    /// What GetTimeSeriesServiceStatistics takes.
    pub struct GetTimeSeriesServiceStatisticsRequest {
        /// Start of the window, inclusive.
        pub start_time: Option<f64>,
        /// End of the window, exclusive; at most 24 hours later.
        pub end_time: Option<f64>,
        /// Only the traces of this group.
        #[serde(skip_serializing_if = "absent")]
        pub group_name: Option<String>,
        /// The same, by ARN.
        #[serde(rename = "GroupARN", skip_serializing_if = "absent")]
        pub group_arn: Option<String>,
        /// A node or an edge, 1 to 500 characters; calls of clients where it is absent.
        #[serde(skip_serializing_if = "absent")]
        pub entity_selector_expression: Option<String>,
        /// Seconds of one point: 60 (default) or 300.
        #[serde(skip_serializing_if = "absent")]
        pub period: Option<i64>,
        /// Whether the expected number of faults is asked for.
        #[serde(skip_serializing_if = "absent")]
        pub forecast_statistics: Option<bool>,
        /// Where the last page ended.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What GetTimeSeriesServiceStatistics answers.
    pub struct GetTimeSeriesServiceStatisticsResponse {
        /// Newest first; periods without traffic in the group have none.
        pub time_series_service_statistics: Vec<TimeSeriesServiceStatistics>,
        /// Whether a trace was admitted to the group by an earlier expression of it.
        pub contains_old_group_versions: bool,
        /// Where this page ended; absent on the last one.
        #[serde(skip_serializing_if = "absent")]
        pub next_token: Option<String>,
    }

    /// What happened in one period.
    pub struct TimeSeriesServiceStatistics {
        /// The period's end, epoch seconds.
        pub timestamp: f64,
        /// Calls of the selected edge, or of clients; absent where there are none.
        #[serde(skip_serializing_if = "absent")]
        pub edge_summary_statistics: Option<Statistics>,
        /// What the selected node did; absent where there is nothing.
        #[serde(skip_serializing_if = "absent")]
        pub service_summary_statistics: Option<Statistics>,
        /// How many faults were expected; empty unless it was asked for.
        pub service_forecast_statistics: ForecastStatistics,
        /// Response times of what is counted; absent where there are none.
        #[serde(skip_serializing_if = "absent")]
        pub response_time_histogram: Option<Vec<HistogramBucket>>,
    }

    /// How many faults were expected in a period.
    pub struct ForecastStatistics {
        /// At most so many.
        #[serde(skip_serializing_if = "absent")]
        pub fault_count_high: Option<i64>,
        /// At least so many.
        #[serde(skip_serializing_if = "absent")]
        pub fault_count_low: Option<i64>,
    }
}
