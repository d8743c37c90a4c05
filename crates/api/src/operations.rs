//! X-Ray's operations. One that is not built yet says so.

mod batch_get_traces;
mod create_group;
mod create_sampling_rule;
mod delete_group;
mod delete_resource_policy;
mod delete_sampling_rule;
mod get_encryption_config;
mod get_group;
mod get_groups;
mod get_sampling_rules;
mod get_sampling_statistic_summaries;
mod get_sampling_targets;
mod get_service_graph;
mod get_time_series_service_statistics;
mod get_trace_graph;
mod get_trace_summaries;
mod list_resource_policies;
mod list_tags_for_resource;
mod put_encryption_config;
mod put_resource_policy;
mod put_telemetry_records;
mod put_trace_segments;
mod tag_resource;
mod untag_resource;
mod update_group;
mod update_sampling_rule;

use axum::response::Response;
use bytes::Bytes;
use wire::Fault;

use crate::Api;
use crate::answer::{answer, fault_answer, request_from};

pub(crate) use put_trace_segments::printed;

/// What a call is about; each kind has a rate of its own (`spec/api.md` 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Documents,
    Telemetry,
    Read,
    Settings,
}

/// The operation at a path (`spec/api.md` 7).
pub(crate) fn at(path: &str) -> Option<&'static str> {
    OPERATIONS
        .iter()
        .find(|(known, _)| *known == path)
        .map(|(_, operation)| *operation)
}

/// What the calls of an operation are about.
pub(crate) fn kind_of(operation: &str) -> Kind {
    match operation {
        "PutTraceSegments" => Kind::Documents,
        "PutTelemetryRecords" => Kind::Telemetry,
        read if READS.contains(&read) => Kind::Read,
        _ => Kind::Settings,
    }
}

/// Takes the request, answers it.
pub(crate) async fn perform(operation: &str, api: &Api, body: &Bytes) -> Response {
    answered(operation, api, body)
        .await
        .unwrap_or_else(|fault| fault_answer(&fault))
}

async fn answered(operation: &str, api: &Api, body: &Bytes) -> Result<Response, Fault> {
    Ok(match operation {
        "PutTraceSegments" => answer(put_trace_segments::perform(api, body).await),
        "PutTelemetryRecords" => answer(put_telemetry_records::perform(&request_from(body)?)),
        "BatchGetTraces" => answer(batch_get_traces::perform(api, &request_from(body)?).await),
        "GetTraceSummaries" => answer(get_trace_summaries::perform(api, &request_from(body)?).await),
        "GetServiceGraph" => answer(get_service_graph::perform(api, &request_from(body)?).await),
        "GetTraceGraph" => answer(get_trace_graph::perform(api, &request_from(body)?).await),
        "GetTimeSeriesServiceStatistics" => {
            answer(get_time_series_service_statistics::perform(api, &request_from(body)?).await)
        }
        "GetSamplingRules" => answer(get_sampling_rules::perform(api, &request_from(body)?)),
        "GetSamplingTargets" => answer(get_sampling_targets::perform(api, request_from(body)?)),
        "CreateGroup" => answer(create_group::perform(api, &request_from(body)?).await),
        "GetGroup" => answer(get_group::perform(api, &request_from(body)?).await),
        "UpdateGroup" => answer(update_group::perform(api, &request_from(body)?).await),
        "DeleteGroup" => answer(delete_group::perform(api, &request_from(body)?).await),
        "GetGroups" => answer(get_groups::perform(api, &request_from(body)?).await),
        "CreateSamplingRule" => answer(create_sampling_rule::perform(api, &request_from(body)?).await),
        "UpdateSamplingRule" => answer(update_sampling_rule::perform(api, &request_from(body)?).await),
        "DeleteSamplingRule" => answer(delete_sampling_rule::perform(api, &request_from(body)?).await),
        "TagResource" => answer(tag_resource::perform(api, &request_from(body)?).await),
        "UntagResource" => answer(untag_resource::perform(api, &request_from(body)?).await),
        "ListTagsForResource" => answer(list_tags_for_resource::perform(api, &request_from(body)?).await),
        "GetSamplingStatisticSummaries" => answer(get_sampling_statistic_summaries::perform(
            api,
            &request_from(body)?,
        )),
        "PutResourcePolicy" => answer(put_resource_policy::perform(api, &request_from(body)?).await),
        "ListResourcePolicies" => answer(list_resource_policies::perform(api, &request_from(body)?).await),
        "DeleteResourcePolicy" => answer(delete_resource_policy::perform(api, &request_from(body)?).await),
        "GetEncryptionConfig" => answer(get_encryption_config::perform(api, &request_from(body)?).await),
        "PutEncryptionConfig" => answer(put_encryption_config::perform(api, &request_from(body)?).await),
        other => return Err(Fault::not_supported_yet(other)),
    })
}

