"""One child process that says on standard output where it listens, with its logs kept as artefacts."""

import queue
import subprocess
import threading
import time


class Program:
    def __init__(self, name, command, *, logs, env, cwd=None):
        self._name = name
        self._command = [str(part) for part in command]
        self._env = env
        self._cwd = cwd
        self._stdout_log = logs / f"{name}.stdout.log"
        self._stderr_log = logs / f"{name}.stderr.log"
        self._process = None
        self._reader = None
        self.addresses = {}

    def start(self, listeners, seconds=20):
        """Returns once each of the listeners has told its address."""
        assert self._process is None, f"{self._name} is running already"
        with self._stderr_log.open("ab") as stderr:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=self._env,
                cwd=self._cwd,
                text=True,
            )
        lines = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout, lines), daemon=True)
        self._reader.start()
        try:
            self.addresses = self._listening(lines, set(listeners), time.monotonic() + seconds)
        except BaseException:
            self.kill()
            raise

    def stop(self, seconds=10):
        """Asks it to end and returns its exit code; one that takes longer fails the test."""
        process, self._process = self._process, None
        process.terminate()
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self._name} did not end within {seconds} s of SIGTERM") from None
        self._reader.join()
        return code

    def kill(self):
        """`kill -9`: no chance to tidy up."""
        process, self._process = self._process, None
        process.kill()
        process.wait()
        self._reader.join()

    def wait(self, seconds):
        """Waits for it to end by itself and returns its exit code."""
        code = self._process.wait(seconds)
        self._process = None
        self._reader.join()
        return code

    def is_running(self):
        return self._process is not None and self._process.poll() is None

    @property
    def process_id(self):
        return self._process.pid

    def stderr(self):
        return self._stderr_log.read_text(errors="replace")

    def _read(self, stream, lines):
        with stream, self._stdout_log.open("a") as log:
            for line in stream:
                log.write(line)
                log.flush()
                lines.put(line)
        lines.put(None)

    def _listening(self, lines, wanted, deadline):
        addresses = {}
        while not wanted <= addresses.keys():
            try:
                line = lines.get(timeout=max(deadline - time.monotonic(), 0.001))
            except queue.Empty:
                raise AssertionError(self._told(f"told only {addresses}")) from None
            if line is None:
                code = self._process.wait()
                raise AssertionError(self._told(f"ended with exit code {code}"))
            words = line.split()
            if len(words) == 3 and words[0] == "listening":
                addresses[words[1]] = words[2]
        return addresses

    def _told(self, what):
        last_lines = "\n".join(self.stderr().splitlines()[-15:])
        return f"{self._name} {what}; its standard error ends with:\n{last_lines}"
