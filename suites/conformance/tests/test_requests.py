"""What the operations on traces do with each kind of request: api.md 4, 6, 7.1 and 7.2, row by row."""

import json
import math
import time

import pytest

from harness.board import new_trace_id
from harness.documents import segment
from harness.xray import REQUEST_ID, RawClient, as_text

NOW = 1767225600
WINDOW = {"StartTime": NOW, "EndTime": NOW + 60}


@pytest.fixture(scope="module")
def roentgen(new_roentgen):
    server = new_roentgen("requests").start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def client(roentgen):
    return RawClient(roentgen)


def refused(client, operation, body, code="InvalidRequestException", status=400):
    """The text of a refusal; each has its code in header and body, and an id (api.md 8, point 14)."""
    response = client.post(operation, body)
    assert response.status_code == status, response.text
    assert response.headers["x-amzn-errortype"] == code
    assert REQUEST_ID.fullmatch(response.headers["x-amzn-RequestId"])
    answer = response.json()
    assert answer["__type"] == code
    # api.md 4: errors of the model say `Message`, the others `message`.
    return answer["Message" if code == "InvalidRequestException" else "message"]


@pytest.mark.parametrize(
    ("operation", "body", "wanted"),
    [
        ("BatchGetTraces", {"TraceIds": [new_trace_id()]}, "NextToken is currently not supported"),
        ("GetTraceGraph", {"TraceIds": [new_trace_id()]}, "NextToken is currently not supported"),
        ("GetServiceGraph", WINDOW, "NextToken is currently not supported"),
        ("GetTraceSummaries", WINDOW, "Invalid token made-up"),
        ("GetTimeSeriesServiceStatistics", WINDOW, "Invalid token made-up"),
        ("GetGroups", {}, "Next Token not supported"),
        # Documented as refused; the text is ours.
        ("ListResourcePolicies", {}, "NextToken is currently not supported"),
        ("GetSamplingStatisticSummaries", {}, "Invalid token made-up"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_api_6_a_token_that_the_caller_invented(client, operation, body, wanted):
    assert refused(client, operation, body | {"NextToken": "made-up"}) == wanted


def test_api_6_a_token_that_is_ignored(client):
    rules = client.call("GetSamplingRules")
    assert client.call("GetSamplingRules", NextToken="made-up") == rules
    arn = rules["SamplingRuleRecords"][0]["SamplingRule"]["RuleARN"]
    tags = client.call("ListTagsForResource", ResourceARN=arn)
    assert client.call("ListTagsForResource", ResourceARN=arn, NextToken="made-up") == tags


def test_api_6_a_page_may_be_empty_and_clients_loop_until_there_is_no_token(client):
    documents = [segment(start_time=NOW - 1000 + k, end_time=NOW - 999 + k) for k in range(150)]
    for first in range(0, 150, 50):
        client.put(*documents[first : first + 50])
    pages = client.summary_pages((NOW - 1000, NOW - 850))
    assert [len(page["TraceSummaries"]) for page in pages] == [100, 50]
    found = [summary["Id"] for page in pages for summary in page["TraceSummaries"]]
    # Newest first.
    assert found == [each["trace_id"] for each in reversed(documents)]
    assert [page["TracesProcessedCount"] for page in pages] == [100, 50]
    assert [page["ApproximateTime"] for page in pages] == [NOW - 950, NOW - 1000]


REQUIRED = {
    "PutTraceSegments": (["traceSegmentDocuments"], {}),
    "PutTelemetryRecords": (["telemetryRecords"], {}),
    "BatchGetTraces": (["traceIds"], {}),
    "GetTraceGraph": (["traceIds"], {}),
    "GetTraceSummaries": (["startTime", "endTime"], WINDOW),
    "GetServiceGraph": (["startTime", "endTime"], WINDOW),
    "GetTimeSeriesServiceStatistics": (["startTime", "endTime"], WINDOW),
}


@pytest.mark.parametrize("operation", REQUIRED)
def test_api_7_members_that_are_required(client, operation):
    paths, complete = REQUIRED[operation]
    for path in paths:
        member = path[0].upper() + path[1:]
        for body in [
            {name: value for name, value in complete.items() if name != member},
            complete | {member: None},
        ]:
            message = refused(client, operation, body, code="ValidationException")
            rule = "failed to satisfy constraint: Member must not be null"
            assert message == f"1 validation error detected: Value null at '{path}' {rule}"


@pytest.mark.parametrize("operation", REQUIRED)
@pytest.mark.parametrize("body", [b"not json", b"[]", b'"text"', b"\xff\xfe"])
def test_api_4_a_body_that_is_no_json_object(client, operation, body):
    refused(client, operation, body, code="SerializationException")


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("PutTraceSegments", {"TraceSegmentDocuments": "{}"}),
        ("PutTraceSegments", {"TraceSegmentDocuments": [{}]}),
        ("PutTelemetryRecords", {"TelemetryRecords": {}}),
        ("BatchGetTraces", {"TraceIds": "1-2-3"}),
        ("GetTraceGraph", {"TraceIds": [1]}),
        ("GetTraceSummaries", WINDOW | {"StartTime": "yesterday"}),
        ("GetTraceSummaries", WINDOW | {"Sampling": "yes"}),
        ("GetTraceSummaries", WINDOW | {"SamplingStrategy": "FixedRate"}),
        ("GetServiceGraph", WINDOW | {"EndTime": [NOW]}),
        ("GetTimeSeriesServiceStatistics", WINDOW | {"Period": "60"}),
    ],
)
def test_api_4_a_member_of_the_wrong_json_type(client, operation, body):
    refused(client, operation, body, code="SerializationException")


def test_api_4_a_body_over_eight_mebibytes(client):
    body = b'{"TraceSegmentDocuments": ["' + b"x" * (8 << 20) + b'"]}'
    refused(client, "PutTraceSegments", body, code="RequestEntityTooLargeException", status=413)


def test_api_7_1_put_trace_segments_answers_200_even_if_every_document_fails(client):
    documents = ["", "null", "[]", "[1]", '"text"', "1", "{}", '{"type": "other"}']
    answer = client.call("PutTraceSegments", TraceSegmentDocuments=documents)
    assert len(answer["UnprocessedTraceSegments"]) == len(documents)
    assert refused(client, "PutTraceSegments", {"TraceSegmentDocuments": []}) == "Segments can not be empty"


def test_api_7_1_messages_by_kind_of_document(client):
    bad = segment(name="a?")
    subsegment = segment(type="subsegment", parent_id="0" * 15 + "1", name="a?")
    answer = client.call(
        "PutTraceSegments", TraceSegmentDocuments=[as_text(bad), as_text(subsegment), '{"type": "x"}']
    )
    of_segment, of_subsegment, of_neither = answer["UnprocessedTraceSegments"]
    assert of_segment == {
        "Id": bad["id"],
        "ErrorCode": "InvalidName",
        "Message": "Invalid segment. ErrorCode: InvalidName",
    }
    assert of_subsegment == {
        "Id": subsegment["id"],
        "ErrorCode": "InvalidName",
        "Message": "Invalid subsegment. ErrorCode: InvalidName, Cause: null",
    }
    assert of_neither["Message"].startswith("Invalid entity. ErrorCode: UnknownType")
    assert "Id" not in of_neither


def test_api_7_1_a_document_may_be_an_independent_subsegment_with_nested_ones(client):
    parent = segment("shop")
    times = {name: parent[name] for name in ("start_time", "end_time")}
    nested = {"id": "b" * 16, "name": "inner", **times}
    child = segment(
        "outer", trace_id=parent["trace_id"], parent_id=parent["id"], type="subsegment", subsegments=[nested]
    )
    client.put(child, parent)
    (document,) = client.documents(parent["trace_id"])
    (outer,) = document["subsegments"]
    (inner,) = outer["subsegments"]
    assert (outer["name"], inner["name"]) == ("outer", "inner")
    # api.md 7.2: nested under its parent it loses what says where it belongs.
    assert not outer.keys() & {"type", "parent_id", "trace_id"}


def test_api_7_1_a_document_of_64_kibibytes_is_taken_and_one_byte_more_is_not(client):
    document = segment()
    document["metadata"] = {"filler": ""}
    fill = 65_536 - len(as_text(document))
    document["metadata"]["filler"] = "x" * fill
    assert len(as_text(document)) == 65_536
    client.put(document)
    larger = segment(metadata={"filler": document["metadata"]["filler"] + "x"})
    larger["metadata"]["filler"] += "x" * (65_537 - len(as_text(larger)))
    answer = client.call("PutTraceSegments", TraceSegmentDocuments=[as_text(larger)])
    assert [each["ErrorCode"] for each in answer["UnprocessedTraceSegments"]] == ["DocumentTooLarge"]


def test_api_7_1_and_settled_24_names_are_cut_at_200_characters(client):
    document = segment("é" * 250)
    client.put(document)
    (stored,) = client.documents(document["trace_id"])
    assert stored["name"] == "é" * 200


def test_api_7_1_put_telemetry_records(client):
    record = {"Timestamp": time.time()}
    assert client.call("PutTelemetryRecords", TelemetryRecords=[record]) == {}
    empty = refused(client, "PutTelemetryRecords", {"TelemetryRecords": []})
    assert empty == "Telemetry records cannot be empty"
    missing = refused(client, "PutTelemetryRecords", {"TelemetryRecords": [{}]}, code="ValidationException")
    path = "telemetryRecords.1.member.timestamp"
    assert missing.endswith(f"'{path}' failed to satisfy constraint: Member must not be null")
    for member, longest in [("EC2InstanceId", 20), ("Hostname", 255), ("ResourceARN", 500)]:
        client.call("PutTelemetryRecords", TelemetryRecords=[record], **{member: "x" * longest})
        body = {"TelemetryRecords": [record], member: "x" * (longest + 1)}
        message = refused(client, "PutTelemetryRecords", body, code="ValidationException")
        assert message.endswith(f"Member must have length less than or equal to {longest}")


def test_api_7_1_a_null_telemetry_record_breaks_the_model(client):
    body = {"TelemetryRecords": [None]}
    message = refused(client, "PutTelemetryRecords", body, code="ValidationException")
    assert "Value null at 'telemetryRecords.1.member' failed" in message


def test_api_7_2_batch_get_traces(client):
    documents = [segment() for _ in range(5)]
    client.put(*documents)
    ids = [each["trace_id"] for each in documents]
    answer = client.call("BatchGetTraces", TraceIds=ids)
    assert [each["Id"] for each in answer["Traces"]] == ids
    assert client.call("BatchGetTraces", TraceIds=[]) == {"Traces": [], "UnprocessedTraceIds": []}
    mixed = client.call("BatchGetTraces", TraceIds=[new_trace_id(), ids[0]])
    assert ([each["Id"] for each in mixed["Traces"]], mixed["UnprocessedTraceIds"]) == ([ids[0]], [])


def test_api_7_2_documents_are_written_anew_in_a_fixed_order(client):
    began = math.floor(time.time()) - 10
    sent = segment(
        "shop",
        start_time=began,
        end_time=began + 1,
        annotations={"zero": 0},
        aws={"resource_names": ["mine"]},
        subsegments=[
            {
                "id": "c" * 16,
                "name": "DynamoDB",
                "namespace": "aws",
                "start_time": began,
                "end_time": began + 1,
                "http": {"request": {"traced": True, "url": "https://x.example"}},
                "cause": {"exceptions": [{"id": "d" * 16, "message": "no", "stack": []}]},
                "aws": {"operation": "GetItem", "table_name": "carts", "resource_names": ["mine"]},
            }
        ],
    )
    client.put(sent)
    (trace,) = client.traces([sent["trace_id"]])
    texts = [each["Document"] for each in trace["Segments"]]
    shop, inferred = (json.loads(text) for text in texts)
    assert list(shop)[:5] == ["id", "name", "start_time", "trace_id", "end_time"]
    assert [each["Id"] for each in trace["Segments"]] == [shop["id"], inferred["id"]]
    assert shop["annotations"] == {"zero": 0}
    assert "resource_names" not in shop.get("aws", {})
    (call,) = shop["subsegments"]
    assert call["aws"]["resource_names"] == ["carts"]
    assert "traced" not in call["http"]["request"]
    assert "stack" not in call["cause"]["exceptions"][0]
    assert inferred["inferred"] is True
    assert (inferred["parent_id"], inferred["origin"]) == ("c" * 16, "AWS::DynamoDB::Table")


@pytest.mark.parametrize(
    ("members", "code", "wanted"),
    [
        ({"EndTime": NOW - 1}, "InvalidRequestException", "End time cannot be earlier than start time"),
        (
            {"TimeRangeType": "X"},
            "ValidationException",
            "1 validation error detected: Value 'X' at 'timeRangeType' failed to satisfy constraint: "
            "Member must satisfy enum value set: [TraceId, Service, Event]",
        ),
        (
            {"Sampling": True, "SamplingStrategy": {"Name": "FixedRate", "Value": 0.5}},
            "InvalidRequestException",
            "Cannot use FixedRate with input time range type: TraceId. "
            "Please try using time range type: Event",
        ),
        (
            {"TimeRangeType": "Event", "Sampling": True, "SamplingStrategy": {"Name": "FixedRate"}},
            "InvalidRequestException",
            "sampling rate must be specified and its value must be between [0, 1]",
        ),
    ],
    ids=["order", "type", "clock", "rate"],
)
def test_api_7_2_summaries_that_cannot_be(client, members, code, wanted):
    assert refused(client, "GetTraceSummaries", WINDOW | members, code=code) == wanted


def test_api_5_a_filter_has_at_most_2000_characters(client):
    longest = "ok" + " or ok" * 333
    client.call("GetTraceSummaries", **WINDOW, FilterExpression=longest)
    too_long = WINDOW | {"FilterExpression": longest.replace("or", "or ", 1)}
    # Which refusal it is, is not laid down.
    assert client.post("GetTraceSummaries", too_long).status_code == 400


def test_api_7_2_a_bad_filter_is_told_with_its_place(client):
    message = refused(client, "GetTraceSummaries", WINDOW | {"FilterExpression": "error AND"})
    assert message.startswith("Error Location: line 1, position ")


def test_api_7_2_without_sampling_a_wrong_strategy_does_not_matter(client):
    strategy = {"Name": "FixedRate", "Value": 7}
    client.call("GetTraceSummaries", **WINDOW, SamplingStrategy=strategy)
    client.call("GetTraceSummaries", **WINDOW, Sampling=False, SamplingStrategy=strategy)
    partial = {"Name": "PartialScan", "Value": 7}
    client.call("GetTraceSummaries", **WINDOW, Sampling=True, SamplingStrategy=partial)


@pytest.mark.parametrize("operation", ["GetServiceGraph", "GetTimeSeriesServiceStatistics"])
def test_api_7_2_groups_of_graphs_and_series(client, operation):
    client.call(operation, **WINDOW, GroupName="Default")
    assert refused(client, operation, WINDOW | {"GroupName": "no-such-group"}) == "Group not found."
    both = {"GroupName": "a", "GroupARN": "arn:aws:xray:us-east-1:000000000000:group/a/B"}
    assert refused(client, operation, WINDOW | both) == "Provide either GroupName or GroupARN"


@pytest.mark.parametrize(
    "operation",
    [
        "GetServiceGraph",
        "GetTimeSeriesServiceStatistics",
    ],
)
def test_api_7_2_names_of_groups_have_a_length(client, operation):
    for member, longest in [("GroupName", 32), ("GroupARN", 400)]:
        for wrong in ["", "x" * (longest + 1)]:
            refused(client, operation, WINDOW | {member: wrong}, code="ValidationException")


@pytest.mark.parametrize(
    ("operation", "longest"), [("GetServiceGraph", 21_600), ("GetTimeSeriesServiceStatistics", 86_400)]
)
def test_api_8_11_windows_of_graphs_and_series(client, operation, longest):
    client.call(operation, StartTime=NOW, EndTime=NOW + longest)
    message = refused(client, operation, {"StartTime": NOW, "EndTime": NOW + longest + 1})
    assert message == f"Time range cannot be longer than {longest // 3600} hours"
    backwards = refused(client, operation, {"StartTime": NOW, "EndTime": NOW - 1})
    assert backwards == "End time cannot be earlier than start time"


def test_api_7_2_series_that_cannot_be(client):
    operation = "GetTimeSeriesServiceStatistics"
    period = refused(client, operation, WINDOW | {"Period": 120})
    assert period == "Time period must be one of [60, 300]"
    for selector in ["nonsense", 'service("a") { fault }', "service("]:
        refused(client, operation, WINDOW | {"EntitySelectorExpression": selector})
    for selector in ["", "x" * 501]:
        body = WINDOW | {"EntitySelectorExpression": selector}
        refused(client, operation, body, code="ValidationException")
    refused(client, operation, WINDOW | {"ForecastStatistics": True})


def test_api_7_2_empty_answers_have_all_that_is_always_there(client):
    early = {"StartTime": 1000, "EndTime": 1060}
    assert client.call("GetServiceGraph", **early) == {"Services": [], "ContainsOldGroupVersions": False}
    assert client.call("GetTimeSeriesServiceStatistics", **early) == {
        "TimeSeriesServiceStatistics": [],
        "ContainsOldGroupVersions": False,
    }
    assert client.call("GetTraceSummaries", **early) == {
        "TraceSummaries": [],
        "ApproximateTime": 1000,
        "TracesProcessedCount": 0,
    }
