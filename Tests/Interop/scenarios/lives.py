"""How queues come and go: owners, consumers, time, and names that the broker gives."""

from pika import spec

from . import scenario

UNUSED_MILLISECONDS = 2000
"""After so long an unused queue goes: long enough to be used first, however busy the machine is."""
SURELY_GONE_MILLISECONDS = 3000


@scenario
def an_exclusive_queue_refuses_everything_to_others(session):
    name = session.name("q")
    session.channel.queue_declare(name, exclusive=True)
    session.publish("", name, "one")
    session.bind(name, "amq.direct", name)
    other = session.another()
    channel = lambda: other.channel  # noqa: E731  It is another after each refusal.
    other.attempts(lambda action: action(), {
        "declare": lambda: channel().queue_declare(name, exclusive=True),
        "declare otherwise": lambda: channel().queue_declare(name),
        "passive": lambda: channel().queue_declare(name, passive=True),
        "bind": lambda: channel().queue_bind(name, "amq.direct", "k"),
        "unbind": lambda: channel().queue_unbind(name, "amq.direct", name),
        "unbind what is not bound": lambda: channel().queue_unbind(
            name, "amq.direct", "k").method,
        "consume": lambda: channel().basic_consume(name, print),
        "get": lambda: channel().basic_get(name),
        "purge": lambda: channel().queue_purge(name),
        "delete": lambda: channel().queue_delete(name),
        "delete if unused": lambda: channel().queue_delete(name, if_unused=True),
    })
    other.try_publish("publish", "", name, "two", mandatory=True)
    session.attempt("by its owner", lambda: session.channel.queue_declare(
        name, exclusive=True).method)
    session.reopen()
    session.drain(name)


@scenario
def a_durable_exclusive_queue_goes_with_its_connection_too(session):
    names = [session.name("one"), session.name("two")]
    other = session.another()
    other.channel.queue_declare(names[0], exclusive=True, durable=True)
    other.channel.queue_declare(names[1], exclusive=True)
    other.channel.queue_bind(names[0], "amq.direct", names[0])
    other.close()
    for name in names:
        session.wait_gone(name)
    session.try_publish("its binding is gone", "amq.direct", names[0], mandatory=True)


