"""kombu: its exchanges, queues, consumers and simple queues on a real server."""

import socket
import warnings

import kombu
import kombu.common
import kombu.exceptions
from server import OnServer

from Harness.waiting import wait_until

kombu.enable_insecure_serializers(["pickle", "yaml"])


class Kombu(OnServer):
    """A connection of its own for each case, closed at its end."""

    def setUp(self):
        warnings.simplefilter("ignore", ResourceWarning)
        self.connection = self.connect()

    def connect(self, **options):
        connection = kombu.Connection(self.url, connect_timeout=10, **options)
        self.addCleanup(connection.release)
        return connection

    def queue(self, short="q", exchange=None, **options):
        """A declared queue that is bound to a declared exchange."""
        name = self.name(short)
        queue = kombu.Queue(
            name, exchange or kombu.Exchange(self.name("x")), routing_key=short,
            durable=False, **options)
        return self.declared(queue)

    def declared(self, entity):
        bound = entity(self.connection.default_channel)
        bound.declare()
        return bound

    def publish(self, *bodies, queue, **options):
        """Publishes to a queue's exchange with its key, and waits for the confirms."""
        producer = kombu.Producer(self.connect(
            transport_options={"confirm_publish": True}))
        for body in bodies:
            producer.publish(
                body, exchange=queue.exchange, routing_key=queue.routing_key, **options)

    def take(self, queue, count, no_ack=True, **options):
        """So many messages, by a consumer and drain_events."""
        taken = []
        with kombu.Consumer(self.connection, queue, no_ack=no_ack, on_message=taken.append,
                            accept=["json", "pickle", "yaml", "text/plain", "application/data"],
                            **options):
            self.drain_until(lambda: len(taken) >= count, f"{count} messages")
        self.assertEqual(len(taken), count)
        return taken

    def drain_until(self, condition, what, connection=None):
        def look():
            try:
                (connection or self.connection).drain_events(timeout=0.05)
            except socket.timeout:
                pass
            return condition()
        wait_until(look, what)

    # Messages

    def test_contents_of_every_kind(self):
        """kombu: JSON, pickle, YAML, text, bytes and compressed bodies come back as they went"""
        queue = self.queue()
        value = {"name": "Grüße", "list": [1, 2.5, None, True]}
        for body, options in [
                (value, {"serializer": "json"}), (value, {"serializer": "pickle"}),
                (value, {"serializer": "yaml"}), ("text", {"serializer": None}),
                (b"\x00\xff" * 100, {}), (value, {"compression": "zlib"}),
                ([value] * 5000, {"compression": "bzip2"})]:
            self.publish(body, queue=queue, **options)
        taken = self.take(queue, 7)
        self.assertEqual([message.decode() for message in taken],
                         [value, value, value, "text", b"\x00\xff" * 100, value, [value] * 5000])
        self.assertEqual(
            [message.content_type for message in taken[:5]],
            ["application/json", "application/x-python-serialize", "application/x-yaml",
             "text/plain", "application/data"])
        self.assertEqual(taken[5].headers, {"compression": "application/x-gzip"})

    def test_a_large_body(self):
        """kombu: a body of 8 MB in many frames comes back whole"""
        queue = self.queue()
        body = bytes(range(256)) * 31_250
        self.publish(body, queue=queue)
        [message] = self.take(queue, 1)
        self.assertEqual(message.decode(), body)

    def test_requeue_and_reject(self):
        """kombu: requeue gives a message back, reject sends it to the dead letters"""
        dead = self.queue("dead")
        queue = self.queue(queue_arguments={
            "x-dead-letter-exchange": dead.exchange.name,
            "x-dead-letter-routing-key": "dead"})
        self.publish("once more", queue=queue)
        told = []

        def handle(message):
            told.append(message.delivery_info["redelivered"])
            if len(told) == 1:
                message.requeue()
            else:
                message.reject()
        with kombu.Consumer(self.connection, queue, on_message=handle):
            self.drain_until(lambda: len(told) == 2, "two deliveries")
        self.assertEqual(told, [False, True])
        [message] = self.take(dead, 1)
        [death] = message.headers["x-death"]
        self.assertEqual((death["queue"], death["reason"], death["count"]),
                         (queue.name, "rejected", 1))

    def test_acknowledged_once(self):
        """kombu: a message is acknowledged once, for many at a time, and prefetch holds"""
        queue = self.queue()
        self.publish(*range(10), queue=queue)
        taken = []
        consumer = kombu.Consumer(self.connection, queue, on_message=taken.append,
                                  prefetch_count=4)
        with consumer:
            self.drain_until(lambda: len(taken) == 4, "a full prefetch")
            wait_until(lambda: queue.queue_declare(passive=True).message_count == 6, "six")
            taken[3].ack(multiple=True)
            with self.assertRaises(taken[3].MessageStateError):
                taken[3].ack()
            self.drain_until(lambda: len(taken) == 8, "the next ones")
            consumer.recover(requeue=True)
            self.drain_until(lambda: len(taken) == 12, "the same again")
        self.assertEqual([message.decode() for message in taken],
                         [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7])
        self.assertTrue(all(each.delivery_info["redelivered"] for each in taken[8:]))

    def test_priorities(self):
        """kombu: a queue with max_priority delivers the highest first, in order within each"""
        queue = self.queue(max_priority=10)
        sent = [(0, "a"), (5, "b"), (10, "c"), (5, "d"), (12, "e"), (None, "f"), (3, "g")]
        for priority, body in sent:
            self.publish(body, queue=queue, priority=priority)
        taken = [message.decode() for message in self.take(queue, 7, prefetch_count=1)]
        self.assertEqual(taken, ["c", "e", "b", "d", "g", "a", "f"])

    def test_confirms(self):
        """kombu: a full queue that rejects raises in the producer"""
        queue = self.queue(max_length=2, queue_arguments={"x-overflow": "reject-publish"})
        self.publish(1, 2, queue=queue)
        with self.assertRaises(Exception) as refused:
            self.publish(3, queue=queue)
        self.assertEqual(type(refused.exception).__name__, "MessageNacked")
        self.assertEqual([each.decode() for each in self.take(queue, 2)], [1, 2])

    def test_returned(self):
        """kombu: on_return gets a mandatory message that nobody takes"""
        returned = []
        producer = kombu.Producer(
            self.connection, on_return=lambda error, exchange, key, message:
            returned.append((error.reply_code, key, message.body)))
        producer.publish("lost", routing_key="nowhere", exchange="amq.topic", mandatory=True)
        self.drain_until(lambda: returned, "the return")
        self.assertEqual(returned, [(312, "nowhere", "lost")])

    # What is declared

    def test_arguments(self):
        """kombu: its words for queue arguments are the broker's"""
        options = {"expires": 60, "message_ttl": 30, "max_length": 5, "max_length_bytes": 1000}
        queue = self.queue(**options)
        self.publish(*range(7), queue=queue)
        self.assertEqual([each.decode() for each in self.take(queue, 5)], [2, 3, 4, 5, 6])
        self.queue(**options)
        with self.assertRaises(self.connection.channel_errors) as differs:
            self.queue(**{**options, "max_length": 6})
        self.assertEqual(differs.exception.code, 406)

    def test_message_ttl(self):
        """kombu: an expiring message dies into the dead-letter exchange"""
        dead = self.queue("dead")
        queue = self.queue(queue_arguments={
            "x-dead-letter-exchange": dead.exchange.name, "x-dead-letter-routing-key": "dead"})
        self.publish("brief", queue=queue, expiration=0.05)
        [message] = self.take(dead, 1)
        self.assertEqual(message.headers["x-first-death-reason"], "expired")

    def test_a_queue_expires(self):
        """kombu: a queue that nobody uses goes when it expires"""
        # Long enough to begin to consume, however busy the machine is.
        queue = self.queue(expires=2)
        with kombu.Consumer(self.connection, queue):
            pass
        # Looking would be a use, and looking again and again would keep it.
        self.let_pass(3)
        with self.assertRaises(self.connection.channel_errors) as gone:
            queue(self.connection.channel()).queue_declare(passive=True)
        self.assertEqual(gone.exception.code, 404)

    def test_bindings_between_exchanges(self):
        """kombu: Exchange.bind_to and unbind_from connect two exchanges"""
        source = self.declared(kombu.Exchange(self.name("source"), "topic", durable=False))
        target = self.declared(kombu.Exchange(self.name("target"), "direct", durable=False))
        queue = self.queue("news.red", exchange=target)
        target.bind_to(source, routing_key="news.#")
        outer = kombu.Queue(exchange=source, routing_key="news.red")
        self.publish("through both", queue=outer)
        target.unbind_from(source, routing_key="news.#")
        self.publish("stays outside", queue=outer)
        self.publish("directly", queue=queue)
        self.assertEqual([each.decode() for each in self.take(queue, 2)],
                         ["through both", "directly"])

    def test_several_bindings(self):
        """kombu: a queue with several bindings, one of them taken away again"""
        topic = kombu.Exchange(self.name("topic"), "topic", durable=False)
        queue = self.declared(kombu.Queue(self.name(), bindings=[
            kombu.binding(topic, "order.*"), kombu.binding(topic, "mail.#")], durable=False))
        for key in ["order.paid", "order.paid.late", "mail", "mail.out.now", "order.new"]:
            if key == "order.new":
                queue.unbind_from(topic, "order.*")
            self.publish(key, queue=kombu.Queue(exchange=topic, routing_key=key))
        self.assertEqual([each.decode() for each in self.take(queue, 3)],
                         ["order.paid", "mail", "mail.out.now"])

    def test_headers(self):
        """kombu: a headers exchange routes by its binding's arguments"""
        exchange = kombu.Exchange(self.name("h"), "headers", durable=False)
        queue = self.queue(exchange=exchange, binding_arguments={"x-match": "all", "kind": "a"})
        for kind in ["a", "b"]:
            self.publish(kind, queue=queue, headers={"kind": kind})
        self.assertEqual([each.decode() for each in self.take(queue, 1)], ["a"])

    def test_purge_and_delete(self):
        """kombu: purge counts, if_empty and if_unused keep a queue, delete ends it"""
        queue = self.queue()
        self.publish(1, 2, 3, queue=queue)
        with self.assertRaises(self.connection.channel_errors) as refused:
            queue.delete(if_empty=True)
        self.assertEqual(refused.exception.code, 406)
        queue = queue(self.connection.channel())
        self.assertEqual(queue.purge(), 3)
        self.assertEqual(queue.delete(if_empty=True, if_unused=True), 0)

    def let_pass(self, seconds):
        """Lets a time pass by the broker's own clock: a message lives so long."""
        rung = self.queue("rung")
        clock = self.queue("clock", message_ttl=seconds, queue_arguments={
            "x-dead-letter-exchange": rung.exchange.name, "x-dead-letter-routing-key": "rung"})
        self.publish("tick", queue=clock)
        self.take(rung, 1)
