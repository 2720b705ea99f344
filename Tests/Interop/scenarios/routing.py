"""Exchanges, bindings, returns and confirms."""

from . import scenario


def spread(session, exchange, bindings):
    """Declares one queue a binding key, named after its place."""
    queues = []
    for number, key in enumerate(bindings):
        queue = session.queue(f"q{number}")
        session.bind(queue, exchange, key)
        queues.append(queue)
    return queues


@scenario
def topic_patterns_match_whole_words(session):
    exchange = session.exchange("topic", "topic")
    patterns = ["#", "*", "a.*", "a.#", "*.b", "#.b", "a.*.c", "a.#.c", "a", "", "*.*.#", "#.#"]
    queues = spread(session, exchange, patterns)
    keys = ["", "a", "b", "a.b", "a.b.c", "a.c", "a.b.b.c", ".", "a.", ".b", "a..c", "A.b"]
    for key in keys:
        session.publish(exchange, key, key)
    for pattern, queue in zip(patterns, queues):
        bodies = []
        while True:
            method, _, body = session.channel.basic_get(queue, True)
            if method is None:
                break
            bodies.append(body.decode())
        session.note(f"{pattern!r} takes {bodies}")


@scenario
def a_queue_bound_twice_gets_one_copy(session):
    exchange = session.exchange("topic", "topic")
    queue = session.queue("q")
    session.bind(queue, exchange, "a.*")
    session.bind(queue, exchange, "*.b")
    session.publish(exchange, "a.b", "one")
    session.drain(queue)


@scenario
def direct_and_fanout_route_as_they_say(session):
    direct, fanout = session.exchange("direct", "direct"), session.exchange("fanout", "fanout")
    queues = spread(session, direct, ["red", "green"])
    for queue in queues:
        session.bind(queue, fanout, "ignored")
    session.publish(direct, "red", "to red")
    session.publish(direct, "blue", "to nobody")
    session.publish(fanout, "whatever", "to both")
    for queue in queues:
        session.drain(queue)


@scenario
def an_unbound_queue_gets_no_more(session):
    exchange = session.exchange("direct", "direct")
    queue = session.queue("q")
    session.bind(queue, exchange, "k")
    session.publish(exchange, "k", "before")
    session.channel.queue_unbind(queue, exchange, "k")
    session.publish(exchange, "k", "after")
    session.drain(queue)
    session.attempt("unbind again", lambda: session.channel.queue_unbind(
        queue, exchange, "k").method)


@scenario
def a_mandatory_message_that_nobody_takes_returns(session):
    returned = []
    exchange = session.exchange("direct", "direct")
    try:
        session.publish(exchange, "nobody", "one", mandatory=True, message_id="m")
    except Exception as error:  # pika raises what the broker returned.
        returned = [(each.method.reply_code, each.method.reply_text, each.method.exchange,
                     each.method.routing_key, each.body, each.properties.message_id)
                    for each in error.messages]
    session.note(f"returned {returned}")
    session.attempt("unroutable and not mandatory is confirmed", lambda: session.publish(
        exchange, "nobody", "two"))


@scenario
def an_unknown_exchange_is_not_found(session):
    session.attempt("publish", lambda: [
        session.publish(session.name("missing"), "k", "one"),
        session.channel.queue_declare("", exclusive=True)])
    session.attempt("passive", lambda: session.channel.exchange_declare(
        session.name("missing"), passive=True))
    queue = session.queue("q")
    session.attempt("bind", lambda: session.channel.queue_bind(
        queue, session.name("missing"), "k"))
    session.attempt("delete", lambda: session.channel.exchange_delete(
        session.name("missing")).method)


@scenario
def exchanges_that_differ_are_refused(session):
    exchange = session.exchange("e", "direct")
    session.attempt("again", lambda: session.channel.exchange_declare(exchange, "direct").method)
    session.attempt("other type", lambda: session.channel.exchange_declare(exchange, "fanout"))
    session.attempt("durable", lambda: session.channel.exchange_declare(
        exchange, "direct", durable=True))


@scenario
def an_unknown_exchange_type_is_refused(session):
    session.attempt("type", lambda: session.channel.exchange_declare(
        session.name("e"), "x-teleport"))


@scenario
def the_default_exchange_cannot_be_touched(session):
    queue = session.queue("q")
    session.attempt("bind", lambda: session.channel.queue_bind(queue, "", "k"))
    session.attempt("delete", lambda: session.channel.exchange_delete(""))
    session.attempt("delete amq.direct", lambda: session.channel.exchange_delete("amq.direct"))


@scenario
def the_standard_exchanges_exist(session):
    for name, kind in {"amq.direct": "direct", "amq.fanout": "fanout",
                       "amq.topic": "topic"}.items():
        session.attempt(name, lambda name=name, kind=kind: session.channel.exchange_declare(
            name, kind, durable=True).method)


@scenario
def an_exchange_in_use_is_kept_if_asked(session):
    exchange = session.exchange("e", "direct")
    queue = session.queue("q")
    session.bind(queue, exchange, "k")
    session.attempt("if unused", lambda: session.channel.exchange_delete(
        exchange, if_unused=True))
    session.channel.queue_unbind(queue, exchange, "k")
    session.attempt("unused", lambda: session.channel.exchange_delete(
        exchange, if_unused=True).method)
