"""What a script sees: exit codes of what was done in part, pipes that are closed, wrong words."""

import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import unittest

import bench
from Harness import binary
from Harness.brokers import private_home
from Harness.waiting import wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]


def closed_pipe():
    """The writing end of a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    return open(writer, "wb", buffering=0)


class Parts(unittest.TestCase):
    """Less than was asked for is not 0."""

    @classmethod
    def setUpClass(cls):
        cls.bench = bench.stocked()
        cls.addClassCleanup(cls.bench.__exit__, None, None, None)

    def test_nothing(self):
        """requeue of messages that never died: nothing is done, code 75, and a dry run says so"""
        planned = self.bench.run("requeue", "mail", "--dry-run").lines
        self.assertEqual(planned[-1], "nothing of this would be requeued: exit code 75")
        result = self.bench.run("requeue", "mail", "--yes", code=bench.UNKNOWN)
        self.assertEqual(result.lines, [
            "0 requeued; 2 left: no death record, so where they died is unknown"])
        self.assertIn("Nothing was requeued: 2 messages left.", result.err.decode())
        self.assertIn("--to", result.err.decode())
        self.assertEqual(self.bench.ready("mail"), 2)

    def test_empty(self):
        """an empty queue has nothing that was not done: code 0"""
        with bench.Bench() as broker:
            broker.connect().channel().queue_declare("mail", durable=True)
            self.assertEqual(broker.run("requeue", "mail", "--yes").lines, ["0 requeued"])
            broker.run("move", "--from", "mail", "--to", "mail2", "--yes", code=bench.NO_INPUT)

    def test_part(self):
        """what can go back goes, what cannot stays, and the code is 75; --json has both"""
        with bench.stocked() as stocked:
            stocked.run("publish", "--to", "orders.dead", "never died")
            planned = stocked.run("requeue", "orders.dead", "--dry-run").lines
            self.assertEqual(planned[-1], "only a part of this would be requeued: exit code 75")
            document = stocked.run(
                "requeue", "orders.dead", "--yes", "--json", code=bench.UNKNOWN).json
            self.assertEqual(document["moved_to"], {"orders": 3})
            self.assertEqual(list(document["stay"].values()), [1])
            self.assertEqual(stocked.ready("orders.dead"), 1)

    def test_targets(self):
        """--to a queue that is not there is code 66, to the queue itself 64; nothing is begun"""
        for target, code in (("nothing", bench.NO_INPUT), ("mail", bench.USAGE)):
            for consent in ("--yes", "--dry-run"):
                result = self.bench.run("requeue", "mail", "--to", target, consent, code=code)
                self.assertEqual(result.out, b"")
        self.assertEqual(self.bench.acts("requeue"), [])

    def test_held(self):
        """move to another broker takes all that is ready; what a consumer holds is not"""
        with bench.Bench() as far, bench.Bench() as near:
            far.connect().channel().queue_declare("mail", durable=True)
            with contextlib.closing(near.connect()) as connection:
                channel = connection.channel()
                channel.queue_declare("mail", durable=True)
                channel.confirm_delivery()
                for _ in range(3):
                    channel.basic_publish("", "mail", b"x")
                channel.basic_get("mail")
                # What is held was not ready, so all was moved that could be.
                [queue] = near.run(
                    "move", "--from", "mail", "--to", f"amqp://127.0.0.1:{far.port}", "--yes",
                    "--json").json["queues"]
                self.assertEqual((queue["moved_messages"], queue["outcome"]), (2, "done"))


class Pipes(unittest.TestCase):
    """Standard output that nobody reads, and one that takes nothing."""

    @classmethod
    def setUpClass(cls):
        cls.bench = bench.stocked()
        cls.addClassCleanup(cls.bench.__exit__, None, None, None)

    COMMANDS = (
        ("queues",), ("queues", "--watch", "0.1"), ("queues", "--json"), ("queue", "mail"),
        ("bindings",), ("consumers",), ("peek", "mail"), ("export", "mail"),
        ("export", "--definitions", "-"), ("purge", "mail", "--dry-run"),
        ("requeue", "orders.dead", "--dry-run"), ("consume", "mail"))
    PLAIN = (("contexts",), ("manual",), ("--help",), ("serve", "--help"),
             ("--generate-completion-script", "bash"))

    def write_to(self, output, *arguments, at_home=True):
        place = ["--data-directory", str(self.bench.data)] if at_home else []
        return subprocess.run(
            [binary.queuetop(), *arguments, *place], stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.PIPE, text=True, timeout=bench.COMMAND_SECONDS_MAX, check=False,
            env={**os.environ, **private_home(self.bench.folder)})

    def test_closed(self):
        """who reads no more ends a command without a word and with code 0"""
        for is_plain, commands in ((False, self.COMMANDS), (True, self.PLAIN)):
            for command in commands:
                with closed_pipe() as pipe:
                    result = self.write_to(pipe, *command, at_home=not is_plain)
                self.assertEqual(result.returncode, 0, command)
                self.assertNotIn("queuetop:", result.stderr, command)
        self.assertEqual(self.bench.ready("mail"), 2, "what nobody read was not acked")
        with closed_pipe() as pipe:
            self.assertIn(self.write_to(pipe, "doctor", "--amqp-port", "0").returncode, (0, 1))

    def test_failure_unread(self):
        """what was done in part has its exit code, though nobody reads the report"""
        with closed_pipe() as pipe:
            result = self.write_to(pipe, "requeue", "mail", "--yes")
        self.assertEqual(result.returncode, bench.UNKNOWN)

    def test_full(self):
        """a full disk is a sentence and code 73"""
        for is_plain, commands in ((False, self.COMMANDS), (True, self.PLAIN)):
            for command in commands:
                with open("/dev/full", "w", encoding="utf-8") as full:
                    result = self.write_to(full, *command, at_home=not is_plain)
                self.assertEqual(result.returncode, bench.CANNOT_CREATE, command)
                self.assertIn("No space left on device", result.stderr, command)


class Words(unittest.TestCase):
    """The command line itself."""

    @classmethod
    def setUpClass(cls):
        cls.bench = bench.Bench()
        cls.bench.__enter__()
        cls.addClassCleanup(cls.bench.__exit__, None, None, None)
        cls.bench.rest()

    def said(self, *arguments, code=bench.USAGE):
        result = self.bench.run(*arguments, code=code, at_home=False)
        self.assertEqual(result.out, b"", arguments)
        return result.err.decode()

    def test_mistyped(self):
        """a command that is none: the nearest one is named"""
        for word, meant in (("serv", "serve"), ("queus", "queues"), ("perge", "purge"),
                            ("mvoe", "move"), ("pub", "publish")):
            self.assertIn(f"'{word}': did you mean '{meant}'?", self.said(word))
        self.assertIn("'queuetop --help' lists them", self.said("nonsense"))

    def test_usage(self):
        """a wrong option shows the usage of the command before it, not the program's"""
        for command, *wrong in (("serve", "--amqp-port", "x"), ("queues", "--attach", "ftp://x"),
                                ("serve", "--colour"), ("doctor", "--data-directory", "")):
            said = self.said(command, *wrong)
            self.assertIn(f"Usage: queuetop {command} ", said)
            self.assertIn(f"See 'queuetop {command} --help'", said)
            self.assertNotIn("<subcommand>", said)
        self.assertIn("<subcommand>", self.said("--amqp-port", "x"))

    def test_serve_has_no_console(self):
        """serve refuses what it would leave undone"""
        for words in (("--read-only",), ("--attach", "amqp://h"), ("--demo",), ("--vhost", "x")):
            self.assertIn(words[0], self.said("serve", "--amqp-port", "0", *words))

    def test_empty_names(self):
        """a queue has a name, of 255 bytes at most"""
        for name in ("", "x" * 256):
            for command in (("queue", name), ("peek", name), ("purge", name, "--yes"),
                            ("requeue", name, "--yes"), ("export", name), ("consume", name),
                            ("publish", "--to", name, "x"), ("import", "-", "--to", name),
                            ("requeue", "a", "--to", name, "--yes"),
                            ("move", "--from", name, "--to", "a", "--yes")):
                self.assertIn("is invalid for", self.said(*command))
        self.assertIn("--to is empty", self.said("move", "--from", "a", "--to", ""))

    def test_exit_codes(self):
        """README, the man page and the program have the same exit codes"""
        told = re.findall(r"^\| (\d+) \| (.*) \|$",
                          (ROOT / "README.md").read_text().replace("`", ""), re.M)
        self.assertIn("75", [code for code, _ in told])
        page = self.bench.run("manual", at_home=False).out.decode()
        status = page.split(".Sh EXIT STATUS")[1].replace("\\-", "-")
        self.assertEqual(re.findall(r"^\.It (\d+)\n(.*)$", status, re.M), told)


