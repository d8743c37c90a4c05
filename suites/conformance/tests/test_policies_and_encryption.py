"""Resource policies and the encryption setting through boto3; each success answer is checked against the model."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from harness.xray import boto_client

KEY = "arn:aws:kms:us-east-1:000000000000:key/1234"


def document(effect="Allow", principal="444455556666", action="xray:PutTraceSegments"):
    statement = {"Effect": effect, "Principal": {"AWS": principal}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def boto(roentgen):
    return boto_client(roentgen)


def refusal(call, code, **members):
    with pytest.raises(ClientError) as caught:
        call(**members)
    response = caught.value.response
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return response["Error"]["Message"]


def put(boto, name, **members):
    members.setdefault("PolicyDocument", document())
    return boto.put_resource_policy(PolicyName=name, **members)["ResourcePolicy"]


def listed(boto):
    pages = boto.get_paginator("list_resource_policies").paginate()
    return [policy for page in pages for policy in page["ResourcePolicies"]]


def test_policies_are_put_listed_and_deleted_by_revision(roentgen, boto):
    assert listed(boto) == []
    first = put(boto, "partner", PolicyRevisionId="0")
    assert (first["PolicyRevisionId"], first["PolicyDocument"]) == ("1", document())
    assert abs(first["LastUpdatedTime"].timestamp() - time.time()) < 60
    stale = refusal(
        boto.put_resource_policy,
        "InvalidPolicyRevisionIdException",
        PolicyName="partner",
        PolicyDocument=document(),
        PolicyRevisionId="0",
    )
    assert stale == "Another concurrent request has modified the resource policy partner"
    second = put(boto, "partner", PolicyRevisionId="1")
    assert second["PolicyRevisionId"] == "2"
    roentgen.kill()
    boto = boto_client(roentgen.start())
    assert listed(boto) == [second]
    members = {"PolicyName": "partner", "PolicyRevisionId": "1"}
    stale = refusal(boto.delete_resource_policy, "InvalidPolicyRevisionIdException", **members)
    assert stale == "Another concurrent request has modified or deleted the resource policy partner"
    boto.delete_resource_policy(PolicyName="partner", PolicyRevisionId="2")
    missing = refusal(boto.delete_resource_policy, "InvalidRequestException", PolicyName="partner")
    assert missing == "The resource policy partner does not exist."


def test_policies_that_cannot_be_are_refused(boto):
    for code, name, text in [
        ("MalformedPolicyDocumentException", "a", "not json"),
        ("MalformedPolicyDocumentException", "a", document(action="s3:GetObject")),
        ("PolicySizeLimitExceededException", "a", document().ljust(5_121)),
        ("LockoutPreventionException", "a", document(effect="Deny", principal="*", action="xray:*")),
        ("ValidationException", "a b", document()),
    ]:
        refusal(boto.put_resource_policy, code, PolicyName=name, PolicyDocument=text)
    for name in "abcde":
        put(boto, name)
    code = "PolicyCountLimitExceededException"
    refusal(boto.put_resource_policy, code, PolicyName="f", PolicyDocument=document())
    locked = document(effect="Deny", principal="*", action="xray:*")
    put(boto, "a", PolicyDocument=locked, BypassPolicyLockoutCheck=True)
    refusal(boto.list_resource_policies, "InvalidRequestException", NextToken="made-up")


def test_the_encryption_setting_is_kept(roentgen, boto):
    assert boto.get_encryption_config()["EncryptionConfig"] == {"Type": "NONE", "Status": "ACTIVE"}
    updating = {"Type": "KMS", "Status": "UPDATING", "KeyId": KEY}
    assert boto.put_encryption_config(Type="KMS", KeyId="1234")["EncryptionConfig"] == updating
    roentgen.kill()
    boto = boto_client(roentgen.start())
    time.sleep(1)
    assert boto.get_encryption_config()["EncryptionConfig"] == updating | {"Status": "ACTIVE"}
    refusal(boto.put_encryption_config, "InvalidRequestException", Type="KMS")
    refusal(boto.put_encryption_config, "InvalidRequestException", Type="NONE", KeyId="1234")
    refusal(boto.put_encryption_config, "ValidationException", Type="AES")
    done = boto.put_encryption_config(Type="NONE")["EncryptionConfig"]
    assert done == {"Type": "NONE", "Status": "UPDATING"}
