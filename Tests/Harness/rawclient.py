"""A small AMQP client over a raw socket: cheap, and as impolite as a test wants it."""

import collections
import socket
import struct
import time

from . import frames

ANSWER_SECONDS_MAX = 60.0
"""A broker that has not answered by then is taken for one that does not answer."""


class Lost(Exception):
    """The connection ended without a word."""


class Refused(Exception):
    """The broker closed a channel or the connection with a code."""

    def __init__(self, code, text, closes_connection):
        super().__init__(f"{code} {text}")
        self.code = code
        self.closes_connection = closes_connection


class Unanswered(Exception):
    """The broker said nothing for too long."""


Event = collections.namedtuple("Event", "channel name arguments head body")
"""A method of the broker; `head` is the content header's properties, both empty without any."""


class Client:
    """An open connection, or one that has only been made when `opened` is false."""

    def __init__(self, port, opened=True, heartbeat=0, capabilities=()):
        self.socket = socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS_MAX)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting = collections.deque()
        self._buffer = bytearray()
        self._partial = {}
        if opened:
            self.open(heartbeat, capabilities)

    def open(self, heartbeat=0, capabilities=()):
        """The handshake, as far as it is missing."""
        self.call(frames.PROTOCOL, "connection.start")
        self.call(frames.start_ok(capabilities=capabilities), "connection.tune")
        self.call(frames.tune_ok(heartbeat=heartbeat) + frames.open_connection(),
                  "connection.open-ok")

    def channel(self, number):
        """Opens a channel and answers its number."""
        self.call(frames.open_channel(number), "channel.open-ok")
        return number

    def send(self, data):
        try:
            self.socket.settimeout(ANSWER_SECONDS_MAX)
            self.socket.sendall(data)
        except TimeoutError as error:
            raise Unanswered("the broker does not read") from error
        except OSError as error:
            self._explain(error)

    def send_some(self, data):
        """Sends as much as there is room for now, and answers the rest.

        For those who may be held back: whoever sends all of it cannot hear that meanwhile.
        """
        if not data:
            return data
        try:
            self.socket.settimeout(0.0)
            return memoryview(data)[self.socket.send(data):]
        except BlockingIOError:
            return data
        except OSError as error:
            self._explain(error)

    def call(self, data, *wanted):
        """Sends and waits for one of the methods `wanted`; what else comes waits in `waiting`."""
        if data:
            self.send(data)
        deadline = time.monotonic() + ANSWER_SECONDS_MAX
        while True:
            found = None
            for event in self._read(max(0.0, deadline - time.monotonic())):
                if found is None and event.name in wanted:
                    found = event
                else:
                    self.waiting.append(event)
            if found:
                return found
            if time.monotonic() >= deadline:
                raise Unanswered(f"no {' or '.join(wanted)}")

    def events(self, seconds=0.0):
        """What has come and nobody has taken, waited for so long if there is nothing."""
        self.waiting.extend(self._read(0.0 if self.waiting else seconds))
        events, self.waiting = self.waiting, collections.deque()
        return events

    def close(self):
        """Says goodbye and waits for the answer."""
        try:
            self.call(frames.close_connection(), "connection.close-ok")
        finally:
            self.socket.close()

    def drop(self, reset=False):
        """Ends without a word, by FIN or by RST; nothing when it has ended already."""
        if reset and self.socket.fileno() >= 0:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def ends_within(self, seconds):
        """Whether the broker ends the connection, by a close that is answered or just so."""
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                self._read(deadline - time.monotonic())
        except (Lost, Refused):
            return True
        return False

    def _read(self, seconds):
        """Events of what arrives within a time; an empty list if nothing does."""
        try:
            self.socket.settimeout(max(seconds, 0.000_001))
            data = self.socket.recv(262_144)
        except TimeoutError:
            return []
        except OSError as error:
            raise Lost(str(error)) from error
        if not data:
            raise Lost("end of the stream")
        self._buffer += data
        return self._parse()

    def _parse(self):
        events = []
        buffer, at = self._buffer, 0
        try:
            while len(buffer) - at >= frames.FRAME_OVERHEAD:
                kind, channel, size = struct.unpack_from(">BHL", buffer, at)
                if len(buffer) - at < size + frames.FRAME_OVERHEAD:
                    break
                payload = bytes(buffer[at + 7:at + 7 + size])
                at += size + frames.FRAME_OVERHEAD
                self._take(kind, channel, payload, events)
        except Refused:
            self.waiting.extend(events)
            raise
        finally:
            del buffer[:at]
        return events

    def _take(self, kind, channel, payload, events):
        if kind == frames.METHOD:
            name, spec = frames.METHODS[struct.unpack_from(">HH", payload)]
            event = Event(channel, name, frames.arguments(spec, payload), b"", b"")
            if name in frames.WITH_CONTENT:
                self._partial[channel] = [event, None, 0, []]
                return
            if name == "connection.close":
                self._say(frames.method(0, 10, 51))
                self.socket.close()
                raise Refused(event.arguments[0], event.arguments[1], True)
            if name == "channel.close":
                self._say(frames.method(channel, 20, 41))
                raise Refused(event.arguments[0], event.arguments[1], False)
            events.append(event)
        elif kind == frames.HEADER:
            partial = self._partial[channel]
            [partial[2]] = struct.unpack_from(">Q", payload, 4)
            partial[1] = payload[12:]
            self._complete(channel, events)
        elif kind == frames.BODY:
            partial = self._partial[channel]
            partial[2] -= len(payload)
            partial[3].append(payload)
            self._complete(channel, events)

    def _complete(self, channel, events):
        event, head, missing, parts = self._partial[channel]
        if missing == 0:
            del self._partial[channel]
            events.append(event._replace(head=head, body=b"".join(parts)))

    def _explain(self, error):
        """A broken pipe is often the broker's close that nobody has read yet."""
        try:
            while True:
                if not self._read(1.0):
                    break
        except Lost:
            pass
        raise Lost(str(error)) from error

    def _say(self, data):
        try:
            self.socket.settimeout(1.0)
            self.socket.sendall(data)
        except OSError:
            pass
