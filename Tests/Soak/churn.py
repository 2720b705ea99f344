"""Clients whose messages nobody counts: they declare, bind, publish, take and delete at random."""

from Harness import frames, rawclient
from world import Actor

QUEUES = [f"churn.q{number}" for number in range(40)]
EXCHANGES = [f"churn.x{number}" for number in range(20)]
KINDS = ["direct", "fanout", "topic", "headers"]
KEYS = ["a", "a.b", "a.b.c", "b", "", "*.b", "#", "a.#", "x.y.z"]
ALLOWED = {403, 404, 405, 406, 540}
"""Codes with which a broker may refuse what churning asks: it is often wrong, by chance."""


class Churner(Actor):
    """Asks for something at random, some twenty times a second, and never minds a refusal."""

    def live(self):
        client = self.connect()
        self.tags = []
        try:
            act = Churner.open
            for _ in range(self.random.randint(20, 400)):
                if self.pause(0.02, 0.08):
                    break
                try:
                    act(self, client)
                    self.look(client)
                except rawclient.Refused as refusal:
                    self.world.count(f"refused with {refusal.code}")
                    if refusal.code not in ALLOWED:
                        self.world.fault(f"{self.name}: {act.__name__}: {refusal}")
                    if refusal.closes_connection:
                        return
                    act = Churner.open
                else:
                    act = self.random.choices(ACTS, WEIGHTS)[0]
            try:
                self.leave(client)
            except rawclient.Refused as refusal:  # Of what was published last.
                self.world.count(f"refused with {refusal.code}")
        finally:
            client.drop()

    def open(self, client):
        """Opens the channel, in one of the modes that a channel has."""
        client.waiting.clear()
        client.channel(1)
        self.tags = []
        if self.chance(0.4):
            client.call(frames.confirm_select(1), "confirm.select-ok")
        elif self.chance(0.1) and self.world.transactions:
            client.call(frames.tx_select(1), "tx.select-ok")

    def look(self, client):
        """Settles what has been delivered, or not."""
        for event in client.events():
            if event.name == "basic.deliver":
                self.world.count("churn delivered")
                tag = event.arguments[1]
                if self.chance(0.7):
                    client.send(frames.ack(1, tag))
                elif self.chance(0.5):
                    client.send(frames.nack(1, tag, requeue=self.chance(0.5)))

    @property
    def queue(self):
        return self.random.choice(QUEUES)

    @property
    def exchange(self):
        standard = ["", "amq.direct", "amq.topic", "amq.fanout"]
        return self.random.choice(EXCHANGES if self.chance(0.7) else standard)

    # Acts

    def declare_queue(self, client):
        values = {}
        for name, value in [
                ("x-message-ttl", self.random.choice([0, 50, 1000])),
                ("x-expires", self.random.choice([200, 1000, 5000])),
                ("x-max-length", self.random.choice([0, 1, 100])),
                ("x-max-length-bytes", self.random.choice([0, 1000, 100_000])),
                ("x-dead-letter-exchange", self.exchange),
                ("x-single-active-consumer", True), ("x-max-priority", 4),
                ("x-queue-mode", "lazy"), ("x-overflow", "reject-publish")]:
            if self.chance(0.08):
                values[name] = value
        if self.chance(0.05):
            name, value = self.random.choice([
                ("x-message-ttl", -1), ("x-max-length", "many"), ("x-expires", 0),
                ("x-dead-letter-routing-key", "k"), ("x-max-priority", 256)])
            values[name] = value
        client.call(frames.queue_declare(
            1, "" if self.chance(0.05) else self.queue, durable=self.chance(0.3),
            exclusive=self.chance(0.1), auto_delete=self.chance(0.1), values=values),
            "queue.declare-ok")

    def declare_exchange(self, client):
        client.call(frames.exchange_declare(
            1, self.random.choice(EXCHANGES), self.random.choice(KINDS),
            durable=self.chance(0.2), auto_delete=self.chance(0.2),
            arguments={"alternate-exchange": self.exchange} if self.chance(0.1) else None),
            "exchange.declare-ok")

    def look_up(self, client):
        client.call(frames.queue_declare(1, self.queue, passive=True), "queue.declare-ok")

    def bind(self, client):
        match = {"x-match": self.random.choice(["all", "any"]), "n": self.random.randint(0, 3)}
        client.call(frames.queue_bind(1, self.queue, self.exchange, self.random.choice(KEYS),
                                      match if self.chance(0.3) else None), "queue.bind-ok")

    def unbind(self, client):
        client.call(frames.queue_unbind(1, self.queue, self.exchange, self.random.choice(KEYS)),
                    "queue.unbind-ok")

    def bind_exchange(self, client):
        client.call(frames.exchange_bind(
            1, self.random.choice(EXCHANGES), self.random.choice(EXCHANGES),
            self.random.choice(KEYS)), "exchange.bind-ok")

    def delete_queue(self, client):
        client.call(frames.queue_delete(1, self.queue, if_unused=self.chance(0.1),
                                        if_empty=self.chance(0.1)), "queue.delete-ok")

    def delete_exchange(self, client):
        client.call(frames.exchange_delete(1, self.random.choice(EXCHANGES),
                                           if_unused=self.chance(0.2)), "exchange.delete-ok")

    def publish(self, client):
        to_queue = self.chance(0.4)
        for _ in range(self.random.randint(1, 5)):
            client.send(frames.publish(
                1, "" if to_queue else self.exchange,
                self.queue if to_queue else self.random.choice(KEYS),
                bytes(self.random.choice([0, 10, 1000, 20_000])), mandatory=self.chance(0.3),
                properties=frames.properties(
                    headers={"n": self.random.randint(0, 3)} if self.chance(0.3) else None,
                    expiration=self.random.choice(["0", "20", "1000"])
                    if self.chance(0.2) else None)))
            self.world.count("churn published")

    def get(self, client):
        event = client.call(frames.get(1, self.queue, no_ack=self.chance(0.5)),
                            "basic.get-ok", "basic.get-empty")
        self.world.count("churn " + event.name)

    def consume(self, client):
        tag = client.call(frames.consume(
            1, self.queue, no_ack=self.chance(0.3), exclusive=self.chance(0.1),
            values={"x-priority": self.random.randint(-5, 5)} if self.chance(0.2) else None),
            "basic.consume-ok").arguments[0]
        self.tags.append(tag)

    def cancel(self, client):
        if self.tags:
            tag = self.tags.pop(self.random.randrange(len(self.tags)))
            client.call(frames.cancel(1, tag), "basic.cancel-ok")

    def purge(self, client):
        client.call(frames.queue_purge(1, self.queue), "queue.purge-ok")

    def reopen(self, client):
        client.call(frames.close_channel(1), "channel.close-ok")
        self.open(client)


