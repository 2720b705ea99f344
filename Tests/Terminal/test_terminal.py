"""The terminal is used well and given back as it was."""

import os
import re
import signal

from Harness import processes
from Harness.console import Shell
from Harness.waiting import wait_until
from walks import Walk

COLOURS = re.compile(rb"\x1b\[[0-9;:]*m")


def colours(raw):
    """Whether anything was drawn in a colour."""
    parameters = (part for code in COLOURS.findall(raw)
                  for part in re.split(rb"[;:]", code[2:-1]))
    return any(30 <= int(each or 0) <= 48 and int(each) != 39 or 90 <= int(each or 0) <= 107
               for each in parameters)


class Restoring(Walk):
    """A console that a shell has started, and what the shell finds afterwards."""

    def setUp(self):
        # Swift's own report of a crash takes longer than the rest of the test.
        self.shell = Shell(environment={"SWIFT_BACKTRACE": "enable=no"})
        self.addCleanup(self.shell.close)
        self.settings = self.shell.ask("stty -a")
        self.state = self.shell.state()

    def test_suspend_and_resume(self):
        """^Z gives the shell its terminal, fg draws the console again"""
        self._start()
        shown = self.shell.wait_steady()
        self.shell.keys("C-z")
        self.shell.wait_for("Stopped")
        self._assert_restored()
        self.shell.run('clear; fg; echo "done"=$?')
        self.shell.wait_for("No queues yet")
        wait_until(lambda: self.shell.screen() == shown, "the screen from before")
        self.assertEqual(self.shell.state()["alternate_on"], "1")
        self.shell.keys("?")
        self.shell.wait_for("Everywhere")
        self.shell.keys("C-c")
        self._assert_ended(0)

    def test_suspend_resize_resume(self):
        """a terminal that changed its size meanwhile is used whole"""
        self._start()
        self.shell.keys("C-z")
        self.shell.wait_for("Stopped")
        self.shell.resize(100, 30)
        self.shell.run("clear; fg")
        self.shell.wait_for("No queues yet")
        wait_until(lambda: any(len(line) == 100 for line in self.shell.screen().split("\n")),
                   lambda: "a screen of 100 columns:\n" + self.shell.screen())

    def test_quit(self):
        """q ends the console"""
        self._start()
        self.shell.keys("q")
        self._assert_ended(0)

    def test_interrupt(self):
        """^C ends the console"""
        self._start()
        self.shell.keys("C-c")
        self._assert_ended(0)

    def test_terminate(self):
        """kill -TERM ends the console and gives the terminal back"""
        self._start()
        os.kill(self._pid(), signal.SIGTERM)
        self._assert_ended(0)

    def test_crash(self):
        """a crash gives the terminal back too"""
        self._start()
        os.kill(self._pid(), signal.SIGABRT)
        self.shell.wait_for("done=134")
        self._assert_restored()

    def test_hang_up(self):
        """closing the terminal ends the console"""
        self._start()
        pid = self._pid()
        self.shell.close()
        wait_until(lambda: not processes.is_alive(pid), "the end of the console")

    def _start(self):
        self.shell.run('clear; $QUEUETOP; echo "done"=$?')
        self.shell.wait_for("No queues yet")

    def _pid(self):
        """The console, the child of the pane's shell."""
        shell = self.shell.pid()
        with open(f"/proc/{shell}/task/{shell}/children", encoding="ascii") as children:
            return int(children.read().split()[0])

    def _assert_ended(self, status):
        self.shell.wait_for(f"done={status}\n")
        self._assert_restored()

    def _assert_restored(self):
        self.assertEqual(self.shell.state(), self.state)
        self.assertEqual(self.shell.ask("stty -a"), self.settings)


class Kinds(Walk):
    """Other terminals and other wishes."""

    def test_no_colour(self):
        """NO_COLOR draws the same screen without any colour"""
        console, _ = self.filled_console(environment={"NO_COLOR": "1"})
        self.assert_screen(console, "queues-120x40", "orders.shipping")
        self.assertFalse(colours(console.raw_output()))

    def test_colour(self):
        """without NO_COLOR there are colours, so that the test above can fail"""
        console, _ = self.filled_console()
        # What the terminal shows reaches the record of it a moment later.
        wait_until(lambda: colours(console.raw_output()), "colours")

    def test_vt100(self):
        """a vt100 shows the same screen"""
        console, _ = self.filled_console(term="vt100", columns=80, rows=24)
        self.assert_screen(console, "queues-80x24", "orders.shipping")
        self.assertFalse(colours(console.raw_output()))

    def test_sixteen_colours(self):
        """a terminal of eight colours shows the same screen"""
        console, _ = self.filled_console(term="xterm", columns=80, rows=24)
        self.assert_screen(console, "queues-80x24", "orders.shipping")

    def test_dumb(self):
        """a terminal that cannot place the cursor is refused with a sentence"""
        console = self.console(term="dumb", columns=80, rows=24)
        self.assertNotEqual(console.wait_for_exit(), 0)
        self.assert_screen(console, "dumb")

    def test_unknown_terminal(self):
        """an unknown terminal is refused with a sentence"""
        console = self.console(term="no-such-terminal", columns=80, rows=24)
        self.assertNotEqual(console.wait_for_exit(), 0)
        self.assert_screen(console, "unknown-terminal")

    def test_themes(self):
        """themes are switched live, and looking at them changes nothing until Enter"""
        console, _ = self.filled_console()
        self.assert_screen(console, "queues-120x40", "orders.shipping")
        console.wait_steady()
        plain = console.styled_screen()
        console.keys("T")
        self.assert_screen(console, "themes")
        console.keys("j")
        wait_until(lambda: console.styled_screen() != plain, "another theme")
        console.keys("Escape")
        wait_until(lambda: console.styled_screen() == plain, "the theme from before")

    def test_graph_symbols(self):
        """graphs in blocks and in ASCII"""
        console, _ = self.filled_console()
        console.keys("C-g")
        self.assert_screen(console, "symbols-block")
        console.keys("C-g")
        self.assert_screen(console, "symbols-ascii")
