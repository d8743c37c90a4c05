"""PostgreSQL from Debian's packages: a new cluster on a free loopback port, gone at the end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg2

from harness.deadline import until
from harness.roentgen import clean_environment

ATTEMPTS = 3


class Postgres:
    def __init__(self, logs):
        self._programs = find_programs()
        self._log = logs / "postgres.log"
        self._directory = None
        self._process = None
        self._port = None

    def start(self):
        # Not below pytest's folder: the server's user could not enter it.
        self._directory = Path(tempfile.mkdtemp(prefix="roentgen-board-"))
        if user := server_user():
            shutil.chown(self._directory, user, user)
        cluster = self._directory / "cluster"
        self._run(["initdb", "--no-sync", "--auth=trust", "--username=board", "--encoding=UTF8", cluster])
        for attempt in range(1, ATTEMPTS + 1):
            self._port = free_port()
            self._process = self._spawn(cluster)
            try:
                until(self._is_ready, "PostgreSQL accepts connections", seconds=30)
                return self
            except AssertionError:
                # Somebody else may have taken the port in between; then another one will do.
                if attempt == ATTEMPTS or self._process.poll() is None:
                    raise
        raise AssertionError("unreachable: the last attempt raises")

    def stop(self):
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(2)  # SIGINT: fast shutdown
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)

    def create_database(self, name):
        """Returns the connection string of a new, empty database."""
        connection = psycopg2.connect(self._dsn("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()
        return self._dsn(name)

    def _dsn(self, database):
        return f"host=127.0.0.1 port={self._port} user=board dbname={database}"

    def _is_ready(self):
        assert self._process.poll() is None, f"PostgreSQL ended; see {self._log.name}"
        try:
            psycopg2.connect(self._dsn("postgres"), connect_timeout=5).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _spawn(self, cluster):
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={self._port}",
            "unix_socket_directories=",
            "fsync=off",
            "max_connections=50",
        ]
        options = [word for setting in settings for word in ("-c", setting)]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [self._programs / "postgres", "-D", cluster, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._directory,
                env=clean_environment(),
                **as_server_user(),
            )

    def _run(self, command):
        program, *arguments = command
        with self._log.open("ab") as log:
            subprocess.run(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._directory,
                env=clean_environment(),
                timeout=120,
                check=True,
                **as_server_user(),
            )


def find_programs():
    """The newest version's folder of programs."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    assert folders, "PostgreSQL's server is not installed; install Debian's package postgresql"
    return max(folders, key=lambda folder: float(folder.parent.name))


def server_user():
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    return "postgres" if os.geteuid() == 0 else None


def as_server_user():
    user = server_user()
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
