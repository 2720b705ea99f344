"""publish and consume, on a data directory and by AMQP; moves between two brokers."""

import contextlib
import json
import signal
import unittest

import bench
from Harness.brokers import Queuetop, RabbitMQ
from Harness.waiting import wait_until


class Stored(unittest.TestCase):
    """No broker runs: the data directory is opened for the command."""

    def setUp(self):
        self.bench = bench.stocked()
        self.addCleanup(self.bench.__exit__, None, None, None)

    def test_publish(self):
        """publish: from an argument, a file and lines; what no queue takes is an error."""
        run = self.bench.run
        run("publish", "--to", "mail", "hello", "-H", "a=b", "-H", "n:=3", "--priority", "7")
        message = run("peek", "mail", "--json").json["messages"][2]
        self.assertEqual(message["body"], "hello")
        self.assertEqual(message["properties"], {"delivery_mode": 2, "priority": 7})
        self.assertEqual(message["headers"], [
            {"name": "a", "type": "string", "value": "b"},
            {"name": "n", "type": "int64", "value": 3}])
        document = run("publish", "--exchange", "x", "--routing-key", "mail.a", "--lines",
                       "--json", stdin=b"one\ntwo\n\nthree").json
        self.assertEqual(document["published_messages"], 4)
        self.assertEqual(self.bench.ready("mail"), 7)
        run("publish", "--to", "mail", "--count", "1200", "again")
        self.assertEqual(self.bench.ready("mail"), 1207)
        run("publish", "--to", "nothing", "lost", code=bench.NO_INPUT)
        run("publish", "--exchange", "nothing", "lost", code=bench.NO_INPUT)
        run("publish", "lost", code=bench.USAGE)
        run("publish", "--to", "mail", "a", "-H", "b:=c", code=bench.USAGE)
        self.assertEqual(len(self.bench.acts("publish")), 5)

    def test_consume(self):
        """consume: prints what there is and takes it; --requeue leaves it."""
        self.assertEqual(self.bench.run("consume", "mail", "--count", "1").out, b"text\n")
        self.assertEqual(self.bench.ready("mail"), 1)
        documents = self.bench.run(
            "consume", "mail", "--count", "5", "--requeue", "--json").documents
        self.assertEqual([each["body_base64"] for each in documents], ["/wAK"])
        self.assertEqual(self.bench.ready("mail"), 1)
        self.assertEqual(self.bench.run("consume", "mail").out, b"\xff\x00\n\n")
        self.assertEqual(self.bench.ready("mail"), 0)
        self.bench.run("consume", "nothing", code=bench.NO_INPUT)
        self.bench.run("consume", "mail", "--requeue", code=bench.USAGE)


