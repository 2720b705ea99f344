"""What the walks share: where golden screens lie, and a console with the shop's queues."""

import pathlib

import shop
from Harness.console import Console
from Harness.screens import MASK, ScreenTestCase


class Walk(ScreenTestCase):
    """A test that drives one console and compares its screens."""

    folder = pathlib.Path(__file__).resolve().parent / "screens"

    def assert_screen(self, terminal, name, once=None, mask=lambda text: text):
        """As in every test of screens, with the port that the system chose blanked out."""
        port = str(terminal.port)
        super().assert_screen(
            terminal, name, once, lambda text: mask(text.replace(port, MASK * len(port))))

    def console(self, *arguments, **options):
        """A console that ends with the test."""
        console = Console(*arguments, **options)
        self.addCleanup(console.close)
        return console

    def filled_console(self, *arguments, **options):
        """A console whose broker holds the shop, and a connection to it."""
        console = self.console(*arguments, **options)
        console.wait_for("queuetop")
        connection = console.connect()
        # The connection stays open to the end of the test; the console counts none of its own.
        self.addCleanup(lambda: connection.is_open and connection.close())
        shop.fill(connection)
        console.wait_for("orders.shipping")
        return console, connection

