"""How messages die, and what their death history says."""

from . import scenario


def dying_queue(session, short="work", **arguments):
    """A queue whose dead letters go through a fanout exchange to the queue `dead`."""
    exchange = session.exchange("dlx", "fanout")
    dead = session.queue("dead")
    session.bind(dead, exchange)
    work = session.queue(short, x_dead_letter_exchange=exchange, **arguments)
    return work, dead


@scenario
def a_rejected_message_dies(session):
    work, dead = dying_queue(session)
    session.publish("", work, "one", message_id="m-1", headers={"tenant": "a", "try": 1})
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    session.drain(dead)


@scenario
def a_nack_of_several_lets_all_of_them_die_in_order(session):
    work, dead = dying_queue(session)
    for number in range(5):
        session.publish("", work, f"m{number}")
    tags = [session.get(work) for _ in range(4)]
    session.channel.basic_nack(tags[2], multiple=True, requeue=False)
    session.wait_depth(dead, 3)
    session.drain(dead)
    session.reopen()
    session.wait_depth(work, 2)
    session.drain(work)


@scenario
def a_requeued_message_does_not_die(session):
    work, dead = dying_queue(session)
    session.publish("", work, "one")
    session.channel.basic_reject(session.get(work), requeue=True)
    session.drain(work)
    session.let_pass(20)
    session.wait_depth(dead, 0)


@scenario
def a_message_expires_by_its_own_expiration(session):
    work, dead = dying_queue(session)
    session.publish("", work, "short", expiration="20")
    session.publish("", work, "long")
    session.wait_depth(dead, 1)
    session.drain(dead)
    session.drain(work)


@scenario
def a_message_expires_by_its_queues_ttl(session):
    work, dead = dying_queue(session, x_message_ttl=30)
    session.publish("", work, "one")
    session.publish("", work, "two", expiration="60000")
    session.wait_depth(dead, 2)
    session.drain(dead)
    session.wait_depth(work, 0)


@scenario
def an_expired_message_behind_one_that_stays_waits_for_the_head(session):
    work, dead = dying_queue(session)
    session.publish("", work, "stays")
    session.publish("", work, "expires", expiration="1")
    session.publish("", work, "too", expiration="1")
    session.let_pass(20)
    session.wait_depth(dead, 0)
    session.get(work, auto_ack=True)
    session.wait_depth(dead, 2)
    session.drain(dead)


@scenario
def the_oldest_dies_when_the_queue_is_full(session):
    work, dead = dying_queue(session, x_max_length=2)
    for number in range(5):
        session.publish("", work, f"m{number}")
    session.wait_depth(dead, 3)
    session.drain(dead)
    session.drain(work)


@scenario
def the_oldest_dies_when_the_queue_has_too_many_bytes(session):
    work, dead = dying_queue(session, x_max_length_bytes=10)
    for body in ("aaaa", "bbbb", "cccc", "dddddddddddd", "e"):
        session.publish("", work, body)
    session.wait_depth(dead, 4)
    session.drain(dead)
    session.drain(work)


@scenario
def a_queue_of_length_zero_lets_everything_die(session):
    work, dead = dying_queue(session, x_max_length=0)
    session.publish("", work, "one")
    session.wait_depth(dead, 1)
    session.drain(dead)


@scenario
def a_message_dies_in_two_queues(session):
    exchange = session.exchange("dlx2", "fanout")
    last = session.queue("last")
    session.bind(last, exchange)
    middle = session.queue("middle", x_dead_letter_exchange=exchange, x_message_ttl=20)
    first = session.queue(
        "first", x_dead_letter_exchange="", x_dead_letter_routing_key=middle)
    session.publish("", first, "one", expiration="10000", headers={"a": "b"})
    session.channel.basic_reject(session.get(first), requeue=False)
    session.wait_depth(last, 1)
    session.drain(last)


@scenario
def a_message_dies_twice_in_one_queue(session):
    work = session.queue("work", x_dead_letter_exchange="",
                         x_dead_letter_routing_key=session.name("delay"))
    delay = session.queue("delay", x_dead_letter_exchange="", x_message_ttl=20,
                          x_dead_letter_routing_key=work)
    session.publish("", work, "one")
    for _ in range(3):
        session.channel.basic_reject(session.get(work), requeue=False)
        session.wait_depth(work, 1)
    session.drain(work)
    session.wait_depth(delay, 0)


