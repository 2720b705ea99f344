"""One data directory, the broker that is killed over it, and the books of all its lives."""

import itertools
import random
import threading

from Harness import frames, rawclient
from books import DEAD, MAIN, Branch, Route

LEFT_SECONDS_MAX = 60.0


class World:
    """Routes, faults, and what the threads of a life share.

    `competitors` is how many consumers one of the queues has. A broker that stops in order closes
    connections one by one, and gives to the next what the first had; the books do not know that.
    """

    def __init__(self, broker, seed, competitors=1):
        self.broker = broker
        self.seed = seed
        self.life = 1
        self.backlog_max = 2500
        self.window_max = 400
        self.stamps = itertools.count(1)
        """Grow over all threads, so that it is known what was sent after what."""
        self.stop = threading.Event()
        self.is_ending = threading.Event()
        """Set before the broker is ended: from then on connections may break."""
        self.faults = []
        self.routes = [
            Route(0, "", "crash.a", [Branch("crash.a")]),
            Route(1, "", "crash.b", [Branch("crash.b", consumers=competitors)]),
            Route(2, "crash.fan", "", [Branch("crash.left"), Branch("crash.right")]),
            Route(3, "", "crash.work", [Branch("crash.work", dead="crash.dead")]),
            # Nobody consumes from this one before the end.
            Route(4, "", "crash.quiet", [Branch("crash.quiet", consumers=0)]),
        ]

    @property
    def branches(self):
        return [branch for route in self.routes for branch in route.branches]

    def random(self, name):
        """A generator that depends on the seed, the life and on who draws."""
        return random.Random(f"{self.seed} {self.life} {name}")

    def fault(self, text):
        if len(self.faults) < 100:
            self.faults.append(f"life {self.life}: {text}")

    def confirmed(self):
        return sum(route.confirmed for route in self.routes)

    def declare(self):
        """Declares everything durable; the same again changes nothing."""
        client = self.client()
        for branch in self.branches:
            for place, queue in enumerate(branch.queues):
                dead = place == MAIN and len(branch.queues) > 1
                client.call(frames.queue_declare(1, queue, durable=True, values={
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": branch.queues[DEAD]} if dead else None),
                    "queue.declare-ok")
        for route in self.routes:
            if route.exchange:
                client.call(frames.exchange_declare(1, route.exchange, "fanout", durable=True),
                            "exchange.declare-ok")
                for branch in route.branches:
                    client.call(frames.queue_bind(1, branch.queues[MAIN], route.exchange),
                                "queue.bind-ok")
        client.close()

    def client(self):
        """A connection with one channel."""
        client = rawclient.Client(self.broker.port, capabilities=["connection.blocked"])
        client.channel(1)
        return client

    def begin_life(self):
        """Forgets what the threads of the last life shared."""
        self.life += 1
        self.stop.clear()
        self.is_ending.clear()

    def depth(self, client, queue):
        """Ready messages of a queue, which must be there."""
        return client.call(frames.queue_declare(1, queue, passive=True),
                           "queue.declare-ok").arguments[1]

    def check_depths(self):
        """Faults of queues that hold fewer messages than they must or more than they may."""
        client = self.client()
        for branch in self.branches:
            found = sum(self.depth(client, queue) for queue in branch.queues)
            least, most = branch.count_open()
            if not least <= found <= most:
                self.fault(f"{' and '.join(branch.queues)}: {found} messages, "
                           f"not {least} to {most}")
        client.close()


def body(route, key, size):
    """A message that says what it is; its filling depends on its number."""
    publisher, number = key
    head = b"%d %d %d %d " % (route.index, publisher, number, size)
    return head.ljust(size, bytes([65 + number % 26]))


def read(data):
    """Route and key of a message, or a fault as a text."""
    try:
        route, publisher, number, size = map(int, data.split(None, 4)[:4])
    except ValueError:
        return None, f"a message that nobody published: {data[:40]!r}"
    key = (publisher, number)
    head = b"%d %d %d %d " % (route, publisher, number, size)
    if data != head.ljust(size, bytes([65 + number % 26])):
        return None, f"the body of {key} is not as it was published, {len(data)} bytes"
    return (route, key), None


def drain(world):
    """Takes everything off all queues, in a life without other consumers, and books it."""
    client = world.client()
    for branch in world.branches:
        for place, queue in enumerate(branch.queues):
            last = {}
            for event in _taken(client, queue):
                found, fault = read(event.body)
                if fault or found[0] != branch.route.index:
                    world.fault(f"{queue}: {fault or f'a message of route {found[0]}'}")
                    continue
                key = found[1]
                branch.delivered(place, key, bool(event.arguments[1]), world.life)
                branch.counts["left" if place == MAIN else "left dead"] += 1
                if place == MAIN and key[1] <= last.get(key[0], -1):
                    branch.fault(key, f"was left behind {last[key[0]]}")
                last[key[0]] = key[1]
        branch.judge_end(world.life)
    client.close()


def _taken(client, queue):
    while True:
        event = client.call(frames.get(1, queue, no_ack=True), "basic.get-ok", "basic.get-empty")
        if event.name == "basic.get-empty":
            return
        yield event
