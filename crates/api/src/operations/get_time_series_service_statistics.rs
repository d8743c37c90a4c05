//! GetTimeSeriesServiceStatistics (`spec/api.md` 7.2).

use wire::{Fault, GetTimeSeriesServiceStatisticsRequest, GetTimeSeriesServiceStatisticsResponse};

use crate::Api;
use crate::fault::query_fault;

pub(super) async fn perform(
    api: &Api,
    request: &GetTimeSeriesServiceStatisticsRequest,
) -> Result<GetTimeSeriesServiceStatisticsResponse, Fault> {
    api.query.time_series(request).await.map_err(query_fault)
}