@scenario
def an_exclusive_queue_that_goes_lets_nothing_die(session):
    dead = session.queue("dead")
    other = session.another()
    name = other.name("q")
    other.channel.queue_declare(name, exclusive=True, arguments={
        "x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead})
    other.publish("", name, "one")
    other.close()
    session.wait_gone(name)
    session.wait_depth(dead, 0)


@scenario
def an_auto_delete_queue_waits_for_its_first_consumer(session):
    name = session.name("q")
    session.channel.queue_declare(name, auto_delete=True)
    session.publish("", name, "one")
    session.get(name, auto_ack=True)
    session.reopen()
    session.attempt("never consumed", lambda: session.channel.queue_declare(
        name, passive=True).method)
    other = session.another()
    session.consume(name, 0)
    other.consume(name, 0)
    session.cancel()
    session.attempt("one consumer left", lambda: session.channel.queue_declare(
        name, passive=True).method)
    other.reopen()
    session.wait_gone(name)


@scenario
def an_auto_delete_queue_goes_with_its_consumers_connection(session):
    name = session.name("q")
    session.channel.queue_declare(name, auto_delete=True, durable=True)
    other = session.another()
    other.consume(name, 0)
    other.close()
    session.wait_gone(name)


@scenario
def an_unused_queue_expires(session):
    dead = session.queue("dead")
    dying = {"x_dead_letter_exchange": "", "x_dead_letter_routing_key": dead}
    unused, used = session.queue(
        "unused", x_expires=UNUSED_MILLISECONDS, **dying), session.name("used")
    session.bind(unused, "amq.direct", unused)
    session.publish("", unused, "one")
    session.queue("used", x_expires=UNUSED_MILLISECONDS)
    session.consume(used, 0)
    session.let_pass(SURELY_GONE_MILLISECONDS)
    session.wait_gone(unused)
    session.try_publish("its binding is gone", "amq.direct", unused, mandatory=True)
    session.wait_depth(dead, 0)
    session.attempt("with a consumer", lambda: session.channel.queue_declare(
        used, passive=True).method)


@scenario
def a_queue_expires_once_its_consumer_is_gone(session):
    name = session.queue("q", x_expires=UNUSED_MILLISECONDS)
    session.consume(name, 0)
    session.cancel()
    session.let_pass(SURELY_GONE_MILLISECONDS)
    session.wait_gone(name)


@scenario
def the_last_declared_queue_needs_no_name(session):
    wire = session.wire(channels=2)
    wire.call(spec.Queue.Bind(queue="", exchange="amq.direct", routing_key="k"))
    wire.open()
    wire.send(spec.Queue.Declare(exclusive=True))
    wire.hear_name(session)
    wire.call(spec.Queue.Bind(queue="", exchange="amq.direct", routing_key=session.name("k")))
    wire.call(spec.Queue.Bind(queue="", exchange="amq.direct", routing_key=""))
    wire.publish("amq.direct", session.name("k"), "by its key")
    wire.call(spec.Basic.Get(queue="", no_ack=True))
    wire.call(spec.Basic.Consume(queue="", consumer_tag="c"))
    wire.call(spec.Queue.Unbind(queue="", exchange="amq.direct", routing_key=session.name("k")))
    wire.call(spec.Queue.Purge(queue=""))
    wire.call(spec.Queue.Delete(queue=""))
    wire.call(spec.Queue.Purge(queue=""))
    wire.open()
    for method in (spec.Basic.Get(queue=""), spec.Basic.Consume(queue=""),
                   spec.Queue.Purge(queue=""), spec.Queue.Delete(queue=""),
                   spec.Queue.Declare(queue="", passive=True),
                   spec.Queue.Unbind(queue="", exchange="amq.direct", routing_key="k")):
        wire.open(3)
        wire.call(method, 3)
    wire.call(spec.Queue.Declare(queue=session.name("q")), 2)
    wire.call(spec.Queue.Purge(queue=""), 2)


@scenario
def names_of_queues_that_begin_with_amq_are_kept_back(session):
    mine = session.name("q")
    session.attempts(lambda action: action(), {
        "declare": lambda: session.channel.queue_declare("amq.mine"),
        "exclusive": lambda: session.channel.queue_declare("amq.gen-mine", exclusive=True),
        "passive": lambda: session.channel.queue_declare("amq.mine", passive=True),
        "upper case": lambda: session.channel.queue_declare("AMQ." + mine, exclusive=True)
        and None,
        "too long": lambda: session.channel.queue_declare("n" * 255, exclusive=True) and None,
        "delete missing": lambda: session.channel.queue_delete("amq.mine").method,
    })


@scenario
def a_declaration_need_not_be_answered(session):
    wire = session.wire()
    name, exchange = session.name("q"), session.name("e")
    wire.send(spec.Exchange.Declare(exchange=exchange, type="direct", nowait=True))
    wire.send(spec.Queue.Declare(queue=name, nowait=True))
    wire.send(spec.Queue.Bind(queue=name, exchange=exchange, routing_key="k", nowait=True))
    wire.publish(exchange, "k", "one")
    wire.publish(exchange, "k", "two")
    wire.send(spec.Basic.Consume(queue=name, consumer_tag="c", no_ack=True, nowait=True))
    wire.hear(spec.Basic.Deliver, count=2)
    wire.send(spec.Basic.Cancel(consumer_tag="c", nowait=True))
    wire.publish(exchange, "k", "three")
    wire.quiet()
    session.wait_depth(name, 1)
    wire.send(spec.Queue.Purge(queue=name, nowait=True))
    wire.call(spec.Queue.Declare(queue=name, passive=True))
    wire.send(spec.Queue.Delete(queue=name, nowait=True))
    wire.send(spec.Exchange.Delete(exchange=exchange, nowait=True))
    wire.quiet()
    wire.send(spec.Queue.Declare(queue=name, passive=True, nowait=True))
    wire.hear()


@scenario
def a_name_that_the_broker_gave_is_not_declared_again(session):
    name = session.generated_queue()
    session.attempts(lambda options: session.channel.queue_declare(name, **options).method, {
        "alike": {"exclusive": True}, "otherwise": {"durable": True}, "passive": {
            "passive": True}})
    other = session.another()
    other.hide(name)
    other.attempts(lambda options: other.channel.queue_declare(name, **options).method, {
        "by another": {"exclusive": True}, "passive by another": {"passive": True}})
