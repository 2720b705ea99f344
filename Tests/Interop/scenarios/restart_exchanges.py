"""What a restart leaves of exchanges and bindings."""

import datetime
import decimal
import struct

from fields import short, table

from . import scenario
from .restart_queues import durable_queue, find

KINDS = ("direct", "fanout", "topic", "headers")


def look(session, exchanges):
    """Notes of each exchange whether it is there."""
    session.attempts(lambda name: session.channel.exchange_declare(name, passive=True).method,
                     {name: name for name in exchanges})


@scenario
def durable_exchanges_stay_and_transient_ones_go(session):
    names = []
    for kind in KINDS:
        names.append(session.exchange(kind, kind, durable=True))
        names.append(session.exchange(f"{kind}-transient", kind))
    names.append(session.exchange("unused", "fanout", durable=True, auto_delete=True))
    names.append(session.exchange("inner", "fanout", durable=True, internal=True))
    look(session, names)
    yield
    look(session, [*names, "amq.direct", "amq.topic", "amq.match"])
    session.try_publish("to an inner one", session.name("inner"), "k")
    session.try_publish("to one that is gone", session.name("topic-transient"), "k")


@scenario
def exchanges_must_still_be_declared_alike(session):
    name = session.exchange("e", "topic", durable=True, alternate="amq.fanout")
    plain = session.exchange("plain", "direct", durable=True)
    yield
    look(session, [name, plain])
    alternate = {"alternate-exchange": "amq.fanout"}
    session.attempts(lambda options: session.channel.exchange_declare(name, **options).method, {
        "alike": {"exchange_type": "topic", "durable": True, "arguments": alternate},
        "other kind": {"exchange_type": "fanout", "durable": True, "arguments": alternate},
        "transient": {"exchange_type": "topic", "arguments": alternate},
        "auto-delete": {"exchange_type": "topic", "durable": True, "auto_delete": True,
                        "arguments": alternate},
        "internal": {"exchange_type": "topic", "durable": True, "internal": True,
                     "arguments": alternate},
        "other alternate": {"exchange_type": "topic", "durable": True,
                            "arguments": {"alternate-exchange": "amq.direct"}},
        "no alternate": {"exchange_type": "topic", "durable": True}})
    session.attempt("plain", lambda: session.channel.exchange_declare(
        plain, "direct", durable=True).method)


@scenario
def bindings_between_what_is_durable_stay(session):
    queues = {}
    exchanges = {kind: session.exchange(kind, kind, durable=True) for kind in KINDS}
    for short, kind, key, arguments in [
            ("direct", "direct", "k", None), ("empty", "direct", "", None),
            ("fanout", "fanout", "k", None), ("star", "topic", "a.*", None),
            ("hash", "topic", "#", None), ("deep", "topic", "a.#.z", None),
            ("all", "headers", "", {"x-match": "all", "a": 1, "b": "2"}),
            ("any", "headers", "", {"x-match": "any", "a": 1, "b": None}),
            ("table", "headers", "", {"t": {"x": [1, True]}}),
            ("standard", None, "a.#", None)]:
        queues[short] = durable_queue(session, short)
        session.bind(queues[short], exchanges.get(kind, "amq.topic"), key, arguments)
    session.bind(queues["star"], exchanges["topic"], "b.*")
    session.channel.queue_unbind(queues["star"], exchanges["topic"], "b.*")
    session.bind(queues["direct"], exchanges["direct"], "l")
    session.bind(queues["direct"], exchanges["direct"], "l")
    yield
    for exchange in exchanges.values():
        for key, headers in [("k", None), ("l", None), ("", None), ("a.b", None), ("b.b", None),
                             ("a.b.z", {"a": 1}), ("h", {"a": 1, "b": "2"}),
                             ("t", {"t": {"x": [1, True]}})]:
            session.publish(exchange, key, f"{exchange.rpartition('.')[2]} {key}",
                            headers=headers)
    session.publish("amq.topic", "a.standard", "amq.topic a.standard")
    for queue in queues.values():
        session.bodies(queue)


@scenario
def bindings_go_with_what_is_transient(session):
    durable, transient = durable_queue(session, "durable"), session.queue("transient")
    stays, goes = session.exchange("stays", durable=True), session.exchange("goes")
    for queue in (durable, transient):
        for exchange in (stays, goes):
            session.bind(queue, exchange, queue)
    session.link(stays, goes, "k")
    session.link(goes, stays, "k")
    yield
    look(session, [stays, goes])
    session.try_publish("to the durable queue", stays, durable, mandatory=True)
    session.try_publish("to the transient queue", stays, transient, mandatory=True)
    session.try_publish("to the transient exchange", stays, "k", mandatory=True)
    session.queue("transient")
    session.exchange("goes")
    for title, exchange, key in [
            ("the queue is another", stays, transient), ("the exchange is another", goes, durable),
            ("so is its link", goes, "k"), ("and that to it", stays, "k")]:
        session.try_publish(title, exchange, key, mandatory=True)
    find(session, [durable, transient])