const OPERATIONS: [(&str, &str); 38] = [
    ("/TraceSegments", "PutTraceSegments"),
    ("/TelemetryRecords", "PutTelemetryRecords"),
    ("/Traces", "BatchGetTraces"),
    ("/TraceSummaries", "GetTraceSummaries"),
    ("/TraceGraph", "GetTraceGraph"),
    ("/ServiceGraph", "GetServiceGraph"),
    ("/TimeSeriesServiceStatistics", "GetTimeSeriesServiceStatistics"),
    ("/CreateGroup", "CreateGroup"),
    ("/GetGroup", "GetGroup"),
    ("/UpdateGroup", "UpdateGroup"),
    ("/DeleteGroup", "DeleteGroup"),
    ("/Groups", "GetGroups"),
    ("/CreateSamplingRule", "CreateSamplingRule"),
    ("/UpdateSamplingRule", "UpdateSamplingRule"),
    ("/DeleteSamplingRule", "DeleteSamplingRule"),
    ("/GetSamplingRules", "GetSamplingRules"),
    ("/SamplingTargets", "GetSamplingTargets"),
    ("/SamplingStatisticSummaries", "GetSamplingStatisticSummaries"),
    ("/TagResource", "TagResource"),
    ("/UntagResource", "UntagResource"),
    ("/ListTagsForResource", "ListTagsForResource"),
    ("/PutResourcePolicy", "PutResourcePolicy"),
    ("/ListResourcePolicies", "ListResourcePolicies"),
    ("/DeleteResourcePolicy", "DeleteResourcePolicy"),
    ("/EncryptionConfig", "GetEncryptionConfig"),
    ("/PutEncryptionConfig", "PutEncryptionConfig"),
    ("/GetTraceSegmentDestination", "GetTraceSegmentDestination"),
    ("/UpdateTraceSegmentDestination", "UpdateTraceSegmentDestination"),
    ("/GetIndexingRules", "GetIndexingRules"),
    ("/UpdateIndexingRule", "UpdateIndexingRule"),
    ("/StartTraceRetrieval", "StartTraceRetrieval"),
    ("/ListRetrievedTraces", "ListRetrievedTraces"),
    ("/GetRetrievedTracesGraph", "GetRetrievedTracesGraph"),
    ("/CancelTraceRetrieval", "CancelTraceRetrieval"),
    ("/Insight", "GetInsight"),
    ("/InsightSummaries", "GetInsightSummaries"),
    ("/InsightEvents", "GetInsightEvents"),
    ("/InsightImpactGraph", "GetInsightImpactGraph"),
];

/// Traces and what is made of them, and what samplers ask for. All others are about settings.
const READS: [&str; 16] = [
    "BatchGetTraces",
    "GetTraceSummaries",
    "GetTraceGraph",
    "GetServiceGraph",
    "GetTimeSeriesServiceStatistics",
    "GetSamplingRules",
    "GetSamplingTargets",
    "GetSamplingStatisticSummaries",
    "StartTraceRetrieval",
    "ListRetrievedTraces",
    "GetRetrievedTracesGraph",
    "CancelTraceRetrieval",
    "GetInsight",
    "GetInsightSummaries",
    "GetInsightEvents",
    "GetInsightImpactGraph",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_read_is_an_operation() {
        let is_known = |read: &&str| OPERATIONS.iter().any(|(_, operation)| operation == read);
        assert!(READS.iter().all(is_known));
        let settings = OPERATIONS
            .iter()
            .filter(|(_, operation)| kind_of(operation) == Kind::Settings);
        assert_eq!(settings.count(), OPERATIONS.len() - READS.len() - 2);
    }
}
