"""Publishers with confirms and consumers that ack, which live until the broker's life ends."""

import collections
import threading

from Harness import frames, rawclient
from books import CONFIRMED, DEAD, MAIN, UNCERTAIN
from world import body, read

PUBLISHERS = 4
PROVE_EACH = 40
"""Settles after which a consumer asks the broker something, which proves that it has them."""
PERSISTENT = frames.properties(delivery_mode=frames.PERSISTENT)


class Actor(threading.Thread):
    """A client whose connection may break only while the broker is being ended."""

    def __init__(self, world, name):
        super().__init__(name=name, daemon=True)
        self.world = world
        self.random = world.random(name)
        self.client = None

    def run(self):
        try:
            self.client = self.world.client()
            self.live()
            self.client.close()
        except (rawclient.Lost, rawclient.Refused, rawclient.Unanswered, OSError) as error:
            if not self.world.is_ending.is_set():
                self.world.fault(f"{self.name}: {type(error).__name__}: {error}")
        except Exception as error:
            self.world.fault(f"{self.name}: {type(error).__name__}: {error}")
            raise
        finally:
            if self.client:
                for event in self.client.waiting:
                    self.take(event)
                self.client.drop()
            self.over()

    def live(self):
        raise NotImplementedError

    def take(self, event):
        """Books something that the broker said."""
        raise NotImplementedError

    def over(self):
        """Books what is unanswered."""


class Publisher(Actor):
    """Publishes numbered persistent messages of all sizes, and counts confirms."""

    def __init__(self, world, number, pause=0.0):
        super().__init__(world, f"publisher {number}")
        self.pause = pause
        """Seconds between two pieces, for a load that is slower than it could be."""
        self.number = number
        self.pending = collections.OrderedDict()
        self.durable_stamp = 0
        """What was sent before this stamp was taken, and arrived, is durable."""
        self.is_blocked = False
        self.is_resting = False
        """It sends nothing more, and waits for what it has sent."""
        self.window = self.random.choice([1, 20, 100, world.window_max])

    def live(self):
        self.client.call(frames.confirm_select(1), "confirm.select-ok")
        tag = 0
        unsent = b""
        while not self.world.stop.is_set() or self.pending:
            routes = [route for route in self.world.routes
                      if route.backlog() < self.world.backlog_max]
            batch = []
            room = self.window - len(self.pending)
            if routes and not (unsent or self.is_blocked or self.is_resting
                               or self.world.stop.is_set()):
                for _ in range(min(room, self.random.randint(1, 30))):
                    tag += 1
                    batch.append(self.message(tag, self.random.choice(routes)))
                unsent = b"".join(batch)
            if self.pause:
                self.world.stop.wait(self.pause)
            # A broker without room reads no more, and says so: that has to be heard meanwhile.
            unsent = self.client.send_some(unsent)
            for event in self.client.events(0.0 if batch and not unsent else 0.02):
                self.take(event)

    def message(self, tag, route):
        key = route.next(self.number, self.world.life)
        self.pending[tag] = (route, key, next(self.world.stamps))
        dice = self.random.random()
        size = self.random.randint(40, 2000) if dice < 0.9 else \
            self.random.randint(2000, 60_000) if dice < 0.99 else \
            self.random.randint(100_000, 300_000)
        return frames.publish(1, route.exchange, route.key, body(route, key, size),
                              properties=PERSISTENT)

    def take(self, event):
        if event.name == "basic.ack":
            tag, multiple = event.arguments
            tags = [tag]
            if multiple:
                tags = []
                for each in self.pending:
                    if each > tag:
                        break
                    tags.append(each)
            for each in tags:
                if each not in self.pending:
                    self.world.fault(f"{self.name}: a second confirm of {each}")
                    continue
                route, key, stamp = self.pending.pop(each)
                self.durable_stamp = max(self.durable_stamp, stamp)
                route.answered(key, CONFIRMED)
        elif event.name in ("connection.blocked", "connection.unblocked"):
            self.is_blocked = event.name == "connection.blocked"
        else:
            self.world.fault(f"{self.name}: {event.name} {event.arguments}")

    def over(self):
        for route, key, _ in self.pending.values():
            route.answered(key, UNCERTAIN)


