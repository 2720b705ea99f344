"""What the commands do that change something, and how they refuse."""

import contextlib
import json
import os
import pathlib
import pty
import subprocess
import unittest

import bench
from Harness import binary
from Harness.brokers import private_home


class Stocked(unittest.TestCase):
    def setUp(self):
        self.bench = bench.stocked()
        self.addCleanup(self.bench.__exit__, None, None, None)

    def file(self, name):
        return pathlib.Path(self.bench.folder) / name

    def messages(self, queue):
        return self.bench.run("peek", queue, "--count", "1000", "--json").json["messages"]


class Acts(Stocked):
    def test_refusal(self):
        """Without a terminal and --yes nothing is destroyed: exit code 64, and it says so."""
        self.bench.run("export", "mail", "--to", self.file("mail"))
        for command in (
                ["purge", "mail"], ["requeue", "orders.dead"],
                ["move", "--from", "mail", "--to", "orders"],
                ["import", self.file("mail"), "--to", "mail", "--replace"]):
            result = self.bench.run(*command, code=bench.USAGE)
            self.assertIn("standard input is no terminal", result.err.decode())
            self.assertEqual(result.out, b"")
        self.assertEqual(self.bench.audit, [])
        self.assertEqual(self.bench.ready("mail"), 2)

    def test_dry_runs(self):
        """--dry-run shows what would be done and does nothing."""
        self.assertEqual(
            self.bench.run("purge", "mail", "--dry-run").lines,
            ["would purge 2 messages from mail"])
        self.assertEqual(
            self.bench.run("requeue", "orders.dead", "--dry-run").lines,
            ["would requeue 3 messages from orders.dead", "  3 → orders"])
        document = self.bench.run(
            "move", "--from", "mail", "--to", "orders", "--dry-run", "--json").json
        self.assertTrue(document["dry_run"])
        self.assertEqual(document["queues"][0]["ready_messages"], 2)
        self.assertEqual(self.bench.audit, [])
        self.assertEqual(self.bench.ready("mail"), 2)
        self.assertEqual(self.bench.ready("orders.dead"), 3)

    def test_purge(self):
        """purge: what waits is gone, and the audit log has it before and after."""
        self.assertEqual(
            self.bench.run("purge", "mail", "--yes").lines, ["purged 2 messages from mail"])
        self.assertEqual(self.bench.ready("mail"), 0)
        begin, end = self.bench.audit
        self.assertEqual(
            (begin["phase"], begin["action"], begin["queue"]), ("begin", "purge", "mail"))
        self.assertEqual((end["phase"], end["outcome"]), ("end", "2 messages"))
        self.bench.run("purge", "nothing", "--yes", code=bench.NO_INPUT)

    def test_unwritable_audit(self):
        """What cannot be written down is not done: exit code 73."""
        self.bench.run("purge", "mail", "--yes", code=bench.CANNOT_CREATE,
                       environment={"XDG_STATE_HOME": "/dev/null"})
        self.assertEqual(self.bench.ready("mail"), 2)

    def test_read_only(self):
        """--read-only refuses every act: exit code 77."""
        for command in (
                ["purge", "mail", "--yes"], ["requeue", "orders.dead", "--yes"],
                ["publish", "--to", "mail", "a"], ["consume", "mail"]):
            self.bench.run(*command, "--read-only", code=bench.NOT_ALLOWED)
        self.assertEqual(self.bench.audit, [])
        self.assertEqual(self.bench.ready("mail"), 2)

    def test_requeue(self):
        """requeue: each goes back to the queue it died in, or all to another one."""
        document = self.bench.run("requeue", "orders.dead", "--yes", "--json").json
        self.assertEqual(document["moved_to"], {"orders": 3})
        self.assertEqual(self.bench.ready("orders"), 5)
        self.bench.run("requeue", "mail", "--to", "orders.dead", "--yes")
        self.assertEqual(self.bench.ready("orders.dead"), 2)
        self.bench.run("requeue", "nothing", "--yes", code=bench.NO_INPUT)

    def test_move(self):
        """move within a broker: counts on both sides; some, then the rest."""
        document = self.bench.run(
            "move", "--from", "orders.dead", "--to", "mail", "--count", "2", "--yes",
            "--json").json
        [queue] = document["queues"]
        self.assertEqual((queue["from"], queue["to"]), ("orders.dead", "mail"))
        self.assertEqual(queue["moved_messages"], 2)
        self.assertEqual(queue["source_ready_messages"], 1)
        self.assertEqual(queue["target_before_messages"], 2)
        self.assertEqual(queue["target_ready_messages"], 4)
        self.bench.run("move", "--from", "orders.dead", "--to", "mail", "--yes")
        self.assertEqual(self.bench.ready("mail"), 5)
        self.bench.run("move", "--from", "mail", "--to", "nothing", "--yes", code=bench.NO_INPUT)
        self.bench.run("move", "--from", "mail", "--to", "mail", "--yes", code=bench.USAGE)
        self.bench.run("move", "--all", "--to", "nowhere", "--yes", code=78)

    def test_stream(self):
        """What would be taken from a stream is refused before anything is said to be possible."""
        with bench.Bench() as broker:
            with contextlib.closing(broker.connect()) as connection:
                bench.stock(connection.channel())
                bench.stock_stream(connection.channel())
            broker.rest()
            for command in (["purge", "log"], ["requeue", "log"],
                            ["move", "--from", "log", "--to", "mail"]):
                for consent in ("--dry-run", "--yes"):
                    result = broker.run(*command, consent, code=bench.NOT_ALLOWED)
                    self.assertIn("log is a stream", result.err.decode())
            self.assertEqual((broker.ready("log"), broker.ready("mail")), (3, 2))

    def test_confirmation(self):
        """On a terminal it asks: no leaves everything, yes does it."""
        for answer, code, left in ((b"n\n", bench.NOT_ALLOWED, 2), (b"y\n", 0, 0)):
            near, far = pty.openpty()
            try:
                process = subprocess.Popen(
                    [binary.queuetop(), "purge", "mail", "--data-directory",
                     str(self.bench.data)], stdin=far, stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={**os.environ, **private_home(self.bench.folder)})
                os.write(near, answer)
                _, asked = process.communicate(timeout=60)
            finally:
                os.close(near)
                os.close(far)
            self.assertIn("Purge 2 messages from mail? [y/N]", asked.decode())
            self.assertEqual(process.returncode, code)
            self.assertEqual(self.bench.ready("mail"), left)


