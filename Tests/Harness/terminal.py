"""A terminal of a fixed size: one pane of a tmux server of its own."""

import os
import pathlib
import shlex
import subprocess
import tempfile
import time

from . import processes
from .waiting import DEADLINE_SECONDS, TimedOut, wait_until

# Nothing of the person's own tmux or shell set-up may show, and no line may be tmux's.
_CONFIGURATION = """
set -g default-terminal {term}
set -g status off
set -g remain-on-exit on
set -g remain-on-exit-format ''
set -g escape-time 0
set -g set-clipboard off
set -g focus-events off
"""


class Terminal:
    """Runs one command in a pane; keys go in, the text of the screen comes out."""

    def __init__(self, command, columns=120, rows=40, term="tmux-256color", environment=None,
                 home=None):
        self.columns, self.rows = columns, rows
        self._folder = tempfile.TemporaryDirectory(prefix="queuetop-terminal-")
        folder = pathlib.Path(self._folder.name)
        self.home = pathlib.Path(home) if home else folder
        self._raw_path = folder / "raw"
        (folder / "tmux.conf").write_text(_CONFIGURATION.format(term=term))
        self._tmux_environment = {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": os.environ["PATH"],
            "SHELL": "/bin/sh",
            "TERM": "xterm-256color",
            "TMUX_TMPDIR": str(folder),
            **(environment or {}),
        }
        # The command waits for a word on a fifo, so that what it writes is recorded from the start.
        start = folder / "start"
        os.mkfifo(start)
        waiting = f"read _ < {shlex.quote(str(start))}; exec {shlex.join(command)}"
        self._tmux("-f", str(folder / "tmux.conf"), "new-session", "-d", "-s", "pane",
                   "-x", str(columns), "-y", str(rows), "--", "/bin/sh", "-c", waiting)
        self._tmux("pipe-pane", "-t", "pane", f"exec cat > {shlex.quote(str(self._raw_path))}")
        start.write_text("go\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the tmux server and with it whatever runs in the pane.

        tmux only tells its processes to end. Until they have, they write to the folders that are
        about to be removed.
        """
        leader = self._tmux("display-message", "-p", "-t", "pane", "#{pane_pid}", check=False)
        self._tmux("kill-server", check=False)
        try:
            if leader:
                processes.end_session(int(leader))
        finally:
            self._folder.cleanup()

    # What it shows

    def screen(self):
        """The screen as `rows` lines without trailing blanks."""
        lines = self._tmux("capture-pane", "-p", "-t", "pane").split("\n")
        lines = [line.rstrip() for line in lines[:self.rows]]
        return "\n".join(lines + [""] * (self.rows - len(lines)))

    def styled_screen(self):
        """The screen with its colours and attributes as escape sequences."""
        return self._tmux("capture-pane", "-p", "-e", "-t", "pane")

    def raw_output(self):
        """Every byte the command has written so far."""
        return self._raw_path.read_bytes() if self._raw_path.exists() else b""

    def state(self):
        """What an ill-behaved or killed program would leave behind, as a dictionary."""
        names = ["alternate_on", "cursor_flag", "mouse_any_flag", "keypad_cursor_flag",
                 "keypad_flag", "insert_flag", "origin_flag", "wrap_flag", "pane_title",
                 "scroll_region_upper", "scroll_region_lower"]
        text = "\n".join("#{%s}" % name for name in names)
        values = self._tmux("display-message", "-p", "-t", "pane", text).split("\n")
        return dict(zip(names, values))

    def pid(self):
        """The process that the pane started."""
        return int(self._tmux("display-message", "-p", "-t", "pane", "#{pane_pid}"))

    def exit_status(self):
        """The command's exit code, the negative signal that ended it, or None while it runs."""
        text = self._tmux("display-message", "-p", "-t", "pane",
                          "#{pane_dead} #{pane_dead_status} #{pane_dead_signal}")
        # The status comes a moment after the pane has died.
        dead, status, signal = (text + "  ").split(" ")[:3]
        if dead != "1" or not status + signal:
            return None
        return -int(signal) if signal else int(status)

    # What a person does

    def keys(self, *names):
        """Presses keys by tmux's names, such as `Enter`, `C-z`, `Up` or `a`."""
        for name in names:
            self._tmux("send-keys", "-t", "pane", name)

    def type(self, text):
        """Types a text as it is."""
        self._tmux("send-keys", "-t", "pane", "-l", "--", text)

    def click(self, column, row):
        """Presses and releases the left button, reported as tmux reports it; both count from 0."""
        self.type(self._click(column, row))

    def double_click(self, column, row):
        """Clicks twice at once, however busy the machine is."""
        self.type(2 * self._click(column, row))

    @staticmethod
    def _click(column, row):
        place = chr(33 + column) + chr(33 + row)
        return f"\x1b[M {place}\x1b[M#{place}"

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self._tmux("resize-window", "-t", "pane", "-x", str(columns), "-y", str(rows))

    # Waiting

    def wait_for(self, text, seconds=DEADLINE_SECONDS):
        """Waits until `text` is on the screen, and returns the screen."""
        def shown():
            screen = self.screen()
            return screen if text in screen else None
        return wait_until(shown, lambda: f"{text!r} on this screen:\n{self.screen()}", seconds)

    def wait_steady(self, mask=lambda text: text):
        """Waits until the masked screen has outlived a refresh, to record or remember it."""
        seen = []

        def unchanged():
            seen.append((time.monotonic(), mask(self.screen())))
            while seen[0][1] != seen[-1][1]:
                del seen[0]
            return seen[-1][0] - seen[0][0] > 1.5
        wait_until(unchanged, "a screen that stays the same")
        return seen[-1][1]

    def wait_for_exit(self, seconds=DEADLINE_SECONDS):
        """Waits until the command has ended, and returns its exit status."""
        wait_until(self._has_ended, lambda: f"the end of the command:\n{self.screen()}", seconds)
        try:
            wait_until(lambda: self.exit_status() is not None, "the exit status", 3.0)
        except TimedOut:
            # tmux can miss the status of a command that ended while another pane's did.
            return "unknown"
        return self.exit_status()

    def _has_ended(self):
        dead = self._tmux("display-message", "-p", "-t", "pane", "#{pane_dead}") == "1"
        return dead or not processes.is_alive(self.pid())

    def _tmux(self, *arguments, check=True):
        result = subprocess.run(
            ["tmux", "-u", "-L", "walk", *arguments], env=self._tmux_environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if check and result.returncode != 0:
            raise AssertionError(f"tmux {arguments[0]}: {result.stderr.strip()}")
        return result.stdout.rstrip("\n") if "capture-pane" not in arguments else result.stdout
