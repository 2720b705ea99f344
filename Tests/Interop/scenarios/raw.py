"""Octets that break the protocol, and what becomes of the connection."""

import struct

from pika import frame, spec

from fields import short, table
from wire import HEADER
from wording import said

from . import scenario

METHOD, HEAD, BODY, HEARTBEAT = 1, 2, 3, 8


def violations(session, cases, channels=1):
    """Opens a connection a case, breaks the protocol, and notes what becomes of it."""
    for title, act in cases.items():
        wire = session.wire(channels=channels)
        act(wire)
        session.note(f"{title}: {wire.fate()}")
        wire.close()


def method(class_id, method_id, arguments=b""):
    return struct.pack(">HH", class_id, method_id) + arguments


def declare(arguments):
    """The payload of a `queue.declare` with a ready-made table."""
    return method(50, 10, b"\x00\x00" + short("") + b"\x00" + arguments)


def begin(wire, exchange=""):
    """A `basic.publish` whose content is still to come."""
    wire.send(spec.Basic.Publish(exchange=exchange, routing_key="nobody"))


@scenario
def methods_that_do_not_exist_end_the_connection(session):
    violations(session, {
        "unknown class": lambda wire: wire.frame(METHOD, 1, method(99, 10)),
        "unknown method": lambda wire: wire.frame(METHOD, 1, method(50, 99)),
        "unknown on channel zero": lambda wire: wire.frame(METHOD, 0, method(10, 99)),
        "too short for an id": lambda wire: wire.frame(METHOD, 1, b"\x00\x32\x00"),
        "nothing": lambda wire: wire.frame(METHOD, 1, b""),
    })


@scenario
def methods_of_the_broker_end_the_connection(session):
    violations(session, {
        "declare-ok": lambda wire: wire.send(spec.Queue.DeclareOk("q", 0, 0)),
        "deliver": lambda wire: [
            wire.send(spec.Basic.Deliver("c", 1, False, "e", "k")), wire.content(b"x")],
        "open-ok": lambda wire: wire.send(spec.Channel.OpenOk()),
        "return": lambda wire: [
            wire.send(spec.Basic.Return(312, "NO_ROUTE", "e", "k")), wire.content(b"x")],
        "cancel-ok": lambda wire: wire.send(spec.Basic.CancelOk("c")),
        "select-ok": lambda wire: wire.send(spec.Confirm.SelectOk()),
    })


@scenario
def truncated_arguments_end_the_connection(session):
    violations(session, {
        "no arguments": lambda wire: wire.frame(METHOD, 1, method(50, 10)),
        "text longer than its frame": lambda wire: wire.frame(
            METHOD, 1, method(50, 10, b"\x00\x00\xffshort")),
        "octets left over": lambda wire: wire.frame(
            METHOD, 1, declare(table({})) + b"left over"),
        "table longer than its frame": lambda wire: wire.frame(
            METHOD, 1, declare(struct.pack(">I", 1000))),
        "a bit missing": lambda wire: wire.frame(METHOD, 1, method(60, 80, b"\x00" * 8)),
    })


@scenario
def malformed_tables_end_the_connection(session):
    violations(session, {
        "unknown type": lambda wire: wire.frame(
            METHOD, 1, declare(table({"a": (b"?", b"1")}))),
        "value cut off": lambda wire: wire.frame(
            METHOD, 1, declare(table({"a": (b"I", b"\x00\x00")}))),
        "name cut off": lambda wire: wire.frame(
            METHOD, 1, declare(struct.pack(">I", 2) + b"\x09a")),
        "inner table too long": lambda wire: wire.frame(
            METHOD, 1, declare(table({"a": (b"F", struct.pack(">I", 99))}))),
        "inner list too long": lambda wire: wire.frame(
            METHOD, 1, declare(table({"a": (b"A", struct.pack(">I", 99))}))),
    })


@scenario
def names_are_utf8_and_keys_any_octets(session):
    violations(session, {
        "queue": lambda wire: wire.frame(
            METHOD, 1, method(50, 10, b"\x00\x00" + b"\x02\xff\xfe" + b"\x00" + table({}))),
        "exchange": lambda wire: [wire.frame(METHOD, 1, method(
            60, 40, b"\x00\x00" + b"\x01\xff" + short("") + b"\x00")), wire.content(b"x")],
    })
    wire = session.wire()
    wire.frame(METHOD, 1, method(60, 40, b"\x00\x00" + short("") + b"\x01\xff" + b"\x01"))
    wire.content(b"x")
    wire.hear()


