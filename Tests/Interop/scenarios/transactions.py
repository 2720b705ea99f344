"""Transactions: what happens at the commit, and what a rollback takes back."""

from pika import spec

from . import scenario
from .deliveries import filled_queue


def transacting(session):
    """A client with a channel in a transaction."""
    wire = session.wire()
    wire.call(spec.Tx.Select())
    return wire


@scenario
def publishes_wait_for_the_commit(session):
    name = session.queue("q")
    wire = transacting(session)
    wire.publish("", name, "one")
    wire.publish("", name, "two")
    wire.quiet()
    session.wait_depth(name, 0)
    wire.call(spec.Tx.Commit())
    session.bodies(name)
    wire.publish("", name, "three")
    wire.call(spec.Tx.Rollback())
    wire.publish("", name, "four")
    wire.call(spec.Tx.Commit())
    wire.call(spec.Tx.Commit())
    session.bodies(name)


@scenario
def acks_wait_for_the_commit(session):
    name = filled_queue(session, 4)
    wire = transacting(session)
    for _ in range(3):
        wire.call(spec.Basic.Get(queue=name))
    wire.send(spec.Basic.Ack(1))
    wire.send(spec.Basic.Reject(2, requeue=True))
    wire.quiet()
    session.wait_depth(name, 1)
    wire.call(spec.Tx.Commit())
    session.wait_depth(name, 2)
    wire.send(spec.Basic.Nack(3, requeue=False))
    wire.call(spec.Tx.Commit())
    wire.call(spec.Channel.Close(200, "", 0, 0))
    session.wait_depth(name, 2)
    session.drain(name)


@scenario
def a_rollback_takes_acks_back(session):
    name = filled_queue(session, 4)
    wire = transacting(session)
    for _ in range(4):
        wire.call(spec.Basic.Get(queue=name))
    wire.send(spec.Basic.Ack(1))
    wire.send(spec.Basic.Nack(2, requeue=True))
    wire.send(spec.Basic.Reject(3, requeue=False))
    wire.call(spec.Tx.Rollback())
    session.wait_depth(name, 0)
    wire.send(spec.Basic.Ack(1))
    wire.send(spec.Basic.Ack(2))
    wire.call(spec.Tx.Commit())
    wire.call(spec.Channel.Close(200, "", 0, 0))
    session.wait_depth(name, 2)
    session.drain(name)


@scenario
def a_multiple_ack_in_a_transaction(session):
    name = filled_queue(session, 5)
    wire = transacting(session)
    for _ in range(4):
        wire.call(spec.Basic.Get(queue=name))
    wire.send(spec.Basic.Ack(2, multiple=True))
    wire.send(spec.Basic.Ack(3))
    wire.call(spec.Tx.Commit())
    wire.send(spec.Basic.Ack(0, multiple=True))
    wire.call(spec.Tx.Rollback())
    wire.call(spec.Channel.Close(200, "", 0, 0))
    session.wait_depth(name, 2)
    session.drain(name)


@scenario
def an_unknown_tag_in_a_transaction_closes_the_channel(session):
    name = filled_queue(session, 2)
    for title, methods in {
        "unknown": [spec.Basic.Ack(9)],
        "twice": [spec.Basic.Ack(1), spec.Basic.Ack(1)],
        "rejected and acked": [spec.Basic.Reject(1, requeue=True), spec.Basic.Ack(1)],
    }.items():
        session.note(title)
        wire = transacting(session)
        wire.call(spec.Basic.Get(queue=name))
        wire.publish("", name, "uncommitted")
        for method in methods:
            wire.send(method)
        wire.hear()
        session.wait_depth(name, 2)
    session.drain(name)


@scenario
def a_transaction_must_be_selected(session):
    wire = session.wire()
    wire.call(spec.Tx.Commit())
    wire.open()
    wire.call(spec.Tx.Rollback())
    wire.open()
    wire.call(spec.Tx.Select())
    wire.call(spec.Tx.Select())
    wire.call(spec.Tx.Rollback())


@scenario
def a_mandatory_message_returns_at_the_commit(session):
    name = session.queue("q")
    wire = transacting(session)
    wire.publish("", session.name("missing"), "nobody's", mandatory=True)
    wire.publish("", name, "somebody's")
    wire.quiet()
    wire.call(spec.Tx.Commit())
    session.bodies(name)


@scenario
def a_missing_exchange_in_a_transaction_closes_at_once(session):
    name = session.queue("q")
    wire = transacting(session)
    wire.publish("", name, "first")
    wire.publish(session.name("missing"), "k", "second")
    wire.hear()
    session.wait_depth(name, 0)


@scenario
def routing_of_a_transaction_is_decided_when_it_is_published(session):
    exchange, queue = session.exchange("e", "fanout"), session.queue("q")
    wire = transacting(session)
    wire.publish(exchange, "k", "before the binding")
    wire.quiet()
    session.bind(queue, exchange)
    wire.publish(exchange, "k", "after it")
    wire.call(spec.Tx.Commit())
    session.bodies(queue)
    wire.publish(exchange, "k", "to a queue that goes")
    wire.quiet()
    session.channel.queue_delete(queue)
    wire.call(spec.Tx.Commit())


@scenario
def what_is_uncommitted_ends_with_the_channel(session):
    name = filled_queue(session, 2)
    wire = transacting(session)
    wire.call(spec.Basic.Get(queue=name))
    wire.publish("", name, "uncommitted")
    wire.send(spec.Basic.Ack(1))
    wire.call(spec.Channel.Close(200, "", 0, 0))
    session.wait_depth(name, 2)
    session.drain(name)


@scenario
def deliveries_go_on_in_a_transaction(session):
    name = filled_queue(session, 3)
    wire = transacting(session)
    wire.call(spec.Basic.Qos(prefetch_count=1))
    wire.call(spec.Basic.Consume(queue=name, consumer_tag="c"))
    wire.hear(spec.Basic.Deliver)
    wire.send(spec.Basic.Ack(1))
    wire.quiet()
    session.wait_depth(name, 2)
    wire.call(spec.Tx.Commit())
    wire.hear(spec.Basic.Deliver)
    wire.send(spec.Basic.Ack(2))
    wire.call(spec.Tx.Rollback())
    wire.quiet()
    wire.send(spec.Basic.Recover(requeue=True))
    wire.hear(spec.Basic.Deliver)
