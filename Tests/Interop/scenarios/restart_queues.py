"""What a restart leaves of queues: which are there, what they are like, and what they hold."""

from pika import spec

from . import scenario


def durable_queue(session, short="q", **arguments):
    """Declares a durable queue; `x_message_ttl=60` becomes the argument `x-message-ttl`."""
    name = session.name(short)
    session.channel.queue_declare(name, durable=True, arguments={
        key.replace("_", "-"): value for key, value in arguments.items()})
    return name


def keep(session, queue, *bodies, **properties):
    """Publishes persistent messages to a queue."""
    for body in bodies:
        session.publish("", queue, body, delivery_mode=2, **properties)


def find(session, queues):
    """Notes of each queue whether it is there, with its counts."""
    session.attempts(lambda name: session.channel.queue_declare(name, passive=True).method,
                     {name: name for name in queues})


@scenario
def durable_queues_stay_and_transient_ones_go(session):
    declared = {
        "durable": {"durable": True}, "transient": {},
        "mine": {"durable": True, "exclusive": True}, "mine-transient": {"exclusive": True},
        "unused": {"durable": True, "auto_delete": True}, "unused-transient": {
            "auto_delete": True}}
    names = [session.name(short) for short in declared]
    for name, options in zip(names, declared.values()):
        session.channel.queue_declare(name, **options)
        keep(session, name, "one", "two")
    find(session, names)
    yield
    find(session, names)
    session.try_publish("to a queue that is gone", "", session.name("transient"), mandatory=True)
    session.try_publish("to one that is there", "", session.name("durable"), mandatory=True)
    session.drain(session.name("durable"))
    session.attempts(lambda options: session.channel.queue_declare(
        session.name("mine"), **options).method, {
            "declared anew, and otherwise": {}, "now as it was": {
                "durable": True, "exclusive": True}})


@scenario
def an_auto_delete_queue_still_waits_for_its_first_consumer(session):
    name = session.name("q")
    session.channel.queue_declare(name, durable=True, auto_delete=True)
    keep(session, name, "one")
    used = session.name("used")
    session.channel.queue_declare(used, durable=True, auto_delete=True)
    keep(session, used, "one")
    session.wire().call(spec.Basic.Consume(queue=used, consumer_tag="until the end"))
    yield
    session.wait_gone(used)
    find(session, [name])
    session.consume(name, 1, auto_ack=True)
    session.cancel()
    session.wait_gone(name)


@scenario
def a_queue_keeps_the_name_that_the_broker_gave_it(session):
    name = session.channel.queue_declare("", durable=True).method.queue
    session.hide(name)
    session.bind(name, "amq.direct", session.name("k"))
    keep(session, name, "one")
    yield
    find(session, [name])
    session.publish("amq.direct", session.name("k"), "two")
    session.drain(name)


@scenario
def queues_must_still_be_declared_alike(session):
    arguments = {
        "x-message-ttl": 60000, "x-expires": 600000, "x-max-length": 100,
        "x-max-length-bytes": 100000, "x-overflow": "reject-publish", "x-max-priority": 5,
        "x-dead-letter-exchange": "amq.fanout", "x-dead-letter-routing-key": "dead",
        "x-queue-mode": "lazy", "x-single-active-consumer": True, "x-mine": [1, {"a": "b"}]}
    plain, full = durable_queue(session, "plain"), session.name("full")
    session.channel.queue_declare(full, durable=True, arguments=arguments)
    yield
    find(session, [plain, full])
    others = {
        "x-message-ttl": 60001, "x-expires": 1, "x-max-length": 1, "x-max-length-bytes": 1,
        "x-overflow": "drop-head", "x-max-priority": 4, "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "other", "x-queue-mode": "default",
        "x-single-active-consumer": False, "x-mine": [1]}
    cases = {"alike": arguments, "none": {}}
    for argument, value in others.items():
        cases[f"other {argument}"] = {**arguments, argument: value}
        cases[f"no {argument}"] = {
            key: each for key, each in arguments.items() if key != argument}
    session.attempts(lambda arguments: session.channel.queue_declare(
        full, durable=True, arguments=arguments).method, cases)
    session.attempts(lambda options: session.channel.queue_declare(plain, **options).method, {
        "alike": {"durable": True}, "transient": {},
        "auto-delete": {"durable": True, "auto_delete": True},
        "exclusive": {"durable": True, "exclusive": True},
        "with a length": {"durable": True, "arguments": {"x-max-length": 1}}})


@scenario
def an_unused_queue_expires_over_a_restart(session):
    soon, late = durable_queue(session, "soon", x_expires=2000), durable_queue(
        session, "late", x_expires=600000)
    keep(session, late, "one")
    yield
    # Looking is a use: whoever looked too early, and again and again, would keep it.
    session.let_pass(3000)
    session.wait_gone(soon)
    find(session, [late])