class Stopped(unittest.TestCase):
    """Ctrl-C."""

    def test_waiting(self):
        """stopped while a broker does not answer, nobody is sent to look for it: code 75"""
        with socket.create_server(("127.0.0.1", 0)) as silent, bench.Bench() as home:
            silent.settimeout(bench.COMMAND_SECONDS_MAX)
            process = subprocess.Popen(
                [binary.queuetop(), "export", "mail", "--attach",
                 f"http://127.0.0.1:{silent.getsockname()[1]}"], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env={"PATH": "/usr/bin:/bin", **private_home(home.folder)})
            connection, _ = silent.accept()
            with connection:
                self.assertIn(b"GET ", connection.recv(1_024))
                process.send_signal(signal.SIGINT)
                out, said = process.communicate(timeout=bench.COMMAND_SECONDS_MAX)
        self.assertEqual((process.returncode, out), (bench.UNKNOWN, ""), said)
        self.assertEqual(said, "queuetop: Stopped by you.\n")

    def test_look_through(self):
        """import that is stopped while it looks through its file publishes nothing: code 75"""
        with bench.stocked() as home:
            endless = home.folder / "endless"
            os.mkfifo(endless)
            with home.started("import", endless, "--to", "mail") as process, \
                    open(endless, "wb", buffering=0) as feed:
                def write():
                    with contextlib.suppress(BrokenPipeError):
                        while True:
                            feed.write(b'{"body": "x", "properties": {"delivery_mode": 2}}\n')
                feeder = threading.Thread(target=write)
                feeder.start()
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=bench.COMMAND_SECONDS_MAX)
                feeder.join(bench.COMMAND_SECONDS_MAX)
            self.assertEqual(process.returncode, bench.UNKNOWN)
            self.assertIn("Stopped by you before the first message.", said.decode())
            self.assertEqual(home.ready("mail"), 2)

    def test_two(self):
        """two commands on one data directory: the second says who has it and what to do, code 69"""
        home = bench.stocked()
        self.addCleanup(home.__exit__, None, None, None)
        with subprocess.Popen(
                [binary.queuetop(), "import", "-", "--to", "mail", "--data-directory",
                 str(home.data)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                env={"PATH": "/usr/bin:/bin", **private_home(home.folder)}) as first:
            wait_until(lambda: (home.data / "lock").read_text().strip() == str(first.pid),
                       "the first to have it")
            said = home.run("queues", code=bench.UNAVAILABLE).err.decode()
            self.assertIn(f"in use by process {first.pid}, most likely another command", said)
            first.stdin.close()
            self.assertEqual(first.wait(bench.COMMAND_SECONDS_MAX), 0)
            home.run("queues")

    def test_publish(self):
        """publish that is stopped has not done all: code 75 and how many"""
        with bench.Bench() as home:
            channel = home.connect().channel()
            channel.queue_declare("mail", durable=True)
            with home.started("publish", "--to", "mail", "--count", "10000000", "x") as process:
                wait_until(
                    lambda: channel.queue_declare("mail", passive=True).method.message_count,
                    "the first messages")
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=bench.COMMAND_SECONDS_MAX)
            self.assertEqual(process.returncode, bench.UNKNOWN, said)
            count = int(re.search(r"Stopped by you after ([\d,]+) messages", said.decode())
                        .group(1).replace(",", ""))
            self.assertEqual(
                channel.queue_declare("mail", passive=True).method.message_count, count)

    def test_deleted(self):
        """--watch of a queue that goes ends with code 66 and says so"""
        with bench.Bench() as home:
            channel = home.connect().channel()
            channel.queue_declare("mail", durable=True)
            with home.started("queue", "mail", "--watch", "0.1", "--json") as process:
                self.assertIn(b'"mail"', process.stdout.readline())
                channel.queue_delete("mail")
                _, said = process.communicate(timeout=bench.COMMAND_SECONDS_MAX)
            self.assertEqual(process.returncode, bench.NO_INPUT)
            self.assertIn("There is no queue mail", said.decode())


