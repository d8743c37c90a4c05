//! The shapes as TypeScript, so that the console's types cannot drift from ours.

use ts_rs::{Config, TS};

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
    declare_all!(
        Alias,
        AnnotationValue,
        AvailabilityZoneDetail,
        BackendConnectionErrors,
        BatchGetTracesRequest,
        BatchGetTracesResponse,
        Edge,
        ErrorStatistics,
        FaultStatistics,
        GetSamplingRulesRequest,
        GetSamplingRulesResponse,
        GetSamplingTargetsRequest,
        GetSamplingTargetsResponse,
        GetServiceGraphRequest,
        GetServiceGraphResponse,
        GetTraceGraphRequest,
        GetTraceGraphResponse,
        GetTraceSummariesRequest,
        GetTraceSummariesResponse,
        HistogramBucket,
        Http,
        InstanceIdDetail,
        PutTelemetryRecordsRequest,
        PutTelemetryRecordsResponse,
        PutTraceSegmentsRequest,
        PutTraceSegmentsResponse,
        ResourceArnDetail,
        RootCause,
        RootCauseEntity,
        RootCauseException,
        RootCauseService,
        SamplingRule,
        SamplingRuleRecord,
        SamplingStatisticsDocument,
        SamplingStrategy,
        SamplingTargetDocument,
        SegmentEntry,
        Service,
        ServiceId,
        Statistics,
        TelemetryRecord,
        TraceEntry,
        TraceSummary,
        TraceUser,
        UnprocessedStatistics,
        UnprocessedTraceSegment,
        ValueWithServiceIds,
    );
    text
}
