"""A `queuetop serve` with a configuration of its own, and a manager that it tells how it is."""

import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from Harness import binary, brokers
from Harness.waiting import wait_until

END_SECONDS_MAX = 60


class Manager:
    """The socket of a service manager; every datagram that came, in order.

    It listens all the time: as few as ten that nobody has read make whoever tells more wait.
    """

    def __init__(self, address):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0", 1) if address[0] == "@" else address)
        self.address = address
        self._heard = []
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    @property
    def heard(self):
        """The states that were told, without their sentences."""
        return [text.split("\n")[0] for text in self.sentences]

    @property
    def sentences(self):
        """Everything that was told, as it was."""
        return list(self._heard)

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._listening.join(END_SECONDS_MAX)
        self._socket.close()

    def _listen(self):
        while said := self._socket.recv(4096):
            self._heard.append(said.decode())


class Service:
    """The process, its ready line, and its log in a file."""

    def __init__(self, home, *arguments, environment=None):
        self._log = home / "log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [binary.queuetop(), "serve", *arguments], stdout=subprocess.PIPE, stderr=log,
                text=True, env={**os.environ, **brokers.private_home(home),
                                **(environment or {})})
        self.ready = self.process.stdout.readline()
        match = re.search(r"127\.0\.0\.[12]:(\d+)", self.ready)
        if match is None:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"not ready: {self.ready}{self.log}")
        self.port = int(match[1])

    @property
    def log(self):
        return self._log.read_text()

    @property
    def entries(self):
        """The log's lines, each of which has to be JSON; the last one once it is whole."""
        return [json.loads(line) for line in self._lines]

    @property
    def _lines(self):
        """The lines of the log, without the last one while it is being written."""
        is_over = self.process.poll() is not None
        return [line for line in self.log.splitlines(keepends=True)
                if is_over or line.endswith("\n")]

    def entry(self, message):
        """The first entry with that message, once there is one."""
        def find():
            return next(
                (each for each in self.entries if each["message"].startswith(message)), None)
        return wait_until(find, lambda: f"{message!r} in the log:\n{self.log}")

    @property
    def open_files(self):
        """How many files it has open."""
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))

    @property
    def files_max(self):
        """How many it may have open."""
        return resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE)[0]

    def limit_files(self, count):
        """Lets it open so many from now on, as an administrator may."""
        hard = resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE)[1]
        resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (count, hard))

    def send(self, number):
        os.kill(self.process.pid, number)

    def end(self, number=signal.SIGTERM):
        """Asks it to end, and answers its exit code."""
        self.send(number)
        return self.process.wait(END_SECONDS_MAX)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


class ServiceTestCase(unittest.TestCase):
    """Tests with a home of their own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="queuetop-serve-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.config = self.home / "config/queuetop/config.yaml"
        self.config.parent.mkdir(parents=True)

    def write_config(self, text):
        self.config.write_text(text)

    def serve(self, *arguments, environment=None):
        service = Service(self.home, "--amqp-port", "0", *arguments, environment=environment)
        self.addCleanup(service.close)
        return service

    def run_queuetop(self, *arguments, environment=None):
        """Runs a command to its end: its exit code, standard output and standard error."""
        result = subprocess.run(
            [binary.queuetop(), *arguments], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, check=False, timeout=END_SECONDS_MAX,
            env={**os.environ, **brokers.private_home(self.home), **(environment or {})})
        return result.returncode, result.stdout, result.stderr
