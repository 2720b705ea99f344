"""Ten thousand messages through a topology with dead letters: every count is known."""

import random
import unittest

import pika

from Harness import brokers, tables
from Harness.console import Console
from Harness.waiting import TimedOut, wait_until

SEED = 20260102
MESSAGES = 10_000
KEYS = ["order.created", "order.paid", "mail.welcome", "mail.reminder", "audit.login"]


class Shop:
    """The traffic of a small shop, and how many messages must be where in the end.

    `payment`  consumed with acks, rejects and requeues; the last deliveries stay unacked
    `welcome`  a queue with a TTL that nobody consumes: all of it expires
    `reminder` messages with and without expirations: those before the first that stays expire
    `recent`   keeps the newest 500, the rest dies by its length
    `ledger`   gets everything and keeps it
    `dead`     gets all dead letters
    """

    def __init__(self, connection):
        self._connection = connection
        self._random = random.Random(SEED)
        self._channel = connection.channel()
        self.ready = dict.fromkeys(
            ["payment", "welcome", "reminder", "recent", "ledger", "dead"], 0)
        self.unacked = dict.fromkeys(self.ready, 0)
        self.deaths = dict.fromkeys(self.ready, 0)

    def declare(self):
        channel = self._channel
        channel.exchange_declare("shop", "topic")
        channel.exchange_declare("shop.dead", "fanout")
        channel.queue_declare("dead")
        channel.queue_bind("dead", "shop.dead")
        dying = {"x-dead-letter-exchange": "shop.dead"}
        channel.queue_declare("payment", arguments=dying)
        channel.queue_declare("welcome", arguments={**dying, "x-message-ttl": 200})
        channel.queue_declare("reminder", arguments=dying)
        channel.queue_declare("recent", arguments={**dying, "x-max-length": 500})
        channel.queue_declare("ledger")
        for queue, pattern in [("payment", "order.*"), ("welcome", "mail.welcome"),
                               ("reminder", "mail.reminder"), ("recent", "audit.#"),
                               ("ledger", "#")]:
            channel.queue_bind(queue, "shop", pattern)

    def publish(self):
        head_stays = False
        for number in range(MESSAGES):
            key = self._random.choice(KEYS)
            properties = pika.BasicProperties(message_id=str(number))
            self._went_to("ledger")
            if key.startswith("order."):
                self._went_to("payment")
            elif key == "mail.welcome":
                self._died("welcome")
            elif key == "audit.login":
                self._went_to("recent")
            elif head_stays or self._random.random() < 0.005:
                head_stays = True
                if self._random.random() < 0.5:
                    properties.expiration = "50"  # Behind one that stays, so it stays as well.
                self._went_to("reminder")
            else:
                properties.expiration = str(self._random.randint(1, 100))
                self._died("reminder")
            self._channel.basic_publish("shop", key, b"%d" % number, properties)
        too_many = self.ready["recent"] - 500
        self.ready["recent"] = 500
        for _ in range(too_many):
            self._died("recent")

    def consume(self):
        """Takes every payment, rejects some, returns some once, and keeps the last 25."""
        self._channel.basic_qos(prefetch_count=25)
        taken = 0
        rejected = 0
        requeued = 0
        total = self.ready["payment"]
        # Deliveries of the last 25 messages are kept; what comes back is not returned again.
        while taken < total - 25:
            for method, _, _ in self._channel.consume("payment", inactivity_timeout=60):
                if method is None:
                    raise AssertionError(f"no more deliveries after {taken} of {total}")
                dice = self._random.random()
                if not method.redelivered and dice < 0.05:
                    requeued += 1
                    self._channel.basic_reject(method.delivery_tag, requeue=True)
                    continue
                if dice < 0.15:
                    rejected += 1
                    self._channel.basic_reject(method.delivery_tag, requeue=False)
                else:
                    self._channel.basic_ack(method.delivery_tag)
                taken += 1
                if taken == total - 25:
                    break
        assert rejected > 100 and requeued > 50, "the seed gives too little to see"
        self.ready["payment"] = 0
        self.unacked["payment"] = 25
        for _ in range(rejected):
            self._died("payment")

    def _went_to(self, queue):
        self.ready[queue] += 1

    def _died(self, queue):
        self.deaths[queue] += 1
        self.ready["dead"] += 1


class Counts(unittest.TestCase):
    """The figures of the console, or of the broker where there is no console."""

    def test_every_count_is_what_the_script_knows(self):
        """10,000 messages, rejects and expiries: every count shown is the script's own"""
        if brokers.UNDER_TEST == "rabbitmq":
            with brokers.RabbitMQ() as broker:
                self._trade(broker.connect(), lambda shop: self._compare_depths(broker, shop))
        else:
            with Console("--theme", "monochrome", columns=160, clock=None) as console:
                console.wait_for("No queues yet")
                self._trade(console.connect(), lambda shop: self._compare_rows(console, shop))

    def _trade(self, connection, compare):
        shop = Shop(connection)
        shop.declare()
        shop.publish()
        shop.consume()
        compare(shop)
        connection.close()

    def _compare_rows(self, console, shop):
        expected = {
            name: (shop.ready[name], shop.unacked[name], shop.deaths[name]) for name in shop.ready}
        self._wait_equal(
            expected, lambda: tables.figures(console.screen(), "READY", "UNACK", "DEAD"))

    def _compare_depths(self, broker, shop):
        # This broker says only what is ready.
        channel = broker.connect().channel()
        self._wait_equal(shop.ready, lambda: {
            name: channel.queue_declare(name, passive=True).method.message_count
            for name in shop.ready})

    def _wait_equal(self, expected, look):
        try:
            wait_until(lambda: look() == expected, "the counts")
        except TimedOut:
            self.assertEqual(look(), expected)
