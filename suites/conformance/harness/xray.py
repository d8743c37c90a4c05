"""The X-Ray API as its clients use it: boto3, the AWS CLI, and plain HTTP with a strict eye."""

import json
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import boto3
import requests
from botocore.config import Config

from harness.model import check_answer, path_of
from harness.roentgen import clean_environment

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any"}
REQUEST_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TRACES_PER_CALL = 5


def boto_client(roentgen):
    """A stock client; each success answer is also checked against the model before it is parsed."""
    client = boto3.client(
        "xray",
        endpoint_url=roentgen.url,
        region_name=REGION,
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=60),
    )
    client.meta.events.register("before-parse.xray", check_before_parsing)
    return client


def check_before_parsing(operation_model, response_dict, **_):
    if response_dict["status_code"] == 200:
        check_answer(operation_model.name, json.loads(response_dict["body"]))


def at(seconds):
    """A time as boto3 wants it; it sends whole seconds only."""
    return datetime.fromtimestamp(int(seconds), UTC)


class RawClient:
    """Plain HTTP, so that nothing between test and wire can repair an answer. Threads may share it."""

    def __init__(self, roentgen):
        self._url = roentgen.url
        self._sessions = threading.local()

    def post(self, operation, body):
        """Sends a body as it is, text or object, and returns the response."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._session().post(
            self._url + path_of(operation),
            data=data,
            headers={"Content-Type": "application/json"},
            timeout=60,
        )

    def import_documents(self, receipts_and_documents):
        """Roentgen's own call: documents that carry their receipt times. All must be accepted."""
        sent = [{"Receipt": at, "Document": as_text(each)} for at, each in receipts_and_documents]
        url = f"{self._url}/roentgen/v1/import"
        response = self._session().post(url, data=json.dumps({"Documents": sent}).encode(), timeout=120)
        assert response.status_code == 200, response.text[:500]
        assert response.json() == {"UnprocessedTraceSegments": []}

    def call(self, operation, **members):
        """The checked answer of a call that must succeed."""
        response = self.post(operation, members)
        assert response.status_code == 200, f"{operation}: {response.status_code} {response.text[:500]}"
        assert response.headers["Content-Type"] == "application/json"
        assert REQUEST_ID.fullmatch(response.headers["x-amzn-RequestId"])
        answer = response.json()
        check_answer(operation, answer)
        return answer

    def put(self, *documents):
        """Sends documents that must all be accepted."""
        answer = self.call("PutTraceSegments", TraceSegmentDocuments=[as_text(each) for each in documents])
        assert answer["UnprocessedTraceSegments"] == []

    def summary_pages(self, window, expression=None, **members):
        """All pages, as they came, by following NextToken."""
        request = {"StartTime": window[0], "EndTime": window[1], **members}
        if expression is not None:
            request["FilterExpression"] = expression
        pages = [self.call("GetTraceSummaries", **request)]
        while token := pages[-1].get("NextToken"):
            pages.append(self.call("GetTraceSummaries", **request, NextToken=token))
        return pages

    def summaries(self, window, expression=None, **members):
        pages = self.summary_pages(window, expression, **members)
        return [summary for page in pages for summary in page["TraceSummaries"]]

    def traces(self, trace_ids):
        """The traces that are there, five to a call."""
        found = []
        for first in range(0, len(trace_ids), TRACES_PER_CALL):
            answer = self.call("BatchGetTraces", TraceIds=trace_ids[first : first + TRACES_PER_CALL])
            assert answer["UnprocessedTraceIds"] == []
            found += answer["Traces"]
        return found

    def documents(self, trace_id):
        """The parsed documents of one trace, none if it is not there."""
        return [document for trace in self.traces([trace_id]) for document in documents_of(trace)]

    def service_graph(self, window):
        answer = self.call("GetServiceGraph", StartTime=window[0], EndTime=window[1])
        assert "NextToken" not in answer
        return answer

    def _session(self):
        if not hasattr(self._sessions, "http"):
            self._sessions.http = requests.Session()
            self._sessions.http.trust_env = False
        return self._sessions.http


def as_text(document):
    return document if isinstance(document, str) else json.dumps(document)


def documents_of(trace):
    return [json.loads(segment["Document"]) for segment in trace["Segments"]]


def aws(roentgen, operation, *arguments):
    """What `aws xray OPERATION` prints, parsed."""
    command = [Path(sys.executable).with_name("aws"), "xray", operation]
    command += ["--endpoint-url", roentgen.url, "--output", "json", *map(str, arguments)]
    environment = clean_environment(
        **CREDENTIALS,
        AWS_DEFAULT_REGION=REGION,
        AWS_CONFIG_FILE="/dev/null",
        AWS_SHARED_CREDENTIALS_FILE="/dev/null",
        AWS_EC2_METADATA_DISABLED="true",
        AWS_PAGER="",
    )
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, f"aws xray {operation} failed: {done.stderr.strip()}"
    # An operation without output prints nothing.
    return json.loads(done.stdout or "{}")
