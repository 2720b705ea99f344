"""Asks a broker's management API, and the brokers that have one."""

import json
import urllib.error
import urllib.parse
import urllib.request

from Harness import brokers

GUEST = "Basic Z3Vlc3Q6Z3Vlc3Q="


class Managed(brokers.Queuetop):
    """`queuetop serve` with its management API."""

    options = ("--management-port", "0")


def under_test():
    """The broker under test, not yet started, with a management API."""
    if brokers.UNDER_TEST == "rabbitmq":
        return brokers.RabbitMQ(has_policies=True)
    return Managed()


def path(*parts, **query):
    """A path below /api of those parts, each encoded."""
    text = "/api/" + "/".join(urllib.parse.quote(part, safe="") for part in parts)
    return text + ("?" + urllib.parse.urlencode(query) if query else "")


def ask(broker, verb, target, body=None, login=GUEST):
    """One request; returns the status and the body, as JSON where it is."""
    headers = {"Content-Type": "application/json"}
    if login:
        headers["Authorization"] = login
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{broker.management}{target}", data, headers, method=verb)
    try:
        with brokers.opener.open(request, timeout=60) as answer:
            return answer.status, _value(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, _value(error.read())


def _value(data):
    try:
        return json.loads(data)
    except ValueError:
        return data.decode()
