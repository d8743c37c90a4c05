"""Wrong questions get X-Ray's own errors, in the shape its clients read."""

import time

import pytest
from botocore.exceptions import ClientError

from harness.board import new_trace_id
from harness.documents import segment
from harness.xray import RawClient, as_text, at, boto_client

HOUR = 3600


@pytest.fixture(scope="module")
def roentgen(new_roentgen):
    server = new_roentgen("errors").start()
    yield server
    server.stop()


@pytest.fixture
def boto(roentgen):
    return boto_client(roentgen)


def message_of(call, *, code="InvalidRequestException", status=400, **members):
    with pytest.raises(ClientError) as caught:
        call(**members)
    response = caught.value.response
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    return response["Error"]["Message"]


def window(hours=1):
    now = time.time()
    return {"StartTime": at(now - hours * HOUR), "EndTime": at(now)}


@pytest.mark.parametrize(
    "expression",
    ["nosuchkeyword = 1", 'nosuchkeyword = "x"', "error AND", "(error", 'annotation.username = "x'],
)
def test_a_bad_filter_tells_where_it_is_wrong(boto, expression):
    message = message_of(boto.get_trace_summaries, **window(), FilterExpression=expression)
    assert message.startswith("Error Location: line 1, position ")


def test_a_service_graph_over_more_than_six_hours_is_refused(boto):
    message = message_of(boto.get_service_graph, **window(hours=7))
    assert message == "Time range cannot be longer than 6 hours"
    boto.get_service_graph(**window(hours=6))


@pytest.mark.parametrize("operation", ["get_service_graph", "get_trace_summaries"])
def test_a_window_that_ends_before_it_starts_is_refused(boto, operation):
    now = time.time()
    message = message_of(getattr(boto, operation), StartTime=at(now), EndTime=at(now - 60))
    assert message == "End time cannot be earlier than start time"


def test_more_than_five_traces_at_once_are_refused(boto):
    message = message_of(boto.batch_get_traces, TraceIds=[new_trace_id() for _ in range(6)])
    assert message == "Exceeding maximum query size: 5"


def test_a_trace_id_of_the_wrong_form_is_refused(boto):
    message = message_of(boto.batch_get_traces, TraceIds=["1-2-3"])
    assert message == "Invalid trace id 1-2-3: incorrect id format"


def test_the_same_trace_id_twice_is_refused(boto):
    message = message_of(boto.batch_get_traces, TraceIds=[new_trace_id()] * 2)
    assert message == "Containing duplicate trace ids"


def test_an_unknown_trace_is_simply_absent(boto):
    answer = boto.batch_get_traces(TraceIds=[new_trace_id()])
    assert (answer["Traces"], answer["UnprocessedTraceIds"]) == ([], [])


@pytest.mark.parametrize(
    ("trace_ids", "wanted"),
    [
        ([], "Zero trace ids provided"),
        ([new_trace_id(), new_trace_id()], "Currently only one trace Id is supported"),
        (["1-2-3"], "Invalid traceId. ErrorCode: InvalidId"),
        ([new_trace_id()], "Trace id not found"),
    ],
    ids=["none", "two", "wrong form", "unknown"],
)
def test_a_trace_graph_is_of_exactly_one_known_trace(boto, trace_ids, wanted):
    assert message_of(boto.get_trace_graph, TraceIds=trace_ids) == wanted


def test_an_empty_list_of_segments_is_refused(boto):
    message = message_of(boto.put_trace_segments, TraceSegmentDocuments=[])
    assert message == "Segments can not be empty"


def test_more_than_fifty_segments_are_refused_together(boto):
    documents = [segment() for _ in range(51)]
    message = message_of(boto.put_trace_segments, TraceSegmentDocuments=[as_text(each) for each in documents])
    assert message == "Exceeding maximum segment count: 50"
    assert boto.batch_get_traces(TraceIds=[documents[0]["trace_id"]])["Traces"] == []


def test_a_foreign_page_token_is_refused(boto):
    message = message_of(boto.get_trace_summaries, **window(), NextToken="made-up")
    assert message == "Invalid token made-up"
    message = message_of(boto.get_service_graph, **window(), NextToken="made-up")
    assert message == "NextToken is currently not supported"


def test_an_error_names_itself_in_header_and_body(roentgen):
    response = RawClient(roentgen).post("BatchGetTraces", {"TraceIds": ["1-2-3"]})
    assert response.status_code == 400
    assert response.headers["x-amzn-errortype"] == "InvalidRequestException"
    assert response.json()["Message"] == "Invalid trace id 1-2-3: incorrect id format"


@pytest.mark.parametrize("body", [b"not json", b"[]", b'{"TraceIds": "one"}', b'{"TraceIds": [1]}'])
def test_a_body_of_the_wrong_form_is_refused(roentgen, body):
    response = RawClient(roentgen).post("BatchGetTraces", body)
    assert response.status_code == 400
    assert response.headers["x-amzn-errortype"] == "SerializationException"


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({**window(hours=25)}, "Time range cannot be longer than 24 hours"),
        ({**window(), "Period": 120}, "Time period must be one of [60, 300]"),
        ({**window(), "NextToken": "made-up"}, "Invalid token made-up"),
    ],
    ids=["too long", "period", "token"],
)
def test_a_time_series_that_cannot_be_is_refused(boto, members, wanted):
    assert message_of(boto.get_time_series_service_statistics, **members) == wanted


def test_an_empty_selector_breaks_the_model(roentgen):
    body = {"StartTime": 1760000000, "EndTime": 1760000060, "EntitySelectorExpression": ""}
    response = RawClient(roentgen).post("GetTimeSeriesServiceStatistics", body)
    assert response.status_code == 400
    assert response.headers["x-amzn-errortype"] == "ValidationException"
    assert "'entitySelectorExpression'" in response.json()["message"]


def test_a_missing_member_is_named(roentgen):
    response = RawClient(roentgen).post("GetServiceGraph", {"EndTime": 1760000000})
    assert response.status_code == 400
    assert response.headers["x-amzn-errortype"] == "ValidationException"
    assert "'startTime' failed to satisfy constraint: Member must not be null" in response.json()["message"]