@scenario
def frames_without_their_end_end_the_connection(session):
    payload = method(60, 110, b"\x00")
    violations(session, {
        "zero": lambda wire: wire.frame(METHOD, 1, payload, b"\x00"),
        "one off": lambda wire: wire.frame(METHOD, 1, payload, b"\xcd"),
        "heartbeat": lambda wire: wire.frame(HEARTBEAT, 0, b"", b"\x00"),
        "printable": lambda wire: wire.frame(BODY, 1, b"abc", b"?"),
    })


@scenario
def frames_of_no_known_type_end_the_connection(session):
    violations(session, {
        "zero": lambda wire: wire.frame(0, 1, b""),
        "four": lambda wire: wire.frame(4, 1, b"some payload"),
        "nine": lambda wire: wire.frame(9, 0, b""),
        "on channel zero": lambda wire: wire.frame(255, 0, b"\x01\x02"),
    })


@scenario
def frames_larger_than_agreed_end_the_connection(session):
    wire = session.wire(frame_max=4096)
    begin(wire)
    wire.octets(frame.Header(1, 4089, spec.BasicProperties()).marshal())
    wire.frame(BODY, 1, b"x" * 4089)
    wire.send(spec.Basic.Cancel("nobody's"))
    session.note("a payload one octet too long:")
    wire.hear()
    wire = session.wire(frame_max=4096)
    wire.frame(BODY, 1, b"\x00" * 4097)
    session.note(f"a payload longer than a frame: {wire.fate()}")
    wire = session.wire(frame_max=4096)
    wire.octets(struct.pack(">BHI", BODY, 1, 2**31))
    session.note(f"two gigabytes announced: {wire.fate()}")
    wire = session.wire(frame_max=4096)
    name = session.queue("q")
    wire.send(spec.Basic.Publish(exchange="", routing_key=name))
    wire.octets(frame.Header(1, 4088, spec.BasicProperties()).marshal())
    wire.frame(BODY, 1, b"x" * 4088)
    session.wait_depth(name, 1)


@scenario
def content_without_a_publish_ends_the_connection(session):
    header = frame.Header(1, 1, spec.BasicProperties()).marshal()
    violations(session, {
        "header": lambda wire: wire.octets(header),
        "body": lambda wire: wire.frame(BODY, 1, b"x"),
        "header of channel zero": lambda wire: wire.frame(
            HEAD, 0, struct.pack(">HHQH", 60, 0, 1, 0)),
        "body of channel zero": lambda wire: wire.frame(BODY, 0, b"x"),
        "body on a closed channel": lambda wire: wire.frame(BODY, 9, b"x"),
    })


@scenario
def content_that_breaks_off_ends_the_connection(session):
    header = frame.Header(1, 5, spec.BasicProperties()).marshal()
    violations(session, {
        "method for header": lambda wire: [begin(wire), wire.send(spec.Basic.Ack(1))],
        "body for header": lambda wire: [begin(wire), wire.frame(BODY, 1, b"x")],
        "method for body": lambda wire: [
            begin(wire), wire.octets(header), wire.send(spec.Basic.Ack(1))],
        "header for body": lambda wire: [begin(wire), wire.octets(header + header)],
        "header of another class": lambda wire: [begin(wire), wire.frame(
            HEAD, 1, struct.pack(">HHQH", 50, 0, 1, 0))],
        "header too short": lambda wire: [begin(wire), wire.frame(HEAD, 1, b"\x00\x3c")],
        "properties cut off": lambda wire: [begin(wire), wire.frame(
            HEAD, 1, struct.pack(">HHQH", 60, 0, 0, 0x8000) + b"\x09text"),
            wire.send(spec.Basic.Ack(1))],
        "headers malformed": lambda wire: [begin(wire), wire.frame(
            HEAD, 1, struct.pack(">HHQH", 60, 0, 0, 0x2000) + table({"a": (b"?", b"")})),
            wire.send(spec.Basic.Ack(1))],
    })


@scenario
def content_of_channels_may_be_mixed(session):
    queues = [session.queue("one"), session.queue("two")]
    wire = session.wire(channels=2)
    for channel, queue in enumerate(queues, 1):
        wire.send(spec.Basic.Publish(exchange="", routing_key=queue), channel)
    for channel in (2, 1):
        wire.octets(frame.Header(channel, 4, spec.BasicProperties()).marshal())
    for channel in (1, 2, 2, 1):
        wire.frame(BODY, channel, b"%d%d" % (channel, channel))
    wire.frame(HEARTBEAT, 0, b"")
    for queue in queues:
        session.wait_depth(queue, 1)
        session.bodies(queue)


