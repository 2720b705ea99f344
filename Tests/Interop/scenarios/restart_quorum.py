"""What a restart leaves of quorum queues."""

from . import scenario
from .delivery_limits import give_back
from .quorum import QUORUM, quorum_queue
from .restart_queues import durable_queue


def limited(session, limit):
    """A quorum queue with a delivery limit, whose dead letters go to the durable `dead`."""
    dead = durable_queue(session, "dead")
    return quorum_queue(session, "work", x_delivery_limit=limit, x_dead_letter_exchange="",
                        x_dead_letter_routing_key=dead), dead


@scenario
def a_quorum_queue_keeps_all_its_messages(session):
    name = quorum_queue(session)
    for number, mode in enumerate([2, 1, None, 2, 1, 2]):
        session.publish("", name, f"m{number} of {mode}", delivery_mode=mode)
    session.get(name, auto_ack=True)
    tag = session.get(name)
    session.channel.basic_ack(tag)
    yield
    session.wait_depth(name, 4)
    session.drain(name)
    session.attempts(lambda options: session.channel.queue_declare(name, **options).method, {
        "alike": {"durable": True, "arguments": QUORUM}, "classic": {"durable": True},
        "transient": {"arguments": QUORUM},
        "with a limit": {"durable": True, "arguments": {**QUORUM, "x-delivery-limit": 3}}})
    session.channel.queue_delete(name)


@scenario
def returns_are_counted_over_a_restart(session):
    work, dead = limited(session, 3)
    session.publish("", work, "one", delivery_mode=2, headers={"a": 1})
    give_back(session, work, 2)
    yield
    session.wait_depth(work, 1)
    give_back(session, work, 1)
    yield
    session.wait_depth(work, 1)
    session.channel.basic_reject(session.get(work), requeue=True)
    session.wait_depth(dead, 1)
    session.drain(dead)
    session.channel.queue_delete(work)


@scenario
def what_a_quorum_queue_had_delivered_comes_back(session):
    work, dead = limited(session, 1)
    for number in range(3):
        session.publish("", work, f"m{number}", delivery_mode=2)
    other = session.another()
    other.get(work)
    other.get(work)
    other.close()
    session.wait_depth(work, 3)
    yield
    session.wait_depth(work, 3)
    tags = [session.get(work) for _ in range(3)]
    session.channel.basic_nack(tags[-1], multiple=True, requeue=True)
    session.wait_depth(dead, 2)
    session.deaths(dead)
    session.drain(work)
    session.channel.queue_delete(work)


@scenario
def what_a_quorum_queues_client_held_comes_back(session):
    name = quorum_queue(session, x_delivery_limit=5)
    for number in range(4):
        session.publish("", name, f"m{number}", delivery_mode=2)
    session.get(name)
    session.get(name)
    yield
    session.wait_depth(name, 4)
    session.drain(name)
    session.channel.queue_delete(name)


@scenario
def a_quorum_queues_limits_hold_over_a_restart(session):
    dead = durable_queue(session, "dead")
    name = quorum_queue(session, x_max_length=2, x_dead_letter_exchange="",
                        x_dead_letter_routing_key=dead)
    for number in range(3):
        session.publish("", name, f"m{number}", delivery_mode=2)
    session.wait_depth(dead, 1)
    yield
    session.wait_depth(name, 2)
    session.publish("", name, "m3", delivery_mode=2)
    session.wait_depth(dead, 2)
    session.channel.basic_reject(session.get(name), requeue=False)
    session.wait_depth(dead, 3)
    session.deaths(dead)
    session.drain(name)
    session.channel.queue_delete(name)


@scenario
def a_quorum_queues_time_goes_on_over_a_restart(session):
    dead = durable_queue(session, "dead")
    name = quorum_queue(session, x_message_ttl=600000, x_dead_letter_exchange="",
                        x_dead_letter_routing_key=dead)
    # It may die before the end, meanwhile, or soon after.
    session.publish("", name, "short", delivery_mode=2, expiration="6000")
    session.publish("", name, "long", expiration="500000")
    yield
    session.wait_depth(dead, 1)
    session.bodies(dead)
    session.drain(name)
    session.channel.queue_delete(name)
