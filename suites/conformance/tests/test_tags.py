"""Tags of groups and sampling rules through boto3 and plain HTTP."""

import pytest
from botocore.exceptions import ClientError

from harness.xray import RawClient, boto_client

HOME = "arn:aws:xray:us-east-1:000000000000"
DEFAULTS = [f"{HOME}:group/Default", f"{HOME}:sampling-rule/Default"]


@pytest.fixture
def boto(roentgen):
    return boto_client(roentgen)


def tags(*pairs):
    return [{"Key": key, "Value": value} for key, value in pairs]


def listed(boto, arn):
    pages = boto.get_paginator("list_tags_for_resource").paginate(ResourceARN=arn)
    return [tag for page in pages for tag in page["Tags"]]


@pytest.mark.parametrize("arn", DEFAULTS, ids=["group", "rule"])
def test_tags_are_written_replaced_and_taken_away(boto, arn):
    assert listed(boto, arn) == []
    boto.tag_resource(ResourceARN=arn, Tags=tags(("team", "orders"), ("Team", ""), ("a@b", "@")))
    boto.tag_resource(ResourceARN=arn, Tags=tags(("team", "baskets")))
    boto.tag_resource(ResourceARN=arn, Tags=[])
    assert listed(boto, arn) == tags(("Team", ""), ("a@b", "@"), ("team", "baskets"))
    boto.untag_resource(ResourceARN=arn, TagKeys=["Team", "absent"])
    assert listed(boto, arn) == tags(("a@b", "@"), ("team", "baskets"))


def test_tags_survive_a_kill_and_go_with_their_group(roentgen, boto):
    arn = boto.create_group(GroupName="slow", FilterExpression="fault", Tags=tags(("a", "1")))["Group"][
        "GroupARN"
    ]
    boto.tag_resource(ResourceARN=arn, Tags=tags(("b", "2")))
    roentgen.kill()
    boto = boto_client(roentgen.start())
    assert listed(boto, arn) == tags(("a", "1"), ("b", "2"))
    boto.delete_group(GroupARN=arn)
    again = boto.create_group(GroupName="slow", FilterExpression="fault")["Group"]["GroupARN"]
    assert listed(boto, again) == []
    with pytest.raises(ClientError, match="Resource ARN not found"):
        boto.list_tags_for_resource(ResourceARN=arn)


def test_an_unknown_resource_is_named_in_the_error(roentgen):
    arn = f"{HOME}:group/none/AAAA"
    client = RawClient(roentgen)
    for operation, members in [
        ("ListTagsForResource", {}),
        ("TagResource", {"Tags": tags(("a", "b"))}),
        ("UntagResource", {"TagKeys": ["a"]}),
    ]:
        response = client.post(operation, {"ResourceARN": arn, **members})
        assert response.status_code == 404
        assert response.headers["x-amzn-errortype"] == "ResourceNotFoundException"
        body = response.json()
        assert (body["Message"], body["ResourceName"]) == ("Resource ARN not found", arn)


def test_more_than_fifty_tags_are_refused_together(boto):
    arn = DEFAULTS[0]
    boto.tag_resource(ResourceARN=arn, Tags=tags(*((str(number), "") for number in range(50))))
    with pytest.raises(ClientError) as caught:
        boto.tag_resource(ResourceARN=arn, Tags=tags(("0", "new"), ("51st", "")))
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidRequestException"
    assert error["Message"] == "The resultant tag set must not have more than 50 user tags."
    assert {tag["Value"] for tag in listed(boto, arn)} == {""}


def test_tags_of_aws_are_nobodys(boto):
    wanted = "Caller is an end user and not allowed to mutate system tags"
    with pytest.raises(ClientError, match=wanted):
        boto.tag_resource(ResourceARN=DEFAULTS[0], Tags=tags(("aws:a", "b")))
    with pytest.raises(ClientError, match=wanted):
        boto.untag_resource(ResourceARN=DEFAULTS[0], TagKeys=["aws:a"])
