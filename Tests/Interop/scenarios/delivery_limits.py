"""Quorum queues: how often a message comes back, and what becomes of it then."""

from Harness.waiting import wait_until
from . import scenario
from .quorum import quorum_queue


def limited(session, limit=None, **arguments):
    """A quorum queue with a delivery limit, whose dead letters go to the queue `dead`."""
    exchange = session.exchange("dlx", "fanout")
    dead = session.queue("dead")
    session.bind(dead, exchange)
    if limit is not None:
        arguments["x_delivery_limit"] = limit
    return quorum_queue(session, "work", x_dead_letter_exchange=exchange, **arguments), dead


def give_back(session, queue, times):
    """Takes the first message and gives it back, so often."""
    for _ in range(times):
        session.channel.basic_reject(session.get(queue), requeue=True)
        session.wait_depth(queue, 1)


@scenario
def a_returned_message_carries_the_count_of_its_returns(session):
    name = quorum_queue(session)
    session.publish("", name, "one")
    give_back(session, name, 3)
    session.channel.basic_nack(session.get(name), requeue=True)
    session.wait_depth(name, 1)
    session.get(name, auto_ack=True)
    session.channel.queue_delete(name)


@scenario
def a_count_of_returns_stands_among_a_messages_headers(session):
    name = quorum_queue(session)
    session.publish("", name, "one", headers={"a": 1, "z": "last"}, message_id="m-1",
                    content_type="text/plain", priority=3)
    give_back(session, name, 1)
    session.get(name, auto_ack=True)
    session.publish("", name, "mine", headers={"x-delivery-count": 7, "b": True})
    give_back(session, name, 2)
    session.get(name, auto_ack=True)
    session.publish("", name, "text", headers={"x-delivery-count": "many"})
    give_back(session, name, 1)
    session.get(name, auto_ack=True)
    session.channel.queue_delete(name)


@scenario
def a_returned_delivery_carries_its_count_too(session):
    name = quorum_queue(session)
    session.publish("", name, "one", headers={"a": 1})
    session.publish("", name, "two")
    tags = session.consume(name, 2)
    session.cancel()
    session.channel.basic_nack(tags[-1], multiple=True, requeue=True)
    session.wait_depth(name, 2)
    session.consume(name, 2, auto_ack=True)
    session.channel.queue_delete(name)


@scenario
def a_message_returned_too_often_dies(session):
    work, dead = limited(session, 2)
    session.publish("", work, "one", headers={"a": 1})
    give_back(session, work, 2)
    session.channel.basic_reject(session.get(work), requeue=True)
    session.wait_depth(dead, 1)
    session.wait_depth(work, 0)
    session.drain(dead)
    session.channel.queue_delete(work)


@scenario
def a_limit_of_none_lets_a_message_come_once(session):
    work, dead = limited(session, 0)
    session.publish("", work, "one")
    session.channel.basic_reject(session.get(work), requeue=True)
    session.wait_depth(dead, 1)
    session.wait_depth(work, 0)
    session.drain(dead)
    session.channel.queue_delete(work)


@scenario
def a_message_returned_too_often_is_dropped_without_an_exchange(session):
    name = quorum_queue(session, x_delivery_limit=1)
    session.publish("", name, "one")
    session.publish("", name, "two")
    tag = session.get(name)
    session.channel.basic_reject(tag, requeue=True)
    session.wait_depth(name, 2)
    session.channel.basic_reject(session.get(name), requeue=True)
    session.wait_depth(name, 1)
    session.get(name, auto_ack=True)
    session.get(name)
    session.channel.queue_delete(name)


@scenario
def a_closed_channel_counts_as_a_return(session):
    work, dead = limited(session, 1)
    session.publish("", work, "one")
    session.get(work)
    session.reopen()
    session.wait_depth(work, 1)
    session.get(work)
    session.reopen()
    session.wait_depth(dead, 1)
    session.drain(dead)
    session.channel.queue_delete(work)


@scenario
def a_nack_of_several_counts_for_each(session):
    work, dead = limited(session, 1)
    for number in range(4):
        session.publish("", work, f"m{number}")
    tags = [session.get(work) for _ in range(3)]
    session.channel.basic_nack(tags[1], multiple=True, requeue=True)
    session.wait_depth(work, 3)
    tags = [session.get(work) for _ in range(3)]
    session.channel.basic_nack(tags[-1], multiple=True, requeue=True)
    session.wait_depth(dead, 2)
    session.deaths(dead)
    session.reopen()
    session.channel.queue_delete(work)


@scenario
def a_recovered_message_counts_as_returned(session):
    work, dead = limited(session, 1)
    session.publish("", work, "one")
    session.get(work)
    session.channel.basic_recover(requeue=True)
    session.wait_depth(work, 1)
    session.get(work)
    session.channel.basic_recover(requeue=True)
    session.wait_depth(dead, 1)
    session.drain(dead)
    session.channel.queue_delete(work)


