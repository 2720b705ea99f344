"""What the configuration says of a broker holds for commands as it does in the console."""

import os
import pty
import subprocess
import unittest

import bench
from Harness import binary
from Harness.brokers import private_home


class Managed(bench.Bench):
    """A broker that is reached by its management API."""

    options = ("--management-port", "0")


class Contexts(unittest.TestCase):
    """One broker under three names."""

    @classmethod
    def setUpClass(cls):
        cls.bench = Managed()
        cls.bench.__enter__()
        cls.addClassCleanup(cls.bench.__exit__, None, None, None)
        address = (f"url: 'amqp://127.0.0.1:{cls.bench.port}', "
                   f"management-url: 'http://127.0.0.1:{cls.bench.management}'")
        cls.bench.write_config(
            f"contexts:\n  free: {{{address}}}\n  ro: {{{address}, read-only: true}}\n"
            f"  prod: {{{address}, protected: true}}\n")
        cls.channel = cls.bench.connect().channel()
        bench.stock(cls.channel)

    def setUp(self):
        self.channel.queue_purge("mail")
        self.channel.basic_publish("", "mail", b"one")

    def at(self, context, *arguments, code=0):
        return self.bench.run(*arguments, "--attach", context, code=code, at_home=False)

    def depth(self, queue):
        return self.channel.queue_declare(queue, passive=True).method.message_count

    def typing(self, answer, *arguments):
        """Runs a command at a terminal; its exit code and what it asked."""
        near, far = pty.openpty()
        try:
            process = subprocess.Popen(
                [binary.queuetop(), *arguments], stdin=far, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, env={**os.environ, **private_home(self.bench.folder)})
            os.write(near, answer)
            _, asked = process.communicate(timeout=bench.COMMAND_SECONDS_MAX)
        finally:
            os.close(near)
            os.close(far)
        return process.returncode, asked.decode()

    def test_password(self):
        """the environment's password goes before the one that everybody knows of guest"""
        queues = ("queues", "--attach", f"amqp://guest@127.0.0.1:{self.bench.port}",
                  "--management-url", f"http://127.0.0.1:{self.bench.management}")
        self.bench.run(*queues, at_home=False)
        self.bench.run(*queues, at_home=False, code=bench.NOT_ALLOWED,
                       environment={"QUEUETOP_PASSWORD": "not it"})

    def test_without_terminal(self):
        """a protected context takes no --yes, and --confirm only with the queue's own name"""
        said = self.at("prod", "purge", "mail", "--yes", code=bench.USAGE).err.decode()
        self.assertIn("prod is protected", said)
        self.assertIn("--confirm mail", said)
        self.at("prod", "purge", "mail", "--confirm", "orders", code=bench.NOT_ALLOWED)
        self.at("prod", "move", "--from", "mail", "--to", "orders", "--yes", code=bench.USAGE)
        self.at("prod", "requeue", "orders.dead", "--yes", code=bench.USAGE)
        self.assertEqual((self.depth("mail"), self.depth("orders.dead")), (1, 3))
        self.at("prod", "purge", "mail", "--dry-run")
        self.at("prod", "purge", "mail", "--confirm", "mail")
        self.assertEqual(self.depth("mail"), 0)

    def test_at_a_terminal(self):
        """a protected context asks for the name, whether --yes was said or not"""
        for answer, options, code, left in (
                (b"y\n", (), bench.NOT_ALLOWED, 1), (b"y\n", ("--yes",), bench.NOT_ALLOWED, 1),
                (b"mail\n", (), 0, 0)):
            status, asked = self.typing(answer, "purge", "mail", "--attach", "prod", *options)
            self.assertEqual((status, self.depth("mail")), (code, left), asked)
            self.assertIn("prod is protected: type mail to go on", asked)

    def test_unprotected(self):
        """elsewhere --yes is enough, and so is the name"""
        self.at("free", "purge", "mail", "--confirm", "orders", code=bench.NOT_ALLOWED)
        self.at("free", "purge", "mail", "--confirm", "mail")
        self.assertEqual(self.depth("mail"), 0)
        self.at("free", "purge", "mail", "--yes")

    def test_read_only(self):
        """what forbids it is named, and a dry run is not more hopeful than the act"""
        for arguments in (("purge", "mail", "--yes"), ("purge", "mail", "--dry-run"),
                          ("publish", "--to", "mail", "x")):
            said = self.at("ro", *arguments, code=bench.NOT_ALLOWED).err.decode()
            self.assertIn("the context ro is read-only", said)
            self.assertNotIn("--read-only", said)
        said = self.at("free", "purge", "mail", "--yes", "--read-only", code=bench.NOT_ALLOWED)
        self.assertIn("--read-only forbids it", said.err.decode())
        self.assertEqual(self.depth("mail"), 1)

    def test_current_context(self):
        """without a broker on the command line the current context is meant, with its rules"""
        current = {"environment": {"QUEUETOP_CURRENT_CONTEXT": "prod"}}
        said = self.bench.run(
            "purge", "mail", "--yes", code=bench.USAGE, at_home=False, **current).err.decode()
        self.assertIn("prod is protected", said)
        self.bench.run("purge", "mail", "--yes", "--attach", "free", at_home=False, **current)
        self.assertEqual(self.depth("mail"), 0)
        self.channel.basic_publish("", "mail", b"two")
        self.bench.run("purge", "mail", "--yes", **current)
        self.assertEqual(self.depth("mail"), 0)
        # The broker here has its data in the usual directory, where nothing is.
        said = self.bench.run("queues", "--attach", "embedded", at_home=False,
                              code=bench.NO_INPUT, **current).err.decode()
        self.assertIn("There is no broker's data in", said)

    def test_virtual_host_and_login(self):
        """what is not there is code 66, and who is not let in 77"""
        self.at("free", "queues", "--vhost", "nowhere", code=bench.NO_INPUT)
        wrong = f"amqp://guest:wrong@127.0.0.1:{self.bench.port}"
        where = ("--management-url", f"http://127.0.0.1:{self.bench.management}")
        self.at(wrong, "queues", *where, code=bench.NOT_ALLOWED)
        self.at(wrong, "publish", "--to", "mail", "x", code=bench.NOT_ALLOWED)
        said = self.at("free", "consume", "nothing", code=bench.NO_INPUT).err.decode()
        self.assertIn("There is no queue nothing", said)

    def test_rates(self):
        """--rates goes on until a broker elsewhere tells them"""
        self.channel.basic_publish("", "mail", b"two")
        [queue] = self.at("free", "queues", "mail", "--rates", "--json").json["queues"]
        self.assertIsNotNone(queue["published_per_second"])
        [queue] = self.at("free", "queues", "mail", "--json").json["queues"]
        self.assertIn("--rates", queue["inexact"]["published_per_second"]["because"])

    def test_definitions_dry_run(self):
        """import --definitions --dry-run says what would be done, and does nothing"""
        file = self.bench.folder / "new.json"
        file.write_text(
            '{"vhosts": [{"name": "/"}], "queues": [{"vhost": "/", "name": "new", "durable": true,'
            '"auto_delete": false, "arguments": {}}, {"vhost": "/", "name": "mail", '
            '"durable": false, "auto_delete": false, "arguments": {}}]}')
        for context in ("free", "prod"):
            out = self.at(context, "import", "--definitions", file, "--dry-run").out.decode()
            self.assertIn("new in queues: new in /", out)
        planned = self.at("free", "import", "--definitions", file, "--dry-run", "--json").json
        self.assertEqual(planned["definitions"]["queues"], {
            "new": ["new in /"], "changed": [], "kept": ["mail in /"], "unknown": [],
            "same_items": 0})
        self.at("ro", "import", "--definitions", file, "--dry-run", code=bench.NOT_ALLOWED)
        self.at("prod", "import", "--definitions", file, "--yes", code=bench.USAGE)
        self.assertEqual(self.at("free", "queues", "new").lines, ["No queues."])
        self.assertEqual(self.bench.acts("import definitions"), [])
        file.write_text('{"queues": [{"vhost": "/", "name": "new", "durable": true, '
                        '"auto_delete": false, "arguments": {}}]}')
        self.at("prod", "import", "--definitions", file, "--confirm", "prod")
        self.assertEqual(len(self.at("free", "queues", "new").lines), 2)
        said = self.at("free", "export", "--definitions", self.bench.folder / "all").err.decode()
        self.assertIn("exported the definitions to", said)

