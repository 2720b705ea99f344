"""Every endpoint of RabbitMQ 3.10.8's management API that queuetop has, and who asks for it.

Paths hold names of what `World` makes; `{connection}` and `{channel}` are those of its client.
"""

import pika

from Harness.waiting import wait_until
from management import ask, path

VHOST = "guarded"
_INSIDE = {"configure": ".*", "write": ".*", "read": ".*"}
_NARROW = {"configure": "^nothing$", "write": "^nothing$", "read": "^nothing$"}

USERS = {
    "untagged": ((), _INSIDE),
    "management": (("management",), None),
    "management-narrow": (("management",), _NARROW),
    "management-inside": (("management",), _INSIDE),
    "policymaker": (("policymaker",), None),
    "policymaker-inside": (("policymaker",), _INSIDE),
    "monitoring": (("monitoring",), None),
    "monitoring-inside": (("monitoring",), _INSIDE),
    "administrator": (("administrator",), None),
}
"""Tags and permissions in the vhost of each; the password is the name."""

STRANGERS = {
    "nobody": None, "a wrong password": "guest:wrong", "no password": "guest:",
    "an unknown user": "stranger:stranger", "no name": ":",
}
"""Who does not get in at all."""

WHO = {**STRANGERS, **{name: f"{name}:{name}" for name in USERS}, "guest": "guest:guest"}

_FETCH = {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}
_PUBLISH = {"properties": {}, "routing_key": "k", "payload": "x", "payload_encoding": "string"}
_POLICY = {"pattern": "^never$", "definition": {"max-length": 1}}

NO_PATH = "nothing"
"""RabbitMQ looks for it among the files of its pages, which have no methods but to be read."""

