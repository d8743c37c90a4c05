"""Answers of the operations on traces, each held against botocore's model to the letter (settled.md 34)."""

import json
import time

import pytest

from harness.board import new_trace_id
from harness.documents import new_id, segment
from harness.graph import Counts, counts_of, key_of, nodes
from harness.model import differences
from harness.xray import RawClient, at, boto_client

QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/mails"


@pytest.fixture(scope="module")
def roentgen(new_roentgen):
    server = new_roentgen("answers").start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def told(roentgen):
    """A shop that orders a mail through a queue: a call, a fault with its exception, and a link."""
    began = time.time() - 1
    send = {
        "id": new_id(),
        "name": "SQS",
        "namespace": "aws",
        "start_time": began + 0.1,
        "end_time": began + 0.2,
        "aws": {"operation": "SendMessage", "queue_url": QUEUE},
    }
    charge = {
        "id": new_id(),
        "name": "cards.example",
        "namespace": "remote",
        "start_time": began + 0.2,
        "end_time": began + 0.9,
        "fault": True,
        "cause": {"exceptions": [{"id": new_id(), "type": "Timeout", "message": "too slow"}]},
    }
    shop = segment(
        "shop",
        start_time=began,
        end_time=began + 1,
        origin="AWS::EC2::Instance",
        fault=True,
        user="alice",
        resource_arn="arn:aws:ec2:us-east-1:000000000000:instance/i-1",
        annotations={"tier": "gold", "items": 3, "express": True},
        aws={"ec2": {"instance_id": "i-1", "availability_zone": "us-east-1a"}},
        http={
            "request": {"method": "POST", "url": "https://shop.example/orders", "client_ip": "198.51.100.9"},
            "response": {"status": 503},
        },
        subsegments=[send, charge],
    )
    link = {
        "trace_id": shop["trace_id"],
        "id": send["id"],
        "attributes": {"aws.xray.reserved.reference_type": "parent"},
    }
    mailer = segment("mailer", start_time=began + 0.5, end_time=began + 0.8, links=[link])
    RawClient(roentgen).put(shop, mailer)
    return {"began": began, "shop": shop, "mailer": mailer, "window": (began - 60, began + 60)}


@pytest.fixture
def client(roentgen):
    return RawClient(roentgen)


def test_settled_34_put_trace_segments(client):
    answer = client.call("PutTraceSegments", TraceSegmentDocuments=["{", json.dumps(segment("other"))])
    assert [each["ErrorCode"] for each in answer["UnprocessedTraceSegments"]] == ["ParseError"]


def test_settled_34_batch_get_traces(client, told):
    (trace,) = client.traces([told["shop"]["trace_id"]])
    assert trace["LimitExceeded"] is False
    assert trace["Duration"] == pytest.approx(1, abs=0.001)
    names = [json.loads(each["Document"])["name"] for each in trace["Segments"]]
    assert names == ["shop", "SQS", "cards.example"]


@pytest.mark.parametrize("range_type", ["TraceId", "Event", "Service"])
def test_settled_34_get_trace_summaries(client, told, range_type):
    found = client.summaries(told["window"], 'annotation.tier = "gold"', TimeRangeType=range_type)
    (summary,) = found
    assert summary["Id"] == told["shop"]["trace_id"]
    assert summary["Http"]["HttpStatus"] == 503
    assert {*summary["Annotations"]} == {"tier", "items", "express"}
    assert summary["ResourceARNs"] == [{"ARN": "arn:aws:ec2:us-east-1:000000000000:instance/i-1"}]
    assert summary["InstanceIds"] == [{"Id": "i-1"}]
    assert summary["AvailabilityZones"] == [{"Name": "us-east-1a"}]
    (cause,) = summary["FaultRootCauses"]
    assert cause["Services"][-1]["Inferred"] is True
    (cause,) = summary["ResponseTimeRootCauses"]
    assert cause["Services"][0]["EntityPath"][-1]["Coverage"] == pytest.approx(0.7, abs=0.001)
    assert ("MatchedEventTime" in summary) == (range_type != "TraceId")


