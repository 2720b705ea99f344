"""AMQP 0-9-1 as bytes: what a client sends, and how the broker's methods are read.

For clients that must be cheap, or must be able to say what no library would.
"""

import struct

PROTOCOL = b"AMQP\x00\x00\x09\x01"
METHOD, HEADER, BODY, HEARTBEAT = 1, 2, 3, 8
END = b"\xce"
FRAME_OVERHEAD = 8
PERSISTENT = 2

# Methods that a broker sends, and their arguments: `s` a short string, `S` a long one or a table,
# else as in `struct`.
METHODS = {
    (10, 10): ("connection.start", "BBSSS"), (10, 30): ("connection.tune", "HLH"),
    (10, 41): ("connection.open-ok", "s"), (10, 50): ("connection.close", "HsHH"),
    (10, 51): ("connection.close-ok", ""), (10, 60): ("connection.blocked", "s"),
    (10, 61): ("connection.unblocked", ""),
    (20, 11): ("channel.open-ok", "S"), (20, 20): ("channel.flow", "B"),
    (20, 40): ("channel.close", "HsHH"), (20, 41): ("channel.close-ok", ""),
    (40, 11): ("exchange.declare-ok", ""), (40, 21): ("exchange.delete-ok", ""),
    (40, 31): ("exchange.bind-ok", ""), (40, 51): ("exchange.unbind-ok", ""),
    (50, 11): ("queue.declare-ok", "sLL"), (50, 21): ("queue.bind-ok", ""),
    (50, 31): ("queue.purge-ok", "L"), (50, 41): ("queue.delete-ok", "L"),
    (50, 51): ("queue.unbind-ok", ""),
    (60, 11): ("basic.qos-ok", ""), (60, 21): ("basic.consume-ok", "s"),
    (60, 30): ("basic.cancel", "sB"), (60, 31): ("basic.cancel-ok", "s"),
    (60, 50): ("basic.return", "Hsss"), (60, 60): ("basic.deliver", "sQBss"),
    (60, 71): ("basic.get-ok", "QBssL"), (60, 72): ("basic.get-empty", "s"),
    (60, 80): ("basic.ack", "QB"), (60, 111): ("basic.recover-ok", ""),
    (60, 120): ("basic.nack", "QB"),
    (85, 11): ("confirm.select-ok", ""),
    (90, 11): ("tx.select-ok", ""), (90, 21): ("tx.commit-ok", ""),
    (90, 31): ("tx.rollback-ok", ""),
}
WITH_CONTENT = {"basic.return", "basic.deliver", "basic.get-ok"}


def arguments(spec, payload):
    """The arguments of a method after its class and method numbers, as a tuple."""
    found = []
    at = 4
    for kind in spec:
        if kind == "s":
            size = payload[at]
            found.append(payload[at + 1:at + 1 + size].decode())
            at += 1 + size
        elif kind == "S":
            [size] = struct.unpack_from(">L", payload, at)
            found.append(bytes(payload[at + 4:at + 4 + size]))
            at += 4 + size
        else:
            found += struct.unpack_from(">" + kind, payload, at)
            at += struct.calcsize(">" + kind)
    return tuple(found)


# Parts

def short(text):
    data = text.encode()
    return bytes([len(data)]) + data


def table(values=None):
    """A field table of booleans, whole numbers, texts, tables and lists."""
    inside = b"".join(short(name) + _field(value) for name, value in (values or {}).items())
    return struct.pack(">L", len(inside)) + inside


def _field(value):
    if value is None:
        return b"V"
    if isinstance(value, bool):
        return b"t" + bytes([value])
    if isinstance(value, int):
        return b"l" + struct.pack(">q", value)
    if isinstance(value, dict):
        return b"F" + table(value)
    if isinstance(value, list):
        inside = b"".join(map(_field, value))
        return b"A" + struct.pack(">L", len(inside)) + inside
    data = value.encode()
    return b"S" + struct.pack(">L", len(data)) + data


def frame(kind, channel, payload):
    return struct.pack(">BHL", kind, channel, len(payload)) + payload + END


def method(channel, class_id, method_id, *parts):
    return frame(METHOD, channel, struct.pack(">HH", class_id, method_id) + b"".join(parts))


# Methods

def start_ok(user="guest", password="guest", capabilities=()):
    known = {"capabilities": dict.fromkeys(capabilities, True)}
    login = b"\0" + user.encode() + b"\0" + password.encode()
    return method(0, 10, 11, table(known), short("PLAIN"),
                  struct.pack(">L", len(login)), login, short("en_US"))


def tune_ok(channels=2047, frame_max=131072, heartbeat=0):
    return method(0, 10, 31, struct.pack(">HLH", channels, frame_max, heartbeat))


