"""What users may do: every method with and without the permission that it needs.

Each scenario asks as guest, who may do everything, for what has to be there, and then as a user of
its own. Permissions are given before that user connects: RabbitMQ remembers decisions for a while.
"""

from pika import spec

from . import scenario

REFUSING = "^nothing$"


def one_by_one(session, attempt):
    """Attempts the same as three users, each with only one of the three permissions."""
    for kind in ("configure", "write", "read"):
        user = session.user(kind, **{
            other: ".*" if other == kind else REFUSING
            for other in ("configure", "write", "read")})
        attempt(kind, user)


@scenario
def declaring_a_queue_takes_configure(session):
    name = session.name("q")
    one_by_one(session, lambda kind, user: user.attempt(
        kind, lambda: user.channel.queue_declare(name).method))


@scenario
def declaring_what_is_there_takes_configure_too(session):
    name = session.queue("q")
    one_by_one(session, lambda kind, user: user.attempt(
        kind, lambda: user.channel.queue_declare(name).method))


@scenario
def a_declaration_that_differs_tells_only_who_may_declare(session):
    name = session.queue("q")
    one_by_one(session, lambda kind, user: user.attempt(
        kind, lambda: user.channel.queue_declare(name, auto_delete=True).method))


@scenario
def looking_for_a_queue_takes_nothing(session):
    name = session.queue("q")
    user = session.user("u")
    user.attempt("there", lambda: user.channel.queue_declare(name, passive=True).method)
    user.attempt("not there", lambda: user.channel.queue_declare(name + "x", passive=True).method)


@scenario
def a_queue_that_the_broker_names_is_refused_by_that_name(session):
    user = session.user("u", configure="^amq[.]gen-", write=".*", read=".*")
    user.generated_queue()
    user.note("declared")


@scenario
def the_name_of_a_dead_letter_exchange_has_to_be_allowed(session):
    for title, permissions in {
        "all": {"configure": ".*", "write": ".*", "read": ".*"},
        "no read on the queue": {"configure": ".*", "write": ".*", "read": "dlx$"},
        "no write on the exchange": {"configure": ".*", "write": "q$", "read": ".*"},
    }.items():
        user = session.user(title.replace(" ", "-"), **permissions)
        user.attempt(title, lambda user=user, title=title: user.channel.queue_declare(
            session.name(title + ".q"),
            arguments={"x-dead-letter-exchange": session.name("dlx")}).method)


@scenario
def the_default_exchange_for_dead_letters_has_to_be_allowed(session):
    for title, write in {"by its name": "^amq[.]default$", "not": "q$", "by nothing": "^$"}.items():
        user = session.user(title.replace(" ", "-"), configure=".*", write=write, read=".*")
        user.attempt(title, lambda user=user, title=title: user.channel.queue_declare(
            session.name(title + ".q"), arguments={"x-dead-letter-exchange": ""}).method)


@scenario
def a_queue_that_is_there_needs_no_further_permission(session):
    arguments = {"x-dead-letter-exchange": session.name("dlx")}
    session.channel.queue_declare(session.name("q"), arguments=arguments)
    user = session.user("u", configure=".*", write=REFUSING, read=REFUSING)
    user.attempt("declare", lambda: user.channel.queue_declare(
        session.name("q"), arguments=arguments).method)


@scenario
def deleting_a_queue_takes_configure(session):
    name = session.queue("q")
    one_by_one(session, lambda kind, user: user.attempt(
        kind, lambda: user.channel.queue_delete(name).method))
    user = session.user("u", configure=REFUSING)
    user.attempt("not there", lambda: user.channel.queue_delete(session.name("x")).method)


@scenario
def purging_takes_read(session):
    name = session.queue("q")
    one_by_one(session, lambda kind, user: user.attempt(
        kind, lambda: user.channel.queue_purge(name).method))


@scenario
def fetching_takes_read(session):
    name = session.queue("q")
    one_by_one(session, lambda kind, user: user.attempt(
        kind, lambda: user.channel.basic_get(name)[0]))