def test_settled_34_get_service_graph_with_a_link(client, told):
    # service-graph.md 4, step 8: a link edge has its kind and the age of what it delivered.
    services = client.service_graph(told["window"])["Services"]
    by_reference = {each["ReferenceId"]: key_of(each) for each in services}
    (queue,) = [each for each in services if key_of(each) == (QUEUE, "AWS::SQS::Queue")]
    (link,) = queue["Edges"]
    assert by_reference[link["ReferenceId"]] == ("mailer", None)
    assert link["EdgeType"] == "link"
    assert link["SummaryStatistics"]["TotalCount"] == 1
    assert link["ResponseTimeHistogram"] == []
    assert link["ReceivedEventAgeHistogram"] == [{"Value": pytest.approx(0.3, abs=0.002), "Count": 1}]
    assert counts_of(queue) == Counts(ok=1)


def test_settled_34_get_trace_graph(client, told):
    answer = client.call("GetTraceGraph", TraceIds=[told["shop"]["trace_id"]])
    assert nodes(answer["Services"])["shop", "AWS::EC2::Instance"] == Counts(fault=1)
    parts = [*answer["Services"], *(edge for each in answer["Services"] for edge in each["Edges"])]
    assert not any("StartTime" in part or "EndTime" in part for part in parts)


@pytest.mark.parametrize("period", [60, 300])
@pytest.mark.parametrize(
    ("selector", "member", "counts"),
    [
        (None, "EdgeSummaryStatistics", Counts(fault=1)),
        ('service("shop")', "ServiceSummaryStatistics", Counts(fault=1)),
        (f'edge("shop", "{QUEUE}")', "EdgeSummaryStatistics", Counts(ok=1)),
        ('service("nobody")', None, None),
    ],
    ids=["everything", "service", "edge", "nobody"],
)
def test_settled_34_get_time_series(client, told, selector, member, counts, period):
    # service-graph.md 5; the minute of the puts has ended by then, as far as the window is concerned.
    members = {} if selector is None else {"EntitySelectorExpression": selector}
    answer = client.call(
        "GetTimeSeriesServiceStatistics",
        StartTime=told["began"] - 600,
        EndTime=told["began"] + 600,
        Period=period,
        **members,
    )
    assert answer["ContainsOldGroupVersions"] is False
    points = answer["TimeSeriesServiceStatistics"]
    assert [each["ServiceForecastStatistics"] for each in points] == [{}] * len(points)
    assert all(each["Timestamp"] % period == 0 for each in points)
    totals = [each[member] for each in points if member in each]
    if counts is None:
        assert totals == []
        assert all(each.keys() == {"Timestamp", "ServiceForecastStatistics"} for each in points)
    else:
        assert sum(each["FaultStatistics"]["OtherCount"] for each in totals) == counts.fault
        assert sum(each["OkCount"] for each in totals) >= counts.ok


def test_a_stock_client_reads_all_of_it(roentgen, told):
    client = boto_client(roentgen)
    times = {"StartTime": at(told["window"][0]), "EndTime": at(told["window"][1])}
    for name, members in [
        ("get_service_graph", times),
        ("get_time_series_service_statistics", times | {"EntitySelectorExpression": 'service("shop")'}),
        ("get_trace_summaries", times),
        ("batch_get_traces", {"TraceIds": [told["shop"]["trace_id"]]}),
        ("get_trace_graph", {"TraceIds": [told["shop"]["trace_id"]]}),
    ]:
        # The SDK's own paginators too: api.md 6.
        pages = list(client.get_paginator(name).paginate(**members))
        assert len(pages) == 1
        assert getattr(client, name)(**members)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_settled_34_an_error_body_may_carry_its_type_besides(roentgen):
    raw = RawClient(roentgen)
    response = raw.post("BatchGetTraces", {"TraceIds": [new_trace_id()] * 2})
    assert response.json() == {
        "__type": "InvalidRequestException",
        "Message": "Containing duplicate trace ids",
    }


def test_the_check_sees_what_a_client_would_forgive():
    # What holds success answers to the model must itself be able to fail.
    right = {"Traces": [], "UnprocessedTraceIds": []}
    assert differences("BatchGetTraces", right) == []
    for wrong in [
        right | {"__type": "x"},
        right | {"Traces": None},
        right | {"Traces": [{"Id": 1}]},
        right | {"Traces": [{"Id": "x", "Duration": "1"}]},
        right | {"Traces": [{"Id": "x", "LimitExceeded": 0}]},
    ]:
        assert differences("BatchGetTraces", wrong), wrong
