"""Quorum queues: how they are declared, and what they refuse."""

from . import scenario
from .arguments import NUMBERS, TEXTS

QUORUM = {"x-queue-type": "quorum"}


def quorum_queue(session, short="q", **arguments):
    """Declares a durable quorum queue; `x_delivery_limit=2` becomes `x-delivery-limit`.

    It outlives its connection, so a scenario deletes it when it is done.
    """
    table = {key.replace("_", "-"): value for key, value in arguments.items()}
    name = session.name(short)
    session.channel.queue_declare(name, durable=True, arguments={**QUORUM, **table})
    return name


def values(session, argument, cases, **others):
    """Declares a quorum queue a value, each with that argument."""
    other = {key.replace("_", "-"): value for key, value in others.items()}
    session.attempts(lambda value: bool(session.channel.queue_declare(
        session.name("q"), durable=True,
        arguments={**QUORUM, argument: value, **other}).method)
        and bool(session.channel.queue_delete(session.name("q"))), cases)


def alike(session, first, cases):
    """Declares a quorum queue and then again otherwise."""
    name = session.name("q")
    session.channel.queue_declare(name, durable=True, arguments={**QUORUM, **first})
    session.attempts(lambda arguments: bool(session.channel.queue_declare(
        name, durable=True, arguments=arguments).method), cases)
    session.channel.queue_delete(name)


def refused(session, title, arguments, **options):
    """Attempts to declare a quorum queue with all of these arguments."""
    session.attempt(title, lambda: session.channel.queue_declare(
        session.name("q"), arguments={**QUORUM, **arguments}, **options).method)


@scenario
def a_quorum_queue_is_durable_and_nobodys_own(session):
    name = session.name("q")
    session.attempts(lambda options: bool(session.channel.queue_declare(
        name, arguments=QUORUM, **options).method), {
        "transient": {}, "exclusive": {"durable": True, "exclusive": True},
        "auto-delete": {"durable": True, "auto_delete": True},
        "all": {"exclusive": True, "auto_delete": True}, "durable": {"durable": True},
        "again": {"durable": True}, "again but transient": {},
        "passive": {"passive": True}})
    session.channel.queue_delete(name)
    session.attempt("without a name", lambda: bool(session.channel.queue_delete(
        session.channel.queue_declare("", durable=True, arguments=QUORUM).method.queue)))


@scenario
def a_quorum_queues_own_numbers_have_their_bounds(session):
    for argument in ("x-delivery-limit", "x-quorum-initial-group-size", "x-max-in-memory-length",
                     "x-max-in-memory-bytes"):
        session.note(argument)
        values(session, argument, NUMBERS)


@scenario
def a_quorum_queue_shares_arguments_with_classic_ones(session):
    for argument in ("x-message-ttl", "x-expires", "x-max-length", "x-max-length-bytes"):
        session.note(argument)
        values(session, argument, NUMBERS)
    values(session, "x-single-active-consumer", {"true": True, "number": 1})
    values(session, "x-mine", {"text": "a", "void": None})


@scenario
def a_quorum_queues_words_are_chosen_from_few(session):
    session.note("x-overflow")
    values(session, "x-overflow", {
        "drop-head": "drop-head", "reject-publish": "reject-publish",
        "reject-publish-dlx": "reject-publish-dlx", "other": "drop-tail", **TEXTS})
    session.note("x-dead-letter-strategy")
    values(session, "x-dead-letter-strategy", {
        "at-most-once": "at-most-once", "at-least-once": "at-least-once", "other": "sometimes",
        **TEXTS})
    values(session, "x-dead-letter-strategy", {"complete": "at-least-once"},
           x_dead_letter_exchange="", x_overflow="reject-publish")
    session.note("x-queue-leader-locator")
    values(session, "x-queue-leader-locator", {
        "client-local": "client-local", "balanced": "balanced", "random": "random",
        "least-leaders": "least-leaders", "other": "nowhere", **TEXTS})


@scenario
def a_quorum_queue_refuses_what_only_others_have(session):
    for argument, value in {
        "x-max-priority": 5, "x-queue-mode": "lazy", "x-queue-version": 2,
        "x-queue-master-locator": "client-local", "x-max-age": "1D",
        "x-stream-max-segment-size-bytes": 1000, "x-initial-cluster-size": 1,
    }.items():
        values(session, argument, {argument: value})


@scenario
def of_what_is_wrong_with_a_quorum_queue_one_thing_is_named(session):
    refused(session, "refused and transient", {"x-max-priority": 5})
    refused(session, "refused and invalid there", {"x-max-priority": -1}, durable=True)
    refused(session, "invalid and refused", {"x-max-priority": 5, "x-max-length": -1},
            durable=True)
    refused(session, "invalid and transient", {"x-max-length": -1})
    refused(session, "an exchange and a type", {
        "x-queue-type": "nonsense", "x-dead-letter-exchange": 1}, durable=True)
    wrong = {"x-queue-leader-locator": "a", "x-quorum-initial-group-size": 0,
             "x-single-active-consumer": 1, "x-overflow": "x", "x-max-in-memory-bytes": -1,
             "x-max-in-memory-length": -1, "x-max-length-bytes": -1, "x-max-length": -1,
             "x-dead-letter-strategy": "b", "x-dead-letter-routing-key": 1, "x-message-ttl": -1,
             "x-expires": 0}
    for argument in reversed(list(wrong)):
        refused(session, f"from {argument} on", wrong, durable=True)
        del wrong[argument]


