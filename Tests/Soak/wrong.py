"""Clients that break the protocol, and clients that never finish their handshake."""

import struct

from Harness import frames, rawclient
from world import Actor

END_SECONDS_MAX = 60.0
"""A broker that has not ended a wrong conversation by then will not."""


def _content(size, class_id=60):
    head = struct.pack(">HHQ", class_id, 0, size) + b"\0\0"
    return frames.method(1, 60, 40, b"\0\0", frames.short(""), frames.short("q"), b"\0") + \
        frames.frame(frames.HEADER, 1, head)


WRONG = {
    "a frame of no known kind": frames.frame(5, 1, b"what"),
    "a frame without its end": frames.frame(frames.METHOD, 1, bytes(4))[:-1] + b"\0",
    "a frame longer than agreed": struct.pack(">BHL", frames.METHOD, 1, 200_000) + bytes(200_001),
    "an unknown class": frames.method(1, 99, 10),
    "an unknown method": frames.method(1, 50, 99),
    "a method on a closed channel": frames.queue_declare(7, "q"),
    "a channel opened twice": frames.open_channel(1),
    "a second start-ok": frames.start_ok(),
    "a queue method on channel 0": frames.queue_declare(0, "q"),
    "a header before its method": frames.frame(frames.HEADER, 1, bytes(14)),
    "a body before its header": frames.frame(frames.BODY, 1, b"body"),
    "a header of another class": _content(3, class_id=50),
    "a method between header and body": _content(3) + frames.get(1, "q"),
    "arguments that end too early": frames.method(1, 50, 10, b"\0\0", b"\xffshort"),
    "a table longer than its frame": frames.method(
        1, 50, 10, b"\0\0", frames.short("q"), b"\0", struct.pack(">L", 1000), b"x"),
    "immediate": frames.method(1, 60, 40, b"\0\0", frames.short(""), frames.short("q"), b"\x02")
    + frames.frame(frames.HEADER, 1, struct.pack(">HHQ", 60, 0, 0) + b"\0\0"),
    "an unknown exchange type": frames.exchange_declare(1, "wrong.x", "no such type"),
    "an unknown delivery tag": frames.ack(1, 77),
    "a passive look at nothing": frames.queue_declare(1, "wrong.nothing", passive=True),
    "a reserved name": frames.queue_declare(1, "amq.wrong"),
    "a method that only brokers send": frames.method(1, 60, 60, b"\0" * 20),
}
HALF = [b"", b"AM", frames.PROTOCOL[:7], frames.PROTOCOL, frames.PROTOCOL + frames.start_ok()[:20],
        frames.PROTOCOL + frames.start_ok(),
        frames.PROTOCOL + frames.start_ok() + frames.tune_ok(),
        frames.PROTOCOL + frames.start_ok() + frames.tune_ok() + frames.open_connection()[:9]]
GARBAGE = {
    "another protocol": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "another version": b"AMQP\x00\x01\x00\x00",
    "a wrong password": frames.PROTOCOL + frames.start_ok(password="wrong"),
    "an unknown virtual host": frames.PROTOCOL + frames.start_ok() + frames.tune_ok()
    + frames.open_connection("nowhere"),
    "a tiny frame_max": frames.PROTOCOL + frames.start_ok() + frames.tune_ok(frame_max=100),
    "more frame_max than offered": frames.PROTOCOL + frames.start_ok()
    + frames.tune_ok(frame_max=1_000_000) + frames.open_connection(),
}


class Wrongdoer(Actor):
    """Says one wrong thing on a connection, and expects the broker to end it or its channel."""

    def live(self):
        if self.chance(0.7):
            name, data = self.random.choice(list(WRONG.items()))
            client = self.connect()
            client.channel(1)
        elif self.chance(0.8):
            name, data = self.random.choice(list(GARBAGE.items()))
            client = rawclient.Client(self.world.port, opened=False)
        else:
            name = "noise"
            # A size that no frame may have: up to the limit the broker waits for the rest.
            data = b"\xff\0\1\xff" + self.random.randbytes(self.random.randint(8, 2000))
            client = self.connect()
        try:
            client.send(data)
            if not client.ends_within(END_SECONDS_MAX):
                self.world.fault(f"{self.name}: {name} did not end the conversation")
        except rawclient.Lost:
            pass
        finally:
            client.drop(reset=self.chance(0.3))
        self.world.count("wrong conversations")


class HalfOpen(Actor):
    """Begins a handshake and stops somewhere; leaves, or waits until the broker gives up."""

    def live(self):
        client = rawclient.Client(self.world.port, opened=False)
        try:
            client.send(self.random.choice(HALF))
            if self.chance(0.8):
                self.pause(0.1, 5.0)
            elif not client.ends_within(END_SECONDS_MAX):
                self.world.fault(f"{self.name}: a half handshake may stay for ever")
        except rawclient.Lost:
            pass
        finally:
            client.drop(reset=self.chance(0.5))
        self.world.count("half handshakes")
