"""Runs the bulletin board and plays a fixed story to it, noting what was sent and what came back."""

import math
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import requests

from harness.deadline import until
from harness.graph import Counts
from harness.program import Program
from harness.roentgen import clean_environment
from harness.xray import RawClient

SUITE = Path(__file__).parent.parent
TRACE_HEADER = "X-Amzn-Trace-Id"

# The SDK names a database call after the method of Python's database interface.
CLIENT = ("board", "client")
APPLICATION = ("board", None)
DATABASE = ("execute", "Database::SQL")

# "al" is the beginning of "alice"; carol needs more than one page of summaries.
POSTS_BY_USER = {"alice": 7, "bob": 3, "al": 2, "carol": 104}
READERS = ("alice", "bob")


class Board:
    def __init__(self, name, database, daemon_address, logs, log_level="WARNING"):
        environment = clean_environment(
            BOARD_DATABASE=database,
            BOARD_LOG=log_level,
            AWS_XRAY_DAEMON_ADDRESS=daemon_address,
            PYTHONDONTWRITEBYTECODE="1",
        )
        command = [sys.executable, "-m", "board"]
        self._program = Program(name, command, logs=logs, env=environment, cwd=SUITE)
        self._http = requests.Session()

    def start(self):
        self._program.start(("http",))
        return self

    def stop(self):
        self._http.close()
        if self._program.is_running():
            self._program.stop()

    def log(self):
        return self._program.stderr()

    def send(self, method, path, *, username=None, trace_header=None, json=None):
        headers = {"Username": username, TRACE_HEADER: trace_header}
        return self._http.request(
            method,
            f"http://{self._program.addresses['http']}{path}",
            headers={name: value for name, value in headers.items() if value is not None},
            json=json,
            timeout=20,
        )


@dataclass(frozen=True)
class Sent:
    """One request of the story: what was asked, and what the board's database had to do for it."""

    trace_id: str
    method: str
    path: str
    username: str | None
    status: int
    statements: Counts


@dataclass
class Story:
    """Everything that was played; `window` holds all its documents and their receipt."""

    sent: list[Sent] = field(default_factory=list)
    began: float = field(default_factory=time.time)
    ended: float = 0.0

    @property
    def window(self):
        return math.floor(self.began), math.ceil(self.ended) + 1

    @property
    def trace_ids(self):
        return [each.trace_id for each in self.sent]

    def chosen(self, wanted):
        return [each for each in self.sent if wanted(each)]

    def of_user(self, username):
        return self.chosen(lambda each: each.username == username)

    def inits(self):
        return self.chosen(lambda each: (each.method, each.path) == ("POST", "/init"))

    def failed(self):
        return self.chosen(lambda each: each.status >= 400)

    def application_counts(self):
        return Counts(ok=len(self.sent) - len(self.failed()), error=len(self.failed()))

    def database_counts(self):
        return Counts(*map(sum, zip(*(each.statements for each in self.sent), strict=True)))


class Teller:
    def __init__(self, board):
        self._board = board
        self._story = Story()

    def tell(self):
        self._send("POST", "/init", Counts(ok=2))
        for _ in range(3):
            self._send("POST", "/init", Counts(fault=1))
        for _ in range(5):
            self._send("POST", "/posts", Counts(), json={"title": "nobody", "content": "no name"})
        posts = {name: self._write_posts(name, count) for name, count in POSTS_BY_USER.items()}
        for name in READERS:
            for post_id in posts[name]:
                self._send("GET", f"/posts/{post_id}", Counts(ok=1), username=name)
        for _ in range(2):
            self._send("GET", "/posts/1000000", Counts(ok=1), username="alice")
            self._send("DELETE", f"/posts/{posts['bob'][0]}", Counts(ok=1), username="bob")
        self._send("DELETE", "/init", Counts(ok=2))
        self._story.ended = time.time()
        return self._story

    def _write_posts(self, username, count):
        answers = []
        for number in range(count):
            post = {"title": f"Post {number}", "content": f"{username} wrote this."}
            answers.append(self._send("POST", "/posts", Counts(ok=2), username=username, json=post))
        return [answer.json()["id"] for answer in answers]

    def _send(self, method, path, statements, *, username=None, json=None):
        trace_id = new_trace_id()
        header = f"Root={trace_id};Sampled=1"
        answer = self._board.send(method, path, username=username, trace_header=header, json=json)
        self._story.sent.append(Sent(trace_id, method, path, username, answer.status_code, statements))
        return answer


def wait_until_stored(roentgen, story):
    """Datagrams are not acknowledged, so this is the only way to know."""
    client = RawClient(roentgen)

    def missing_traces():
        return set(story.trace_ids) - {trace["Id"] for trace in client.traces(story.trace_ids)}

    until(lambda: not missing_traces(), "every traced request is stored")


def new_trace_id():
    return f"1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