SHARES = [
    (Churner.declare_queue, 14), (Churner.declare_exchange, 8), (Churner.look_up, 3),
    (Churner.bind, 12), (Churner.unbind, 3), (Churner.bind_exchange, 3),
    (Churner.delete_queue, 5), (Churner.delete_exchange, 3), (Churner.publish, 25),
    (Churner.get, 8), (Churner.consume, 8), (Churner.cancel, 4), (Churner.purge, 3),
    (Churner.reopen, 3)]
ACTS = [act for act, _ in SHARES]
WEIGHTS = [share for _, share in SHARES]


class SlowReader(Actor):
    """Consumes large messages and reads them far slower than they come, then vanishes."""

    QUEUE = "churn.slow"

    def live(self):
        client = self.connect()
        try:
            client.channel(1)
            client.call(frames.queue_declare(1, self.QUEUE, values={"x-max-length": 200}),
                        "queue.declare-ok")
            client.call(frames.consume(1, self.QUEUE, no_ack=True), "basic.consume-ok")
            client.socket.settimeout(1.0)
            for _ in range(self.random.randint(50, 300)):
                if self.pause(0.02, 0.05):
                    break
                try:
                    if not client.socket.recv(4096):
                        raise rawclient.Lost("a slow reader was cut off")
                except TimeoutError:
                    pass
        finally:
            client.drop(reset=self.chance(0.5))
            self.world.count("slow readers")


class Feeder(Actor):
    """Feeds the slow readers."""

    def live(self):
        client = self.connect()
        client.channel(1)
        client.call(frames.queue_declare(1, SlowReader.QUEUE, values={"x-max-length": 200}),
                    "queue.declare-ok")
        while not self.pause(0.05, 0.1):
            client.send(frames.publish(1, "", SlowReader.QUEUE, bytes(32_768)))
        client.close()


def clear(port):
    """Deletes what churning left, as far as it may be deleted."""
    client = rawclient.Client(port)
    client.channel(1)
    for name, delete, wanted in [
            *((name, frames.queue_delete, "queue.delete-ok")
              for name in [*QUEUES, SlowReader.QUEUE]),
            *((name, frames.exchange_delete, "exchange.delete-ok") for name in EXCHANGES)]:
        client.call(delete(1, name), wanted)
    client.close()
