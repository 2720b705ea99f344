"""Arguments of queues: which values each takes, and which declarations are alike."""

from . import scenario

TEN_YEARS_MILLISECONDS = 315_360_000_000


def values(session, argument, cases, **others):
    """Declares a queue a value, each with that argument."""
    other = {key.replace("_", "-"): value for key, value in others.items()}
    session.attempts(lambda value: bool(session.channel.queue_declare(
        session.name("q"), arguments={argument: value, **other}).method)
        and bool(session.channel.queue_delete(session.name("q"))), cases)


def alike(session, first, cases):
    """Declares a queue and then again with other arguments."""
    session.channel.queue_declare(session.name("q"), arguments=first)
    session.attempts(lambda arguments: bool(session.channel.queue_declare(
        session.name("q"), arguments=arguments).method), cases)
    session.channel.queue_delete(session.name("q"))


NUMBERS = {
    "zero": 0, "one": 1, "negative": -1, "text": "1", "true": True, "void": None, "list": [1],
    "table": {"a": 1}, "octets": b"1", "33 bits": 2**32,
    "ten years": TEN_YEARS_MILLISECONDS, "more": TEN_YEARS_MILLISECONDS + 1, "63 bits": 2**63 - 1,
}
TEXTS = {
    "number": 7, "true": True, "void": None, "list": ["a"], "table": {}, "octets": b"octets",
}


@scenario
def a_message_ttl_is_a_count_of_milliseconds(session):
    values(session, "x-message-ttl", NUMBERS)


@scenario
def a_queues_expiry_is_a_positive_count_of_milliseconds(session):
    values(session, "x-expires", NUMBERS)


@scenario
def a_greatest_length_is_a_count(session):
    values(session, "x-max-length", NUMBERS)
    values(session, "x-max-length-bytes", NUMBERS)


@scenario
def a_highest_priority_is_a_count_up_to_255(session):
    values(session, "x-max-priority", {**NUMBERS, "256": 256})


@scenario
def an_overflow_is_one_of_three_words(session):
    values(session, "x-overflow", {
        "drop-head": "drop-head", "reject-publish": "reject-publish",
        "reject-publish-dlx": "reject-publish-dlx", "other": "drop-tail", "empty": "",
        "upper case": "Drop-Head", **TEXTS})


@scenario
def a_dead_letter_exchange_is_a_name(session):
    values(session, "x-dead-letter-exchange", {"missing": session.name("e"), "empty": "", **TEXTS})
    values(session, "x-dead-letter-routing-key", {"key": "k", "empty": "", **TEXTS},
           x_dead_letter_exchange="")
    values(session, "x-dead-letter-routing-key", {"key without exchange": "k"})


@scenario
def a_single_active_consumer_is_true_or_false(session):
    values(session, "x-single-active-consumer", {
        "true": True, "false": False, "number": 1, "text": "true", "void": None})


@scenario
def a_queue_mode_is_one_of_two_words(session):
    values(session, "x-queue-mode", {"default": "default", "lazy": "lazy", "other": "eager",
                                     **TEXTS})
    values(session, "x-queue-type", {"classic": "classic", "other": "nonsense", "number": 1})


@scenario
def arguments_that_nobody_knows_are_taken(session):
    values(session, "x-mine", {"text": "a", "number": 1, "void": None, "table": {"a": [1]}})
    values(session, "x-MESSAGE-TTL", {"other case": "text"})
    values(session, "message-ttl", {"without x": "text"})
    alike(session, {"x-mine": 1}, {
        "other value": {"x-mine": 2}, "other type": {"x-mine": "1"}, "none": {},
        "another": {"x-yours": 1}})


@scenario
def numbers_must_agree_when_declared_again(session):
    for argument, value in {"x-message-ttl": 1000, "x-expires": 60000, "x-max-length": 100,
                            "x-max-length-bytes": 100, "x-max-priority": 5}.items():
        session.note(argument)
        alike(session, {argument: value}, {
            "alike": {argument: value}, "other": {argument: value + 1}, "none": {},
            "text": {argument: "1"},
            "one more": {argument: value, "x-single-active-consumer": True}})
        alike(session, {}, {"where none was": {argument: value}})
    alike(session, {"x-message-ttl": 100}, {"of another width": {"x-message-ttl": 100 + 2**40}})


@scenario
def words_must_agree_when_declared_again(session):
    for argument, (first, second) in {
        "x-overflow": ("reject-publish", "drop-head"),
        "x-dead-letter-exchange": ("amq.fanout", "amq.direct"),
        "x-queue-mode": ("lazy", "default"), "x-queue-type": ("classic", "quorum"),
        "x-single-active-consumer": (True, False),
    }.items():
        session.note(argument)
        alike(session, {argument: first}, {
            "alike": {argument: first}, "other": {argument: second}, "none": {}})
        alike(session, {}, {"where none was": {argument: first}})
    key = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "k"}
    alike(session, key, {
        "alike": key, "other key": {**key, "x-dead-letter-routing-key": "l"},
        "no key": {"x-dead-letter-exchange": ""},
        "only the key": {"x-dead-letter-routing-key": "k"}})


@scenario
def of_several_differences_one_is_named(session):
    alike(session, {"x-message-ttl": 1000, "x-max-length": 1, "x-expires": 60000}, {
        "all": {"x-message-ttl": 2000, "x-max-length": 2, "x-expires": 70000},
        "two": {"x-message-ttl": 1000, "x-max-length": 2, "x-expires": 70000},
        "invalid and other": {"x-message-ttl": -1, "x-max-length": 2}})


@scenario
def properties_must_agree_when_declared_again(session):
    name = session.queue("q")
    session.attempts(lambda options: session.channel.queue_declare(name, **options).method, {
        "alike": {}, "exclusive": {"exclusive": True}, "durable": {"durable": True},
        "auto-delete": {"auto_delete": True},
        "all": {"durable": True, "auto_delete": True, "exclusive": True},
        "passive with all": {"passive": True, "durable": True, "auto_delete": True},
        "passive and exclusive": {"passive": True, "exclusive": True},
        "passive with an argument": {"passive": True, "arguments": {"x-max-length": -1}}})
    mine = session.name("mine")
    session.channel.queue_declare(mine, exclusive=True)
    session.attempt("no longer exclusive", lambda: session.channel.queue_declare(mine).method)
