"""Queues that are full."""

from pika import spec

from . import scenario
from .dead_letters import dying_queue


@scenario
def a_full_queue_rejects_what_is_published(session):
    work, dead = dying_queue(session, x_max_length=2, x_overflow="reject-publish")
    for number in range(4):
        session.try_publish(f"m{number}", "", work, f"m{number}")
    session.try_publish("mandatory", "", work, mandatory=True)
    session.get(work, auto_ack=True)
    session.try_publish("once there is room", "", work, "m4")
    session.bodies(work)
    session.wait_depth(dead, 0)


@scenario
def a_full_queue_rejects_by_octets(session):
    name = session.queue("q", x_max_length_bytes=10, x_overflow="reject-publish")
    for body in ("aaaaaa", "bbbbbb", "cccccc", "", "d"):
        session.try_publish(body, "", name, body)
    session.bodies(name)
    session.try_publish("more than the queue takes", "", name, "e" * 11)
    session.bodies(name)


@scenario
def a_full_queue_may_let_die_what_it_rejects(session):
    work, dead = dying_queue(session, x_max_length=1, x_overflow="reject-publish-dlx")
    for number in range(3):
        session.try_publish(f"m{number}", "", work, f"m{number}", message_id=f"{number}",
                            expiration="60000", headers={"a": 1})
    session.wait_depth(dead, 2)
    session.drain(dead)
    session.bodies(work)


@scenario
def one_full_queue_of_several_rejects(session):
    exchange = session.exchange("e", "fanout")
    small = session.queue("small", x_max_length=1, x_overflow="reject-publish")
    large, dropping = session.queue("large"), session.queue("dropping", x_max_length=1)
    for queue in (small, large, dropping):
        session.bind(queue, exchange)
    for body in ("one", "two", "three"):
        session.try_publish(body, exchange, "k", body)
    for queue in (small, large, dropping):
        session.bodies(queue)


@scenario
def confirms_of_a_full_queue_name_what_was_rejected(session):
    name = session.queue("q", x_max_length=2, x_overflow="reject-publish")
    other = session.queue("other")
    wire = session.wire(confirms=True)
    for number in range(6):
        wire.publish("", other if number % 2 else name, f"m{number}")
        wire.publish("", name, f"n{number}")
    wire.confirmed(12)
    session.bodies(name)
    session.bodies(other)


@scenario
def a_full_queue_has_room_again_when_messages_expire(session):
    work, dead = dying_queue(
        session, x_max_length=1, x_overflow="reject-publish", x_message_ttl=30)
    session.try_publish("first", "", work, "first")
    session.wait_depth(dead, 1)
    session.try_publish("after its death", "", work, "second")
    session.wait_depth(dead, 2)
    session.deaths(dead)


@scenario
def what_a_waiting_consumer_takes_needs_no_room(session):
    for overflow in ("reject-publish", "drop-head"):
        name = session.queue(overflow, x_max_length=1, x_overflow=overflow)
        wire = session.wire()
        wire.call(spec.Basic.Consume(queue=name, consumer_tag="c"))
        for number in range(3):
            session.try_publish(f"m{number}", "", name, f"m{number}")
        wire.hear(spec.Basic.Deliver, count=3)
        wire.call(spec.Basic.Cancel(consumer_tag="c"))
        for number in range(3, 6):
            session.try_publish(f"m{number}", "", name, f"m{number}")
        session.bodies(name)


@scenario
def a_queue_of_length_zero_gives_only_to_waiting_consumers(session):
    work, dead = dying_queue(session, x_max_length=0)
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=1))
    wire.call(spec.Basic.Consume(queue=work, consumer_tag="c"))
    session.try_publish("one", "", work, "one")
    wire.hear(spec.Basic.Deliver)
    session.try_publish("two", "", work, "two")
    session.wait_depth(dead, 1)
    rejecting = session.queue("rejecting", x_max_length=0, x_overflow="reject-publish")
    session.try_publish("three", "", rejecting, "three")
    session.deaths(dead)


@scenario
def only_ready_messages_count_as_length(session):
    work, dead = dying_queue(session, x_max_length=2)
    for number in range(2):
        session.publish("", work, f"m{number}")
    tags = [session.get(work), session.get(work)]
    for number in range(2, 4):
        session.publish("", work, f"m{number}")
    session.wait_depth(work, 2)
    session.channel.basic_nack(tags[1], multiple=True, requeue=True)
    session.wait_depth(dead, 2)
    session.publish("", work, "m4")
    session.wait_depth(dead, 3)
    session.deaths(dead)
    session.bodies(work)


@scenario
def the_smaller_of_two_limits_counts(session):
    work, dead = dying_queue(session, x_max_length=3, x_max_length_bytes=6)
    for body in ("a", "b", "c", "d", "eeeee", "ffffff", "ggggggg"):
        session.publish("", work, body)
    session.bodies(work)
    session.wait_depth(dead, 7)
    session.bodies(dead)


@scenario
def octets_of_headers_do_not_count(session):
    name = session.queue("q", x_max_length_bytes=3)
    for number in range(4):
        session.publish("", name, f"{number}", headers={"long": "x" * 100}, message_id="y" * 100)
    session.publish("", name, "")
    session.bodies(name)


@scenario
def a_full_queue_fails_a_commit(session):
    name = session.queue("q", x_max_length=1, x_overflow="reject-publish")
    wire = session.wire()
    wire.call(spec.Tx.Select())
    for body in ("one", "two"):
        wire.publish("", name, body)
    wire.call(spec.Tx.Commit())
    session.bodies(name)