@scenario
def a_policy_limits_deliveries(session):
    work, dead = limited(session)
    session.policy("p", {"delivery-limit": 1}, pattern="[.]work$")
    session.publish("", work, "one")
    give_back(session, work, 1)
    session.channel.basic_reject(session.get(work), requeue=True)
    session.wait_depth(dead, 1)
    session.policy("p", {"delivery-limit": 0}, pattern="[.]work$")
    session.publish("", work, "two")
    session.channel.basic_reject(session.get(work), requeue=True)
    session.wait_depth(dead, 2)
    session.deaths(dead)
    session.channel.queue_delete(work)


@scenario
def of_two_delivery_limits_one_holds(session):
    work, dead = limited(session, 1)
    session.policy("p", {"delivery-limit": 3}, pattern="[.]work$")
    session.publish("", work, "one")
    give_back(session, work, 1)
    session.channel.basic_reject(session.get(work), requeue=True)
    session.wait_depth(dead, 1)
    session.policy("p", {"delivery-limit": 0}, pattern="[.]work$")
    session.publish("", work, "two")
    session.channel.basic_reject(session.get(work), requeue=True)
    session.wait_depth(dead, 2)
    session.channel.queue_delete(work)


@scenario
def a_classic_queue_ignores_a_policys_delivery_limit(session):
    name = session.queue("q")
    session.policy("p", {"delivery-limit": 0})
    session.publish("", name, "one")
    give_back(session, name, 2)
    session.get(name, auto_ack=True)


@scenario
def a_quorum_queues_messages_die_of_rejection_age_and_length(session):
    work, dead = limited(session)
    session.publish("", work, "rejected", headers={"a": 1})
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    session.publish("", work, "expired", expiration="20")
    session.wait_depth(dead, 2)
    session.policy("p", {"max-length": 1}, pattern="[.]work$")
    session.publish("", work, "too many")
    session.publish("", work, "stays")
    session.wait_depth(dead, 3)
    session.deaths(dead)
    session.channel.queue_delete(work)


@scenario
def a_returned_message_that_is_rejected_dies_as_rejected(session):
    work, dead = limited(session, 5)
    session.publish("", work, "one")
    give_back(session, work, 2)
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    session.drain(dead)
    session.channel.queue_delete(work)


@scenario
def a_message_may_die_again_of_too_many_returns(session):
    work = session.name("work")
    quorum_queue(session, "work", x_delivery_limit=0, x_dead_letter_exchange="",
                 x_dead_letter_routing_key=session.name("dead"))
    dead = session.queue("dead")
    session.publish("", work, "one")
    session.channel.basic_reject(session.get(work), requeue=True)
    session.wait_depth(dead, 1)
    method, properties, body = session.channel.basic_get(dead, True)
    session.channel.basic_publish("", work, body, properties)
    session.channel.basic_reject(session.get(work), requeue=True)
    session.wait_depth(dead, 1)
    session.deaths(dead)
    session.channel.queue_delete(work)


@scenario
def where_nobody_limits_returns_there_is_still_an_end(session):
    work, dead = limited(session)
    session.publish("", work, "one")
    for _ in range(20):
        method, _, _ = session.channel.basic_get(work)
        session.channel.basic_reject(method.delivery_tag, requeue=True)
        wait_until(lambda: session.depth(work) == 1, "the return")
    session.note("returned twenty times")
    session.channel.basic_reject(session.get(work), requeue=True)
    wait_until(lambda: session.depth(work) + session.depth(dead) == 1, "its end")
    session.note(f"ready {session.depth(work)}, dead {session.depth(dead)}")
    session.channel.queue_delete(work)


@scenario
def a_negative_limit_of_returns(session):
    work, dead = limited(session, -1)
    session.publish("", work, "one")
    session.channel.basic_reject(session.get(work), requeue=True)
    wait_until(lambda: session.depth(work) + session.depth(dead) == 1, "its end")
    session.note(f"ready {session.depth(work)}, dead {session.depth(dead)}")
    session.channel.queue_delete(work)


def returned(session, indices, **arguments):
    """Five messages, of which those are given back in that order, one by one."""
    name = quorum_queue(session, **arguments)
    for number in range(5):
        session.publish("", name, f"m{number}")
    tags = [session.get(name) for _ in range(4)]
    for count, index in enumerate(indices):
        session.channel.basic_nack(tags[index], requeue=True)
        session.wait_depth(name, count + 2)
    session.bodies(name)
    session.reopen()
    session.channel.queue_delete(name)


@scenario
def messages_that_return_in_order_come_first(session):
    returned(session, [0, 1, 2, 3], x_delivery_limit=5)
    returned(session, [1, 2], x_delivery_limit=5)


@scenario
def messages_that_return_out_of_order(session):
    returned(session, [2, 0, 3, 1], x_delivery_limit=5)


@scenario
def messages_that_return_where_nothing_limits_that(session):
    returned(session, [0, 1])


@scenario
def a_transient_message_stays_what_it_is_in_a_quorum_queue(session):
    work, dead = limited(session)
    session.publish("", work, "one", delivery_mode=1)
    session.publish("", work, "two", delivery_mode=2)
    for _ in range(2):
        session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 2)
    session.drain(dead)
    session.channel.queue_delete(work)
