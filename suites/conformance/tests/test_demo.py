"""The sample system that fills an empty console."""

import subprocess
import time

import pytest

from harness.deadline import until
from harness.graph import nodes
from harness.roentgen import clean_environment
from harness.xray import RawClient


def recent(client):
    now = int(time.time())
    return nodes(client.service_graph((now - 60, now + 1))["Services"])


def test_the_demo_plays_into_a_running_server(binary, roentgen):
    done = subprocess.run(
        [binary, "demo", "--endpoint", roentgen.url, "--rate", "20", "--duration", "3s"],
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    types = {kind for _, kind in recent(RawClient(roentgen))}
    assert {"client", "AWS::ApiGateway::Stage", "AWS::DynamoDB::Table", "Database::SQL"} <= types
    assert roentgen.counter("roentgen_documents_refused_total") == 0


@pytest.mark.usefixtures("binary")
def test_a_server_plays_its_own_demo(new_roentgen):
    roentgen = new_roentgen("own-demo", "--demo").start()
    until(lambda: recent(RawClient(roentgen)), "the demo shows up on the map", seconds=30)
    assert roentgen.stop() == 0
