"""What the commands print that only look."""

import os
import pathlib
import pty
import re
import signal
import subprocess
import unittest

import bench
from Harness import binary
from Harness.brokers import private_home
from Harness.waiting import wait_until


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bench = bench.stocked()
        cls.addClassCleanup(cls.bench.__exit__, None, None, None)

    def test_queues(self):
        """queues: a table for people, one document for programs, with the same figures."""
        lines = self.bench.run("queues").lines
        self.assertEqual([line.split()[:2] for line in lines], [
            ["NAME", "READY"], ["mail", "2"], ["orders", "2"], ["orders.dead", "3"]])
        self.assertNotIn("\x1b", "".join(lines))
        document = self.bench.run("queues", "--json").json
        self.assertEqual(document["broker"]["product"], "queuetop")
        by_name = {queue["name"]: queue for queue in document["queues"]}
        self.assertEqual(by_name["orders.dead"]["ready_messages"], 3)
        self.assertTrue(by_name["orders.dead"]["receives_dead_letters"])
        self.assertEqual(by_name["mail"]["ready_bytes"], 7)
        self.assertIsNone(by_name["mail"]["published_per_second"])

    def test_filter_sort_columns(self):
        """queues: a glob, a regular expression, an order, columns."""
        self.assertEqual(len(self.bench.run("queues", "orders*").lines), 3)
        self.assertEqual(len(self.bench.run("queues", "--regex", "d$|^m").lines), 3)
        self.assertEqual(self.bench.run("queues", "nothing").lines, ["No queues."])
        lines = self.bench.run("queues", "--sort", "-ready", "--columns", "ready,name").lines
        self.assertEqual([line.split() for line in lines], [
            ["READY", "NAME"], ["2", "mail"], ["2", "orders"], ["3", "orders.dead"]])
        self.bench.run("queues", "--columns", "colour", code=bench.USAGE)
        self.bench.run("queues", "--sort", "colour", code=bench.USAGE)
        self.bench.run("queues", "--regex", "(", code=bench.USAGE)

    def test_queue(self):
        """queue: facts and bindings of one; there is none of another name."""
        out = self.bench.run("queue", "mail").out.decode()
        self.assertIn("mail.#", out)
        queue = self.bench.run("queue", "orders", "--json").json["queue"]
        self.assertEqual(queue["arguments"], {"x-dead-letter-exchange": "dlx"})
        result = self.bench.run("queue", "nothing", code=bench.NO_INPUT)
        self.assertIn("There is no queue nothing", result.err.decode())
        self.assertEqual(result.out, b"")

    def test_bindings_and_consumers(self):
        """bindings, consumers: those of the queues that are asked for."""
        bindings = self.bench.run("bindings", "mail", "--json").json["bindings"]
        self.assertEqual(
            sorted((binding["exchange"], binding["routing_key"]) for binding in bindings),
            [("x", "mail.#")])
        self.assertEqual(self.bench.run("consumers").lines, ["No consumers."])
        self.assertEqual(self.bench.run("consumers", "--json").json["consumers"], [])

    def test_peek(self):
        """peek: messages as they lie there, which stay."""
        lines = self.bench.run("peek", "orders.dead", "--count", "2").lines
        self.assertEqual(len(lines), 3)
        self.assertIn('{"id":0}', lines[1])
        document = self.bench.run("peek", "orders.dead", "--json").json
        self.assertEqual(document["messages"][0]["deaths"][0]["queue"], "orders")
        self.assertEqual(self.bench.run("peek", "mail", "--json").json["messages"][1][
            "body_base64"], "/wAK")
        full = self.bench.run("peek", "orders.dead", "--full", "--count", "1").out.decode()
        self.assertIn("message_id: m0", full)
        self.assertEqual(self.bench.ready("orders.dead"), 3)
        self.bench.run("peek", "nothing", code=bench.NO_INPUT)
        self.bench.run("peek", "mail", "--count", "0", code=bench.USAGE)

    def test_watch(self):
        """--watch prints again and again, with --json a document a line, until it is ended."""
        with self.bench.started("queues", "--json", "--watch", "0.1") as process:
            for _ in range(3):
                self.assertIn(b'"queues":[', process.stdout.readline())
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            self.assertEqual(process.wait(bench.COMMAND_SECONDS_MAX), 0)

    def test_terminal(self):
        """On a terminal lines are cut to its width and coloured, unless NO_COLOR is set."""
        for settings, is_coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
            near, far = pty.openpty()
            try:
                subprocess.run(["stty", "cols", "40", "rows", "10"], stdin=far, check=True)
                subprocess.run(
                    [binary.queuetop(), "queues", "--data-directory", str(self.bench.data)],
                    stdin=subprocess.DEVNULL, stdout=far, check=True, timeout=60,
                    env={key: value for key, value in {
                        **os.environ, "TERM": "xterm", **private_home(self.bench.folder),
                        **settings}.items() if key != "NO_COLOR" or settings})
                # What the program wrote may come in several pieces, each of which may end anywhere.
                written = b""
                while written.count(b"\n") < 4:
                    written += os.read(near, 65_536)
                text = written.decode()
            finally:
                os.close(near)
                os.close(far)
            self.assertEqual("\x1b[1m" in text, is_coloured)
            if not is_coloured:
                self.assertTrue(all(len(line) <= 40 for line in text.splitlines()), text)

    def test_places(self):
        """Where nothing is: exit code 66, and no directory is left behind."""
        nowhere = self.bench.folder / "nowhere"
        result = self.bench.run(
            "queues", "--data-directory", nowhere, code=bench.NO_INPUT, at_home=False)
        self.assertIn("There is no broker's data", result.err.decode())
        self.assertFalse(nowhere.exists())
        self.bench.run("queues", "--vhost", "none", code=bench.NO_INPUT)
        self.bench.run("queues", "--attach", "amqp://127.0.0.1:1", code=bench.USAGE)
        self.bench.run("queues", "--colour", code=bench.USAGE)

    def test_password(self):
        """A password in an address is not printed."""
        result = self.bench.run(
            "queues", "--attach", "amqp://guest:secret@127.0.0.1:1/",
            code=bench.UNAVAILABLE, at_home=False)
        self.assertNotIn("secret", result.err.decode())

    def test_help(self):
        """Completions and the man page are printed."""
        for shell in ("bash", "zsh", "fish"):
            script = self.bench.run(
                "--generate-completion-script", shell, at_home=False).out.decode()
            self.assertIn("requeue", script)
        page = self.bench.run("manual", at_home=False).out.decode()
        for line in (".Dt QUEUETOP 1", ".Ss queuetop requeue", ".Sh EXIT STATUS",
                     ".Sh QUEUE ARGUMENTS"):
            self.assertIn(line, page.splitlines())
        readme = (pathlib.Path(__file__).resolve().parents[2] / "README.md").read_text()
        rows = "".join(line.split("|")[1] for line in readme.splitlines()
                       if line.startswith("| `x-"))
        names = set(re.findall(r"`(x-[a-z-]+)`", rows))
        self.assertIn("x-retry-max", names)
        for name in names:
            self.assertIn(".It " + name.replace("-", "\\-"), page.splitlines())

    def test_settings(self):
        """the configuration's data directory, virtual host and read-only hold for commands"""
        self.bench.write_config(f"data-directory: {self.bench.data}\nread-only: true\n")
        self.addCleanup(self.bench.write_config, "")
        self.assertIn("mail", self.bench.run("queues", at_home=False).out.decode())
        said = self.bench.run("purge", "mail", "--yes", at_home=False, code=bench.NOT_ALLOWED)
        self.assertIn("read-only in the settings forbids it", said.err.decode())
        self.bench.write_config("vhost: nowhere\n")
        said = self.bench.run("queues", code=bench.NO_INPUT)
        self.assertIn("nowhere", said.err.decode())

    def test_queue_facts(self):
        """queue says how durable it is and what waits for a retry"""
        out = self.bench.run("queue", "mail").out.decode()
        self.assertRegex(out, r"(?m)^durability +sync$")
        self.assertRegex(out, r"(?m)^waiting for a retry +0 messages$")
        self.assertEqual(
            self.bench.run("queue", "mail", "--json").json["queue"]["durability"], "sync")


class Refused(unittest.TestCase):
    def test_held_directory(self):
        """A broker that runs holds its data: it is asked itself, and goes on."""
        with bench.Bench() as broker:
            broker.connect().channel().queue_declare("mail", durable=True)
            self.assertIn("mail", broker.run("queues").out.decode())
            broker.run("purge", "mail", "--yes")
            wait_until(lambda: broker.connect().is_open, "the broker to go on")
