//! The shapes as TypeScript, so that the console's types cannot drift from ours.

use ts_rs::{Config, TS};

/// Hands the names of all shapes to another macro, in the order of the alphabet.
macro_rules! every_shape {
    ($to:ident) => {
        $to!(
            Alias,
            AnnotationValue,
            AvailabilityZoneDetail,
            BackendConnectionErrors,
            BatchGetTracesRequest,
            BatchGetTracesResponse,
            CreateGroupRequest,
            CreateGroupResponse,
            CreateSamplingRuleRequest,
            CreateSamplingRuleResponse,
            DeleteGroupRequest,
            DeleteGroupResponse,
            DeleteResourcePolicyRequest,
            DeleteResourcePolicyResponse,
            DeleteSamplingRuleRequest,
            DeleteSamplingRuleResponse,
            Edge,
            EncryptionConfig,
            ErrorStatistics,
            FaultStatistics,
            ForecastStatistics,
            GetEncryptionConfigRequest,
            GetEncryptionConfigResponse,
            GetGroupRequest,
            GetGroupResponse,
            GetGroupsRequest,
            GetGroupsResponse,
            GetSamplingRulesRequest,
            GetSamplingRulesResponse,
            GetSamplingStatisticSummariesRequest,
            GetSamplingStatisticSummariesResponse,
            GetSamplingTargetsRequest,
            GetSamplingTargetsResponse,
            GetServiceGraphRequest,
            GetServiceGraphResponse,
            GetTimeSeriesServiceStatisticsRequest,
            GetTimeSeriesServiceStatisticsResponse,
            GetTraceGraphRequest,
            GetTraceGraphResponse,
            GetTraceSummariesRequest,
            GetTraceSummariesResponse,
            Group,
            HistogramBucket,
            Http,
            InsightsConfiguration,
            InstanceIdDetail,
            ListResourcePoliciesRequest,
            ListResourcePoliciesResponse,
            ListTagsForResourceRequest,
            ListTagsForResourceResponse,
            PutEncryptionConfigRequest,
            PutEncryptionConfigResponse,
            PutResourcePolicyRequest,
            PutResourcePolicyResponse,
            PutTelemetryRecordsRequest,
            PutTelemetryRecordsResponse,
            PutTraceSegmentsRequest,
            PutTraceSegmentsResponse,
            ResourceArnDetail,
            ResourcePolicy,
            RootCause,
            RootCauseEntity,
            RootCauseException,
            RootCauseService,
            SamplingRateBoost,
            SamplingRule,
            SamplingRuleMembers,
            SamplingRuleRecord,
            SamplingStatisticSummary,
            SamplingStatisticsDocument,
            SamplingStrategy,
            SamplingTargetDocument,
            SegmentEntry,
            Service,
            ServiceId,
            Statistics,
            Tag,
            TagResourceRequest,
            TagResourceResponse,
            TelemetryRecord,
            TimeSeriesServiceStatistics,
            TraceEntry,
            TraceSummary,
            TraceUser,
            UnprocessedStatistics,
            UnprocessedTraceSegment,
            UntagResourceRequest,
            UntagResourceResponse,
            UpdateGroupRequest,
            UpdateGroupResponse,
            UpdateSamplingRuleRequest,
            UpdateSamplingRuleResponse,
            ValueWithServiceIds,
        );
    };
}

/// The text of the console's `wire.ts`: every request and answer with all that they hold.
pub fn typescript() -> String {
    let config = Config::new().with_large_int("number");
    let mut text = String::from(
        "// Generated from the crate `wire` by `cargo run -p xtask -- generate`. Do not edit.\n",
    );
    let mut declare = |declaration: String| {
        text.push_str("\nexport ");
        text.push_str(&declaration);
        text.push('\n');
    };
    macro_rules! declare_all {
        ($($shape:ident),* $(,)?) => { $(declare(crate::$shape::decl(&config));)* };
    }
    every_shape!(declare_all);
    text
}
