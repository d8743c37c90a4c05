"""Pages of summaries over HTTP while documents come in (settled.md 28): nothing that was there at the start is missed,
nothing comes twice, and two readers get the same in the same order.

CONFORMANCE_TRACES makes it larger; 100,000 traces are for a release build. The tests of `query` do so many in any case.
"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.deadline import until
from harness.documents import segment
from harness.xray import RawClient

TRACES = int(os.environ.get("CONFORMANCE_TRACES", "2000"))
DOCUMENTS_A_CALL = 20_000
# All traces begin within these seconds, many at the same moment.
SPAN_SECONDS = 1_000
READERS = 2
PAUSE_SECONDS = 0.05


class Writer:
    """Puts documents until it is stopped: new traces in the window, and late segments of old ones."""

    def __init__(self, roentgen, known, start):
        self._client = RawClient(roentgen)
        self._known = known
        self._start = start
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.put = 0

    def __enter__(self):
        self._thread.start()
        until(lambda: self.put > 0, "documents come in")
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def wait_for_more(self):
        """Returns once another call was acknowledged."""
        before = self.put
        until(lambda: self.put > before, "more documents come in")

    def _run(self):
        while not self._stop.is_set():
            at = self._start + self.put * 7 % SPAN_SECONDS
            late = self._known[self.put * 31 % len(self._known)]
            self._client.put(
                segment("new", start_time=at, end_time=at + 1),
                segment("late", trace_id=late, start_time=self._start, end_time=self._start + SPAN_SECONDS),
            )
            self.put += 2
            self._stop.wait(PAUSE_SECONDS)


@pytest.fixture(scope="module")
def filled(new_roentgen):
    """A server that knows the traces, and when they begin."""
    roentgen = new_roentgen("paging").start()
    client = RawClient(roentgen)
    start = int(time.time()) - 7_200
    began = {}
    for first in range(0, TRACES, DOCUMENTS_A_CALL):
        documents = []
        for number in range(first, min(first + DOCUMENTS_A_CALL, TRACES)):
            at = start + number * SPAN_SECONDS // TRACES
            document = segment("old", start_time=at, end_time=at + 1)
            began[document["trace_id"]] = at
            documents.append((at + 2, document))
        client.import_documents(documents)
    return roentgen, began, start


def test_settled_28_pages_miss_nothing_and_repeat_nothing_during_ingest(filled):
    roentgen, began, start = filled
    window = start - 60, start + SPAN_SECONDS + 60
    first = RawClient(roentgen).call("GetTraceSummaries", StartTime=window[0], EndTime=window[1])

    def rest(writer):
        """Both readers go on from the same first page, and each page comes after more documents."""
        client, pages = RawClient(roentgen), [first]
        while token := pages[-1].get("NextToken"):
            writer.wait_for_more()
            request = {"StartTime": window[0], "EndTime": window[1], "NextToken": token}
            pages.append(client.call("GetTraceSummaries", **request))
        return pages

    with Writer(roentgen, list(began), start) as writer, ThreadPoolExecutor(READERS) as pool:
        runs = list(pool.map(rest, [writer] * READERS))
    assert writer.put >= 2 * len(runs[0]), "documents came in between any two pages"

    expected = [trace_id for trace_id, _ in sorted(began.items(), key=lambda one: (-one[1], one[0]))]
    for pages in runs:
        ids = [summary["Id"] for page in pages for summary in page["TraceSummaries"]]
        assert len(ids) == len(expected)
        assert ids == expected
        check_progress(pages, window)


def check_progress(pages, window):
    """trace-summaries.md 4: a client can draw a bar that only grows, and ends full."""
    reached = [page["ApproximateTime"] for page in pages]
    assert reached == sorted(reached, reverse=True)
    assert reached[0] <= window[1]
    assert reached[-1] == window[0]
    assert all(page["TracesProcessedCount"] > 0 for page in pages[:-1])
    assert sum(page["TracesProcessedCount"] for page in pages) == TRACES
