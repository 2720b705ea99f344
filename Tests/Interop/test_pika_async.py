"""pika's SelectConnection and its connection for asyncio."""

import asyncio
import contextlib

import pika
import pika.exceptions
from pika.adapters.asyncio_connection import AsyncioConnection
from server import OnServer

from Harness.waiting import DEADLINE_SECONDS

FULL = {"x-max-length": 3, "x-overflow": "reject-publish"}


class PikaSelect(OnServer):
    """One conversation in callbacks on an I/O loop for each case."""

    def converse(self, talk, **options):
        """Runs `talk`, a generator, on a loop of its own.

        It gets the connection and yields functions that take a callback; what the callback is
        called with comes back from the `yield`.
        """
        failures = []

        def guarded(act, *arguments):
            try:
                act(*arguments)
            except StopIteration:
                connection.close()
            except BaseException as error:
                failures.append(error)
                connection.ioloop.stop()

        def step(*given):
            ask = talking.send(given[0] if given else None)
            ask(lambda *answer: guarded(step, answer[-1] if answer else None))

        def opened(_):
            guarded(step)
        parameters = pika.ConnectionParameters(
            "127.0.0.1", self.broker.port, **{"heartbeat": 0, **options})
        connection = pika.SelectConnection(
            parameters, on_open_callback=opened,
            on_open_error_callback=lambda _, error: (failures.append(error),
                                                     connection.ioloop.stop()),
            on_close_callback=lambda *_: connection.ioloop.stop())
        talking = talk(connection)

        def late():
            failures.append(AssertionError(f"no end within {DEADLINE_SECONDS:g} s"))
            connection.ioloop.stop()
        connection.ioloop.call_later(DEADLINE_SECONDS, late)
        connection.ioloop.start()
        connection.ioloop.close()
        if failures:
            raise failures[0]

    def test_confirms_of_many(self):
        """pika select: confirms settle every tag once, as acks or as nacks of a full queue"""
        queue = self.name()
        acked, nacked = set(), set()

        def talk(connection):
            channel = yield lambda done: connection.channel(on_open_callback=done)
            yield lambda done: channel.queue_declare(queue, arguments=FULL, callback=done)
            finished = []

            def confirmed(frame):
                method = frame.method
                known = acked | nacked
                first = max(known, default=0) + 1 if method.multiple else method.delivery_tag
                tags = set(range(first, method.delivery_tag + 1)) - known
                (acked if isinstance(method, pika.spec.Basic.Ack) else nacked).update(tags)
                if len(acked) + len(nacked) == 100:
                    finished[0]()
            yield lambda done: channel.confirm_delivery(confirmed, callback=done)
            for number in range(100):
                channel.basic_publish("", queue, b"%d" % number)
            yield finished.append
        self.converse(talk)
        self.assertEqual(acked, {1, 2, 3})
        self.assertEqual(nacked, set(range(4, 101)))

    def test_consuming(self):
        """pika select: a thousand deliveries in order, acknowledged a hundred at a time"""
        queue = self.name()
        taken = []

        def talk(connection):
            channel = yield lambda done: connection.channel(on_open_callback=done)
            yield lambda done: channel.queue_declare(queue, callback=done)
            yield lambda done: channel.basic_qos(prefetch_count=200, callback=done)
            finished = []

            def take(_, method, __, body):
                taken.append(body)
                if len(taken) % 100 == 0:
                    channel.basic_ack(method.delivery_tag, multiple=True)
                if len(taken) == 1000:
                    finished[0]()
            tags = []
            yield lambda done: tags.append(channel.basic_consume(queue, take, callback=done))
            for number in range(1000):
                channel.basic_publish("", queue, b"%d" % number)
            yield finished.append
            yield lambda done: channel.basic_cancel(tags[0], callback=done)
            frame = yield lambda done: channel.queue_declare(queue, passive=True, callback=done)
            self.assertEqual(frame.method.message_count, 0)
        self.converse(talk)
        self.assertEqual(taken, [b"%d" % number for number in range(1000)])

    def test_returns_and_cancels(self):
        """pika select: on_return and on_cancel are called"""
        queue = self.name()

        def talk(connection):
            channel = yield lambda done: connection.channel(on_open_callback=done)
            # pika hands over four arguments; the last is the body.
            body = yield lambda done: (
                channel.add_on_return_callback(done),
                channel.basic_publish("amq.fanout", "k", b"nobody", mandatory=True))
            self.assertEqual(body, b"nobody")
            yield lambda done: channel.queue_declare(queue, callback=done)
            yield lambda done: channel.basic_consume(queue, print, callback=done)
            cancel = yield lambda done: (
                channel.add_on_cancel_callback(done), channel.queue_delete(queue))
            self.assertIsInstance(cancel.method, pika.spec.Basic.Cancel)
        self.converse(talk)

    def test_channels_closed_by_the_broker(self):
        """pika select: a channel closed by the broker is opened again, ten times"""
        queue = self.name()

        def talk(connection):
            for _ in range(10):
                channel = yield lambda done: connection.channel(on_open_callback=done)
                reason = yield lambda done: (
                    channel.add_on_close_callback(done),
                    channel.basic_publish("no such exchange", queue, b"lost"))
                self.assertIsInstance(reason, pika.exceptions.ChannelClosedByBroker)
                self.assertEqual(reason.reply_code, 404)
        self.converse(talk)


