"""kombu's ways of working: simple queues, mailboxes, mixins, event loops, lost connections."""

import contextlib
import socket
import threading
import time
import warnings

import kombu
import kombu.asynchronous
import kombu.common
import kombu.mixins
import kombu.pidbox
import kombu.pools
from server import OnServer, depth

from Harness.cable import Cable
from Harness.waiting import DEADLINE_SECONDS, wait_until


class KombuPatterns(OnServer):
    """Each case has connections of its own, and ends its threads."""

    def setUp(self):
        warnings.simplefilter("ignore", ResourceWarning)

    def connect(self, port=None, **options):
        connection = kombu.Connection(
            f"amqp://guest:guest@127.0.0.1:{port or self.broker.port}//", connect_timeout=10,
            **options)
        self.addCleanup(connection.release)
        return connection

    def test_simple_queues(self):
        """kombu: SimpleQueue puts, gets, counts, requeues and clears"""
        connection = self.connect()
        with connection.SimpleQueue(self.name()) as queue:
            for number in range(5):
                queue.put({"number": number})
            wait_until(lambda: queue.qsize() == 5, "five messages")
            queue.get(timeout=DEADLINE_SECONDS).requeue()
            for number in range(1, 4):
                message = queue.get(timeout=DEADLINE_SECONDS)
                self.assertEqual(message.payload, {"number": number})
                message.ack()
        connection.release()
        # What its consumer had taken and nobody acknowledged comes back in its place.
        wait_until(lambda: depth(self.broker, self.name()) == 2, "the rest")
        with self.connect().SimpleQueue(self.name()) as queue:
            for number in [0, 4]:
                message = queue.get(timeout=DEADLINE_SECONDS)
                self.assertEqual(message.payload, {"number": number})
                message.ack()
            with self.assertRaises(queue.Empty):
                queue.get_nowait()
            self.assertEqual(queue.clear(), 0)

    def test_simple_buffers(self):
        """kombu: SimpleBuffer loses what was not taken, and takes without acknowledging"""
        with self.connect().SimpleBuffer(self.name()) as buffer:
            buffer.put("one")
            self.assertEqual(buffer.get(timeout=DEADLINE_SECONDS).payload, "one")
            wait_until(lambda: buffer.qsize() == 0, "an empty buffer")

    def test_mailbox(self):
        """kombu: a mailbox asks three nodes through a fanout, and their replies come back"""
        ready, stop = threading.Barrier(4), threading.Event()
        box = kombu.pidbox.Mailbox("interop", type="fanout")

        def serve(name):
            with kombu.Connection(self.url) as connection:
                node = box(connection).Node(name, state={"name": name})
                node.channel = connection.channel()
                node.handler(whoami)
                with node.listen():
                    ready.wait(DEADLINE_SECONDS)
                    while not stop.is_set():
                        with contextlib.suppress(socket.timeout):
                            connection.drain_events(timeout=0.05)

        def whoami(state, prefix):
            return f"{prefix} {state['name']}"
        with self._threads(stop, *((serve, f"node{number}") for number in range(3))):
            ready.wait(DEADLINE_SECONDS)
            asker = box(self.connect())
            replies = asker.multi_call("whoami", {"prefix": "I am"}, timeout=DEADLINE_SECONDS,
                                       limit=3)
            one = asker.call(["node1"], "whoami", {"prefix": "only"}, timeout=DEADLINE_SECONDS)
        merged = {name: said for reply in replies for name, said in reply.items()}
        self.assertEqual(merged, {f"node{number}": f"I am node{number}" for number in range(3)})
        self.assertEqual(one, [{"node1": "only node1"}])

    def test_broadcast(self):
        """kombu: Broadcast queues each get a copy and go with their consumers"""
        connection = self.connect()
        queues = [kombu.common.Broadcast(self.name("all"), unique=True)(
            connection.default_channel) for _ in range(3)]
        taken = []
        consumer = kombu.Consumer(connection, queues, no_ack=True,
                                  callbacks=[lambda body, _: taken.append(body)])
        with consumer:
            names = [queue.name for queue in consumer.queues]
            kombu.Producer(connection).publish("to all", exchange=self.name("all"))
            self._drain_until(connection, lambda: len(taken) == 3)
        self.assertEqual((taken, len(set(names))), (["to all"] * 3, 3))
        for name in names:
            with self.assertRaises(connection.channel_errors):
                connection.channel().queue_declare(name, passive=True)

    def test_answering_mixin(self):
        """kombu: ConsumerProducerMixin answers calls on exclusive reply queues"""
        requests = kombu.Queue(self.name(), durable=False)

        class Doubler(kombu.mixins.ConsumerProducerMixin):
            def __init__(self, connection):
                self.connection = connection

            def get_consumers(self, Consumer, channel):
                return [Consumer([requests], on_message=self.answer, prefetch_count=1)]

            def answer(self, message):
                self.producer.publish(
                    {"result": message.payload["n"] * 2}, exchange="",
                    routing_key=message.properties["reply_to"],
                    correlation_id=message.properties["correlation_id"], retry=True)
                message.ack()
        connection = self.connect()
        requests(connection.default_channel).declare()
        replies = kombu.Queue(kombu.uuid(), exclusive=True, auto_delete=True)
        answers = {}
        with self._mixin(Doubler(self.connect())), kombu.Consumer(
                connection, replies, no_ack=True, on_message=lambda message: answers.update(
                    {message.properties["correlation_id"]: message.payload["result"]})):
            producer = kombu.Producer(connection)
            for number in range(20):
                producer.publish({"n": number}, routing_key=requests.name,
                                 reply_to=replies.name, correlation_id=str(number))
            self._drain_until(connection, lambda: len(answers) == 20)
        self.assertEqual(answers, {str(number): 2 * number for number in range(20)})

    def test_a_mixin_survives_lost_connections(self):
        """kombu: ConsumerMixin comes back after cut connections, and nothing is lost"""
        queue = kombu.Queue(self.name(), durable=False)
        seen = {}

        class Slow(kombu.mixins.ConsumerMixin):
            def __init__(self, connection):
                self.connection = connection

            def get_consumers(self, Consumer, channel):
                return [Consumer([queue], on_message=self.take, prefetch_count=10)]

            def take(self, message):
                redelivered = message.delivery_info["redelivered"]
                seen.setdefault(message.payload, []).append(redelivered)
                message.ack()
        producing = self.connect()
        queue(producing.default_channel).declare()
        producer = kombu.Producer(producing)
        with Cable(self.broker.port) as cable, self._mixin(Slow(self.connect(cable.port))):
            for round_number in range(3):
                first = round_number * 50
                for number in range(first, first + 50):
                    producer.publish(number, routing_key=queue.name)
                    if number == first + 25:
                        wait_until(lambda: len(seen) > first, "some to be taken")
                        cable.cut()
                wait_until(lambda: len(seen) == first + 50, lambda: f"all, not {len(seen)}")
            self.assertGreater(cable.taken, 3)
        self.assertEqual(sorted(seen), list(range(150)))
        for number, deliveries in seen.items():
            self.assertTrue(all(deliveries[1:]), f"{number} came twice and was not redelivered")

    def test_a_channel_is_revived(self):
        """kombu: a publisher goes on after the broker closed its channel"""
        connection = self.connect()
        producer = kombu.Producer(connection, auto_declare=False)
        queue = kombu.Queue(self.name(), durable=False)(connection.default_channel)
        queue.declare()
        errors = []
        publish = connection.ensure(
            producer, producer.publish, errback=lambda error, _: errors.append(error),
            max_retries=5, interval_start=0)
        producer.publish("lost", exchange="no such exchange", routing_key="x")
        with self.assertRaises(connection.channel_errors) as missing:
            self._drain_until(connection, lambda: False)
        self.assertEqual(missing.exception.code, 404)
        publish("after", routing_key=queue.name)
        revived = queue(connection.default_channel)
        message = wait_until(lambda: revived.get(no_ack=True), "a message")
        self.assertEqual(message.payload, "after")

    def test_a_connection_is_revived(self):
        """kombu: a publisher with a retry policy goes on over a new connection after a cut"""
        with Cable(self.broker.port) as cable:
            connection = self.connect(cable.port)
            queue = kombu.Queue(self.name(), durable=False)(connection.default_channel)
            queue.declare()
            producer = kombu.Producer(connection)
            cable.cut()
            policy = {"max_retries": 10, "interval_start": 0, "interval_step": 0.05}

            def arrived():
                # The first bytes after a cut may still find room in the socket.
                producer.publish("again", routing_key=queue.name, retry=True,
                                 retry_policy=policy)
                return depth(self.broker, queue.name) > 0
            wait_until(arrived, "a message over the new connection")
            self.assertGreaterEqual(cable.taken, 2)

    def test_the_hub(self):
        """kombu: the asynchronous hub reads deliveries and keeps the heartbeat"""
        hub = kombu.asynchronous.Hub()
        connection = self.connect(heartbeat=2)
        queue = kombu.Queue(self.name(), durable=False)(connection.default_channel)
        queue.declare()
        taken = []
        producer = kombu.Producer(connection)

        def take(message):
            taken.append(message.payload)
            message.ack()
            if message.payload < 299:
                producer.publish(message.payload + 1, routing_key=queue.name)
        connection.register_with_event_loop(hub)
        hub.call_repeatedly(0.5, connection.heartbeat_check, 2)
        started = connection.connection.bytes_sent
        try:
            with kombu.Consumer(connection, [queue], on_message=take, prefetch_count=5):
                producer.publish(0, routing_key=queue.name)
                self._run_hub(hub, lambda: len(taken) == 300)
                self.assertEqual(taken, list(range(300)))
                sent = connection.connection.bytes_sent
                received = connection.connection.bytes_recv
                self._run_hub(hub, lambda: connection.connection.bytes_sent > sent
                              and connection.connection.bytes_recv > received)
        finally:
            hub.close()
        self.assertGreater(sent, started)

    def test_pools(self):
        """kombu: pooled producers share connections between threads"""
        connection = self.connect(transport_options={"confirm_publish": True})
        pool = kombu.pools.producers[connection]
        self.addCleanup(kombu.pools.reset)
        queue = kombu.Queue(self.name(), durable=False)
        queue(connection.default_channel).declare()

        def send(first):
            for number in range(first, first + 50):
                with pool.acquire(block=True, timeout=DEADLINE_SECONDS) as producer:
                    producer.publish(number, routing_key=queue.name)
        with self._threads(threading.Event(), *((send, number * 50) for number in range(4))):
            pass
        self.assertEqual(depth(self.broker, queue.name), 200)

    # Helpers

    @contextlib.contextmanager
    def _threads(self, stop, *work):
        """Runs functions in threads for a `with` statement, then tells them to stop."""
        threads = [threading.Thread(target=target, args=arguments, daemon=True)
                   for target, *arguments in work]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(DEADLINE_SECONDS)
        self.assertFalse(any(thread.is_alive() for thread in threads))

    @contextlib.contextmanager
    def _mixin(self, mixin):
        """Runs a ConsumerMixin in a thread."""
        thread = threading.Thread(target=mixin.run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            mixin.should_stop = True
            thread.join(DEADLINE_SECONDS)
        self.assertFalse(thread.is_alive())

    def _drain_until(self, connection, condition):
        def look():
            with contextlib.suppress(socket.timeout):
                connection.drain_events(timeout=0.05)
            return condition()
        wait_until(look, "events")

    def _run_hub(self, hub, condition):
        deadline = time.monotonic() + DEADLINE_SECONDS
        # A timer of its own wakes the hub, which otherwise waits for bytes.
        timer = hub.call_repeatedly(0.05, lambda: None)
        while not condition():
            self.assertLess(time.monotonic(), deadline, "the hub waits in vain")
            hub.run_once()
        timer.cancel()