class Completion(unittest.TestCase):
    """What the shell completes."""

    def complete(self, home, *words, **environment):
        """Names of queues that complete `peek` with these words before."""
        line = ["queuetop", "peek", *words, ""]
        names = home.run(
            "---completion", "peek", "--", "positional@0", str(len(line) - 1), "0", *line,
            at_home=False, environment={"SAP_SHELL": "bash", **environment}).lines
        return [name for name in names if name]

    def test_current_context(self):
        """names come from the broker that the command itself would ask"""
        with bench.Bench() as home:
            home.connect().channel().queue_declare("mail", durable=True)
            self.assertEqual(self.complete(home, "--data-directory", str(home.data)), ["mail"])
            self.assertEqual(self.complete(home), [])
            home.write_config(f"data-directory: {home.data}\n")
            self.assertEqual(self.complete(home), ["mail"])
            home.write_config(
                f"data-directory: {home.data}\ncurrent-context: away\n"
                "contexts: {away: {url: 'amqp://127.0.0.1:1'}}\n")
            self.assertEqual(self.complete(home), [])
            self.assertEqual(self.complete(home, "--attach", "embedded"), ["mail"])
            self.assertEqual(
                self.complete(home, QUEUETOP_CURRENT_CONTEXT="embedded"), ["mail"])
