"""Exchanges: bindings between them, their lives, alternates, and what is refused."""

from . import scenario


def look(session, exchanges):
    """Notes of each exchange whether it exists."""
    session.attempts(lambda name: session.channel.exchange_declare(
        name, passive=True).method, exchanges)


@scenario
def exchanges_bound_in_a_chain_keep_the_key(session):
    first, second = session.exchange("first", "topic"), session.exchange("second", "fanout")
    third, queue = session.exchange("third", "direct"), session.queue("q")
    session.link(second, first, "a.#")
    session.link(third, second, "ignored")
    session.bind(queue, third, "a.b")
    for key in ("a.b", "a.c", "b.b"):
        session.try_publish(key, first, key, key, mandatory=True)
    session.drain(queue)
    session.channel.exchange_unbind(second, first, "a.#")
    session.try_publish("after the unbinding", first, "a.b", mandatory=True)


@scenario
def a_cycle_of_exchanges_gives_one_copy(session):
    first, second = session.exchange("first", "fanout"), session.exchange("second", "fanout")
    queue = session.queue("q")
    for destination, source in [(first, second), (second, first), (first, first)]:
        session.link(destination, source)
    session.bind(queue, first)
    session.bind(queue, second)
    session.publish(first, "k", "into the cycle")
    session.publish(second, "k", "into the other")
    session.bodies(queue)


@scenario
def two_ways_to_a_queue_give_one_copy(session):
    source, queue = session.exchange("source", "topic"), session.queue("q")
    for short in ("left", "right"):
        between = session.exchange(short, "fanout")
        session.link(between, source, "a.*")
        session.link(between, source, "#")
        session.bind(queue, between)
    session.bind(queue, source, "a.b")
    session.publish(source, "a.b", "one")
    session.bodies(queue)


@scenario
def bindings_between_exchanges_are_checked(session):
    exchange, missing = session.exchange("e"), session.name("missing")
    queue = session.queue("q")
    ends = {
        "missing source": (exchange, missing), "missing destination": (missing, exchange),
        "both missing": (missing, missing), "default as source": (exchange, ""),
        "default as destination": ("", exchange), "a queue as destination": (queue, exchange)}
    session.note("bind")
    session.attempts(lambda pair: session.channel.exchange_bind(*pair, "k").method, ends)
    session.note("unbind")
    session.attempts(lambda pair: session.channel.exchange_unbind(*pair, "k").method, ends)
    session.attempt("unbind what was not bound", lambda: session.channel.exchange_unbind(
        exchange, "amq.direct", "k").method)
    session.attempt("bind twice", lambda: [
        session.link(exchange, "amq.direct", "k"), session.link(exchange, "amq.direct", "k")])
    session.channel.exchange_unbind(exchange, "amq.direct", "k")


@scenario
def an_internal_exchange_takes_only_from_exchanges(session):
    internal = session.exchange("internal", "fanout", internal=True)
    source, queue = session.exchange("source", "fanout"), session.queue("q")
    session.bind(queue, internal)
    session.link(internal, source)
    session.publish(source, "k", "by way of another")
    session.try_publish("directly", internal, "k")
    wire = session.wire()
    wire.publish(internal, "k", "seen on the wire")
    wire.hear()
    session.attempt("declared as not internal", lambda: session.channel.exchange_declare(
        internal, "fanout"))
    session.attempt("declared alike", lambda: session.channel.exchange_declare(
        internal, "fanout", internal=True).method)
    session.bodies(queue)


@scenario
def an_auto_delete_exchange_goes_with_its_last_binding(session):
    exchange = session.exchange("e", "direct", auto_delete=True)

    def exists(title):
        look(session, {title: exchange})
    one, two = session.queue("one"), session.queue("two")
    exists("never bound")
    session.bind(one, exchange, "k")
    session.bind(two, exchange, "k")
    session.channel.queue_unbind(one, exchange, "k")
    exists("one binding left")
    session.channel.queue_unbind(one, exchange, "k")
    exists("nothing was unbound")
    session.channel.queue_delete(two)
    exists("its last queue was deleted")
    session.exchange("e", "direct", auto_delete=True)
    session.bind(one, exchange, "k")
    session.channel.queue_unbind(one, exchange, "k")
    exists("unbound")


@scenario
def auto_delete_exchanges_fall_like_dominoes(session):
    names = [session.exchange(short, "fanout", auto_delete=True) for short in ("a", "b", "c")]
    queue = session.queue("q")
    session.link(names[1], names[0])
    session.link(names[2], names[1])
    session.bind(queue, names[2])
    session.channel.queue_delete(queue)
    look(session, {name: name for name in names})


