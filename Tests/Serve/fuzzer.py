"""Requests to the management API that nobody would send, the same ones for the same seed."""

import json
import random
import urllib.parse

from management import request

PATHS = [
    "overview", "cluster-name", "nodes", "nodes/{name}", "extensions", "definitions",
    "definitions/{vhost}", "parameters", "parameters/{word}", "parameters/{word}/{vhost}",
    "parameters/{word}/{vhost}/{name}", "global-parameters", "global-parameters/{name}",
    "policies", "policies/{vhost}", "policies/{vhost}/{name}", "operator-policies",
    "operator-policies/{vhost}", "operator-policies/{vhost}/{name}", "vhost-limits",
    "vhost-limits/{vhost}", "vhost-limits/{vhost}/{word}", "user-limits", "user-limits/{name}",
    "user-limits/{name}/{word}", "connections", "connections/{name}",
    "connections/username/{name}", "connections/{name}/channels", "channels", "channels/{name}",
    "consumers", "consumers/{vhost}", "exchanges", "exchanges/{vhost}",
    "exchanges/{vhost}/{name}", "exchanges/{vhost}/{name}/publish",
    "exchanges/{vhost}/{name}/bindings/source", "exchanges/{vhost}/{name}/bindings/destination",
    "queues", "queues/{vhost}", "queues/{vhost}/{name}", "queues/{vhost}/{name}/bindings",
    "queues/{vhost}/{name}/contents", "queues/{vhost}/{name}/get",
    "queues/{vhost}/{name}/actions", "bindings", "bindings/{vhost}",
    "bindings/{vhost}/e/{name}/q/{name}", "bindings/{vhost}/e/{name}/e/{name}",
    "bindings/{vhost}/e/{name}/q/{name}/{word}", "bindings/{vhost}/e/{name}/e/{name}/{word}",
    "vhosts", "vhosts/{vhost}", "vhosts/{vhost}/permissions", "vhosts/{vhost}/topic-permissions",
    "vhosts/{vhost}/connections", "vhosts/{vhost}/channels", "users", "users/{name}",
    "users/without-permissions", "users/bulk-delete", "users/{name}/permissions",
    "users/{name}/topic-permissions", "feature-flags", "whoami", "permissions",
    "permissions/{vhost}/{name}", "topic-permissions", "topic-permissions/{vhost}/{name}",
    "aliveness-test/{vhost}", "healthchecks/node", "healthchecks/node/{name}",
    "health/checks/alarms",
    "health/checks/local-alarms", "health/checks/certificate-expiration/{number}/{word}",
    "health/checks/port-listener/{number}", "health/checks/protocol-listener/{word}",
    "health/checks/virtual-hosts", "health/checks/node-is-mirror-sync-critical", "auth",
    "queuetop/queues/{vhost}/{name}/timings", "queuetop/queues/{vhost}/{name}/history",
    "queuetop/queues/{vhost}/{name}/messages",
    "queuetop/dead-letters/{vhost}", "queuetop/figures/{vhost}",
    "queuetop/redrives", "queuetop/redrives/{number}",
    "queuetop/redrives/{number}/{word}", "queuetop/queues/{vhost}/{name}/redrive",
    "queuetop/openapi.json",
]
"""All but the stream of events, which has no end."""

