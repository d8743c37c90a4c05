//! The X-Ray operations as JSON: requests, answers, error names and the texts that AWS fixes.
//! Knows neither HTTP nor how an answer is found.
//!
//! Members follow the names and casing of the public model (`spec/api.md` 7). A member that is absent is left
//! out, never `null`; lists and maps that clients rely on are always there (`spec/api.md` 1). Required members of
//! requests are `Option`s here, because their absence has an error of its own: see [`required`].

mod constraints;
mod encryption;
mod fault;
mod graph;
mod groups;
mod policies;
pub mod refusals;
mod sampling;
mod sampling_rules;
mod segments;
mod shape;
mod summaries;
mod tags;
mod telemetry;
mod time_series;
mod traces;
#[cfg(feature = "typescript")]
mod typescript;

pub use constraints::Constraints;
pub use encryption::{
    EncryptionConfig, GetEncryptionConfigRequest, GetEncryptionConfigResponse, PutEncryptionConfigRequest,
    PutEncryptionConfigResponse,
};
pub use fault::{Fault, FaultCode, required};
pub use graph::{
    Alias, Edge, ErrorStatistics, FaultStatistics, GetServiceGraphRequest, GetServiceGraphResponse,
    GetTraceGraphRequest, GetTraceGraphResponse, HistogramBucket, Service, Statistics,
};
pub use groups::{
    CreateGroupRequest, CreateGroupResponse, DeleteGroupRequest, DeleteGroupResponse, GetGroupRequest,
    GetGroupResponse, GetGroupsRequest, GetGroupsResponse, Group, InsightsConfiguration, UpdateGroupRequest,
    UpdateGroupResponse,
};
pub use policies::{
    DeleteResourcePolicyRequest, DeleteResourcePolicyResponse, ListResourcePoliciesRequest,
    ListResourcePoliciesResponse, PutResourcePolicyRequest, PutResourcePolicyResponse, ResourcePolicy,
};
pub use sampling::{
    GetSamplingRulesRequest, GetSamplingRulesResponse, GetSamplingStatisticSummariesRequest,
    GetSamplingStatisticSummariesResponse, GetSamplingTargetsRequest, GetSamplingTargetsResponse,
    SamplingRateBoost, SamplingRule, SamplingRuleRecord, SamplingStatisticSummary,
    SamplingStatisticsDocument, SamplingTargetDocument, UnprocessedStatistics,
};
pub use sampling_rules::{
    CreateSamplingRuleRequest, CreateSamplingRuleResponse, DeleteSamplingRuleRequest,
    DeleteSamplingRuleResponse, SamplingRuleMembers, UpdateSamplingRuleRequest, UpdateSamplingRuleResponse,
};
pub use segments::{PutTraceSegmentsRequest, PutTraceSegmentsResponse, UnprocessedTraceSegment};
pub use summaries::{
    AnnotationValue, AvailabilityZoneDetail, GetTraceSummariesRequest, GetTraceSummariesResponse, Http,
    InstanceIdDetail, ResourceArnDetail, RootCause, RootCauseEntity, RootCauseException, RootCauseService,
    SamplingStrategy, ServiceId, TraceSummary, TraceUser, ValueWithServiceIds,
};
pub use tags::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, Tag, TagResourceRequest, TagResourceResponse,
    UntagResourceRequest, UntagResourceResponse,
};
pub use telemetry::{
    BackendConnectionErrors, PutTelemetryRecordsRequest, PutTelemetryRecordsResponse, TelemetryRecord,
};
pub use time_series::{
    ForecastStatistics, GetTimeSeriesServiceStatisticsRequest, GetTimeSeriesServiceStatisticsResponse,
    TimeSeriesServiceStatistics,
};
pub use traces::{BatchGetTracesRequest, BatchGetTracesResponse, SegmentEntry, TraceEntry};
#[cfg(feature = "typescript")]
pub use typescript::typescript;
