//! Texts of refusals that AWS fixes, each with where it was observed.

/// PutTraceSegments without documents (`spec/api.md` 7.1).
pub const SEGMENTS_EMPTY: &str = "Segments can not be empty";
/// PutTraceSegments with more than 50 documents (`spec/segment-documents.md` 1).
pub const SEGMENTS_TOO_MANY: &str = "Exceeding maximum segment count: 50";
/// A document of a trace that holds as much as it may (`spec/segment-documents.md` 7).
pub const TRACE_TOO_LARGE: &str = "This trace has reached its maximum allocated quota.";
/// A document of a trace that is too old to be changed (`spec/segment-documents.md` 1); the text is ours.
pub const TRACE_TOO_OLD: &str = "This trace can no longer be modified.";
/// More links than a segment or its trace may have (`spec/segment-documents.md` 1); the text is ours.
pub const LINKS_TOO_MANY: &str = "This segment or its trace has more links than allowed.";
/// PutTelemetryRecords without records (`spec/api.md` 7.1).
pub const TELEMETRY_EMPTY: &str = "Telemetry records cannot be empty";
/// A window that ends before it starts (`spec/api.md` 7.2).
pub const END_BEFORE_START: &str = "End time cannot be earlier than start time";
/// A service graph over more than six hours (`spec/service-graph.md` 4).
pub const GRAPH_TOO_LONG: &str = "Time range cannot be longer than 6 hours";
/// A time series over more than a day (`spec/service-graph.md` 5); the text is ours.
pub const SERIES_TOO_LONG: &str = "Time range cannot be longer than 24 hours";
/// A time series with points of another length (`spec/service-graph.md` 5).
pub const SERIES_PERIOD: &str = "Time period must be one of [60, 300]";
/// A forecast for something else than one node (`spec/service-graph.md` 5); the text is ours.
pub const FORECAST_WITHOUT_ID: &str = "ForecastStatistics needs an EntitySelectorExpression with an id";
/// A group whose expression names a group (`spec/filter-expressions.md` 9).
pub const GROUP_OF_GROUPS: &str = "The filter expression of a group cannot name a group";
/// A token where the operation has no pages (`spec/api.md` 6).
pub const TOKEN_NOT_SUPPORTED: &str = "NextToken is currently not supported";
/// BatchGetTraces with an id twice (`spec/api.md` 7.2).
pub const IDS_REPEATED: &str = "Containing duplicate trace ids";
/// GetTraceGraph without an id (`spec/service-graph.md` 4).
pub const GRAPH_WITHOUT_ID: &str = "Zero trace ids provided";
/// GetTraceGraph with several ids (`spec/service-graph.md` 4).
pub const GRAPH_OF_SEVERAL: &str = "Currently only one trace Id is supported";
/// GetTraceGraph with a malformed id (`spec/service-graph.md` 4).
pub const GRAPH_ID_MALFORMED: &str = "Invalid traceId. ErrorCode: InvalidId";
/// GetTraceGraph with an id that is not known (`spec/service-graph.md` 4).
pub const GRAPH_ID_UNKNOWN: &str = "Trace id not found";
/// A graph of a group that does not exist (`spec/api.md` 7.3).
pub const GROUP_NOT_FOUND: &str = "Group not found.";
/// A graph of a group named twice (`spec/service-graph.md` 4).
pub const GROUP_NAMED_TWICE: &str = "Provide either GroupName or GroupARN";
/// A group that does not exist, where a group itself is asked for (`spec/api.md` 7.3).
pub const GROUP_UNKNOWN: &str = "Group not found";
/// CreateGroup or UpdateGroup without an expression (`spec/api.md` 7.3).
pub const GROUP_WITHOUT_FILTER: &str = "Filter Expression is empty";
/// A name with other characters than a group's may have; the text is ours.
pub const GROUP_NAME_MALFORMED: &str = "Group name can contain only letters, digits and '-'";
/// DeleteGroup of the group that always exists; the text is ours.
pub const GROUP_DEFAULT_STAYS: &str = "The Default group cannot be deleted";
/// An expression for the group of everything; the text is ours.
pub const GROUP_DEFAULT_FILTER: &str = "The Default group cannot have a filter expression";
/// Notifications of insights that nobody looks for (`spec/api.md` 7.3); the text is ours.
pub const GROUP_NOTIFICATIONS: &str = "NotificationsEnabled can be true only if InsightsEnabled is true";
/// One more group than there may be (`spec/api.md` 7.3); the text is ours.
pub const GROUPS_TOO_MANY: &str = "The maximum number of groups has been reached.";
/// GetGroups with a token (`spec/api.md` 6).
pub const GROUPS_TOKEN_NOT_SUPPORTED: &str = "Next Token not supported";
/// A sampling rule named twice (`spec/api.md` 7.4).
pub const RULE_NAMED_TWICE: &str = "Request cannot contain both sampling rule name and sampling rule ARN";
/// A sampling rule not named (`spec/api.md` 7.4).
pub const RULE_NOT_NAMED: &str = "Request must contain either sampling rule name or sampling rule ARN";
/// A sampling rule of another format (`spec/api.md` 7.4).
pub const RULE_VERSION: &str = "Sampling rule version must be 1";
/// A sampling rule of a name that another has (`spec/api.md` 7.4).
pub const RULE_EXISTS: &str = "Sampling rule already exists";
/// One more sampling rule than there may be (`spec/sampling.md` 6); the text is ours.
pub const RULES_TOO_MANY: &str = "The maximum number of custom sampling rules has been reached.";
/// A change of a sampling rule that is not there (`spec/api.md` 7.4).
pub const RULE_UNKNOWN: &str = "Sampling rule does not exist";
/// A change that puts a member out of its range (`spec/api.md` 7.4).
pub const RULE_UPDATE: &str = "Invalid update request for sampling rule";
/// A change of what stays as it is in the Default rule (`spec/sampling.md` 3.1).
pub const RULE_DEFAULT_UPDATE: &str = "Invalid update request for default sampling rule";
/// A deletion of the rule that always exists; the text is ours.
pub const RULE_DEFAULT_STAYS: &str = "Default sampling rule cannot be deleted";
/// CreateSamplingRule with an ARN that is none of a sampling rule; the text is ours.
pub const RULE_ARN_MALFORMED: &str = "Invalid sampling rule ARN";
/// Tags of what does not exist or carries none (`spec/api.md` 7.5).
pub const RESOURCE_UNKNOWN: &str = "Resource ARN not found";
/// A sixth resource policy (`spec/api.md` 7.6); the text is ours.
pub const POLICIES_TOO_MANY: &str = "The number of resource policies must not exceed 5";
/// A resource policy of more than 5,120 bytes (`spec/api.md` 7.6); the text is ours.
pub const POLICY_TOO_LARGE: &str = "The resource policy must not exceed 5120 bytes";
/// A resource policy that keeps its sender from the next change (`spec/api.md` 7.6); the text is ours.
pub const POLICY_LOCKOUT: &str =
    "The resource policy would deny you PutResourcePolicy; BypassPolicyLockoutCheck allows that";
