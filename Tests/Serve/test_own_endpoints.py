"""Our own endpoints below /api/queuetop: who may, and who may not."""

import json

import management
from service import ServiceTestCase

_ALL = {"configure": ".*", "write": ".*", "read": ".*"}
_NOTHING = {"configure": "^$", "write": "^$", "read": "^$"}
_USERS = {
    "untagged": ("", _ALL), "management": ("management", _ALL), "outside": ("management", None),
    "narrow": ("management", _NOTHING), "policymaker": ("policymaker", _ALL),
    "monitoring": ("monitoring", _ALL), "monitoring-outside": ("monitoring", None),
    "administrator": ("administrator", None),
}
_STRANGERS = {"nobody": None, "wrong": "guest:wrong", "unknown": "stranger:x"}
_READERS = {"management", "policymaker", "monitoring", "administrator", "guest"}
_INSIDERS = {*_READERS, "narrow"}
_MANAGERS = {*_INSIDERS, "outside", "monitoring-outside"}
_WATCHERS = {"monitoring", "administrator", "guest"}
_RULERS = {"administrator", "guest"}

ENDPOINTS = {
    ("GET", "queues/%2F/q/timings"): (None, _INSIDERS, 200),
    ("GET", "queues/%2F/q/history"): (None, _INSIDERS, 200),
    ("GET", "queues/%2F/q/messages"): (None, _READERS, 200),
    ("GET", "dead-letters/%2F"): (None, _WATCHERS, 200),
    ("GET", "figures/%2F"): (None, _INSIDERS, 200),
    ("GET", "clients/%2F"): (None, _INSIDERS, 200),
    ("GET", "queues/%2F/q"): (None, _INSIDERS, 200),
    ("POST", "queues/%2F/q/breaker"): (b'{"state":"open"}', _READERS, 400),
    ("POST", "clients/%2F/cancel"): (
        b'{"connection":"none","channel":1,"tag":"t"}', _INSIDERS, 404),
    ("POST", "queues/%2F/q/messages/delete"): (b"{}", _READERS, 400),
    ("POST", "queues/%2F/q/redrive-step"): (b'{"count":0}', _READERS, 400),
    ("GET", "redrives"): (None, _MANAGERS, 200),
    ("GET", "redrives/1"): (None, _MANAGERS, 404),
    ("POST", "redrives/1/pause"): (b"", _MANAGERS, 404),
    ("POST", "redrives/1/resume"): (b"", _MANAGERS, 404),
    ("DELETE", "redrives/1"): (None, _MANAGERS, 404),
    ("POST", "queues/%2F/q/redrive"): (b'{"target":"nowhere"}', _READERS, 400),
    ("GET", "queues/nowhere/q/messages"): (None, _RULERS, 404),
}
"""What each takes: a body, who may, and what those are answered."""


class OwnEndpoints(ServiceTestCase):
    """Each endpoint as each user."""

    def test_access(self):
        """whoever has not what it takes is refused, and nobody else"""
        service = self.serve("--management-port", "0")
        port = management.port(service)
        self.assertEqual(management.status(port, "PUT", "/api/queues/%2F/q", b"{}"), 201)
        for name, (tags, permission) in _USERS.items():
            body = json.dumps({"password": name, "tags": tags}).encode()
            self.assertEqual(management.status(port, "PUT", f"/api/users/{name}", body), 201)
            if permission:
                self.assertEqual(management.status(
                    port, "PUT", f"/api/permissions/%2F/{name}",
                    json.dumps(permission).encode()), 201)
        who = {**_STRANGERS, **{name: f"{name}:{name}" for name in _USERS},
               "guest": management.ADMIN}
        for (verb, path), (body, allowed, answer) in ENDPOINTS.items():
            for name, login in who.items():
                with self.subTest(f"{verb} {path} as {name}"):
                    self.assertEqual(
                        management.status(port, verb, f"/api/queuetop/{path}", body, who=login),
                        answer if name in allowed else 401)

    def test_events(self):
        """the stream of events begins for those who may watch, and for nobody else"""
        service = self.serve("--management-port", "0")
        port = management.port(service)
        for login in _STRANGERS.values():
            self.assertEqual(management.status(
                port, "GET", "/api/queuetop/events", who=login), 401)
        self.assertEqual(management.status(
            port, "GET", "/api/queuetop/openapi.json", who=None), 200)
