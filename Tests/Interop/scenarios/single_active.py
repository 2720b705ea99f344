"""Queues that give to one consumer at a time."""

from pika import spec

from . import scenario


def consumers(session, tags, prefetch=0, **options):
    """One queue, and one connection a consumer of it, subscribed in turn."""
    name = session.queue("q", x_single_active_consumer=True)
    wires = []
    for tag in tags:
        wires.append(session.wire())
        wires[-1].call(spec.Basic.Qos(prefetch_count=prefetch))
        wires[-1].call(spec.Basic.Consume(queue=name, consumer_tag=tag, **options))
    return [name, *wires]


@scenario
def the_first_consumer_gets_everything(session):
    name, first, second, third = consumers(session, ["first", "second", "third"], no_ack=True)
    for number in range(4):
        session.publish("", name, f"m{number}")
    first.hear(spec.Basic.Deliver, count=4)
    first.call(spec.Basic.Cancel("first"))
    session.publish("", name, "to the second")
    second.hear(spec.Basic.Deliver)
    second.call(spec.Channel.Close(200, "", 0, 0))
    session.wait_consumers(name, 1)
    session.publish("", name, "to the third")
    third.hear(spec.Basic.Deliver)
    first.call(spec.Basic.Consume(queue=name, consumer_tag="first again", no_ack=True))
    session.publish("", name, "still to the third")
    third.hear(spec.Basic.Deliver)
    first.quiet()
    session.attempt("consumers", lambda: session.channel.queue_declare(
        name, passive=True).method)


@scenario
def what_a_cancelled_active_consumer_holds_stays_with_it(session):
    name, first, second = consumers(session, ["first", "second"])
    session.publish("", name, "one")
    first.hear(spec.Basic.Deliver)
    first.call(spec.Basic.Cancel("first"))
    session.publish("", name, "two")
    second.hear(spec.Basic.Deliver)
    first.send(spec.Basic.Nack(1, requeue=True))
    second.hear(spec.Basic.Deliver)
    second.send(spec.Basic.Ack(2, multiple=True))
    second.quiet()
    session.wait_depth(name, 0)


@scenario
def a_closed_active_channel_hands_over_in_order(session):
    name, first, second, third = consumers(session, ["first", "second", "third"])
    for number in range(3):
        session.publish("", name, f"m{number}")
    first.hear(spec.Basic.Deliver, count=3)
    first.send(spec.Basic.Ack(1))
    first.call(spec.Channel.Close(200, "", 0, 0))
    second.hear(spec.Basic.Deliver, count=2)
    second.call(spec.Connection.Close(200, "", 0, 0), 0)
    third.hear(spec.Basic.Deliver, count=2)


@scenario
def a_full_active_consumer_lets_the_others_wait(session):
    name, first, second = consumers(session, ["first", "second"], prefetch=1)
    for number in range(3):
        session.publish("", name, f"m{number}")
    first.hear(spec.Basic.Deliver)
    session.wait_depth(name, 2)
    second.quiet()
    first.send(spec.Basic.Nack(1, requeue=True))
    first.hear(spec.Basic.Deliver)
    first.send(spec.Basic.Ack(2))
    first.hear(spec.Basic.Deliver)
    first.call(spec.Channel.Close(200, "", 0, 0))
    second.hear(spec.Basic.Deliver)
    second.send(spec.Basic.Ack(1))
    second.hear(spec.Basic.Deliver)


@scenario
def a_single_active_consumer_is_not_exclusive(session):
    name = session.queue("q", x_single_active_consumer=True)
    session.attempt("exclusive", lambda: session.channel.basic_consume(
        name, print, exclusive=True))
    session.consume(name, 0)
    session.attempt("exclusive beside another", lambda: session.channel.basic_consume(
        name, print, exclusive=True))
    session.publish("", name, "one")
    session.drain(name)


@scenario
def getting_needs_no_active_consumer(session):
    name, first, second = consumers(session, ["first", "second"], prefetch=1)
    session.publish("", name, "one")
    first.hear(spec.Basic.Deliver)
    session.publish("", name, "two")
    session.get(name)
    first.call(spec.Basic.Cancel("first"))
    second.call(spec.Basic.Cancel("second"))
    session.publish("", name, "three")
    session.get(name)
    session.publish("", name, "four")
    second.call(spec.Basic.Consume(queue=name, consumer_tag="third"))
    second.hear(spec.Basic.Deliver)


@scenario
def the_next_active_consumer_is_one_of_highest_priority(session):
    name = session.queue("q", x_single_active_consumer=True)
    wires = {}
    for priority in (1, 5, 9, 7):
        wires[priority] = session.wire()
        wires[priority].call(spec.Basic.Consume(
            queue=name, consumer_tag=f"p{priority}", no_ack=True,
            arguments={"x-priority": priority}))
    for priority in (1, 9, 7, 5):
        session.publish("", name, f"while {priority} is first")
        wires[priority].hear(spec.Basic.Deliver)
        wires[priority].call(spec.Basic.Cancel(f"p{priority}"))