class Served(unittest.TestCase):
    """A broker runs: the command speaks AMQP with it."""

    def setUp(self):
        self.bench = bench.Bench()
        self.bench.__enter__()
        self.addCleanup(self.bench.__exit__, None, None, None)
        connection = self.bench.connect()
        self.addCleanup(connection.close)
        self.channel = connection.channel()
        # What is published is there for whoever asks next, on another connection.
        self.channel.confirm_delivery()
        self.channel.queue_declare("q", durable=True)

    def ready(self, queue="q"):
        return self.channel.queue_declare(queue, passive=True).method.message_count

    def publish(self, count):
        lines = b"".join(b"line %d\n" % number for number in range(count))
        self.bench.run("publish", "--to", "q", "--lines", stdin=lines)

    def test_publish(self):
        """publish by AMQP: confirmed when it ends, whoever is asked; returned ones are errors."""
        self.publish(1_500)
        self.assertEqual(self.ready(), 1_500)
        address = f"amqp://guest:guest@127.0.0.1:{self.bench.port}/%2F"
        self.bench.run("publish", "--attach", address, "--to", "q", "more", at_home=False)
        self.assertEqual(self.ready(), 1_501)
        self.bench.run("publish", "--to", "nothing", "lost", code=bench.NO_INPUT)
        result = self.bench.run("publish", "--exchange", "no", "lost", code=bench.NO_INPUT)
        self.assertIn("There is no exchange no", result.err.decode())
        self.bench.run("publish", "--attach", "amqp://guest:wrong@127.0.0.1:"
                       f"{self.bench.port}", "--to", "q", "a", at_home=False,
                       code=bench.NOT_ALLOWED)
        self.bench.run("publish", "--attach", "amqp://127.0.0.1:1", "--to", "q", "a",
                       at_home=False, code=bench.UNAVAILABLE)

    def test_full_queue(self):
        """What a full queue refuses is an error, exit code 77."""
        self.channel.queue_declare("full", arguments={
            "x-max-length": 1, "x-overflow": "reject-publish"})
        self.bench.run("publish", "--to", "full", "a")
        self.bench.run("publish", "--to", "full", "b", code=bench.NOT_ALLOWED)

    def test_consume_some(self):
        """consume --count takes exactly so many, in their order, and none is marked."""
        self.publish(500)
        for first, count in ((0, 1), (1, 150), (151, 100)):
            lines = self.bench.run("consume", "q", "--count", count).lines
            self.assertEqual(lines, [f"line {first + place}" for place in range(count)])
        self.assertEqual(self.ready(), 249)
        method, _, _ = self.channel.basic_get("q", auto_ack=True)
        self.assertFalse(method.redelivered)
        self.assertEqual(len(self.bench.run("consume", "q", "--until-empty").lines), 248)
        self.assertEqual(self.ready(), 0)

    def test_consume_modes(self):
        """consume --requeue puts all back, --no-ack takes without acks."""
        self.publish(10)
        self.assertEqual(
            len(self.bench.run("consume", "q", "--requeue", "--count", "7").lines), 7)
        self.assertEqual(self.ready(), 10)
        documents = self.bench.run("consume", "q", "--no-ack", "--count", "4", "--json").documents
        self.assertEqual([each["is_redelivered"] for each in documents], [True] * 4)
        self.assertEqual(self.ready(), 6)
        self.bench.run("consume", "nothing", code=bench.NO_INPUT)

    def test_follow(self):
        """consume prints messages as they come, until it is asked to end."""
        with self.bench.started("consume", "q") as process:
            for number in range(3):
                self.channel.basic_publish("", "q", b"message %d" % number)
                self.assertEqual(process.stdout.readline(), b"message %d\n" % number)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(bench.COMMAND_SECONDS_MAX), 0)
        self.assertEqual(self.ready(), 0)

    def test_deleted_meanwhile(self):
        """A queue that goes away ends consume with 69."""
        self.channel.basic_publish("", "q", b"first")
        with self.bench.started("consume", "q") as process:
            self.assertEqual(process.stdout.readline(), b"first\n")
            self.channel.queue_delete("q")
            self.assertEqual(process.wait(bench.COMMAND_SECONDS_MAX), bench.UNAVAILABLE)

    def test_import(self):
        """import by AMQP, with --replace."""
        self.channel.basic_publish("", "q", b"old")
        lines = "".join(json.dumps({"body": f"{number}"}) + "\n" for number in range(3))
        file = self.bench.folder / "file"
        file.write_text(lines)
        document = self.bench.run(
            "import", file, "--to", "q", "--replace", "--yes", "--json").json
        self.assertEqual(document["ready_messages"], 1)
        self.assertEqual(document["published_messages"], 3)
        self.assertEqual(self.bench.run("consume", "q", "--until-empty").lines, ["0", "1", "2"])


