"""Policies: what they set, which one holds, and how arguments and operators limit them."""

from . import scenario
from .dead_letters import dying_queue


def published(session, queue, count=4):
    """Publishes so many messages and notes which the queue kept."""
    for number in range(count):
        session.try_publish(f"m{number}", "", queue, f"m{number}")
    session.bodies(queue)


@scenario
def a_policy_limits_the_length(session):
    name = session.queue("q")
    session.policy("p", {"max-length": 2})
    published(session, name)
    later = session.queue("later")
    published(session, later)
    session.clear_policy("p")
    published(session, name)
    published(session, later)


@scenario
def a_policy_that_shortens_a_queue_drops_its_oldest(session):
    work, dead = dying_queue(session)
    for number in range(6):
        session.publish("", work, f"m{number}")
    session.policy("p", {"max-length": 4}, pattern="^" + work + "$")
    session.wait_depth(dead, 2)
    session.policy("p", {"max-length": 1}, pattern="^" + work + "$")
    session.wait_depth(dead, 5)
    session.deaths(dead)
    session.clear_policy("p")
    session.publish("", work, "m6")
    session.bodies(work)


@scenario
def a_policy_limits_the_octets(session):
    work, dead = dying_queue(session)
    for body in ("aaaa", "bbbb", "cccc"):
        session.publish("", work, body)
    session.policy("p", {"max-length-bytes": 8}, pattern="^" + work + "$")
    session.wait_depth(dead, 1)
    session.publish("", work, "d")
    session.wait_depth(dead, 2)
    session.bodies(work)


@scenario
def a_policy_lets_messages_expire(session):
    work, dead = dying_queue(session)
    session.policy("p", {"message-ttl": 20}, pattern="^" + work + "$")
    session.publish("", work, "by the policy")
    session.wait_depth(dead, 1)
    session.publish("", work, "by its own, which is longer", expiration="60000")
    session.wait_depth(dead, 2)
    session.clear_policy("p")
    session.publish("", work, "stays")
    session.let_pass(60)
    session.wait_depth(work, 1)
    session.deaths(dead)


@scenario
def a_policys_ttl_counts_for_what_is_published_later(session):
    work, dead = dying_queue(session)
    session.publish("", work, "before")
    session.policy("p", {"message-ttl": 20}, pattern="^" + work + "$")
    session.let_pass(60)
    session.wait_depth(work, 1)
    session.bodies(work)
    session.publish("", work, "after")
    session.wait_depth(dead, 1)


@scenario
def a_policy_lets_queues_expire(session):
    name, used = session.queue("q"), session.queue("used")
    session.consume(used, 0)
    session.policy("p", {"expires": 20}, pattern=session.name("(q|used|later)$"))
    session.let_pass(100)
    session.wait_gone(name)
    later = session.queue("later")
    session.let_pass(100)
    session.wait_gone(later)


@scenario
def a_policy_says_what_a_full_queue_does(session):
    name = session.queue("q")
    session.policy("p", {"max-length": 1, "overflow": "reject-publish"})
    published(session, name)
    session.policy("p", {"max-length": 1, "overflow": "drop-head"})
    published(session, name)
    dead = session.queue("dead")
    session.policy("p", {"max-length": 1, "overflow": "reject-publish-dlx",
                         "dead-letter-exchange": "", "dead-letter-routing-key": dead},
                   pattern="^" + name + "$")
    published(session, name)
    session.wait_depth(dead, 3)
    session.deaths(dead)


@scenario
def a_policy_sends_the_dead_away(session):
    exchange = session.exchange("dlx", "direct")
    plain, keyed = session.queue("plain"), session.queue("keyed")
    work = session.queue("work")
    session.bind(plain, exchange, work)
    session.bind(keyed, exchange, "k")

    def reject(body):
        session.publish("", work, body)
        session.channel.basic_reject(session.get(work), requeue=False)
    reject("nowhere")
    session.policy("p", {"dead-letter-exchange": exchange}, pattern="^" + work)
    reject("with its own key")
    session.wait_depth(plain, 1)
    session.policy("p", {"dead-letter-exchange": exchange, "dead-letter-routing-key": "k"},
                   pattern="^" + work)
    reject("with the policy's key")
    session.wait_depth(keyed, 1)
    session.clear_policy("p")
    reject("nowhere again")
    for queue in (plain, keyed):
        session.deaths(queue)


