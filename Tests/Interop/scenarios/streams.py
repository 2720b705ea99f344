"""Streams: how they are declared, read and acked, and what they do not do."""

import datetime

from pika import spec

from . import scenario

STREAM = {"x-queue-type": "stream"}


def declare(session, short="s", arguments=None, **options):
    """Declares a stream and returns the answer."""
    return session.channel.queue_declare(
        session.name(short), **{"durable": True, **options},
        arguments={**STREAM, **(arguments or {})}).method


def filled_stream(session, count=5, short="s"):
    """A stream with that many messages, each confirmed before the next."""
    name = declare(session, short).queue
    for number in range(count):
        session.publish("", name, f"m{number}")
    return name


def reader(session, name, prefetch, start, tag="t", wire=None):
    """A reader on the wire, with its consume-ok noted."""
    wire = wire or session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=prefetch))
    wire.call(spec.Basic.Consume(
        queue=name, consumer_tag=tag, arguments={"x-stream-offset": start}))
    return wire


@scenario
def a_stream_may_have_arguments_of_its_own(session):
    for title, arguments in {
        "none": {},
        "no bytes": {"x-max-length-bytes": 0},
        "many bytes": {"x-max-length-bytes": 2**40},
        "negative bytes": {"x-max-length-bytes": -1},
        "bytes in words": {"x-max-length-bytes": "many"},
        "segment": {"x-stream-max-segment-size-bytes": 1000},
        "no segment": {"x-stream-max-segment-size-bytes": 0},
        "largest segment": {"x-stream-max-segment-size-bytes": 3_000_000_000},
        "larger segment": {"x-stream-max-segment-size-bytes": 3_000_000_001},
        "negative segment": {"x-stream-max-segment-size-bytes": -1},
        "locator": {"x-queue-leader-locator": "least-leaders"},
        "unknown locator": {"x-queue-leader-locator": "min-masters"},
        "locator that is a number": {"x-queue-leader-locator": 1},
        "cluster": {"x-initial-cluster-size": 1},
        "no cluster": {"x-initial-cluster-size": 0},
        "cluster in words": {"x-initial-cluster-size": "one"},
        "unknown": {"x-mine": 1},
    }.items():
        session.attempt(title, lambda arguments=arguments: declare(session, title, arguments))


@scenario
def the_age_of_a_stream_has_a_unit(session):
    for number, age in enumerate(("1D", "10h", "7Y", "5M", "3m", "30s", "9" * 20 + "Y", "0s",
                                  "10", "1.5h", "1d", "1Dx", "1w", "1h ", 5, True)):
        session.attempt(f"{age!r}", lambda number=number, age=age: declare(
            session, f"s{number}", {"x-max-age": age}))


@scenario
def an_age_without_digits_is_refused(session):
    for number, age in enumerate(("", "h", "-1h")):
        session.attempt(f"{age!r}", lambda number=number, age=age: declare(
            session, f"s{number}", {"x-max-age": age}))


@scenario
def a_stream_is_durable_and_everybodys(session):
    for title, options in {
        "durable": {},
        "not durable": {"durable": False},
        "exclusive": {"exclusive": True},
        "auto-delete": {"auto_delete": True},
        "all of it": {"durable": False, "exclusive": True, "auto_delete": True},
        "wrong twice": {"durable": False, "arguments": {"x-max-length": 1}},
        "wrong three times": {"durable": False,
                              "arguments": {"x-max-length": 1, "x-max-age": "10"}},
        "too large and not durable": {
            "durable": False, "arguments": {"x-stream-max-segment-size-bytes": 2**40}},
    }.items():
        session.attempt(title, lambda title=title, options=options: declare(
            session, title, **options))
    session.attempt("without a name", lambda: session.channel.queue_declare(
        "", durable=True, arguments=STREAM).method)
    session.attempt("wrong without a name", lambda: session.channel.queue_declare(
        "", arguments={**STREAM, "x-max-age": "10"}).method)