class Moves(unittest.TestCase):
    """From a data directory to another broker."""

    def setUp(self):
        self.source = bench.stocked()
        self.addCleanup(self.source.__exit__, None, None, None)
        self.target = Queuetop()
        self.target.__enter__()
        self.addCleanup(self.target.__exit__, None, None, None)
        self.address = f"amqp://127.0.0.1:{self.target.port}"

    def declare(self, *queues):
        with contextlib.closing(self.target.connect()) as connection:
            for queue in queues:
                connection.channel().queue_declare(queue, durable=True)

    def bodies(self, queue):
        with contextlib.closing(self.target.connect()) as connection:
            channel = connection.channel()
            bodies = []
            while True:
                method, properties, body = channel.basic_get(queue, auto_ack=True)
                if method is None:
                    return bodies
                bodies.append((body, properties.headers, properties.message_id))

    def test_one(self):
        """move --from to a URL: in order, with headers, counts on both sides."""
        self.declare("elsewhere")
        document = self.source.run(
            "move", "--from", "orders", "--to", self.address, "--as", "elsewhere", "--yes",
            "--json").json
        self.assertEqual(document["queues"], [{
            "from": "orders", "to": "elsewhere", "ready_messages": 2, "moved_messages": 2,
            "duplicated_messages": 0, "uncertain_messages": 0, "missing_messages": 0,
            "source_ready_messages": 0, "target_before_messages": 0, "target_ready_messages": 2, "outcome": "done"}])
        self.assertEqual(self.bodies("elsewhere"), [
            (b'{"id":%d}' % number, {"n": number, "nested": {"list": [1, "two", True]}},
             f"m{number}") for number in (3, 4)])

    def test_all(self):
        """move --all: what has its queue there goes; the rest stays, exit code 66, until it has."""
        self.declare("mail", "orders")
        result = self.source.run(
            "move", "--all", "--to", self.address, "--yes", code=bench.NO_INPUT)
        self.assertIn("orders.dead", result.err.decode())
        self.assertEqual(self.source.ready("orders.dead"), 3)
        self.assertEqual(self.source.ready("mail"), 0)
        self.declare("orders.dead")
        self.source.run("move", "--all", "--to", self.address, "--yes")
        self.assertEqual([body for body, _, _ in self.bodies("mail")], [b"text", b"\xff\x00\n"])
        dead = self.bodies("orders.dead")
        self.assertEqual(len(dead), 3)
        self.assertEqual(dead[0][1]["x-death"][0]["queue"], "orders")

    def test_missing(self):
        """A queue that the target does not have: exit code 66, and nothing leaves."""
        self.source.run("move", "--from", "mail", "--to", self.address, "--yes",
                        code=bench.NO_INPUT)
        self.assertEqual(self.source.ready("mail"), 2)

    def test_many(self):
        """A thousand and more: equal counts and bodies."""
        self.source.run("publish", "--to", "orders", "--lines",
                        stdin=b"".join(b"%d\n" % number for number in range(3_000)))
        self.declare("orders")
        self.source.run("move", "--from", "orders", "--to", self.address, "--yes")
        self.assertEqual([body for body, _, _ in self.bodies("orders")][2:],
                         [b"%d" % number for number in range(3_000)])
        self.assertEqual(self.source.ready("orders"), 0)


class Attached(unittest.TestCase):
    """A RabbitMQ elsewhere, by its management API and AMQP."""

    def setUp(self):
        self.broker = RabbitMQ(has_policies=True)
        self.broker.__enter__()
        self.addCleanup(self.broker.__exit__, None, None, None)
        connection = self.broker.connect()
        self.addCleanup(connection.close)
        self.channel = connection.channel()
        bench.stock(self.channel)
        self.bench = bench.stocked()
        self.addCleanup(self.bench.__exit__, None, None, None)

    def run_there(self, *arguments, code=0):
        return self.bench.run(
            *arguments, "--attach", f"amqp://127.0.0.1:{self.broker.port}", "--management-url",
            f"http://127.0.0.1:{self.broker.management}", at_home=False, code=code)

    def ready(self, queue):
        return self.channel.queue_declare(queue, passive=True).method.message_count

    def test_look(self):
        """queues, queue, bindings, consumers and peek on RabbitMQ."""
        document = self.run_there("queues", "--json").json
        self.assertEqual(document["broker"]["product"], "RabbitMQ")
        self.assertEqual(
            {queue["name"] for queue in document["queues"]}, {"mail", "orders", "orders.dead"})
        self.run_there("queue", "mail")
        self.run_there("bindings", "mail")
        self.run_there("consumers")
        result = self.run_there("peek", "orders", code=bench.NOT_ALLOWED)
        self.assertIn("--force", result.err.decode())
        self.assertEqual(
            [each["body"] for each in self.run_there(
                "peek", "orders", "--force", "--json").json["messages"]],
            ['{"id":3}', '{"id":4}'])

    def test_act(self):
        """requeue, move both ways, purge on RabbitMQ: nothing is lost."""
        self.run_there("requeue", "orders.dead", "--force", "--yes")
        wait_until(lambda: self.ready("orders") == 5, "five orders")
        self.bench.run("move", "--from", "mail", "--to", f"amqp://127.0.0.1:{self.broker.port}",
                       "--yes")
        self.assertEqual(self.ready("mail"), 4)
        self.run_there("purge", "mail", "--yes")
        self.assertEqual(self.ready("mail"), 0)
        with Queuetop() as target:
            with contextlib.closing(target.connect()) as connection:
                channel = connection.channel()
                channel.queue_declare("orders", durable=True)
                self.run_there("move", "--from", "orders", "--to",
                               f"amqp://127.0.0.1:{target.port}", "--force", "--yes")
                self.assertEqual(
                    channel.queue_declare("orders", passive=True).method.message_count, 5)
        self.assertEqual(self.ready("orders"), 0)