@scenario
def an_auto_delete_exchange_stays_as_long_as_it_is_a_source(session):
    source = session.exchange("source", "fanout", auto_delete=True)
    destination = session.exchange("destination", "fanout", auto_delete=True)
    session.link(destination, source)
    session.link(destination, "amq.fanout", "k")
    session.channel.exchange_unbind(destination, "amq.fanout", "k")
    look(session, {"no longer a destination of one": destination})
    session.channel.exchange_unbind(destination, source)
    look(session, {"source": source, "destination": destination})


@scenario
def what_nobody_takes_goes_to_the_alternate(session):
    last = session.exchange("last", "fanout")
    middle = session.exchange("middle", "direct", alternate=last)
    first = session.exchange("first", "direct", alternate=middle)
    queues = [session.queue(short) for short in ("first-q", "middle-q", "last-q")]
    for queue, exchange in zip(queues, (first, middle, last)):
        session.bind(queue, exchange, exchange)
    for key in (first, middle, "nobody's"):
        session.try_publish(key, first, key, key, mandatory=True, message_id="m")
    session.channel.queue_unbind(queues[2], last, last)
    session.try_publish("nobody at all", first, "nobody's", mandatory=True)
    for queue in queues:
        session.drain(queue)


@scenario
def alternates_in_a_loop_end(session):
    one, two = session.name("one"), session.name("two")
    session.exchange("one", "direct", alternate=two)
    session.exchange("two", "direct", alternate=one)
    itself = session.exchange("itself", "direct", alternate=session.name("itself"))
    queue = session.queue("q")
    session.bind(queue, two, "k")
    session.try_publish("to the second", one, "k", mandatory=True)
    session.try_publish("round and round", one, "x", mandatory=True)
    session.try_publish("its own alternate", itself, "x", mandatory=True)
    session.bodies(queue)


@scenario
def a_missing_alternate_is_no_mistake(session):
    exchange = session.exchange("e", "direct", alternate=session.name("later"))
    session.try_publish("mandatory", exchange, "k", mandatory=True)
    session.try_publish("not mandatory", exchange, "k")
    session.exchange("later", "fanout")
    queue = session.queue("q")
    session.bind(queue, session.name("later"))
    session.try_publish("once it is there", exchange, "k", mandatory=True)
    session.channel.exchange_delete(session.name("later"))
    session.try_publish("once it is gone", exchange, "k", mandatory=True)
    session.bodies(queue)


@scenario
def an_alternate_serves_exchanges_behind_others_too(session):
    alternate = session.exchange("alternate", "fanout", internal=True)
    behind = session.exchange("behind", "direct", alternate=alternate)
    front = session.exchange("front", "fanout")
    front_queue, lost = session.queue("front-q"), session.queue("lost")
    session.link(behind, front)
    session.bind(front_queue, front)
    session.bind(lost, alternate)
    session.publish(front, "k", "taken in front, not behind")
    session.bodies(front_queue)
    session.bodies(lost)


@scenario
def alternates_are_checked(session):
    session.attempts(lambda value: session.channel.exchange_declare(
        session.name(f"e-{value}"), arguments={"alternate-exchange": value}).method, {
            "number": 7, "void": None, "table": {}, "empty": "", "true": True})
    session.attempt("with x-", lambda: session.channel.exchange_declare(
        session.name("x"), "direct", arguments={"x-alternate-exchange": 7}).method)


@scenario
def every_property_of_an_exchange_must_agree(session):
    exchange = session.exchange("e", "topic", alternate="amq.fanout")
    same = {"exchange_type": "topic", "arguments": {"alternate-exchange": "amq.fanout"}}
    session.attempts(lambda other: session.channel.exchange_declare(
        exchange, **{**same, **other}).method, {
        "alike": {}, "type": {"exchange_type": "headers"}, "durable": {"durable": True},
        "auto-delete": {"auto_delete": True}, "internal": {"internal": True},
        "other alternate": {"arguments": {"alternate-exchange": "amq.direct"}},
        "no alternate": {"arguments": {}},
        "one more argument": {"arguments": {**same["arguments"], "x-mine": 1}},
        "unknown type": {"exchange_type": "x-nothing"},
        "several": {"durable": True, "auto_delete": True, "exchange_type": "fanout"},
    })
    session.attempt("passive with other properties", lambda: session.channel.exchange_declare(
        exchange, "fanout", passive=True, durable=True).method)
    session.attempt("passive with an unknown type", lambda: session.channel.exchange_declare(
        exchange, "x-nothing", passive=True).method)


