"""What all clients of a soak share: the broker, the checked routes, the end, and the faults."""

import collections
import random
import threading

from Harness import frames, rawclient
from ledger import DEAD, MAIN, Route

LIMIT = 40
"""Messages that the checked queues with a length may hold."""

ROUTES = [
    # name, exchange and its type, key, branches, arguments of their queues
    ("plain", ("", None), None, ["plain"], {}),
    ("topic", ("soak.topic", "topic"), "a.b.c", ["topic"], {}),
    ("twins", ("soak.fanout", "fanout"), "", ["castor", "pollux"], {}),
    ("brief", ("", None), None, ["brief"], {"x-message-ttl": 300}),
    ("short", ("", None), None, ["short"], {"x-max-length": LIMIT}),
    ("full", ("", None), None, ["full"],
     {"x-max-length": LIMIT, "x-overflow": "reject-publish"}),
    ("ranked", ("", None), None, ["ranked"], {"x-max-priority": 5}),
    ("single", ("", None), None, ["single"], {"x-single-active-consumer": True}),
    ("through", ("soak.outer", "direct"), "inner", ["through"], {}),
    ("labelled", ("soak.headers", "headers"), "", ["labelled"], {}),
    ("spare", ("soak.narrow", "direct"), "unknown", ["spare"], {}),
]
LABEL = {"label": "soak", "number": 7}


class World:
    """One broker under soak."""

    def __init__(self, broker, seed):
        self.port = broker.port
        self.pid = broker.pid
        self.seed = seed
        self.stop = threading.Event()
        self.counts = collections.Counter()
        self.faults = []
        self.routes = []
        self.unsupported = []
        self.transactions = True
        self._lock = threading.Lock()

    def random(self, name):
        """A generator that depends on the seed and on who draws."""
        return random.Random(f"{self.seed} {name}")

    def count(self, what, number=1):
        with self._lock:
            self.counts[what] += number

    def fault(self, text):
        with self._lock:
            if len(self.faults) < 100:
                self.faults.append(text)

    def declare(self):
        """Declares the checked routes; what the broker does not have is left out and told."""
        for name, (exchange, kind), key, branches, values in ROUTES:
            route = Route(len(self.routes), name, exchange, key if key is not None else
                          f"soak.{branches[0]}", branches, is_limited="x-overflow" in values,
                          headers=LABEL if name == "labelled" else None)
            try:
                self._declare(route, kind, values)
            except rawclient.Refused as refusal:
                self.unsupported.append(f"the route {name}: {refusal}")
                continue
            self.routes.append(route)
        try:
            client = rawclient.Client(self.port)
            client.channel(1)
            client.call(frames.tx_select(1), "tx.select-ok")
            client.close()
        except rawclient.Refused as refusal:
            self.transactions = False
            self.unsupported.append(f"transactions: {refusal}")

    def _declare(self, route, kind, values):
        client = rawclient.Client(self.port)
        client.channel(1)

        def ask(data, wanted):
            client.call(data, wanted)
        durable = route.name in ("plain", "ranked")
        for branch in route.branches:
            ask(frames.queue_declare(1, branch.queues[DEAD], durable=durable),
                "queue.declare-ok")
            ask(frames.queue_declare(1, branch.queues[MAIN], durable=durable, values={
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": branch.queues[DEAD], **values}),
                "queue.declare-ok")
        if kind:
            target = f"soak.{route.name}.target"
            options = {"alternate-exchange": target} if route.name == "spare" else None
            if route.name in ("spare", "through"):
                ask(frames.exchange_declare(1, target, "fanout"), "exchange.declare-ok")
            ask(frames.exchange_declare(1, route.exchange, kind, arguments=options),
                "exchange.declare-ok")
            if route.name == "through":
                ask(frames.exchange_bind(1, target, route.exchange, route.key),
                    "exchange.bind-ok")
            for branch in route.branches:
                source = target if route.name in ("spare", "through") else route.exchange
                key = "a.*.#" if kind == "topic" else route.key
                match = {"x-match": "all", **LABEL} if kind == "headers" else None
                ask(frames.queue_bind(1, branch.queues[MAIN], source, key, match),
                    "queue.bind-ok")
        client.close()


class Actor(threading.Thread):
    """A client that lives, ends and begins anew until the soak stops."""

    def __init__(self, world, number):
        super().__init__(name=f"{type(self).__name__} {number}", daemon=True)
        self.world = world
        self.random = world.random(self.name)

    def run(self):
        while not self.world.stop.is_set():
            try:
                self.live()
            except rawclient.Refused as refusal:
                self.world.fault(f"{self.name}: refused what is right: {refusal}")
            except rawclient.Unanswered as error:
                self.world.fault(f"{self.name}: {error}")
            except (rawclient.Lost, OSError) as error:
                self.world.fault(f"{self.name}: lost its connection: {error}")
            except Exception as error:
                self.world.fault(f"{self.name}: {type(error).__name__}: {error}")
                raise
            self.pause(0.1, 0.5)

    def live(self):
        """One connection from its beginning to its end."""
        raise NotImplementedError

    def connect(self):
        self.world.count("connections")
        return rawclient.Client(self.world.port)

    def pause(self, least, most):
        """Paces the client; the end of the soak ends the pause."""
        return self.world.stop.wait(self.random.uniform(least, most))

    def chance(self, probability):
        return self.random.random() < probability

    def leave(self, client):
        """Ends a connection in one of the ways in which clients do."""
        way = self.random.choice(["close", "close", "drop", "reset"])
        if way == "close" or self.world.stop.is_set():
            client.close()
        else:
            client.drop(reset=way == "reset")
        self.world.count(f"ended by {way}")
