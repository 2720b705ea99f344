"""Channels and connections: opening, closing, and what may not be said on them."""

from pika import spec

from . import scenario
from .deliveries import filled_queue


@scenario
def a_closed_channel_may_be_opened_again(session):
    name = filled_queue(session, 2)
    wire = session.wire()
    wire.call(spec.Basic.Get(queue=name))
    wire.call(spec.Channel.Close(200, "done", 0, 0))
    session.wait_depth(name, 2)
    wire.call(spec.Channel.Open())
    wire.call(spec.Basic.Get(queue=name))
    wire.call(spec.Queue.Declare(queue=session.name("missing"), passive=True))
    session.wait_depth(name, 2)
    wire.call(spec.Channel.Open())
    wire.call(spec.Basic.Get(queue=name))


@scenario
def an_unopened_channel_ends_the_connection(session):
    for title, method in {
        "declare": spec.Queue.Declare(queue=session.name("q")),
        "acknowledge": spec.Basic.Ack(1), "close": spec.Channel.Close(200, "", 0, 0),
        "flow": spec.Channel.Flow(True), "select": spec.Tx.Select(),
    }.items():
        wire = session.wire()
        wire.send(method, 7)
        session.note(f"{title}: {wire.fate()}")


@scenario
def a_channel_that_the_broker_closed_is_closed(session):
    wire = session.wire()
    wire.call(spec.Queue.Declare(queue=session.name("missing"), passive=True))
    wire.send(spec.Queue.Declare(queue=session.name("q")))
    session.note(wire.fate())
    wire.ended()
    session.attempt("nothing was declared", lambda: session.depth(session.name("q")))


@scenario
def a_channel_is_opened_once(session):
    wire = session.wire(channels=2)
    wire.send(spec.Channel.Open())
    session.note(wire.fate())
    wire.ended()


@scenario
def flow_cannot_be_stopped_by_a_client(session):
    wire = session.wire()
    wire.call(spec.Channel.Flow(True))
    wire.send(spec.Channel.Flow(False))
    session.note(wire.fate())
    wire.ended()


@scenario
def settling_twice_closes_the_channel(session):
    name = filled_queue(session, 4)
    first = {"ack": spec.Basic.Ack(1), "multiple": spec.Basic.Ack(1, multiple=True),
             "reject": spec.Basic.Reject(1, requeue=True)}
    second = {"ack": spec.Basic.Ack(1), "nack": spec.Basic.Nack(1, requeue=True),
              "reject": spec.Basic.Reject(1, requeue=False),
              "multiple": spec.Basic.Ack(1, multiple=True)}
    for title, one in first.items():
        for again, two in second.items():
            session.note(f"{title}, then {again}")
            session.publish("", name, "more")
            wire = session.wire()
            wire.send(spec.Basic.Get(queue=name))
            wire.receive()
            wire.send(one)
            wire.send(two)
            wire.hear()


@scenario
def tags_that_cannot_be_settled(session):
    name = filled_queue(session, 5)
    for title, method in {
        "zero": spec.Basic.Ack(0), "zero rejected": spec.Basic.Reject(0),
        "beyond": spec.Basic.Ack(9), "multiple beyond": spec.Basic.Ack(9, multiple=True),
        "largest": spec.Basic.Nack(2**63 - 1),
    }.items():
        session.note(title)
        session.wait_depth(name, 5)
        wire = session.wire()
        wire.call(spec.Basic.Get(queue=name))
        wire.send(method)
        wire.hear()
    session.note("zero and multiple with nothing unacked")
    for method in (spec.Basic.Ack(0, multiple=True), spec.Basic.Nack(0, multiple=True)):
        wire = session.wire()
        wire.send(method)
        wire.quiet()
    session.note("another channel's")
    session.wait_depth(name, 5)
    wire = session.wire(channels=2)
    wire.call(spec.Basic.Get(queue=name))
    wire.send(spec.Basic.Ack(1), 2)
    wire.hear()
    session.wait_depth(name, 4)


@scenario
def a_multiple_nack_gives_back_what_was_got_and_consumed(session):
    name = filled_queue(session, 5)
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=2))
    wire.call(spec.Basic.Get(queue=name))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c"))
    wire.hear(spec.Basic.Deliver, count=2)
    wire.call(spec.Basic.Cancel("c"))
    wire.send(spec.Basic.Nack(2, multiple=True, requeue=True))
    wire.quiet()
    session.wait_depth(name, 4)
    wire.send(spec.Basic.Nack(0, multiple=True, requeue=False))
    wire.quiet()
    session.drain(name)


@scenario
def a_channel_error_leaves_other_channels_alone(session):
    name = filled_queue(session, 2)
    wire = session.wire(channels=3)
    wire.call(spec.Basic.Get(queue=name), 2)
    wire.call(spec.Basic.Get(queue=session.name("missing")))
    wire.send(spec.Basic.Ack(1), 2)
    wire.call(spec.Basic.Get(queue=name), 2)
    wire.call(spec.Exchange.Declare(exchange=session.name("e"), type="x-nothing"), 3)
    wire.ended()
    session.wait_depth(name, 1)


@scenario
def the_number_of_channels_is_what_was_agreed(session):
    wire = session.wire(channel_max=2, channels=0)
    wire.call(spec.Channel.Open(), 1)
    wire.call(spec.Channel.Open(), 2)
    wire.call(spec.Channel.Close(200, "", 0, 0), 1)
    wire.call(spec.Channel.Open(), 1)
    wire.call(spec.Channel.Open(), 3)
    wire.ended()


@scenario
def a_client_closes_its_connection(session):
    name = filled_queue(session, 2)
    wire = session.wire(channels=2)
    wire.call(spec.Basic.Get(queue=name))
    wire.call(spec.Connection.Close(200, "goodbye", 0, 0), 0)
    session.wait_depth(name, 2)
    session.drain(name)


@scenario
def a_secret_may_be_replaced(session):
    wire = session.wire()
    # Neither broker's users have secrets that change, but both take the method.
    wire.frame(1, 0, b"\x00\x0a\x00\x46" + b"\x00\x00\x00\x05guest" + b"\x06reason")
    answer = wire.next_octets()
    session.note(f"answered {answer.hex()}")
    wire.quiet()
