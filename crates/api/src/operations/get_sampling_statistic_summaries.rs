//! GetSamplingStatisticSummaries (`spec/sampling.md` 8.3).

use sampling::Summary;
use wire::{
    Fault, GetSamplingStatisticSummariesRequest, GetSamplingStatisticSummariesResponse,
    SamplingStatisticSummary, refusals,
};

use crate::Api;

pub(super) fn perform(
    api: &Api,
    request: &GetSamplingStatisticSummariesRequest,
) -> Result<GetSamplingStatisticSummariesResponse, Fault> {
    if let Some(token) = &request.next_token {
        return Err(Fault::invalid_request(refusals::token_invalid(token)));
    }
    let summaries = api.rules().summaries(api.clock.now());
    Ok(GetSamplingStatisticSummariesResponse {
        sampling_statistic_summaries: summaries.iter().map(printed).collect(),
        next_token: None,
    })
}

fn printed(summary: &Summary) -> SamplingStatisticSummary {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    SamplingStatisticSummary {
        rule_name: summary.rule_name.to_string(),
        timestamp: summary.window_start.seconds() as f64,
        request_count: count(summary.requests),
        borrow_count: count(summary.borrowed),
        sampled_count: count(summary.sampled),
    }
}