@scenario
def a_stream_does_not_have_the_arguments_of_other_queues(session):
    for key, value in {
        "x-expires": 1000, "x-message-ttl": 1000, "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "k", "x-max-length": 5, "x-max-priority": 3,
        "x-overflow": "drop-head", "x-queue-mode": "lazy", "x-queue-version": 2,
        "x-single-active-consumer": True, "x-queue-master-locator": "min-masters",
        "x-max-in-memory-length": 1, "x-max-in-memory-bytes": 1, "x-delivery-limit": 1,
        "x-quorum-initial-group-size": 1, "x-dead-letter-strategy": "at-least-once",
    }.items():
        session.attempt(key, lambda key=key, value=value: declare(session, key, {key: value}))
    session.attempt("with a wrong value", lambda: declare(session, "v", {"x-max-length": "x"}))


@scenario
def a_stream_can_be_declared_again_alike(session):
    declare(session, "s", {"x-max-age": "1h"})
    for title, arguments in {
        "alike": {"x-max-age": "1h"},
        "other age": {"x-max-age": "2h"},
        "no age": {},
        "more bytes": {"x-max-age": "1h", "x-max-length-bytes": 5},
        "a locator": {"x-max-age": "1h", "x-queue-leader-locator": "client-local"},
        "a cluster": {"x-max-age": "1h", "x-initial-cluster-size": 1},
        "a segment": {"x-max-age": "1h", "x-stream-max-segment-size-bytes": 5},
        "what it does not have": {"x-max-age": "1h", "x-max-length": 5, "x-expires": 5},
    }.items():
        session.attempt(title, lambda arguments=arguments: declare(session, "s", arguments))
    for title, options in {"not durable": {"durable": False}, "exclusive": {"exclusive": True},
                           "auto-delete": {"auto_delete": True}}.items():
        session.attempt(title, lambda options=options: declare(
            session, "s", {"x-max-age": "1h"}, **options))


@scenario
def a_stream_is_no_classic_queue_and_no_classic_queue_is_a_stream(session):
    name = declare(session, "s").queue
    classic = session.channel.queue_declare(session.name("c"), durable=True).method.queue
    session.attempt("classic", lambda: session.channel.queue_declare(
        name, durable=True, arguments={"x-queue-type": "classic"}).method)
    session.attempt("of no type", lambda: session.channel.queue_declare(
        name, durable=True).method)
    session.attempt("stream", lambda: session.channel.queue_declare(
        classic, durable=True, arguments=STREAM).method)
    session.attempt("age", lambda: session.channel.queue_declare(
        session.name("d"), durable=True, arguments={"x-max-age": "1h"}).method)
    session.attempt("offset", lambda: session.channel.basic_consume(
        classic, print, arguments={"x-stream-offset": "first"}))


@scenario
def a_stream_is_read_from_where_one_says(session):
    name = filled_stream(session)
    now = datetime.datetime.now(datetime.timezone.utc)
    for title, start, count in (
            ("first", "first", 5), ("last", "last", 1), ("zero", 0, 5), ("three", 3, 2),
            ("below zero", -1, 5), ("an hour", "1h", 5), ("a year", "1Y", 5),
            ("long ago", datetime.datetime(1970, 1, 1), 5),
            ("an hour ago", now - datetime.timedelta(hours=1), 5)):
        session.note(title)
        other = session.another()
        other.channel.basic_qos(prefetch_count=10)
        other.consume(name, count, arguments={"x-stream-offset": start})
        other.close()


@scenario
def a_reader_gets_what_comes_later(session):
    name = filled_stream(session, 2)
    for title, arguments in {"next": {"x-stream-offset": "next"}, "by default": None,
                             "the end": {"x-stream-offset": 3}}.items():
        session.note(title)
        wire = session.wire()
        wire.call(spec.Basic.Qos(prefetch_count=10))
        wire.call(spec.Basic.Consume(queue=name, consumer_tag="t", arguments=arguments))
        wire.quiet(1)
        wire.close()
    wire = reader(session, name, 10, "next")
    session.publish("", name, "later")
    wire.hear(spec.Basic.Deliver)
    session.publish("", name, "later still")
    wire.hear(spec.Basic.Deliver)


