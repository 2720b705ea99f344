"""A data directory with queues in it, and the program run on it."""

import contextlib
import json
import os
import pathlib
import subprocess

import pika

from Harness import binary
from Harness.brokers import Queuetop, private_home
from Harness.waiting import wait_until

USAGE, DATA, NO_INPUT, UNAVAILABLE, CANNOT_CREATE, UNKNOWN, NOT_ALLOWED = (
    64, 65, 66, 69, 73, 75, 77)
COMMAND_SECONDS_MAX = 60
MESSAGES = 20_000
"""How many go over to another broker and back."""


class Result:
    """What a command printed and answered."""

    def __init__(self, completed):
        self.code = completed.returncode
        self.out = completed.stdout
        self.err = completed.stderr

    @property
    def lines(self):
        return self.out.decode().splitlines()

    @property
    def json(self):
        """The one document on standard output."""
        return json.loads(self.out)

    @property
    def documents(self):
        return [json.loads(line) for line in self.lines]

    def __repr__(self):
        return f"code {self.code}\n{self.out.decode()}\n{self.err.decode()}"


class Bench(Queuetop):
    """A broker that can be ended, and commands on its data directory."""

    def run(self, *arguments, code=0, stdin=b"", environment=None, at_home=True):
        """Runs a command on the data directory; standard input is no terminal."""
        place = ["--data-directory", str(self.data)] if at_home else []
        result = Result(subprocess.run(
            [binary.queuetop(), *map(str, arguments), *place], input=stdin, capture_output=True,
            env={**os.environ, **private_home(self.folder), **(environment or {})},
            timeout=COMMAND_SECONDS_MAX, check=False))
        assert code in (None, result.code), f"{' '.join(map(str, arguments))}: {result!r}"
        return result

    @contextlib.contextmanager
    def started(self, *arguments):
        """A command that goes on until the `with` statement ends."""
        process = subprocess.Popen(
            [binary.queuetop(), *map(str, arguments), "--data-directory", str(self.data)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            env={**os.environ, **private_home(self.folder)})
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()
            process.stderr.close()

    def write_config(self, text):
        """The configuration that commands find by themselves."""
        path = pathlib.Path(self.folder) / "config/queuetop/config.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def rest(self):
        """Ends the broker; its data stays."""
        self._end_in_order()

    @property
    def audit(self):
        """The lines of the audit log."""
        path = pathlib.Path(self.folder) / "state/queuetop/audit.log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def acts(self, action):
        return [line for line in self.audit if line.get("action") == action]

    def ready(self, queue):
        """How many messages wait, by the command itself; the broker must not run."""
        found = self.run("queues", queue, "--json").json["queues"]
        return found[0]["ready_messages"] if found else None


def stocked(has_stream=False):
    """A bench whose broker has run and ended: `orders` with dead letters, and `mail`.

    And a stream `log` with three messages, if that is asked for.
    """
    bench = Bench()
    bench.__enter__()
    try:
        with contextlib.closing(bench.connect()) as connection:
            stock(connection.channel())
            if has_stream:
                stock_stream(connection.channel())
        bench.rest()
    except BaseException:
        bench.__exit__(None, None, None)
        raise
    return bench


def stock(channel):
    """Five orders of which three die, and two mails."""
    channel.exchange_declare("dlx", "fanout", durable=True)
    channel.queue_declare("orders", durable=True, arguments={"x-dead-letter-exchange": "dlx"})
    channel.queue_declare("orders.dead", durable=True)
    channel.queue_bind("orders.dead", "dlx")
    channel.exchange_declare("x", "topic", durable=True)
    channel.queue_declare("mail", durable=True)
    channel.queue_bind("mail", "x", "mail.#")
    channel.confirm_delivery()
    for number in range(5):
        channel.basic_publish("", "orders", b'{"id":%d}' % number, pika.BasicProperties(
            delivery_mode=2, content_type="application/json", message_id=f"m{number}",
            headers={"n": number, "nested": {"list": [1, "two", True]}}))
    for _ in range(3):
        method, _, _ = channel.basic_get("orders")
        channel.basic_reject(method.delivery_tag, requeue=False)
    wait_until(lambda: channel.queue_declare("orders.dead", passive=True).method.message_count == 3,
               "three dead letters")
    for body in (b"text", b"\xff\x00\n"):
        channel.basic_publish("x", "mail.new", body, pika.BasicProperties(delivery_mode=2))


def stock_stream(channel):
    """Three messages in a stream."""
    channel.queue_declare("log", durable=True, arguments={"x-queue-type": "stream"})
    channel.confirm_delivery()
    for number in range(3):
        channel.basic_publish("", "log", b"entry %d" % number,
                              pika.BasicProperties(delivery_mode=2))
