"""Waiting with a deadline: the only place that sleeps."""

import time

FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.2


def until(question, what, seconds=15):
    """Asks again and again until the answer is true, and returns it.

    A failed assertion inside the question counts as "not yet"; any other exception is an error at once.
    """
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        failure = None
        answer = None
        try:
            answer = question()
        except AssertionError as problem:
            failure = problem
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still not so: {what}; last: {answer!r}") from failure
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
