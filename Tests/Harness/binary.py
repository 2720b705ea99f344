"""Where the program under test stands, and ports for it."""

import os
import pathlib
import random
import socket

ROOT = pathlib.Path(__file__).resolve().parents[2]
PORTS_FROM = 10_000
CLIENTS_FROM = 32_768
"""From here on the system's own choices lie, where it does not say."""

_given = set()
"""Ports that were handed out: whoever got one may listen there only later, or again."""


def queuetop():
    """The path of the release build: QUEUETOP_BINARY, or what `swift build -c release` makes."""
    path = pathlib.Path(os.environ.get("QUEUETOP_BINARY", ROOT / ".build/release/queuetop"))
    if not os.access(path, os.X_OK):
        raise SystemExit(f"{path} is missing. Build it with: swift build -c release")
    return str(path)


def free_ports(count=1):
    """Ports of 127.0.0.1 that nobody uses now.

    They lie below those that the system gives to the clients' ends of connections: one of these
    could be taken between the asking and the listening, or while a broker starts again.
    """
    try:
        clients_from = int(pathlib.Path(
            "/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except OSError:
        clients_from = CLIENTS_FROM
    candidates = list(range(PORTS_FROM, clients_from) or range(PORTS_FROM, 65_536))
    random.SystemRandom().shuffle(candidates)
    found = []
    for port in candidates:
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        _given.add(port)
        if len(found) == count:
            return found
    raise SystemExit(f"not even {count} ports from {PORTS_FROM} on are free on 127.0.0.1")