@scenario
def unknown_arguments_of_an_exchange_are_taken(session):
    exchange = session.name("e")
    session.attempts(lambda arguments: session.channel.exchange_declare(
        exchange, arguments=arguments).method, {
            "first": {"x-mine": 1}, "other value": {"x-mine": 2}, "none": {}})


@scenario
def names_that_begin_with_amq_are_kept_back(session):
    session.attempts(lambda action: action(), {
        "declare": lambda: session.channel.exchange_declare("amq.mine", "direct"),
        "declare passive": lambda: session.channel.exchange_declare("amq.mine", passive=True),
        "only the beginning": lambda: session.channel.exchange_declare("amq.", "direct"),
        "standard, alike": lambda: session.channel.exchange_declare(
            "amq.topic", "topic", durable=True).method,
        "standard, not durable": lambda: session.channel.exchange_declare("amq.topic", "topic"),
        "standard, other type": lambda: session.channel.exchange_declare(
            "amq.topic", "direct", durable=True),
        "standard, passive": lambda: session.channel.exchange_declare(
            "amq.topic", passive=True).method,
        "default": lambda: session.channel.exchange_declare("", "direct", durable=True),
        "default, passive": lambda: session.channel.exchange_declare("", passive=True).method,
        "delete standard": lambda: session.channel.exchange_delete("amq.fanout"),
        "delete missing": lambda: session.channel.exchange_delete("amq.mine").method,
        "log exchange": lambda: session.publish("amq.rabbitmq.trace", "k", "x"),
    })


@scenario
def an_exchange_in_use_is_one_that_others_take_from(session):
    source, destination = session.exchange("source"), session.exchange("destination")
    session.link(destination, source, "k")
    session.attempt("source", lambda: session.channel.exchange_delete(source, if_unused=True))
    session.attempt("destination", lambda: session.channel.exchange_delete(
        destination, if_unused=True).method)
    session.attempt("its source is free now", lambda: session.channel.exchange_delete(
        source, if_unused=True).method)
    session.attempt("missing, if unused", lambda: session.channel.exchange_delete(
        source, if_unused=True).method)


@scenario
def a_deleted_exchange_takes_its_bindings_along(session):
    source, middle = session.exchange("source", "fanout"), session.exchange("middle", "fanout")
    queue = session.queue("q")
    session.link(middle, source)
    session.bind(queue, middle)
    session.channel.exchange_delete(middle)
    session.try_publish("its destination is gone", source, "k", mandatory=True)
    session.exchange("middle", "fanout")
    session.try_publish("declared again, not bound", middle, "k", mandatory=True)
    session.try_publish("nor is it a destination", source, "k", mandatory=True)
    session.try_publish("missing", session.name("missing"), "k", mandatory=True)


@scenario
def a_deleted_queue_takes_its_bindings_along(session):
    exchange, queue = session.exchange("e", "fanout"), session.queue("q")
    session.bind(queue, exchange)
    session.channel.queue_delete(queue)
    session.try_publish("no queue", exchange, "k", mandatory=True)
    session.queue("q")
    session.try_publish("declared again, not bound", exchange, "k", mandatory=True)
    session.attempt("unbind from a missing exchange", lambda: session.channel.queue_unbind(
        queue, session.name("missing"), "k").method)
    session.attempt("unbind a missing queue", lambda: session.channel.queue_unbind(
        session.name("missing"), exchange, "k").method)
    session.attempt("both missing", lambda: session.channel.queue_unbind(
        session.name("missing"), session.name("missing-e"), "k").method)
    session.attempt("bind with both missing", lambda: session.channel.queue_bind(
        session.name("missing"), session.name("missing-e"), "k").method)
    session.attempt("unbind from the default", lambda: session.channel.queue_unbind(
        queue, "", queue).method)


@scenario
def bindings_of_a_direct_exchange_differ_by_key_and_arguments(session):
    exchange, queue = session.exchange("e"), session.queue("q")
    session.bind(queue, exchange, "k", {"x": 1})
    session.bind(queue, exchange, "k", {"x": 2})
    session.publish(exchange, "k", "bound twice, taken once")
    session.channel.queue_unbind(queue, exchange, "k")
    session.channel.queue_unbind(queue, exchange, "k", {"x": 1})
    session.publish(exchange, "k", "one is left")
    session.channel.queue_unbind(queue, exchange, "k", {"x": 2})
    session.try_publish("none is left", exchange, "k", mandatory=True)
    session.bodies(queue)