@scenario
def consuming_takes_read(session):
    name = session.queue("q")
    one_by_one(session, lambda kind, user: user.attempt(
        kind, lambda: user.channel.basic_consume(name, print, consumer_tag="t")))


@scenario
def what_is_not_there_is_refused_first(session):
    name = session.name("missing")
    user = session.user("u", configure=REFUSING, write=REFUSING, read=REFUSING)
    user.attempts(lambda action: action(), {
        "get": lambda: user.channel.basic_get(name),
        "consume": lambda: user.channel.basic_consume(name, print),
        "purge": lambda: user.channel.queue_purge(name),
        "publish": lambda: user.publish(name, "k", "x"),
        "bind": lambda: user.bind(name, name),
        "link": lambda: user.link(name, name),
        "unbind": lambda: user.channel.queue_unbind(name, name, "k"),
    })


@scenario
def declaring_an_exchange_takes_configure(session):
    name = session.name("e")
    one_by_one(session, lambda kind, user: user.attempt(
        kind, lambda: user.channel.exchange_declare(name, "topic").method))


@scenario
def looking_for_an_exchange_takes_nothing(session):
    name = session.exchange("e")
    user = session.user("u")
    user.attempt("there", lambda: user.channel.exchange_declare(name, passive=True).method)
    user.attempt("not there", lambda: user.channel.exchange_declare(
        name + "x", passive=True).method)


@scenario
def the_order_of_refusals_at_an_exchange(session):
    user = session.user("u", configure=REFUSING)
    user.attempts(lambda case: user.channel.exchange_declare(*case).method, {
        "reserved": ("amq.new", "topic"), "default": ("", "direct"),
        "standard": ("amq.topic", "topic"), "standard, other type": ("amq.topic", "fanout"),
    })
    user.attempts(lambda name: user.channel.exchange_delete(name).method, {
        "delete standard": "amq.topic", "delete default": "", "delete missing": "missing"})


@scenario
def the_order_of_refusals_at_a_queue(session):
    user = session.user("u", configure=REFUSING)
    user.attempts(lambda case: user.channel.queue_declare(
        case[0], arguments=case[1]).method, {
        "reserved": ("amq.new", {}), "wrong argument": (session.name("q"), {"x-expires": 0}),
        "wrong exchange": (session.name("q"), {"x-dead-letter-exchange": 1})})


@scenario
def an_alternate_exchange_has_to_be_allowed(session):
    for title, permissions in {
        "all": {"configure": ".*", "write": ".*", "read": ".*"},
        "no read on the exchange": {"configure": ".*", "write": ".*", "read": "ae$"},
        "no write on the alternate": {"configure": ".*", "write": "e1$", "read": ".*"},
    }.items():
        user = session.user(title.replace(" ", "-"), **permissions)
        user.attempt(title, lambda user=user, title=title: user.channel.exchange_declare(
            session.name(title + ".e1"), "fanout",
            arguments={"alternate-exchange": session.name("other.ae")}).method)


@scenario
def an_exchange_that_is_there_needs_no_further_permission(session):
    session.exchange("e", "fanout", alternate=session.name("ae"))
    user = session.user("u", configure=".*", write=REFUSING, read=REFUSING)
    user.attempt("declare", lambda: user.channel.exchange_declare(
        session.name("e"), "fanout", arguments={"alternate-exchange": session.name("ae")}).method)


@scenario
def deleting_an_exchange_takes_configure(session):
    name = session.exchange("e")
    one_by_one(session, lambda kind, user: user.attempt(
        kind, lambda: user.channel.exchange_delete(name).method))


@scenario
def binding_a_queue_writes_it_and_reads_the_exchange(session):
    name, source = session.queue("q"), session.exchange("e")
    for title, permissions in {
        "both": {"write": "[.]q$", "read": "[.]e$"},
        "write only": {"write": ".*", "read": REFUSING},
        "read only": {"write": REFUSING, "read": ".*"},
        "the wrong way round": {"write": "[.]e$", "read": "[.]q$"},
    }.items():
        user = session.user(title.replace(" ", "-"), configure=REFUSING, **permissions)
        user.attempt("bind, " + title, lambda user=user: user.bind(name, source, "k"))
        user.attempt("unbind, " + title, lambda user=user: user.channel.queue_unbind(
            name, source, "k").method)


