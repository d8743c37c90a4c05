"""A service graph as people read it: nodes by name and type, edges between them, counts in five numbers."""

from typing import NamedTuple


class Counts(NamedTuple):
    ok: int = 0
    error: int = 0
    throttle: int = 0
    fault: int = 0

    @property
    def total(self):
        return self.ok + self.error + self.throttle + self.fault


def nodes(services):
    """(name, type) → its counts; None for a client, which has none of its own."""
    found = {}
    for service in services:
        key = key_of(service)
        assert key not in found, f"the node {key} comes twice"
        found[key] = counts_of(service)
    return found


def edges(services):
    """(source, destination), each a (name, type) → its counts."""
    by_reference = {service["ReferenceId"]: key_of(service) for service in services}
    assert len(by_reference) == len(services), "a ReferenceId comes twice"
    found = {}
    for service in services:
        for edge in service["Edges"]:
            key = (key_of(service), by_reference[edge["ReferenceId"]])
            assert key not in found, f"the edge {key} comes twice"
            found[key] = counts_of(edge)
    return found


def key_of(service):
    return service["Name"], service.get("Type")


def counts_of(part):
    statistics = part.get("SummaryStatistics")
    if statistics is None:
        return None
    errors, faults = statistics["ErrorStatistics"], statistics["FaultStatistics"]
    counts = Counts(
        statistics["OkCount"], errors["OtherCount"], errors["ThrottleCount"], faults["OtherCount"]
    )
    assert errors["TotalCount"] == counts.error + counts.throttle
    assert faults["TotalCount"] == counts.fault
    assert statistics["TotalCount"] == counts.total
    assert sum(sample["Count"] for sample in part["ResponseTimeHistogram"]) == counts.total
    return counts
