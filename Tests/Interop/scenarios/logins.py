"""Logging in, and the vhosts that connections are opened in."""

import struct

from pika import spec

from fields import table

from . import scenario


def amqplain(**credentials):
    """The answer of the mechanism AMQPLAIN: a table without its length."""
    return table({name.upper(): (b"S", struct.pack(">I", len(text)) + text.encode())
                  for name, text in credentials.items()})[4:].decode("latin-1")


@scenario
def a_login_is_checked(session):
    wires = {}
    # All at once: 3.10.8 lets what it cannot read wait for three seconds.
    for title, (mechanism, response, capabilities) in {
        "plain": ("PLAIN", "\0guest\0guest", None),
        "on behalf of another": ("PLAIN", "other\0guest\0guest", None),
        "wrong password": ("PLAIN", "\0guest\0wrong", None),
        "unknown user": ("PLAIN", "\0nobody\0guest", None),
        "no password": ("PLAIN", "\0guest\0", None),
        "wrong password, cannot be told": ("PLAIN", "\0guest\0wrong", {}),
        "plain of one part": ("PLAIN", "guest", None),
        "plain of four parts": ("PLAIN", "\0guest\0guest\0guest", None),
        "plain of nothing": ("PLAIN", "", None),
        "amqplain": ("AMQPLAIN", amqplain(login="guest", password="guest"), None),
        "amqplain, wrong password": ("AMQPLAIN", amqplain(login="guest", password="no"), None),
        "amqplain, no password": ("AMQPLAIN", amqplain(login="guest"), None),
        "amqplain that is no table": ("AMQPLAIN", "no table", None),
        "unknown mechanism": ("EXTERNAL", "", None),
        "mechanism in lower case": ("plain", "\0guest\0guest", None),
    }.items():
        wires[title] = session.socket()
        wires[title].start(mechanism, response, capabilities)
    for title, wire in wires.items():
        session.note(f"{title}: {wire.fate()}")


@scenario
def a_vhost_must_exist(session):
    for vhost in ("nowhere", "", "//", "/ "):
        wire = session.socket()
        wire.start()
        wire.receive()
        wire.send(spec.Connection.TuneOk(2047, 131072, 0), 0)
        wire.send(spec.Connection.Open(virtual_host=vhost), 0)
        session.note(f"{vhost!r}: {wire.fate()}")


@scenario
def vhosts_have_nothing_in_common(session):
    other = session.another(vhost=session.vhost("v"))
    name, exchange = session.queue("q"), session.exchange("e", "fanout")
    other.attempt("its queue there", lambda: other.depth(name))
    other.attempt("its exchange there", lambda: other.publish(exchange, "k", "x"))
    other.queue("q", x_max_length=1)
    other.exchange("e", "direct")
    session.bind(name, exchange)
    session.publish(exchange, "k", "here")
    other.try_publish("there", "", name, "there")
    other.try_publish("there, not bound", exchange, "k", mandatory=True)
    session.bodies(name)
    other.bodies(name)
    session.channel.queue_delete(name)
    other.attempt("still there", lambda: other.depth(name))


@scenario
def refusals_name_the_vhost(session):
    other = session.another(vhost=session.vhost("v"))
    name = other.queue("q")
    missing = other.name("missing")
    other.attempts(lambda action: action(), {
        "queue": lambda: other.channel.queue_declare(missing, passive=True),
        "exchange": lambda: other.publish(missing, "k", "x"),
        "differing": lambda: other.channel.queue_declare(name, durable=True),
        "argument": lambda: other.channel.queue_declare(missing, arguments={"x-expires": 0}),
        "standard exchange": lambda: other.channel.exchange_delete("amq.topic"),
    })
    for kind in ("direct", "fanout", "topic", "headers"):
        other.attempt(f"amq.{kind}", lambda kind=kind: other.channel.exchange_declare(
            f"amq.{kind}", kind, durable=True).method)


@scenario
def a_policy_holds_in_its_vhost_only(session):
    other = session.another(vhost=session.vhost("v"))
    names = {here: here.queue("q") for here in (session, other)}
    other.policy("p", {"max-length": 1})
    for here, name in names.items():
        for number in range(3):
            here.publish("", name, f"m{number}")
        here.bodies(name)
