"""Other brokers are chosen by name, and what cannot be reached is said."""

import contextlib
import pathlib
import re
import tempfile

import shop
from Harness import binary
from Harness.brokers import Queuetop, private_home
from Harness.terminal import Terminal
from Harness.waiting import wait_until
from walks import Walk


class Served(Queuetop):
    """A broker elsewhere, with the management API that a console needs."""

    options = ("--management-port", "0")


class Contexts(Walk):
    """A console with contexts in its configuration."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="queuetop-contexts-")
        self.addCleanup(folder.cleanup)
        [away, management] = binary.free_ports(2)
        self.config = pathlib.Path(folder.name) / "config.yaml"
        self.config.write_text(
            "contexts:\n"
            f"  prod: {{url: 'amqp://127.0.0.1:{away}', "
            f"management-url: 'http://127.0.0.1:{management}', protected: true, colour: red}}\n"
            "  stage: {url: 'amqp://ops@stage', read-only: true, password: '${QUEUETOP_NO_SUCH}'}\n")

    def test_picker(self):
        """the picker names them, and one that is away leaves the console where it is"""
        console, _ = self.filled_console("--config", str(self.config))
        self.assertIn("queuetop  embedded", console.screen().split("\n")[0])
        console.keys("C-o")
        console.wait_for("Contexts")
        for words in ("prod", "protected", "stage", "read-only", "shown"):
            console.wait_for(words)
        console.keys("j", "Enter")
        console.wait_for("Not attached to prod")
        wait_until(lambda: "connecting to" not in console.screen().split("\n")[0],
                   lambda: "the end of the attempt:\n" + console.screen())
        console.wait_for("orders.shipping")
        console.keys(":")
        console.type("context")
        console.keys("Enter")
        console.wait_for("Contexts")
        console.keys("j", "j", "Enter")
        console.wait_for("QUEUETOP_NO_SUCH")
        console.keys("?")
        console.wait_for("Everywhere")


class Attached(Walk):
    """A console that starts on a broker which the configuration names, or could."""

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.broker = stack.enter_context(Served())
        folder = pathlib.Path(stack.enter_context(
            tempfile.TemporaryDirectory(prefix="queuetop-contexts-")))
        self.config = folder / "config.yaml"
        address = (f"url: 'amqp://127.0.0.1:{self.broker.port}', "
                   f"management-url: 'http://127.0.0.1:{self.broker.management}'")
        self.config.write_text(
            f"contexts:\n  prod: {{{address}, protected: true, colour: red}}\n"
            f"  stage: {{{address}, read-only: true}}\n")
        # The shop's connection stays open, as its messages under way do.
        shop.fill(stack.enter_context(contextlib.closing(self.broker.connect())))

    def attached(self, *arguments):
        console = self.console(*arguments, "--config", str(self.config))
        console.wait_for("orders.shipping")
        return console

    def test_protected(self):
        """the context's name, its protection and the others are there from the start"""
        console = self.attached("--attach", "prod")
        self.assertTrue(console.screen().startswith(" queuetop  prod "), console.screen())
        console.keys("P")
        console.wait_for("prod is protected: type the name to go on.")
        console.keys("Escape", "C-o")
        console.wait_for("Contexts")
        console.keys("j", "Enter")
        console.wait_for("Attached to stage")
        console.keys("P")
        console.wait_for("the context stage is read-only")

    def test_current(self):
        """the current context is opened, unless something is said of the broker here"""
        text = self.config.read_text()
        self.config.write_text(f"current-context: stage\n{text}")
        plain = Terminal([binary.queuetop(), "--config", str(self.config)],
                         environment=private_home(self.config.parent))
        self.addCleanup(plain.close)
        plain.wait_for("orders.shipping")
        self.assertTrue(plain.screen().startswith(" queuetop  stage "), plain.screen())
        here, _ = self.filled_console("--config", str(self.config))
        self.assertTrue(here.screen().startswith(" queuetop  embedded "), here.screen())

    def test_read_only(self):
        """what forbids a change is named: the context, not an option that nobody gave"""
        console = self.attached("--attach", "stage")
        console.wait_for("READ-ONLY")
        console.keys("P")
        console.wait_for("the context stage is read-only")

    def test_holder(self):
        """a second queuetop on a served data directory says that it is one, and can switch"""
        console = self.attached("--data-directory", str(self.broker.data))
        console.wait_for(f"Attached to process {self.broker.pid}, which has ")
        console.keys("C-o")
        console.wait_for("Contexts")
        console.keys("j", "Enter")
        console.wait_for("Attached to prod")


class Holder(Walk):
    """A console on a data directory that another process has."""

    def test_ended(self):
        """when that process has ended the console says so, and what to do"""
        with Served() as broker:
            console = self.console("--data-directory", str(broker.data))
            process = broker.pid
            console.wait_for(f"Attached to process {process}")
            # It comes back, but its management API is elsewhere.
            broker.restart()
            wait_until(
                lambda: f"It was process {process}, which has ended" in
                re.sub(r"[│\s]+", " ", console.screen()),
                lambda: "the end of the process:\n" + console.screen())
            self.assertNotIn("plugin", console.screen())
