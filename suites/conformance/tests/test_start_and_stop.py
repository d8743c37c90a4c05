"""What an operator sees when a start cannot succeed, and how a stop ends."""

import socket
import subprocess

import pytest

from harness.documents import segment
from harness.roentgen import clean_environment, serve_command
from harness.xray import RawClient


@pytest.fixture
def refused(binary, tmp_path):
    """Runs a command that must be refused; returns its one line on standard error."""

    def run(command):
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
            env=clean_environment(),
            cwd=tmp_path,
        )
        assert done.returncode == 2, (done.returncode, done.stderr)
        lines = done.stderr.splitlines()
        assert len(lines) == 1, f"expected one line, found:\n{done.stderr}"
        assert "panicked" not in lines[0]
        assert "healthz" not in done.stdout
        return lines[0]

    return lambda *arguments, **listeners: run(serve_command(binary, *arguments, **listeners))


def test_settled_35_a_taken_http_port_is_refused_in_one_line(refused, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert address in refused(tmp_path / "data", http=address)


def test_settled_35_a_taken_udp_port_is_refused_in_one_line(refused, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert address in refused(tmp_path / "data", udp=address)


def test_an_unwritable_data_directory_is_refused_in_one_line(refused, tmp_path):
    # Root may write anywhere, but nobody can make a folder below a file.
    (tmp_path / "file").write_text("not a folder")
    data_dir = tmp_path / "file" / "data"
    assert str(data_dir) in refused(data_dir)


def test_a_data_directory_in_use_is_refused_in_one_line(refused, roentgen):
    document = segment()
    client = RawClient(roentgen)
    client.put(document)
    assert str(roentgen.data_dir) in refused(roentgen.data_dir)
    assert len(client.documents(document["trace_id"])) == 1


def test_a_bad_flag_is_refused_in_one_line(refused, tmp_path):
    assert "--no-such-flag" in refused(tmp_path / "data", "--no-such-flag")


def test_a_bad_value_of_a_flag_is_refused_in_one_line(refused, tmp_path):
    assert "not-an-address" in refused(tmp_path / "data", http="not-an-address")


def test_sigterm_ends_it_with_exit_code_0_and_loses_nothing(roentgen):
    documents = [segment() for _ in range(20)]
    RawClient(roentgen).put(*documents)
    assert roentgen.stop() == 0

    roentgen.start()
    client = RawClient(roentgen)
    assert len(client.traces([each["trace_id"] for each in documents])) == len(documents)
    assert roentgen.stop() == 0


def test_an_empty_server_stops_with_exit_code_0(roentgen):
    assert roentgen.stop() == 0
