"""Many raw clients at once, and how much CPU time of the broker their work takes."""

import contextlib
import selectors
import threading
import time

from Harness import frames, rawclient
from . import measure

WINDOW = 200
"""Questions that wait for their answers at once."""
DELIVERIES_SECONDS_MAX = 60.0
CPU_SECONDS_WANTED = 0.5
"""Less than that says more of the moment than of the broker."""
ROUNDS_SECONDS_MAX = 15.0


def client(port, confirms=False):
    """A connection with channel 1."""
    made = rawclient.Client(port)
    made.channel(1)
    made.confirmed = 0
    if confirms:
        made.call(frames.confirm_select(1), "confirm.select-ok")
    return made


def ask(connection, questions, wanted):
    """Asks many things, some at once, and returns all answers."""
    questions = list(questions)
    answers = []
    for first in range(0, len(questions), WINDOW):
        window = questions[first:first + WINDOW]
        connection.send(b"".join(window))
        answers += [_next(connection, wanted) for _ in window]
    return answers


def purge(connection, names):
    """Empties queues and answers how many messages they held."""
    return sum(answer.arguments[0] for answer in ask(
        connection, (frames.queue_purge(1, name) for name in names), "queue.purge-ok"))


def _next(connection, wanted):
    for _ in range(len(connection.waiting)):
        event = connection.waiting.popleft()
        if event.name == wanted:
            return event
        connection.waiting.append(event)
    return connection.call(b"", wanted)


def publish(connection, messages):
    """Publishes with confirms, a window at a time; all are confirmed in the end."""
    messages = list(messages)
    for first in range(0, len(messages), WINDOW):
        window = messages[first:first + WINDOW]
        connection.send(b"".join(window))
        open_tags = range(connection.confirmed + 1, connection.confirmed + len(window) + 1)
        missing = set(open_tags)
        while missing:
            tag, multiple = _next(connection, "basic.ack").arguments
            missing -= set(range(open_tags[0], tag + 1)) if multiple else {tag}
        connection.confirmed += len(window)


class Consumers:
    """Many consumers on a few connections, which count what each of them gets."""

    def __init__(self, port, connections):
        self._clients = [rawclient.Client(port) for _ in range(connections)]
        self._selector = selectors.DefaultSelector()
        self._opened = [0] * connections
        self.counts = {}
        self.total = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for each in self._clients:
            each.waiting.clear()
            each.close()
        self._selector.close()

    def add(self, queues, prefetch=None, own_channels=False):
        """One consumer for each name; with a prefetch they acknowledge, without they do not."""
        groups = [queues[index::len(self._clients)] for index in range(len(self._clients))]
        for index, (each, names) in enumerate(zip(self._clients, groups)):
            channels = range(1, len(names) + 1) if own_channels else [1] * len(names)
            ask(each, [frames.open_channel(channel) for channel in sorted(set(channels))],
                "channel.open-ok")
            if prefetch:
                ask(each, [frames.qos(channel, prefetch) for channel in sorted(set(channels))],
                    "basic.qos-ok")
            ask(each, [frames.consume(channel, name, f"{index}.{number}", no_ack=not prefetch)
                       for number, (channel, name) in enumerate(zip(channels, names))],
                "basic.consume-ok")
            self.counts.update({(index, f"{index}.{number}"): 0 for number in range(len(names))})
            self._selector.register(each.socket, selectors.EVENT_READ, (index, each, prefetch))

    def take(self, until):
        """Reads and acknowledges until so many deliveries have come in all."""
        deadline = time.monotonic() + DELIVERIES_SECONDS_MAX
        while self.total < until:
            assert time.monotonic() < deadline, f"only {self.total} of {until} deliveries"
            for key, _ in self._selector.select(1.0):
                self._read(*key.data)

    def _read(self, index, each, prefetch):
        acks = []
        for event in each.events():
            if event.name == "basic.deliver":
                tag, delivery = event.arguments[:2]
                self.counts[index, tag] += 1
                self.total += 1
                if prefetch:
                    acks.append(frames.ack(event.channel, delivery))
        if acks:
            each.send(b"".join(acks))


class Cost:
    """CPU time and wall-clock time of the broker for some work."""

    def __init__(self, pid):
        self._pid = pid
        self.cpu_seconds = self.seconds = 0.0

    def __enter__(self):
        self._cpu, self._time = measure.cpu_seconds_exactly(self._pid), time.monotonic()
        return self

    def __exit__(self, *_):
        self.cpu_seconds += measure.cpu_seconds_exactly(self._pid) - self._cpu
        self.seconds += time.monotonic() - self._time


def microseconds(pid, work, between=lambda: None):
    """CPU time of one unit of `work`, which says how many it did; repeated for long enough."""
    work()  # The first time warms what is made on demand.
    between()
    cost, done = Cost(pid), 0
    while cost.cpu_seconds < CPU_SECONDS_WANTED and cost.seconds < ROUNDS_SECONDS_MAX:
        with cost:
            done += work()
        between()
    return 1_000_000 * cost.cpu_seconds / done


def idle_milliseconds(pid, seconds=5.0):
    """CPU time a second while nothing is asked of the broker."""
    with Cost(pid) as cost:
        threading.Event().wait(seconds)
    return 1000 * cost.cpu_seconds / cost.seconds


@contextlib.contextmanager
def fresh(kind):
    """A broker that has seen nothing but one connection, and its memory."""
    with kind() as broker:
        client(broker.port).close()
        yield broker, measure.resident_mebibytes(broker.pid)
