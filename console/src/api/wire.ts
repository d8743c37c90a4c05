// Generated from the crate `wire` by `cargo run -p xtask -- generate`. Do not edit.

export type Alias = { 
/**
 * The caller's name for it.
 */
Name: string, 
/**
 * The same, as a list.
 */
Names: Array<string>, 
/**
 * What the caller took it for.
 */
Type?: string, };

export type AnnotationValue = { 
/**
 * A text.
 */
StringValue?: string, 
/**
 * A number.
 */
NumberValue?: number, 
/**
 * A boolean.
 */
BooleanValue?: boolean, };

export type AvailabilityZoneDetail = { 
/**
 * Its name.
 */
Name: string, };

export type BackendConnectionErrors = { 
/**
 * Calls that timed out.
 */
TimeoutCount?: number, 
/**
 * Calls whose connection was refused.
 */
ConnectionRefusedCount?: number, 
/**
 * Calls answered with a status of 400 to 499.
 */
HTTPCode4XXCount?: number, 
/**
 * Calls answered with a status of 500 to 599.
 */
HTTPCode5XXCount?: number, 
/**
 * Calls whose host was not found.
 */
UnknownHostCount?: number, 
/**
 * All other failures.
 */
OtherCount?: number, };

export type BatchGetTracesRequest = { 
/**
 * Trace ids, at most 5.
 */
TraceIds?: Array<string>, 
/**
 * Not supported by the service.
 */
NextToken?: string, };

export type BatchGetTracesResponse = { 
/**
 * The traces that are known, in the order of the request.
 */
Traces: Array<TraceEntry>, 
/**
 * Ids whose reading failed while others succeeded.
 */
UnprocessedTraceIds: Array<string>, 
/**
 * Never given.
 */
NextToken?: string, };

export type CreateGroupRequest = { 
/**
 * 1 to 32 letters, digits and `-`; no other group's.
 */
GroupName?: string, 
/**
 * Which traces belong to it; not blank.
 */
FilterExpression?: string, 
/**
 * What is done about insights; nothing where it is absent.
 */
InsightsConfiguration?: InsightsConfiguration, 
/**
 * Tags of the new group.
 */
Tags?: Array<Tag>, };

export type CreateGroupResponse = { 
/**
 * The new group.
 */
Group: Group, };

export type CreateSamplingRuleRequest = { 
/**
 * The rule; all but `RuleName` or `RuleARN`, `Attributes` and `SamplingRateBoost` must be there.
 */
SamplingRule?: SamplingRuleMembers, 
/**
 * Tags of the new rule.
 */
Tags?: Array<Tag>, };

export type CreateSamplingRuleResponse = { 
/**
 * The new rule.
 */
SamplingRuleRecord: SamplingRuleRecord, };

export type DeleteGroupRequest = { 
/**
 * The group's name.
 */
GroupName?: string, 
/**
 * The group's ARN.
 */
GroupARN?: string, };

export type DeleteGroupResponse = Record<symbol, never>;

export type DeleteResourcePolicyRequest = { 
/**
 * The policy's name.
 */
PolicyName?: string, 
/**
 * The revision that is to go.
 */
PolicyRevisionId?: string, };

export type DeleteResourcePolicyResponse = Record<symbol, never>;

export type DeleteSamplingRuleRequest = { 
/**
 * The rule's name.
 */
RuleName?: string, 
/**
 * The rule's ARN.
 */
RuleARN?: string, };

export type DeleteSamplingRuleResponse = { 
/**
 * The rule as it was.
 */
SamplingRuleRecord: SamplingRuleRecord, };

export type Edge = { 
/**
 * `ReferenceId` of the destination node.
 */
ReferenceId: number, 
/**
 * As of the source node.
 */
StartTime?: number, 
/**
 * As of the source node.
 */
EndTime?: number, 
/**
 * Counts and time of the calls.
 */
SummaryStatistics: Statistics, 
/**
 * The calls' response times.
 */
ResponseTimeHistogram: Array<HistogramBucket>, 
/**
 * Names under which the destination was called.
 */
Aliases: Array<Alias>, 
/**
 * `link` on links between traces, else absent.
 */
EdgeType?: string, 
/**
 * Age of events when they were received; only on links.
 */
ReceivedEventAgeHistogram?: Array<HistogramBucket>, };

