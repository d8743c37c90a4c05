"""PutTraceSegments and what becomes of good and bad documents."""

import math
import time

import pytest

from harness.board import new_trace_id
from harness.documents import new_id, segment
from harness.graph import Counts, edges, nodes
from harness.xray import RawClient, as_text, at, boto_client

BAD_DOCUMENTS = {
    "broken JSON": ('{"name": "cut off', "ParseError", "Invalid segment."),
    "no id": (segment(id=None), "MissingId", "Invalid segment."),
    "id of the wrong form": (segment(id="not-hex"), "InvalidId", "Invalid segment."),
    "no name": (segment(name=None), "MissingName", "Invalid segment."),
    "forbidden character in the name": (segment(name="what?"), "InvalidName", "Invalid segment."),
    "no trace id": (segment(trace_id=None), "MissingTraceId", "Invalid segment."),
    "trace id of the wrong form": (segment(trace_id="1-2-3"), "InvalidTraceId", "Invalid segment."),
    "all-zero trace id": (segment(trace_id=f"1-{0:08x}-{0:024x}"), "InvalidTraceId", "Invalid segment."),
    "no start": (segment(start_time=None), "MissingStartTime", "Invalid segment."),
    "no end": (segment(end_time=None), "MissingEndTime", "Invalid segment."),
    "ended, yet in progress": (
        segment(in_progress=True),
        "InProgressSegmentHasEndTime",
        "Invalid segment.",
    ),
    "unknown type": (segment(type="supersegment"), "UnknownType", "Invalid entity."),
    "subsegment without parent": (segment(type="subsegment"), "MissingParentId", "Invalid subsegment."),
    "too large": (segment(metadata={"text": "x" * 65_536}), "DocumentTooLarge", "Invalid segment."),
}
CODES_WITHOUT_AN_ID = {"ParseError", "MissingId", "DocumentTooLarge"}


@pytest.fixture
def client(roentgen):
    return RawClient(roentgen)


def graph_window():
    now = time.time()
    return math.floor(now) - 60, math.ceil(now) + 1


@pytest.mark.parametrize("case", BAD_DOCUMENTS)
def test_a_bad_document_is_reported_and_its_good_neighbour_stored(roentgen, case):
    client = boto_client(roentgen)
    raw = RawClient(roentgen)
    bad, code, message = BAD_DOCUMENTS[case]
    good = segment()
    refused_before = roentgen.counter("roentgen_documents_refused_total")

    answer = raw.call("PutTraceSegments", TraceSegmentDocuments=texts(bad, good))

    (unprocessed,) = answer["UnprocessedTraceSegments"]
    assert unprocessed["ErrorCode"] == code
    if code != "DocumentTooLarge":  # the wording of that one is not fixed
        assert unprocessed["Message"].startswith(f"{message} ErrorCode: {code}")
    if code in CODES_WITHOUT_AN_ID:
        assert "Id" not in unprocessed
    else:
        assert unprocessed["Id"] == bad["id"]

    (trace,) = client.batch_get_traces(TraceIds=[good["trace_id"]])["Traces"]
    assert [each["Id"] for each in trace["Segments"]] == [good["id"]]
    window = good["start_time"] - 1, good["end_time"] + 1
    assert [each["Id"] for each in raw.summaries(window)] == [good["trace_id"]]
    assert roentgen.counter("roentgen_documents_refused_total") == refused_before + 1
    assert roentgen.counter("roentgen_documents_accepted_total") == 1


def texts(*documents):
    return [as_text(each) for each in documents]


def test_a_stock_client_sees_what_was_not_processed(roentgen):
    answer = boto_client(roentgen).put_trace_segments(TraceSegmentDocuments=texts("[]", segment()))
    (unprocessed,) = answer["UnprocessedTraceSegments"]
    assert unprocessed["ErrorCode"] == "MissingId"


