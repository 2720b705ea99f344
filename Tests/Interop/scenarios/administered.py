"""Limits that an administrator sets for vhosts and users."""

from pika import spec

from . import scenario


@scenario
def a_vhost_has_as_many_queues_as_it_may(session):
    vhost = session.vhost("v")
    session.limit_vhost(vhost, {"max-queues": 2})
    wire = session.another(vhost=vhost).wire(channels=9)
    wire.call(spec.Queue.Declare(queue="a"), 1)
    wire.call(spec.Queue.Declare(queue="b", durable=True), 1)
    wire.call(spec.Queue.Declare(queue="a"), 1)
    wire.call(spec.Queue.Declare(queue="c"), 1)
    for channel, declaration in enumerate((
            spec.Queue.Declare(queue="c", arguments={"x-max-length": -1}),
            spec.Queue.Declare(queue="amq.c"),
            spec.Queue.Declare(queue="c", passive=True),
            spec.Queue.Declare(queue="c", arguments={"x-dead-letter-exchange": 5}),
            spec.Queue.Declare(queue="a", durable=True)), 2):
        wire.call(declaration, channel)
    wire.call(spec.Queue.Delete(queue="a"), 7)
    wire.call(spec.Queue.Declare(queue="c"), 7)
    session.limit_vhost(vhost, {"max-queues": 0})
    wire.call(spec.Queue.Declare(queue="c"), 7)
    wire.call(spec.Queue.Declare(queue="d"), 7)
    session.limit_vhost(vhost, {"max-queues": -1})
    wire.call(spec.Queue.Declare(queue="d"), 8)


@scenario
def a_vhost_has_as_many_connections_as_it_may(session):
    vhost = session.vhost("v")
    session.add_user("u", read="", vhost=vhost)
    session.add_user("stranger", read="")
    session.limit_vhost(vhost, {"max-connections": 0})
    for user in ("u", "stranger"):
        session.note(f"{user}, none allowed: {session.wire_fate(user, vhost)}")
    session.limit_vhost(vhost, {"max-connections": -1})
    session.note(f"without a limit: {session.wire_fate('u', vhost)}")
    session.note(f"without a permission: {session.wire_fate('stranger', vhost)}")


@scenario
def a_user_has_as_many_connections_as_it_may(session):
    vhost = session.vhost("v")
    session.add_user("u", read="", vhost=vhost)
    session.limit_user("u", {"max-connections": 0})
    for place in (vhost, "/", "nowhere"):
        session.note(f"none allowed: {session.wire_fate('u', place)}")
    session.limit_vhost(vhost, {"max-connections": 0})
    session.note(f"none allowed by either: {session.wire_fate('u', vhost)}")
    session.limit_vhost(vhost, {"max-connections": -1})
    session.limit_user("u", {"max-connections": -1})
    session.note(f"without a limit: {session.wire_fate('u', vhost)}")


@scenario
def a_user_has_as_many_channels_as_it_may(session):
    wire = session.user_wire("u")
    wire.open(2)
    other = session.wire(channels=0, response=f"\0{session.name('u')}\0{session.name('u')}")
    session.limit_user("u", {"max-channels": 1})
    # What there is stays; what is closed here would be counted a while longer there.
    for channel in (1, 2):
        wire.call(spec.Basic.Qos(prefetch_count=1), channel)
    for each, channel in ((other, 1), (wire, 3)):
        each.send(spec.Channel.Open(), channel)
        each.hear(spec.Connection.Close)
