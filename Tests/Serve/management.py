"""A management API under attack: sent to as octets, and looked after."""

import base64
import pathlib
import re
import socket

ADMIN = "guest:guest"


def port(service):
    """Where a service's management API listens."""
    return int(re.search(r"http://127\.0\.0\.1:(\d+)", service.ready)[1])


def login(name=ADMIN):
    """The field of a request's head that says who asks."""
    return b"Authorization: Basic " + base64.b64encode(name.encode()) + b"\r\n"


def request(verb, target, body=None, who=ADMIN, fields=b"", close=True):
    """The octets of a request."""
    target = target.encode() if isinstance(target, str) else target
    head = verb.encode() + b" " + target + b" HTTP/1.1\r\nHost: x\r\n" + fields
    if who is not None:
        head += login(who)
    if close:
        head += b"Connection: close\r\n"
    if body is not None:
        head += b"Content-Length: %d\r\n" % len(body)
    return head + b"\r\n" + (body or b"")


def exchange(number, data, seconds=60):
    """Sends octets and returns all that comes until the other side hangs up."""
    with socket.create_connection(("127.0.0.1", number), seconds) as client:
        try:
            client.sendall(data)
        except OSError:
            pass  # Hung up on meanwhile; what was said before is read all the same.
        said = b""
        try:
            while more := client.recv(65_536):
                said += more
        except ConnectionResetError:
            pass
        return said


def statuses(said):
    """The status of each answer in what was said, bodies behind one another included."""
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d\d\d) ", said)]


def status(number, *arguments, **options):
    """The status of the answer to one request; nothing when there was none."""
    found = statuses(exchange(number, request(*arguments, **options)))
    return found[0] if found else None


def peak_bytes(process):
    """What the process has had in memory at most."""
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", text)[1]) << 10