ENDPOINTS = {
    "overview": {"GET": None},
    "cluster-name": {"GET": None, "PUT": {"name": "a cluster"}},
    "nodes": {"GET": None},
    "nodes/nowhere": {"GET": None},
    "extensions": {"GET": None},
    # No object, because RabbitMQ takes many seconds for each that is one.
    "definitions": {"GET": None, "POST": []},
    "definitions/guarded": {"GET": None, "POST": []},
    "parameters": {"GET": None},
    "parameters/operator_policy": {"GET": None},
    "parameters/operator_policy/guarded": {"GET": None},
    "parameters/operator_policy/guarded/o": {"GET": None},
    "parameters/vhost-limits/guarded": {"GET": None},
    "parameters/vhost-limits/guarded/limits": {
        "GET": None, "PUT": {"value": {"max-queues": 100}}, "DELETE": None},
    "parameters/nothing/guarded/x": {"GET": None, "PUT": {"value": {}}},
    "global-parameters": {"GET": None},
    "global-parameters/own": {"GET": None, "PUT": {"value": 1}, "DELETE": None},
    "policies": {"GET": None},
    "policies/guarded": {"GET": None},
    "policies/guarded/p": {"GET": None, "PUT": _POLICY, "DELETE": None},
    "operator-policies": {"GET": None},
    "operator-policies/guarded": {"GET": None},
    "operator-policies/guarded/o": {"GET": None, "PUT": _POLICY, "DELETE": None},
    "vhost-limits": {"GET": None},
    "vhost-limits/guarded": {"GET": None},
    "vhost-limits/nowhere": {"GET": None},
    "vhost-limits/guarded/max-queues": {"PUT": {"value": 100}, "DELETE": None},
    "vhost-limits/nowhere/max-queues": {"PUT": {"value": 100}, "DELETE": None},
    "connections": {"GET": None},
    "connections/{connection}": {"GET": None, "DELETE": None},
    "connections/nothing": {"GET": None, "DELETE": None},
    "connections/username/untagged": {"GET": None, "DELETE": None},
    "connections/nothing/channels": {"GET": None},
    "connections/username/nobody": {"GET": None, "DELETE": None},
    "connections/{connection}/channels": {"GET": None},
    "channels": {"GET": None},
    "channels/{channel}": {"GET": None},
    "channels/nothing": {"GET": None},
    "consumers": {"GET": None},
    "consumers/guarded": {"GET": None},
    "exchanges": {"GET": None},
    "exchanges/guarded": {"GET": None},
    "exchanges/guarded/e": {"GET": None, "PUT": {"type": "fanout", "durable": True},
                            "DELETE": None},
    "exchanges/guarded/new": {"GET": None, "PUT": {"type": "fanout"}, "DELETE": None},
    "exchanges/guarded/e/publish": {"POST": _PUBLISH},
    "exchanges/guarded/e/bindings/source": {"GET": None},
    "exchanges/guarded/d/bindings/destination": {"GET": None},
    "queues": {"GET": None},
    "queues?page=1": {"GET": None},
    "queues/guarded": {"GET": None},
    "queues/guarded/q": {"GET": None, "PUT": {"durable": True}, "DELETE": None},
    "queues/guarded/new": {"GET": None, "PUT": {}, "DELETE": None},
    "queues/guarded/q/bindings": {"GET": None},
    "queues/guarded/q/contents": {"DELETE": None},
    "queues/guarded/q/get": {"POST": _FETCH},
    "queues/guarded/new/get": {"POST": _FETCH},
    "queues/guarded/q/actions": {"POST": {"action": "sync"}},
    "bindings": {"GET": None},
    "bindings/guarded": {"GET": None},
    "bindings/guarded/e/e/q/q": {"GET": None, "POST": {"routing_key": "other"}},
    "bindings/guarded/e/e/q/q/k": {"GET": None, "DELETE": None},
    "bindings/guarded/e/e/e/d": {"GET": None, "POST": {"routing_key": "other"}},
    "bindings/guarded/e/e/e/d/k": {"GET": None, "DELETE": None},
    "vhosts": {"GET": None},
    "vhosts/guarded": {"GET": None, "PUT": {}, "DELETE": None},
    "vhosts/new": {"GET": None, "PUT": {}, "DELETE": None},
    "vhosts/guarded/permissions": {"GET": None},
    "vhosts/guarded/topic-permissions": {"GET": None},
    "vhosts/guarded/connections": {"GET": None},
    "vhosts/guarded/channels": {"GET": None},
    "users": {"GET": None},
    "users/without-permissions": {"GET": None},
    "users/bulk-delete": {"POST": {"users": ["someone"]}},
    "users/someone": {"GET": None, "PUT": {"password": "x", "tags": ""}, "DELETE": None},
    "users/someone/permissions": {"GET": None},
    "users/someone/topic-permissions": {"GET": None},
    "user-limits": {"GET": None},
    "user-limits/someone": {"GET": None},
    "user-limits/nobody": {"GET": None},
    "user-limits/someone/max-channels": {"PUT": {"value": 5}, "DELETE": None},
    "user-limits/nobody/max-channels": {"PUT": {"value": 5}, "DELETE": None},
    "feature-flags": {"GET": None},
    "whoami": {"GET": None},
    "permissions": {"GET": None},
    "permissions/guarded/someone": {"GET": None, "PUT": _INSIDE, "DELETE": None},
    "topic-permissions": {"GET": None},
    "topic-permissions/guarded/someone": {
        "GET": None, "PUT": {"exchange": "e", "write": "", "read": ""}, "DELETE": None},
    "aliveness-test/guarded": {"GET": None},
    "healthchecks/node": {"GET": None},
    "health/checks/alarms": {"GET": None},
    "health/checks/local-alarms": {"GET": None},
    "healthchecks/node/nowhere": {"GET": None},
    "health/checks/certificate-expiration/1/days": {"GET": None},
    "health/checks/certificate-expiration/1/parsecs": {"GET": None},
    "health/checks/certificate-expiration/many/days": {"GET": None},
    "health/checks/port-listener/1": {"GET": None},
    "health/checks/protocol-listener/amqp": {"GET": None},
    "health/checks/virtual-hosts": {"GET": None},
    "health/checks/node-is-mirror-sync-critical": {"GET": None},
    "health/checks/node-is-quorum-critical": {"GET": None},
    "auth": {"GET": None},
    "aliveness-test/nowhere": {"GET": None},
    "consumers/nowhere": {"GET": None},
    "queues/nowhere": {"GET": None},
    "queues/nowhere/q": {"GET": None, "PUT": {}, "DELETE": None},
    "queues/nowhere/q/get": {"POST": _FETCH},
    "exchanges/nowhere/e/publish": {"POST": _PUBLISH},
    "policies/nowhere/p": {"GET": None, "PUT": _POLICY, "DELETE": None},
    "permissions/nowhere/someone": {"GET": None, "PUT": _INSIDE, "DELETE": None},
    NO_PATH: {"GET": None},
}
"""What each path takes: the methods, and the body that goes with each."""


