"""Consuming, acknowledging and returning."""

from . import scenario


def filled_queue(session, count, short="q", **arguments):
    name = session.queue(short, **arguments)
    for number in range(count):
        session.publish("", name, f"m{number}")
    session.wait_depth(name, count)
    return name


@scenario
def get_takes_in_order_and_says_what_is_left(session):
    name = filled_queue(session, 3)
    session.drain(name)


@scenario
def prefetch_limits_what_is_unacked(session):
    name = filled_queue(session, 6)
    session.channel.basic_qos(prefetch_count=2)
    tags = session.consume(name, 2)
    session.wait_depth(name, 4)
    session.channel.basic_ack(tags[0])
    session.wait_depth(name, 3)
    session.reopen()
    session.wait_depth(name, 5)
    session.drain(name)


@scenario
def a_multiple_ack_settles_all_up_to_it(session):
    name = filled_queue(session, 5)
    tags = [session.get(name) for _ in range(4)]
    session.channel.basic_ack(tags[2], multiple=True)
    session.reopen()
    session.wait_depth(name, 2)
    session.drain(name)


@scenario
def an_ack_of_zero_settles_everything(session):
    name = filled_queue(session, 3)
    for _ in range(3):
        session.get(name)
    session.channel.basic_ack(0, multiple=True)
    session.reopen()
    session.wait_depth(name, 0)


@scenario
def requeued_messages_return_to_their_places(session):
    name = filled_queue(session, 5)
    tags = [session.get(name) for _ in range(4)]
    session.channel.basic_reject(tags[2], requeue=True)
    session.channel.basic_nack(tags[0], requeue=True)
    session.drain(name)


@scenario
def a_closed_channel_returns_what_was_unacked_in_order(session):
    name = filled_queue(session, 4)
    for _ in range(3):
        session.get(name)
    session.reopen()
    session.wait_depth(name, 4)
    session.drain(name)


@scenario
def recover_returns_what_was_unacked(session):
    name = filled_queue(session, 3)
    session.get(name)
    session.get(name)
    session.channel.basic_recover(requeue=True)
    session.drain(name)


@scenario
def an_unknown_delivery_tag_closes_the_channel(session):
    name = filled_queue(session, 2)
    for title, settle in {
        "ack": lambda: session.channel.basic_ack(7),
        "reject": lambda: session.channel.basic_reject(7),
        "nack": lambda: session.channel.basic_nack(7),
    }.items():
        session.attempt(title, lambda settle=settle: [settle(), session.depth(name)])

    def twice():
        tag = session.get(name)
        session.channel.basic_ack(tag)
        session.channel.basic_ack(tag)
        return session.depth(name)
    session.attempt("ack twice", twice)


@scenario
def messages_of_a_consumer_without_acks_are_gone(session):
    name = filled_queue(session, 3)
    session.consume(name, 3, auto_ack=True)
    session.reopen()
    session.wait_depth(name, 0)


@scenario
def a_cancelled_consumer_keeps_what_it_has(session):
    name = filled_queue(session, 3)
    session.channel.basic_qos(prefetch_count=2)
    tags = session.consume(name, 2)
    session.cancel()
    session.wait_depth(name, 1)
    session.channel.basic_ack(tags[0])
    session.reopen()
    session.wait_depth(name, 2)
    session.drain(name)


@scenario
def a_consumer_tag_is_used_once_a_channel(session):
    name = session.queue("q")
    session.channel.basic_consume(name, print, consumer_tag="mine")
    session.attempt("tag on another channel", lambda: session.another().channel.basic_consume(
        name, print, consumer_tag="mine"))


@scenario
def an_exclusive_consumer_is_alone(session):
    name = session.queue("q")
    session.consume(name, 0, exclusive=True)
    other = session.another()
    other.attempt("a second consumer", lambda: other.channel.basic_consume(name, print))
    session.cancel()
    plain = session.another()
    plain.consume(name, 0)
    other.attempt("exclusive beside another", lambda: other.channel.basic_consume(
        name, print, exclusive=True))


@scenario
def two_consumers_take_turns(session):
    name = session.queue("q")
    session.channel.basic_qos(prefetch_count=2)
    taken = {"a": [], "b": []}
    for tag, bodies in taken.items():
        session.channel.basic_consume(
            name, lambda _c, _m, _p, body, bodies=bodies: bodies.append(body.decode()),
            consumer_tag=tag)
    for number in range(4):
        session.publish("", name, f"m{number}")
    session.run_until(lambda: sum(map(len, taken.values())) == 4)
    session.note(f"each has {sorted(len(bodies) for bodies in taken.values())}")
