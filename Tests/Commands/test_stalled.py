"""A move to a broker that takes nothing any more."""

import contextlib
import signal
import unittest

import bench
from Harness.brokers import Queuetop
from Harness.cable import Cable

MESSAGES = 2_000
BODY = b"x" * 100
TAKEN_BYTES_MAX = 100_000
"""Of all that is sent, so that it comes to a stop in the midst."""


class Stalled(unittest.TestCase):
    """What is sent reaches it no more, and no answer comes."""

    def test_interrupt(self):
        """^C ends a move whose target is silent: what is moved, what is unknown; nothing is lost"""
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        home, far = stack.enter_context(bench.Bench()), stack.enter_context(Queuetop())
        for broker, count in ((home, MESSAGES), (far, 0)):
            with contextlib.closing(broker.connect()) as connection:
                channel = connection.channel()
                channel.confirm_delivery()
                channel.queue_declare("q", durable=True)
                for _ in range(count):
                    channel.basic_publish("", "q", BODY, bench.pika.BasicProperties(
                        delivery_mode=2))
        home.rest()
        with Cable(far.port, bytes_max=TAKEN_BYTES_MAX) as cable, home.started(
                "move", "--from", "q", "--to", f"amqp://127.0.0.1:{cable.port}", "--yes",
                "--json") as process:
            self.assertTrue(cable.is_stopped_up.wait(bench.COMMAND_SECONDS_MAX))
            process.send_signal(signal.SIGINT)
            code = process.wait(bench.COMMAND_SECONDS_MAX)
            said = bench.json.load(process.stdout)["queues"][0]
            words = process.stderr.read().decode()
        self.assertEqual(code, bench.UNKNOWN, words)
        moved, unknown = said["moved_messages"], said["uncertain_messages"]
        self.assertGreater(moved, 0)
        self.assertGreater(unknown, 0)
        self.assertIsNone(said["target_ready_messages"])
        self.assertIn(f"Of {unknown} messages it is not known", words)
        self.assertEqual(home.ready("q"), MESSAGES - moved)