def test_a_repeated_document_counts_once(client):
    document = segment("counted-once")
    for _ in range(3):
        client.put(document, document)
    assert len(client.documents(document["trace_id"])) == 1
    services = client.service_graph(graph_window())["Services"]
    assert nodes(services)["counted-once", None] == Counts(ok=1)


def test_the_first_complete_document_wins(client):
    # settled.md 12.
    first = segment("first", user="one")
    second = first | {"name": "second", "user": "two", "error": True}
    client.put(first)
    client.put(second)
    (stored,) = client.documents(first["trace_id"])
    assert (stored["name"], stored["user"]) == ("first", "one")
    assert "error" not in stored


def test_a_complete_document_replaces_its_in_progress_one(client):
    complete = segment("finishing")
    running = {name: value for name, value in complete.items() if name != "end_time"}
    client.put(running | {"in_progress": True})
    (stored,) = client.documents(complete["trace_id"])
    assert stored["in_progress"] is True
    assert client.service_graph(graph_window())["Services"] == []

    client.put(complete)
    (stored,) = client.documents(complete["trace_id"])
    assert stored["end_time"] == pytest.approx(complete["end_time"], abs=1e-6)
    assert "in_progress" not in stored
    services = client.service_graph(graph_window())["Services"]
    assert nodes(services)["finishing", None] == Counts(ok=1)


def test_flags_decide_the_counts_of_an_edge_and_of_its_nodes(client):
    call = {
        "id": new_id(),
        "name": "payments.example",
        "namespace": "remote",
        "start_time": time.time() - 0.08,
        "end_time": time.time() - 0.02,
        "error": True,
        "throttle": True,
        "http": {"response": {"status": 429}},
    }
    client.put(segment("shop", fault=True, subsegments=[call]))
    shop, payments = ("shop", None), ("payments.example", "remote")
    services = client.service_graph(graph_window())["Services"]
    assert nodes(services) == {
        ("shop", "client"): None,
        shop: Counts(fault=1),
        payments: Counts(throttle=1),
    }
    assert edges(services) == {
        (("shop", "client"), shop): Counts(fault=1),
        (shop, payments): Counts(throttle=1),
    }


def test_a_segment_is_visible_as_soon_as_it_is_acknowledged(client):
    # settled.md 21.
    for _ in range(20):
        document = segment()
        client.put(document)
        assert [each["id"] for each in client.documents(document["trace_id"])] == [document["id"]]


def test_segments_of_one_trace_come_together_in_any_order(client):
    trace_id = new_trace_id()
    call = {
        "id": new_id(),
        "name": "back",
        "namespace": "remote",
        "start_time": time.time() - 0.09,
        "end_time": time.time() - 0.01,
    }
    front = segment("front", trace_id=trace_id, subsegments=[call])
    back = segment("back", trace_id=trace_id, parent_id=call["id"])
    client.put(back)
    window = front["start_time"] - 1, front["end_time"] + 1
    (summary,) = client.summaries(window)
    assert summary["IsPartial"] is True

    client.put(front)
    (summary,) = client.summaries(window)
    assert summary["IsPartial"] is False
    assert summary["EntryPoint"]["Name"] == "front"
    services = client.service_graph(graph_window())["Services"]
    assert set(nodes(services)) == {("front", "client"), ("front", None), ("back", None)}


def test_telemetry_records_are_taken(roentgen, client):
    record = {
        "Timestamp": time.time(),
        "SegmentsReceivedCount": 3,
        "SegmentsSentCount": 3,
        "SegmentsSpilloverCount": 0,
        "SegmentsRejectedCount": 0,
        "BackendConnectionErrors": {"TimeoutCount": 1},
    }
    answer = client.call(
        "PutTelemetryRecords", TelemetryRecords=[record], EC2InstanceId="", Hostname="build-7", ResourceARN=""
    )
    assert answer == {}
    boto_client(roentgen).put_telemetry_records(TelemetryRecords=[record | {"Timestamp": at(time.time())}])