export type EncryptionConfig = { 
/**
 * `NONE` or `KMS`.
 */
Type: string, 
/**
 * `UPDATING` or `ACTIVE`.
 */
Status: string, 
/**
 * The key's ARN.
 */
KeyId?: string, };

export type ErrorStatistics = { 
/**
 * Throttled (429).
 */
ThrottleCount: number, 
/**
 * The others.
 */
OtherCount: number, 
/**
 * Both.
 */
TotalCount: number, };

export type FaultStatistics = { 
/**
 * All of them.
 */
OtherCount: number, 
/**
 * All of them.
 */
TotalCount: number, };

export type ForecastStatistics = { 
/**
 * At most so many.
 */
FaultCountHigh?: number, 
/**
 * At least so many.
 */
FaultCountLow?: number, };

export type GetEncryptionConfigRequest = Record<symbol, never>;

export type GetEncryptionConfigResponse = { 
/**
 * The setting.
 */
EncryptionConfig: EncryptionConfig, };

export type GetGroupRequest = { 
/**
 * The group's name.
 */
GroupName?: string, 
/**
 * The group's ARN.
 */
GroupARN?: string, };

export type GetGroupResponse = { 
/**
 * The group.
 */
Group: Group, };

export type GetGroupsRequest = { 
/**
 * Not supported by the service: all groups come in one page.
 */
NextToken?: string, };

export type GetGroupsResponse = { 
/**
 * Default first, the others by name.
 */
Groups: Array<Group>, 
/**
 * Never given.
 */
NextToken?: string, };

export type GetSamplingRulesRequest = { 
/**
 * Ignored: all rules come in one page.
 */
NextToken?: string, };

export type GetSamplingRulesResponse = { 
/**
 * Custom rules by name, Default last.
 */
SamplingRuleRecords: Array<SamplingRuleRecord>, 
/**
 * Never given.
 */
NextToken?: string, };

export type GetSamplingStatisticSummariesRequest = { 
/**
 * Never given, so never right.
 */
NextToken?: string, };

export type GetSamplingStatisticSummariesResponse = { 
/**
 * The last window that is over of each rule with reports, in the order of the rules.
 */
SamplingStatisticSummaries: Array<SamplingStatisticSummary>, 
/**
 * Never given.
 */
NextToken?: string, };

export type GetSamplingTargetsRequest = { 
/**
 * One report per rule in use.
 */
SamplingStatisticsDocuments?: Array<SamplingStatisticsDocument>, 
/**
 * Reports for boosts.
 */
SamplingBoostStatisticsDocuments: unknown[], };

export type GetSamplingTargetsResponse = { 
/**
 * One target per report, in its order.
 */
SamplingTargetDocuments: Array<SamplingTargetDocument>, 
/**
 * Last change of any rule, epoch seconds.
 */
LastRuleModification: number, 
/**
 * Reports that could not be used.
 */
UnprocessedStatistics: Array<UnprocessedStatistics>, 
/**
 * Boost reports that could not be used; only where some were sent.
 */
UnprocessedBoostStatistics?: Array<UnprocessedStatistics>, };

export type GetServiceGraphRequest = { 
/**
 * First receipt second, inclusive.
 */
StartTime?: number, 
/**
 * Last receipt second, inclusive; at most six hours later.
 */
EndTime?: number, 
/**
 * A group, by name.
 */
GroupName?: string, 
/**
 * A group, by ARN.
 */
GroupARN?: string, 
/**
 * Not supported by the service.
 */
NextToken?: string, };

export type GetServiceGraphResponse = { 
/**
 * Earliest start of a node; absent for an empty graph.
 */
StartTime?: number, 
/**
 * Latest end of a node less a second; absent for an empty graph.
 */
EndTime?: number, 
/**
 * The nodes.
 */
Services: Array<Service>, 
/**
 * Whether a counted trace was admitted under an earlier version of the group's expression.
 */
ContainsOldGroupVersions: boolean, 
/**
 * Never given.
 */
NextToken?: string, };

