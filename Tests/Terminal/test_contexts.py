"""Other brokers are chosen by name, and what cannot be reached is said."""

import pathlib
import tempfile

from Harness import binary
from Harness.waiting import wait_until
from walks import Walk


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
