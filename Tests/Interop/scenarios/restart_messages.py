"""What a restart leaves of messages: which come back, in which order, and what they are like."""

import datetime
import decimal
import hashlib
import random
import struct

from pika import spec

from fields import properties_frame, short, table

from . import scenario
from .restart_queues import durable_queue, find, keep


@scenario
def persistent_messages_stay_and_transient_ones_go(session):
    name = durable_queue(session)
    for number, mode in enumerate([2, 1, 2, None, 2, 1, 1, 2]):
        session.publish("", name, f"m{number} of {mode}", delivery_mode=mode)
    find(session, [name])
    yield
    find(session, [name])
    session.get(name, auto_ack=True)
    keep(session, name, "later")
    session.drain(name)


@scenario
def what_was_delivered_says_so_over_a_restart(session):
    name, closed = durable_queue(session), durable_queue(session, "closed")
    keep(session, name, *[f"m{number}" for number in range(6)])
    keep(session, closed, *[f"c{number}" for number in range(4)])
    tags = [session.get(name) for _ in range(3)]
    session.channel.basic_nack(tags[0], requeue=True)
    session.channel.basic_ack(tags[1])
    other = session.another()
    other.consume(closed, 4)
    other.cancel()
    other.close()
    session.wait_depth(closed, 4)
    session.get(closed, auto_ack=True)
    session.wait_depth(name, 4)
    yield
    find(session, [name, closed])
    session.drain(name)
    session.drain(closed)


@scenario
def what_came_back_comes_back_again(session):
    name = durable_queue(session)
    other = durable_queue(session, "delivered before the first")
    keep(session, other, "one", "two")
    session.get(other)
    keep(session, name, *[f"m{number}" for number in range(6)])
    session.get(name, auto_ack=True)
    yield
    session.get(name, auto_ack=True)
    session.get(name)
    keep(session, name, "between")
    session.publish("", name, "transient")
    yield
    session.get(name, auto_ack=True)
    tag = session.get(name)
    session.channel.basic_nack(tag, requeue=True)
    session.drain(name)
    session.drain(other)


@scenario
def all_of_a_message_comes_back(session):
    name = durable_queue(session, "q", x_max_priority=5)
    keep(session, name, "one", content_type="text/plain", content_encoding="gzip",
         headers={
             "text": "t\u00e9xt", "empty": "", "int": 1, "long": 2**40, "negative": -7,
             "true": True, "false": False, "void": None, "octets": b"\x00\xff",
             "decimal": decimal.Decimal("-1.25"), "table": {"inner": {"most": [1, "2", None]}},
             "when": datetime.datetime(2024, 5, 6, 7, 8, 9), "list": [], "no table": {}},
         priority=3, correlation_id="c", reply_to="r", expiration="600000", message_id="m-1",
         timestamp=1_700_000_000, type="t", user_id="guest", app_id="a", cluster_id="c-1")
    keep(session, name, "nothing else")
    keep(session, name, "empty headers", headers={})
    keep(session, name, "")
    session.channel.basic_publish(
        "", name, bytes(range(256)), spec.BasicProperties(delivery_mode=2))
    yield
    session.drain(name)


@scenario
def headers_come_back_octet_by_octet(session):
    name = durable_queue(session)
    headers = table({
        "z first": (b"b", struct.pack(">b", -1)), "octet": (b"B", b"\xff"),
        "short": (b"s", struct.pack(">h", -2)), "word": (b"u", struct.pack(">H", 65535)),
        "int": (b"I", struct.pack(">i", -3)), "unsigned": (b"i", struct.pack(">I", 2**32 - 1)),
        "long": (b"l", struct.pack(">q", -4)), "float": (b"f", struct.pack(">f", 0.1)),
        "double": (b"d", struct.pack(">d", -0.1)), "decimal": (b"D", b"\x02\x00\x00\x00\x7d"),
        "text": (b"S", struct.pack(">I", 2) + b"\xff\xfe"), "true": (b"t", b"\x01"),
        "octets": (b"x", struct.pack(">I", 3) + b"\x00\x01\x02"), "void": (b"V", b""),
        "time": (b"T", struct.pack(">Q", 1_700_000_000)), "table": (b"F", table({})),
        "list": (b"A", struct.pack(">I", 2) + b"t\x00"), "a last": (b"V", b"")})
    wire = session.wire()
    large = table({"large": (b"S", struct.pack(">I", 120_000) + b"\xfe" * 120_000)})
    contents = [persistent(3, headers), persistent(3, large), persistent(3, table({}))]
    for content in contents:
        wire.frame(1, 1, b"\x00\x3c\x00\x28\x00\x00\x00" + short(name) + b"\x00")
        wire.frame(2, 1, content)
        wire.frame(3, 1, b"one")
    wire.quiet()
    yield
    wire = session.wire()
    for content in contents:
        wire.send(spec.Basic.Get(queue=name, no_ack=True))
        wire.next_octets()
        session.note(f"as it came: {wire.next_octets() == content}, {wire.next_octets()}")