export type GetTimeSeriesServiceStatisticsRequest = { 
/**
 * Start of the window, inclusive.
 */
StartTime?: number, 
/**
 * End of the window, exclusive; at most 24 hours later.
 */
EndTime?: number, 
/**
 * Only the traces of this group.
 */
GroupName?: string, 
/**
 * The same, by ARN.
 */
GroupARN?: string, 
/**
 * A node or an edge, 1 to 500 characters; calls of clients where it is absent.
 */
EntitySelectorExpression?: string, 
/**
 * Seconds of one point: 60 (default) or 300.
 */
Period?: number, 
/**
 * Whether the expected number of faults is asked for.
 */
ForecastStatistics?: boolean, 
/**
 * Where the last page ended.
 */
NextToken?: string, };

export type GetTimeSeriesServiceStatisticsResponse = { 
/**
 * Newest first; periods without traffic in the group have none.
 */
TimeSeriesServiceStatistics: Array<TimeSeriesServiceStatistics>, 
/**
 * Whether a trace was admitted to the group by an earlier expression of it.
 */
ContainsOldGroupVersions: boolean, 
/**
 * Where this page ended; absent on the last one.
 */
NextToken?: string, };

export type GetTraceGraphRequest = { 
/**
 * Exactly one trace id.
 */
TraceIds?: Array<string>, 
/**
 * Not supported by the service.
 */
NextToken?: string, };

export type GetTraceGraphResponse = { 
/**
 * The nodes; empty while the root is in progress.
 */
Services: Array<Service>, 
/**
 * Never given.
 */
NextToken?: string, };

export type GetTraceSummariesRequest = { 
/**
 * Start of the window, inclusive.
 */
StartTime?: number, 
/**
 * End of the window, exclusive.
 */
EndTime?: number, 
/**
 * Which clock is compared: `TraceId` (default), `Event` or `Service`.
 */
TimeRangeType?: string, 
/**
 * Whether a part of the traces is enough.
 */
Sampling?: boolean, 
/**
 * Which part.
 */
SamplingStrategy?: SamplingStrategy, 
/**
 * A filter expression.
 */
FilterExpression?: string, 
/**
 * Where the last page ended.
 */
NextToken?: string, };

export type GetTraceSummariesResponse = { 
/**
 * The matching traces, newest first.
 */
TraceSummaries: Array<TraceSummary>, 
/**
 * How far back the scan has come, epoch seconds.
 */
ApproximateTime?: number, 
/**
 * Traces scanned for this page, matching or not.
 */
TracesProcessedCount?: number, 
/**
 * Where this page ended; absent on the last one.
 */
NextToken?: string, };

export type Group = { 
/**
 * Its name.
 */
GroupName: string, 
/**
 * Its ARN; a group that is made again under the same name has another.
 */
GroupARN: string, 
/**
 * Which traces belong to it; absent on Default, to which all do.
 */
FilterExpression?: string, 
/**
 * What is done about insights; in answers both members are there.
 */
InsightsConfiguration: InsightsConfiguration, };

export type HistogramBucket = { 
/**
 * Seconds, three decimals.
 */
Value: number, 
/**
 * How many.
 */
Count: number, };

export type Http = { 
/**
 * Full URL.
 */
HttpURL?: string, 
/**
 * Status.
 */
HttpStatus?: number, 
/**
 * Method.
 */
HttpMethod?: string, 
/**
 * User agent.
 */
UserAgent?: string, 
/**
 * Client's address.
 */
ClientIp?: string, };

export type InsightsConfiguration = { 
/**
 * Whether they are looked for.
 */
InsightsEnabled?: boolean, 
/**
 * Whether they are told to others; only where they are looked for.
 */
NotificationsEnabled?: boolean, };

export type InstanceIdDetail = { 
/**
 * Its id.
 */
Id: string, };

export type ListResourcePoliciesRequest = { 
/**
 * Not supported by the service: all policies come in one page.
 */
NextToken?: string, };

export type ListResourcePoliciesResponse = { 
/**
 * By name.
 */
ResourcePolicies: Array<ResourcePolicy>, 
/**
 * Never given.
 */
NextToken?: string, };

