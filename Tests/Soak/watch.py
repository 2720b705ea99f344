"""Memory, descriptors and threads of the broker's process over the time of a soak."""

import os
import pathlib
import statistics
import threading
import time

EACH_SECONDS = 5.0


class Sample:
    """What the process holds at one moment."""

    def __init__(self, pid, seconds):
        process = pathlib.Path(f"/proc/{pid}")
        self.seconds = seconds
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        self.mebibytes = int(status["VmRSS"].split()[0]) / 1024
        self.threads = int(status["Threads"])
        links = [_link(each) for each in (process / "fd").iterdir()]
        self.descriptors = len(links)
        self.sockets = sum(each.startswith("socket:") for each in links)
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        self.cpu_seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _link(descriptor):
    try:
        return os.readlink(descriptor)
    except FileNotFoundError:
        return ""  # Closed since the folder was read.


class Watch:
    """Samples at fixed times; halves and quarters of them are compared."""

    def __init__(self, pid):
        self._pid = pid
        self._started = time.monotonic()
        self.samples = [self._now()]

    def _now(self):
        return Sample(self._pid, time.monotonic() - self._started)

    def run(self, seconds, stop, tell):
        """Samples for so long, or until `stop`; `tell` gets each sample."""
        end = time.monotonic() + seconds
        while not stop.wait(max(0.0, min(EACH_SECONDS, end - time.monotonic()))):
            self.samples.append(self._now())
            tell(self.samples[-2], self.samples[-1])
            if time.monotonic() >= end:
                return

    def quarter(self, number, figure):
        """The median of a figure in one quarter of the time, counted from 1."""
        first, last = self.samples[0].seconds, self.samples[-1].seconds
        step = (last - first) / 4
        inside = [figure(sample) for sample in self.samples
                  if step * (number - 1) <= sample.seconds - first <= step * number]
        return statistics.median(inside)

    def settle(self, condition, seconds):
        """Waits until a new sample satisfies a condition, and answers the last one."""
        deadline = time.monotonic() + seconds
        never = threading.Event()
        while True:
            sample = self._now()
            if condition(sample) or time.monotonic() >= deadline:
                return sample
            never.wait(0.1)