@scenario
def an_argument_beats_a_policys_exchange_for_the_dead(session):
    argued, policed = session.queue("argued"), session.queue("policed")
    both = session.queue("both", x_dead_letter_exchange="", x_dead_letter_routing_key=argued)
    exchange_only = session.queue("exchange-only", x_dead_letter_exchange="")
    session.policy("p", {"dead-letter-exchange": "", "dead-letter-routing-key": policed},
                   pattern=session.name("(both|exchange)"))
    for name in (both, exchange_only):
        session.publish("", name, f"of {name}")
        session.channel.basic_reject(session.get(name), requeue=False)
    session.wait_depth(argued, 1)
    session.wait_depth(policed, 1)


@scenario
def of_an_argument_and_a_policy_the_lower_number_holds(session):
    for title, argument in {"lower": 1, "higher": 3}.items():
        name = session.queue(title, x_max_length=argument)
        session.policy("p", {"max-length": 2}, pattern="^" + name)
        published(session, name)
        session.clear_policy("p")
        published(session, name)
    octets = session.queue("octets", x_max_length_bytes=4)
    session.policy("p", {"max-length-bytes": 6}, pattern="^" + octets)
    published(session, octets)
    session.policy("p", {"max-length-bytes": 2}, pattern="^" + octets)
    published(session, octets)


@scenario
def of_two_lives_the_shorter_one_ends(session):
    long, short = session.queue("long", x_message_ttl=60000), session.queue(
        "short", x_message_ttl=20)
    session.policy("long", {"message-ttl": 20}, pattern="^" + long)
    session.policy("short", {"message-ttl": 60000}, pattern="^" + short)
    for name in (long, short):
        session.publish("", name, "one")
        session.wait_depth(name, 0)
    expiring = session.queue("expiring", x_expires=60000)
    session.policy("expires", {"expires": 20}, pattern="^" + expiring)
    session.let_pass(100)
    session.wait_gone(expiring)


@scenario
def an_argument_beats_a_policys_overflow(session):
    name = session.queue("q", x_overflow="reject-publish", x_max_length=1)
    session.policy("p", {"overflow": "drop-head"})
    published(session, name)
    dropping = session.queue("dropping", x_overflow="drop-head")
    session.policy("p", {"overflow": "reject-publish", "max-length": 1})
    published(session, dropping)


@scenario
def only_the_policy_of_highest_priority_holds(session):
    name = session.queue("q")
    session.policy("low", {"max-length": 1, "overflow": "reject-publish"}, priority=1)
    session.policy("high", {"max-length": 3}, priority=2)
    published(session, name, 5)
    session.policy("highest", {"dead-letter-exchange": "amq.fanout"}, priority=10)
    published(session, name, 5)
    session.clear_policy("highest")
    session.clear_policy("high")
    published(session, name, 5)
    session.policy("low", {"max-length": 2}, priority=1)
    published(session, name, 5)


@scenario
def a_policys_pattern_is_a_regular_expression(session):
    names = [session.queue(short) for short in ("orders", "orders.eu", "Orders", "reorders", "x")]
    for pattern in ("orders$", "^" + session.name("orders"), "[.]orders[.]", "(?i)[.]orders$",
                    session.name(".$"), "no such queue", "", "^orders"):
        session.note(f"pattern {pattern!r}")
        session.policy("p", {"max-length": 1}, pattern=pattern)
        for name in names:
            session.publish("", name, "one")
            session.publish("", name, "two")
            session.bodies(name)


@scenario
def a_policy_applies_to_queues_exchanges_or_both(session):
    queue, exchange = session.queue("q"), session.exchange("e", "direct")
    lost = session.queue("lost")
    session.bind(lost, "amq.fanout", session.name("lost"))
    for apply_to in ("queues", "exchanges", "all"):
        session.note(apply_to)
        definition = {"queues": {"max-length": 1}, "exchanges": {
            "alternate-exchange": "amq.fanout"}, "all": {
            "max-length": 1, "alternate-exchange": "amq.fanout"}}[apply_to]
        session.policy("p", definition, apply_to=apply_to, pattern=session.name("[qe]$"))
        published(session, queue)
        session.try_publish("to nobody", exchange, "k", mandatory=True)
    session.bodies(lost)


