"""Each field of the management API, on RabbitMQ and on queuetop."""

import unittest

from Harness import brokers
from Harness.waiting import TimedOut, wait_until
import fields_differing
import management
from management import ask

_reference = brokers.RabbitMQ(has_policies=True)
_tested = None
_clients = []


def setUpModule():
    global _tested
    _reference.__enter__()
    unittest.addModuleCleanup(_reference.__exit__)
    _tested = management.under_test()
    _tested.__enter__()
    unittest.addModuleCleanup(_tested.__exit__)
    for broker in (_reference, _tested):
        _fill(broker)


def _fill(broker):
    """The same on both: queues of each type, bindings, policies, a client that works."""
    connection = broker.connect()
    _clients.append(connection)
    channel = connection.channel()
    channel.confirm_delivery()
    for name, arguments in (("classic", {}), ("quorum", {"x-queue-type": "quorum"}),
                            ("stream", {"x-queue-type": "stream"}),
                            ("priorities", {"x-max-priority": 2})):
        channel.queue_declare(f"fields.{name}", durable=True, arguments=arguments)
        channel.basic_publish("", f"fields.{name}", b"body")
    channel.queue_bind("fields.classic", "amq.topic", "a.*")
    channel.exchange_bind("amq.fanout", "amq.topic", "#")
    channel.basic_get("fields.classic", auto_ack=True)
    channel.basic_consume("fields.quorum", lambda *_: None)
    value = {"pattern": "^never$", "definition": {"max-length": 1}}
    for kind in ("policies", "operator-policies"):
        assert ask(broker, "PUT", management.path(kind, "/", "fields"), value)[0] == 201
    for path in (("vhost-limits", "/", "max-queues"), ("user-limits", "guest", "max-channels")):
        assert ask(broker, "PUT", management.path(*path), {"value": 1000})[0] == 204
    value = {"value": "text"}
    assert ask(broker, "PUT", management.path("global-parameters", "fields"), value)[0] == 201

    def has_statistics():
        queues = [queue for queue in ask(broker, "GET", "/api/queues")[1]
                  if queue["name"].startswith("fields.")]
        return all("state" in queue and "messages" in queue for queue in queues)
    wait_until(has_statistics, "statistics of every queue")
    wait_until(lambda: ask(broker, "GET", "/api/overview")[1]["contexts"], "its contexts")
    for kind in ("connections", "channels"):
        wait_until(lambda kind=kind: any("state" in row for row in ask(
            broker, "GET", f"/api/{kind}")[1]), f"the client's {kind}")


def shape(value, path=""):
    """The paths of all fields with the types of their values; `null` fits any type."""
    if isinstance(value, dict):
        shapes = {}
        for name, item in value.items():
            shapes.update(shape(item, f"{path}.{name}" if path else name))
        return shapes or {path: "object"}
    if isinstance(value, list):
        shapes = {}
        for item in value:
            shapes.update(shape(item, path + "[]"))
        return shapes or {path: "array"}
    kinds = {bool: "bool", int: "number", float: "number", str: "text", type(None): "null"}
    return {path: kinds[type(value)]}


def without(shapes, ignored):
    """Those that are not listed, nor below what is; nor a rate, nor a client's own words."""
    def is_listed(path):
        path = path.removeprefix("[].").removeprefix("items[].")
        return any(path == name or path.startswith((name + ".", name + "[]", name + "_details"))
                   for name in ignored)
    return {path: kind for path, kind in shapes.items()
            if not is_listed(path) and "_details.rate" not in path
            and "client_properties" not in path and "cluster_state" not in path
            and "socket_opts" not in path}


