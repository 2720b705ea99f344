"""A client that sends exactly what it is told and notes every method that comes back.

For what a well-behaved client library cannot or will not do: transactions, confirms and
deliveries in their order on the wire, options that the library hides, and broken protocol.
"""

import contextlib
import socket
import struct

from pika import frame, spec

from wording import describe, refusal, said

FRAME_END = b"\xce"
HEADER = b"AMQP\x00\x00\x09\x01"
CAPABILITIES = {"consumer_cancel_notify": True, "basic.nack": True, "publisher_confirms": True,
                "authentication_failure_close": True, "connection.blocked": True}
_ANSWERS = {
    spec.Basic.Get: (spec.Basic.GetOk, spec.Basic.GetEmpty),
    spec.Exchange.Unbind: (spec.Exchange.UnbindOk,),
}
_CLOSES = (spec.Channel.Close, spec.Connection.Close)


class Wire:
    """One connection, octet by octet."""

    def __init__(self, port, note):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._note = note
        self._received = b""
        self._frame_max = 131072
        self._channel = 0
        self._kept_back = None
        self._acked, self._nacked = set(), set()
        self.heard = None
        """What `hear` noted last: method, properties and body."""

    def close(self):
        self._socket.close()

    # Sending

    def octets(self, data):
        """Sends octets as they are; a broker that has hung up already is not complained about."""
        if self._kept_back is not None:
            self._kept_back += data
            return
        try:
            self._socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # What it said before stands in the transcript.

    @contextlib.contextmanager
    def together(self):
        """Sends all that is said inside in one piece."""
        self._kept_back = b""
        yield
        data, self._kept_back = self._kept_back, None
        self.octets(data)

    def frame(self, kind, channel, payload, end=FRAME_END):
        self.octets(struct.pack(">BHI", kind, channel, len(payload)) + payload + end)

    def send(self, method, channel=1):
        self.octets(frame.Method(channel, method).marshal())

    def content(self, body=b"", channel=1, **properties):
        """Sends a message's header and its body in as many frames as it takes."""
        room = self._frame_max - 8
        data = frame.Header(channel, len(body), spec.BasicProperties(**properties)).marshal()
        for start in range(0, len(body), room):
            data += frame.Body(channel, body[start:start + room]).marshal()
        self.octets(data)

    def publish(self, exchange, key, body, channel=1, mandatory=False, immediate=False,
                **properties):
        self.send(spec.Basic.Publish(
            exchange=exchange, routing_key=key, mandatory=mandatory, immediate=immediate), channel)
        self.content(body.encode(), channel, **properties)

    def call(self, method, channel=1):
        """Sends a method, notes all that comes up to its answer, and returns the answer."""
        self.send(method, channel)
        default = (spec.methods.get(method.INDEX + 1),)
        return self.hear(*_ANSWERS.get(type(method), default))

    # Receiving

    def hear(self, *kinds, count=1):
        """Notes what comes until so many methods of these kinds (or any) have come, or a close.

        Confirms are kept for `confirmed` unless they are what is waited for. Channels share a
        connection in any order, so each one's answers stand together.
        """
        heard = 0
        lines = []
        while True:
            method, properties, body = self.heard = self.receive()
            if isinstance(method, (spec.Basic.Ack, spec.Basic.Nack)) and type(method) not in kinds:
                self._keep(method)
                continue
            lines.append((self._channel, self._line(method, properties, body)))
            if not kinds or isinstance(method, kinds):
                heard += 1
            if heard == count or method is None or isinstance(method, _CLOSES):
                break
        for _, line in sorted(lines, key=lambda each: each[0]):
            self._note(line)
        return method

    def hear_name(self, session):
        """Waits for the name that the broker gives a queue, and has the transcript hide it."""
        name = self.receive()[0].queue
        session.hide(name)
        return name

    def confirmed(self, count):
        """Waits until so many publishes of this connection are confirmed, and notes which."""
        while len(self._acked) + len(self._nacked) < count:
            method, properties, body = self.receive()
            if isinstance(method, (spec.Basic.Ack, spec.Basic.Nack)):
                self._keep(method)
                continue
            self._note(self._line(method, properties, body))
            if method is None or isinstance(method, _CLOSES):
                break
        self._note(f"acked {sorted(self._acked)}, nacked {sorted(self._nacked)}")

    def quiet(self, channel=1):
        """Notes what had been sent to this channel before the broker answers another method."""
        # Which tag is unknown changes nothing; a `basic.qos` would.
        self.send(spec.Basic.Cancel("nobody's"), channel)
        self._note("so far:")
        self.hear(spec.Basic.CancelOk)

    def fate(self):
        """What becomes of the connection after a violation or a login, in a few words."""
        while True:
            method, _, _ = self.receive()
            if method is None:
                return "the connection ends without a word"
            if isinstance(method, (*_CLOSES, spec.Connection.Tune, spec.Connection.OpenOk)):
                return said(method)

    def ended(self):
        """Notes whatever comes until the broker hangs up."""
        while self.hear() is not None:
            pass

    def receive(self):
        """The next method with the content that belongs to it; none when the stream ends."""
        each = self.next_frame()
        self._channel = 0
        if each is None:
            return None, None, None
        if not isinstance(each, frame.Method):
            return each, None, None
        method = each.method
        self._channel = each.channel_number
        self._answer_close(each.channel_number, method)
        if not isinstance(method, (spec.Basic.Deliver, spec.Basic.GetOk, spec.Basic.Return)):
            return method, None, None
        header = self.next_frame()
        body = b""
        while len(body) < header.body_size:
            body += self.next_frame().fragment
        return method, header.properties, body

    def next_frame(self):
        """The next frame that is not a heartbeat; None when the stream ends."""
        while True:
            used, each = frame.decode_frame(self._received)
            self._received = self._received[used:]
            if each is not None and not isinstance(each, frame.Heartbeat):
                return each
            if each is None:
                try:
                    more = self._socket.recv(65536)
                except ConnectionResetError:
                    more = b""
                if not more:
                    return None
                self._received += more

    def next_octets(self):
        """The payload of the next frame, for what the library cannot read."""
        while len(self._received) < 7:
            self._received += self._socket.recv(65536)
        size = 8 + struct.unpack_from(">I", self._received, 3)[0]
        while len(self._received) < size:
            self._received += self._socket.recv(65536)
        payload, self._received = self._received[7:size - 1], self._received[size:]
        return payload

    def first_octets(self, count):
        """What the broker says first, which is less when it hangs up."""
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            if not more:
                break
            data += more
        return data

    # The handshake

    def shake(self, vhost="/", mechanism="PLAIN", response="\0guest\0guest", heartbeat=0,
              channel_max=2047, frame_max=131072, capabilities=None):
        """The handshake up to the open connection, which has to succeed."""
        self.start(mechanism, response, capabilities)
        self.receive()
        self._frame_max = frame_max
        self.send(spec.Connection.TuneOk(channel_max, frame_max, heartbeat), 0)
        self.send(spec.Connection.Open(virtual_host=vhost), 0)
        answer, _, _ = self.receive()
        assert isinstance(answer, spec.Connection.OpenOk), f"no open connection but {answer}"

    def start(self, mechanism="PLAIN", response="\0guest\0guest", capabilities=None):
        """The handshake up to the login."""
        self.octets(HEADER)
        self.receive()
        capabilities = CAPABILITIES if capabilities is None else capabilities
        self.send(spec.Connection.StartOk(
            client_properties={"capabilities": capabilities}, mechanism=mechanism,
            response=response, locale="en_US"), 0)

    def open(self, channel=1, confirms=False):
        """Opens a channel without a line in the transcript."""
        self.send(spec.Channel.Open(), channel)
        self._until(spec.Channel.OpenOk)
        if confirms:
            self.send(spec.Confirm.Select(), channel)
            self._until(spec.Confirm.SelectOk)
        return self

    def _until(self, kind):
        while not isinstance(self.receive()[0], kind):
            pass

    def _answer_close(self, channel, method):
        if isinstance(method, spec.Connection.Close):
            self.send(spec.Connection.CloseOk(), 0)
        elif isinstance(method, spec.Channel.Close):
            self.send(spec.Channel.CloseOk(), channel)

    def _keep(self, confirm):
        """Takes a confirm into the sets of tags; whether it is multiple is the broker's choice."""
        tags = self._acked if isinstance(confirm, spec.Basic.Ack) else self._nacked
        known = self._acked | self._nacked
        first = 1 if confirm.multiple else confirm.delivery_tag
        tags.update(set(range(first, confirm.delivery_tag + 1)) - known)

    @staticmethod
    def _line(method, properties, body):
        if method is None:
            return "the connection ends"
        if properties is None:
            return said(method)
        numbers = "".join(f" {name}={getattr(method, name)!r}"
                          for name in ("consumer_tag", "delivery_tag") if hasattr(method, name))
        return f"{method.NAME}{numbers}{refusal(method)} {describe(method, properties, body)}"