export type ListTagsForResourceRequest = { 
/**
 * A group or a sampling rule, 1 to 1011 characters.
 */
ResourceARN?: string, 
/**
 * Ignored: all tags come in one page.
 */
NextToken?: string, };

export type ListTagsForResourceResponse = { 
/**
 * By key.
 */
Tags: Array<Tag>, 
/**
 * Never given.
 */
NextToken?: string, };

export type PutEncryptionConfigRequest = { 
/**
 * `NONE` or `KMS`.
 */
Type?: string, 
/**
 * A key's id, alias or ARN; only with `KMS`.
 */
KeyId?: string, };

export type PutEncryptionConfigResponse = { 
/**
 * The setting, still being applied.
 */
EncryptionConfig: EncryptionConfig, };

export type PutResourcePolicyRequest = { 
/**
 * 1 to 128 letters, digits and `_+=,.@-`.
 */
PolicyName?: string, 
/**
 * A policy as JSON text, at most 5,120 bytes.
 */
PolicyDocument?: string, 
/**
 * The revision that is to be replaced; `0` where there must be none.
 */
PolicyRevisionId?: string, 
/**
 * Whether a policy may deny its sender further changes.
 */
BypassPolicyLockoutCheck?: boolean, };

export type PutResourcePolicyResponse = { 
/**
 * The policy as it is now.
 */
ResourcePolicy: ResourcePolicy, };

export type PutTelemetryRecordsRequest = { 
/**
 * One record per period of a sender; a `null` is read, so that it can be refused by its place.
 */
TelemetryRecords?: Array<TelemetryRecord | null>, 
/**
 * At most 20 characters.
 */
EC2InstanceId?: string, 
/**
 * At most 255 characters.
 */
Hostname?: string, 
/**
 * At most 500 characters.
 */
ResourceARN?: string, };

export type PutTelemetryRecordsResponse = Record<symbol, never>;

export type PutTraceSegmentsRequest = { 
/**
 * Segment documents, each as JSON text; 1 to 50.
 */
TraceSegmentDocuments?: Array<string>, };

export type PutTraceSegmentsResponse = { 
/**
 * The documents that were refused; the others are durable.
 */
UnprocessedTraceSegments: Array<UnprocessedTraceSegment>, };

export type ResourceArnDetail = { 
/**
 * Its ARN.
 */
ARN: string, };

export type ResourcePolicy = { 
/**
 * Its name.
 */
PolicyName: string, 
/**
 * The document, as it was sent.
 */
PolicyDocument: string, 
/**
 * `1`, `2` and so on, by one with each put.
 */
PolicyRevisionId: string, 
/**
 * When it was last put, epoch seconds.
 */
LastUpdatedTime: number, };

export type RootCause = { 
/**
 * Whether the path starts at the root.
 */
ClientImpacting: boolean, 
/**
 * The services on the path.
 */
Services: Array<RootCauseService>, };

export type RootCauseEntity = { 
/**
 * The entity's name.
 */
Name: string, 
/**
 * Share of the root's time; only for response times.
 */
Coverage?: number, 
/**
 * Whether it is the caller's side of a remote call.
 */
Remote: boolean, 
/**
 * Its exceptions; only for faults and errors.
 */
Exceptions?: Array<RootCauseException>, };

export type RootCauseException = { 
/**
 * The exception's type.
 */
Name: string, 
/**
 * The exception's message.
 */
Message: string, };

export type RootCauseService = { 
/**
 * The node's name.
 */
Name: string, 
/**
 * All its names.
 */
Names: Array<string>, 
/**
 * The node's type; an empty text where it has none.
 */
Type: string, 
/**
 * The account, where it differs from the server's.
 */
AccountId?: string, 
/**
 * Whether the node is inferred.
 */
Inferred: boolean, 
/**
 * The entities on the path inside this service.
 */
EntityPath: Array<RootCauseEntity>, };

export type SamplingRateBoost = { 
/**
 * Upper bound of the raised rate, 0 to 1.
 */
MaxRate?: number, 
/**
 * Minutes in which only one boost may begin.
 */
CooldownWindowMinutes?: number, 
/**
 * Kept and returned; the model does not know it.
 */
DisableDefaultAnomalyDetection?: boolean, };

