"""Where the program under test stands, and ports for it."""

import os
import pathlib
import socket

ROOT = pathlib.Path(__file__).resolve().parents[2]


def queuetop():
    """The path of the release build: QUEUETOP_BINARY, or what `swift build -c release` makes."""
    path = pathlib.Path(os.environ.get("QUEUETOP_BINARY", ROOT / ".build/release/queuetop"))
    if not os.access(path, os.X_OK):
        raise SystemExit(f"{path} is missing. Build it with: swift build -c release")
    return str(path)


def free_ports(count=1):
    """Ports of 127.0.0.1 that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
