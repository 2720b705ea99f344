"""Where queuetop means to answer otherwise than RabbitMQ 3.10.8, and why.

Each entry is a scenario's name, the lines as RabbitMQ writes them and as queuetop does, and the
reason. The suite checks that the difference is exactly this one.
"""

_SILENCE = "the connection ends without a word"
_CRASH = "Connection.Close 541 INTERNAL_ERROR at 0.0"


def _told(reason, answers):
    """Lines where RabbitMQ hangs up without a word and queuetop says what is wrong."""
    return [(f"{title}: {_SILENCE}", f"{title}: {answer}", reason)
            for title, answer in answers.items()]


def _undecodable(octets):
    return f"Connection.Close 501 FRAME_ERROR - cannot decode <<{octets}>> at 50.10"


def _tuning(field, value, bound):
    return (f"Connection.Close 530 NOT_ALLOWED - negotiated {field} = {value} is {bound} "
            "at 10.30")


_NEWEST_FIRST = ("3.10.8 turns the older deaths around at each further one, so that it takes the "
                 "oldest for the newest; its documentation and later versions have the newest "
                 "first, and what is a cycle follows from that")


def _crashes(scenario, refusal, cause, details):
    """Lines where RabbitMQ crashes and queuetop refuses what a stream does not understand."""
    return [(f"{title}: ConnectionClosedByBroker 541 INTERNAL_ERROR at 0.0",
             f"{title}: ChannelClosedByBroker 406 PRECONDITION_FAILED - invalid arg "
             f"{refusal.format(scenario=scenario, number=number)}{detail} at {cause}",
             "3.10.8 crashes over it; to us it is as wrong as any other")
            for number, (title, detail) in enumerate(details.items())]


def _chain(deaths):
    """The line about a message that died in those queues, the newest first."""
    name = "a_long_chain_tells_its_deaths_in_an_order_of_its_own"
    return (f"died in {[f'{name}.q{number}' for number in deaths]}, first in {name}.q0")


def _cycle(body):
    """The line about a message with a client's history that is no cycle."""
    name = "a_clients_history_may_look_like_a_cycle"
    mine = (f"{{count: long(1L), exchange: str(''), queue: str('{name}.work'), "
            f"reason: str('expired'), routing-keys: [str('{name}.work')], time: <time>}}")
    rejected = ("{count: int(1), exchange: str(''), queue: str('q'), reason: str('rejected'), "
                "routing-keys: [str('k')]}")
    expired = (f"{{count: int(1), exchange: str(''), queue: str('{name}.dead'), "
               "reason: str('expired'), routing-keys: [str('k')]}")
    return (f"{name}.dead held {body!r} key='{name}.dead' "
            f"headers={{x-death: [{mine}, {rejected}, {expired}]}}")


def _expired(body, original_expiration=None):
    """The line about a message that expired after a restart, behind one that stayed."""
    name = "an_expired_message_behind_one_that_stays_still_waits"
    original = (f"original-expiration: str({original_expiration!r}), "
                if original_expiration else "")
    death = (f"{{count: long(1L), exchange: str(''), {original}queue: str('{name}.work'), "
             f"reason: str('expired'), routing-keys: [str('{name}.work')], time: <time>}}")
    return (f"{name}.dead held {body!r} key='{name}.work' headers={{x-death: [{death}], "
            f"x-first-death-exchange: str(''), x-first-death-queue: str('{name}.work'), "
            "x-first-death-reason: str('expired')}")


_TO_ITS_PLACE = ("3.10.8's quorum queues put what returns before the rest in the order of the "
                 "returns, or behind it where there is no limit, so that their log can be cut; "
                 "here each message returns to its place, as in a classic queue")

_MANAGERS = ["management", "management-narrow", "management-inside", "policymaker",
             "policymaker-inside"]
_WATCHERS = ["monitoring", "monitoring-inside"]
_RULERS = ["administrator", "guest"]


def _failing(verb, who, answer):
    """Lines where RabbitMQ's management API crashes and queuetop's answers."""
    return [(f"{verb} as {name}: 500 b''", f"{verb} as {name}: {answer}",
             "3.10.8 crashes over what is not there or not one's own; to us it is as wrong as "
             "any other") for name in who]


_NOT_FOUND = "404 Object Not Found: Not Found"
_NOT_YOURS = "401 not_authorised: User not authorised to access object"

_NO_REPLY_QUEUE = "NOT_FOUND - no queue 'amq.rabbitmq.reply-to.<token>' in vhost '/'"

