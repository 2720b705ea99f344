"""What --json prints is what --help says of it."""

import json
import re
import unittest

import bench

KEYED = {"arguments", "effective_policy", "targets", "stay", "moved_to", "properties",
         "definitions"}
"""Objects whose names are those of somebody else: of queues, headers, properties."""


def names(value):
    """Every member's name in a document; of an object by name only what its members have."""
    if isinstance(value, list):
        return {name for each in value for name in names(each)}
    if not isinstance(value, dict):
        return set()
    found = set()
    for name, inner in value.items():
        found.add(name)
        if name == "headers":
            inner = [{key: None for key in field} for field in inner]
        elif name == "inexact":
            inner = list(inner.values())
        elif name in KEYED:
            inner = [each for each in inner.values() if isinstance(each, dict)] \
                if name == "definitions" else None
        found |= names(inner)
    return found


class Documented(unittest.TestCase):
    """A data directory with queues of every kind, which the cases of a class share."""

    @classmethod
    def setUpClass(cls):
        cls.bench = bench.stocked(has_stream=True)
        cls.addClassCleanup(cls.bench.__exit__, None, None, None)
        cls.bench.write_config("contexts: {prod: {url: 'amqp://h'}}\n")

    def help(self, *commands):
        """What the help of these commands says together."""
        return "".join(re.sub(r"\s+", " ", self.bench.run(
            command, "--help", at_home=False).out.decode()) for command in commands)

    def check(self, command, document, *others, done=True):
        """A document's own members are those in braces, and each inner name is told."""
        text = self.help(command)
        listed = [set(re.findall(r'"(\w+)"', part))
                  for part in re.findall(r"--json prints \{([^}]*)\}", text)]
        later = set(re.findall(r'"(\w+)"', text.split("when it was done")[1].split(".")[0])) \
            if "when it was done" in text else set()
        own = set(document) - (later if done else set())
        self.assertIn(own, listed, f"{command}: help lists {listed}")
        if done and command not in ("import",):
            self.assertLessEqual(later, set(document), command)
        told = set(re.findall(r"\w+", text + self.help(*others)))
        self.assertEqual(names(document) - told, set(), command)


class Acts(Documented):
    """What changes the queues, so that it has some of its own."""

    def test_acts(self):
        """purge, requeue, move, publish, import: planned and done"""
        run, file = self.bench.run, self.bench.folder / "file"
        for done in (False, True):
            consent = "--yes" if done else "--dry-run"
            for command, *arguments in (
                    ("requeue", "orders.dead"), ("move", "--from", "mail", "--to", "orders"),
                    ("purge", "orders")):
                self.check(command, run(command, *arguments, consent, "--json").json, done=done)
        self.check("publish", run("publish", "--to", "mail", "a", "--json").json)
        run("export", "mail", "--to", file)
        for done in (False, True):
            consent = "--yes" if done else "--dry-run"
            self.check("import", run(
                "import", file, "--to", "mail", consent, "--json").json, done=done)
        run("export", "--definitions", self.bench.folder / "definitions")
        for consent in ("--yes", "--dry-run"):
            self.check("import", run("import", "--definitions", self.bench.folder / "definitions",
                                     consent, "--json").json)


class Documents(Documented):
    """Each other command once."""

    def test_reports(self):
        """queues, queue, bindings, consumers, peek: what only looks"""
        run = self.bench.run
        for command, *arguments in (
                ("queues", "--rates", "0.1"), ("bindings",), ("consumers",)):
            self.check(command, run(command, *arguments, "--json").json)
        for name in ("orders", "log"):
            self.check("queue", run("queue", name, "--json").json, "queues", "consumers")
        for name in ("orders.dead", "log"):
            self.check("peek", run("peek", name, "--json").json, "export")

    def test_offsets(self):
        """peek and export name a stream's messages by what --from takes"""
        peek = self.bench.run("peek", "log", "--from", "1", "--json").json["messages"]
        self.assertEqual([(each["offset"], each["body"]) for each in peek],
                         [(1, "entry 1"), (2, "entry 2")])
        lines = self.bench.run("peek", "log").lines
        self.assertEqual([line.split()[0] for line in lines], ["OFFSET", "0", "1", "2"])
        self.assertEqual([line["offset"] for line in self.bench.run("export", "log").documents],
                         [0, 1, 2])
        [mail, *_] = self.bench.run("peek", "mail", "--json").json["messages"]
        self.assertIsNone(mail["offset"])
        self.assertEqual(self.bench.run("peek", "mail").lines[0].split()[0], "POSITION")

    def test_lines(self):
        """export and consume: a document a line"""
        for line in self.bench.run("export", "log").documents:
            self.assertEqual(names(line) - set(re.findall(r"\w+", self.help("export"))), set())
        told = set(re.findall(r"\w+", self.help("consume", "export")))
        for line in self.bench.run("consume", "log", "--count", "1", "--json").documents:
            self.assertEqual(names(line) - told, set())

    def test_configuration(self):
        """contexts and doctor"""
        [context] = json.loads(self.bench.run("contexts", "--json", at_home=False).out)
        text = self.help("contexts")
        listed = text.split("each has ")[1].split(".")[0].split(", ")
        self.assertEqual(list(context), listed)
        report = json.loads(self.bench.run(
            "doctor", "--json", "--amqp-port", "0", code=None).out)
        self.check("doctor", report)
