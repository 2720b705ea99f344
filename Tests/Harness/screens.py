"""Whole screens, compared with files that hold what they should be."""

import difflib
import pathlib
import unittest

from .waiting import TimedOut, wait_until

UPDATE = False
"""Set by `--update`: screens are written instead of compared."""

MASK = "░"
"""Stands in a golden screen for a character that may be anything."""


class ScreenTestCase(unittest.TestCase):
    """A test that compares screens with the files of `folder`."""

    folder = pathlib.Path()
    maxDiff = None

    def assert_screen(self, terminal, name, once=None, mask=lambda text: text):
        """Waits until the whole screen equals the golden screen `name`.

        `once` is a text that is on this screen and not on the one before. `mask` blanks what is
        live out of a screen, always in the same places.
        """
        path = self.folder / f"{name}.txt"
        if once:
            terminal.wait_for(once)
        if UPDATE:
            path.parent.mkdir(exist_ok=True)
            path.write_text(terminal.wait_steady(mask) + "\n", encoding="utf-8")
        if not path.exists():
            self.fail(f"{path.name} is missing; look at the screen and run with --update:\n"
                      + terminal.screen())
        expected = path.read_text(encoding="utf-8").removesuffix("\n")
        try:
            wait_until(lambda: mask(terminal.screen()) == expected, "the screen")
        except TimedOut:
            difference = "\n".join(difflib.unified_diff(
                expected.split("\n"), mask(terminal.screen()).split("\n"),
                f"{name} as expected", "as shown", lineterm=""))
            raise AssertionError("the screen differs:\n" + difference) from None