export type SamplingRule = { 
/**
 * 1 to 32 characters, unique.
 */
RuleName: string, 
/**
 * The rule's ARN.
 */
RuleARN: string, 
/**
 * Resource that runs the program; `*` for any.
 */
ResourceARN: string, 
/**
 * 1 to 9999, lower first; Default has 10000.
 */
Priority: number, 
/**
 * Share after the reservoir, 0 to 1.
 */
FixedRate: number, 
/**
 * Requests a second over all clients together.
 */
ReservoirSize: number, 
/**
 * Pattern for the segment's name.
 */
ServiceName: string, 
/**
 * Pattern for the segment's origin.
 */
ServiceType: string, 
/**
 * Pattern for the host.
 */
Host: string, 
/**
 * Pattern for the method.
 */
HTTPMethod: string, 
/**
 * Pattern for the path.
 */
URLPath: string, 
/**
 * Version of the rule format, 1.
 */
Version: number, 
/**
 * Patterns for segment attributes.
 */
Attributes: { [key in string]: string }, 
/**
 * How far the rate may rise for a while; absent where it may not.
 */
SamplingRateBoost?: SamplingRateBoost, };

export type SamplingRuleMembers = { 
/**
 * 1 to 32 characters.
 */
RuleName?: string, 
/**
 * Names the rule where `RuleName` is absent.
 */
RuleARN?: string, 
/**
 * Resource that runs the program; `*` for any.
 */
ResourceARN?: string, 
/**
 * 1 to 9999, lower first.
 */
Priority?: number, 
/**
 * Share after the reservoir, 0 to 1.
 */
FixedRate?: number, 
/**
 * Requests a second over all clients together.
 */
ReservoirSize?: number, 
/**
 * Pattern for the segment's name.
 */
ServiceName?: string, 
/**
 * Pattern for the segment's origin.
 */
ServiceType?: string, 
/**
 * Pattern for the host.
 */
Host?: string, 
/**
 * Pattern for the method.
 */
HTTPMethod?: string, 
/**
 * Pattern for the path.
 */
URLPath?: string, 
/**
 * Version of the rule format, 1; not looked at in updates.
 */
Version?: number, 
/**
 * Patterns for segment attributes; replaces all of them.
 */
Attributes?: { [key in string]: string }, 
/**
 * How far the rate may rise for a while.
 */
SamplingRateBoost?: SamplingRateBoost, };

export type SamplingRuleRecord = { 
/**
 * The rule.
 */
SamplingRule: SamplingRule, 
/**
 * Epoch seconds.
 */
CreatedAt: number, 
/**
 * Epoch seconds.
 */
ModifiedAt: number, };

export type SamplingStatisticSummary = { 
/**
 * The rule.
 */
RuleName: string, 
/**
 * Start of the ten seconds, epoch seconds.
 */
Timestamp: number, 
/**
 * Requests that matched.
 */
RequestCount: number, 
/**
 * Requests recorded without a quota.
 */
BorrowCount: number, 
/**
 * Requests that were recorded.
 */
SampledCount: number, };

export type SamplingStatisticsDocument = { 
/**
 * The rule.
 */
RuleName?: string, 
/**
 * 24 characters.
 */
ClientID?: string, 
/**
 * The client's clock; parsed, never used. Seconds, or milliseconds from some clients.
 */
Timestamp?: number, 
/**
 * Requests that matched.
 */
RequestCount?: number, 
/**
 * Requests that were recorded; one sampler calls it `SampleCount`.
 */
SampledCount?: number, 
/**
 * Requests recorded without a quota.
 */
BorrowCount?: number, };

export type SamplingStrategy = { 
/**
 * `PartialScan` or `FixedRate`.
 */
Name?: string, 
/**
 * Share, 0 to 1.
 */
Value?: number, };

export type SamplingTargetDocument = { 
/**
 * The rule.
 */
RuleName: string, 
/**
 * Share after the quota, 0 to 1.
 */
FixedRate: number, 
/**
 * Requests a second for this client.
 */
ReservoirQuota: number, 
/**
 * Until when the quota holds, epoch seconds.
 */
ReservoirQuotaTTL: number, 
/**
 * Seconds until the next report.
 */
Interval: number, };

