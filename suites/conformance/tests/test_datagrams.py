"""The daemon's UDP protocol: good datagrams are stored, bad ones are counted and harm nothing."""

import json
import random
import socket

import pytest

from harness.deadline import until
from harness.documents import segment
from harness.xray import RawClient

HEADER = b'{"format": "json", "version": 1}\n'
MALFORMED = "roentgen_datagrams_malformed_total"
REFUSED = "roentgen_documents_refused_total"

DOCUMENT = json.dumps(segment()).encode()
MALFORMED_DATAGRAMS = {
    "no header": DOCUMENT,
    "header only, without a line end": HEADER.strip(),
    "empty body": HEADER,
    "wrong version": b'{"format": "json", "version": 2}\n' + DOCUMENT,
    "version as text": b'{"format": "json", "version": "1"}\n' + DOCUMENT,
    "wrong format": b'{"format": "xml", "version": 1}\n' + DOCUMENT,
    "broken header": b'{"format": "json", "version\n' + DOCUMENT,
    "empty header": b"\n" + DOCUMENT,
    "random bytes": random.Random(3).randbytes(1200),
    "random bytes of the largest size": random.Random(7).randbytes(65_507),
}
REFUSED_BODIES = {
    "broken JSON": b'{"name": "cut off',
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "random bytes": random.Random(5).randbytes(900),
    "no segment": b"{}",
    "a number": b"17",
    "deep nesting": b"[" * 30_000,
    "two documents": DOCUMENT + b"\n" + DOCUMENT,
}


@pytest.fixture
def send(roentgen):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        yield lambda datagram: sender.sendto(datagram, roentgen.udp_address)


@pytest.fixture
def nothing_is_harmed(roentgen, send):
    """After the test the server still stores what is good, and only that."""
    yield
    good = segment()
    send(HEADER + json.dumps(good).encode())
    client = RawClient(roentgen)
    until(lambda: client.documents(good["trace_id"]), "a good datagram is stored")
    window = good["start_time"] - 120, good["end_time"] + 1
    assert [each["Id"] for each in client.summaries(window)] == [good["trace_id"]]
    assert roentgen.is_running()
    assert roentgen.is_ready()


@pytest.mark.usefixtures("nothing_is_harmed")
def test_malformed_datagrams_are_counted_and_harm_nothing(roentgen, send):
    for count, (case, datagram) in enumerate(MALFORMED_DATAGRAMS.items(), start=1):
        send(datagram)
        until(lambda: roentgen.counter(MALFORMED) >= count, f"counted: {case}")  # noqa: B023
        assert roentgen.counter(MALFORMED) == count, case
    assert roentgen.counter(REFUSED) == 0


@pytest.mark.usefixtures("nothing_is_harmed")
def test_refused_documents_are_counted_and_harm_nothing(roentgen, send):
    for count, (case, body) in enumerate(REFUSED_BODIES.items(), start=1):
        send(HEADER + body)
        until(lambda: roentgen.counter(REFUSED) >= count, f"counted: {case}")  # noqa: B023
        assert roentgen.counter(REFUSED) == count, case
    assert roentgen.counter(MALFORMED) == 0


@pytest.mark.usefixtures("nothing_is_harmed")
def test_an_empty_datagram_is_nothing(roentgen, send):
    send(b"")
    send(DOCUMENT)  # counted after it, so that the empty one has been seen
    until(lambda: roentgen.counter(MALFORMED) >= 1, "the datagram after the empty one is counted")
    assert roentgen.counter(MALFORMED) == 1


@pytest.mark.parametrize(
    "header",
    [
        b'{"format":"json","version":1}\n',
        b'{ "version": 1,  "format": "JSON", "more": [] }\n',
        b'{"FORMAT":"JSON","Version":1}\n',
    ],
    ids=["plain", "spaces and more keys", "other case"],
)
def test_every_spelling_of_the_header_is_understood(roentgen, send, header):
    document = segment()
    send(header + json.dumps(document, indent=1).encode())
    client = RawClient(roentgen)
    until(lambda: client.documents(document["trace_id"]), "the datagram is stored")


def test_a_burst_of_datagrams_is_stored(roentgen, send):
    documents = [segment() for _ in range(50)]
    for document in documents:
        send(HEADER + json.dumps(document).encode())
    client = RawClient(roentgen)
    wanted = [document["trace_id"] for document in documents]
    until(lambda: len(client.traces(wanted)) == len(wanted), "all fifty are stored")
    assert roentgen.counter("roentgen_documents_accepted_total") == len(wanted)
