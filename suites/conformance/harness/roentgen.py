"""The program under test, on free loopback ports and a data directory of its own."""

import os

import requests

from harness.deadline import until
from harness.program import Program


class Roentgen:
    """`serve`; may be killed or stopped and started again on the same data directory."""

    def __init__(self, binary, name, data_dir, logs, flags=()):
        self.data_dir = data_dir
        command = serve_command(binary, data_dir, *flags)
        self._program = Program(name, command, logs=logs, env=clean_environment(), cwd=data_dir.parent)

    def start(self):
        self._program.start(("http", "udp"))
        until(self.is_ready, "GET /healthz answers 200")
        return self

    def is_ready(self):
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def kill(self):
        self._program.kill()

    def stop(self):
        return self._program.stop()

    def log(self):
        """Everything it has logged, in all its lives."""
        return self._program.stderr()

    def is_running(self):
        return self._program.is_running()

    @property
    def process_id(self):
        return self._program.process_id

    @property
    def url(self):
        return f"http://{self._program.addresses['http']}"

    @property
    def udp_address(self):
        host, port = self._program.addresses["udp"].rsplit(":", 1)
        return host, int(port)

    @property
    def daemon_address(self):
        """As AWS_XRAY_DAEMON_ADDRESS wants it."""
        return f"tcp:{self._program.addresses['http']} udp:{self._program.addresses['udp']}"

    def counter(self, name):
        """A counter of /metrics, summed over its labels; one that never rose may be missing."""
        text = requests.get(f"{self.url}/metrics", timeout=10)
        assert text.status_code == 200
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in text.text.splitlines()
            if line.startswith((f"{name} ", f"{name}{{"))
        )


def serve_command(binary, data_dir, *flags, http="127.0.0.1:0", udp="127.0.0.1:0"):
    return [binary, "serve", "--data-dir", data_dir, "--http", http, "--udp", udp, *flags]


def clean_environment(**additions):
    """This process's environment without what would configure Roentgen or an AWS client."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ROENTGEN_", "AWS_", "BOARD_", "PG")) and not name.lower().endswith("_proxy")
    }
    return kept | {"NO_PROXY": "*"} | additions
