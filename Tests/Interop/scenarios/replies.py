"""Direct replies: answers that go to a client without a queue."""

from pika import spec

from . import scenario

REPLY_TO = "amq.rabbitmq.reply-to"


def asking(session):
    """A client that waits for replies."""
    wire = session.wire(channels=2)
    wire.call(spec.Basic.Consume(queue=REPLY_TO, consumer_tag="replies", no_ack=True))
    return wire


def ask(session, wire):
    """Sends a request and returns the address for its reply."""
    name = session.queue("requests")
    wire.publish("", name, "request", reply_to=REPLY_TO, correlation_id="7")
    wire.quiet()
    _, properties, _ = session.channel.basic_get(name, True)
    session.note(f"reply to {properties.reply_to}")
    return properties.reply_to


@scenario
def a_reply_goes_directly_to_who_asked(session):
    wire = asking(session)
    address = ask(session, wire)
    session.try_publish("mandatory reply", "", address, "reply", mandatory=True,
                        correlation_id="7")
    wire.hear(spec.Basic.Deliver)
    session.try_publish("another", "", address, "again")
    wire.hear(spec.Basic.Deliver)
    session.attempt("passive", lambda: session.channel.queue_declare(
        address, passive=True).method.consumer_count)
    session.attempt("by another exchange", lambda: session.publish("amq.direct", address, "x"))
    wire.quiet()


@scenario
def a_reply_to_nobody_cannot_be_routed(session):
    wire = asking(session)
    address = ask(session, wire)
    wire.call(spec.Basic.Cancel("replies"))
    session.try_publish("cancelled, mandatory", "", address, mandatory=True)
    session.try_publish("cancelled", "", address)
    session.attempt("passive", lambda: session.channel.queue_declare(address, passive=True))
    wire.call(spec.Basic.Consume(queue=REPLY_TO, consumer_tag="replies", no_ack=True))
    session.try_publish("the old address", "", address, mandatory=True)
    wire.call(spec.Channel.Close(200, "", 0, 0))
    session.try_publish("closed, mandatory", "", address, mandatory=True)
    session.attempt("passive after the close", lambda: session.channel.queue_declare(
        address, passive=True))


@scenario
def waiting_for_replies_is_checked(session):
    for title, method in {
        "with acks": spec.Basic.Consume(queue=REPLY_TO, consumer_tag="c"),
        "exclusive": spec.Basic.Consume(
            queue=REPLY_TO, consumer_tag="c", no_ack=True, exclusive=True),
        "twice": spec.Basic.Consume(queue=REPLY_TO, consumer_tag="c", no_ack=True),
    }.items():
        session.note(title)
        wire = session.wire()
        wire.call(method)
        wire.call(spec.Basic.Consume(queue=REPLY_TO, consumer_tag="d", no_ack=True))


@scenario
def asking_for_replies_needs_a_consumer(session):
    name = session.queue("requests")
    wire = session.wire(channels=2)
    wire.publish("", name, "no consumer", reply_to=REPLY_TO)
    wire.hear()
    wire.call(spec.Basic.Consume(queue=REPLY_TO, consumer_tag="c", no_ack=True), 2)
    wire.publish("", name, "on this channel", channel=2, reply_to=REPLY_TO)
    wire.quiet(2)
    wire.open()
    wire.publish("", name, "on another channel", reply_to=REPLY_TO)
    wire.hear()
    session.drain(name)


@scenario
def addresses_for_replies_are_no_queues(session):
    wire = asking(session)
    address = ask(session, wire)
    channel = lambda: session.channel  # noqa: E731  It is another after each refusal.
    for title, name in {"general": REPLY_TO, "own": address, "unknown": REPLY_TO + ".nobody",
                        "odd": REPLY_TO + ".g2dkAA.x"}.items():
        session.note(title)
        session.attempts(lambda action: action(), {
            "passive": lambda name=name: channel().queue_declare(name, passive=True).method,
            "declare": lambda name=name: channel().queue_declare(name).method,
            "get": lambda name=name: channel().basic_get(name),
            "purge": lambda name=name: channel().queue_purge(name).method,
            "delete": lambda name=name: channel().queue_delete(name).method,
            "bind": lambda name=name: channel().queue_bind(name, "amq.direct", "k"),
        })
        session.try_publish("mandatory", "", name, mandatory=True)
    session.attempt("consume unknown", lambda: session.channel.basic_consume(
        REPLY_TO + ".nobody", print, auto_ack=True))


@scenario
def replies_end_with_their_connection(session):
    wire = asking(session)
    address = ask(session, wire)
    wire.call(spec.Connection.Close(200, "", 0, 0), 0)
    session.wait_returned("", address)
