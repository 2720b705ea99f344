"""Every endpoint of the management API without, with wrong, and with too few permissions."""

import base64
import http.client
import json
import unittest
import urllib.parse

from Harness import brokers
from comparison import compare, wanted
import endpoints
import management

_reference = brokers.RabbitMQ(has_policies=True)
_tested = None
_worlds = {}


def setUpModule():
    global _tested
    _reference.__enter__()
    unittest.addModuleCleanup(_reference.__exit__)
    _tested = management.under_test()
    _tested.__enter__()
    unittest.addModuleCleanup(_tested.__exit__)
    for broker in (_reference, _tested):
        _worlds[broker] = endpoints.World(broker)
        unittest.addModuleCleanup(_worlds[broker].close)


def ask(broker, verb, path, body, login, source):
    """One request from an address of its own: whoever guesses too often has to wait here."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", broker.management, timeout=60, source_address=(source, 0))
    headers = {"Content-Type": "application/json"}
    if login is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
    try:
        data = None if body is None else json.dumps(body)
        connection.request(verb, f"/api/{path}", data, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("WWW-Authenticate"), answer.read()
    finally:
        connection.close()


def told(answer):
    """An answer in a line: of a refusal all of it, of a list what it shows."""
    status, challenge, body = answer
    try:
        value = json.loads(body)
    except ValueError:
        return f"{status} {body[:80]!r}" + (" asks for a login" if challenge else "")
    if status >= 400:
        return (f"{status} {value.get('error')}: {value.get('reason')}"
                + (" asks for a login" if challenge else ""))
    if isinstance(value, dict):
        value = value.get("items", [])
    return f"{status} {sorted({shown(item) for item in value} - {None})}"


def shown(item):
    """What a list says of one thing: its names, as far as they are the same everywhere.

    What is neither in a virtual host nor a user or a host itself tells nothing about who may.
    """
    if not isinstance(item, dict) or not {
            "vhost", "user", "tags", "tracing", "consumer_tag"} & item.keys():
        return None
    return " ".join(f"{key}={item[key]}" for key in (
        "vhost", "user", "source", "destination", "routing_key", "name", "component",
        "consumer_tag")
        if isinstance(item.get(key), str) and "@" not in item[key] and ":" not in item[key])


class EndpointAccess(unittest.TestCase):
    """One test an endpoint, added below."""

    def compare(self, number, pattern, verbs):
        name = "/api/" + pattern
        answers = [self.transcript(broker, number, pattern, verbs)
                   for broker in (_reference, _tested)]
        compare(self, _reference, wanted(self, name, answers[0]), _tested, answers[1])

    def test_methods(self):
        """a method that an endpoint has not is refused before it is asked who comes"""
        wrong = []
        for number, (pattern, verbs) in enumerate(endpoints.ENDPOINTS.items()):
            for verb in ("PUT", "POST", "DELETE", "PATCH"):
                path = pattern.format(connection="c", channel="c")
                if verb in verbs or pattern == endpoints.NO_PATH:
                    continue
                answers = [ask(broker, verb, path, {}, None, f"127.1.{1 + number}.1")[0]
                           for broker in (_reference, _tested)]
                if answers[0] != answers[1]:
                    wrong.append(f"{verb} {path}: {answers[1]} instead of {answers[0]}")
        self.assertEqual(wrong, [])

    def transcript(self, broker, number, pattern, verbs):
        lines = []
        world = _worlds[broker]
        for verb, body in verbs.items():
            for who, login in endpoints.WHO.items():
                path = pattern.format(**{kind: urllib.parse.quote(name, safe="")
                                         for kind, name in world.names().items()})
                source = f"127.0.{1 + number}.1" if who in endpoints.STRANGERS else "127.0.0.1"
                answer = ask(broker, verb, path, body, login, source)
                lines.append(f"{verb} as {who}: {told(answer)}")
                if verb != "GET" and answer[0] < 300:
                    world.restore((verb, pattern) in endpoints.ENDS_CLIENT)
        return lines


for _number, (_pattern, _verbs) in enumerate(endpoints.ENDPOINTS.items()):
    def _test(self, number=_number, pattern=_pattern, verbs=_verbs):
        self.compare(number, pattern, verbs)
    _test.__doc__ = f"endpoint as RabbitMQ: {_pattern}"
    setattr(EndpointAccess, f"test_{_number:03}", _test)