@scenario
def an_offset_that_is_none_is_refused(session):
    name = filled_stream(session, 1)
    session.channel.basic_qos(prefetch_count=10)

    def consume(value):
        session.channel.basic_qos(prefetch_count=10)
        session.channel.basic_consume(name, print, arguments={"x-stream-offset": value})
    session.attempts(consume, {value: value for value in ("0s", "10", "1x", "1.5h")})
    session.attempt("and a priority", lambda: session.channel.basic_consume(
        name, print, arguments={"x-stream-offset": "10", "x-priority": 1}))


@scenario
def an_offset_that_is_no_word_is_refused(session):
    name = filled_stream(session, 1)

    def consume(value):
        session.channel.basic_qos(prefetch_count=10)
        session.channel.basic_consume(name, print, arguments={"x-stream-offset": value})
    session.attempts(consume, {"a word": "bogus", "nothing": "", "capitals": "FIRST",
                               "true": True, "void": None, "a list": [1]})


@scenario
def a_reader_needs_a_prefetch_and_acks(session):
    name = filled_stream(session, 1)
    start = {"x-stream-offset": "first"}
    session.attempt("no prefetch", lambda: session.channel.basic_consume(name, print))
    session.attempt("neither", lambda: session.channel.basic_consume(name, print, auto_ack=True))

    def consume(prefetch, is_global=False, **options):
        session.channel.basic_qos(prefetch_count=prefetch, global_qos=is_global)
        session.channel.basic_consume(name, print, **options)
    session.attempt("no acks", lambda: consume(1, auto_ack=True))
    session.attempt("the channel's prefetch", lambda: consume(1, is_global=True))
    session.attempt("a priority", lambda: consume(1, arguments={**start, "x-priority": 1}))
    session.attempt("a priority in words", lambda: consume(1, arguments={"x-priority": "a"}))
    session.attempt("failover", lambda: consume(1, arguments={"x-cancel-on-ha-failover": True}))
    session.attempt("an unknown argument", lambda: consume(1, arguments={"x-mine": 1}))


@scenario
def getting_from_a_stream_and_purging_it_is_refused(session):
    name = filled_stream(session, 1)
    session.attempt("get", lambda: session.channel.basic_get(name))
    session.attempt("get without ack", lambda: session.channel.basic_get(name, True))
    session.attempt("purge", lambda: session.channel.queue_purge(name))
    session.channel.basic_qos(prefetch_count=10)
    session.consume(name, 1, arguments={"x-stream-offset": "first"})


@scenario
def an_ack_makes_room_in_a_stream(session):
    wire = reader(session, filled_stream(session, 7), 2, "first")
    wire.hear(spec.Basic.Deliver, count=2)
    wire.send(spec.Basic.Ack(1))
    wire.hear(spec.Basic.Deliver)
    wire.send(spec.Basic.Ack(3, multiple=True))
    wire.hear(spec.Basic.Deliver, count=2)
    wire.send(spec.Basic.Ack(5))
    wire.hear(spec.Basic.Deliver)
    wire.quiet()
    wire.send(spec.Basic.Ack(5))
    wire.hear(spec.Channel.Close)


@scenario
def a_stream_takes_nothing_back(session):
    name = filled_stream(session, 3)
    for title, method in {
        "nack": spec.Basic.Nack(2, requeue=False),
        "nack and requeue": spec.Basic.Nack(1, requeue=True),
        "nack of all": spec.Basic.Nack(0, multiple=True),
        "reject": spec.Basic.Reject(1, requeue=False),
        "reject and requeue": spec.Basic.Reject(2, requeue=True),
    }.items():
        session.note(title)
        wire = reader(session, name, 2, "first")
        wire.hear(spec.Basic.Deliver, count=2)
        wire.send(method)
        wire.hear(spec.Connection.Close)
    session.note("all is there")
    session.channel.basic_qos(prefetch_count=10)
    session.consume(name, 3, arguments={"x-stream-offset": "first"})