def persistent(body_size, headers):
    """The payload of a persistent message's header with a ready-made table."""
    octets = properties_frame(body_size, headers + b"\x02")
    return octets[:12] + struct.pack(">H", 1 << 13 | 1 << 12) + octets[14:]


@scenario
def bodies_of_every_size_come_back(session):
    name = durable_queue(session)
    digits = random.Random(7)
    for size in (0, 1, 4095, 4096, 131064, 131065, 1 << 20, 3_000_001):
        body = digits.randbytes(size)
        session.channel.basic_publish("", name, body, spec.BasicProperties(delivery_mode=2))
        session.note(f"{size} octets: {hashlib.sha256(body).hexdigest()}")
    yield
    while True:
        method, _, body = session.channel.basic_get(name, True)
        if method is None:
            break
        session.note(f"{len(body)} octets: {hashlib.sha256(body).hexdigest()}, "
                     f"left {method.message_count}, redelivered {method.redelivered}")


@scenario
def a_long_backlog_comes_back_with_its_gaps(session):
    names = [durable_queue(session, "q"), durable_queue(session, "lazy", x_queue_mode="lazy")]
    wire = session.wire(confirms=True)
    for number in range(2000):
        for name in names:
            wire.publish("", name, f"m{number} ".ljust(1000, "."), delivery_mode=2)
    for name in names:
        session.wait_depth(name, 2000)
        for tag in taken(session, name, 1500):
            if tag % 7:
                session.channel.basic_ack(tag)
        session.reopen()
        session.wait_depth(name, 714)
    yield
    for name in names:
        session.wait_depth(name, 714)
        came = [session.channel.basic_get(name, True) for _ in range(714)]
        session.note(" ".join(
            f"{body.decode().split()[0]}{' again' if method.redelivered else ''}"
            for method, _, body in came))
        session.get(name)


def taken(session, queue, count):
    """Takes so many messages off a queue and returns their delivery tags."""
    return [session.channel.basic_get(queue)[0].delivery_tag for _ in range(count)]


@scenario
def what_was_confirmed_is_there_in_order(session):
    names = [durable_queue(session, short) for short in ("one", "two", "three")]
    exchange = session.exchange("e", "fanout", durable=True)
    for name in names:
        session.bind(name, exchange)
    wire = session.wire(confirms=True)
    for number in range(300):
        wire.publish(exchange, "", f"m{number}", delivery_mode=2)
    wire.confirmed(300)
    consumer = session.wire()
    consumer.send(spec.Basic.Consume(queue=names[0], consumer_tag="c"))
    consumer.receive()
    for _ in range(150):
        consumer.receive()
    consumer.send(spec.Basic.Ack(100, multiple=True))
    for number in range(120, 131):
        consumer.send(spec.Basic.Ack(number))
    consumer.send(spec.Channel.Close(200, "", 0, 0))
    session.wait_depth(names[0], 189)
    yield
    find(session, names)
    for name in names:
        session.bodies(name)


@scenario
def only_what_was_committed_is_there(session):
    name, taken = durable_queue(session), durable_queue(session, "taken")
    keep(session, taken, *[f"t{number}" for number in range(5)])
    wire = session.wire()
    wire.call(spec.Tx.Select())
    for _ in range(4):
        wire.call(spec.Basic.Get(queue=taken))
    wire.publish("", name, "committed", delivery_mode=2)
    wire.publish("", name, "committed too", delivery_mode=2)
    wire.publish("", name, "committed but transient")
    wire.send(spec.Basic.Ack(1))
    wire.call(spec.Tx.Commit())
    wire.publish("", name, "taken back", delivery_mode=2)
    wire.send(spec.Basic.Ack(2))
    wire.call(spec.Tx.Rollback())
    wire.publish("", name, "never committed", delivery_mode=2)
    wire.send(spec.Basic.Ack(3))
    wire.quiet()
    yield
    find(session, [name, taken])
    session.drain(name)
    session.drain(taken)


@scenario
def clients_are_told_that_the_broker_ends(session):
    name = durable_queue(session)
    wire, idle = session.wire(), session.wire(channels=0)
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c"))
    yield
    wire.ended()
    idle.ended()


@scenario
def copies_of_one_message_live_on_their_own(session):
    durable, transient = durable_queue(session, "durable"), session.queue("transient")
    second = durable_queue(session, "second")
    exchange = session.exchange("e", "fanout", durable=True)
    for name in (durable, transient, second):
        session.bind(name, exchange)
    for number in range(3):
        session.publish(exchange, "k", f"m{number}", delivery_mode=2)
    session.get(second, auto_ack=True)
    session.get(transient, auto_ack=True)
    durable_queue(session, "copied")
    session.publish("", durable, "with a copy", delivery_mode=2, headers={
        "CC": [session.name("copied")], "BCC": [second]})
    yield
    find(session, [durable, transient, second])
    for name in (durable, second, session.name("copied")):
        session.drain(name)
