"""Every method of AMQP from whoever may not: too early, or without the permission."""

from pika import spec

from wire import HEADER

from . import scenario

REFUSING = "^nothing$"
NOTHING = {"configure": REFUSING, "write": REFUSING, "read": REFUSING}


def methods(queue="q", source="e", destination="d"):
    """Each method that a client may send on a channel, by its name."""
    each = [
        spec.Channel.Flow(True),
        spec.Exchange.Declare(exchange=source, type="direct"),
        spec.Exchange.Declare(exchange=source, type="direct", passive=True),
        spec.Exchange.Declare(exchange=source + "x", type="direct", nowait=True),
        spec.Exchange.Delete(exchange=source), spec.Exchange.Delete(exchange=source, nowait=True),
        spec.Exchange.Bind(destination=destination, source=source),
        spec.Exchange.Bind(destination=destination, source=source, nowait=True),
        spec.Exchange.Unbind(destination=destination, source=source),
        spec.Queue.Declare(queue=queue), spec.Queue.Declare(queue=queue, passive=True),
        spec.Queue.Declare(queue=queue + "x", nowait=True),
        spec.Queue.Bind(queue=queue, exchange=source),
        spec.Queue.Bind(queue=queue, exchange=source, nowait=True),
        spec.Queue.Unbind(queue=queue, exchange=source),
        spec.Queue.Purge(queue=queue), spec.Queue.Purge(queue=queue, nowait=True),
        spec.Queue.Delete(queue=queue), spec.Queue.Delete(queue=queue, nowait=True),
        spec.Queue.Delete(queue=queue, if_unused=True),
        spec.Queue.Delete(queue=queue, if_empty=True),
        spec.Basic.Qos(prefetch_count=1), spec.Basic.Get(queue=queue),
        spec.Basic.Get(queue=queue, no_ack=True),
        spec.Basic.Consume(queue=queue, consumer_tag="t"),
        spec.Basic.Consume(queue=queue, consumer_tag="t", no_ack=True),
        spec.Basic.Consume(queue=queue, consumer_tag="t", exclusive=True),
        spec.Basic.Consume(queue=queue, consumer_tag="t", nowait=True),
        spec.Basic.Cancel("t"), spec.Basic.Publish(exchange=source, routing_key="k"),
        spec.Basic.Publish(exchange="", routing_key=queue),
        spec.Basic.Ack(1), spec.Basic.Reject(1), spec.Basic.Nack(1), spec.Basic.Recover(True),
        spec.Confirm.Select(), spec.Tx.Select(), spec.Tx.Commit(), spec.Tx.Rollback(),
    ]
    return {f"{number} {method.NAME}": method for number, method in enumerate(each)}


@scenario
def no_method_is_taken_before_the_login(session):
    wires = {}
    # All at once: 3.10.8 makes some of them wait for three seconds.
    for title, method in {"open": spec.Channel.Open(), **methods()}.items():
        wires[title] = session.socket()
        wires[title].octets(HEADER)
        wires[title].receive()
        wires[title].send(method)
    for title, wire in wires.items():
        session.note(f"{title}: {wire.fate()}")


@scenario
def no_method_is_taken_before_a_vhost_is_open(session):
    wires = {}
    for title, method in {"open": spec.Channel.Open(), **methods()}.items():
        wires[title] = session.socket()
        wires[title].start()
        wires[title].receive()
        wires[title].send(spec.Connection.TuneOk(2047, 131072, 0), 0)
        wires[title].send(method)
    for title, wire in wires.items():
        session.note(f"{title}: {wire.fate()}")


@scenario
def no_method_is_taken_after_a_wrong_password(session):
    wires = {}
    for title, method in {"open": spec.Channel.Open(), **methods()}.items():
        if len(wires) == 20:
            break  # Whoever fails more often has to wait here.
        wires[title] = session.socket()
        with wires[title].together():
            wires[title].octets(HEADER)
            wires[title].send(spec.Connection.StartOk(
                client_properties={}, mechanism="PLAIN", response="\0guest\0wrong",
                locale="en_US"), 0)
            wires[title].send(spec.Connection.TuneOk(2047, 131072, 0), 0)
            wires[title].send(spec.Connection.Open(virtual_host="/"), 0)
            wires[title].send(method)
        wires[title].receive()
    for title, wire in wires.items():
        session.note(f"{title}: {wire.fate()}")


def one_each(session, user, **names):
    """Sends each method on a channel of its own, and notes what that is answered."""
    for title, method in methods(**names).items():
        wire = session.wire(response=f"\0{user}\0{user}")
        session.note(f"{title}:")
        wire.send(method)
        if isinstance(method, spec.Basic.Publish):
            wire.content(b"x")
        # Whatever the method meant: this is answered, or the channel is closed.
        wire.send(spec.Basic.Cancel("nobody's"))
        wire.hear(spec.Basic.CancelOk)
        wire.close()


@scenario
def every_method_of_one_who_may_do_nothing(session):
    names = {"queue": session.queue("q"), "source": session.exchange("e"),
             "destination": session.exchange("d")}
    session.add_user("u", **NOTHING)
    one_each(session, session.name("u"), **names)
    session.note(f"messages {session.depth(names['queue'])}")


@scenario
def every_method_on_what_another_has_for_itself(session):
    queue = session.name("q")
    session.channel.queue_declare(queue, exclusive=True)
    session.exchange("e"), session.exchange("d")
    session.add_user("u", configure=".*", write=".*", read=".*")
    user = session.user_wire("another", configure=".*", write=".*", read=".*")
    for title, method in methods(queue, session.name("e"), session.name("d")).items():
        if getattr(method, "queue", None) != queue:
            continue
        user.close()
        user = session.wire(response=f"\0{session.name('u')}\0{session.name('u')}")
        session.note(f"{title}:")
        user.send(method)
        user.send(spec.Basic.Cancel("nobody's"))
        user.hear(spec.Basic.CancelOk)
    session.note(f"messages {session.depth(queue)}")


@scenario
def a_message_may_not_pass_over_what_is_refused(session):
    """An alternate exchange, dead letters and links carry on what the first exchange took."""
    hidden = session.queue("hidden")
    session.exchange("alternate", "fanout")
    session.bind(hidden, session.name("alternate"))
    session.exchange("first", "direct", alternate=session.name("alternate"))
    session.exchange("linked", "fanout")
    session.link(session.name("alternate"), session.name("linked"))
    user = session.user("u", write="[.](first|linked)$", configure=REFUSING, read=REFUSING)
    user.try_publish("to the first", session.name("first"), "k", "over the alternate")
    user.try_publish("to the linked", session.name("linked"), "k", "over the link")
    user.try_publish("to the alternate", session.name("alternate"), "k", "directly")
    session.bodies(hidden)
