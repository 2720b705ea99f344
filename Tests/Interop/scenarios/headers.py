"""Headers exchanges: what matches what."""

import datetime
import decimal
import struct

from fields import properties_frame, queue_bind, table

from . import scenario


def takes(session, bindings, messages, exchange=None):
    """Binds one queue to each set of arguments, publishes, and notes what each queue took."""
    exchange = exchange or session.exchange("headers", "headers")
    queues = {}
    for number, (title, arguments) in enumerate(bindings.items()):
        queues[title] = session.queue(f"q{number}")
        session.bind(queues[title], exchange, "", arguments)
    for title, headers in messages.items():
        session.publish(exchange, "ignored", title, headers=headers)
    for title, queue in queues.items():
        session.note(title)
        session.bodies(queue)


@scenario
def headers_match_all_or_any(session):
    pair = {"a": "1", "b": "2"}
    takes(session, {
        "all": {"x-match": "all", **pair},
        "any": {"x-match": "any", **pair},
        "not said": pair,
        "all of nothing": {"x-match": "all"},
        "any of nothing": {"x-match": "any"},
        "no arguments": None,
    }, {
        "both": pair,
        "one": {"a": "1"},
        "other value": {"a": "1", "b": "3"},
        "more": {**pair, "c": "3"},
        "others": {"c": "3"},
        "empty": {},
        "no headers": None,
        "other case": {"A": "1", "B": "2"},
    })


@scenario
def headers_that_begin_with_x_count_only_if_asked(session):
    pair = {"x-a": "1", "b": "2"}
    takes(session, {
        kind: {"x-match": kind, **pair} for kind in ("all", "any", "all-with-x", "any-with-x")
    }, {
        "both": pair, "only x": {"x-a": "1"}, "only b": {"b": "2"}, "neither": {"c": "3"},
        "other x": {"x-a": "9", "b": "2"},
    })


@scenario
def a_headers_binding_says_only_known_matches(session):
    exchange, queue = session.exchange("headers", "headers"), session.queue("q")
    session.attempts(lambda value: session.channel.queue_bind(
        queue, exchange, "", {"x-match": value, "a": "1"}).method, {
            "some": "some", "upper case": "ALL", "empty": "", "number": 1, "true": True,
            "void": None, "list": ["all"]})


@scenario
def header_values_match_by_type_and_value(session):
    when = datetime.datetime(2024, 5, 6, 7, 8, 9)
    values = {
        "int 1": 1, "int 2": 2, "long 1": 2**40, "text 1": "1", "true": True, "false": False,
        "decimal": decimal.Decimal("1.5"), "time": when, "table": {"x": 1}, "list": [1, "2"],
        "octets": b"1", "void": None, "empty": "", "other table": {"x": 2},
    }
    takes(session, {title: {"h": value} for title, value in values.items()},
          {title: {"h": value} for title, value in values.items()} | {"absent": {"g": 1}})


@scenario
def numbers_of_other_widths_match_by_value(session):
    exchange = session.exchange("headers", "headers")
    wire = session.wire()
    numbers = {
        "signed octet": (b"b", struct.pack(">b", 1)), "octet": (b"B", struct.pack(">B", 1)),
        "short": (b"s", struct.pack(">h", 1)), "word": (b"u", struct.pack(">H", 1)),
        "int": (b"I", struct.pack(">i", 1)), "unsigned": (b"i", struct.pack(">I", 1)),
        "long": (b"l", struct.pack(">q", 1)), "float": (b"f", struct.pack(">f", 1)),
        "double": (b"d", struct.pack(">d", 1)), "text": (b"S", struct.pack(">I", 1) + b"1"),
    }
    queues = {title: session.queue(title) for title in ("int", "long", "float", "double", "octet")}
    for title, queue in queues.items():
        wire.frame(1, 1, queue_bind(queue, exchange, "", table({"h": numbers[title]})))
        wire.hear()
    for title, number in numbers.items():
        wire.frame(1, 1, b"\x00\x3c\x00\x28\x00\x00" + bytes([len(exchange)])
                   + exchange.encode() + b"\x00\x00")
        wire.frame(2, 1, properties_frame(len(title), table({"h": number})))
        wire.frame(3, 1, title.encode())
    wire.quiet()
    for queue in queues.values():
        session.bodies(queue)


@scenario
def a_void_value_asks_only_for_presence(session):
    takes(session, {
        "a there": {"a": None}, "a there and b two": {"a": None, "b": 2},
        "either": {"x-match": "any", "a": None, "b": 2},
    }, {
        "number": {"a": 1}, "text": {"a": "t"}, "void": {"a": None}, "with b": {"a": 1, "b": 2},
        "b only": {"b": 2}, "nothing": {},
    })


@scenario
def headers_bindings_are_told_apart_by_their_arguments(session):
    exchange, queue = session.exchange("headers", "headers"), session.queue("q")
    ones = [{"a": 1, "b": 2}, {"b": 2, "a": 1}, {"x-match": "any", "a": 1, "b": 2}]
    for arguments in ones:
        session.bind(queue, exchange, "", arguments)
    session.publish(exchange, "", "three bindings", headers={"a": 1, "b": 2})
    session.channel.queue_unbind(queue, exchange, "", ones[2])
    session.publish(exchange, "", "only any took this", headers={"a": 1})
    session.channel.queue_unbind(queue, exchange, "", {"a": 1})
    session.publish(exchange, "", "other arguments unbind nothing", headers={"a": 1, "b": 2})
    session.channel.queue_unbind(queue, exchange, "key", ones[1])
    session.publish(exchange, "", "nor does another key", headers={"a": 1, "b": 2})
    session.channel.queue_unbind(queue, exchange, "", ones[1])
    session.publish(exchange, "", "alike in another order", headers={"a": 1, "b": 2})
    session.bodies(queue)


@scenario
def headers_exchanges_route_between_exchanges(session):
    exchange = session.exchange("headers", "headers")
    fanout, queue = session.exchange("fanout", "fanout"), session.queue("q")
    session.link(fanout, exchange, "", {"x-match": "any", "a": 1, "b": 2})
    session.bind(queue, fanout)
    session.publish(exchange, "k", "a", headers={"a": 1})
    session.publish(exchange, "k", "c", headers={"c": 1})
    session.try_publish("mandatory to nobody", exchange, "k", headers={"c": 1}, mandatory=True)
    session.channel.exchange_unbind(fanout, exchange, "", {"x-match": "any", "a": 1, "b": 2})
    session.try_publish("unbound", exchange, "k", headers={"a": 1}, mandatory=True)
    session.drain(queue)


@scenario
def the_standard_headers_exchanges_exist(session):
    for name in ("amq.headers", "amq.match"):
        session.attempts(lambda name: session.channel.exchange_declare(
            name, "headers", durable=True).method, {name: name})
        takes(session, {f"by {name}": {"scenario": session.name(name)}},
              {"one": {"scenario": session.name(name)}}, name)
