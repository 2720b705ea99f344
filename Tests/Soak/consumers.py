"""Consumers of the checked queues: they ack, return, refuse, cancel, dawdle and vanish."""

from Harness import frames
from ledger import DEAD, MAIN
from world import Actor

PROVE_EACH = 20
"""Settles after which a consumer asks the broker something, which proves them."""


class Consumer(Actor):
    """Serves one queue for a while, then leaves and chooses another."""

    def live(self):
        route = self.random.choice(self.world.routes)
        self.branch = self.random.choice(route.branches)
        self.place = MAIN if self.chance(0.65) else DEAD
        self.held = []
        self.acked, self.rejected = [], []
        client = self.connect()
        try:
            client.channel(1)
            stays = self.take_by_get(client) if self.chance(0.1) else self.serve(client)
            if stays:
                if self.chance(0.3):
                    # The tags of what waits to be read are void after this.
                    client.call(frames.recover(1), "basic.recover-ok")
                elif self.chance(0.5):
                    self.let_go(client)
                self.prove(client)
                # What is held comes back, whichever way the connection ends.
                self.leave(client)
        finally:
            # Entered before the end: nothing may come again that is not known as uncertain.
            self.branch.forsaken(self.acked)
            client.drop(reset=self.chance(0.5))

    @property
    def queue(self):
        return self.branch.queues[self.place]

    def serve(self, client):
        """Consumes with a prefetch, cancelled now and then; false to vanish in the midst of it."""
        client.call(frames.qos(1, self.random.randint(1, 60)), "basic.qos-ok")
        tag = self.begin(client)
        slow = self.chance(0.15)
        for _ in range(self.random.randint(5, 200)):
            if self.world.stop.is_set():
                break
            for event in client.events(0.05):
                self.take(client, event, tag)
                if slow:
                    self.pause(0.0, 0.02)
            if len(self.acked) + len(self.rejected) >= PROVE_EACH:
                self.prove(client)
            if self.held and self.chance(0.05):
                self.let_go(client)
            if self.chance(0.01):
                client.call(frames.cancel(1, tag), "basic.cancel-ok")
                self.world.count("cancelled")
                for event in client.events():
                    self.take(client, event, tag)
                tag = self.begin(client)
            if self.chance(0.003):
                self.world.count("vanished")
                return False
        return True

    def begin(self, client):
        self.world.count("consumers")
        return client.call(frames.consume(1, self.queue), "basic.consume-ok").arguments[0]

    def take_by_get(self, client):
        for _ in range(self.random.randint(5, 100)):
            event = client.call(frames.get(1, self.queue), "basic.get-ok", "basic.get-empty")
            if event.name == "basic.get-empty":
                if self.pause(0.05, 0.1):
                    break
                continue
            tag, redelivered, *_ = event.arguments
            self.settle(client, tag, redelivered, event.body)
            if len(self.acked) + len(self.rejected) >= PROVE_EACH:
                self.prove(client)
        return True

    def take(self, client, event, tag):
        if event.name == "basic.deliver":
            delivery, redelivered = event.arguments[1:3]
            self.settle(client, delivery, redelivered, event.body)
        else:
            self.world.fault(f"{self.name}: {event.name} for the consumer {tag}")

    def settle(self, client, tag, redelivered, body):
        """Enters a delivery and does one of the things that consumers do."""
        route, number = map(int, body.split(None, 2)[:2])
        if route != self.branch.route.index:
            self.world.fault(f"{self.name}: a message of route {route} in {self.queue}")
            return
        self.world.count("delivered")
        self.branch.delivered(self.place, number, redelivered)
        dice = self.random.random()
        if dice < 0.80:
            self.branch.asked(number)
            self.acked.append(number)
            client.send(frames.ack(1, tag))
        elif dice < 0.85:
            client.send(frames.nack(1, tag, requeue=True))
            self.world.count("requeued")
        elif dice < 0.90:
            client.send(frames.reject(1, tag, requeue=True))
            self.world.count("requeued")
        elif dice < 0.96 and self.place == MAIN:
            client.send(self.random.choice([
                frames.reject(1, tag, requeue=False), frames.nack(1, tag, requeue=False)]))
            self.rejected.append(number)
            self.world.count("rejected")
        else:
            self.held.append(tag)

    def let_go(self, client):
        """Returns what is held."""
        for tag in self.held:
            client.send(frames.nack(1, tag, requeue=True))
        self.held = []

    def prove(self, client):
        """Asks the queue something: what was sent before it has been done."""
        client.call(frames.queue_declare(1, self.queue, passive=True), "queue.declare-ok")
        self.branch.proven(self.acked, self.rejected)
        self.acked, self.rejected = [], []
