"""Confirmed publishing to many queues in turn, the same load for every broker.

A few connections, each with a window of its own and its share of the queues, which it takes in
turn: so all queues have something unsynced at any moment.
"""

import collections
import threading
import time

from Benchmarks.measure import cpu_seconds_exactly
from Harness import frames, rawclient

CONNECTIONS = 4
WINDOW = 250
CHUNK = 50
"""Messages sent in one piece."""
PERSISTENT = frames.properties(delivery_mode=frames.PERSISTENT)


class Load(threading.Thread):
    """One connection."""

    def __init__(self, port, queues, size):
        super().__init__(daemon=True)
        self.client = rawclient.Client(port)
        self.client.channel(1)
        self.client.call(frames.confirm_select(1), "confirm.select-ok")
        # One long list of pieces, made beforehand, so that sending costs next to nothing.
        self._pieces = []
        at = 0
        while not self._pieces or at % len(queues):
            self._pieces.append(b"".join(
                frames.publish(1, "", queues[number % len(queues)], bytes(size),
                               properties=PERSISTENT)
                for number in range(at, at + CHUNK)))
            at += CHUNK
        self.stop = threading.Event()
        self.confirmed = 0
        self.latencies = []
        self.failure = None

    def run(self):
        try:
            self._live()
        except Exception as error:
            self.failure = error

    def _live(self):
        sent, place = 0, 0
        pending = collections.OrderedDict()
        while not self.stop.is_set() or pending:
            if not self.stop.is_set() and len(pending) + CHUNK <= WINDOW:
                now = time.monotonic()
                for tag in range(sent + 1, sent + CHUNK + 1):
                    pending[tag] = now
                sent += CHUNK
                self.client.send(self._pieces[place])
                place = (place + 1) % len(self._pieces)
                continue
            for event in self.client.events(1.0):
                if event.name != "basic.ack":
                    raise AssertionError(f"{event.name} {event.arguments}")
                self._confirm(pending, *event.arguments)
        self.client.close()

    def _confirm(self, pending, tag, multiple):
        now = time.monotonic()
        if not multiple:
            self.latencies.append(now - pending.pop(tag))
            self.confirmed += 1
            return
        while pending:
            first, since = next(iter(pending.items()))
            if first > tag:
                break
            del pending[first]
            self.latencies.append(now - since)
            self.confirmed += 1


def measure(broker, queue_count, size, seconds, warmup):
    """Runs the load, and answers rate, CPU a message and latencies; the queues are deleted."""
    queues = [f"dirty.{number}" for number in range(queue_count)]
    client = rawclient.Client(broker.port)
    client.channel(1)
    for queue in queues:
        client.call(frames.queue_declare(1, queue, durable=True), "queue.declare-ok")
    shares = [queues[number::CONNECTIONS] or queues for number in range(CONNECTIONS)]
    loads = [Load(broker.port, share, size) for share in shares]
    for load in loads:
        load.start()
    never = threading.Event()
    never.wait(warmup)
    before, began = sum(load.confirmed for load in loads), time.monotonic()
    marks = [len(load.latencies) for load in loads]
    cpu = cpu_seconds_exactly(broker.pid)
    never.wait(seconds)
    cpu = cpu_seconds_exactly(broker.pid) - cpu
    count = sum(load.confirmed for load in loads) - before
    span = time.monotonic() - began
    for load in loads:
        load.stop.set()
    for load in loads:
        load.join(60)
        if load.failure or load.is_alive():
            raise AssertionError(f"{broker.name}: {load.failure or 'confirms do not come'}")
    latencies = sorted(each for load, mark in zip(loads, marks) for each in load.latencies[mark:])
    for queue in queues:
        client.call(frames.queue_delete(1, queue), "queue.delete-ok")
    client.close()
    return {"rate": count / span, "us": cpu * 1e6 / count,
            "p50": latencies[len(latencies) // 2] * 1000,
            "p99": latencies[len(latencies) * 99 // 100] * 1000}