DIFFERENCES = {
    "methods_that_do_not_exist_end_the_connection": _told(
        "3.10.8 drops the connection as its decoder crashes; a client should learn why", {
            title: f"Connection.Close 540 NOT_IMPLEMENTED - no method has class id {class_id} "
                   f"and method id {method_id} at {class_id}.{method_id}"
            for title, class_id, method_id in [
                ("unknown class", 99, 10), ("unknown method", 50, 99),
                ("unknown on channel zero", 10, 99)]}),
    "malformed_tables_end_the_connection": _told(
        "3.10.8 drops the connection as its decoder crashes; a client should learn why", {
            "unknown type":
                "Connection.Close 502 SYNTAX_ERROR - cannot decode a field table at 50.10",
            "value cut off": _undecodable("0,0,0,0,0,0,0,5,1,97,73,0,0"),
            "name cut off": _undecodable("0,0,0,0,0,0,0,2,9,97"),
            "inner table too long": _undecodable("0,0,0,0,0,0,0,7,1,97,70,0,0,0,99"),
            "inner list too long": _undecodable("0,0,0,0,0,0,0,7,1,97,65,0,0,0,99"),
        }),
    "content_that_breaks_off_ends_the_connection": [
        (f"{title}: {_CRASH}",
         f"{title}: Connection.Close 502 SYNTAX_ERROR - cannot decode the message's properties "
         "at 60.40",
         "3.10.8's decoder crashes; this is the code that the specification has for it")
        for title in ("properties cut off", "headers malformed")],
    "a_handshake_keeps_its_order_and_its_limits": _told(
        "3.10.8 only logs this, and makes the client wait for three seconds", {
            "frame beyond": _tuning(
                "frame_max", 131073, "higher than the maximum allowed value (131072)"),
            "frame too small": _tuning(
                "frame_max", 4095, "lower than the minimum allowed value (4096)"),
            "frame without limit": _tuning(
                "frame_max", 0, "higher than the maximum allowed value (131072)"),
            "channels beyond": _tuning(
                "channel_max", 2048, "higher than the maximum allowed value (2047)"),
            "channels without limit": _tuning(
                "channel_max", 0, "higher than the maximum allowed value (2047)"),
        }),
    "other_protocols_are_answered_with_ours": [
        (f"{title}: a handshake", f"{title}: b'AMQP\\x00\\x00\\t\\x01'",
         "3.10.8 still speaks the versions before 0-9-1, which no client uses any more")
        for title in ("version 0-8", "version 0-9")],
    "names_are_utf8_and_keys_any_octets": [
        ("exchange: Channel.Close 404 b\"NOT_FOUND - no exchange '\\xff' in vhost '/'\" at 60.40",
         "exchange: Channel.Close 404 NOT_FOUND - no exchange '\N{REPLACEMENT CHARACTER}' in "
         "vhost '/' at 60.40",
         "a reply's text is UTF-8, whatever the name was")],
    "addresses_for_replies_are_no_queues": [
        (f"{title}: ConnectionClosedByBroker 541 INTERNAL_ERROR at 0.0",
         f"{title}: ChannelClosedByBroker 404 {_NO_REPLY_QUEUE} at 50.10",
         "3.10.8 crashes over an address that only looks like one of its own")
        for title in ("passive", "declare")] + [
        ("mandatory: ConnectionClosedByBroker 541 INTERNAL_ERROR at 0.0",
         "mandatory: returned ['NO_ROUTE']",
         "3.10.8 crashes over an address that only looks like one of its own")],
    "a_new_head_of_higher_priority_may_come_too_late": [
        ("first comes expires above it", "first comes stays",
         "3.10.8 looks for what has expired only when a queue's only message is new or one leaves, "
         "so it delivers an expired message; nobody can rely on that")],
    "an_expired_message_behind_one_that_stays_still_waits": [
        (_expired(body), _expired(body, "1"),
         "3.10.8 does not look for a message's expiration when it has just read it from its disk, "
         "so whoever redrives it cannot tell what it was")
        for body in ("expires", "too")],
    "a_long_chain_tells_its_deaths_in_an_order_of_its_own": [
        (_chain(deaths), _chain(sorted(deaths, reverse=True)), _NEWEST_FIRST)
        for deaths in ([2, 0, 1], [3, 1, 0, 2])],
    "a_clients_history_may_look_like_a_cycle": [
        (_cycle("was rejected before"), _cycle("was rejected since"), _NEWEST_FIRST)],
    "an_age_without_digits_is_refused": _crashes(
        "an_age_without_digits_is_refused",
        "'x-max-age' for queue '{scenario}.s{number}' in vhost '/': ", "50.10",
        {"''": "invalid_max_age", "'h'": "invalid_max_age", "'-1h'": "invalid_max_age"}),
    "an_offset_that_is_no_word_is_refused": _crashes(
        "an_offset_that_is_no_word_is_refused",
        "'x-stream-offset' for queue '{scenario}.s' in vhost '/': ", "60.20",
        {title: "{invalid_stream_offset_arg,{" + value + "}}" for title, value in {
            "a word": 'longstr,<<"bogus">>', "nothing": "longstr,<<>>",
            "capitals": 'longstr,<<"FIRST">>', "true": "bool,true", "void": "void,undefined",
            "a list": "array,[{signedint,1}]"}.items()}),
    "recovering_a_stream_is_refused": [
        (_CRASH,
         "Connection.Close 540 NOT_IMPLEMENTED - basic.recover not supported by stream queues "
         "queue 'recovering_a_stream_is_refused.s' in vhost '/' at 60.110",
         "3.10.8 crashes over it; to us it is as little possible as basic.nack")],
    "where_nobody_limits_returns_there_is_still_an_end": [
        ("ready 1, dead 0", "ready 0, dead 1",
         "3.10.8 has no limit by default, and a message that no consumer can bear goes round for "
         "ever; 4.0 and later let it die after 20 returns, as we do")],
    "a_negative_limit_of_returns": [
        ("ready 0, dead 1", "ready 1, dead 0",
         "to 3.10.8 every return is more than a negative limit; to 4.0 and later, and to us, it "
         "means none, or there would be no way to ask for that")],
    "messages_that_return_out_of_order": [
        ("messages_that_return_out_of_order.q held ['m2', 'm0', 'm3', 'm1', 'm4']",
         "messages_that_return_out_of_order.q held ['m0', 'm1', 'm2', 'm3', 'm4']",
         _TO_ITS_PLACE)],
    "messages_that_return_where_nothing_limits_that": [
        ("messages_that_return_where_nothing_limits_that.q held ['m4', 'm0', 'm1']",
         "messages_that_return_where_nothing_limits_that.q held ['m0', 'm1', 'm4']",
         _TO_ITS_PLACE)],
    "a_quorum_queues_consumers_are_checked_like_others": [
        ("a second: True",
         "a second: ChannelClosedByBroker 403 ACCESS_REFUSED - queue "
         "'a_quorum_queues_consumers_are_checked_like_others.q' in vhost '/' in exclusive use "
         "at 60.20",
         "3.10.8's quorum queues take a consumer as exclusive and do not keep that promise")],
    "bodies_beyond_what_may_be": [
        (f"{title}: Connection.Close 505 UNEXPECTED_FRAME - expected content body, got non "
         "content body frame instead at 60.40",
         f"{title}: Channel.Close 406 PRECONDITION_FAILED - message size {size} is larger than "
         "configured max size 134217728 at 60.40",
         "3.10.8 says so, in the same words, only when it has all of the body in its memory")
        for title, size in {"an octet too many": 134_217_729, "gigabytes": 2**40,
                            "all that can be said": 2**64 - 1}.items()],
    "tables_within_tables_without_end": [
        (theirs, f"Connection.Close 502 SYNTAX_ERROR - cannot decode {ours}",
         "3.10.8 takes tables as deep as a frame can hold them; no client means more than 64")
        for depth in (65, 5_000) for theirs, ours in (
            ("Queue.DeclareOk consumer_count=0 message_count=0 "
             f"queue='tables_within_tables_without_end.d{depth}'", "a field table at 50.10"),
            ('Basic.CancelOk consumer_tag="nobody\'s"', "the message's properties at 60.40"))],
    "/api/nodes/nowhere": _failing("GET", _WATCHERS + _RULERS, _NOT_FOUND),
    "/api/connections/nothing": [
        *_failing("GET", _MANAGERS, _NOT_FOUND),
        *_failing("DELETE", _MANAGERS + _WATCHERS, _NOT_FOUND)],
    "/api/connections/nothing/channels": _failing(
        "GET", _MANAGERS + _WATCHERS + _RULERS, _NOT_FOUND),
    "/api/vhost-limits/nowhere/max-queues": _failing(
        "DELETE", _RULERS, "404 not_found: vhost_not_found"),
    "/api/user-limits/nobody/max-channels": _failing("DELETE", _RULERS, _NOT_FOUND),
    "/api/channels/nothing": _failing("GET", _MANAGERS, _NOT_FOUND),
    **{f"/api/connections/username/{name}": [
        *_failing("GET", _MANAGERS, _NOT_YOURS),
        *_failing("DELETE", _MANAGERS + _WATCHERS, _NOT_YOURS)] for name in ("untagged", "nobody")},
}