@scenario
def binding_an_exchange_writes_it_and_reads_the_other(session):
    name, source = session.exchange("d"), session.exchange("s")
    for title, permissions in {
        "both": {"write": "[.]d$", "read": "[.]s$"},
        "write only": {"write": ".*", "read": REFUSING},
        "read only": {"write": REFUSING, "read": ".*"},
        "the wrong way round": {"write": "[.]s$", "read": "[.]d$"},
    }.items():
        user = session.user(title.replace(" ", "-"), configure=REFUSING, **permissions)
        user.attempt("bind, " + title, lambda user=user: user.link(name, source, "k"))
        user.attempt("unbind, " + title, lambda user=user: user.channel.exchange_unbind(
            name, source, "k").method)


@scenario
def the_default_exchange_in_a_binding_is_asked_for_by_its_name(session):
    name, exchange = session.queue("q"), session.exchange("e")
    for title, write in {"may": ".*", "may not": "[.]e$"}.items():
        user = session.user(title.replace(" ", "-"), write=write, read=".*")
        user.attempt(f"queue from it, {title}", lambda user=user: user.bind(name, "", "k"))
        user.attempt(f"from it, {title}", lambda user=user: user.link(exchange, "", "k"))
        user.attempt(f"to it, {title}", lambda user=user: user.link("", exchange, "k"))


@scenario
def publishing_takes_write(session):
    name = session.exchange("e")
    one_by_one(session, lambda kind, user: user.try_publish(kind, name, "k"))


@scenario
def publishing_to_the_default_exchange_takes_write_to_its_name(session):
    name = session.queue("q")
    for title, write in {"named": "^amq[.]default$", "the queue's": "[.]q$", "empty": "^$",
                         "nothing": ""}.items():
        user = session.user(title.replace("'", "-").replace(" ", "-"), write=write)
        user.try_publish(title, "", name)
    session.bodies(name)


@scenario
def publishing_many_is_refused_each_time(session):
    user = session.user("u", write="[.]yes$")
    session.exchange("yes"), session.exchange("no")
    for _ in range(3):
        user.try_publish("yes", session.name("yes"), "k")
        user.try_publish("no", session.name("no"), "k")


@scenario
def a_transaction_is_refused_when_it_publishes(session):
    session.exchange("no")
    wire = session.user_wire("u", write="[.]yes$")
    wire.call(spec.Tx.Select())
    wire.publish(session.name("no"), "k", "x")
    wire.call(spec.Tx.Commit())


@scenario
def a_missing_exchange_is_told_only_to_who_may_publish(session):
    user = session.user("u", write="[.]yes$")
    user.try_publish("yes", session.name("yes"), "k")
    user.try_publish("no", session.name("no"), "k")


@scenario
def an_internal_exchange_is_told_only_to_who_may_publish(session):
    for short in ("yes", "no"):
        session.exchange(short, "fanout", internal=True)
    user = session.user("u", write="[.]yes$")
    user.try_publish("yes", session.name("yes"), "k")
    user.try_publish("no", session.name("no"), "k")


@scenario
def settling_takes_nothing(session):
    name = session.queue("q")
    for body in ("a", "b"):
        session.publish("", name, body)
    user = session.user("u", read="[.]q$")
    user.attempt("reject", lambda: user.channel.basic_reject(user.get(name), requeue=True))
    user.attempt("ack", lambda: user.channel.basic_ack(user.get(name)))
    user.attempt("prefetch", lambda: user.channel.basic_qos(prefetch_count=1))
    user.attempt("recover", lambda: user.channel.basic_recover(True))
    session.wait_depth(name, 1)


