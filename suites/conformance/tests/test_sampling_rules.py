"""Sampling rules through boto3, the AWS CLI and a stock SDK; each success answer is checked against the model."""

import time

import pytest
from botocore.exceptions import ClientError

from harness.board import TRACE_HEADER, Board, new_trace_id
from harness.deadline import until
from harness.xray import RawClient, at, aws, boto_client

ARN = "arn:aws:xray:us-east-1:000000000000:sampling-rule/"
RULE = {
    "RuleName": "checkout",
    "ResourceARN": "*",
    "Priority": 100,
    "FixedRate": 0.25,
    "ReservoirSize": 7,
    "ServiceName": "*",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "/checkout/*",
    "Version": 1,
}


@pytest.fixture
def boto(roentgen):
    return boto_client(roentgen)


def refusal(call, *, code="InvalidRequestException", **members):
    with pytest.raises(ClientError) as caught:
        call(**members)
    response = caught.value.response
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return response["Error"]["Message"]


def created(boto, **members):
    return boto.create_sampling_rule(SamplingRule=RULE | members)["SamplingRuleRecord"]


def names(boto):
    pages = boto.get_paginator("get_sampling_rules").paginate()
    return [record["SamplingRule"]["RuleName"] for page in pages for record in page["SamplingRuleRecords"]]


def test_a_rule_is_made_listed_changed_and_deleted(boto):
    record = created(boto)
    assert record["SamplingRule"] == RULE | {"RuleARN": ARN + "checkout", "Attributes": {}}
    assert record["CreatedAt"] == record["ModifiedAt"]
    created(boto, RuleName="basket", SamplingRateBoost={"MaxRate": 0.5, "CooldownWindowMinutes": 10})
    assert names(boto) == ["basket", "checkout", "Default"]
    change = {"RuleName": "basket", "FixedRate": 0.5, "Attributes": {"tier": "gold"}}
    updated = boto.update_sampling_rule(SamplingRuleUpdate=change)["SamplingRuleRecord"]["SamplingRule"]
    assert (updated["FixedRate"], updated["Attributes"]) == (0.5, {"tier": "gold"})
    assert "SamplingRateBoost" not in updated, "an update that does not name the boost removes it"
    deleted = boto.delete_sampling_rule(RuleARN=ARN + "basket")["SamplingRuleRecord"]["SamplingRule"]
    assert deleted == updated
    assert names(boto) == ["checkout", "Default"]


def test_rules_survive_a_kill_and_a_stop(roentgen, boto):
    record = created(boto)
    boto.update_sampling_rule(SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 1.0})
    before = boto.get_sampling_rules()["SamplingRuleRecords"]
    assert before[0] == record
    roentgen.kill()
    boto = boto_client(roentgen.start())
    assert boto.get_sampling_rules()["SamplingRuleRecords"] == before
    boto.delete_sampling_rule(RuleName="checkout")
    roentgen.stop()
    boto = boto_client(roentgen.start())
    assert boto.get_sampling_rules()["SamplingRuleRecords"] == before[1:]


def targets(boto, *rules):
    documents = [
        {
            "RuleName": rule,
            "ClientID": "a1b2c3d4e5f60718293a4b5c",
            "Timestamp": at(time.time()),
            "RequestCount": 100,
            "SampledCount": 10,
            "BorrowCount": 1,
        }
        for rule in rules
    ]
    return boto.get_sampling_targets(SamplingStatisticsDocuments=documents)


def test_clients_are_told_of_new_and_deleted_rules(boto):
    start = int(time.time())
    assert targets(boto, "Default")["LastRuleModification"].timestamp() == 0
    created(boto)
    answer = targets(boto, "checkout")
    (target,) = answer["SamplingTargetDocuments"]
    assert (target["FixedRate"], target["ReservoirQuota"]) == (0.25, 7)
    made = answer["LastRuleModification"].timestamp()
    assert start <= made <= time.time()
    boto.update_sampling_rule(SamplingRuleUpdate={"RuleName": "checkout", "FixedRate": 0.75})
    (target,) = targets(boto, "checkout")["SamplingTargetDocuments"]
    assert target["FixedRate"] == 0.75
    boto.delete_sampling_rule(RuleName="checkout")
    answer = targets(boto, "checkout")
    assert answer["SamplingTargetDocuments"] == []
    (unprocessed,) = answer["UnprocessedStatistics"]
    assert (unprocessed["RuleName"], unprocessed["ErrorCode"]) == ("checkout", "400")
    assert answer["LastRuleModification"].timestamp() >= made


