"""Region and account of answers come from the configuration, not from who asks (settled.md 33)."""

import boto3
import pytest

from harness.documents import segment
from harness.xray import RawClient

REGION, ACCOUNT = "eu-north-1", "123456789012"


@pytest.fixture
def client_of_elsewhere(new_roentgen):
    server = new_roentgen("region", "--region", REGION, "--account-id", ACCOUNT).start()
    client = boto3.client(
        "xray",
        endpoint_url=server.url,
        region_name="ap-south-1",
        aws_access_key_id="AKIA999999999999",
        aws_secret_access_key="any",
    )
    yield server, client
    server.stop()


def test_settled_33_arns_name_the_configured_region_and_account(client_of_elsewhere):
    _, client = client_of_elsewhere
    prefix = f"arn:aws:xray:{REGION}:{ACCOUNT}:"
    group = client.create_group(GroupName="slow", FilterExpression="responsetime > 3")["Group"]
    assert group["GroupARN"].startswith(f"{prefix}group/slow/")
    (rule,) = client.get_sampling_rules()["SamplingRuleRecords"]
    assert rule["SamplingRule"]["RuleARN"] == f"{prefix}sampling-rule/Default"
    assert {each["GroupARN"].rsplit("group/", 1)[0] for each in client.get_groups()["Groups"]} == {prefix}


def test_settled_10_and_33_the_configured_account_is_not_printed_on_nodes(client_of_elsewhere):
    server, _ = client_of_elsewhere
    client = RawClient(server)
    ours = segment("ours", aws={"account_id": ACCOUNT})
    theirs = segment("theirs", aws={"account_id": "999999999999"})
    client.put(ours, theirs)
    accounts = {}
    for document in (ours, theirs):
        (service, _) = client.call("GetTraceGraph", TraceIds=[document["trace_id"]])["Services"]
        accounts[service["Name"]] = service.get("AccountId")
    assert accounts == {"ours": None, "theirs": "999999999999"}
