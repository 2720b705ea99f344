"""Every subcommand of Debian's rabbitmqadmin."""

import json
import subprocess

from Harness.waiting import wait_until
from server import OnServer
import management


class RabbitMQAdmin(OnServer):
    """What people script with, as it is shipped with RabbitMQ."""

    @staticmethod
    def make_broker():
        return management.under_test()

    def setUp(self):
        """Takes away what a case that failed has left."""
        for kind in ("policies", "operator-policies"):
            for row in management.ask(self.broker, "GET", f"/api/{kind}")[1]:
                management.ask(self.broker, "DELETE",
                               management.path(kind, row["vhost"], row["name"]))
        for row in management.ask(self.broker, "GET", "/api/vhost-limits")[1]:
            for limit in row["value"]:
                management.ask(self.broker, "DELETE",
                               management.path("vhost-limits", row["vhost"], limit))

    def admin(self, *words, vhost=None, input_text=None):
        """Runs it and returns what it printed."""
        options = ["-V", vhost] if vhost else []
        result = subprocess.run(
            ["rabbitmqadmin", "--host", "127.0.0.1", "--port", str(self.broker.management),
             *options, *words],
            input=input_text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            timeout=60, check=False)
        self.assertEqual(result.returncode, 0, f"{words}: {result.stdout}{result.stderr}")
        return result.stdout

    def refusal(self, *words, vhost=None):
        """Runs what is refused, and returns what it printed."""
        options = ["-V", vhost] if vhost else []
        result = subprocess.run(
            ["rabbitmqadmin", "--host", "127.0.0.1", "--port", str(self.broker.management),
             *options, *words],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        self.assertNotEqual(result.returncode, 0, f"{words}: {result.stdout}")
        return result.stdout

    def rows(self, kind, *columns):
        """What it lists, as values."""
        return json.loads(self.admin("-f", "raw_json", "list", kind, *columns))

    def test_lists_everything_in_every_format(self):
        """list of each kind, show overview, and each format"""
        with_client = self.broker.connect()
        channel = with_client.channel()
        channel.queue_declare(self.name(), exclusive=True)
        channel.basic_consume(self.name(), lambda *_: None)
        for kind in ("connections", "channels", "consumers", "exchanges", "queues", "bindings",
                     "users", "vhosts", "permissions", "nodes"):
            wait_until(lambda kind=kind: self.rows(kind), f"something among the {kind}")
        for kind in ("parameters", "policies", "operator_policies", "vhost_limits"):
            self.assertEqual(self.rows(kind), [], kind)
        for form in ("table", "long", "tsv", "kvp", "pretty_json", "raw_json", "bash"):
            self.assertIn(self.name(), self.admin("-f", form, "list", "queues", "name"))
        self.assertIn("queue_totals", self.admin("-f", "raw_json", "show", "overview"))
        self.assertIn(self.name(), self.admin("--sort", "name", "list", "queues", "name",
                                              "messages"))
        with_client.close()

    def test_exchanges_queues_and_bindings(self):
        """declare and delete of exchange, queue and binding"""
        queue, exchange = self.name("queue"), self.name("exchange")
        self.admin("declare", "exchange", f"name={exchange}", "type=topic", "durable=true")
        self.admin("declare", "queue", f"name={queue}", "durable=true",
                   'arguments={"x-max-length": 3}')
        self.admin("declare", "queue", f"name={queue}.quorum", "queue_type=quorum")
        self.admin("declare", "binding", f"source={exchange}", f"destination={queue}",
                   "routing_key=a/b *", 'arguments={"x": 1}')
        self.admin("declare", "binding", f"source={exchange}", "destination_type=exchange",
                   "destination=amq.topic", "routing_key=#")
        [binding] = [row for row in self.rows("bindings")
                     if row["source"] == exchange and row["destination"] == queue]
        self.assertEqual((binding["routing_key"], binding["arguments"]), ("a/b *", {"x": 1}))
        self.assertEqual(
            [row["arguments"] for row in self.rows("queues", "name", "arguments")
             if row["name"] == queue], [{"x-max-length": 3}])
        self.admin("delete", "binding", f"source={exchange}", "destination_type=queue",
                   f"destination={queue}", f"properties_key={binding['properties_key']}")
        self.assertNotIn(queue, [row["destination"] for row in self.rows("bindings")
                                 if row["source"] == exchange])
        for name in (queue, f"{queue}.quorum"):
            self.admin("delete", "queue", f"name={name}")
        self.admin("delete", "exchange", f"name={exchange}")
        self.assertNotIn(exchange, [row["name"] for row in self.rows("exchanges")])

    def test_messages(self):
        """publish, get in each way, purge"""
        queue = self.name()
        self.admin("declare", "queue", f"name={queue}")
        self.assertIn("Message published", self.admin(
            "publish", f"routing_key={queue}", "payload=first",
            'properties={"delivery_mode": 2, "headers": {"n": 1}}'))
        self.admin("publish", f"routing_key={queue}", "payload=AP8=", "payload_encoding=base64")
        self.admin("publish", f"routing_key={queue}", input_text="from its input")
        self.assertIn("NOT routed", self.admin("publish", "routing_key=nowhere", "payload=lost"))
        got = json.loads(self.admin("-f", "raw_json", "get", f"queue={queue}", "count=5"))
        self.assertEqual([message["payload"] for message in got],
                         ["first", "AP8=", "from its input"])
        self.assertEqual(got[0]["properties"], {"delivery_mode": 2, "headers": {"n": 1}})
        self.assertEqual([message["payload_encoding"] for message in got],
                         ["string", "base64", "string"])
        self.admin("get", f"queue={queue}", "ackmode=ack_requeue_false")
        wait_until(lambda: self.depth(queue) == 2, "two messages left")
        self.admin("get", f"queue={queue}", "ackmode=reject_requeue_false")
        self.admin("get", f"queue={queue}", "ackmode=reject_requeue_true")
        wait_until(lambda: self.depth(queue) == 1, "one message left")
        self.admin("purge", "queue", f"name={queue}")
        wait_until(lambda: self.depth(queue) == 0, "none left")

    def depth(self, queue):
        return {row["name"]: row.get("messages") for row in
                self.rows("queues", "name", "messages")}[queue]

    def test_policies(self):
        """declare and delete of policy and operator_policy, and parameters of the latter"""
        name = self.name()
        self.admin("declare", "policy", f"name={name}", "pattern=^never$",
                   'definition={"max-length": 5}', "priority=3", "apply-to=queues")
        self.admin("declare", "operator_policy", f"name={name}", "pattern=^never$",
                   'definition={"max-length": 9}', "priority=1", "apply-to=queues")
        [policy] = self.rows("policies")
        self.assertEqual((policy["name"], policy["definition"], policy["priority"]),
                         (name, {"max-length": 5}, 3))
        self.assertEqual([row["component"] for row in self.rows("parameters")],
                         ["operator_policy"])
        self.admin("delete", "policy", f"name={name}")
        self.admin("delete", "operator_policy", f"name={name}")
        self.assertEqual((self.rows("policies"), self.rows("operator_policies")), ([], []))

    def test_limits(self):
        """declare, list and delete of vhost_limit, and what it limits"""
        vhost = self.name()
        self.admin("declare", "vhost", f"name={vhost}")
        self.admin("declare", "vhost_limit", f"vhost={vhost}", "name=max-queues", "value=1")
        self.admin("declare", "vhost_limit", f"vhost={vhost}", "name=max-connections", "value=0")
        [row] = [row for row in self.rows("vhost_limits") if row["vhost"] == vhost]
        self.assertEqual(row["value"], {"max-queues": 1, "max-connections": 0})
        self.admin("declare", "queue", "name=one", vhost=vhost)
        self.assertIn("queue limit in vhost", self.refusal("declare", "queue", "name=two",
                                                           vhost=vhost))
        self.assertIn("should be a number", self.refusal(
            "declare", "vhost_limit", f"vhost={vhost}", "name=max-queues", 'value="many"'))
        with self.assertRaisesRegex(Exception, "connection limit .0. is reached"):
            self.broker.connect(vhost)
        for limit in ("max-queues", "max-connections"):
            self.admin("delete", "vhost_limit", f"vhost={vhost}", f"name={limit}")
        self.assertEqual([row["value"] for row in self.rows("vhost_limits")
                          if row["vhost"] == vhost], [[]])
        self.admin("declare", "queue", "name=two", vhost=vhost)
        self.broker.connect(vhost).close()
        self.admin("delete", "vhost", f"name={vhost}")
        self.assertEqual(self.rows("vhost_limits"), [])

    def test_parameters(self):
        """declare, list and delete of parameter"""
        name = self.name()
        value = {"pattern": "^never$", "definition": {"max-length": 4}, "priority": 0,
                 "apply-to": "queues"}
        self.admin("declare", "parameter", "component=operator_policy", f"name={name}",
                   f"value={json.dumps(value)}")
        self.assertEqual([(row["component"], row["name"], row["value"])
                          for row in self.rows("parameters")], [("operator_policy", name, value)])
        self.assertEqual([row["name"] for row in self.rows("operator_policies")], [name])
        self.admin("delete", "parameter", "component=operator_policy", f"name={name}")
        self.admin("declare", "parameter", "component=vhost-limits", "name=limits",
                   'value={"max-queues": 1000}')
        self.assertEqual([row["value"] for row in self.rows("vhost_limits")],
                         [{"max-queues": 1000}])
        self.admin("delete", "parameter", "component=vhost-limits", "name=limits")
        self.assertEqual(self.rows("parameters"), [])
        self.assertIn("component shovel not found", self.refusal(
            "declare", "parameter", "component=shovel", f"name={name}", "value={}"))

    def test_vhosts(self):
        """declare and delete of vhost, and what lies in it goes with it"""
        name = self.name()
        self.admin("declare", "vhost", f"name={name}")
        self.admin("declare", "queue", "name=inside", "durable=true", vhost=name)
        self.assertEqual([row["vhost"] for row in self.rows("queues", "name", "vhost")
                          if row["name"] == "inside"], [name])
        self.admin("delete", "vhost", f"name={name}")
        self.assertNotIn(name, [row["name"] for row in self.rows("vhosts")])
        self.assertNotIn("inside", [row["name"] for row in self.rows("queues", "name")])

    def test_users_and_permissions(self):
        """declare and delete of user and permission"""
        name = self.name().replace("_", "-")
        self.admin("declare", "user", f"name={name}", "password=secret", "tags=monitoring")
        self.admin("declare", "permission", "vhost=/", f"user={name}", "configure=^a",
                   "write=^b", "read=.*")
        self.assertIn((name, "^a", "^b", ".*"), [
            (row["user"], row["configure"], row["write"], row["read"])
            for row in self.rows("permissions")])
        self.assertEqual(json.loads(self.admin(
            "-u", name, "-p", "secret", "-f", "raw_json", "list", "nodes", "running")),
            [{"running": True}])
        self.admin("delete", "permission", "vhost=/", f"user={name}")
        self.admin("delete", "user", f"name={name}")
        self.assertNotIn(name, [row["name"] for row in self.rows("users")])

    def test_close_connection(self):
        """close connection ends a client's connection"""
        connection = self.broker.connect()
        [row] = wait_until(lambda: self.rows("connections", "name"), "the connection")
        self.admin("close", "connection", f"name={row['name']}")
        with self.assertRaisesRegex(Exception, "CONNECTION_FORCED"):
            connection.channel()
            while True:
                connection.process_data_events(1)
        wait_until(lambda: not self.rows("connections", "name"), "no connection")

    def test_export_and_import(self):
        """export and import, of all and of one vhost"""
        queue, exchange = self.name("queue"), self.name("exchange")
        self.admin("declare", "exchange", f"name={exchange}", "type=fanout")
        self.admin("declare", "queue", f"name={queue}", 'arguments={"x-max-priority": 4}')
        self.admin("declare", "binding", f"source={exchange}", f"destination={queue}")
        self.admin("declare", "policy", f"name={queue}", "pattern=^none$",
                   'definition={"max-length": 1}')
        for vhost in (None, "/"):
            file = str(self.broker.folder / "definitions.json")
            self.admin("export", file, vhost=vhost)
            self.admin("delete", "queue", f"name={queue}")
            self.admin("delete", "exchange", f"name={exchange}")
            self.admin("delete", "policy", f"name={queue}")
            self.admin("import", file, vhost=vhost)
            self.assertIn(
                (exchange, queue),
                [(row["source"], row["destination"]) for row in self.rows("bindings")])
            self.assertIn(
                {"x-max-priority": 4},
                [row["arguments"] for row in self.rows("queues", "arguments")])
            self.assertIn(queue, [row["name"] for row in self.rows("policies")])
        self.admin("delete", "policy", f"name={queue}")