@scenario
def bodies_may_come_in_odd_pieces(session):
    name = session.queue("q")
    wire = session.wire()
    for parts in ([], [b"", b"abc"], [b"a", b"", b"bc"]):
        body = b"".join(parts)
        wire.send(spec.Basic.Publish(exchange="", routing_key=name))
        wire.octets(frame.Header(1, len(body), spec.BasicProperties()).marshal())
        for part in parts:
            wire.frame(BODY, 1, part)
    wire.quiet()
    session.bodies(name)


@scenario
def methods_on_the_wrong_channel_end_the_connection(session):
    violations(session, {
        "declare on channel zero": lambda wire: wire.send(spec.Queue.Declare(queue="q"), 0),
        "open on channel zero": lambda wire: wire.send(spec.Channel.Open(), 0),
        "tune-ok once more": lambda wire: wire.send(spec.Connection.TuneOk(0, 0, 0), 0),
        "start-ok once more": lambda wire: wire.send(spec.Connection.StartOk(
            client_properties={}, response="x", locale="en_US"), 0),
        "open once more": lambda wire: wire.send(spec.Connection.Open("/"), 0),
        "close on channel one": lambda wire: wire.send(
            spec.Connection.Close(200, "", 0, 0), 1),
    })


@scenario
def a_heartbeat_belongs_to_no_channel(session):
    violations(session, {
        "with octets": lambda wire: wire.frame(HEARTBEAT, 0, b"x"),
        "on an open channel": lambda wire: wire.frame(HEARTBEAT, 1, b""),
        "on a closed channel": lambda wire: wire.frame(HEARTBEAT, 9, b""),
    })


@scenario
def other_protocols_are_answered_with_ours(session):
    for title, octets in {
        "version 0-8": b"AMQP\x01\x01\x08\x00", "version 0-9": b"AMQP\x01\x01\x00\x09",
        "version 1.0": b"AMQP\x00\x01\x00\x00", "with TLS": b"AMQP\x02\x01\x00\x00",
        "web": b"GET / HTTP/1.1\r\n\r\n", "other revision": b"AMQP\x00\x00\x09\x02",
    }.items():
        wire = session.socket()
        wire.octets(octets)
        answer = wire.first_octets(8)
        session.note(f"{title}: {answer if answer == HEADER else 'a handshake'}")


@scenario
def a_handshake_keeps_its_order_and_its_limits(session):
    start_ok = spec.Connection.StartOk(
        client_properties={}, mechanism="PLAIN", response="\0guest\0guest", locale="en_US")
    tune = spec.Connection.TuneOk
    wires = {}
    # All at once: 3.10.8 lets each of them wait three seconds.
    for title, methods in {
        "open first": [spec.Connection.Open("/")], "tune-ok first": [tune(0, 0, 0)],
        "start-ok twice": [start_ok, start_ok], "open, not tuned": [start_ok,
                                                                   spec.Connection.Open("/")],
        "channel first": [spec.Channel.Open()],
        "frame beyond": [start_ok, tune(2047, 131073, 0)],
        "frame too small": [start_ok, tune(2047, 4095, 0)],
        "frame without limit": [start_ok, tune(2047, 0, 0)],
        "channels beyond": [start_ok, tune(2048, 131072, 0)],
        "channels without limit": [start_ok, tune(0, 131072, 0)],
    }.items():
        wires[title] = session.socket()
        wires[title].octets(HEADER)
        wires[title].receive()
        for method in methods:
            wires[title].send(method, 0)
            if method is start_ok and methods[1] is not start_ok:
                wires[title].receive()
    for title, wire in wires.items():
        session.note(f"{title}: {wire.fate()}")


@scenario
def a_broker_says_what_it_can(session):
    wire = session.socket()
    wire.octets(HEADER)
    start, _, _ = wire.receive()
    session.note(f"version {start.version_major}.{start.version_minor}")
    session.note(f"mechanisms {sorted(start.mechanisms.split())}, locales {start.locales}")
    for name, value in sorted(start.server_properties["capabilities"].items()):
        session.note(f"{name} {value}")
    wire = session.socket()
    wire.start()
    session.note(said(wire.receive()[0]))
