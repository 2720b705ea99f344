"""Who gets what, how much at a time, and how consumers end."""

from pika import spec

from . import scenario
from .deliveries import filled_queue


@scenario
def consumers_of_higher_priority_come_first(session):
    name = session.queue("q")
    wire = session.wire(channels=4)
    for number, priority in enumerate((0, 10, -5, 10), 1):
        wire.call(spec.Basic.Qos(prefetch_count=2), number)
        wire.call(spec.Basic.Consume(queue=name, consumer_tag=f"{number}:{priority}",
                                     arguments={"x-priority": priority}), number)
    for number in range(9):
        session.publish("", name, f"m{number}")
    wire.hear(spec.Basic.Deliver, count=8)
    session.wait_depth(name, 1)
    wire.send(spec.Basic.Ack(1), 3)
    wire.hear(spec.Basic.Deliver)


@scenario
def without_a_priority_a_consumer_has_priority_zero(session):
    name = session.queue("q")
    wire = session.wire(channels=3)
    for number, arguments in enumerate(
            ({"x-priority": -1}, None, {"x-priority": 1}), 1):
        wire.call(spec.Basic.Consume(queue=name, consumer_tag=f"{number}", no_ack=True,
                                     arguments=arguments), number)
    session.publish("", name, "one")
    wire.hear(spec.Basic.Deliver)
    wire.call(spec.Basic.Cancel("3"), 3)
    session.publish("", name, "two")
    wire.hear(spec.Basic.Deliver)


@scenario
def a_consumers_priority_is_a_number(session):
    name = session.queue("q")
    session.attempts(lambda value: session.channel.basic_consume(
        name, print, consumer_tag="c", arguments={"x-priority": value}) and
        session.channel.basic_cancel("c"), {
            "number": 3, "negative": -3, "large": 2**40, "text": "high", "true": True,
            "void": None, "octets": b"1"})
    session.attempt("unknown argument", lambda: session.channel.basic_consume(
        name, print, consumer_tag="c", arguments={"x-mine": "a"}))


@scenario
def an_exclusive_consumer_leaves_getting_to_others(session):
    name = filled_queue(session, 2)
    session.channel.basic_qos(prefetch_count=1)
    session.consume(name, 1, exclusive=True)
    other = session.another()
    other.get(name)
    other.attempt("consume", lambda: other.channel.basic_consume(name, print))
    session.reopen()
    other.consume(name, 2)


@scenario
def a_consumer_hears_that_its_queue_is_deleted(session):
    for title, handshake in {"able": {}, "unable": {"capabilities": {}}}.items():
        session.note(title)
        name = session.queue(title)
        wire = session.wire(channels=2, **handshake)
        wire.call(spec.Basic.Consume(queue=name, consumer_tag="on one"))
        session.channel.queue_delete(name)
        if title == "able":
            wire.hear(spec.Basic.Cancel)
        wire.call(spec.Basic.Cancel("on one"))
        session.queue(title)
        wire.call(spec.Basic.Consume(queue=name, consumer_tag="on one"))
        wire.call(spec.Queue.Delete(queue=name), 1)
        if title == "able":
            wire.hear(spec.Basic.Cancel)
        wire.quiet()


@scenario
def an_unacked_message_of_a_deleted_queue_may_be_acked(session):
    name = filled_queue(session, 3)
    wire = session.wire()
    wire.call(spec.Basic.Get(queue=name))
    wire.call(spec.Basic.Get(queue=name))
    session.attempt("delete", lambda: session.channel.queue_delete(name).method)
    wire.send(spec.Basic.Ack(1))
    wire.send(spec.Basic.Nack(2, requeue=True))
    wire.quiet()


@scenario
def a_prefetch_counts_for_each_consumer(session):
    one, two = session.queue("one"), session.queue("two")
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=2))
    wire.call(spec.Basic.Consume(queue=one, consumer_tag="two of one"))
    wire.call(spec.Basic.Qos(prefetch_count=1))
    wire.call(spec.Basic.Consume(queue=two, consumer_tag="one of two"))
    for queue in (one, two):
        for number in range(3):
            session.publish("", queue, f"{number}")
        session.wait_depth(queue, 1 if queue == one else 2)
    wire.quiet()
    wire.send(spec.Basic.Ack(3))
    wire.hear(spec.Basic.Deliver)


@scenario
def a_prefetch_for_the_channel_counts_for_all_its_consumers(session):
    one, two = session.queue("one"), session.queue("two")
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=2, global_qos=True))
    wire.call(spec.Basic.Consume(queue=one, consumer_tag="one"))
    wire.call(spec.Basic.Consume(queue=two, consumer_tag="two"))
    for number in range(2):
        session.publish("", one, f"{number}")
    wire.hear(spec.Basic.Deliver, count=2)
    session.publish("", two, "waits")
    session.wait_depth(two, 1)
    wire.send(spec.Basic.Ack(1))
    wire.hear(spec.Basic.Deliver)
    session.publish("", one, "waits as well")
    session.wait_depth(one, 1)
    wire.call(spec.Basic.Qos(prefetch_count=3, global_qos=True))
    wire.hear(spec.Basic.Deliver)
    wire.call(spec.Basic.Qos(prefetch_count=0, global_qos=True))
    session.publish("", two, "without a limit")
    wire.hear(spec.Basic.Deliver)


@scenario
def a_prefetch_for_consumers_lifts_the_channels(session):
    name = session.queue("q")
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=3, global_qos=True))
    wire.call(spec.Basic.Qos(prefetch_count=2))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="a"))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="b"))
    for number in range(6):
        session.publish("", name, f"m{number}")
    wire.quiet()
    session.wait_depth(name, 2)


