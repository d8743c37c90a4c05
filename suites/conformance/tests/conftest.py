"""What the tests stand on: folders, the program under test, PostgreSQL, and the story told to the board."""

import itertools
import os
import re
import shutil
from pathlib import Path

import pytest

from harness.board import Board, Teller, wait_until_stored
from harness.postgres import Postgres
from harness.roentgen import Roentgen

# Everything is on loopback: no client may ask a proxy.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"


@pytest.fixture(scope="session")
def artefacts():
    folder = Path(os.environ.get("ARTEFACTS", "artefacts")) / "conformance"
    for name in ("logs", "screenshots"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def logs(artefacts):
    return artefacts / "logs"


@pytest.fixture(scope="session")
def binary():
    path = os.environ.get("ROENTGEN_BIN")
    assert path, "ROENTGEN_BIN must name the program under test"
    return Path(path).resolve(strict=True)


@pytest.fixture(scope="session")
def new_roentgen(binary, logs, tmp_path_factory):
    """Makes servers, each with a data directory of its own; what still runs at the end is stopped."""
    made = []
    numbers = itertools.count(1)

    def make(name, *flags):
        data_dir = tmp_path_factory.mktemp("roentgen") / "data"
        server = Roentgen(binary, f"{name}-{next(numbers)}", data_dir, logs, flags)
        made.append(server)
        return server

    yield make
    for server in made:
        if server.is_running():
            server.stop()


@pytest.fixture
def roentgen(new_roentgen, request):
    """A new, empty server for one test."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower()).strip("-")
    server = new_roentgen(name[:60]).start()
    yield server
    if server.is_running():
        server.stop()


@pytest.fixture(scope="session")
def postgres(logs):
    server = Postgres(logs)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def board_roentgen(new_roentgen):
    """The server to which the board's story is told; tests may restart it on its data."""
    return new_roentgen("board-roentgen").start()


@pytest.fixture(scope="session")
def story(board_roentgen, postgres, logs):
    """What was done to the board; all of it is stored in `board_roentgen`."""
    board = Board("board", postgres.create_database("board"), board_roentgen.daemon_address, logs)
    board.start()
    try:
        told = Teller(board).tell()
    finally:
        board.stop()
    wait_until_stored(board_roentgen, told)
    return told
