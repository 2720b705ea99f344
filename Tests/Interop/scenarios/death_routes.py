"""Where the dead go, and what their history says after several deaths."""

import datetime

from . import scenario
from .dead_letters import dying_queue


def reject(session, queue):
    session.channel.basic_reject(session.get(queue), requeue=False)


@scenario
def the_dead_go_through_a_headers_exchange(session):
    exchange = session.exchange("dlx", "headers")
    by_tenant, by_reason = session.queue("by-tenant"), session.queue("by-reason")
    session.bind(by_tenant, exchange, "", {"tenant": "a"})
    session.bind(by_reason, exchange, "", {
        "x-match": "any-with-x", "x-first-death-reason": "expired"})
    work = session.queue("work", x_dead_letter_exchange=exchange)
    session.publish("", work, "a's", headers={"tenant": "a"})
    session.publish("", work, "b's", headers={"tenant": "b"})
    reject(session, work)
    reject(session, work)
    session.publish("", work, "expires", expiration="1")
    session.wait_depth(by_tenant, 1)
    session.wait_depth(by_reason, 1)
    session.deaths(by_tenant)
    session.deaths(by_reason)


@scenario
def the_dead_go_from_exchange_to_exchange(session):
    exchange = session.exchange("dlx", "topic", internal=True)
    behind, dead = session.exchange("behind", "fanout"), session.queue("dead")
    session.link(behind, exchange, "order.*")
    session.bind(dead, behind)
    session.bind(dead, exchange, "#")
    work = session.queue("work", x_dead_letter_exchange=exchange,
                         x_dead_letter_routing_key="order.dead")
    session.publish("", work, "one")
    reject(session, work)
    session.wait_depth(dead, 1)
    session.drain(dead)


@scenario
def the_dead_whom_nobody_takes_go_to_the_alternate(session):
    alternate, dead = session.exchange("alternate", "fanout"), session.queue("dead")
    session.bind(dead, alternate)
    exchange = session.exchange("dlx", "direct", alternate=alternate)
    work = session.queue("work", x_dead_letter_exchange=exchange)
    session.publish("", work, "one")
    reject(session, work)
    session.wait_depth(dead, 1)
    session.drain(dead)


@scenario
def a_chain_of_three_queues_keeps_the_first_death(session):
    third = session.queue("third")
    second = session.queue("second", x_dead_letter_exchange="",
                           x_dead_letter_routing_key=third, x_message_ttl=10)
    first = session.queue("first", x_dead_letter_exchange="",
                          x_dead_letter_routing_key=second, x_max_length=1)
    session.publish("", first, "one", expiration="60000", headers={"CC": ["nobody"]})
    session.publish("", first, "two")
    session.wait_depth(third, 1)
    session.drain(third)


@scenario
def a_long_chain_tells_its_deaths_in_an_order_of_its_own(session):
    previous = session.queue("q4")
    for number in (3, 2, 1, 0):
        previous = session.queue(f"q{number}", x_dead_letter_exchange="",
                                 x_dead_letter_routing_key=previous)
    session.publish("", previous, "one")
    for number in range(4):
        queue, onward = session.name(f"q{number}"), session.name(f"q{number + 1}")
        session.channel.basic_reject(session.channel.basic_get(queue)[0].delivery_tag, False)
        session.wait_depth(onward, 1)
        method, properties, _ = session.channel.basic_get(onward)
        deaths = [death["queue"] for death in properties.headers["x-death"]]
        session.note(f"died in {deaths}, first in {properties.headers['x-first-death-queue']}")
        session.channel.basic_reject(method.delivery_tag, requeue=True)
        session.wait_depth(onward, 1)


@scenario
def deaths_are_counted_by_queue_and_reason(session):
    back = session.queue("back")
    work = session.queue("work", x_dead_letter_exchange="", x_dead_letter_routing_key=back)

    def again():
        session.wait_depth(back, 1)
        _, properties, body = session.channel.basic_get(back, True)
        session.note(f"{len(properties.headers['x-death'])} causes")
        properties.expiration = None
        session.channel.basic_publish("", work, body, properties)
    session.publish("", work, "one", expiration="1")
    again()
    reject(session, work)
    again()
    reject(session, work)
    again()
    reject(session, work)
    session.wait_depth(back, 1)
    session.deaths(back)


@scenario
def a_queue_may_get_back_what_was_rejected(session):
    work = session.queue("work", x_dead_letter_exchange="")
    session.publish("", work, "to itself by its own key")
    for _ in range(3):
        reject(session, work)
        session.wait_depth(work, 1)
    session.deaths(work)
    keyed = session.queue("keyed", x_dead_letter_exchange="",
                          x_dead_letter_routing_key=session.name("keyed"), x_message_ttl=10)
    session.publish("", keyed, "expires, which is a cycle")
    session.wait_depth(keyed, 0)


@scenario
def a_rejection_anywhere_in_a_cycle_lets_it_go_on(session):
    work = session.name("work")
    retry = session.queue("retry", x_message_ttl=10, x_dead_letter_exchange="",
                          x_dead_letter_routing_key=work)
    session.queue("work", x_dead_letter_exchange="", x_dead_letter_routing_key=retry)
    session.publish("", work, "one", headers={"kept": True})
    for _ in range(2):
        reject(session, work)
        session.wait_depth(work, 1)
    session.deaths(work)