CHANGES = {
    "cluster-name": ("PUT", "name"), "definitions": ("POST", "vhosts"),
    "definitions/{vhost}": ("POST", "vhosts"),
    "parameters/{word}/{vhost}/{name}": ("PUT DELETE", "component"),
    "global-parameters/{name}": ("PUT DELETE", "value"),
    "policies/{vhost}/{name}": ("PUT DELETE", "pattern"),
    "operator-policies/{vhost}/{name}": ("PUT DELETE", "pattern"),
    "vhost-limits/{vhost}/{word}": ("PUT DELETE", "value"),
    "user-limits/{name}/{word}": ("PUT DELETE", "value"),
    "connections/{name}": ("DELETE", None), "connections/username/{name}": ("DELETE", None),
    "exchanges/{vhost}/{name}": ("PUT PUT DELETE", "type"),
    "exchanges/{vhost}/{name}/publish": ("POST", "payload"),
    "queues/{vhost}/{name}": ("PUT PUT DELETE", "durable"),
    "queues/{vhost}/{name}/contents": ("DELETE", None),
    "queues/{vhost}/{name}/get": ("POST", "ackmode"),
    "queues/{vhost}/{name}/actions": ("POST", "action"),
    "bindings/{vhost}/e/{name}/q/{name}": ("POST", "routing_key"),
    "bindings/{vhost}/e/{name}/e/{name}": ("POST", "routing_key"),
    "bindings/{vhost}/e/{name}/q/{name}/{word}": ("DELETE", None),
    "bindings/{vhost}/e/{name}/e/{name}/{word}": ("DELETE", None),
    "vhosts/{vhost}": ("PUT PUT PUT PUT PUT PUT PUT PUT DELETE", "description"),
    "users/{name}": ("PUT PUT DELETE", "tags"), "users/bulk-delete": ("POST", "users"),
    "permissions/{vhost}/{name}": ("PUT DELETE", "configure"),
    "topic-permissions/{vhost}/{name}": ("PUT DELETE", "exchange"),
    "queuetop/redrives/{number}": ("DELETE", None),
    "queuetop/redrives/{number}/{word}": ("POST", None),
    "queuetop/queues/{vhost}/{name}/redrive": ("POST", "rate"),
    "queuetop/queues/{vhost}/{name}/redrive-step": ("POST", "end"),
    "queuetop/queues/{vhost}/{name}/messages/delete": ("POST", "positions"),
}
"""What changes something: its methods, and a field of the body that goes with them."""

_VERBS = ["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE"]
_NAMES = [*"aaaaaabbbbbbccccdd", "amq.direct", "amq.topic", "amq.default", "", "ä", "\0", "a/b",
          "~", "x" * 255, "x" * 256, "\N{PILE OF POO}", ".", "..", "%", "a b", "'\"<>"]
_VHOSTS = [*"///////////vvvvv", "nowhere", "", "w" * 255]
_WORDS = ["operator_policy", "max-connections", "max-queues", "pause", "resume", "days", "amqp",
          "k", "~", "a~1", "..", "federation", ""]
_NUMBERS = ["0", "1", "2", "-1", "5672", "65536", "9" * 30, "1.5", "x", "", "0x10", "1e9",
            "9223372036854775807", "18446744073709551615", "18446744073709551614",
            "-9223372036854775808"]
_KEYS = [
    "durable", "auto_delete", "internal", "arguments", "type", "routing_key", "payload",
    "payload_encoding", "properties", "headers", "count", "ackmode", "encoding", "truncate",
    "requeue", "action", "pattern", "definition", "priority", "apply-to", "password",
    "password_hash", "hashing_algorithm", "tags", "configure", "write", "read", "exchange",
    "users", "vhosts", "permissions", "topic_permissions", "policies", "queues", "exchanges",
    "bindings", "parameters", "global_parameters", "source", "destination", "destination_type",
    "vhost", "user", "name", "value", "component", "rate", "target", "x-max-length", "x-expires",
    "x-message-ttl", "x-queue-type", "x-max-priority", "x-overflow", "x-dead-letter-exchange",
    "x-delivery-limit", "x-max-age", "alternate-exchange", "max-length", "message-ttl",
    "delivery_mode", "expiration", "timestamp", "message_id", "description", "tracing",
]
_TEXTS = ["", "a", "auto", "base64", "string", "ack_requeue_true", "reject_requeue_false", "queues",
          "exchanges", "all", "fanout", "topic", "direct", "headers", "x-delayed-message", "quorum",
          "classic", "stream", "sync", ".*", "^$", "(", "(a+)+$", "[", "administrator",
          "management,x", "true", "1", "\0", "\ud83d\ude00", "x" * 300,
          "rabbit_password_hashing_md5",
          "AAAA", "=" * 8, "1D", "drop-head", "/", "v"]
