"""What a restart leaves of deaths and of the time that messages have."""

from . import scenario
from .restart_queues import durable_queue, find, keep


def dying_queue(session, short="work", **arguments):
    """A durable queue whose dead letters go through a durable exchange to the queue `dead`."""
    exchange = session.exchange("dlx", "fanout", durable=True)
    dead = durable_queue(session, "dead")
    session.bind(dead, exchange)
    return durable_queue(session, short, x_dead_letter_exchange=exchange, **arguments), dead


@scenario
def the_dead_keep_their_history(session):
    work, dead = dying_queue(session, x_max_length=2)
    keep(session, work, "rejected", headers={"tenant": "a"}, message_id="m-1")
    session.channel.basic_reject(session.get(work), requeue=False)
    session.publish("", work, "transient")
    session.channel.basic_reject(session.get(work), requeue=False)
    keep(session, work, "expired", expiration="20")
    session.wait_depth(dead, 3)
    keep(session, work, "too many", "stays", "too")
    session.wait_depth(dead, 4)
    yield
    session.drain(dead)
    session.drain(work)


@scenario
def a_message_dies_before_and_after(session):
    work, dead = dying_queue(session)
    exchange = session.exchange("orders", "topic", durable=True)
    session.bind(work, exchange, "order.#")
    for body in ("one", "two"):
        session.publish(exchange, "order.created", body, delivery_mode=2, headers={
            "CC": ["order.copied"], "BCC": ["order.hidden"]})
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    yield
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 2)
    method, properties, body = session.channel.basic_get(dead)
    session.channel.basic_publish("", work, body, properties)
    session.channel.basic_ack(method.delivery_tag)
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 2)
    session.drain(dead)


@scenario
def a_cycle_of_deaths_counts_on(session):
    delay = session.name("delay")
    work = durable_queue(session, "work", x_dead_letter_exchange="",
                         x_dead_letter_routing_key=delay)
    durable_queue(session, "delay", x_dead_letter_exchange="", x_message_ttl=20,
                  x_dead_letter_routing_key=work)
    keep(session, work, "one")
    for _ in range(2):
        session.channel.basic_reject(session.get(work), requeue=False)
        session.wait_depth(work, 1)
    yield
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(work, 1)
    yield
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(work, 1)
    session.drain(work)


@scenario
def dead_letters_find_their_exchange_again(session):
    gone = session.exchange("gone", "fanout")
    dead = durable_queue(session, "dead")
    session.bind(dead, gone)
    lost = durable_queue(session, "lost", x_dead_letter_exchange=gone)
    keep(session, lost, "one", "two")
    session.channel.basic_reject(session.get(lost), requeue=False)
    session.wait_depth(dead, 1)
    yield
    session.channel.basic_reject(session.get(lost), requeue=False)
    session.wait_depth(lost, 0)
    session.attempt("the channel lives", lambda: session.depth(dead))
    session.drain(dead)


@scenario
def a_queues_ttl_goes_on_over_a_restart(session):
    work, dead = dying_queue(session, x_message_ttl=5000)
    other, _ = dying_queue(session, "other")
    late = durable_queue(session, "late", x_message_ttl=600000)
    keep(session, late, "stays", expiration="500000")
    keep(session, work, "old")
    session.let_pass(2000)
    yield
    # If the old one's time began anew it would die after this one.
    keep(session, other, "new", expiration="3500")
    session.wait_depth(dead, 2)
    session.deaths(dead)
    session.wait_depth(work, 0)
    session.drain(late)


@scenario
def a_messages_own_time_goes_on_over_a_restart(session):
    work, dead = dying_queue(session)
    keep(session, work, "long", expiration="600000")
    session.get(work)
    keep(session, work, "longer", expiration="700000")
    yield
    find(session, [work, dead])
    session.drain(work)


@scenario
def a_message_that_expires_meanwhile_is_not_delivered(session):
    work, dead = dying_queue(session)
    # It may die before the end, meanwhile, or soon after.
    keep(session, work, "one", expiration="6000")
    keep(session, work, "two")
    yield
    session.wait_depth(dead, 1)
    session.drain(work)
    session.bodies(dead)


@scenario
def a_queue_that_goes_at_a_restart_lets_nothing_die(session):
    dead = durable_queue(session, "dead")
    dying = {"x_dead_letter_exchange": "", "x_dead_letter_routing_key": dead}
    transient, stays = session.queue("transient", **dying), durable_queue(
        session, "stays", **dying)
    for name in (transient, stays):
        keep(session, name, "one", "two")
        session.publish("", name, "transient")
        session.get(name)
    yield
    find(session, [transient, stays, dead])
    session.drain(stays)


@scenario
def an_expired_message_behind_one_that_stays_still_waits(session):
    work, dead = dying_queue(session)
    keep(session, work, "stays")
    keep(session, work, "expires", "too", expiration="1")
    session.let_pass(20)
    session.wait_depth(dead, 0)
    yield
    find(session, [work, dead])
    session.get(work, auto_ack=True)
    session.wait_depth(dead, 2)
    session.deaths(dead)
