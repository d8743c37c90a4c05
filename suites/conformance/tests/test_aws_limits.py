"""`serve --aws-limits`: each quota at AWS's number, and none of them without the flag (settled.md 19).

The rate of documents is shown in the unit tests of `ingest`: a client in Python is not fast enough to reach it.
"""

import math
import time

import botocore.exceptions
import pytest

from harness.deadline import until
from harness.documents import new_id, segment
from harness.xray import RawClient, as_text, boto_client

SEVEN_DAYS = 7 * 86_400
FULL = "This trace has reached its maximum allocated quota."


class Server:
    def __init__(self, roentgen, limited):
        self.roentgen = roentgen
        self.limited = limited
        self.raw = RawClient(roentgen)
        self.boto = boto_client(roentgen)

    def put(self, *documents):
        """What was refused, as id and message; the code is always the same."""
        texts = [as_text(each) for each in documents]
        answer = self.raw.call("PutTraceSegments", TraceSegmentDocuments=texts)
        refused = answer["UnprocessedTraceSegments"]
        assert all(each["ErrorCode"] == "InvalidSegment" for each in refused)
        return [(each["Id"], each["Message"]) for each in refused]

    def slowly(self, operation, **members):
        """The answer once no rate is in the way."""

        def answer():
            response = self.raw.post(operation, members)
            # A response that is no success counts as false.
            return [response] if response.status_code != 429 else []

        return until(answer, f"{operation} is answered")[0]


@pytest.fixture(scope="module", params=["with the flag", "without the flag"])
def server(request, new_roentgen):
    limited = request.param == "with the flag"
    flags = ["--aws-limits"] if limited else []
    return Server(new_roentgen("aws-limits", *flags).start(), limited)


def now_window():
    return math.floor(time.time()) - 300, math.ceil(time.time()) + 1


def test_segment_documents_1_a_trace_holds_500_kilobytes(server):
    trace_id = segment()["trace_id"]
    documents = [segment(trace_id=trace_id, metadata={"text": "x" * 60_000}) for _ in range(9)]

    refused = server.put(*documents)

    # Eight of 60 kB and a little are within 500 kB, nine are not.
    assert refused == ([(documents[8]["id"], FULL)] if server.limited else [])
    (trace,) = server.boto.batch_get_traces(TraceIds=[trace_id])["Traces"]
    assert trace["LimitExceeded"] is server.limited
    assert len(trace["Segments"]) == (8 if server.limited else 9)


def test_segment_documents_1_a_full_trace_stays_full_after_a_restart(server):
    document = segment(metadata={"text": "x" * 65_000})
    others = [document | {"id": new_id()} for _ in range(8)]
    server.put(document, *others)
    server.roentgen.stop()
    server.roentgen.start()
    restarted = Server(server.roentgen, server.limited)
    server.raw, server.boto = restarted.raw, restarted.boto

    late = segment(trace_id=document["trace_id"], metadata={"text": "x" * 65_000})

    assert server.put(late) == ([(late["id"], FULL)] if server.limited else [])
    (trace,) = server.boto.batch_get_traces(TraceIds=[document["trace_id"]])["Traces"]
    assert trace["LimitExceeded"] is server.limited


def test_settled_15_a_trace_is_changed_for_seven_days(server):
    old, young = segment(), segment()
    then = time.time() - SEVEN_DAYS
    server.raw.import_documents([(then - 60, old), (then + 60, young)])
    late = [segment(trace_id=each["trace_id"]) for each in (old, young)]

    refused = server.put(*late)

    expected = [(late[0]["id"], "This trace can no longer be modified.")]
    assert refused == (expected if server.limited else [])


def test_segment_documents_1_a_segment_has_20_links(server):
    link = {"trace_id": segment()["trace_id"], "id": new_id()}
    many, enough = segment(links=[link] * 21), segment(links=[link] * 20)

    refused = server.put(many, enough)

    text = "This segment or its trace has more links than allowed."
    assert refused == ([(many["id"], text)] if server.limited else [])