_QUERIES = ["page", "page_size", "name", "use_regex", "sort", "sort_reverse", "columns",
            "disable_stats", "enable_queue_totals", "if-unused", "if-empty", "count", "after",
            "from", "after", "bodies",
            "body_bytes", "filter", "body", "encoding", "lengths_age", "msg_rates_incr", "x"]

_FIELDS = ["name", "messages_ready", "a.b.c", "first", "last", "offset:18446744073709551615",
           "time:9223372036854775807", "time:0", "offset:1"]

BODIES = [
    {"durable": True, "arguments": {"x-max-length": 5, "x-overflow": "reject-publish"}},
    {"type": "topic", "arguments": {"alternate-exchange": "a"}},
    {"routing_key": "k", "arguments": {"x-match": "all", "n": 1.5, "l": [1, None, {"t": True}]}},
    {"properties": {"headers": {"h": [1, {"a": "b"}]}, "priority": 1, "delivery_mode": 2},
     "routing_key": "a", "payload": "text", "payload_encoding": "string"},
    {"count": 5, "ackmode": "ack_requeue_true", "encoding": "auto", "truncate": 10},
    {"pattern": "^a", "definition": {"max-length": 10, "message-ttl": 100}, "apply-to": "queues",
     "priority": 1},
    {"password": "x", "tags": "management,monitoring"}, {"password_hash": "AAAA", "tags": ["a"]},
    {"configure": ".*", "write": "^a", "read": ""}, {"exchange": "a", "write": "a", "read": "b"},
    {"users": ["c", "d"]}, {"action": "sync"}, {"rate": 100, "target": "b"}, {"value": 5},
    {"positions": ["0", "1", "9223372036854775807", "18446744073709551615", "-1"]},
    {"count": 5, "target": "b", "end": "18446744073709551615", "after": "1"},
    {"count": 1, "end": "9223372036854775807", "after": "18446744073709551615"},
    {"name": "a cluster"}, {"description": "a host", "tags": "x", "tracing": False},
    {"component": "operator_policy", "value": {"pattern": "a", "definition": {"max-length": 1}}},
    {"vhosts": [{"name": "v"}], "users": [{"name": "a", "password": "x", "tags": ""}],
     "permissions": [{"user": "a", "vhost": "/", "configure": "", "write": "", "read": ""}],
     "policies": [{"vhost": "/", "name": "a", "pattern": "a", "definition": {"max-length": 1}}],
     "queues": [{"vhost": "/", "name": "a", "durable": True, "arguments": {}}],
     "exchanges": [{"vhost": "/", "name": "b", "type": "fanout", "durable": True}],
     "bindings": [{"vhost": "/", "source": "b", "destination": "a", "destination_type": "queue",
                   "routing_key": "", "arguments": {}}]},
]