class Consumer(Actor):
    """Consumes one queue for a life; rejects some where that makes dead letters."""

    def __init__(self, world, branch, place, number):
        super().__init__(world, f"consumer {number} of {branch.queues[place]}")
        self.branch = branch
        self.place = place
        self.rejects = place == MAIN and len(branch.queues) > 1
        self.prefetch = self.random.choice([1, 10, 50, 200])
        self.ack_each = self.random.choice([1, 5, 20])
        self.is_slow = self.random.random() < 0.4
        self.held = []
        self.unproven = []
        self.proven = []
        """Lists of settles, each with a stamp that was taken once the broker had them."""
        self.last = {}

    def live(self):
        self.client.call(frames.qos(1, self.prefetch), "basic.qos-ok")
        self.client.call(frames.consume(1, self.branch.queues[self.place]), "basic.consume-ok")
        while not self.world.stop.is_set():
            for event in self.client.events(0.02):
                key = self.take(event)
                if key:
                    self.settle(event.arguments[1], key)
                if self.is_slow:
                    self.world.stop.wait(self.random.uniform(0.0, 0.01))
            if len(self.unproven) >= PROVE_EACH:
                self.prove()

    def take(self, event):
        """Books a delivery, and answers its key unless it is none that can be read."""
        if event.name == "queue.declare-ok" and self.world.is_ending.is_set():
            return None  # The answer to what was asked when the broker ended.
        if event.name != "basic.deliver":
            self.world.fault(f"{self.name}: {event.name} {event.arguments}")
            return None
        found, fault = read(event.body)
        if fault or found[0] != self.branch.route.index:
            self.world.fault(f"{self.name}: {fault or f'a message of route {found[0]}'}")
            return None
        key = found[1]
        self.branch.delivered(self.place, key, bool(event.arguments[2]), self.world.life)
        if self.place == MAIN and key[1] <= self.last.get(key[0], -1):
            self.branch.fault(key, f"came to {self.name} behind {self.last[key[0]]}")
        self.last[key[0]] = key[1]
        return key

    def settle(self, tag, key):
        """Rejects a delivery where that makes dead letters, or acks it, alone or with others."""
        if self.rejects and self.random.random() < 0.2:
            self.ask(key, True)
            self.client.send(frames.reject(1, tag, requeue=False))
            return
        self.held.append((tag, key))
        if len(self.held) >= min(self.ack_each, self.prefetch):
            for _, each in self.held:
                self.ask(each, False)
            self.client.send(frames.ack(1, self.held[-1][0], multiple=True))
            self.held = []

    def ask(self, key, is_rejected):
        self.branch.asked(self.place, key, is_rejected)
        self.unproven.append((key, is_rejected))

    def prove(self):
        """Asks the queue something: what was sent before it has been done."""
        self.client.call(frames.queue_declare(1, self.branch.queues[self.place], passive=True),
                         "queue.declare-ok")
        self.proven.append((next(self.world.stamps), self.unproven))
        self.unproven = []


def crew(world, publishers=PUBLISHERS):
    """All clients of a life, not yet started."""
    actors = [Publisher(world, number) for number in range(publishers)]
    for branch in world.branches:
        actors += [Consumer(world, branch, MAIN, number) for number in range(branch.consumers)]
        if len(branch.queues) > 1 and world.random("dead").random() < 0.5:
            actors.append(Consumer(world, branch, DEAD, 0))
    return actors


def durable_stamp(actors):
    """What was sent before this stamp was taken, and arrived, is durable."""
    return max((actor.durable_stamp for actor in actors if isinstance(actor, Publisher)),
               default=0)


def was_settled(actors):
    """Whether something was acked and something rejected, both of which outlive a kill."""
    durable = durable_stamp(actors)
    return {False, True} <= {
        is_rejected for actor in actors if isinstance(actor, Consumer)
        for stamp, settles in list(actor.proven) if stamp < durable
        for _, is_rejected in settles}


def end_life(actors, is_in_order):
    """Books what the clients of a life know at its end; `is_in_order` when nothing was cut."""
    durable = durable_stamp(actors)
    for actor in actors:
        if not isinstance(actor, Consumer):
            continue
        for stamp, settles in actor.proven:
            actor.branch.ended(settles, is_in_order or stamp < durable)
        actor.branch.ended(actor.unproven, False)
        if actor.place == MAIN:
            actor.branch.marked_needlessly_max += actor.prefetch
