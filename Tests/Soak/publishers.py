"""Publishers of the checked routes: with confirms, in transactions, and plain."""

from Harness import frames
from ledger import CONFIRMED, REFUSED, UNCERTAIN, MAIN
from world import Actor

BACKLOG_MAX = 400
"""Messages of a route that are not acknowledged before its publishers pause."""


class Publisher(Actor):
    """What all publishers do: batches to routes whose consumers keep up."""

    def live(self):
        client = self.connect()
        self.pending = {}
        try:
            client.channel(1)
            self.prepare(client)
            for _ in range(self.random.randint(5, 150)):
                if self.pause(0.02, 0.15):
                    break
                route = self.random.choice(self.world.routes)
                if not self.suits(route) or route.backlog() >= BACKLOG_MAX:
                    continue
                if not self.batch(client, route):
                    self.world.count("left without an answer")
                    break
            self.goodbye(client)
        finally:
            for route, number in self.pending.values():
                route.answered([number], UNCERTAIN)
            client.drop(reset=self.chance(0.5))

    def prepare(self, client):
        """Puts the channel into its mode."""

    def suits(self, route):
        """Whether this kind of publisher may publish there."""
        return not route.is_limited

    def batch(self, client, route):
        """Publishes some; false when it shall leave before the broker's answer."""
        raise NotImplementedError

    def goodbye(self, client):
        """Leaves politely only when nothing is unanswered."""
        if not self.pending:
            self.leave(client)

    def publish(self, client, route):
        """Sends one message and answers its number."""
        number = route.next()
        head = f"{route.index} {number} ".encode()
        size = self.random.choice([20, 60, 200]) if self.chance(0.99) else \
            self.random.randint(10_000, 300_000)
        properties = frames.properties(
            headers=route.headers, priority=self.random.randint(0, 6) if self.chance(0.5) else None,
            delivery_mode=frames.PERSISTENT if self.chance(0.5) else None)
        client.send(frames.publish(
            1, route.exchange, route.key, head.ljust(size, b"."), mandatory=self.chance(0.3),
            properties=properties))
        self.world.count("published")
        return number

    def returned(self, event):
        if event.name == "basic.return":
            self.world.fault(f"{self.name}: returned: {event.arguments} {event.body[:20]}")


class Confirmed(Publisher):
    """Waits for the confirms of each batch, or leaves before they come."""

    def prepare(self, client):
        client.call(frames.confirm_select(1), "confirm.select-ok")
        self.tag = 0

    def suits(self, route):
        return True

    def batch(self, client, route):
        for _ in range(self.random.randint(1, 20)):
            # The number is entered before it is sent, so that no end comes in between.
            self.tag += 1
            number = self.publish(client, route)
            self.pending[self.tag] = (route, number)
        if self.chance(0.01):
            return False
        while self.pending:
            event = client.waiting.popleft() if client.waiting else \
                client.call(b"", "basic.ack", "basic.nack", "basic.return")
            self.returned(event)
            if event.name in ("basic.ack", "basic.nack"):
                self.settle(event)
        return True

    def settle(self, event):
        tag, multiple = event.arguments
        tags = [each for each in self.pending if each <= tag] if multiple else [tag]
        for each in tags:
            if each not in self.pending:
                self.world.fault(f"{self.name}: a second confirm of {each}")
                continue
            route, number = self.pending.pop(each)
            state = CONFIRMED if event.name == "basic.ack" else REFUSED
            if state == REFUSED and not route.is_limited:
                self.world.fault(f"{self.name}: a nack from {route.name}")
            route.answered([number], state)


class Transacted(Publisher):
    """Publishes in transactions, some of which are rolled back or never ended."""

    def prepare(self, client):
        if self.world.transactions:
            client.call(frames.tx_select(1), "tx.select-ok")

    def suits(self, route):
        return self.world.transactions and not route.is_limited

    def batch(self, client, route):
        numbers = [self.publish(client, route) for _ in range(self.random.randint(1, 10))]
        if self.chance(0.2):
            client.call(frames.tx_rollback(1), "tx.rollback-ok")
            route.answered(numbers, REFUSED)
            self.world.count("rolled back", len(numbers))
            return True
        self.pending = dict(enumerate((route, number) for number in numbers))
        if self.chance(0.02):
            client.send(frames.tx_commit(1))
            return False
        client.call(frames.tx_commit(1), "tx.commit-ok")
        self.pending = {}
        route.answered(numbers, CONFIRMED)
        for event in client.events():
            self.returned(event)
        return True

    def goodbye(self, client):
        if not self.pending and self.chance(0.5) and self.world.transactions:
            route = self.random.choice([each for each in self.world.routes if self.suits(each)])
            numbers = [self.publish(client, route) for _ in range(3)]
            # Whatever has not been committed never was.
            route.answered(numbers, REFUSED)
        super().goodbye(client)


class Plain(Publisher):
    """Publishes without confirms; the answer to a later question says that all has arrived."""

    def batch(self, client, route):
        for index in range(self.random.randint(1, 20)):
            self.pending[index] = (route, self.publish(client, route))
        if self.chance(0.01):
            return False
        client.call(frames.queue_declare(1, route.branches[0].queues[MAIN], passive=True),
                    "queue.declare-ok")
        numbers = [number for _, number in self.pending.values()]
        self.pending = {}
        route.answered(numbers, CONFIRMED)
        for event in client.events():
            self.returned(event)
        return True
