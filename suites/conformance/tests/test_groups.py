"""Groups through boto3, the AWS CLI and plain HTTP; each success answer is checked against the model."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from botocore.exceptions import ClientError

from harness.xray import RawClient, aws, boto_client

ARN = re.compile(r"arn:aws:xray:us-east-1:000000000000:group/[A-Za-z0-9-]{1,32}/[A-Z2-7]{52}")
DEFAULT_ARN = "arn:aws:xray:us-east-1:000000000000:group/Default"
QUIET = {"InsightsEnabled": False, "NotificationsEnabled": False}


@pytest.fixture
def boto(roentgen):
    return boto_client(roentgen)


def refusal(call, *, code="InvalidRequestException", status=400, **members):
    with pytest.raises(ClientError) as caught:
        call(**members)
    response = caught.value.response
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    return response["Error"]["Message"]


def names(boto):
    pages = boto.get_paginator("get_groups").paginate()
    return [group["GroupName"] for page in pages for group in page["Groups"]]


def test_an_empty_server_has_the_default_group(roentgen, boto):
    answer = RawClient(roentgen).call("GetGroups")
    assert answer == {
        "Groups": [{"GroupName": "Default", "GroupARN": DEFAULT_ARN, "InsightsConfiguration": QUIET}],
    }
    assert boto.get_group(GroupName="Default")["Group"]["GroupARN"] == DEFAULT_ARN
    # spec/api.md 8, point 1: the path is /Groups, and /GetGroups is none.
    unknown = requests.post(f"{roentgen.url}/GetGroups", data=b"{}", timeout=60)
    assert unknown.status_code == 404


def test_a_group_is_made_read_changed_and_deleted(boto):
    made = boto.create_group(
        GroupName="slow",
        FilterExpression="responsetime > 5",
        InsightsConfiguration={"InsightsEnabled": True, "NotificationsEnabled": True},
        Tags=[{"Key": "team", "Value": "orders"}, {"Key": "empty", "Value": ""}],
    )["Group"]
    assert ARN.fullmatch(made["GroupARN"])
    assert made == {
        "GroupName": "slow",
        "GroupARN": made["GroupARN"],
        "FilterExpression": "responsetime > 5",
        "InsightsConfiguration": {"InsightsEnabled": True, "NotificationsEnabled": True},
    }
    assert boto.get_group(GroupName="slow")["Group"] == made
    assert boto.get_group(GroupARN=made["GroupARN"])["Group"] == made
    updated = boto.update_group(
        GroupARN=made["GroupARN"], FilterExpression="fault", InsightsConfiguration=QUIET
    )["Group"]
    assert updated == made | {"FilterExpression": "fault", "InsightsConfiguration": QUIET}
    boto.create_group(GroupName="errors", FilterExpression="error")
    assert names(boto) == ["Default", "errors", "slow"]
    boto.delete_group(GroupName="slow")
    assert names(boto) == ["Default", "errors"]
    again = boto.create_group(GroupName="slow", FilterExpression="fault")["Group"]
    assert again["GroupARN"] != made["GroupARN"]
    assert refusal(boto.get_group, GroupARN=made["GroupARN"]) == "Group not found"


def test_groups_survive_a_kill_and_a_stop(roentgen, boto):
    made = boto.create_group(GroupName="slow", FilterExpression="responsetime > 5")["Group"]
    boto.update_group(GroupName="Default", InsightsConfiguration={"InsightsEnabled": True})
    roentgen.kill()
    boto = boto_client(roentgen.start())
    assert boto.get_group(GroupARN=made["GroupARN"])["Group"] == made
    boto.update_group(GroupName="slow", FilterExpression="fault")
    roentgen.stop()
    boto = boto_client(roentgen.start())
    assert boto.get_group(GroupName="slow")["Group"] == made | {"FilterExpression": "fault"}
    default = boto.get_group(GroupName="Default")["Group"]
    assert default["InsightsConfiguration"] == {"InsightsEnabled": True, "NotificationsEnabled": False}


def test_of_many_that_make_a_group_of_one_name_exactly_one_does(roentgen):
    client = RawClient(roentgen)
    body = {"GroupName": "slow", "FilterExpression": "fault"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("CreateGroup", body), range(24)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 23
    refused = {answer.json()["Message"] for answer in answers if answer.status_code == 400}
    assert refused == {"slow already exists"}


def test_a_group_is_named_in_exactly_one_way(boto):
    made = boto.create_group(GroupName="slow", FilterExpression="fault")["Group"]
    both = {"GroupName": "slow", "GroupARN": made["GroupARN"]}
    for selector in ({}, both):
        for call in (boto.get_group, boto.update_group, boto.delete_group):
            assert refusal(call, **selector) == "Provide either GroupName or GroupARN"


@pytest.mark.parametrize("selector", [{"GroupName": "none"}, {"GroupARN": f"{DEFAULT_ARN}/AAAA"}])
def test_an_unknown_group_is_not_found(boto, selector):
    assert refusal(boto.get_group, **selector) == "Group not found"
    assert refusal(boto.update_group, **selector, FilterExpression="fault") == "Group not found"
    assert refusal(boto.delete_group, **selector) == "Group not found"


@pytest.mark.parametrize("expression", [{}, {"FilterExpression": ""}, {"FilterExpression": " "}])
def test_an_expression_is_needed(boto, expression):
    assert refusal(boto.create_group, GroupName="slow", **expression) == "Filter Expression is empty"
    boto.create_group(GroupName="slow", FilterExpression="fault")
    # spec/api.md 8, point 3: a change of insights alone must repeat the expression.
    settings = {"InsightsConfiguration": {"InsightsEnabled": True}}
    message = refusal(boto.update_group, GroupName="slow", **settings, **expression)
    assert message == "Filter Expression is empty"


def test_a_bad_expression_changes_nothing(boto):
    made = boto.create_group(GroupName="slow", FilterExpression="fault")["Group"]
    message = refusal(boto.update_group, GroupName="slow", FilterExpression="nosuchkeyword = 1")
    assert message.startswith("Error Location: line 1, position 1 : ")
    assert boto.get_group(GroupName="slow")["Group"] == made
    message = refusal(boto.create_group, GroupName="other", FilterExpression="(fault")
    assert message.startswith("Error Location: line 1, position ")
    assert names(boto) == ["Default", "slow"]


def test_the_default_group_stays_as_it_is(boto):
    message = refusal(boto.create_group, GroupName="Default", FilterExpression="fault")
    assert message == "Default already exists"
    assert "Default" in refusal(boto.delete_group, GroupName="Default")
    assert "Default" in refusal(boto.update_group, GroupARN=DEFAULT_ARN, FilterExpression="fault")
    assert names(boto) == ["Default"]


@pytest.mark.parametrize("insights", [{}, {"InsightsEnabled": False}])
def test_notifications_need_insights(boto, insights):
    settings = {"InsightsConfiguration": {"NotificationsEnabled": True, **insights}}
    refusal(boto.create_group, GroupName="slow", FilterExpression="fault", **settings)
    assert names(boto) == ["Default"]


def test_tags_that_a_group_may_not_have_are_refused(boto):
    def made_with(*tags):
        sent = [{"Key": key, "Value": "v"} for key in tags]
        return refusal(boto.create_group, GroupName="slow", FilterExpression="fault", Tags=sent)

    assert made_with("aws:team") == "Caller is an end user and not allowed to mutate system tags"
    many = [str(number) for number in range(51)]
    assert made_with(*many) == "The resultant tag set must not have more than 50 user tags."
    made_with("a", "a")
    assert names(boto) == ["Default"]


def test_a_foreign_page_token_is_refused(boto):
    assert refusal(boto.get_groups, NextToken="made-up") == "Next Token not supported"


def test_a_member_that_breaks_the_model_is_named(roentgen):
    client = RawClient(roentgen)
    for body, wanted in [
        ({}, "Value null at 'groupName'"),
        ({"GroupName": ""}, "Value '' at 'groupName'"),
        ({"GroupName": "a" * 33}, "Member must have length less than or equal to 32"),
        ({"GroupName": "a", "Tags": [{"Key": "k"}]}, "Value null at 'tags.1.member.value'"),
    ]:
        response = client.post("CreateGroup", body)
        assert response.status_code == 400
        assert response.headers["x-amzn-errortype"] == "ValidationException"
        assert response.json()["message"].startswith("1 validation error detected: ")
        assert wanted in response.json()["message"]


def test_the_aws_cli_manages_groups(roentgen):
    made = aws(
        roentgen,
        "create-group",
        "--group-name=slow",
        "--filter-expression=responsetime > 5",
        "--insights-configuration=InsightsEnabled=true,NotificationsEnabled=false",
        "--tags=Key=team,Value=orders",
    )["Group"]
    assert ARN.fullmatch(made["GroupARN"])
    assert aws(roentgen, "get-group", "--group-name", "slow")["Group"] == made
    updated = aws(roentgen, "update-group", "--group-name=slow", "--filter-expression=fault")["Group"]
    assert updated == made | {"FilterExpression": "fault"}
    listed = aws(roentgen, "get-groups")["Groups"]
    assert [group["GroupName"] for group in listed] == ["Default", "slow"]
    aws(roentgen, "delete-group", "--group-arn", made["GroupARN"])
    listed = aws(roentgen, "get-groups")["Groups"]
    assert [group["GroupName"] for group in listed] == ["Default"]
