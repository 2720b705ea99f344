"""Declaring, purging and deleting queues, and what is refused."""

from . import scenario


@scenario
def a_queue_can_be_declared_again_alike(session):
    name = session.queue("q", x_max_length=5)
    session.publish("", name, "one")
    session.attempt("again", lambda: session.channel.queue_declare(
        name, arguments={"x-max-length": 5}).method)
    session.attempt("passive", lambda: session.channel.queue_declare(name, passive=True).method)


@scenario
def declarations_that_differ_are_refused(session):
    name = session.queue("q", x_max_length=5)
    for title, options in {
        "other value": {"arguments": {"x-max-length": 6}},
        "no argument": {},
        "one more argument": {"arguments": {"x-max-length": 5, "x-message-ttl": 5}},
        "durable": {"durable": True, "arguments": {"x-max-length": 5}},
        "auto-delete": {"auto_delete": True, "arguments": {"x-max-length": 5}},
    }.items():
        session.attempt(title, lambda options=options: session.channel.queue_declare(
            name, **options).method)


@scenario
def invalid_arguments_are_refused(session):
    for title, arguments in {
        "negative length": {"x-max-length": -1},
        "length in words": {"x-max-length": "ten"},
        "negative time": {"x-message-ttl": -1},
        "expires at once": {"x-expires": 0},
        "key without exchange": {"x-dead-letter-routing-key": "k"},
        "exchange that is a number": {"x-dead-letter-exchange": 7},
        "unknown overflow": {"x-overflow": "explode"},
    }.items():
        session.attempt(title, lambda arguments=arguments: session.channel.queue_declare(
            session.name("q"), arguments=arguments).method)


@scenario
def an_unknown_queue_is_not_found(session):
    name = session.name("missing")
    session.attempt("passive", lambda: session.channel.queue_declare(name, passive=True))
    session.attempt("get", lambda: session.channel.basic_get(name))
    session.attempt("consume", lambda: session.channel.basic_consume(name, print))
    session.attempt("purge", lambda: session.channel.queue_purge(name))
    session.attempt("bind", lambda: session.channel.queue_bind(name, "amq.direct", "k"))
    session.attempt("delete", lambda: session.channel.queue_delete(name).method)


@scenario
def reserved_names_are_refused(session):
    session.attempt("queue", lambda: session.channel.queue_declare("amq.mine"))
    session.attempt("exchange", lambda: session.channel.exchange_declare("amq.mine", "direct"))


@scenario
def purging_counts_what_was_ready(session):
    name = session.queue("q")
    for number in range(4):
        session.publish("", name, f"m{number}")
    tag = session.get(name)
    session.attempt("purge", lambda: session.channel.queue_purge(name).method)
    session.channel.basic_reject(tag, requeue=True)
    session.drain(name)


@scenario
def deleting_counts_and_keeps_its_conditions(session):
    name = session.queue("q")
    session.publish("", name, "one")
    session.wait_depth(name, 1)
    session.attempt("if empty", lambda: session.channel.queue_delete(name, if_empty=True))
    session.consume(name, 1)
    session.attempt("if unused", lambda: session.channel.queue_delete(name, if_unused=True))
    session.wait_depth(name, 1)
    session.attempt("delete", lambda: session.channel.queue_delete(name).method)
    session.attempt("passive", lambda: session.channel.queue_declare(name, passive=True))


@scenario
def a_generated_name_can_be_used(session):
    name = session.generated_queue()
    session.note(f"name begins {name[:8]!r}")
    session.publish("", name, "one")
    session.drain(name)


@scenario
def an_exclusive_queue_is_locked_for_others(session):
    name = session.name("q")
    session.channel.queue_declare(name, exclusive=True)
    other = session.another()
    other.attempt("declare", lambda: other.channel.queue_declare(name, exclusive=True))
    other.attempt("get", lambda: other.channel.basic_get(name))
    other.attempt("delete", lambda: other.channel.queue_delete(name))


@scenario
def an_exclusive_queue_goes_with_its_connection(session):
    name = session.name("q")
    other = session.another()
    other.channel.queue_declare(name, exclusive=True)
    other.close()
    session.wait_gone(name)


@scenario
def an_auto_delete_queue_goes_with_its_last_consumer(session):
    name = session.name("q")
    session.channel.queue_declare(name, auto_delete=True)
    session.consume(name, 0)
    session.attempt("while used", lambda: session.channel.queue_declare(
        name, passive=True).method)
    session.cancel()
    session.wait_gone(name)
