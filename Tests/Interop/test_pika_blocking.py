"""pika's BlockingConnection."""

import threading

import pika
import pika.exceptions
from server import OnServer

from Harness.cable import Cable
from Harness.waiting import DEADLINE_SECONDS, wait_until

DIRECT_REPLY = "amq.rabbitmq.reply-to"
HEARTBEAT_BYTES = 8
FULL = {"x-max-length": 1, "x-overflow": "reject-publish"}


class PikaBlocking(OnServer):
    """A connection of its own for each case, closed at its end."""

    def setUp(self):
        self.connection = self.connect()
        self.channel = self.connection.channel()

    def connect(self, **options):
        parameters = pika.ConnectionParameters(
            "127.0.0.1", **{"port": self.broker.port, "heartbeat": 0, **options})
        connection = pika.BlockingConnection(parameters)
        self.addCleanup(lambda: connection.is_open and connection.close())
        return connection

    def declare(self, short="q", **arguments):
        name = self.name(short)
        self.channel.queue_declare(name, arguments={
            f"x-{key.replace('_', '-')}": value for key, value in arguments.items()})
        return name

    def run_until(self, condition, what="events", connection=None):
        def look():
            (connection or self.connection).process_data_events(0.01)
            return condition()
        return wait_until(look, what)

    def bodies(self, queue):
        """Everything that a queue holds; what was published to it must be confirmed."""
        taken = []
        while (got := self.channel.basic_get(queue, auto_ack=True))[0] is not None:
            taken.append(got[2])
        return taken

    # Connections and channels

    def test_small_frames(self):
        """pika: frames of 4,096 bytes, with bodies at and around their limits"""
        connection = self.connect(frame_max=4096)
        self.channel = connection.channel()
        self.channel.confirm_delivery()
        queue = self.declare()
        sizes = [0, 1, 4087, 4088, 4089, 8176, 8177, 1_000_000]
        for size in sizes:
            self.channel.basic_publish("", queue, b"x" * size)
        self.assertEqual([len(body) for body in self.bodies(queue)], sizes)

    def test_heartbeats(self):
        """pika: a connection with heartbeats of two seconds stays while it is served"""
        with Cable(self.broker.port) as cable:
            connection = self.connect(heartbeat=2, port=cable.port)
            sent, received = cable.bytes_sent, cable.bytes_received
            self.run_until(lambda: cable.bytes_sent >= sent + 3 * HEARTBEAT_BYTES
                           and cable.bytes_received >= received + 3 * HEARTBEAT_BYTES,
                           "heartbeats", connection)
            self.assertTrue(connection.channel().is_open)
            connection.close()

    def test_a_channel_closed_by_the_broker(self):
        """pika: after 404, 406 and 403 the connection goes on with new channels"""
        queue = self.declare()
        wrong = [
            (404, lambda channel: channel.queue_declare("nobody declared this", passive=True)),
            (406, lambda channel: channel.queue_declare(queue, arguments={"x-max-length": 1})),
            (403, lambda channel: channel.queue_declare("amq.mine")),
            (404, lambda channel: channel.basic_consume("nobody declared this", print))]
        for code, act in wrong:
            channel = self.connection.channel()
            with self.assertRaises(pika.exceptions.ChannelClosedByBroker) as closed:
                act(channel)
            self.assertEqual(closed.exception.reply_code, code)
            self.assertFalse(channel.is_open)
        again = self.connection.channel(channel.channel_number)
        again.queue_declare(queue, passive=True)

    def test_many_channels(self):
        """pika: a hundred channels of one connection publish and consume apart"""
        queue = self.declare()
        channels = [self.connection.channel() for _ in range(100)]
        self.assertEqual(len({channel.channel_number for channel in channels}), 100)
        taken = []
        for channel in channels:
            channel.basic_qos(prefetch_count=1)
            channel.basic_consume(queue, lambda channel, *_: taken.append(channel))
        for channel in channels:
            channel.basic_publish("", queue, b"one each")
        self.run_until(lambda: len(taken) == 100, "100 deliveries")
        self.assertEqual({channel.channel_number for channel in taken},
                         {channel.channel_number for channel in channels})

    def test_wrong_credentials(self):
        """pika: a wrong password raises what pika has for it"""
        with self.assertRaises(pika.exceptions.ProbableAuthenticationError):
            self.connect(credentials=pika.PlainCredentials("guest", "wrong"))

    # Publishing

    def test_confirms(self):
        """pika: a confirmed publish returns, and raises on a nack"""
        self.channel.confirm_delivery()
        queue = self.name()
        self.channel.queue_declare(queue, arguments=FULL)
        self.channel.basic_publish("", queue, b"fits")
        with self.assertRaises(pika.exceptions.NackError):
            self.channel.basic_publish("", queue, b"too many")
        self.assertEqual(self.bodies(queue), [b"fits"])

    def test_mandatory(self):
        """pika: a mandatory message without a queue raises with the message in hand"""
        self.channel.confirm_delivery()
        with self.assertRaises(pika.exceptions.UnroutableError) as unroutable:
            self.channel.basic_publish(
                "amq.direct", "nowhere", b"lost", pika.BasicProperties(message_id="7"),
                mandatory=True)
        [returned] = unroutable.exception.messages
        self.assertEqual((returned.method.reply_code, returned.method.reply_text,
                          returned.method.routing_key, returned.properties.message_id,
                          returned.body), (312, "NO_ROUTE", "nowhere", "7", b"lost"))

    def test_transactions(self):
        """pika: publishes and acks of a transaction happen at its commit, or never"""
        queue = self.declare()
        self.channel.tx_select()
        for body in [b"a", b"b"]:
            self.channel.basic_publish("", queue, body)
        other = self.connection.channel()
        self.assertIsNone(other.basic_get(queue)[0])
        self.channel.tx_commit()
        method, _, body = self.channel.basic_get(queue)
        self.assertEqual(body, b"a")
        self.channel.basic_ack(method.delivery_tag)
        self.channel.tx_rollback()
        self.channel.basic_ack(method.delivery_tag)
        self.channel.tx_commit()
        self.channel.close()
        self.channel = other
        self.assertEqual(self.bodies(queue), [b"b"])

    # Consuming

    def test_cancelled_by_the_broker(self):
        """pika: the callback of a cancelled consumer, and the end of its generator"""
        queue, second = self.declare(), self.declare("second")
        cancelled = []
        self.channel.add_on_cancel_callback(cancelled.append)
        tag = self.channel.basic_consume(queue, lambda *_: None)
        other = self.connect().channel()
        other.queue_delete(queue)
        self.run_until(lambda: cancelled, "the cancel")
        self.assertEqual(cancelled[0].method.consumer_tag, tag)
        self.assertTrue(self.channel.is_open)
        other.basic_publish("", second, b"last")
        taken = []
        for _, _, body in self.channel.consume(second, auto_ack=True):
            taken.append(body)
            other.queue_delete(second)
        self.assertEqual(taken, [b"last"])

    def test_cancelling_returns_what_waits(self):
        """pika: cancelling a generator gives back what it had not handed out"""
        self.channel.confirm_delivery()
        queue = self.declare()
        for number in range(10):
            self.channel.basic_publish("", queue, b"%d" % number)
        self.channel.basic_qos(prefetch_count=10)
        for method, _, body in self.channel.consume(queue):
            self.channel.basic_ack(method.delivery_tag)
            if body == b"3":
                break
        self.channel.cancel()
        wait_until(lambda: self.channel.queue_declare(queue, passive=True)
                   .method.message_count == 6, "six messages")
        self.assertEqual(self.bodies(queue), [b"%d" % number for number in range(4, 10)])

    def test_acknowledging_from_another_thread(self):
        """pika: work in threads acknowledges through add_callback_threadsafe"""
        queue = self.declare()
        self.channel.basic_qos(prefetch_count=8)
        done, threads = [], []

        def work(tag):
            def settle():
                self.channel.basic_ack(tag)
                done.append(tag)
            self.connection.add_callback_threadsafe(settle)

        def take(_, method, *__):
            thread = threading.Thread(target=work, args=(method.delivery_tag,), daemon=True)
            threads.append(thread)
            thread.start()
        for number in range(100):
            self.channel.basic_publish("", queue, b"%d" % number)
        self.channel.basic_consume(queue, take)
        self.run_until(lambda: len(done) == 100, "100 acks")
        for thread in threads:
            thread.join(DEADLINE_SECONDS)
        self.assertEqual(sorted(done), list(range(1, 101)))
        self.channel.close()
        self.assertEqual(self.connection.channel().queue_delete(queue).method.message_count, 0)

    def test_a_single_active_consumer(self):
        """pika: one consumer is active, and the next takes over when it goes"""
        queue = self.declare(single_active_consumer=True)
        channels = [self.connection.channel() for _ in range(3)]
        taken = []
        for number, channel in enumerate(channels):
            channel.basic_consume(
                queue, lambda _, __, ___, body, number=number: taken.append((number, body)),
                auto_ack=True)
        for active in range(3):
            for body in [b"a", b"b"]:
                self.channel.basic_publish("", queue, body)
            self.run_until(lambda: len(taken) == 2 * active + 2, "two deliveries")
            channels[active].close()
        self.assertEqual(taken, [(number, body) for number in range(3) for body in [b"a", b"b"]])

    def test_consumer_priorities(self):
        """pika: the consumer of the higher priority is served first, as far as it may take"""
        queue = self.declare()
        taken = []
        for priority in [0, 5]:
            channel = self.connection.channel()
            channel.basic_qos(prefetch_count=2)
            channel.basic_consume(
                queue, lambda _, __, ___, body, priority=priority: taken.append((priority, body)),
                arguments={"x-priority": priority})
        self.channel.confirm_delivery()
        for number in range(4):
            self.channel.basic_publish("", queue, b"%d" % number)
        self.run_until(lambda: len(taken) == 4, "four deliveries")
        self.assertEqual(sorted(taken), [(0, b"2"), (0, b"3"), (5, b"0"), (5, b"1")])

    def test_recover(self):
        """pika: recover delivers to the same consumer again"""
        queue = self.declare()
        taken = []
        self.channel.basic_consume(
            queue, lambda _, method, __, body: taken.append((body, method.redelivered)))
        self.channel.basic_publish("", queue, b"m")
        self.run_until(lambda: len(taken) == 1)
        self.channel.basic_recover(requeue=True)
        self.run_until(lambda: len(taken) == 2)
        self.assertEqual(taken, [(b"m", False), (b"m", True)])

    # Calls and routes

    def test_direct_reply_to(self):
        """pika: calls by direct reply-to come back to their caller without a queue"""
        requests = self.declare()
        server = self.connect()
        served = server.channel()

        def answer(channel, method, properties, body):
            channel.basic_publish(
                "", properties.reply_to, body.upper(),
                pika.BasicProperties(correlation_id=properties.correlation_id))
            channel.basic_ack(method.delivery_tag)
        served.basic_consume(requests, answer)
        answers = {}
        self.channel.basic_consume(
            DIRECT_REPLY, lambda _, __, properties, body:
            answers.update({properties.correlation_id: body}), auto_ack=True)
        for number in range(20):
            self.channel.basic_publish(
                "", requests, b"call %d" % number,
                pika.BasicProperties(reply_to=DIRECT_REPLY, correlation_id=str(number)))

        def answered():
            server.process_data_events(0.01)
            self.connection.process_data_events(0.01)
            return len(answers) == 20
        wait_until(answered, "20 answers")
        self.assertEqual(answers, {str(number): b"CALL %d" % number for number in range(20)})

    def test_direct_reply_to_needs_its_consumer(self):
        """pika: reply-to without a consumer, and with acknowledgements, is refused with 406"""
        for wrong in [
                lambda channel: channel.basic_consume(DIRECT_REPLY, print, auto_ack=False),
                lambda channel: self._publish_with_confirm(channel, DIRECT_REPLY)]:
            with self.assertRaises(pika.exceptions.ChannelClosedByBroker) as closed:
                wrong(self.connection.channel())
            self.assertEqual(closed.exception.reply_code, 406)

    def test_bindings_between_exchanges(self):
        """pika: exchange_bind routes on, once a queue whatever the number of ways"""
        names = [self.name(short) for short in ("a", "b", "c")]
        for name in names:
            self.channel.exchange_declare(name, "fanout")
        for target, source in [(1, 0), (2, 0), (2, 1), (0, 2)]:
            self.channel.exchange_bind(names[target], names[source])
        queue = self.declare()
        self.channel.queue_bind(queue, names[1])
        self.channel.queue_bind(queue, names[2])
        self.channel.confirm_delivery()
        self.channel.basic_publish(names[0], "", b"once")
        self.assertEqual(self.bodies(queue), [b"once"])
        self.channel.exchange_unbind(names[1], names[0])
        self.channel.exchange_unbind(names[2], names[0])
        with self.assertRaises(pika.exceptions.UnroutableError):
            self.channel.basic_publish(names[0], "", b"nowhere", mandatory=True)

    def test_an_alternate_exchange(self):
        """pika: what an exchange cannot route goes to its alternate"""
        alternate, exchange = self.name("alternate"), self.name("x")
        self.channel.exchange_declare(alternate, "fanout")
        self.channel.exchange_declare(
            exchange, "direct", arguments={"alternate-exchange": alternate})
        queue = self.declare()
        self.channel.queue_bind(queue, alternate)
        self.channel.confirm_delivery()
        self.channel.basic_publish(exchange, "unknown", b"caught", mandatory=True)
        self.assertEqual(self.bodies(queue), [b"caught"])

    def _publish_with_confirm(self, channel, reply_to):
        channel.confirm_delivery()
        channel.basic_publish("", self.name(), b"", pika.BasicProperties(reply_to=reply_to))