/// Encryption by a key that is not named (`spec/api.md` 7.7); the text is ours.
pub const KEY_MISSING: &str = "KeyId is required for Type KMS";
/// A key where none is used (`spec/api.md` 7.7); the text is ours.
pub const KEY_NOT_WANTED: &str = "KeyId is not allowed for Type NONE";
/// More than 50 tags on one resource (`spec/api.md` 7.5).
pub const TAGS_TOO_MANY: &str = "The resultant tag set must not have more than 50 user tags.";
/// A tag whose key is AWS's own (`spec/api.md` 7.5).
pub const TAG_OF_SYSTEM: &str = "Caller is an end user and not allowed to mutate system tags";
/// The same tag key twice in one call (`spec/api.md` 7.5); the text is ours.
pub const TAGS_REPEATED: &str = "Tag keys must be unique";
/// A share that is none (`spec/trace-summaries.md` 4).
pub const RATE_OUT_OF_RANGE: &str = "sampling rate must be specified and its value must be between [0, 1]";

/// A malformed id in BatchGetTraces (`spec/api.md` 7.2).
pub fn id_malformed(id: &str) -> String {
    format!("Invalid trace id {id}: incorrect id format")
}

/// A group of a name that another has (`spec/api.md` 7.3).
pub fn group_exists(name: &str) -> String {
    format!("{name} already exists")
}

/// PutResourcePolicy on a revision that is not there (`spec/api.md` 7.6).
pub fn policy_changed(name: &str) -> String {
    format!("Another concurrent request has modified the resource policy {name}")
}

/// DeleteResourcePolicy of a revision that is not there (`spec/api.md` 7.6).
pub fn policy_changed_or_deleted(name: &str) -> String {
    format!("Another concurrent request has modified or deleted the resource policy {name}")
}

/// DeleteResourcePolicy of a policy that is not there (`spec/api.md` 7.6).
pub fn policy_unknown(name: &str) -> String {
    format!("The resource policy {name} does not exist.")
}

/// A token that we did not give for this request (`spec/api.md` 6).
pub fn token_invalid(token: &str) -> String {
    format!("Invalid token {token}")
}

/// BatchGetTraces with more than so many ids (`spec/api.md` 7.2).
pub fn ids_too_many(ids_max: usize) -> String {
    format!("Exceeding maximum query size: {ids_max}")
}

/// Summaries over more than so many seconds (`spec/trace-summaries.md` 3); the text is ours, as that of graphs.
pub fn summaries_too_long(seconds_max: u64) -> String {
    let (count, unit) = match seconds_max {
        whole if whole.is_multiple_of(3_600) => (whole / 3_600, "hour"),
        seconds => (seconds, "second"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("Time range cannot be longer than {count} {unit}{plural}")
}

/// A fixed rate on a clock that has none (`spec/trace-summaries.md` 4).
pub fn rate_needs_event(range_type: &str) -> String {
    format!(
        "Cannot use FixedRate with input time range type: {range_type}. Please try using time range type: Event"
    )
}
