"""Publishers that a broker short of room holds back."""

from pressure import broker_of_little_room, short_of_room
from server import OnServer

from Harness.waiting import wait_until


class Blocked(OnServer):
    """What a client is told, and what goes on meanwhile."""

    make_broker = staticmethod(broker_of_little_room)

    def test_blocked_and_unblocked(self):
        """pika: blocked and unblocked call back, consumers go on, what waited arrives"""
        publisher, consumer = self.broker.connect(), self.broker.connect()
        queue = self.name()
        taken, told = [], []
        channel = consumer.channel()
        channel.queue_declare(queue)
        sending = publisher.channel()
        for number in range(10):
            sending.basic_publish("", queue, b"%d" % number)
        wait_until(lambda: channel.queue_declare(queue, passive=True)
                   .method.message_count == 10, "ten messages")
        publisher.add_on_connection_blocked_callback(
            lambda _, frame: told.append(frame.method.reason))
        publisher.add_on_connection_unblocked_callback(lambda *_: told.append(None))

        def run_until(condition, what):
            def look():
                publisher.process_data_events(0.01)
                consumer.process_data_events(0.01)
                return condition()
            wait_until(look, what)
        with short_of_room(self.broker):
            sending.basic_publish("", queue, b"held")
            run_until(lambda: told, "the connection to be blocked")
            channel.basic_consume(queue, lambda *given: taken.append(given[3]), auto_ack=True)
            run_until(lambda: len(taken) >= 10, "what was there")
        run_until(lambda: len(told) == 2, "the connection to be unblocked")
        run_until(lambda: len(taken) == 11, "what was held")
        self.assertEqual(taken, [b"%d" % number for number in range(10)] + [b"held"])
        self.assertIsNone(told[1])
        self.assertTrue(told[0])
        for connection in (publisher, consumer):
            connection.close()
