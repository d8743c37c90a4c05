"""100,000 acknowledged segments, then `kill -9` in the middle of more: all there, none twice.

CONFORMANCE_SEGMENTS makes it smaller while one works on the suite.
"""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.deadline import until
from harness.graph import Counts, edges, nodes
from harness.load import CHILD_NAME, ROOT_NAME, Load
from harness.xray import TRACES_PER_CALL, RawClient, documents_of

SEGMENTS = int(os.environ.get("CONFORMANCE_SEGMENTS", "100000"))
READERS = 6
ROOT_ID = f"{1:016x}"


@pytest.fixture(scope="module")
def crash(new_roentgen):
    """The load that was sent, and the server after its crash and restart."""
    roentgen = new_roentgen("durability").start()
    load = Load(roentgen)
    load.start()
    try:
        until(
            lambda: load.acknowledged_count >= SEGMENTS or load.has_ended(),
            f"{SEGMENTS} segments are acknowledged",
            seconds=300,
        )
        roentgen.kill()
    finally:
        load.finish()
    assert load.acknowledged_count >= SEGMENTS
    assert load.unanswered_requests > 0, "the crash should have come in the middle of a request"
    return load, roentgen.start()


@pytest.fixture(scope="module")
def stored(crash):
    """trace id → ids of the segments that are there, for every trace ever sent."""
    load, roentgen = crash
    client = RawClient(roentgen)

    def read(trace_ids):
        answer = client.call("BatchGetTraces", TraceIds=trace_ids)
        assert answer["UnprocessedTraceIds"] == []
        return [(trace["Id"], [each["id"] for each in documents_of(trace)]) for trace in answer["Traces"]]

    wanted = iter(sorted(load.sent))
    fives = iter(lambda: list(itertools.islice(wanted, TRACES_PER_CALL)), [])
    with ThreadPoolExecutor(READERS) as pool:
        return dict(itertools.chain.from_iterable(pool.map(read, fives)))


def test_every_acknowledged_segment_is_there_after_the_crash(crash, stored):
    load, _ = crash
    for trace_id, ids in load.acknowledged.items():
        missing = ids - set(stored.get(trace_id, ()))
        assert not missing, f"trace {trace_id} lost {sorted(missing)}"


def test_no_segment_is_there_twice_and_none_that_was_never_sent(crash, stored):
    load, _ = crash
    for trace_id, ids in stored.items():
        assert len(ids) == len(set(ids)), f"trace {trace_id} repeats a segment"
        assert set(ids) <= load.sent[trace_id]


def test_the_service_graph_counts_each_stored_segment_once(crash, stored):
    load, roentgen = crash
    services = RawClient(roentgen).service_graph(load.window())["Services"]
    roots = sum(ROOT_ID in ids for ids in stored.values())
    total = sum(map(len, stored.values()))
    client, root, child = (ROOT_NAME, "client"), (ROOT_NAME, None), (CHILD_NAME, None)
    assert nodes(services) == {client: None, root: Counts(ok=roots), child: Counts(ok=total - roots)}
    with_root = sum(len(ids) - 1 for ids in stored.values() if ROOT_ID in ids)
    assert edges(services) == {(client, root): Counts(ok=roots), (root, child): Counts(ok=with_root)}


def test_summaries_list_each_stored_trace_once(crash, stored):
    load, roentgen = crash
    found = [summary["Id"] for summary in RawClient(roentgen).summaries(load.window())]
    assert len(found) == len(set(found)), "a trace is listed twice"
    assert set(found) == stored.keys()
