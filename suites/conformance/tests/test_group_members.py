"""Which traces a group holds (spec/settled.md 31): graphs and time series of a group, as boto3 asks for them."""

import time

import pytest
from botocore.exceptions import ClientError

from harness.deadline import until
from harness.documents import new_id, segment
from harness.graph import nodes
from harness.xray import RawClient, at, boto_client


def trace(roentgen, name, **members):
    document = segment(name, **members)
    RawClient(roentgen).put(document)
    return document


def next_second():
    """The first second of which nothing has passed yet when this is called."""
    now = int(time.time())
    until(lambda: int(time.time()) > now, "the next second begins")
    return now + 1


def graph(roentgen, begin, **group):
    """The services, clients apart, and whether old members are among them."""
    window = {"StartTime": at(begin), "EndTime": at(time.time() + 60)}
    answer = boto_client(roentgen).get_service_graph(**window, **group)
    services = nodes(answer["Services"])
    counts = {name: found.total for (name, _), found in services.items() if found}
    return counts, answer["ContainsOldGroupVersions"]


def series(roentgen, begin, **group):
    """How many requests all points hold, and whether old members are among them."""
    window = {"StartTime": at(begin), "EndTime": at(time.time() + 120)}
    answer = boto_client(roentgen).get_time_series_service_statistics(**window, **group)
    points = answer["TimeSeriesServiceStatistics"]
    total = sum(point.get("EdgeSummaryStatistics", {}).get("TotalCount", 0) for point in points)
    return total, answer["ContainsOldGroupVersions"]


def test_a_groups_graph_and_time_series_hold_its_traces_through_changes_and_crashes(roentgen):
    begin = int(time.time()) - 1
    boto = boto_client(roentgen)
    trace(roentgen, "too-early", fault=True)
    made = boto.create_group(GroupName="bad", FilterExpression="fault")["Group"]
    trace(roentgen, "old-bad", fault=True)
    joining = trace(roentgen, "old-good")
    for named in ({"GroupName": "bad"}, {"GroupARN": made["GroupARN"]}):
        assert graph(roentgen, begin, **named) == ({"old-bad": 1}, False)
        assert series(roentgen, begin, **named) == (1, False)

    changed = next_second()
    boto.update_group(GroupName="bad", FilterExpression='error OR service("late.example")')
    trace(roentgen, "new-fault", fault=True)
    trace(roentgen, "new-error", error=True)
    late = {"type": "subsegment", "namespace": "remote", "parent_id": joining["id"], "id": new_id()}
    trace(roentgen, "late.example", trace_id=joining["trace_id"], **late)
    members = {"old-bad": 1, "old-good": 1, "late.example": 1, "new-error": 1}
    # What joins late counts fully when it joins, and not before.
    newer = {name: count for name, count in members.items() if name != "old-bad"}
    everything = members | {"too-early": 1, "new-fault": 1}

    def check():
        assert graph(roentgen, begin, GroupName="bad") == (members, True)
        assert series(roentgen, begin, GroupName="bad") == (3, True)
        assert graph(roentgen, changed, GroupName="bad") == (newer, False)
        assert graph(roentgen, begin, GroupName="Default") == (everything, False)
        assert graph(roentgen, begin) == (everything, False)
        assert series(roentgen, begin) == (5, False)

    check()
    roentgen.kill()
    roentgen.start()
    check()
    # A stop stores what is live; the graph is read from the disk then.
    roentgen.stop()
    roentgen.start()
    check()
    roentgen.kill()
    roentgen.start()
    check()
    # A group that is made again is another one, without members.
    boto = boto_client(roentgen)
    boto.delete_group(GroupName="bad")
    boto.create_group(GroupName="bad", FilterExpression="fault")
    assert graph(roentgen, begin, GroupName="bad") == ({}, False)
    assert series(roentgen, begin, GroupName="bad") == (0, False)


@pytest.mark.parametrize("named", [{"GroupName": "none"}, {"GroupARN": "arn:aws:xray:::group/none/A"}])
def test_the_graph_of_an_unknown_group_is_refused(roentgen, named):
    window = {"StartTime": at(time.time() - 60), "EndTime": at(time.time())}
    boto = boto_client(roentgen)
    for call in (boto.get_service_graph, boto.get_time_series_service_statistics):
        with pytest.raises(ClientError) as caught:
            call(**window, **named)
        assert caught.value.response["Error"]["Message"] == "Group not found."
        assert caught.value.response["Error"]["Code"] == "InvalidRequestException"
