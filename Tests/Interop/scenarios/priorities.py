"""Queues that keep priorities."""

from pika import spec

from . import scenario
from .dead_letters import dying_queue


def fill(session, queue, priorities):
    """Publishes one message a priority, numbered; none means a message without one."""
    for number, priority in enumerate(priorities):
        title = "none" if priority is None else priority
        session.publish("", queue, f"{number}:{title}", priority=priority)


@scenario
def the_highest_priority_comes_first(session):
    name = session.queue("q", x_max_priority=5)
    fill(session, name, [1, 5, None, 3, 0, 5, 9, 255, 4, None, 1, 6])
    session.wait_depth(name, 12)
    session.drain(name)


@scenario
def a_queue_has_at_most_256_priorities(session):
    name = session.queue("q", x_max_priority=255)
    fill(session, name, [0, 255, 1, 254, 128, 127, 129, None])
    session.bodies(name)
    single = session.queue("single", x_max_priority=1)
    fill(session, single, [0, 1, 2, None, 1, 0])
    session.bodies(single)


@scenario
def without_priorities_of_its_own_a_queue_ignores_them(session):
    for short, arguments in {"plain": {}, "zero": {"x_max_priority": 0}}.items():
        name = session.queue(short, **arguments)
        fill(session, name, [0, 5, 1, None, 9])
        session.bodies(name)


@scenario
def a_requeued_message_returns_to_its_priority(session):
    name = session.queue("q", x_max_priority=3)
    fill(session, name, [0, 1, 2, 3, 0, 1, 2, 3])
    tags = [session.get(name) for _ in range(6)]
    for tag in (tags[4], tags[0], tags[3], tags[5], tags[1]):
        session.channel.basic_reject(tag, requeue=True)
    session.wait_depth(name, 7)
    session.reopen()
    session.wait_depth(name, 8)
    session.drain(name)


@scenario
def redeliveries_keep_their_priority(session):
    name = session.queue("q", x_max_priority=2)
    fill(session, name, [0, 1, 2, 0, 1, 2])
    wire = session.wire(channels=2)
    wire.call(spec.Basic.Qos(prefetch_count=4))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="first"))
    wire.hear(spec.Basic.Deliver, count=4)
    session.publish("", name, "late", priority=2)
    wire.call(spec.Channel.Close(200, "", 0, 0))
    session.wait_depth(name, 7)
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="second", no_ack=True), 2)
    wire.hear(spec.Basic.Deliver, count=7)


@scenario
def a_prefetch_holds_what_came_before_higher_priorities(session):
    name = session.queue("q", x_max_priority=9)
    fill(session, name, [1, 2, 3])
    wire = session.wire()
    wire.call(spec.Basic.Qos(prefetch_count=1))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c"))
    wire.hear(spec.Basic.Deliver)
    fill(session, name, [9, 8, 1])
    for tag in range(1, 6):
        wire.send(spec.Basic.Ack(tag))
        wire.hear(spec.Basic.Deliver)


@scenario
def a_full_queue_drops_its_head_the_highest_priority(session):
    work, dead = dying_queue(session, x_max_priority=5, x_max_length=3)
    fill(session, work, [3, 1, 2, 5, 0, 4, 5])
    session.wait_depth(dead, 4)
    session.bodies(dead)
    session.bodies(work)
    fill(session, work, [5, 5, 5, 0, 1])
    session.wait_depth(dead, 2)
    session.bodies(dead)
    session.bodies(work)


@scenario
def a_full_queue_with_priorities_drops_by_octets(session):
    work, dead = dying_queue(session, x_max_priority=3, x_max_length_bytes=6)
    fill(session, work, [1, 3, 2, 0])
    session.wait_depth(dead, 2)
    session.bodies(dead)
    session.bodies(work)
    rejecting = session.queue("rejecting", x_max_priority=3, x_max_length=1,
                              x_overflow="reject-publish")
    session.try_publish("low", "", rejecting, "low", priority=0)
    session.try_publish("high", "", rejecting, "high", priority=3)
    session.bodies(rejecting)


@scenario
def a_message_expires_at_the_head_of_its_priority(session):
    work, dead = dying_queue(session, x_max_priority=3)
    session.publish("", work, "first of two", priority=2)
    session.publish("", work, "stays at one", priority=1)
    session.publish("", work, "expires at two", priority=2, expiration="1")
    session.publish("", work, "expires at one", priority=1, expiration="1")
    session.let_pass(20)
    session.wait_depth(dead, 0)
    session.get(work, auto_ack=True)
    session.wait_depth(dead, 1)
    session.get(work, auto_ack=True)
    session.wait_depth(dead, 2)
    session.deaths(dead)


@scenario
def a_new_head_of_higher_priority_may_come_too_late(session):
    work, dead = dying_queue(session, x_max_priority=3)
    session.publish("", work, "stays", priority=1)
    session.publish("", work, "expires above it", priority=3, expiration="1")
    session.let_pass(20)
    session.note(f"first comes {session.channel.basic_get(work, True)[2].decode()}")
    session.channel.queue_delete(dead)


@scenario
def a_ttl_holds_for_every_priority(session):
    work, dead = dying_queue(session, x_max_priority=3, x_message_ttl=20)
    fill(session, work, [2])
    session.wait_depth(dead, 1)
    fill(session, work, [0])
    session.wait_depth(dead, 2)
    session.drain(dead)
    session.wait_depth(work, 0)


@scenario
def a_purge_takes_every_priority(session):
    name = session.queue("q", x_max_priority=3)
    fill(session, name, [0, 3, 1, 2])
    tag = session.get(name)
    session.attempt("purge", lambda: session.channel.queue_purge(name).method)
    session.channel.basic_reject(tag, requeue=True)
    fill(session, name, [2, 3])
    session.drain(name)
    fill(session, name, [0, 3])
    session.attempt("delete if empty", lambda: session.channel.queue_delete(name, if_empty=True))
    session.attempt("delete", lambda: session.channel.queue_delete(name).method)


@scenario
def a_dead_letter_keeps_its_priority(session):
    middle = session.queue("middle", x_max_priority=5)
    work = session.queue("work", x_max_priority=5, x_dead_letter_exchange="",
                         x_dead_letter_routing_key=middle)
    fill(session, work, [1, 4, 2])
    session.get(work)
    session.get(work)
    tag = session.get(work)
    session.channel.basic_nack(tag, multiple=True, requeue=False)
    session.wait_depth(middle, 3)
    session.drain(middle)
