"""A broker that may open hardly any files: surplus clients are turned away at once, with an alarm,
and those that it has are served as ever."""

import json
import os
import re
import socket
import urllib.error
import urllib.request

from Benchmarks.measure import cpu_seconds_exactly
from Harness import brokers, frames, rawclient
from Harness.waiting import wait_until
from process import Durable

FILES_MAX = 40 + 4 * (os.cpu_count() or 1)
"""Room for some clients: the broker's own files are more on more processors."""
CLIENTS = FILES_MAX + 12
CONFIRMS = 300
LOOK_SECONDS = 2.0
CPU_SECONDS_MAX = 0.3
"""Of two seconds in which nothing happens: a loop that tries again without end takes more."""
PERSISTENT = frames.properties(delivery_mode=frames.PERSISTENT)


class Limited(Durable):
    """A broker of which the system allows so many open files and no more."""

    options = ("--management-port", "0")

    def command(self):
        return ["prlimit", f"--nofile={FILES_MAX}:{FILES_MAX}", *super().command()]


def run(verdicts):
    with Limited() as broker:
        client = rawclient.Client(broker.port)
        client.channel(1)
        client.call(frames.queue_declare(1, "crash.files", durable=True), "queue.declare-ok")
        client.call(frames.confirm_select(1), "confirm.select-ok")
        sockets = [_socket(broker) for _ in range(CLIENTS)]
        try:
            _check(verdicts, broker, client, sockets)
        finally:
            for each in sockets:
                each.close()
        wait_until(lambda: "alarm: open files run out: over" in broker.output, "the alarm's end")
        wait_until(lambda: _is_served(broker), "new clients to be served again")
        verdicts.check("new clients are served again", [])
        client.close()


def _check(verdicts, broker, client, sockets):
    refused = [each for each in sockets if _is_refused(each)]
    verdicts.check(f"{len(refused)} of {CLIENTS} clients are turned away at once",
                   [] if 0 < len(refused) < CLIENTS else ["none, or all"])
    wait_until(lambda: "alarm: open files run out: new clients are refused" in broker.output,
               "an alarm in the log")
    answer = _alarms(broker)
    verdicts.check("the API tells of the alarm",
                   [] if "file_descriptor_limit" in answer else [answer])
    before = cpu_seconds_exactly(broker.pid)
    # Nothing is to happen for a while: whoever waits for what does not come waits so long.
    client.events(LOOK_SECONDS)
    idle = cpu_seconds_exactly(broker.pid) - before
    verdicts.check("nothing spins meanwhile",
                   [] if idle < CPU_SECONDS_MAX else [f"{idle:.2f} s of CPU in {LOOK_SECONDS} s"])
    for _ in range(CONFIRMS):
        client.call(frames.publish(1, "", "crash.files", b"x", properties=PERSISTENT), "basic.ack")
    verdicts.check(f"who is connected goes on: {CONFIRMS} confirms", [])


def _socket(broker):
    each = socket.create_connection(("127.0.0.1", broker.port), rawclient.ANSWER_SECONDS_MAX)
    return each


def _is_refused(each):
    """Whether the broker ends a connection instead of answering the first octets."""
    try:
        each.sendall(frames.PROTOCOL)
        return each.recv(1) == b""
    except ConnectionError:
        return True


def _is_served(broker):
    try:
        rawclient.Client(broker.port).close()
        return True
    except (OSError, rawclient.Lost, rawclient.Refused):
        return False


def _alarms(broker):
    port = re.search(r"http://127\.0\.0\.1:(\d+)", "".join(broker.said))[1]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/health/checks/alarms",
        headers={"Authorization": "Basic Z3Vlc3Q6Z3Vlc3Q="})
    try:
        with brokers.opener.open(request, timeout=60) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return json.dumps(json.load(error))
