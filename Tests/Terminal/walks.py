"""What the walks share: where golden screens lie, and a console with the shop's queues."""

import pathlib
import re

import shop
from Harness.console import Console
from Harness.screens import MASK, ScreenTestCase


class Walk(ScreenTestCase):
    """A test that drives one console and compares its screens."""

    folder = pathlib.Path(__file__).resolve().parent / "screens"

    def assert_screen(self, terminal, name, once=None, mask=lambda text: text):
        """As in every test of screens, with the ports that the system chose blanked out."""
        super().assert_screen(terminal, name, once, lambda text: mask(_without_ports(text)))

    def console(self, *arguments, **options):
        """A console that ends with the test."""
        console = Console(*arguments, **options)
        self.addCleanup(console.close)
        return console

    def filled_console(self, *arguments, **options):
        """A console whose broker holds the shop, and a connection to it."""
        console = self.console(*arguments, **options)
        console.wait_for("guest@")
        connection = console.connect()
        # The connection stays open to the end of the test; the console counts none of its own.
        self.addCleanup(lambda: connection.is_open and connection.close())
        shop.fill(connection)
        console.wait_for("orders.shipping")
        return console, connection


def _without_ports(text):
    return re.sub(r"(?<=127\.0\.0\.1:)\d+", lambda port: MASK * len(port[0]), text)