@scenario
def a_policy_gives_an_alternate(session):
    exchange, own = session.exchange("e"), session.exchange("own", alternate=session.name("b"))
    for short in ("a", "b"):
        session.bind(session.queue(f"{short}-q"), session.exchange(short, "fanout"))
    session.try_publish("before", exchange, "k", mandatory=True)
    session.policy("p", {"alternate-exchange": session.name("a")}, apply_to="exchanges",
                   pattern=session.name("(e|own|later)$"))
    session.try_publish("by the policy", exchange, "k", "policy", mandatory=True)
    session.try_publish("by its argument", own, "k", "argument", mandatory=True)
    later = session.exchange("later")
    session.try_publish("declared later", later, "k", "later", mandatory=True)
    session.clear_policy("p")
    session.try_publish("cleared", exchange, "k", mandatory=True)
    session.try_publish("its argument stays", own, "k", "stays", mandatory=True)
    session.bodies(session.name("a-q"))
    session.bodies(session.name("b-q"))


@scenario
def a_policy_changes_nothing_about_declarations(session):
    name = session.queue("q")
    exchange = session.exchange("e")
    session.policy("p", {"max-length": 1, "message-ttl": 60000})
    session.policy("e", {"alternate-exchange": "amq.fanout"}, apply_to="exchanges")
    session.attempts(lambda arguments: session.channel.queue_declare(
        name, arguments=arguments).method, {"without": {}, "with": {"x-max-length": 1}})
    session.attempts(lambda arguments: session.channel.exchange_declare(
        exchange, arguments=arguments).method, {
            "without": {}, "with": {"alternate-exchange": "amq.fanout"}})
    generated = session.channel.queue_declare("", exclusive=True).method.queue
    session.hide(generated)
    session.policy("generated", {"max-length": 1}, pattern="^amq[.]gen")
    published(session, generated)


@scenario
def an_operators_policy_joins_the_users(session):
    name = session.queue("q")
    session.operator_policy("op", {"max-length": 2})
    published(session, name)
    session.note("the user allows more")
    session.policy("p", {"max-length": 3, "overflow": "reject-publish"})
    published(session, name)
    session.note("the user allows less")
    session.policy("p", {"max-length": 1})
    published(session, name)
    session.note("the user's is gone")
    session.clear_policy("p")
    published(session, name)
    session.note("both are gone")
    session.clear_policy("op", is_operators=True)
    published(session, name)


@scenario
def an_operators_policy_limits_arguments_too(session):
    names = [session.queue("low", x_max_length=1), session.queue("high", x_max_length=3),
             session.queue("none")]
    session.operator_policy("op", {"max-length": 2})
    for name in names:
        published(session, name)
    short = session.queue("short", x_message_ttl=60000)
    session.operator_policy("op", {"message-ttl": 20}, pattern="^" + short)
    session.publish("", short, "one")
    session.wait_depth(short, 0)
    session.operator_policy("op", {"expires": 20}, pattern="^" + short)
    session.let_pass(100)
    session.wait_gone(short)


@scenario
def the_operators_policy_of_highest_priority_joins(session):
    name = session.queue("q")
    session.operator_policy("low", {"max-length": 1}, priority=1)
    session.operator_policy("high", {"max-length-bytes": 6}, priority=2)
    session.policy("p", {"max-length": 4}, priority=-5)
    published(session, name, 5)
    session.clear_policy("high", is_operators=True)
    published(session, name, 5)


@scenario
def an_operators_new_limit_shortens_a_queue(session):
    work, dead = dying_queue(session)
    for number in range(5):
        session.publish("", work, f"m{number}")
    session.policy("p", {"max-length": 4}, pattern="^" + work)
    session.wait_depth(dead, 1)
    session.operator_policy("op", {"max-length": 2}, pattern="^" + work)
    session.wait_depth(dead, 3)
    session.bodies(dead)
    session.bodies(work)


@scenario
def policies_are_checked(session):
    session.attempts(lambda definition: session.policy("p", definition) or "taken", {
        "nothing": {}, "negative": {"max-length": -1}, "text": {"max-length": "1"},
        "unknown": {"x-mine": 1}, "overflow": {"overflow": "drop-tail"},
        "expires at once": {"expires": 0}, "ttl of zero": {"message-ttl": 0},
        "negative ttl": {"message-ttl": -1}, "exchange of a number": {"dead-letter-exchange": 1},
        "priorities": {"max-priority": 5}})
    session.attempts(lambda definition: session.operator_policy("op", definition) or "taken", {
        "length": {"max-length": 1}, "dead letters": {"dead-letter-exchange": "e"},
        "overflow": {"overflow": "drop-head"}})
    session.attempt("malformed pattern", lambda: session.policy(
        "p", {"max-length": 1}, pattern="(") or "taken")
    session.attempt("unknown kind", lambda: session.policy(
        "p", {"max-length": 1}, apply_to="bindings") or "taken")
    session.attempt("priority in text", lambda: session.policy(
        "p", {"max-length": 1}, priority="high") or "taken")
