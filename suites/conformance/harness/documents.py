"""Segment documents made by hand."""

import time
import uuid

from harness.board import new_trace_id


def new_id():
    return uuid.uuid4().hex[:16]


def segment(name="made-by-hand", **members):
    """A complete segment that began a tenth of a second ago; a member given as None is left out."""
    now = time.time()
    document = {
        "name": name,
        "id": new_id(),
        "trace_id": new_trace_id(),
        "start_time": now - 0.1,
        "end_time": now,
    } | members
    return {key: value for key, value in document.items() if value is not None}