def open_connection(virtual_host="/"):
    return method(0, 10, 40, short(virtual_host), b"\0\0")


def close_connection():
    return method(0, 10, 50, struct.pack(">H", 200), short("done"), bytes(4))


def open_channel(channel):
    return method(channel, 20, 10, b"\0")


def close_channel(channel):
    return method(channel, 20, 40, struct.pack(">H", 200), short("done"), bytes(4))


def exchange_declare(channel, name, kind="direct", durable=False, auto_delete=False,
                     passive=False, internal=False, **options):
    bits = passive | durable << 1 | auto_delete << 2 | internal << 3
    return method(channel, 40, 10, b"\0\0", short(name), short(kind), bytes([bits]),
                  table(options.get("arguments")))


def exchange_delete(channel, name, if_unused=False):
    return method(channel, 40, 20, b"\0\0", short(name), bytes([if_unused]))


def exchange_bind(channel, target, source, key="", values=None):
    return method(channel, 40, 30, b"\0\0", short(target), short(source), short(key), b"\0",
                  table(values))


def exchange_unbind(channel, target, source, key="", values=None):
    return method(channel, 40, 40, b"\0\0", short(target), short(source), short(key), b"\0",
                  table(values))


def queue_declare(channel, name="", passive=False, durable=False, exclusive=False,
                  auto_delete=False, values=None):
    bits = passive | durable << 1 | exclusive << 2 | auto_delete << 3
    return method(channel, 50, 10, b"\0\0", short(name), bytes([bits]), table(values))


def queue_bind(channel, queue, exchange, key="", values=None):
    return method(channel, 50, 20, b"\0\0", short(queue), short(exchange), short(key), b"\0",
                  table(values))


def queue_unbind(channel, queue, exchange, key="", values=None):
    return method(channel, 50, 50, b"\0\0", short(queue), short(exchange), short(key),
                  table(values))


def queue_purge(channel, queue):
    return method(channel, 50, 30, b"\0\0", short(queue), b"\0")


def queue_delete(channel, queue, if_unused=False, if_empty=False):
    return method(channel, 50, 40, b"\0\0", short(queue), bytes([if_unused | if_empty << 1]))


def qos(channel, prefetch, is_global=False):
    return method(channel, 60, 10, struct.pack(">LHB", 0, prefetch, is_global))


def consume(channel, queue, tag="", no_ack=False, exclusive=False, values=None):
    return method(channel, 60, 20, b"\0\0", short(queue), short(tag),
                  bytes([no_ack << 1 | exclusive << 2]), table(values))


def cancel(channel, tag):
    return method(channel, 60, 30, short(tag), b"\0")


def get(channel, queue, no_ack=False):
    return method(channel, 60, 70, b"\0\0", short(queue), bytes([no_ack]))


def ack(channel, tag, multiple=False):
    return method(channel, 60, 80, struct.pack(">QB", tag, multiple))


def reject(channel, tag, requeue):
    return method(channel, 60, 90, struct.pack(">QB", tag, requeue))


def nack(channel, tag, multiple=False, requeue=True):
    return method(channel, 60, 120, struct.pack(">QB", tag, multiple | requeue << 1))


def recover(channel):
    return method(channel, 60, 110, b"\x01")


def confirm_select(channel):
    return method(channel, 85, 10, b"\0")


def tx_select(channel):
    return method(channel, 90, 10)


def tx_commit(channel):
    return method(channel, 90, 20)


def tx_rollback(channel):
    return method(channel, 90, 30)


def publish(channel, exchange, key, body=b"", mandatory=False, properties=b"\0\0",
            frame_max=131072):
    """`basic.publish` and its content; `properties` are their flags and values."""
    room = frame_max - FRAME_OVERHEAD
    frames = [
        method(channel, 60, 40, b"\0\0", short(exchange), short(key), bytes([mandatory])),
        frame(HEADER, channel, struct.pack(">HHQ", 60, 0, len(body)) + properties)]
    frames += [frame(BODY, channel, body[at:at + room]) for at in range(0, len(body), room)]
    return b"".join(frames)


def properties(headers=None, delivery_mode=None, priority=None, expiration=None, message_id=None):
    """The flags and values of a content header, of the few properties that tests set."""
    flags, values = 0, []
    for bit, given, encode in [
            (13, headers, table), (12, delivery_mode, lambda value: bytes([value])),
            (11, priority, lambda value: bytes([value])), (8, expiration, short),
            (7, message_id, short)]:
        if given is not None:
            flags |= 1 << bit
            values.append(encode(given))
    return struct.pack(">H", flags) + b"".join(values)
