"""Whole lives of queues over restarts: what a client may do, in an order that a seed chooses.

Whether a message was redelivered is left out: 3.10.8 does not say so of some that it delivers
after a restart and gets back. Other scenarios tell it of those from before.
"""

import random

from . import scenario
from .restart_queues import durable_queue

STEPS = 120
"""What happens between two restarts."""


class Client:
    """Does one thing after another to a queue; each outcome stands in the transcript."""

    def __init__(self, session, queue, seed):
        self._session = session.another()
        self._queue = queue
        self._random = random.Random(seed)
        self._published = 0
        self._held = []

    def live(self):
        for _ in range(STEPS):
            self._random.choices(
                [self._publish, self._take, self._ack, self._give_back, self._reject,
                 self._close], [40, 30, 12, 8, 6, 2])[0]()
        self._session.note(f"{self._queue}: {self._session.depth(self._queue)} ready, "
                           f"{len(self._held)} held")
        self._held.clear()

    def end(self):
        """Takes all that is left."""
        while self._take():
            pass

    def _publish(self):
        mode = self._random.choice([1, 2, 2, 2])
        size = self._random.choice([0, 10, 5000])
        self._session.publish(
            "", self._queue, f"m{self._published} of {mode}".ljust(size), delivery_mode=mode,
            priority=self._random.randrange(4))
        self._published += 1

    def _take(self):
        method, _, body = self._session.channel.basic_get(self._queue)
        if method is None:
            self._session.note("empty")
            return False
        self._session.note(f"{body.decode().rstrip()}, {len(body)} octets, "
                           f"left {method.message_count}")
        self._held.append(method.delivery_tag)
        return True

    def _ack(self):
        if self._held:
            self._session.channel.basic_ack(self._pick())

    def _give_back(self):
        if self._held:
            self._session.channel.basic_nack(self._pick(), requeue=True)
            self._settled()

    def _reject(self):
        if self._held:
            self._session.channel.basic_reject(self._pick(), requeue=False)

    def _close(self):
        self._session.reopen()
        self._held.clear()
        self._settled()

    def _pick(self):
        return self._held.pop(self._random.randrange(len(self._held)))

    def _settled(self):
        """Has the queue answer, so that what was given back is there."""
        self._session.depth(self._queue)


def lives(session, **arguments):
    """Three queues of a kind, each with a life of its own, over two restarts."""
    clients = [Client(session, durable_queue(session, f"q{seed}", **arguments), seed)
               for seed in range(3)]
    for _ in range(2):
        for client in clients:
            client.live()
        yield
    for client in clients:
        client.end()


@scenario
def what_a_queue_goes_through(session):
    yield from lives(session)


@scenario
def what_a_queue_with_priorities_goes_through(session):
    yield from lives(session, x_max_priority=3)


@scenario
def what_a_queue_of_limited_length_goes_through(session):
    yield from lives(session, x_max_length=10)
