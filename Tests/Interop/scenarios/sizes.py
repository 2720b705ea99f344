"""Tables, headers and bodies as large as they may be, and larger."""

import struct

from pika import spec

from fields import short, table

from . import scenario

METHOD, HEAD, BODY = 1, 2, 3
HEADERS = 0x2000


def nested(depth):
    """A table in a table in a table."""
    inner = table({})
    for _ in range(depth):
        inner = table({"t": (b"F", inner)})
    return inner


def declare(name, arguments):
    return struct.pack(">HH", 50, 10) + b"\x00\x00" + short(name) + b"\x00" + arguments


def publish(wire, queue, size, headers=None):
    """A `basic.publish` and its header, which announces so many octets."""
    wire.send(spec.Basic.Publish(exchange="", routing_key=queue))
    wire.frame(HEAD, 1, struct.pack(
        ">HHQH", 60, 0, size, HEADERS if headers else 0) + (headers or b""))


@scenario
def tables_within_tables(session):
    queue = session.queue("q")
    for depth in (1, 10, 60):
        wire = session.wire()
        wire.frame(METHOD, 1, declare(session.name(f"d{depth}"), nested(depth)))
        session.note(f"arguments {depth} deep:")
        wire.hear(spec.Queue.DeclareOk)
        publish(wire, queue, 0, nested(depth))
        wire.close()
        session.wait_depth(queue, 1)
        session.channel.queue_purge(queue)


@scenario
def tables_within_tables_without_end(session):
    for depth in (65, 5_000):
        wire = session.wire()
        wire.frame(METHOD, 1, declare(session.name(f"d{depth}"), nested(depth)))
        wire.send(spec.Basic.Cancel("nobody's"))
        session.note(f"arguments {depth} deep:")
        wire.hear(spec.Queue.DeclareOk)
        wire.close()
        wire = session.wire()
        publish(wire, "nowhere", 0, nested(depth))
        wire.send(spec.Basic.Cancel("nobody's"))
        session.note(f"headers {depth} deep:")
        wire.hear(spec.Basic.CancelOk)
        wire.close()


@scenario
def headers_as_large_as_a_frame(session):
    queue = session.queue("q")
    wire = session.wire()
    room = 131_072 - 8 - 14
    for octets in (1000, room - 4 - 2 - 1 - 4):
        publish(wire, queue, 0, table({"h": (b"S", struct.pack(">I", octets) + b"x" * octets)}))
        session.wait_depth(queue, 1)
        session.channel.queue_purge(queue)
    many = table({f"{number:04}": (b"t", b"\x01") for number in range(10_000)})
    publish(wire, queue, 0, many)
    session.wait_depth(queue, 1)
    publish(wire, queue, 0, table({"h": (b"S", struct.pack(">I", room) + b"x" * room)}))
    session.note(f"one octet more than a frame: {wire.fate()}")


@scenario
def bodies_beyond_what_may_be(session):
    queue = session.queue("q")
    for title, size in {"an octet too many": 134_217_729, "gigabytes": 2**40,
                        "all that can be said": 2**64 - 1}.items():
        wire = session.wire()
        publish(wire, queue, size)
        wire.send(spec.Basic.Ack(1))
        session.note(f"{title}: {wire.fate()}")
    session.wait_depth(queue, 0)