class Files(Stocked):
    KEPT = ("properties", "headers", "body", "body_base64", "deaths")

    def kept(self, queue):
        return [{key: message.get(key) for key in self.KEPT} for message in self.messages(queue)]

    def test_round_trip(self):
        """export, purge, import: the same messages, their types and their deaths included."""
        for queue in ("orders.dead", "mail"):
            before = self.kept(queue)
            file = self.file(queue)
            self.bench.run("export", queue, "--to", file)
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            self.bench.run("import", file, "--to", queue, "--replace", "--yes")
            self.assertEqual(self.kept(queue), before)
        self.assertEqual(
            [line["action"] for line in self.bench.audit if line["phase"] == "begin"],
            ["purge", "import"] * 2)

    def test_deaths_still_count(self):
        """A dead letter that was exported and imported is still requeued to where it died."""
        self.bench.run("export", "orders.dead", "--to", self.file("dead"))
        self.bench.run(
            "import", self.file("dead"), "--to", "orders.dead", "--replace", "--yes")
        document = self.bench.run("requeue", "orders.dead", "--yes", "--json").json
        self.assertEqual(document["moved_to"], {"orders": 3})

    def test_streams(self):
        """export to standard output, import from standard input."""
        lines = self.bench.run("export", "mail").out
        self.assertEqual(len(lines.splitlines()), 2)
        document = self.bench.run(
            "import", "-", "--to", "orders", "--json", stdin=lines).json
        self.assertEqual(document["published_messages"], 2)
        self.assertEqual(self.bench.ready("orders"), 4)

    def test_wrong_files(self):
        """A file with a wrong line is refused with its number, and nothing of it is published."""
        file = self.file("wrong")
        good = json.dumps({"body": "a", "properties": {"delivery_mode": 2}})
        file.write_text(f"{good}\n{good}\n{{}}\n")
        result = self.bench.run("import", file, "--to", "mail", code=bench.DATA)
        self.assertIn("Line 3", result.err.decode())
        self.assertEqual(self.bench.ready("mail"), 2)
        file.write_text("no JSON\n")
        self.bench.run("import", file, "--to", "mail", code=bench.DATA)
        self.bench.run("import", self.file("none"), "--to", "mail", code=bench.NO_INPUT)
        file.write_text(f"{good}\n{good}")
        self.bench.run("import", file, "--to", "nothing", code=bench.NO_INPUT)
        self.bench.run("import", file, "--to", "mail", "--skip", "1")
        self.assertEqual(self.bench.ready("mail"), 3)

    def test_transient(self):
        """Transient messages would not outlive the command: refused, or made persistent."""
        file = self.file("transient")
        file.write_text(json.dumps({"body": "a"}))
        self.bench.run("import", file, "--to", "mail", code=bench.DATA)
        self.bench.run("publish", "--to", "mail", "--transient", "a", code=bench.USAGE)
        self.assertEqual(self.bench.ready("mail"), 2)
        self.bench.run("import", file, "--to", "mail", "--persistent")
        self.assertEqual(self.bench.ready("mail"), 3)

    def test_existing_file(self):
        """export does not replace a file unless it is told to."""
        file = self.file("out")
        file.write_text("mine")
        self.bench.run("export", "mail", "--to", file, code=bench.CANNOT_CREATE)
        self.assertEqual(file.read_text(), "mine")
        self.bench.run("export", "mail", "--to", file, "--overwrite")
        self.assertEqual(len(file.read_text().splitlines()), 2)
        self.bench.run(
            "export", "mail", "--to", "/dev/null/out", code=bench.CANNOT_CREATE)

    def test_definitions(self):
        """import --definitions: declared in the data directory, and there when it is opened."""
        file = self.file("definitions.json")
        file.write_text(json.dumps({"vhosts": [{"name": "/"}], "queues": [
            {"vhost": "/", "name": "new", "durable": True, "auto_delete": False,
             "arguments": {}}]}))
        self.bench.run("import", "--definitions", file)
        self.assertEqual(self.bench.ready("new"), 0)
        file.write_text("{")
        self.bench.run("import", "--definitions", file, code=bench.DATA)
        self.bench.run("import", "--to", "mail", code=bench.USAGE)