ENDS_CLIENT = {("DELETE", pattern) for pattern in (
    "connections/{connection}", "connections/username/untagged", "vhosts/guarded")}
"""Requests that close the connection of `World`'s client when they are granted."""


class World:
    """The same things on each broker: whatever the paths name, made again after each change."""

    def __init__(self, broker):
        self._broker = broker
        self._client = None
        self._put("vhosts", VHOST)
        for name, (tags, permission) in USERS.items():
            self._put("users", name, password=name, tags=",".join(tags))
            if permission:
                self._put("permissions", VHOST, name, **permission)
        self.restore()

    def restore(self, ends_client=False):
        """Makes again what a request may have taken away, and takes away what it may have made.

        `ends_client` says that the request has closed the client's connection, which RabbitMQ does
        after it has answered.
        """
        if ends_client:
            wait_until(self._has_ended, "the end of the client's connection")
            self._client = None
        self._put("vhosts", VHOST)
        for name, (_, permission) in USERS.items():
            if permission:
                self._put("permissions", VHOST, name, **permission)
        self._put("users", "someone", password="x", tags="")
        self._put("permissions", VHOST, "someone", **_INSIDE)
        self._put("topic-permissions", VHOST, "someone", exchange="e", write="", read="")
        for short in ("e", "d"):
            self._put("exchanges", VHOST, short, type="fanout", durable=True)
        self._put("queues", VHOST, "q", durable=True)
        for kind, end in (("q", "q"), ("e", "d")):
            self._ask("POST", "bindings", VHOST, "e", "e", kind, end, body={"routing_key": "k"})
            self._ask("DELETE", "bindings", VHOST, "e", "e", kind, end, "other")
        self._put("vhost-limits", VHOST, "max-queues", value=100)
        self._put("user-limits", "someone", "max-channels", value=5)
        self._put("global-parameters", "own", value=1)
        self._put("policies", VHOST, "p", **_POLICY)
        self._put("operator-policies", VHOST, "o", **_POLICY)
        for kind in ("queues", "exchanges"):
            self._ask("DELETE", kind, VHOST, "new")
        self._ask("DELETE", "vhosts", "new")
        self._ask("DELETE", "permissions", VHOST, "administrator")
        self._connect()

    def names(self):
        """What stands for the client's own names in paths."""
        return {"connection": self._name, "channel": f"{self._name} (1)"}

    def close(self):
        if self._client is not None and self._client.is_open:
            self._client.close()

    def _connect(self):
        """A client of the user without tags, who is there for everybody to look at."""
        if self._client is not None:
            return
        self._client = self._broker.connect(VHOST, "untagged")
        channel = self._client.channel()
        channel.queue_declare("watched", exclusive=True)
        channel.basic_consume("watched", lambda *_: None, consumer_tag="watcher")
        host, port = self._client._impl._transport._sock.getsockname()
        self._name = f"{host}:{port} -> 127.0.0.1:{self._broker.port}"
        for kind, name in self.names().items():
            wait_until(lambda kind=kind, name=name: self._ask(
                "GET", kind + "s", name)[0] == 200, f"the client's {kind}")
        channel = self.names()["channel"]
        wait_until(lambda: any(row["channel_details"]["name"] == channel for row in self._ask(
            "GET", "consumers", VHOST)[1]), "the client's consumer")

    def _has_ended(self):
        """Whether the client has heard of its end."""
        try:
            self._client.process_data_events(0.02)
        except pika.exceptions.AMQPConnectionError:
            return True
        return not self._client.is_open

    def _put(self, *parts, **body):
        status, answer = self._ask("PUT", *parts, body=body)
        assert status in (201, 204), f"{parts}: {status} {answer}"

    def _ask(self, verb, *parts, body=None):
        return ask(self._broker, verb, path(*parts), body)