@scenario
def a_classic_queue_refuses_what_only_quorum_queues_have(session):
    for argument, value in {
        "x-delivery-limit": 5, "x-quorum-initial-group-size": 1, "x-max-in-memory-length": 1,
        "x-max-in-memory-bytes": 1, "x-dead-letter-strategy": "at-least-once",
        "x-queue-leader-locator": "client-local",
    }.items():
        for title, given in {argument: value, f"invalid {argument}": -1}.items():
            session.attempt(title, lambda argument=argument, given=given:
                            session.channel.queue_declare(
                                session.name("q"), arguments={argument: given}).method)


@scenario
def a_quorum_queue_must_be_declared_alike(session):
    alike(session, {}, {
        "alike": QUORUM, "classic": {"x-queue-type": "classic"}, "none": {},
        "with a limit": {**QUORUM, "x-delivery-limit": 3}})
    for argument, (value, other) in {
        "x-delivery-limit": (3, 4), "x-quorum-initial-group-size": (1, 3),
        "x-max-in-memory-length": (1, 2), "x-max-in-memory-bytes": (1, 2),
        "x-dead-letter-strategy": ("at-most-once", "at-least-once"),
        "x-queue-leader-locator": ("client-local", "balanced"), "x-max-length": (1, 2),
    }.items():
        session.note(argument)
        alike(session, {argument: value}, {
            "alike": {**QUORUM, argument: value}, "other": {**QUORUM, argument: other},
            "none": QUORUM})
    name = session.queue("classic")
    session.attempt("a classic one", lambda: session.channel.queue_declare(
        name, arguments=QUORUM).method)


@scenario
def a_quorum_queue_takes_no_prefetch_that_consumers_share(session):
    name = quorum_queue(session)
    session.channel.basic_qos(prefetch_count=1, global_qos=True)
    session.attempt("a consumer", lambda: session.channel.basic_consume(
        name, lambda *_: None))
    session.channel.basic_qos(prefetch_count=1, global_qos=True)
    session.publish("", name, "one")
    session.get(name, auto_ack=True)
    session.channel.basic_qos(prefetch_count=0, global_qos=True)
    session.attempt("without a limit", lambda: session.channel.basic_consume(
        name, lambda *_: None, consumer_tag="c"))
    session.channel.basic_qos(prefetch_count=1, global_qos=True)
    session.attempt("after the first", lambda: session.channel.basic_consume(
        name, lambda *_: None, consumer_tag="d"))
    session.channel.queue_delete(name)


@scenario
def a_quorum_queue_is_deleted_without_conditions(session):
    name = quorum_queue(session)
    session.attempts(lambda options: bool(session.channel.queue_delete(name, **options).method), {
        "if unused": {"if_unused": True}, "if empty": {"if_empty": True},
        "both": {"if_unused": True, "if_empty": True}})
    session.publish("", name, "one")
    session.attempt("with a message", lambda: session.channel.queue_delete(name).method)


@scenario
def a_quorum_queues_consumers_are_checked_like_others(session):
    name = quorum_queue(session)
    session.attempts(lambda arguments: bool(session.channel.basic_consume(
        name, lambda *_: None, arguments=arguments)), {
        "text": {"x-priority": "3"}, "offset": {"x-stream-offset": "first"}})
    session.attempt("alone", lambda: bool(session.channel.basic_consume(
        name, lambda *_: None, exclusive=True, consumer_tag="alone")))
    session.attempt("a second", lambda: bool(session.channel.basic_consume(
        name, lambda *_: None)))
    session.channel.queue_delete(name)


@scenario
def policies_have_keys_for_quorum_queues(session):
    cases = {f"{key} {value!r}": {key: value} for key, value in [
        ("delivery-limit", 0), ("delivery-limit", 1), ("delivery-limit", -1),
        ("delivery-limit", "1"), ("delivery-limit", True),
        ("dead-letter-strategy", "at-least-once"), ("dead-letter-strategy", "sometimes"),
        ("max-in-memory-length", 1), ("max-in-memory-length", -1), ("max-in-memory-bytes", 1),
        ("queue-leader-locator", "balanced"), ("queue-leader-locator", "nowhere"),
        ("max-priority", 4), ("quorum-initial-group-size", 3), ("single-active-consumer", True)]}
    session.attempts(lambda definition: session.policy("p", definition) or "set", cases)
    session.attempts(lambda definition: session.operator_policy("o", definition) or "set", {
        f"an operator's {key}": {key: value} for key, value in [
            ("delivery-limit", 1), ("max-in-memory-length", 1), ("max-in-memory-bytes", 1),
            ("dead-letter-strategy", "at-least-once"), ("queue-leader-locator", "balanced")]})