@scenario
def bindings_between_exchanges_stay(session):
    first, second = session.exchange("first", "topic", durable=True), session.exchange(
        "second", "headers", durable=True)
    third = session.exchange("third", "fanout", durable=True, internal=True)
    queue = durable_queue(session)
    session.link(second, first, "a.#")
    session.link(third, second, "", {"x-match": "any", "h": 1})
    session.link(first, first, "loop")
    session.bind(queue, third)
    yield
    for key, headers in [("a.b", {"h": 1}), ("a.b", {"h": 2}), ("b", {"h": 1}), ("loop", None)]:
        session.try_publish(f"{key} {headers}", first, key, f"{key} {headers}", headers=headers,
                            mandatory=True)
    session.channel.exchange_unbind(third, second, "", {"x-match": "any", "h": 1})
    yield
    session.try_publish("unbound", first, "a.b", headers={"h": 1}, mandatory=True)
    session.drain(queue)


@scenario
def alternates_are_found_again(session):
    queue = durable_queue(session)
    rest = session.exchange("rest", "fanout", durable=True)
    gone = session.exchange("gone", "fanout")
    session.bind(queue, rest)
    session.bind(queue, gone)
    names = {"durable": session.exchange("first", alternate=rest, durable=True),
             "gone": session.exchange("second", alternate=gone, durable=True),
             "chain": session.exchange("third", alternate=session.name("first"), durable=True)}
    for title, name in names.items():
        session.try_publish(title, name, title, mandatory=True)
    yield
    for title, name in names.items():
        session.try_publish(title, name, title, mandatory=True)
    session.exchange("gone", "fanout")
    session.bind(queue, gone)
    session.try_publish("made anew", names["gone"], "made anew", mandatory=True)
    session.drain(queue)


@scenario
def deleted_exchanges_do_not_come_back(session):
    queue = durable_queue(session)
    names = [session.exchange(short, "fanout", durable=True) for short in (
        "deleted", "anew", "other", "source")]
    deleted, anew, other, source = names
    for name in names[:3]:
        session.bind(queue, name)
        session.link(name, source)
        session.channel.exchange_delete(name)
    session.exchange("anew", "fanout", durable=True)
    session.exchange("other", "direct", durable=True)
    auto = session.exchange("auto", "fanout", durable=True, auto_delete=True)
    session.bind(queue, auto)
    yield
    look(session, [deleted, anew, other, source, auto])
    for name in (anew, other, source):
        session.try_publish(name, name, "", mandatory=True)
    session.attempt("another kind", lambda: session.channel.exchange_declare(
        other, "fanout", durable=True).method)
    session.publish(auto, "", "one")
    session.drain(queue)
    session.channel.queue_unbind(queue, auto, "")
    look(session, [auto])


@scenario
def names_and_keys_come_back_octet_by_octet(session):
    exchange = session.exchange("\u00fcber\U0001f407 '\"%\\", "topic", durable=True)
    queue = durable_queue(session, "stra\u00dfe '\"%\\;--")
    longest = durable_queue(session, "n" * (255 - len(session.name(""))))
    keys = [b"\x00.\x01", b"k" * 255, "\u00fc.\u00df".encode(), b" ", b"'", b"a..b", b"."]
    wire = session.wire()
    for key in keys:
        for name in (queue, longest):
            wire.frame(1, 1, struct.pack(">HHH", 50, 20, 0) + short(name) + short(exchange)
                       + bytes([len(key)]) + key + b"\x00" + table({}))
            wire.hear()
    yield
    wire = session.wire(confirms=True)
    for number, key in enumerate(keys):
        wire.frame(1, 1, struct.pack(">HHH", 60, 40, 0) + short(exchange)
                   + bytes([len(key)]) + key + b"\x00")
        wire.content(b"by key %d" % number)
    wire.publish(exchange, "\u00fc.\u00e4", "by no key")
    wire.confirmed(len(keys) + 1)
    session.bodies(queue)
    session.bodies(longest)


@scenario
def bindings_arguments_come_back_with_their_types(session):
    exchange = session.exchange("headers", "headers", durable=True)
    values = {
        "int": 1, "long": 2**40, "text": "1", "true": True, "false": False,
        "decimal": decimal.Decimal("1.5"), "time": datetime.datetime(2024, 5, 6, 7, 8, 9),
        "table": {"x": {"y": [1, None]}}, "list": [1, "2"], "octets": b"\xff\x00",
        "void": None, "empty": ""}
    for title, value in values.items():
        session.bind(durable_queue(session, title), exchange, "", {"h": value})
        session.bind(session.name(title), exchange, "second", {"x-match": "any", "g": value})
    session.channel.queue_unbind(session.name("int"), exchange, "", {"h": 1})
    yield
    session.channel.queue_unbind(session.name("true"), exchange, "", {"h": True})
    for title, value in values.items():
        session.publish(exchange, "", f"h {title}", headers={"h": value})
        session.publish(exchange, "", f"g {title}", headers={"g": value})
    for title in values:
        session.bodies(session.name(title))