def test_a_stock_sdk_follows_a_new_rule(roentgen, boto, postgres, logs):
    created(boto, RuleName="all-posts", URLPath="/posts", FixedRate=1.0, ReservoirSize=0, Priority=1)
    nothing = {"RuleName": "Default", "FixedRate": 0.0, "ReservoirSize": 0}
    boto.update_sampling_rule(SamplingRuleUpdate=nothing)
    database = postgres.create_database("sampling_rules")
    board = Board("board-sampling-rules", database, roentgen.daemon_address, logs)
    board.start()

    def decisions(path):
        """Leaves twenty decisions to the SDK."""
        headers = [f"Root={new_trace_id()};Sampled=?" for _ in range(20)]
        answers = [board.send("GET", path, trace_header=header) for header in headers]
        return {answer.headers[TRACE_HEADER].rsplit("Sampled=", 1)[1] for answer in answers}

    try:
        board.send("POST", "/init")
        # Before its first poll the SDK decides by rules of its own, which take one request in twenty.
        until(lambda: decisions("/posts") == {"1"}, "the SDK takes every request to /posts", seconds=30)
        assert decisions("/elsewhere") == {"0"}
    finally:
        board.stop()


def test_a_rule_is_named_in_exactly_one_way(boto):
    for selector, wanted in [
        (
            {"RuleName": "checkout", "RuleARN": ARN + "checkout"},
            "Request cannot contain both sampling rule name and sampling rule ARN",
        ),
        ({}, "Request must contain either sampling rule name or sampling rule ARN"),
    ]:
        body = {key: value for key, value in RULE.items() if key != "RuleName"} | selector
        assert refusal(boto.create_sampling_rule, SamplingRule=body) == wanted
        assert refusal(boto.update_sampling_rule, SamplingRuleUpdate=selector) == wanted
        assert refusal(boto.delete_sampling_rule, **selector) == wanted
    unnamed = {key: value for key, value in RULE.items() if key != "RuleName"}
    record = boto.create_sampling_rule(SamplingRule=unnamed | {"RuleARN": ARN + "by-arn"})
    assert record["SamplingRuleRecord"]["SamplingRule"]["RuleName"] == "by-arn"


def test_what_cannot_be_is_refused(boto):
    created(boto)
    assert refusal(boto.create_sampling_rule, SamplingRule=RULE) == "Sampling rule already exists"
    default = RULE | {"RuleName": "Default"}
    assert refusal(boto.create_sampling_rule, SamplingRule=default) == "Sampling rule already exists"
    version = RULE | {"RuleName": "two", "Version": 2}
    assert refusal(boto.create_sampling_rule, SamplingRule=version) == "Sampling rule version must be 1"
    unknown = {"RuleName": "none"}
    assert refusal(boto.update_sampling_rule, SamplingRuleUpdate=unknown) == "Sampling rule does not exist"
    assert refusal(boto.delete_sampling_rule, **unknown) == "Sampling rule does not exist"
    change = {"RuleName": "Default", "Priority": 1}
    message = refusal(boto.update_sampling_rule, SamplingRuleUpdate=change)
    assert message == "Invalid update request for default sampling rule"
    assert "Default" in refusal(boto.delete_sampling_rule, RuleName="Default")
    assert names(boto) == ["checkout", "Default"]


def test_values_out_of_range_differ_between_create_and_update(roentgen, boto):
    # spec/api.md 8, point 5.
    created(boto)
    client = RawClient(roentgen)
    response = client.post("CreateSamplingRule", {"SamplingRule": RULE | {"RuleName": "a", "Priority": 0}})
    assert response.status_code == 400
    assert response.headers["x-amzn-errortype"] == "ValidationException"
    assert "Value '0' at 'samplingRule.priority'" in response.json()["message"]
    body = {"SamplingRuleUpdate": {"RuleName": "checkout", "Priority": -1, "Host": "changed"}}
    response = client.post("UpdateSamplingRule", body)
    assert response.status_code == 400
    assert response.headers["x-amzn-errortype"] == "InvalidRequestException"
    assert response.json()["Message"] == "Invalid update request for sampling rule"
    assert boto.get_sampling_rules()["SamplingRuleRecords"][0]["SamplingRule"]["Host"] == "*"


def test_statistic_summaries_are_empty_until_a_window_is_over(boto):
    assert boto.get_sampling_statistic_summaries()["SamplingStatisticSummaries"] == []
    message = refusal(boto.get_sampling_statistic_summaries, NextToken="made-up")
    assert message == "Invalid token made-up"


def test_the_aws_cli_manages_rules(roentgen):
    rule = ",".join(f"{key}={value}" for key, value in RULE.items())
    made = aws(roentgen, "create-sampling-rule", "--sampling-rule", rule, "--tags", "Key=team,Value=orders")
    arn = made["SamplingRuleRecord"]["SamplingRule"]["RuleARN"]
    listed = aws(roentgen, "get-sampling-rules")["SamplingRuleRecords"]
    assert [record["SamplingRule"]["RuleName"] for record in listed] == ["checkout", "Default"]
    aws(roentgen, "update-sampling-rule", "--sampling-rule-update", f"RuleARN={arn},Priority=5")
    tags = aws(roentgen, "list-tags-for-resource", "--resource-arn", arn)["Tags"]
    assert tags == [{"Key": "team", "Value": "orders"}]
    deleted = aws(roentgen, "delete-sampling-rule", "--rule-name", "checkout")
    assert deleted["SamplingRuleRecord"]["SamplingRule"]["Priority"] == 5
