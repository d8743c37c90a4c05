"""A server with little memory, pressed by more than it can hold: it says so, loses nothing, and goes on."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.deadline import until
from harness.documents import segment
from harness.xray import RawClient, as_text

SENDERS = 8
REQUESTS_EACH = 40
DOCUMENTS_PER_REQUEST = 20
LIVE_BYTES_MAX = 100_000
DROPPED = "roentgen_datagrams_dropped_total"
THROTTLED = "roentgen_documents_throttled_total"
UDP_HEADER = b'{"format":"json","version":1}\n'


@pytest.fixture
def small(new_roentgen):
    server = new_roentgen("pressure", "--live-bytes-max", LIVE_BYTES_MAX).start()
    yield server
    if server.is_running():
        server.stop()


def press(client):
    """Returns the trace ids of acknowledged requests, and how many were throttled."""
    acknowledged, throttled = [], 0
    for _ in range(REQUESTS_EACH):
        documents = [segment() for _ in range(DOCUMENTS_PER_REQUEST)]
        response = client.post(
            "PutTraceSegments", {"TraceSegmentDocuments": [as_text(each) for each in documents]}
        )
        if response.status_code == 200:
            assert response.json() == {"UnprocessedTraceSegments": []}
            acknowledged += [each["trace_id"] for each in documents]
        else:
            assert response.status_code == 429, response.text
            assert response.headers["x-amzn-ErrorType"].startswith("ThrottledException")
            throttled += DOCUMENTS_PER_REQUEST
    return acknowledged, throttled


def test_beyond_its_memory_it_throttles_loses_nothing_and_goes_on(small):
    client = RawClient(small)
    with ThreadPoolExecutor(SENDERS) as pool:
        pressed = list(pool.map(press, [client] * SENDERS))
    acknowledged = [trace_id for ids, _ in pressed for trace_id in ids]
    throttled = sum(count for _, count in pressed)
    assert throttled > 0, "the pressure was too low"
    assert acknowledged, "nothing got through"
    assert small.counter(THROTTLED) == throttled

    document = segment()
    body = {"TraceSegmentDocuments": [as_text(document)]}
    until(lambda: client.post("PutTraceSegments", body).status_code == 200, "it takes documents again", 5)
    assert len(client.traces(acknowledged)) == len(acknowledged)
    assert len(client.documents(document["trace_id"])) == 1


def test_datagrams_beyond_its_memory_are_counted_as_dropped(small):
    sent = 0
    datagram = UDP_HEADER + json.dumps(segment(metadata={"m": "x" * 5_000})).encode()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def is_full():
            nonlocal sent
            for _ in range(300):
                sender.sendto(datagram, small.udp_address)
                sent += 1
            return small.counter(DROPPED) > 0

        until(is_full, "some are dropped")

    def is_all_counted():
        taken = small.counter("roentgen_documents_accepted_total")
        return taken + small.counter(DROPPED) == sent

    until(is_all_counted, "each datagram is either taken or counted as dropped")
