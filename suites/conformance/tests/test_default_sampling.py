"""A stock SDK that nobody configured: it asks Roentgen for the rules and sends what they choose."""

import time

import pytest

from harness.board import TRACE_HEADER, Board, new_trace_id
from harness.deadline import until
from harness.xray import RawClient

BURST = 60


@pytest.fixture
def board(roentgen, postgres, logs):
    database = postgres.create_database("default_sampling")
    board = Board("board-default-sampling", database, roentgen.daemon_address, logs, log_level="DEBUG")
    yield board.start()
    board.stop()


def ask(board):
    """Leaves the decision to the SDK, which tells it in its answer; returns the trace id and the decision."""
    trace_id = new_trace_id()
    answer = board.send("GET", "/posts", trace_header=f"Root={trace_id};Sampled=?")
    return trace_id, answer.headers[TRACE_HEADER].endswith("Sampled=1")


def test_a_stock_sdk_with_its_default_sampling_sends(roentgen, board):
    client = RawClient(roentgen)

    # No header at all: the first request of a second is always taken, whoever makes the rule.
    answer = board.send("POST", "/init")
    own_trace_id = answer.headers[TRACE_HEADER].removeprefix("Root=")
    until(lambda: client.documents(own_trace_id), "the first untold request is stored")

    # The SDK writes the rule's name into a segment only if a rule polled over HTTP chose it.
    decisions = {}

    def chosen_by_the_polled_rule():
        trace_id, sampled = ask(board)
        decisions[trace_id] = sampled
        if not sampled:
            return False
        (document,) = until(lambda: client.documents(trace_id), "a chosen request is stored")
        return document["aws"]["xray"].get("sampling_rule_name") == "Default"

    until(chosen_by_the_polled_rule, "the Default rule chose a request", seconds=30)

    decisions |= dict(ask(board) for _ in range(BURST))
    chosen = {trace_id for trace_id, sampled in decisions.items() if sampled}
    assert len(decisions) - len(chosen) > BURST // 2, "one per second and 5 % should pass over most"

    def stored():
        return {trace["Id"] for trace in client.traces(list(decisions))}

    until(lambda: stored() >= chosen, "every chosen request is stored")
    assert stored() == chosen

    # Every ten seconds the SDK reports its statistics and gets its targets.
    until(lambda: "SamplingTargetDocuments" in board.log(), "the SDK got its targets", seconds=30)
    assert "Encountered an issue while polling" not in board.log()


def test_the_default_rule_is_one_per_second_and_five_percent(roentgen):
    (record,) = RawClient(roentgen).call("GetSamplingRules")["SamplingRuleRecords"]
    rule = record["SamplingRule"]
    assert (rule["RuleName"], rule["Priority"], rule["Version"]) == ("Default", 10000, 1)
    assert (rule["ReservoirSize"], rule["FixedRate"]) == (1, 0.05)
    for matcher in ("ResourceARN", "ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath"):
        assert rule[matcher] == "*"
    assert rule["Attributes"] == {}


def test_statistics_are_answered_with_a_target(roentgen):
    now = time.time()
    statistics = {
        "RuleName": "Default",
        "ClientID": "0123456789abcdef01234567",
        "Timestamp": now,
        "RequestCount": 20,
        "SampledCount": 2,
        "BorrowCount": 1,
    }
    unknown = statistics | {"RuleName": "no-such-rule"}
    answer = RawClient(roentgen).call("GetSamplingTargets", SamplingStatisticsDocuments=[statistics, unknown])
    (target,) = answer["SamplingTargetDocuments"]
    assert (target["RuleName"], target["FixedRate"]) == ("Default", 0.05)
    assert target["ReservoirQuota"] >= 0
    assert target["ReservoirQuotaTTL"] > now
    assert [each["RuleName"] for each in answer["UnprocessedStatistics"]] == ["no-such-rule"]


@pytest.mark.parametrize("body", [b"", b"{}", b'{"NextToken": null}'], ids=["empty", "object", "null-token"])
def test_rules_are_given_to_every_sdk_however_it_asks(roentgen, body):
    response = RawClient(roentgen).post("GetSamplingRules", body)
    assert response.status_code == 200
    assert len(response.json()["SamplingRuleRecords"]) == 1