@scenario
def recovering_a_stream_is_refused(session):
    wire = reader(session, filled_stream(session, 1), 2, "first")
    wire.hear(spec.Basic.Deliver)
    wire.send(spec.Basic.Recover(requeue=True))
    wire.hear(spec.Connection.Close)


@scenario
def many_read_a_stream_each_by_itself(session):
    name = filled_stream(session, 4)
    slow = reader(session, name, 1, "first", "slow")
    slow.hear(spec.Basic.Deliver)
    late = reader(session, name, 10, 2, "late")
    late.hear(spec.Basic.Deliver, count=2)
    exclusive = session.wire()
    exclusive.call(spec.Basic.Qos(prefetch_count=10))
    exclusive.call(spec.Basic.Consume(queue=name, consumer_tag="exclusive", exclusive=True,
                                      arguments={"x-stream-offset": 3}))
    exclusive.hear(spec.Basic.Deliver)
    slow.send(spec.Basic.Ack(1))
    slow.hear(spec.Basic.Deliver)
    late.close()
    session.publish("", name, "new")
    exclusive.hear(spec.Basic.Deliver)
    slow.quiet()


@scenario
def a_stream_holds_what_was_read(session):
    name = filled_stream(session, 3)
    session.wait_depth(name, 3)
    session.channel.basic_qos(prefetch_count=10)
    for tag in session.consume(name, 3, arguments={"x-stream-offset": "first"}):
        session.channel.basic_ack(tag)
    session.attempt("read", lambda: session.channel.queue_declare(name, passive=True).method)
    session.cancel()
    session.reopen()
    session.channel.basic_qos(prefetch_count=10)
    session.consume(name, 3, arguments={"x-stream-offset": 0})


@scenario
def a_stream_is_deleted_whoever_reads_it(session):
    name = filled_stream(session, 3)
    wire = reader(session, name, 10, "first")
    wire.hear(spec.Basic.Deliver, count=3)
    session.attempt("unless used or filled", lambda: session.channel.queue_delete(
        name, if_unused=True, if_empty=True).method)
    wire.hear(spec.Basic.Cancel)
    session.attempt("gone", lambda: session.channel.queue_declare(name, passive=True).method)


@scenario
def a_message_in_a_stream_has_its_properties_and_its_offset(session):
    name = filled_stream(session, 1)
    session.publish("", name, "full", content_type="text/plain", content_encoding="gzip",
                    headers={"one": 1, "text": "t", "yes": True}, delivery_mode=2, priority=3,
                    correlation_id="c", reply_to="r", expiration="60000", message_id="m",
                    timestamp=5, type="y", user_id="guest", app_id="a")
    session.publish("", name, "transient", delivery_mode=1)
    session.publish("", name, "claims", headers={"x-stream-offset": 77, "mine": "x"})
    session.channel.basic_qos(prefetch_count=10)
    session.consume(name, 3, arguments={"x-stream-offset": 1})


@scenario
def a_stream_is_bound_like_any_queue(session):
    name = filled_stream(session, 0)
    exchange = session.exchange("x", "topic")
    session.bind(name, exchange, "a.*")
    session.try_publish("bound", exchange, "a.b", "one", mandatory=True)
    session.try_publish("not bound", exchange, "b", "two", mandatory=True)
    session.try_publish("by its name", "", name, "two", mandatory=True)
    session.channel.basic_qos(prefetch_count=10)
    session.consume(name, 2, arguments={"x-stream-offset": "first"})
    session.channel.queue_unbind(name, exchange, "a.*")
    session.try_publish("bound no more", exchange, "a.b", "three", mandatory=True)


@scenario
def a_transaction_appends_to_a_stream(session):
    name = filled_stream(session, 1)
    wire = reader(session, name, 10, "first")
    wire.hear(spec.Basic.Deliver)
    other = session.wire()
    other.call(spec.Tx.Select())
    other.publish("", name, "taken back")
    other.call(spec.Tx.Rollback())
    other.publish("", name, "committed")
    other.call(spec.Tx.Commit())
    wire.hear(spec.Basic.Deliver)
    wire.quiet()