class Fuzzer:
    """A source of requests. Whom the tests themselves log in as is named in none of them."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def octets(self):
        """What is sent next, and how many answers it takes; none when nobody knows."""
        kind = self._random.random()
        if kind < 0.55:
            return self.request(close=True), 1
        if kind < 0.7:
            count = self._random.randint(2, 8)
            return b"".join(self.request(close=number == count)
                            for number in range(1, count + 1)), count
        return self._broken(self.request(close=True)), None

    def request(self, close):
        path = self._random.choice([*PATHS, *CHANGES, *CHANGES])
        target = "/api/" + "/".join(self._part(part) for part in path.split("/")) + self._query()
        verbs, field = CHANGES.get(path, ("", None))
        verb = self._random.choice([*verbs.split() * 3, "GET"])
        if self._random.random() < 0.1:
            verb = self._random.choice(_VERBS)
        body = self._body(field) if verb in ("PUT", "POST") or self._random.random() < 0.05 \
            else None
        who = self._random.choice([None, "guest:wrong"]) if self._random.random() < 0.002 \
            else "guest:guest"
        return request(verb, target, body, who, close=close)

    def _part(self, part):
        values = {"{name}": _NAMES, "{vhost}": _VHOSTS, "{word}": _WORDS, "{number}": _NUMBERS}
        if part not in values:
            return part
        return urllib.parse.quote(self._random.choice(values[part]), safe="")

    def _query(self):
        if self._random.random() < 0.6:
            return ""
        return "?" + urllib.parse.urlencode([
            (self._random.choice(_QUERIES), self._random.choice(
                _NUMBERS + _TEXTS + _FIELDS).encode(
                    "utf-8", "surrogatepass"))
            for _ in range(self._random.randint(1, 4))])

    # Bodies

    def _body(self, field):
        kind = self._random.random()
        if kind < 0.05:
            return self._random.choice([
                b"", b"null", b"[]", b"[" * 5_000, b'{"a":' * 5_000, b"{}{}", b"\xff", b"1e999"])
        suitable = [body for body in BODIES if field in body]
        if not suitable or self._random.random() < 0.1:
            suitable = BODIES
        value = json.loads(json.dumps(self._random.choice(suitable)))
        for _ in range(self._random.choice([0, 0, 1, 1, 2, 5])):
            value = self._changed(value)
        return json.dumps(value).encode()

    def _changed(self, value):
        """The same with something else somewhere in it."""
        if isinstance(value, dict) and value and self._random.random() < 0.8:
            key = self._random.choice(list(value))
            kind = self._random.random()
            if kind < 0.2:
                del value[key]
            elif kind < 0.4:
                value[self._random.choice(_KEYS)] = self._value(3)
            else:
                value[key] = self._changed(value[key])
            return value
        if isinstance(value, list) and value and self._random.random() < 0.7:
            number = self._random.randrange(len(value))
            value[number] = self._changed(value[number])
            return value
        return self._value(3)

    def _value(self, depth):
        kind = self._random.random()
        if kind < 0.25:
            return self._random.choice(_TEXTS)
        if kind < 0.5:
            return self._random.choice([
                0, 1, -1, 255, 2**31, 2**32, 2**63 - 1, -2**63, 2**63, 2**64, 1.5, 1e300, -0.0])
        if kind < 0.65 or depth == 0:
            return self._random.choice([True, False, None, {}, []])
        if kind < 0.8:
            return [self._value(depth - 1) for _ in range(self._random.randint(0, 4))]
        if kind < 0.82:
            deep = self._value(0)
            for _ in range(self._random.choice([60, 64, 65, 100])):
                deep = self._random.choice([[deep], {"d": deep}])
            return deep
        return {self._random.choice(_KEYS): self._value(depth - 1)
                for _ in range(self._random.randint(0, 5))}

    # Octets

    def _broken(self, octets):
        """The same octets with some of them changed, gone, doubled or cut off."""
        octets = bytearray(octets)
        for _ in range(self._random.randint(1, 6)):
            start = self._random.randrange(len(octets) or 1)
            end = start + self._random.choice([1, 1, 2, 4, 16])
            kind = self._random.randrange(6)
            if kind == 0:
                octets[start:end] = bytes(
                    self._random.randrange(256) for _ in range(end - start))
            elif kind == 1:
                del octets[start:end]
            elif kind == 2:
                octets[start:start] = octets[start:end] * self._random.choice([1, 2, 100])
            elif kind == 3:
                octets[start:start] = self._random.choice([
                    b"\r\n", b"\0", b"%", b"%00", b": ", b"\r\n\r\n", b"/", b"?", b"{", b'"',
                    b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n", b"-", b"9" * 20])
            elif kind == 4:
                del octets[start:]
            elif octets:
                octets[start % len(octets)] ^= 1 << self._random.randrange(8)
        return bytes(octets)
