"""The console of queuetop in a terminal of its own, with its own home, data and port."""

import pathlib
import tempfile

from . import binary, brokers
from .terminal import Terminal

CLOCK = "2026-01-02T03:04:05Z"


def command(port, data, *arguments, clock=CLOCK):
    """The command line of a console on the embedded broker."""
    fixed = ["--clock", clock] if clock else []
    return [binary.queuetop(), "--amqp-port", str(port), "--data-directory", str(data),
            *fixed, *arguments]


class Console(Terminal):
    """`queuetop` on its embedded broker; `clock=None` lets the time run."""

    def __init__(self, *arguments, columns=120, rows=40, term="tmux-256color", clock=CLOCK,
                 environment=None):
        self._home_folder = tempfile.TemporaryDirectory(prefix="queuetop-home-")
        home = pathlib.Path(self._home_folder.name)
        [self.port] = binary.free_ports()
        super().__init__(
            command(self.port, home / "data", *arguments, clock=clock),
            columns=columns, rows=rows, term=term, home=home,
            environment={**brokers.private_home(home), **(environment or {})})

    def connect(self):
        """A blocking pika connection to the embedded broker."""
        return brokers.connect(self.port)

    def close(self):
        try:
            super().close()
        finally:
            self._home_folder.cleanup()


class Shell(Terminal):
    """A plain shell with job control, in which a console can be started, stopped and continued."""

    PROMPT = "shell$"
    _asked = 0

    def __init__(self, columns=80, rows=24, term="tmux-256color", environment=None):
        self._home_folder = tempfile.TemporaryDirectory(prefix="queuetop-home-")
        home = pathlib.Path(self._home_folder.name)
        [self.port] = binary.free_ports()
        super().__init__(
            ["bash", "--norc", "--noprofile", "-i"], columns=columns, rows=rows, term=term,
            home=home, environment={
                **brokers.private_home(home), "PS1": self.PROMPT + " ", "HISTFILE": "",
                "QUEUETOP": " ".join(command(self.port, home / "data")),
                **(environment or {})})
        self.wait_for(self.PROMPT)

    def run(self, line):
        """Types a command line; `$QUEUETOP` stands for the console's own."""
        self.type(line)
        self.keys("Enter")

    def ask(self, line):
        """Runs a command on a clear screen, and returns what it printed."""
        self._asked += 1
        # The quotation marks keep what is typed apart from what is printed.
        self.run(f'clear; {line}; echo "end of answer "{self._asked}')
        end = f"end of answer {self._asked}"
        screen = self.wait_for(end)
        return screen[:screen.index(end)]

    def close(self):
        try:
            super().close()
        finally:
            self._home_folder.cleanup()