export type SegmentEntry = { 
/**
 * The segment's id.
 */
Id: string, 
/**
 * The processed document, as JSON text.
 */
Document: string, };

export type Service = { 
/**
 * Place of the node in this answer, from 0.
 */
ReferenceId: number, 
/**
 * The node's name.
 */
Name: string, 
/**
 * All names the node is known under.
 */
Names: Array<string>, 
/**
 * `true` on nodes where requests enter, else absent.
 */
Root?: boolean, 
/**
 * The account, where it differs from the server's.
 */
AccountId?: string, 
/**
 * The kind of thing the node is; absent for a reported segment without `origin`.
 */
Type?: string, 
/**
 * `active`, `unknown` or `passive`.
 */
State: string, 
/**
 * First second of the traces that touch the node; absent in a trace graph.
 */
StartTime?: number, 
/**
 * One second after the last such second.
 */
EndTime?: number, 
/**
 * Calls that leave the node.
 */
Edges: Array<Edge>, 
/**
 * Counts and time of the node's own segments; absent on client nodes.
 */
SummaryStatistics?: Statistics, 
/**
 * From the segment's start to the end of its last subsegment.
 */
DurationHistogram?: Array<HistogramBucket>, 
/**
 * From the segment's start to its end.
 */
ResponseTimeHistogram?: Array<HistogramBucket>, };

export type ServiceId = { 
/**
 * The node's name.
 */
Name: string, 
/**
 * All its names.
 */
Names: Array<string>, 
/**
 * The kind of thing it is.
 */
Type?: string, 
/**
 * The account, where it differs from the server's.
 */
AccountId?: string, };

export type Statistics = { 
/**
 * Without a flag.
 */
OkCount: number, 
/**
 * Throttled and other errors of the caller.
 */
ErrorStatistics: ErrorStatistics, 
/**
 * Faults.
 */
FaultStatistics: FaultStatistics, 
/**
 * All of them.
 */
TotalCount: number, 
/**
 * Seconds, three decimals.
 */
TotalResponseTime: number, };

export type Tag = { 
/**
 * 1 to 128 characters.
 */
Key?: string, 
/**
 * 0 to 256 characters.
 */
Value?: string, };

export type TagResourceRequest = { 
/**
 * A group or a sampling rule, 1 to 1011 characters.
 */
ResourceARN?: string, 
/**
 * Tags to give it, in place of those with the same keys.
 */
Tags?: Array<Tag>, };

export type TagResourceResponse = Record<symbol, never>;

export type TelemetryRecord = { 
/**
 * End of the period, epoch seconds.
 */
Timestamp?: number, 
/**
 * Documents that programs handed to the sender.
 */
SegmentsReceivedCount?: number, 
/**
 * Documents handed on.
 */
SegmentsSentCount?: number, 
/**
 * Documents dropped for lack of memory.
 */
SegmentsSpilloverCount?: number, 
/**
 * Documents that were malformed or refused.
 */
SegmentsRejectedCount?: number, 
/**
 * Calls that failed, by kind.
 */
BackendConnectionErrors?: BackendConnectionErrors, };

export type TimeSeriesServiceStatistics = { 
/**
 * The period's end, epoch seconds.
 */
Timestamp: number, 
/**
 * Calls of the selected edge, or of clients; absent where there are none.
 */
EdgeSummaryStatistics?: Statistics, 
/**
 * What the selected node did; absent where there is nothing.
 */
ServiceSummaryStatistics?: Statistics, 
/**
 * How many faults were expected; empty unless it was asked for.
 */
ServiceForecastStatistics: ForecastStatistics, 
/**
 * Response times of what is counted; absent where there are none.
 */
ResponseTimeHistogram?: Array<HistogramBucket>, };

export type TraceEntry = { 
/**
 * The trace id, lower case.
 */
Id: string, 
/**
 * Seconds from the earliest start to the latest end; absent while nothing has ended.
 */
Duration?: number, 
/**
 * Whether documents were dropped because the trace grew beyond its limit.
 */
LimitExceeded: boolean, 
/**
 * Reported segments by start, then inferred ones.
 */
Segments: Array<SegmentEntry>, };

