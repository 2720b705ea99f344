"""The way from this broker to RabbitMQ and back: definitions by rabbitmqadmin, messages by move."""

import base64
import contextlib
import hashlib
import json
import random
import signal
import subprocess
import unittest

import bench
from Harness.brokers import RabbitMQ
from Harness.cable import Cable
from Harness.waiting import wait_until

QUEUES = {"orders": 2, "mail": 1, "orders.dead": 1}
"""Each queue, and its share of the messages."""
BATCH_MAX = 1_000
"""Messages of a move that are under way at one moment."""
BYTES_OF_EACH = 200
"""Of a message, which has three times as many, when a move is interrupted."""


class Managed(bench.Bench):
    """With its management API where rabbitmqadmin finds it."""

    options = ("--management-port", "0")


def topology(path):
    """What an export says of the topology, in an order of its own."""
    exported = json.loads(path.read_text())
    return {kind: sorted((json.dumps(item, sort_keys=True) for item in exported[kind]))
            for kind in ("queues", "exchanges", "bindings", "policies", "permissions", "vhosts")}


class Outgrowing(unittest.TestCase):
    """Everything goes over, whatever interrupts it."""

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.home = self.stack.enter_context(Managed())
        self.far = self.stack.enter_context(RabbitMQ(has_policies=True))
        with contextlib.closing(self.home.connect()) as connection:
            bench.stock(connection.channel())
            for queue in QUEUES:
                connection.channel().queue_purge(queue)

    def admin(self, broker, *words):
        result = subprocess.run(
            ["rabbitmqadmin", "--host", "127.0.0.1", "--port", str(broker.management),
             *map(str, words)], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(result.returncode, 0, f"{words}: {result.stdout}{result.stderr}")
        return result.stdout

    def stock(self):
        """Imports messages into the broker's data; returns what each queue holds, in order."""
        chance = random.Random(52)
        held = {}
        for queue, share in QUEUES.items():
            path = self.home.folder / f"{queue}.jsonl"
            held[queue] = []
            with path.open("w") as file:
                for number in range(bench.MESSAGES * share // sum(QUEUES.values())):
                    body = chance.randbytes(chance.choice([0, 10, 300, 2_000]))
                    held[queue].append((f"{queue}.{number}", hashlib.sha1(body).digest()))
                    file.write(json.dumps({
                        "exchange": "", "routing_key": queue, "properties": {
                            "delivery_mode": 2, "message_id": f"{queue}.{number}"},
                        "body_base64": base64.b64encode(body).decode()}) + "\n")
            self.home.run("import", path, "--to", queue, "--yes")
        return held

    def read(self, broker, queue, count):
        """The first messages of a queue, which stay there."""
        seen = []
        with contextlib.closing(broker.connect()) as connection:
            channel = connection.channel()
            for _, properties, body in channel.consume(queue, inactivity_timeout=30):
                if properties is None or len(seen) == count:
                    break
                seen.append((properties.message_id, hashlib.sha1(body).digest()))
                if len(seen) == count:
                    break
        return seen

    def depth(self, broker, queue):
        with contextlib.closing(broker.connect()) as connection:
            return connection.channel().queue_declare(queue, passive=True).method.message_count

    def expect(self, broker, held):
        for queue, messages in held.items():
            wait_until(lambda queue=queue: self.depth(broker, queue) == len(held[queue]),
                       f"{len(messages)} messages in {queue}")
            self.assertEqual(self.read(broker, queue, len(messages)), messages, queue)

    def move_home(self, *options, code=0):
        """Moves all from the data directory to RabbitMQ."""
        return self.home.run(
            "move", "--all", "--to", f"amqp://127.0.0.1:{self.far.port}", "--yes", *options,
            code=code)

    def interrupt(self, sent):
        """Begins the same, and ends it by a signal once something has arrived.

        The way is stopped up before all is over there, or a quick move would be done by then.
        """
        with Cable(self.far.port, bytes_max=BYTES_OF_EACH * bench.MESSAGES) as cable, \
                self.home.started("move", "--all", "--to", f"amqp://127.0.0.1:{cable.port}",
                                  "--yes") as process:
            wait_until(lambda: self.depth(self.far, "mail") > 0, "some messages over there")
            process.send_signal(sent)
            # What is under way is waited for.
            cable.let_on()
            code = process.wait(bench.COMMAND_SECONDS_MAX)
        self.assertGreater(self.home.ready("orders.dead"), 0)
        return code

    def test_definitions(self):
        """export and import --definitions: from the data, from RabbitMQ, and into both"""
        at_far = ("--attach", f"amqp://127.0.0.1:{self.far.port}", "--management-url",
                  f"http://127.0.0.1:{self.far.management}")
        home, far, other = (self.home.folder / name for name in ("home", "far", "other"))
        self.home.rest()
        self.home.run("export", "--definitions", home)
        self.home.run("export", "--definitions", home, code=bench.CANNOT_CREATE)
        self.home.run("import", "--definitions", home, *at_far, at_home=False)
        self.home.run("export", "--definitions", far, *at_far, at_home=False)
        self.assertEqual(topology(far), topology(home))
        self.assertIn("orders.dead", "".join(topology(home)["queues"]))
        empty = self.stack.enter_context(bench.Bench())
        empty.rest()
        empty.run("import", "--definitions", far)
        empty.run("export", "--definitions", other)
        self.assertEqual(topology(other), topology(far))
        (self.home.folder / "wrong").write_text('{"queues": [{"name": 1}]}')
        result = self.home.run("import", "--definitions", self.home.folder / "wrong", *at_far,
                               at_home=False, code=bench.DATA)
        self.assertIn("wrong", result.err.decode())

    def test_dry_run(self):
        """move --dry-run from RabbitMQ is refused as the move is: looking there needs --force"""
        with contextlib.closing(self.far.connect()) as connection:
            bench.stock(connection.channel())
        words = ("move", "--from", "mail", "--to", f"amqp://127.0.0.1:{self.home.port}",
                 "--attach", f"amqp://127.0.0.1:{self.far.port}", "--management-url",
                 f"http://127.0.0.1:{self.far.management}")
        for consent in ("--dry-run", "--yes"):
            said = self.home.run(*words, consent, at_home=False, code=bench.NOT_ALLOWED)
            self.assertIn("--force", said.err.decode())
        planned = self.home.run(*words, "--force", "--dry-run", "--json", at_home=False).json
        self.assertEqual(planned["queues"][0]["ready_messages"], 2)
        self.assertFalse(self.far_redelivered("mail"), "a dry run marks nothing")

    def far_redelivered(self, queue):
        """Whether the first message over there was delivered before."""
        with contextlib.closing(self.far.connect()) as connection:
            return connection.channel().basic_get(queue)[0].redelivered

    def test_there_and_back(self):
        """export, import and move --all to RabbitMQ, stopped once in the midst, and back again"""
        exported, brought = self.home.folder / "home.json", self.home.folder / "far.json"
        self.admin(self.home, "export", exported)
        self.admin(self.far, "import", exported)
        self.admin(self.far, "export", brought)
        self.assertEqual(topology(brought), topology(exported))
        self.home.rest()
        held = self.stock()
        self.assertEqual(self.interrupt(signal.SIGINT), bench.UNKNOWN)
        rows = self.move_home("--json").json["queues"]
        self.assertEqual({row["outcome"] for row in rows}, {"done"})
        self.assertEqual({self.home.ready(queue) for queue in QUEUES}, {0})
        self.expect(self.far, held)
        back = self.stack.enter_context(Managed())
        self.admin(back, "import", brought)
        rows = back.run(
            "move", "--all", "--attach", f"amqp://127.0.0.1:{self.far.port}", "--management-url",
            f"http://127.0.0.1:{self.far.management}", "--to", f"amqp://127.0.0.1:{back.port}",
            "--force", "--yes", "--json", at_home=False).json["queues"]
        self.assertEqual(
            {row["from"]: (row["moved_messages"], row["uncertain_messages"], row["outcome"])
             for row in rows},
            {queue: (len(messages), 0, "done") for queue, messages in held.items()})
        self.expect(back, held)

    def test_killed(self):
        """move --all that is killed in the midst: run again nothing is missing, few are twice"""
        self.admin(self.home, "export", self.home.folder / "home.json")
        self.admin(self.far, "import", self.home.folder / "home.json")
        self.home.rest()
        held = self.stock()
        self.interrupt(signal.SIGKILL)
        self.move_home()
        for queue, messages in held.items():
            depth = self.depth(self.far, queue)
            twice = depth - len(messages)
            self.assertLessEqual(twice, BATCH_MAX, queue)
            # What came twice stands behind itself; without it the order is the old one.
            seen = list(dict.fromkeys(self.read(self.far, queue, depth)))
            self.assertEqual(seen, messages, queue)
