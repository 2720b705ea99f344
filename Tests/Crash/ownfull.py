"""A disk that the broker's own messages fill: it is killed on it, starts on it, and once everything
is taken it has room again without anybody's help.
"""

import time

from Harness import frames, rawclient
from Harness.waiting import wait_until
from process import Durable
from room import MEBIBYTE, Room

QUEUE = "crash.full"
ROOM_MEBIBYTES = 24
MESSAGES_MAX = 2000
STALLED_SECONDS = 2.0
"""Without a confirm for so long, the publisher is stalled if the broker has no room."""
PATIENCE_SECONDS = 60
"""Without a confirm for so long it is stalled whatever the broker has; there it has failed."""
FREE_AFTERWARDS_MIN = 16 * MEBIBYTE
BY_ITSELF_SECONDS = 60
PERSISTENT = frames.properties(delivery_mode=frames.PERSISTENT)
RESOURCE_ERROR = 506


class Small(Durable):
    """A broker that goes on publishing until hardly anything is left."""

    options = ("--disk-limit", "1MB")


def run(verdicts):
    """Drained or purged, by small and by large messages, each after a kill and without one."""
    for size, is_purged, is_killed in ((50_000, False, True), (50_000, True, False),
                                       (300_000, False, True), (1_000, False, True),
                                       (1_000, True, True)):
        title = (f"a disk filled by messages of {size} octets, "
                 + ("killed, " if is_killed else "") + ("purged" if is_purged else "drained"))
        with Room(ROOM_MEBIBYTES) as room, Small(room.path / "data") as broker:
            try:
                faults, text = _run(room, broker, size, is_purged, is_killed)
            except Exception as error:
                faults, text = [f"{type(error).__name__}: {error}"], ""
            verdicts.check(f"{title}{text}", faults)


def _run(room, broker, size, is_purged, is_killed):
    confirmed = _fill(broker, size)
    full = room.free
    faults = []
    if is_killed:
        broker.kill()
        broker.start()
        # Small ones are blocked before the disk is quite full.
        if size > 1_000 and RESOURCE_ERROR not in _declare(broker, "crash.other"):
            faults.append("a declaration on a full disk is not refused with 506")
    taken = _purge(broker) if is_purged else _drain(broker)
    if taken < confirmed:
        faults.append(f"{confirmed} were confirmed, {taken} were there")
    wait_until(lambda: room.free > FREE_AFTERWARDS_MIN,
               lambda: f"room: {room.free} octets free", BY_ITSELF_SECONDS)
    wait_until(lambda: not _declare(broker, "crash.other"), "a declaration to be taken")
    again = _fill(broker, size, count_max=3)
    if again != 3:
        faults.append("nothing is confirmed afterwards")
    broker.kill()
    broker.start()
    if (left := _drain(broker)) != 3:
        faults.append(f"{left} messages are there after another kill, not 3")
    return faults, (f": {full / MEBIBYTE:.1f} MiB free with {confirmed} confirmed, then "
                    f"{room.free / MEBIBYTE:.1f}")


def _client(broker):
    client = rawclient.Client(broker.port, capabilities=["connection.blocked"])
    client.channel(1)
    return client


def _declare(broker, queue):
    """The codes of refusals, at most one."""
    client = _client(broker)
    try:
        client.call(frames.queue_declare(1, queue, durable=True), "queue.declare-ok")
        client.close()
        return []
    except rawclient.Refused as refusal:
        return [refusal.code]


def _fill(broker, size, count_max=MESSAGES_MAX * 20):
    """Publishes until nothing is confirmed any more, and answers how many were."""
    client = _client(broker)
    client.call(frames.queue_declare(1, QUEUE, durable=True), "queue.declare-ok")
    client.call(frames.confirm_select(1), "confirm.select-ok")
    sent = confirmed = 0
    unsent = b""
    is_blocked = False
    last = time.monotonic()

    def is_stalled():
        quiet = time.monotonic() - last
        # On a busy machine there may be no confirm for a while although there is room.
        return quiet > PATIENCE_SECONDS or quiet > STALLED_SECONDS and (
            is_blocked or RESOURCE_ERROR in _declare(broker, "crash.probe"))
    while not is_stalled() and confirmed < count_max:
        if not unsent and not is_blocked and sent - confirmed < 100 and sent < count_max:
            unsent = frames.publish(1, "", QUEUE, bytes(size), properties=PERSISTENT)
            sent += 1
        # A broker without room reads no more, and says so: that has to be heard meanwhile.
        unsent = client.send_some(unsent)
        may_go_on = not unsent and not is_blocked and sent - confirmed < 100
        for event in client.events(0.0 if may_go_on else 0.1):
            is_blocked = is_blocked and event.name != "connection.unblocked" \
                or event.name == "connection.blocked"
            if event.name == "basic.ack":
                confirmed = max(confirmed, event.arguments[0])
                last = time.monotonic()
    client.socket.close()
    return confirmed


def _drain(broker):
    client = _client(broker)
    count = 0
    while (event := client.call(frames.get(1, QUEUE), "basic.get-ok",
                                "basic.get-empty")).name == "basic.get-ok":
        client.send(frames.ack(1, event.arguments[0]))
        count += 1
    client.close()
    return count


def _purge(broker):
    client = _client(broker)
    event = client.call(frames.queue_purge(1, QUEUE), "queue.purge-ok")
    client.close()
    return event.arguments[0]