def test_trace_summaries_10_14_fifty_annotations_are_indexed(server):
    annotations = {f"key_{number:02}": "gold" for number in range(60)}
    document = segment(annotations=annotations, user="annotated")
    assert server.put(document) == []
    window = now_window()

    (summary,) = server.raw.summaries(window, 'user = "annotated"')

    assert len(summary["Annotations"]) == (50 if server.limited else 60)
    found = [len(server.raw.summaries(window, f'annotation.key_{number} = "gold"')) for number in (49, 50)]
    assert found == ([1, 0] if server.limited else [1, 1])
    (sent,) = server.raw.documents(document["trace_id"])
    assert sent["annotations"] == annotations


def test_settled_29_a_page_judges_1000_traces(server):
    start = math.floor(time.time()) - 7_200
    documents = [segment(start_time=start, end_time=start + 1) for _ in range(2_500)]
    server.raw.import_documents((start + 1, each) for each in documents)

    pages = server.raw.summary_pages((start, start + 60), '!service("made-by-hand")')

    counts = [page["TracesProcessedCount"] for page in pages]
    assert counts == ([1_000, 1_000, 500] if server.limited else [2_500])
    assert [page["TraceSummaries"] for page in pages] == [[]] * len(pages)


def test_api_5_there_are_25_groups_with_default(server):
    for number in range(24):
        answer = server.slowly("CreateGroup", GroupName=f"g{number}", FilterExpression="fault")
        assert answer.status_code == 200

    answer = server.slowly("CreateGroup", GroupName="one-more", FilterExpression="fault")

    assert answer.status_code == (400 if server.limited else 200)
    if server.limited:
        assert answer.json()["__type"] == "InvalidRequestException"
        assert answer.json()["Message"] == "The maximum number of groups has been reached."


def test_sampling_6_the_26th_custom_rule_is_refused(server):
    rule = {"ResourceARN": "*", "Priority": 5, "FixedRate": 0.1, "ReservoirSize": 1, "Version": 1}
    rule |= dict.fromkeys(("ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath"), "*")
    for number in range(25):
        answer = server.slowly("CreateSamplingRule", SamplingRule=rule | {"RuleName": f"r{number}"})
        assert answer.status_code == 200

    answer = server.slowly("CreateSamplingRule", SamplingRule=rule | {"RuleName": "one-more"})

    assert answer.status_code == (400 if server.limited else 200)
    if server.limited:
        assert answer.headers["x-amzn-errortype"] == "RuleLimitExceededException"


def test_sampling_5_1_a_call_brings_25_reports(server):
    report = {"RuleName": "Default", "ClientID": "0" * 24, "Timestamp": int(time.time())}
    report |= {"RequestCount": 1, "SampledCount": 1}
    for count in (25, 26):
        answer = server.raw.post("GetSamplingTargets", {"SamplingStatisticsDocuments": [report] * count})
        is_refused = server.limited and count == 26
        assert answer.status_code == (400 if is_refused else 200)
        if is_refused:
            assert answer.json()["__type"] == "ValidationException"


@pytest.mark.parametrize(
    ("operation", "members", "burst"),
    [
        ("GetGroups", {}, 20),
        ("GetSamplingRules", {}, 100),
        ("PutTelemetryRecords", {"TelemetryRecords": [{"Timestamp": 1}]}, 40),
    ],
)
def test_api_5_calls_have_rates(server, operation, members, burst):
    # A rate is half its burst, and calls take a while: three bursts at once are too many in any case.
    began = time.monotonic()
    answers = [server.raw.post(operation, members) for _ in range(burst * 3)]
    seconds = time.monotonic() - began
    refused = [each for each in answers if each.status_code != 200]
    if not server.limited:
        assert refused == []
        return
    assert len(answers) - len(refused) <= burst + math.ceil(seconds * burst / 2)
    if seconds < 3:
        assert refused
    for answer in refused:
        assert answer.status_code == 429
        assert answer.headers["x-amzn-errortype"] == "ThrottledException"
        assert answer.json() == {"__type": "ThrottledException", "Message": "Rate exceeded"}


def test_api_5_boto3_knows_a_throttled_call(server):
    throttled = None
    for _ in range(60):
        try:
            server.boto.get_encryption_config()
        except server.boto.exceptions.ThrottledException as error:
            throttled = error
            break
        except botocore.exceptions.ClientError as error:
            pytest.fail(f"another error: {error}")
    assert (throttled is not None) is server.limited