class PikaAsyncio(OnServer):
    """The same with coroutines."""

    @contextlib.asynccontextmanager
    async def connected(self, **options):
        """An open connection, closed at the end if it still is open."""
        opened, closed = asyncio.Future(), asyncio.Future()
        connection = AsyncioConnection(
            pika.ConnectionParameters(
                "127.0.0.1", self.broker.port, **{"heartbeat": 0, **options}),
            on_open_callback=opened.set_result,
            on_open_error_callback=lambda _, error: opened.set_exception(error),
            on_close_callback=lambda _, reason: closed.set_result(reason))
        await opened
        connection.closed = closed
        try:
            yield connection
        finally:
            if connection.is_open:
                connection.close()
            await closed

    async def channel_of(self, connection):
        opened = asyncio.Future()
        connection.channel(on_open_callback=opened.set_result)
        return await opened

    def test_pipeline(self):
        """pika asyncio: coroutines publish, transform and collect at once"""
        first, second = self.name("first"), self.name("second")

        async def work():
            async with self.connected(heartbeat=2) as one, self.connected() as two:
                source, middle = await self.channel_of(one), await self.channel_of(two)
                for queue in (first, second):
                    await self._called(source.queue_declare, queue)
                collected = asyncio.Queue()

                def transform(channel, method, _, body):
                    channel.basic_publish("", second, body * 2)
                    channel.basic_ack(method.delivery_tag)
                middle.basic_consume(first, transform)
                source.basic_consume(
                    second, lambda *given: collected.put_nowait(given[3]), auto_ack=True)
                for number in range(200):
                    source.basic_publish("", first, b"%d." % number)
                    if number % 20 == 0:
                        await asyncio.sleep(0)
                return [await collected.get() for _ in range(200)]
        self.assertEqual(
            self._result(work()), [b"%d.%d." % (number, number) for number in range(200)])

    def test_confirms(self):
        """pika asyncio: a publisher awaits each confirm, and the nack of a full queue"""
        queue = self.name()

        async def work():
            async with self.connected() as connection:
                channel = await self.channel_of(connection)
                await self._called(channel.queue_declare, queue, arguments=FULL)
                answers = asyncio.Queue()
                confirmed = asyncio.Future()
                channel.confirm_delivery(answers.put_nowait, callback=confirmed.set_result)
                await confirmed
                kinds = []
                for number in range(5):
                    channel.basic_publish("", queue, b"%d" % number)
                    frame = await answers.get()
                    self.assertEqual(frame.method.delivery_tag, number + 1)
                    kinds.append(type(frame.method).__name__)
                return kinds
        self.assertEqual(self._result(work()), ["Ack", "Ack", "Ack", "Nack", "Nack"])

    def test_calls(self):
        """pika asyncio: fifty calls at once by direct reply-to"""
        requests = self.name()

        async def work():
            async with self.connected() as serving, self.connected() as calling:
                server, caller = await self.channel_of(serving), await self.channel_of(calling)
                await self._called(server.queue_declare, requests)

                def answer(channel, method, properties, body):
                    channel.basic_publish("", properties.reply_to, body[::-1], pika.BasicProperties(
                        correlation_id=properties.correlation_id))
                    channel.basic_ack(method.delivery_tag)
                server.basic_consume(requests, answer)
                waiting = {str(number): asyncio.Future() for number in range(50)}
                await self._called(
                    caller.basic_consume, "amq.rabbitmq.reply-to",
                    lambda _, __, properties, body:
                    waiting[properties.correlation_id].set_result(body), auto_ack=True)
                for number in waiting:
                    caller.basic_publish("", requests, f"call {number}".encode(),
                                         pika.BasicProperties(
                                             reply_to="amq.rabbitmq.reply-to",
                                             correlation_id=number))
                return await asyncio.gather(*waiting.values())
        self.assertEqual(self._result(work()),
                         [f"call {number}".encode()[::-1] for number in range(50)])

    def test_closed_by_the_broker(self):
        """pika asyncio: a connection closed by the broker says why"""
        async def work():
            async with self.connected() as connection:
                channel = await self.channel_of(connection)
                # The public method of this library has no word for `immediate`.
                channel._send_method(pika.spec.Basic.Publish(
                    exchange="", routing_key="q", immediate=True),
                    (pika.BasicProperties(), b"at once"))
                return await connection.closed
        reason = self._result(work())
        self.assertIsInstance(reason, pika.exceptions.ConnectionClosedByBroker)
        self.assertEqual(reason.reply_code, 540)

    def _result(self, work):
        return asyncio.run(asyncio.wait_for(work, DEADLINE_SECONDS))

    async def _called(self, method, *arguments, **options):
        """Calls a method of a channel and waits for its callback, or for the channel's end."""
        answer = asyncio.Future()
        method.__self__.add_on_close_callback(
            lambda _, reason: answer.done() or answer.set_exception(reason))
        method(*arguments, **options, callback=answer.set_result)
        return await answer