@scenario
def a_cycle_without_a_rejection_ends(session):
    onward, back = session.exchange("onward", "fanout"), session.exchange("back", "fanout")
    here = session.queue("here", x_message_ttl=15, x_dead_letter_exchange=onward)
    there = session.queue("there", x_message_ttl=15, x_dead_letter_exchange=back)
    deaths_here, deaths_there = session.queue("deaths-here"), session.queue("deaths-there")
    for queue, exchange in [(there, onward), (deaths_here, onward), (here, back),
                            (deaths_there, back)]:
        session.bind(queue, exchange)
    session.publish("", here, "one")
    session.wait_depth(deaths_there, 1)
    session.let_pass(100)
    session.wait_depth(here, 0)
    session.wait_depth(there, 0)
    session.drain(deaths_here)
    session.drain(deaths_there)


@scenario
def a_queue_that_dead_letters_to_itself_drops_what_expires(session):
    exchange = session.exchange("dlx", "fanout")
    work = session.queue("work", x_message_ttl=15, x_dead_letter_exchange=exchange)
    deaths = session.queue("deaths")
    session.bind(work, exchange)
    session.bind(deaths, exchange)
    session.publish("", work, "one")
    session.wait_depth(deaths, 1)
    session.let_pass(60)
    session.wait_depth(work, 0)
    session.drain(deaths)


@scenario
def carbon_copies_keep_their_keys(session):
    work, dead = dying_queue(session)
    copy, hidden = session.name("copy"), session.name("hidden")
    session.queue("copy")
    session.queue("hidden")
    session.publish("", work, "one", headers={"CC": [copy], "BCC": [hidden], "other": 1})
    session.drain(copy)
    session.drain(hidden)
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    session.drain(dead)


@scenario
def without_a_key_of_its_own_a_dead_letter_follows_its_carbon_copies(session):
    exchange = session.exchange("dlx", "direct")
    dead, copied = session.queue("dead"), session.queue("copied")
    session.bind(dead, exchange, session.name("work"))
    session.bind(copied, exchange, "copied")
    work = session.queue("work", x_dead_letter_exchange=exchange)
    session.publish("", work, "one", headers={"CC": ["copied"]})
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    session.wait_depth(copied, 1)
    session.drain(dead)
    session.drain(copied)


@scenario
def a_key_of_the_queue_replaces_the_messages_own(session):
    exchange = session.exchange("dlx", "direct")
    dead, copied = session.queue("dead"), session.queue("copied")
    session.bind(dead, exchange, "gone")
    session.bind(copied, exchange, "copied")
    work = session.queue("work", x_dead_letter_exchange=exchange,
                         x_dead_letter_routing_key="gone")
    session.publish("", work, "one", headers={"CC": ["copied"]})
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    session.let_pass(20)
    session.wait_depth(copied, 0)
    session.drain(dead)


@scenario
def a_missing_exchange_drops_the_dead(session):
    work = session.queue("work", x_dead_letter_exchange=session.name("missing"))
    session.publish("", work, "one")
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(work, 0)
    session.attempt("the channel lives", lambda: session.depth(work))


@scenario
def a_republished_dead_letter_dies_again(session):
    work, dead = dying_queue(session)
    session.publish("", work, "one")
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    _, properties, body = session.channel.basic_get(dead, True)
    session.channel.basic_publish("", work, body, properties)
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    session.drain(dead)


@scenario
def the_exchange_and_key_of_the_death_are_kept(session):
    exchange = session.exchange("orders", "topic")
    work, dead = dying_queue(session)
    session.bind(work, exchange, "order.#")
    session.publish(exchange, "order.created.eu", "one", content_type="text/plain",
                    priority=3, correlation_id="c", reply_to="r", timestamp=1_700_000_000,
                    type="t", app_id="a", delivery_mode=2)
    session.channel.basic_reject(session.get(work), requeue=False)
    session.wait_depth(dead, 1)
    session.drain(dead)
