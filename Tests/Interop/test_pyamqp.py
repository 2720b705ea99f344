"""py-amqp, the client below kombu and celery."""

import datetime
import decimal
import socket
import ssl

import amqp
import amqp.exceptions
from server import OnServer

from Harness.waiting import wait_until

FRAME_OVERHEAD = 8


class PyAMQP(OnServer):
    """A connection of its own for each case, closed at its end."""

    def setUp(self):
        self.connection = self.connect()
        self.channel = self.connection.channel()

    def connect(self, **options):
        """An open connection, which the end of the case closes if it still is."""
        connection = amqp.Connection(
            f"127.0.0.1:{self.broker.port}", **{"connect_timeout": 10, **options})
        self.addCleanup(connection.collect)
        connection.connect()
        return connection

    def declare(self, short="q", **options):
        """A queue that others may see, and its name."""
        name = self.name(short)
        self.channel.queue_declare(name, auto_delete=False, **options)
        return name

    def publish(self, queue, body="hello", **properties):
        self.channel.basic_publish(amqp.Message(body, **properties), routing_key=queue)

    def get(self, queue, **options):
        """The next message of a queue, waited for."""
        return wait_until(lambda: self.channel.basic_get(queue, **options), f"{queue} to answer")

    def drain_until(self, condition, what="events"):
        """Handles what the broker sends until the condition holds."""
        def look():
            try:
                self.connection.drain_events(timeout=0.05)
            except (socket.timeout, ssl.SSLError):
                pass
            return condition()
        wait_until(look, what)

    # The connection

    def test_what_the_server_says_of_itself(self):
        """py-amqp: capabilities and tuning are what a client relies on"""
        capabilities = self.connection.server_properties["capabilities"]
        for each in ["publisher_confirms", "exchange_exchange_bindings", "basic.nack",
                     "consumer_cancel_notify", "connection.blocked", "consumer_priorities",
                     "authentication_failure_close", "per_consumer_qos", "direct_reply_to"]:
            self.assertIs(capabilities.get(each), True, each)
        self.assertEqual(self.connection.frame_max, 131072)
        self.assertEqual(self.connection.channel_max, 2047)
        self.assertIn(b"PLAIN", self.connection.mechanisms)

    def test_a_wrong_password_is_refused(self):
        """py-amqp: a wrong password is answered with 403"""
        with self.assertRaises(amqp.exceptions.AccessRefused) as refused:
            self.connect(password="wrong")
        self.assertEqual(refused.exception.reply_code, 403)

    def test_an_unknown_virtual_host_is_refused(self):
        """py-amqp: an unknown virtual host is answered with 530"""
        with self.assertRaises(amqp.exceptions.NotAllowed) as refused:
            self.connect(virtual_host="nowhere")
        self.assertEqual(refused.exception.reply_code, 530)

    def test_heartbeats_come_and_keep_a_connection(self):
        """py-amqp: heartbeats come at the interval that the client wants"""
        connection = self.connect(heartbeat=2)
        self.assertEqual(connection.heartbeat, 2)
        received = connection.bytes_recv

        def look():
            connection.heartbeat_tick(rate=2)
            try:
                connection.drain_events(timeout=0.05)
            except socket.timeout:
                pass
            return connection.bytes_recv >= received + 3
        wait_until(look, "three heartbeats")
        connection.channel().queue_declare(self.name(), exclusive=True)
        connection.close()

    def test_a_silent_client_is_dropped(self):
        """py-amqp: a client that promised heartbeats and sends none is dropped"""
        connection = self.connect(heartbeat=1)

        def dropped():
            try:
                connection.drain_events(timeout=0.1)
            except socket.timeout:
                return False
            except (OSError, amqp.exceptions.RecoverableConnectionError):
                return True
            return False
        wait_until(dropped, "the connection to be dropped")

    def test_the_broker_closes_a_connection(self):
        """py-amqp: what the broker does not implement closes the connection with 540"""
        self.channel.basic_publish(amqp.Message("now"), routing_key="q", immediate=True)
        with self.assertRaises(amqp.exceptions.AMQPNotImplementedError) as refused:
            self.drain_until(lambda: False)
        self.assertEqual(refused.exception.reply_code, 540)
        self.assertFalse(self.connection.connected)

    def test_bodies_around_the_size_of_a_frame(self):
        """py-amqp: bodies at and around what one, two and three frames hold"""
        queue = self.declare()
        room = self.connection.frame_max - FRAME_OVERHEAD
        sizes = [0, 1, *(frames * room + more for frames in (1, 2, 3) for more in (-1, 0, 1))]
        for size in sizes:
            self.publish(queue, b"\xff" * size)
        received = [self.get(queue, no_ack=True).body for _ in sizes]
        self.assertEqual([len(each) for each in received], sizes)
        self.assertTrue(all(set(each) <= {255} for each in received))

    def test_a_closed_channel_comes_back(self):
        """py-amqp: a channel that the broker closed is opened again under its number"""
        other = self.connection.channel()
        with self.assertRaises(amqp.exceptions.NotFound) as missing:
            self.channel.queue_declare("nobody declared this", passive=True)
        self.assertEqual(missing.exception.reply_code, 404)
        other.queue_declare(self.name(), exclusive=True)
        # The library has opened it again by itself.
        self.channel.queue_declare(self.name("again"), exclusive=True)

    # What is declared

    def test_declaring_answers_counts(self):
        """py-amqp: queue.declare answers messages and consumers"""
        queue = self.declare()
        for _ in range(3):
            self.publish(queue)
        wait_until(lambda: self.channel.queue_declare(queue, passive=True).message_count == 3,
                   "three messages")
        self.channel.basic_qos(0, 1, False)
        self.channel.basic_consume(queue, callback=lambda _: None)
        wait_until(lambda: self.channel.queue_declare(queue, passive=True) == (queue, 2, 1),
                   "two messages and a consumer")

    def test_arguments_are_compared(self):
        """py-amqp: declaring a queue with other arguments is answered with 406"""
        queue = self.declare(arguments={"x-max-length": 10, "x-message-ttl": 60_000})
        self.channel.queue_declare(queue, auto_delete=False, arguments={
            "x-message-ttl": 60_000, "x-max-length": 10})
        with self.assertRaises(amqp.exceptions.PreconditionFailed) as differs:
            self.channel.queue_declare(queue, auto_delete=False, arguments={
                "x-message-ttl": 60_000, "x-max-length": 11})
        self.assertEqual(differs.exception.reply_code, 406)

    def test_a_queue_of_another_connection(self):
        """py-amqp: an exclusive queue is locked for others with 405"""
        queue = self.connection.channel().queue_declare(exclusive=True).queue
        other = self.connect().channel()
        with self.assertRaises(amqp.exceptions.ResourceLocked):
            other.queue_declare(queue, passive=True)

    def test_exchange_to_exchange(self):
        """py-amqp: exchange.bind and exchange.unbind route through two exchanges"""
        first, second = self.name("first"), self.name("second")
        self.channel.exchange_declare(first, "topic", auto_delete=False)
        self.channel.exchange_declare(second, "fanout", auto_delete=False)
        queue = self.declare()
        self.channel.queue_bind(queue, second)
        self.channel.exchange_bind(second, first, "stock.*")
        self.channel.confirm_select()

        def send(key):
            self.channel.basic_publish_confirm(amqp.Message(key), first, key)
        send("stock.gold")
        send("bond.gold")
        self.channel.exchange_unbind(second, first, "stock.*")
        send("stock.silver")
        self.assertEqual(self.get(queue, no_ack=True).body, "stock.gold")
        self.assertIsNone(self.channel.basic_get(queue))

    def test_headers_exchange(self):
        """py-amqp: a headers exchange matches all or any of a binding's headers"""
        exchange = self.name("x")
        self.channel.exchange_declare(exchange, "headers", auto_delete=False)
        both, either = self.declare("all"), self.declare("any")
        wanted = {"colour": "red", "size": 3}
        self.channel.queue_bind(both, exchange, arguments={"x-match": "all", **wanted})
        self.channel.queue_bind(either, exchange, arguments={"x-match": "any", **wanted})
        self.channel.confirm_select()
        for body, headers in [("both", wanted), ("one", {"colour": "red", "size": 4}),
                              ("none", {"colour": "blue"})]:
            self.channel.basic_publish_confirm(
                amqp.Message(body, application_headers=headers), exchange)
        self.assertEqual(self._bodies(both), ["both"])
        self.assertEqual(self._bodies(either), ["both", "one"])

    # Messages

    def test_properties_come_back(self):
        """py-amqp: every property and every type of header value comes back as it went"""
        queue = self.declare()
        headers = {
            "text": "Grüße", "whole": 5, "negative": -2**40, "yes": True, "no": False,
            "nothing": None, "real": 1.5, "decimal": decimal.Decimal("3.14"),
            "moment": datetime.datetime(2026, 1, 2, 3, 4, 5), "bytes": b"\xff\xfe",
            "list": [1, "two", [3], {"four": 4}], "table": {"deep": {"deeper": "end"}}}
        properties = {
            "content_type": "text/plain", "content_encoding": "utf-8", "delivery_mode": 2,
            "priority": 3, "correlation_id": "c", "reply_to": "r", "expiration": "60000",
            "message_id": "m", "timestamp": 1_767_323_045, "type": "t", "user_id": "guest",
            "app_id": "a", "cluster_id": "x"}
        self.publish(queue, "body", application_headers=headers, **properties)
        message = self.get(queue, no_ack=True)
        self.assertEqual(message.properties.pop("application_headers"), headers)
        self.assertEqual(
            {key: (value if isinstance(value, (int, str)) else value.timestamp())
             for key, value in message.properties.items()}, properties)
        self.assertEqual(message.body, "body")

    def test_reject_requeue_recover(self):
        """py-amqp: a rejected message goes, a requeued or recovered one comes back redelivered"""
        queue = self.declare()
        for body in ["gone", "back", "recovered"]:
            self.publish(queue, body)
        gone, back = self.get(queue), self.get(queue)
        self.channel.basic_reject(gone.delivery_tag, requeue=False)
        self.channel.basic_reject(back.delivery_tag, requeue=True)
        again = self.get(queue)
        self.assertEqual((again.body, again.delivery_info["redelivered"]), ("back", True))
        self.channel.basic_ack(again.delivery_tag)
        self.get(queue)
        self.channel.basic_recover(requeue=True)
        again = self.get(queue)
        self.assertEqual((again.body, again.delivery_info["redelivered"]), ("recovered", True))
        self.channel.basic_ack(again.delivery_tag)
        self.assertIsNone(self.channel.basic_get(queue))

    def test_consume_and_cancel(self):
        """py-amqp: drain_events delivers in order, and nothing after the cancel"""
        queue = self.declare()
        received = []

        def take(message):
            received.append(message.body)
            self.channel.basic_ack(message.delivery_tag)
        tag = self.channel.basic_consume(queue, callback=take)
        for number in range(200):
            self.publish(queue, str(number))
        self.drain_until(lambda: len(received) == 200, "200 deliveries")
        self.assertEqual(received, [str(number) for number in range(200)])
        self.channel.basic_cancel(tag)
        self.publish(queue, "late")
        self.assertEqual(self.get(queue, no_ack=True).body, "late")
        self.assertEqual(len(received), 200)

    def test_the_broker_cancels(self):
        """py-amqp: a consumer is told when its queue is deleted"""
        queue = self.declare()
        cancelled = []
        tag = self.channel.basic_consume(queue, on_cancel=cancelled.append)
        self.connect().channel().queue_delete(queue)
        self.drain_until(lambda: cancelled, "the cancel")
        self.assertEqual(cancelled, [tag])

    def test_confirms(self):
        """py-amqp: a confirmed publish waits for its ack, and meets the nack of a full queue"""
        queue = self.declare(arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
        channel = self.connect(confirm_publish=True).channel()
        channel.basic_publish(amqp.Message("fits"), routing_key=queue)
        with self.assertRaises(amqp.exceptions.MessageNacked):
            channel.basic_publish(amqp.Message("too many"), routing_key=queue)
        self.assertEqual(self._bodies(queue), ["fits"])

    def test_mandatory_returns(self):
        """py-amqp: a mandatory message that has no queue comes back before its confirm"""
        events = []
        self.channel.events["basic_return"].add(
            lambda error, _, key, message: events.append((error.reply_code, key, message.body)))
        self.channel.events["basic_ack"].add(lambda tag, _: events.append(tag))
        self.channel.confirm_select()
        self.channel.basic_publish(
            amqp.Message("lost"), "amq.direct", "nowhere", mandatory=True)
        self.drain_until(lambda: len(events) == 2, "the return and its confirm")
        self.assertEqual(events, [(312, "nowhere", "lost"), 1])

    def test_transactions(self):
        """py-amqp: what a transaction published is there after its commit only"""
        queue = self.declare()
        self.channel.tx_select()
        self.publish(queue, "undone")
        self.channel.tx_rollback()
        self.publish(queue, "done")
        other = self.connect().channel()
        self.assertIsNone(other.basic_get(queue))
        self.channel.tx_commit()
        self.assertEqual(self.get(queue).body, "done")
        # An ack of a transaction that is rolled back did not happen.
        self.channel.tx_commit()
        self.channel.close()
        self.channel = other
        self.assertTrue(self.get(queue).delivery_info["redelivered"])

    def test_large_bodies(self):
        """py-amqp: bodies of megabytes on two channels at once"""
        queue = self.declare()
        second = self.connection.channel()
        bodies = [b"\x00\xff" * 1_500_000, b"\x80" * 5_000_001]
        self.publish(queue, bodies[0])
        second.basic_publish(amqp.Message(bodies[1]), routing_key=queue)
        received = []
        second.basic_consume(queue, no_ack=True, callback=lambda m: received.append(m.body))
        self.drain_until(lambda: len(received) == 2, "both bodies")
        self.assertEqual(sorted(map(len, received)), [3_000_000, 5_000_001])
        self.assertEqual(set(received), set(bodies))

    def _bodies(self, queue):
        """Everything that a queue holds; what was published to it must be confirmed."""
        bodies = []
        while (message := self.channel.basic_get(queue, no_ack=True)) is not None:
            bodies.append(message.body)
        return bodies
