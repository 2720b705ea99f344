"""The command-line clients of librabbitmq."""

import subprocess
import unittest

from Harness import brokers
from Harness.waiting import wait_until

_broker = None


def setUpModule():
    global _broker
    _broker = brokers.under_test()
    _broker.__enter__()
    unittest.addModuleCleanup(_broker.__exit__)


def run(tool, *arguments, input_text=None, status=0):
    """Runs one tool on the broker and returns what it printed."""
    result = subprocess.run(
        [tool, "--url", f"amqp://guest:guest@127.0.0.1:{_broker.port}", *arguments],
        input=input_text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
        check=False)
    assert result.returncode == status, (
        f"{tool} ended with {result.returncode}: {result.stdout}{result.stderr}")
    return result.stdout


class Tools(unittest.TestCase):
    """Each tool once, and all of them together."""

    def test_declare_publish_get_delete(self):
        """amqp-declare-queue, amqp-publish, amqp-get and amqp-delete-queue work"""
        self.assertEqual(run("amqp-declare-queue", "-q", "tools"), "tools\n")
        run("amqp-publish", "-r", "tools", "-b", "from the command line")
        run("amqp-publish", "-r", "tools", "-p", "-C", "text/plain", input_text="from its input")
        self._wait_depth("tools", 2)
        self.assertEqual(run("amqp-get", "-q", "tools"), "from the command line")
        self.assertEqual(run("amqp-get", "-q", "tools"), "from its input")
        run("amqp-get", "-q", "tools", status=2)
        run("amqp-publish", "-r", "tools", "-b", "left behind")
        self._wait_depth("tools", 1)
        self.assertEqual(run("amqp-delete-queue", "-q", "tools"), "1\n")

    def test_consume(self):
        """amqp-consume runs a command for each message and acknowledges it"""
        run("amqp-declare-queue", "-q", "consumed")
        for number in range(5):
            run("amqp-publish", "-r", "consumed", "-b", f"line {number}\n")
        self._wait_depth("consumed", 5)
        printed = run("amqp-consume", "-q", "consumed", "-c", "3", "-p", "1", "cat")
        self.assertEqual(printed, "line 0\nline 1\nline 2\n")
        self._wait_depth("consumed", 2)

    def test_consume_from_exchange(self):
        """amqp-consume binds a queue of its own to an exchange"""
        consumer = subprocess.Popen(
            ["amqp-consume", "--url", f"amqp://guest:guest@127.0.0.1:{_broker.port}",
             "-e", "amq.topic", "-r", "news.*", "-c", "1", "cat"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            connection = _broker.connect()
            channel = connection.channel()
            channel.confirm_delivery()

            def taken():
                # Until the consumer has bound its queue, the exchange has no place for this.
                channel.basic_publish("amq.topic", "news.today", b"hello\n")
                return consumer.poll() is not None
            wait_until(taken, "the consumer's message")
            connection.close()
            self.assertEqual(consumer.communicate()[0], "hello\n")
        finally:
            brokers.end(consumer)

    def test_exchanges_and_large_bodies(self):
        """amqp-publish sends a megabyte through an exchange, with headers, and amqp-get takes it"""
        connection = _broker.connect()
        channel = connection.channel()
        channel.queue_declare("large")
        channel.queue_bind("large", "amq.topic", "large.#")
        text = "0123456789abcdef" * 65_536
        run("amqp-publish", "-e", "amq.topic", "-r", "large.body", "-p", "-C", "text/plain",
            "-H", "colour: red", "-t", "back", "-E", "utf-8", input_text=text)
        run("amqp-publish", "-e", "amq.topic", "-r", "larger", "-b", "elsewhere")
        self._wait_depth("large", 1)
        method, properties, body = channel.basic_get("large")
        self.assertEqual(
            (method.routing_key, properties.content_type, properties.content_encoding,
             properties.delivery_mode, properties.reply_to, properties.headers),
            ("large.body", "text/plain", "utf-8", 2, "back", {"colour": "red"}))
        self.assertEqual(body, text.encode())
        channel.basic_nack(method.delivery_tag)
        self._wait_depth("large", 1)
        self.assertEqual(run("amqp-get", "-q", "large"), text)
        connection.close()

    def test_errors(self):
        """amqp-get ends with an error where no queue is; deleting none deletes nothing"""
        run("amqp-get", "-q", "nobody declared this", status=1)
        self.assertEqual(run("amqp-delete-queue", "-q", "nobody declared this"), "0\n")

    def _wait_depth(self, queue, count):
        connection = _broker.connect()
        channel = connection.channel()
        wait_until(lambda: channel.queue_declare(queue, passive=True)
                   .method.message_count == count, f"{queue} to hold {count}")
        connection.close()