@scenario
def what_was_deleted_or_purged_does_not_come_back(session):
    names = [durable_queue(session, short) for short in ("purged", "deleted", "anew", "filled")]
    purged, deleted, anew, filled = names
    for name in names:
        session.bind(name, "amq.direct", session.name("k"))
        keep(session, name, "old", "older")
    session.get(purged)
    session.channel.queue_purge(purged)
    for name in (deleted, anew, filled):
        session.channel.queue_delete(name)
    durable_queue(session, "anew")
    durable_queue(session, "filled")
    keep(session, filled, "new")
    yield
    find(session, names)
    session.publish("amq.direct", session.name("k"), "by the binding")
    session.drain(purged)
    session.drain(anew)
    session.drain(filled)
    durable_queue(session, "deleted")
    session.drain(deleted)


@scenario
def what_was_taken_and_acked_does_not_come_back(session):
    name = durable_queue(session)
    keep(session, name, *[f"m{number}" for number in range(8)])
    tags = session.consume(name, 8)
    session.cancel()
    session.channel.basic_ack(tags[1])
    session.channel.basic_nack(tags[2], requeue=False)
    session.channel.basic_reject(tags[4], requeue=True)
    session.channel.basic_ack(tags[6])
    session.wait_depth(name, 1)
    session.get(name, auto_ack=True)
    yield
    session.wait_depth(name, 4)
    session.drain(name)


@scenario
def a_full_queue_is_still_full(session):
    dead, dead_too = durable_queue(session, "dead"), durable_queue(session, "dead-too")
    count = durable_queue(session, "count", x_max_length=3, x_dead_letter_exchange="",
                          x_dead_letter_routing_key=dead)
    size = durable_queue(session, "size", x_max_length_bytes=8, x_dead_letter_exchange="",
                         x_dead_letter_routing_key=dead_too)
    strict = durable_queue(session, "strict", x_max_length=2, x_overflow="reject-publish")
    keep(session, count, *[f"c{number}" for number in range(5)])
    keep(session, size, *[f"s{number}" for number in range(5)])
    session.publish("", count, "transient")
    for number in range(3):
        session.try_publish(f"m{number}", "", strict, f"m{number}", delivery_mode=2)
    session.wait_depth(dead, 3)
    session.wait_depth(dead_too, 1)
    yield
    session.drain(dead)
    session.drain(dead_too)
    find(session, [count, size, strict])
    keep(session, count, "c5", "c6")
    keep(session, size, "s5")
    session.try_publish("one more", "", strict, "one more", delivery_mode=2)
    session.get(strict, auto_ack=True)
    session.try_publish("one for one", "", strict, "one for one", delivery_mode=2)
    for name in (count, size, strict):
        session.bodies(name)
    session.deaths(dead)
    session.deaths(dead_too)


@scenario
def what_returns_at_the_end_may_be_too_much(session):
    name = durable_queue(session, x_max_length=2)
    keep(session, name, "one", "two")
    session.get(name)
    session.get(name)
    keep(session, name, "three", "four")
    yield
    find(session, [name])
    session.drain(name)


@scenario
def an_ack_to_a_queue_that_was_deleted_touches_no_other(session):
    name = durable_queue(session)
    keep(session, name, "old", "older")
    other = session.another()
    tag = other.get(name)
    session.channel.queue_delete(name)
    durable_queue(session)
    keep(session, name, "new", "newer")
    other.channel.basic_ack(tag)
    other.reopen()
    yield
    session.drain(name)


@scenario
def priorities_hold_over_a_restart(session):
    name = durable_queue(session, x_max_priority=5)
    for number, priority in enumerate([1, 5, None, 3, 5, 9, 0, 1]):
        keep(session, name, f"m{number} of {priority}", priority=priority)
    session.publish("", name, "transient", priority=5)
    session.get(name)
    session.get(name, auto_ack=True)
    yield
    keep(session, name, "later of 5", priority=5)
    keep(session, name, "later of 2", priority=2)
    session.drain(name)


@scenario
def one_consumer_is_active_again(session):
    name = durable_queue(session, x_single_active_consumer=True)
    before = session.wire()
    before.call(spec.Basic.Consume(queue=name, consumer_tag="before"))
    keep(session, name, "one", "two")
    before.hear(spec.Basic.Deliver, count=2)
    before.send(spec.Basic.Ack(1))
    before.quiet()
    yield
    find(session, [name])
    first, second = session.wire(), session.wire()
    first.call(spec.Basic.Consume(queue=name, consumer_tag="first"))
    first.hear(spec.Basic.Deliver)
    second.call(spec.Basic.Consume(queue=name, consumer_tag="second"))
    keep(session, name, "three")
    first.hear(spec.Basic.Deliver)
    second.quiet()
    first.call(spec.Channel.Close(200, "", 0, 0))
    second.hear(spec.Basic.Deliver, count=2)
