"""A trace of 100,000 entities through the real program: whole again, in bounded memory, in linear work."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from harness.board import new_trace_id
from harness.graph import Counts, edges, nodes
from harness.xray import RawClient

BEGAN = 1767225600.0
SERVICES = 10
DOCUMENT_BYTES = 60_000
# Of the program as a whole, whatever the build; 144 MB were measured without optimisation.
MEMORY_BYTES_MAX = 500_000_000


class LargeTrace:
    """Services that call each other in a row, each with many documents of local work.

    In turn they are wide and deep; each deep one goes on where the service's last deep one ended.
    """

    def __init__(self, entities):
        self.trace_id = new_trace_id()
        self._last_id = 0
        self.ids = set()
        self.documents = []
        calls = [self._new_id() for _ in range(SERVICES - 1)]
        roots = [self._new_id() for _ in range(SERVICES)]
        for number, root in enumerate(roots):
            document = self._entity(root, f"service-{number}", number, 100 - number)
            document["trace_id"] = self.trace_id
            if number > 0:
                document["parent_id"] = calls[number - 1]
            if number < SERVICES - 1:
                call = self._entity(calls[number], f"service-{number + 1}.example", number, 99 - number)
                document["subsegments"] = [call | {"namespace": "remote"}]
            self.documents.append(document)
        deepest = list(roots)
        turn = 0
        while len(self.ids) < entities:
            service, is_deep = turn % SERVICES, turn // SERVICES % 2 == 0
            parent = deepest[service] if is_deep else roots[service]
            last = self._add_subsegment(parent, entities - len(self.ids), is_deep=is_deep)
            if is_deep:
                deepest[service] = last
            turn += 1

    def _add_subsegment(self, parent, entities_max, *, is_deep):
        """One independent subsegment with as many descendants as fit; returns the id of the last one."""
        top = self._entity(self._new_id(), "work", 20, 60)
        # Every nesting costs the name of the list too.
        levels = min(entities_max - 1, DOCUMENT_BYTES // 125)
        place = top
        for _ in range(levels):
            child = self._entity(self._new_id(), "work", 20, 60)
            place.setdefault("subsegments", []).append(child)
            if is_deep:
                place = child
        self.documents.append(top | {"trace_id": self.trace_id, "parent_id": parent, "type": "subsegment"})
        return f"{self._last_id:016x}"

    def _new_id(self):
        self._last_id += 1
        self.ids.add(f"{self._last_id:016x}")
        return f"{self._last_id:016x}"

    def _entity(self, entity_id, name, start, end):
        return {"id": entity_id, "name": name, "start_time": BEGAN + start, "end_time": BEGAN + end}


def entities_of(document):
    open_entities, found = [document], []
    while open_entities:
        entity = open_entities.pop()
        found.append(entity)
        open_entities += entity.get("subsegments", [])
    return found


def cpu_seconds(process_id):
    fields = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_bytes_max(process_id):
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def send_and_read(roentgen, entities):
    """Sends a trace, asks everything of it once, and returns what that cost the program in CPU seconds."""
    client = RawClient(roentgen)
    trace = LargeTrace(entities)
    texts = [json.dumps(each) for each in trace.documents]
    assert max(map(len, texts)) < 65_536
    # 50 full documents are the most that one call takes: 3 MB.
    before = cpu_seconds(roentgen.process_id)
    for first in range(0, len(texts), 50):
        client.put(*texts[first : first + 50])
    (stored,) = client.call("BatchGetTraces", TraceIds=[trace.trace_id])["Traces"]
    (summary,) = client.summaries((BEGAN, BEGAN + 1))
    graph = client.call("GetTraceGraph", TraceIds=[trace.trace_id])["Services"]
    received = client.service_graph((time.time() - 300, time.time() + 1))["Services"]
    spent = cpu_seconds(roentgen.process_id) - before

    back = [entity for each in stored["Segments"] for entity in entities_of(json.loads(each["Document"]))]
    assert len(back) == entities
    assert {each["id"] for each in back} == trace.ids
    assert stored["Duration"] == 100
    assert stored["LimitExceeded"] is False
    assert (summary["Duration"], summary["ResponseTime"], summary["IsPartial"]) == (100, 100, False)
    assert summary["EntryPoint"]["Name"] == "service-0"
    assert len(summary["ServiceIds"]) == SERVICES + 1
    wanted_nodes = {(f"service-{number}", None): Counts(ok=1) for number in range(SERVICES)}
    wanted_nodes["service-0", "client"] = None
    wanted_edges = {
        ((f"service-{number}", None), (f"service-{number + 1}", None)): Counts(ok=1)
        for number in range(SERVICES - 1)
    }
    wanted_edges[("service-0", "client"), ("service-0", None)] = Counts(ok=1)
    for services in (graph, received):
        assert nodes(services) == wanted_nodes
        assert edges(services) == wanted_edges
    return spent


@pytest.fixture(autouse=True)
def _deep_json():
    """Python's JSON counts two levels for each nested subsegment."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(5_000)
    yield
    sys.setrecursionlimit(limit)


@pytest.fixture
def other_roentgen(new_roentgen):
    server = new_roentgen("smaller-trace").start()
    yield server
    server.stop()


def test_settled_17_and_16_a_trace_of_a_hundred_thousand_entities(roentgen, other_roentgen):
    small = send_and_read(other_roentgen, 20_000)
    large = send_and_read(roentgen, 100_000)
    # Linear work is 5 times as much, work that grows with the square 25 times.
    told = f"20,000 entities took {small:.2f} s of CPU, 100,000 took {large:.2f} s"
    assert large < small * 12, told
    assert small < large / 2, told
    used = memory_bytes_max(roentgen.process_id)
    assert used < MEMORY_BYTES_MAX, f"{used} bytes"
