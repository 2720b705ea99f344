"""Numbers that no broker can do anything with, by AMQP and by the management API."""

import decimal
import json

import management
import pika
from management import ask
from server import OnServer

NUMBERS = (0, -1, 2**31, 2**62, 2**63 - 1, -2**63, 0.5, 1e300, -1e300, 5e-324)
"""Those that JSON has, too."""

TEXTS = ("NaN", "Infinity", "-Infinity", "1e400", "9" * 400, "0.0000000000000000001")
"""What others take for numbers, as it stands in a document."""

DECIMALS = (decimal.Decimal("0.5"), decimal.Decimal(2**31 - 1), decimal.Decimal(-(2**31)))

KEYS = ("message-ttl", "expires", "max-length", "max-length-bytes", "delivery-limit",
        "consumer-timeout", "stream-max-segment-size-bytes", "retry-max", "retry-base",
        "retry-factor", "retry-max-delay", "retry-jitter", "delivery-rate", "delivery-burst",
        "breaker-threshold", "breaker-window", "breaker-min", "breaker-cooldown",
        "breaker-probes", "deduplication-window", "deduplication-max")

MAINS = {"x-retry-max": 3, "x-delivery-rate": 50, "x-breaker-threshold": 1,
         "x-deduplication-window": 1000}

TYPES = ("classic", "quorum", "stream")


class ExtremeNumbers(OnServer):
    """The broker answers each, and lives."""

    @staticmethod
    def make_broker():
        # Always ours: how RabbitMQ takes them is not the point.
        return management.Managed()

    def assert_lives(self):
        self.assertEqual(ask(self.broker, "GET", "/api/overview")[0], 200)

    def arguments(self, kind):
        """Each key with each number, alone and with what gives it a say."""
        for key in KEYS:
            for number in NUMBERS:
                for others in ({}, MAINS if kind != "stream" else {}):
                    yield {**others, "x-queue-type": kind, f"x-{key}": number}

    def test_declarations_over_http(self):
        """PUT of a queue: taken or refused, whatever the number"""
        for kind in TYPES:
            for arguments in self.arguments(kind):
                target = management.path("queues", "/", self.name(kind))
                body = {"durable": True, "arguments": arguments}
                status, answer = ask(self.broker, "PUT", target, body)
                self.assertIn(status, (201, 400), (arguments, answer))
                if status == 201:
                    self.assertEqual(ask(self.broker, "DELETE", target)[0], 204)
        self.assert_lives()

    def test_numbers_as_texts_over_http(self):
        """a document with numbers that are none, or have no end"""
        for key in KEYS:
            for text in TEXTS:
                for kind in TYPES:
                    target = management.path("queues", "/", self.name(kind))
                    body = ('{"durable": true, "arguments": {"x-queue-type": "%s", "x-%s": %s}}'
                            % (kind, key, text)).encode()
                    status, answer = ask(self.broker, "PUT", target, body)
                    self.assertIn(status, (201, 400), (body, answer))
                    ask(self.broker, "DELETE", target)
        self.assert_lives()

    def test_policies_over_http(self):
        """PUT of a policy that holds for a queue of each type"""
        for kind in TYPES:
            body = {"durable": True, "arguments": {"x-queue-type": kind}}
            ask(self.broker, "PUT", management.path("queues", "/", self.name(kind)), body)
        for key in KEYS:
            for number in NUMBERS:
                body = {"pattern": "^" + self.name(""), "definition": {key: number}}
                status, answer = ask(
                    self.broker, "PUT", management.path("policies", "/", "extreme"), body)
                self.assertIn(status, (201, 204, 400), (body, answer))
        ask(self.broker, "DELETE", management.path("policies", "/", "extreme"))
        self.assert_lives()

    def test_definitions_over_http(self):
        """POST of definitions with queues and policies"""
        for key in KEYS:
            for number in NUMBERS:
                document = {
                    "queues": [{"name": self.name(kind), "vhost": "/", "durable": True,
                                "auto_delete": False,
                                "arguments": {"x-queue-type": kind, f"x-{key}": number}}
                               for kind in TYPES],
                    "policies": [{"name": "extreme", "vhost": "/", "apply-to": "queues",
                                  "pattern": "^" + self.name(""), "priority": 2**62,
                                  "definition": {key: number}}]}
                status, answer = ask(self.broker, "POST", "/api/definitions", document)
                self.assertIn(status, (204, 400), (json.dumps(document), answer))
                for kind in TYPES:
                    ask(self.broker, "DELETE", management.path("queues", "/", self.name(kind)))
        ask(self.broker, "DELETE", management.path("policies", "/", "extreme"))
        self.assert_lives()

    def test_declarations_and_consumers_over_amqp(self):
        """what pika can write: whole numbers, and decimals for fractions"""
        numbers = [number for number in NUMBERS if isinstance(number, int)] + list(DECIMALS)
        for kind in TYPES:
            for key in KEYS:
                for number in numbers:
                    self.use({"x-queue-type": kind, f"x-{key}": number}, {})
            for key in ("x-priority", "x-delivery-rate", "x-delivery-burst", "x-stream-offset"):
                for number in numbers:
                    self.use({"x-queue-type": kind}, {key: number})
        self.assert_lives()

    def use(self, arguments, own):
        """Declares a queue, publishes to it and consumes it, as far as the broker lets."""
        connection = self.broker.connect()
        channel = connection.channel()
        try:
            name = self.name(f"{arguments} {own}"[-100:])
            channel.queue_declare(name, durable=True, arguments=arguments)
            channel.basic_publish("", name, b"m")
            channel.basic_qos(prefetch_count=1)
            channel.basic_consume(name, lambda *_: None, arguments=own)
            channel.queue_delete(name)
            connection.close()
        except pika.exceptions.ChannelClosedByBroker as refusal:
            self.assertEqual(refusal.reply_code, 406, (arguments, own, refusal.reply_text))
            connection.close()
        except pika.exceptions.ConnectionClosedByBroker as refusal:
            self.assertEqual(refusal.reply_code, 540, (arguments, own, refusal.reply_text))
