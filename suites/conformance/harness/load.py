"""Many segments over HTTP from several threads, with an honest list of what was acknowledged."""

import json
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from harness.board import new_trace_id
from harness.xray import RawClient

THREADS = 6
SEGMENTS_PER_TRACE = 10
TRACES_PER_BATCH = 10
ROOT_NAME = "load-root"
CHILD_NAME = "load-child"


class Load:
    """Sends until told to stop or until the server is gone.

    Each batch of ten traces goes out in two requests of fifty documents, so that a crash also cuts
    traces in the middle: first the roots with half of the children, then the other children.
    """

    def __init__(self, roentgen):
        self._client = RawClient(roentgen)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(THREADS)
        self._senders = []
        self.began = time.time()
        self.sent = {}  # trace id → ids of all segments ever put into a request
        self.acknowledged = {}  # trace id → ids of the segments in requests answered 200
        self.acknowledged_count = 0
        self.unanswered_requests = 0

    def start(self):
        self._senders = [self._pool.submit(self._send_batches) for _ in range(THREADS)]

    def has_ended(self):
        return any(sender.done() for sender in self._senders)

    def finish(self):
        """Waits for the senders; one that ended by anything but the server's death raises here."""
        self._stopping.set()
        self._pool.shutdown(wait=True)
        for sender in self._senders:
            sender.result()

    def window(self):
        return math.floor(self.began), math.ceil(time.time()) + 1

    def _send_batches(self):
        while not self._stopping.is_set():
            for documents in batch_of_requests():
                if not self._send(documents):
                    return

    def _send(self, documents):
        with self._lock:
            note(self.sent, documents)
        body = json.dumps({"TraceSegmentDocuments": [json.dumps(each) for each in documents]}).encode()
        try:
            response = self._client.post("PutTraceSegments", body)
            while response.status_code == 429:  # told to slow down, so nothing of it was taken
                self._stopping.wait(0.05)
                response = self._client.post("PutTraceSegments", body)
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            with self._lock:
                self.unanswered_requests += 1
            return False
        assert response.status_code == 200, response.text[:500]
        assert response.json() == {"UnprocessedTraceSegments": []}
        with self._lock:
            note(self.acknowledged, documents)
            self.acknowledged_count += len(documents)
        return True


def batch_of_requests():
    traces = [one_trace() for _ in range(TRACES_PER_BATCH)]
    half = SEGMENTS_PER_TRACE // 2
    return (
        [document for trace in traces for document in trace[:half]],
        [document for trace in traces for document in trace[half:]],
    )


def one_trace():
    trace_id = new_trace_id()
    start = time.time()
    # Ids need to be unique within their trace only.
    root = {
        "trace_id": trace_id,
        "id": f"{1:016x}",
        "name": ROOT_NAME,
        "start_time": start,
        "end_time": start + 0.25,
        "http": {"request": {"method": "GET", "url": "http://load.test/"}, "response": {"status": 200}},
    }
    children = [
        {
            "trace_id": trace_id,
            "id": f"{number:016x}",
            "parent_id": root["id"],
            "name": CHILD_NAME,
            "start_time": start + 0.01 * number,
            "end_time": start + 0.01 * number + 0.005,
            "annotations": {"number": number},
        }
        for number in range(2, SEGMENTS_PER_TRACE + 1)
    ]
    return [root, *children]


def note(ids_by_trace, documents):
    for document in documents:
        ids_by_trace.setdefault(document["trace_id"], set()).add(document["id"])