@scenario
def a_dead_letters_carbon_copies_are_routed_again(session):
    exchange = session.exchange("dlx", "direct")
    queues = {key: session.queue(key) for key in ("work-key", "cc-key", "bcc-key")}
    for key, queue in queues.items():
        session.bind(queue, exchange, key)
    work = session.queue("work", x_dead_letter_exchange=exchange)
    session.bind(work, "amq.direct", session.name("work"))
    source = session.exchange("source", "fanout")
    session.bind(work, source)
    session.publish(source, "work-key", "one", headers={
        "CC": ["cc-key"], "BCC": ["bcc-key"]})
    reject(session, work)
    session.wait_depth(queues["work-key"], 1)
    session.wait_depth(queues["cc-key"], 1)
    session.wait_depth(queues["bcc-key"], 1)
    for queue in queues.values():
        session.deaths(queue)


@scenario
def a_dead_letters_expiration_is_moved_away(session):
    work, dead = dying_queue(session)
    session.publish("", work, "one", expiration="60000", delivery_mode=2, priority=1)
    reject(session, work)
    session.wait_depth(dead, 1)
    session.let_pass(20)
    session.drain(dead)


@scenario
def an_exchange_for_the_dead_may_come_later(session):
    exchange = session.name("dlx")
    work = session.queue("work", x_dead_letter_exchange=exchange)
    session.publish("", work, "too early")
    reject(session, work)
    session.exchange("dlx", "fanout")
    dead = session.queue("dead")
    session.bind(dead, exchange)
    session.publish("", work, "in time")
    reject(session, work)
    session.wait_depth(dead, 1)
    session.channel.exchange_delete(exchange)
    session.publish("", work, "too late")
    reject(session, work)
    session.wait_depth(work, 0)
    session.bodies(dead)


@scenario
def a_full_queue_of_the_dead_may_refuse_them(session):
    dead = session.queue("dead", x_max_length=1, x_overflow="reject-publish")
    work = session.queue("work", x_dead_letter_exchange="", x_dead_letter_routing_key=dead)
    for number in range(3):
        session.publish("", work, f"m{number}")
    for _ in range(3):
        reject(session, work)
    session.wait_depth(work, 0)
    session.wait_depth(dead, 1)
    session.bodies(dead)


@scenario
def purged_and_deleted_messages_do_not_die(session):
    work, dead = dying_queue(session)
    session.publish("", work, "purged")
    session.channel.queue_purge(work)
    session.publish("", work, "acked")
    session.get(work, auto_ack=True)
    session.publish("", work, "deleted")
    session.channel.queue_delete(work)
    session.wait_depth(dead, 0)


@scenario
def a_death_history_of_odd_shape(session):
    work, dead = dying_queue(session)
    entry = {"queue": work, "reason": "rejected", "count": 4,
             "time": datetime.datetime(2024, 1, 1), "exchange": "", "routing-keys": [work]}
    for title, history in {
        "text": "yes", "number": 1, "table": entry, "empty": [],
        "empty table": [{}], "other queue": [{**entry, "queue": "elsewhere"}],
        "alike": [entry],
        "without a count": [{key: value for key, value in entry.items() if key != "count"}],
        "two alike": [entry, {**entry, "count": 1}],
        "unknown reason": [{**entry, "reason": "boredom"}],
        "newest is another": [{**entry, "queue": "elsewhere"}, entry],
    }.items():
        session.try_publish(title, "", work, title, headers={"x-death": history})
        reject(session, work)
        session.wait_depth(dead, 1)
        session.deaths(dead)


@scenario
def a_clients_history_may_look_like_a_cycle(session):
    dead = session.queue("dead")
    work = session.queue("work", x_dead_letter_exchange="", x_dead_letter_routing_key=dead,
                         x_message_ttl=10)
    entry = {"queue": dead, "reason": "expired", "count": 1, "exchange": "",
             "routing-keys": ["k"]}
    session.publish("", work, "died there", headers={"x-death": [entry]})
    session.publish("", work, "was rejected since", headers={
        "x-death": [{**entry, "queue": "q", "reason": "rejected"}, entry]})
    session.publish("", work, "was rejected before", headers={
        "x-death": [entry, {**entry, "queue": "q", "reason": "rejected"}]})
    session.publish("", work, "was rejected there", headers={
        "x-death": [{**entry, "reason": "rejected"}]})
    session.publish("", work, "first deaths of a client", headers={
        "x-first-death-queue": "mine", "x-first-death-reason": 7,
        "x-first-death-exchange": "e"})
    session.wait_depth(work, 0)
    session.let_pass(30)
    session.deaths(dead)


@scenario
def a_cancelled_consumers_messages_die_when_rejected(session):
    work, dead = dying_queue(session)
    for number in range(3):
        session.publish("", work, f"m{number}")
    tags = session.consume(work, 3)
    session.cancel()
    session.channel.basic_nack(tags[1], multiple=True, requeue=False)
    session.channel.basic_reject(tags[2], requeue=False)
    session.wait_depth(dead, 3)
    session.deaths(dead)
