"""Delivery modes: there are two, and no others are taken."""

from pika import spec

from . import scenario


@scenario
def a_delivery_mode_is_one_or_two(session):
    name = session.queue("q")
    for mode in (0, 1, 2, 3, 9, 255):
        session.try_publish(f"mode {mode}", "", name, f"mode {mode}", delivery_mode=mode)
    session.try_publish("to nobody", "", session.name("missing"), delivery_mode=3)
    session.try_publish("to no exchange", session.name("missing"), "k", delivery_mode=3)
    session.try_publish("mandatory", "", session.name("missing"), delivery_mode=3, mandatory=True)
    session.attempt("with another fault", lambda: session.publish(
        "", name, "x", delivery_mode=3, expiration="soon"))
    session.attempt("with another user", lambda: session.publish(
        "", name, "x", delivery_mode=3, user_id="nobody"))
    session.bodies(name)


@scenario
def an_unknown_delivery_mode_in_a_transaction(session):
    name = session.queue("q")
    wire = session.wire()
    wire.call(spec.Tx.Select())
    wire.publish("", name, "one")
    wire.publish("", name, "two", delivery_mode=3)
    wire.hear()
    session.wait_depth(name, 0)
