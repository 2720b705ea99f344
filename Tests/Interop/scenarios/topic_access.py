"""What users may do with the keys of topic exchanges."""

from . import scenario

ALL = {"configure": ".*", "write": ".*", "read": ".*"}


@scenario
def a_key_is_written_with_a_topic_permission(session):
    name = session.exchange("t", "topic")
    user = session.user("u", **ALL, topics=[(name, "^a", "^b")])
    for key in ("a", "a.b", "b.a", "", "ä", "xa"):
        user.try_publish(repr(key), name, key)


@scenario
def a_key_is_read_with_a_topic_permission(session):
    name, queue = session.exchange("t", "topic"), session.queue("q")
    user = session.user("u", **ALL, topics=[(name, "^a", "^b")])
    for key in ("b", "b.#", "a.#", "#", ""):
        user.attempt(f"bind {key!r}", lambda key=key: user.bind(queue, name, key))
        user.attempt(f"unbind {key!r}", lambda key=key: user.channel.queue_unbind(
            queue, name, key).method)


@scenario
def linking_a_topic_exchange_reads_its_keys(session):
    name, other = session.exchange("t", "topic"), session.exchange("o", "topic")
    user = session.user("u", **ALL, topics=[(name, "^a", "^b")])
    for key in ("b", "a"):
        user.attempt(f"from {key!r}", lambda key=key: user.link(other, name, key))
        user.attempt(f"to {key!r}", lambda key=key: user.link(name, other, key))


@scenario
def topic_permissions_are_for_topic_exchanges_only(session):
    for kind in ("direct", "fanout", "headers", "topic"):
        name = session.exchange(kind, kind)
        user = session.user(kind + "-user", **ALL, topics=[(name, REFUSED, REFUSED)])
        user.try_publish(kind, name, "k")


@scenario
def one_exchange_says_nothing_about_another(session):
    names = [session.exchange(short, "topic") for short in ("t1", "t2")]
    user = session.user("u", **ALL, topics=[(names[0], "^a", "^a")])
    for name in names:
        user.try_publish(name, name, "b")


@scenario
def names_stand_in_for_themselves_in_topic_permissions(session):
    name = session.exchange("t", "topic")
    user = session.user("u", **ALL, topics=[(name, "^{username}$", "^{vhost}$")])
    for key in (session.name("u"), "{username}", "u"):
        user.try_publish(key, name, key)


@scenario
def further_keys_of_a_message_are_not_asked_for(session):
    name, queue = session.exchange("t", "topic"), session.queue("q")
    session.bind(queue, name, "b")
    user = session.user("u", **ALL, topics=[(name, "^a", "^a")])
    user.try_publish("with a copy", name, "a", headers={"CC": ["b"]})
    session.bodies(queue)


@scenario
def an_empty_pattern_matches_the_empty_key(session):
    name = session.exchange("t", "topic")
    user = session.user("u", **ALL, topics=[(name, "", "")])
    user.try_publish("empty", name, "")
    user.try_publish("not empty", name, "k")


@scenario
def the_exchange_is_asked_for_before_its_key(session):
    name = session.exchange("t", "topic")
    user = session.user("u", write="^$", topics=[(name, REFUSED, REFUSED)])
    user.try_publish("neither", name, "k")


REFUSED = "^nothing$"