@scenario
def dead_letters_go_where_their_consumer_may_not_write(session):
    dead = session.queue("dead")
    name = session.queue("q", x_dead_letter_exchange="", x_dead_letter_routing_key=dead)
    session.publish("", name, "m")
    user = session.user("u", read="[.]q$")
    user.attempt("reject", lambda: user.channel.basic_reject(user.get(name), requeue=False))
    session.wait_depth(dead, 1)


@scenario
def an_exclusive_queue_is_declared_by_its_name_too(session):
    user = session.user("u", configure="[.]mine$", read=".*", write=".*")
    for short in ("mine", "other"):
        user.attempt(short, lambda short=short: user.channel.queue_declare(
            session.name(short), exclusive=True).method)


@scenario
def replies_without_a_queue_take_nothing(session):
    user = session.user("u", configure=REFUSING, write="^amq[.]default$", read=REFUSING)
    user.attempt("consume", lambda: user.channel.basic_consume(
        "amq.rabbitmq.reply-to", print, auto_ack=True, consumer_tag="t"))
    user.attempt("look", lambda: user.channel.queue_declare(
        "amq.rabbitmq.reply-to", passive=True).method)


@scenario
def patterns_are_searched_for_anywhere(session):
    for number, (pattern, short) in enumerate([
            ("", "q"), ("q", "a-q-b"), ("^q", "q"), ("q$", "q"), ("[.]q$", "q"), (".", "q"),
            ("a|b", "b"), ("(?i)Q$", "q"), ("[[:digit:]]", "7"), ("\\d", "7"), ("\\d", "q"),
            ("x*", "q"), ("^$", "q"), ("[.]é$", "é"), ("[.]e$", "é"), ("^.*[^z]$", "z"),
            ("(?!a)b$", "b")]):
        user = session.user(f"u{number}", configure=pattern)
        name = session.name(f"{number}.{short}")
        user.attempt(f"{pattern!r} on {short!r}", lambda user=user, name=name:
                     user.channel.queue_declare(name).method)


@scenario
def an_empty_queue_name_is_the_one_declared_last(session):
    user = session.user("u", configure=".*", write=REFUSING, read=REFUSING)
    def declared(action):
        user.channel.queue_declare(session.name("q"))
        return action()
    user.attempts(declared, {
        "get": lambda: user.channel.basic_get(""), "purge": lambda: user.channel.queue_purge(""),
        "consume": lambda: user.channel.basic_consume("", print),
        "bind": lambda: user.bind("", session.name("e"), "k")})


@scenario
def without_any_permission_there_is_no_way_in(session):
    session.add_user("u")
    session.note("in: " + session.wire_fate("u"))


@scenario
def permissions_hold_in_their_vhost_only(session):
    vhost = session.vhost("v")
    session.add_user("u", vhost=vhost, configure=".*", write=".*", read=".*")
    session.note("here: " + session.wire_fate("u"))
    session.note("there: " + session.wire_fate("u", vhost))
    session.note("nowhere: " + session.wire_fate("u", session.name("w")))
    other = session.another(vhost=vhost, user=session.name("u"))
    other.attempt("refusal", lambda: other.channel.queue_declare("amq.x").method)


@scenario
def a_refusal_names_vhost_and_user(session):
    vhost = session.vhost("v")
    user = session.user("some one", vhost=vhost, configure=REFUSING)
    user.attempt("queue", lambda: user.channel.queue_declare(session.name("q")).method)
    user.attempt("exchange", lambda: user.channel.exchange_declare(session.name("e")).method)


@scenario
def who_may_impersonate_may_use_another_name(session):
    name = session.queue("q")
    for tags in ([], ["administrator"], ["impersonator"], ["monitoring", "impersonator"]):
        user = session.user("-".join(["u", *tags]), tags=tags, write=".*")
        user.try_publish(f"{tags}, own", "", name, user_id=session.name("-".join(["u", *tags])))
        user.try_publish(f"{tags}, other", "", name, user_id="guest")
        user.try_publish(f"{tags}, nobody's", "", name, user_id="nobody")
    session.drain(name)