class Fields(unittest.TestCase):
    """One test a group of endpoints, added below."""

    maxDiff = None

    def compare(self, group):
        listed = {*fields_differing.MISSING.get(group, {}), *fields_differing.MORE.get(group, {})}
        self._wait_right(lambda: [complaint for target in fields_differing.ENDPOINTS[group]
                                  for complaint in complaints(target, listed)])

    def test_listed_differences_are_there(self):
        """what is listed as missing is what RabbitMQ really has, and queuetop has not"""
        self._wait_right(self._listed_wrongly)

    def _listed_wrongly(self):
        wrong = []
        for group, names in fields_differing.MISSING.items():
            seen, own = fields_of(_reference, group), fields_of(_tested, group)
            for name in names:
                if brokers.UNDER_TEST != "rabbitmq" and name in own:
                    wrong.append(f"{group}: queuetop has {name}")
                if not any(path.startswith(name) for path in seen):
                    wrong.append(f"{group}: RabbitMQ has no {name}")
        return wrong

    def _wait_right(self, look):
        """Waits until nothing is wrong: RabbitMQ has some fields only once it has counted."""
        try:
            wait_until(lambda: not look(), "the same fields")
        except TimedOut:
            self.assertEqual(look(), [])


class ConsumerArguments(unittest.TestCase):
    """What a client wrote when it began to consume."""

    def told(self, broker, arguments, queue="fields.classic"):
        """A consumer's arguments as each place tells them that has them."""
        connection = broker.connect()
        self.addCleanup(connection.close)
        channel = connection.channel()
        channel.basic_qos(prefetch_count=1)
        tag = channel.basic_consume(queue, lambda *_: None, arguments=arguments)
        targets = ("/api/consumers", management.path("queues", "/", queue))

        def found(target):
            answer = ask(broker, "GET", target)[1]
            consumers = answer if isinstance(answer, list) else answer.get("consumer_details", [])
            return [consumer["arguments"] for consumer in consumers
                    if consumer["consumer_tag"] == tag]
        return [wait_until(lambda target=target: found(target), f"{target} to have it")
                for target in targets]

    def test_consumer_arguments(self):
        """arguments of a consumer, in the list and with its queue"""
        for arguments in ({}, {"x-priority": 4},
                          {"x-priority": -1, "x-delivery-rate": 3, "x-mine": "g",
                           "x-list": [1, "a", True], "x-table": {"a": 2**40}}):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.told(_tested, arguments), self.told(_reference, arguments))

    def test_arguments_of_a_streams_reader(self):
        """arguments of a reader, its offset and its group"""
        arguments = {"x-stream-offset": "next", "x-stream-group": "g"}
        self.assertEqual(self.told(_tested, arguments, "fields.stream"),
                         self.told(_reference, arguments, "fields.stream"))


def fields_of(broker, group):
    """The fields that the endpoints of a group have, of lists those of their items."""
    return {path.removeprefix("[].") for target in fields_differing.ENDPOINTS[group]
            for path in shape(ask(broker, "GET", target)[1])}


def complaints(target, ignored):
    """What is not the same at one endpoint."""
    expected_status, expected = ask(_reference, "GET", target)
    status, answer = ask(_tested, "GET", target)
    if status != expected_status:
        return [f"{target}: {status} instead of {expected_status}"]
    wanted, given = (without(shape(value), ignored) for value in (expected, answer))
    found = []
    for path in sorted({*wanted, *given}):
        stats = path.rpartition("message_stats.")
        if stats[1] and stats[2] in fields_differing.MESSAGE_STATS:
            continue
        kinds = {wanted.get(path, "nothing"), given.get(path, "nothing")}
        # An empty list or object may stand for one with something in it.
        if len(kinds) > 1 and not kinds & {"null", "array", "object"}:
            found.append(f"{target}: {path} is {given.get(path, 'missing')}, "
                         f"there {wanted.get(path, 'missing')}")
    return found


for _group in fields_differing.ENDPOINTS:
    def _test(self, group=_group):
        self.compare(group)
    _test.__doc__ = f"fields as RabbitMQ's: {_group}"
    setattr(Fields, f"test_{_group}", _test)