export type TraceSummary = { 
/**
 * The trace id, lower case.
 */
Id: string, 
/**
 * Earliest start, epoch seconds.
 */
StartTime?: number, 
/**
 * Seconds from the earliest start to the latest end.
 */
Duration?: number, 
/**
 * Seconds from the root's start to its end.
 */
ResponseTime?: number, 
/**
 * The root's `fault`.
 */
HasFault: boolean, 
/**
 * The root's `error` without `throttle`.
 */
HasError: boolean, 
/**
 * The root's `throttle`.
 */
HasThrottle: boolean, 
/**
 * Whether some parent has not been received.
 */
IsPartial: boolean, 
/**
 * The root's request and answer.
 */
Http: Http, 
/**
 * Values by key.
 */
Annotations: { [key in string]: Array<ValueWithServiceIds> }, 
/**
 * The users of all segments.
 */
Users: Array<TraceUser>, 
/**
 * Every node of the trace's graph.
 */
ServiceIds: Array<ServiceId>, 
/**
 * The segments' resources.
 */
ResourceARNs: Array<ResourceArnDetail>, 
/**
 * The segments' EC2 instances.
 */
InstanceIds: Array<InstanceIdDetail>, 
/**
 * The segments' zones.
 */
AvailabilityZones: Array<AvailabilityZoneDetail>, 
/**
 * The root's node.
 */
EntryPoint?: ServiceId, 
/**
 * Why it faulted.
 */
FaultRootCauses: Array<RootCause>, 
/**
 * Why it erred.
 */
ErrorRootCauses: Array<RootCause>, 
/**
 * Why it was slow.
 */
ResponseTimeRootCauses: Array<RootCause>, 
/**
 * How many calls changed the trace.
 */
Revision: number, 
/**
 * Time of the last change, whole epoch seconds; only in `Event` and `Service` windows.
 */
MatchedEventTime?: number, };

export type TraceUser = { 
/**
 * The user.
 */
UserName: string, 
/**
 * Reported nodes that named it.
 */
ServiceIds: Array<ServiceId>, };

export type UnprocessedStatistics = { 
/**
 * The rule it named.
 */
RuleName: string, 
/**
 * A status as text.
 */
ErrorCode: string, 
/**
 * Why.
 */
Message: string, };

export type UnprocessedTraceSegment = { 
/**
 * The id the document named, where one could be read.
 */
Id?: string, 
/**
 * Why, as a code (`spec/segment-documents.md` 7).
 */
ErrorCode: string, 
/**
 * Why, as a sentence.
 */
Message: string, };

export type UntagResourceRequest = { 
/**
 * A group or a sampling rule, 1 to 1011 characters.
 */
ResourceARN?: string, 
/**
 * Keys to take away; those it does not have are no mistake.
 */
TagKeys?: Array<string>, };

export type UntagResourceResponse = Record<symbol, never>;

export type UpdateGroupRequest = { 
/**
 * The group's name.
 */
GroupName?: string, 
/**
 * The group's ARN.
 */
GroupARN?: string, 
/**
 * Which traces belong to it from now on; must be repeated where it stays, absent on Default.
 */
FilterExpression?: string, 
/**
 * What is done about insights; what is absent stays.
 */
InsightsConfiguration?: InsightsConfiguration, };

export type UpdateGroupResponse = { 
/**
 * The group as it is now.
 */
Group: Group, };

export type UpdateSamplingRuleRequest = { 
/**
 * `RuleName` or `RuleARN`, and what is to be different. What is absent stays, but a boost goes.
 */
SamplingRuleUpdate?: SamplingRuleMembers, };

export type UpdateSamplingRuleResponse = { 
/**
 * The rule as it is now.
 */
SamplingRuleRecord: SamplingRuleRecord, };

export type ValueWithServiceIds = { 
/**
 * The value.
 */
AnnotationValue: AnnotationValue, 
/**
 * Reported nodes that carried it.
 */
ServiceIds: Array<ServiceId>, };
