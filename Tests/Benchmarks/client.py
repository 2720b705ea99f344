"""The load client: a C program that is no part of this project."""

import json
import pathlib
import subprocess
import tempfile


class Client:
    """Compiled from its source for the length of a `with` statement."""

    def __init__(self, source):
        self._source = pathlib.Path(source)
        self._folder = tempfile.TemporaryDirectory(prefix="queuetop-bench-")
        self._program = pathlib.Path(self._folder.name) / "client"

    def __enter__(self):
        subprocess.run(
            ["cc", "-O2", "-o", str(self._program), str(self._source), "-lrabbitmq", "-lpthread"],
            check=True)
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def run(self, broker, *arguments):
        """One run against a broker; returns what the client measured."""
        result = subprocess.run(
            [str(self._program), "--port", str(broker.port), "--server-pid", str(broker.pid),
             *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(result.stdout)
