"""A broker process that is killed and started again on the same data directory."""

import os
import pathlib
import shutil
import signal
import subprocess

from Benchmarks.measure import cpu_seconds_exactly
from Harness import binary
from Harness.brokers import Queuetop, private_home

KEEP = None
"""Where the data directories of what failed are copied to; nowhere when it is None."""

STOP_SECONDS_MAX = 60


class Durable(Queuetop):
    """`queuetop serve`, whose data outlives it for the length of the `with` statement."""

    def __init__(self, data=None):
        super().__init__()
        if data is not None:
            self.data = pathlib.Path(data)

    def kill(self):
        """Ends it as a crash does."""
        os.kill(self.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS_MAX)

    def stop(self):
        """Ends it in order, and answers its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return self._process.wait(STOP_SECONDS_MAX)

    def start(self):
        """Starts it again, and answers the CPU seconds until clients can connect."""
        self._start()
        return cpu_seconds_exactly(self.pid)

    @property
    def is_alive(self):
        return self._process.poll() is None

    @property
    def output(self):
        """All that this process has said so far."""
        while not self._lines.empty():
            self.said.append(self._lines.get())
        return "".join(self.said)

    def refusal(self):
        """Starts another one on the same directory, which must not come to serve.

        Answers its exit code and what it said on standard error; the code is None when it served
        all the same.
        """
        try:
            result = subprocess.run(
                [binary.queuetop(), "serve", "--data-directory", str(self.data),
                 "--amqp-port", "0"], capture_output=True, text=True, check=False,
                timeout=STOP_SECONDS_MAX, env={**os.environ, **private_home(self.folder)})
        except subprocess.TimeoutExpired as late:
            return None, f"it went on: {late.stdout}{late.stderr}"
        return result.returncode, result.stderr

    def keep(self, name, text=None):
        """Copies the data directory away, for who looks into a failure; a text goes beside it."""
        if KEEP is None:
            return
        place = pathlib.Path(KEEP) / name
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.data, place)
        if text is not None:
            place.with_suffix(".txt").write_text(f"{text}\n{self.output}")

    @staticmethod
    def discard(name):
        """Removes such a copy, which nobody needs."""
        if KEEP is not None:
            shutil.rmtree(pathlib.Path(KEEP) / name, ignore_errors=True)