@scenario
def both_prefetches_hold_if_the_channels_comes_last(session):
    name = session.queue("q")
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=2))
    wire.call(spec.Basic.Qos(prefetch_count=3, global_qos=True))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="a"))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="b"))
    for number in range(6):
        session.publish("", name, f"m{number}")
    wire.quiet()
    session.wait_depth(name, 3)
    wire.send(spec.Basic.Ack(3, multiple=True))
    wire.hear(spec.Basic.Deliver, count=3)


@scenario
def a_lowered_prefetch_waits_for_acks(session):
    name = filled_queue(session, 6)
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=3, global_qos=True))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c"))
    wire.hear(spec.Basic.Deliver, count=3)
    wire.call(spec.Basic.Qos(prefetch_count=1, global_qos=True))
    wire.send(spec.Basic.Ack(2, multiple=True))
    wire.send(spec.Basic.Qos(prefetch_count=1, global_qos=True))
    wire.hear(spec.Basic.QosOk)
    session.wait_depth(name, 3)
    wire.send(spec.Basic.Ack(3))
    wire.hear(spec.Basic.Deliver)


@scenario
def what_is_got_counts_for_no_prefetch(session):
    name = filled_queue(session, 4)
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=1))
    for _ in range(2):
        wire.call(spec.Basic.Get(queue=name))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c"))
    wire.hear(spec.Basic.Deliver)
    wire.call(spec.Basic.Get(queue=name))
    wire.call(spec.Basic.Get(queue=name))


@scenario
def a_consumer_without_acks_knows_no_prefetch(session):
    name = filled_queue(session, 3)
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=1))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c", no_ack=True))
    wire.hear(spec.Basic.Deliver, count=3)
    wire.send(spec.Basic.Ack(1))
    wire.hear()


@scenario
def a_prefetch_in_octets_is_refused(session):
    session.attempt("octets", lambda: session.channel.basic_qos(prefetch_size=1024))
    session.attempt("octets for the channel", lambda: session.channel.basic_qos(
        prefetch_size=1, global_qos=True))
    session.attempt("greatest count", lambda: session.channel.basic_qos(prefetch_count=65535))


@scenario
def no_local_is_ignored(session):
    name = session.queue("q")
    wire = session.wire()
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c", no_local=True))
    wire.publish("", name, "my own")
    wire.hear(spec.Basic.Deliver)


@scenario
def recovering_gives_back_to_the_queue(session):
    name = filled_queue(session, 3)
    wire = session.wire(channels=2)
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c"))
    wire.hear(spec.Basic.Deliver, count=3)
    wire.send(spec.Basic.Ack(2))
    wire.send(spec.Basic.Recover(requeue=True))
    wire.hear(spec.Basic.Deliver, count=2)
    wire.quiet()
    wire.send(spec.Basic.RecoverAsync(requeue=True))
    wire.hear(spec.Basic.Deliver, count=2)
    wire.quiet()
    wire.call(spec.Basic.Cancel("c"))
    wire.send(spec.Basic.RecoverAsync(requeue=True))
    wire.quiet()
    session.wait_depth(name, 2)
    wire.send(spec.Basic.RecoverAsync(requeue=False))
    wire.hear()


@scenario
def recovering_without_requeueing_is_refused(session):
    session.attempt("recover", lambda: session.channel.basic_recover(requeue=False))
    session.attempt("the connection lives again", lambda: session.depth(session.queue("q")))


@scenario
def a_consumer_tag_is_refused_while_it_is_used(session):
    name = session.queue("q")
    wire = session.wire()
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="mine"))
    wire.call(spec.Basic.Cancel("mine"))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="mine"))
    wire.call(spec.Basic.Cancel("another's"))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="mine"))
    wire.ended()


@scenario
def a_broker_names_consumers_without_a_tag(session):
    name = session.queue("q")
    wire = session.wire()
    wire.send(spec.Basic.Consume(queue=name))
    answer, _, _ = wire.receive()
    session.hide(answer.consumer_tag)
    session.note(f"begins {answer.consumer_tag[:9]!r}")
    session.publish("", name, "one")
    wire.hear(spec.Basic.Deliver)
    wire.call(spec.Basic.Cancel(answer.consumer_tag))
    wire.call(spec.Basic.Cancel(""))


@scenario
def three_consumers_take_turns_in_the_order_they_came(session):
    name = session.queue("q")
    wire = session.wire(channels=3)
    for number in (2, 3, 1):
        wire.call(spec.Basic.Consume(queue=name, consumer_tag=f"on {number}", no_ack=True), number)
    for number in range(7):
        session.publish("", name, f"m{number}")
    wire.hear(spec.Basic.Deliver, count=7)


@scenario
def full_consumers_are_passed_over(session):
    name = session.queue("q")
    wire = session.wire(channels=2)
    wire.call(spec.Basic.Qos(prefetch_count=1))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="one at a time"))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="no limit"), 2)
    for number in range(5):
        session.publish("", name, f"m{number}")
    wire.hear(spec.Basic.Deliver, count=5)
    wire.send(spec.Basic.Ack(1))
    wire.quiet()
    for number in range(5, 8):
        session.publish("", name, f"m{number}")
    wire.hear(spec.Basic.Deliver, count=3)


@scenario
def a_rejected_message_may_come_back_to_the_same_consumer(session):
    name = session.queue("q")
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=1))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c"))
    session.publish("", name, "one")
    session.publish("", name, "two")
    wire.hear(spec.Basic.Deliver)
    wire.send(spec.Basic.Reject(1, requeue=True))
    wire.hear(spec.Basic.Deliver)
    wire.send(spec.Basic.Ack(2))
    wire.hear(spec.Basic.Deliver)
