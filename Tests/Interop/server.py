"""A real server under the test cases of one class, and names that they do not share."""

import unittest

from Harness import brokers


class OnServer(unittest.TestCase):
    """The cases of one class share a broker; each has names of its own on it."""

    @classmethod
    def setUpClass(cls):
        cls.broker = cls.enterClassContext(cls.make_broker())

    @staticmethod
    def make_broker():
        """The broker that the class shares, not yet started."""
        return brokers.under_test()

    @property
    def url(self):
        """The broker's address as most libraries want it."""
        return f"amqp://guest:guest@127.0.0.1:{self.broker.port}//"

    def name(self, short="q"):
        """A name for a queue or an exchange of this case alone."""
        return f"{self.id().rpartition('.')[2]}.{short}"


def depth(broker, queue):
    """Ready messages of a queue, asked on a connection of its own."""
    return _declared(broker, queue).message_count


def consumers(broker, queue):
    """Consumers of a queue, asked on a connection of its own."""
    return _declared(broker, queue).consumer_count


def _declared(broker, queue):
    connection = broker.connect()
    try:
        return connection.channel().queue_declare(queue, passive=True).method
    finally:
        connection.close()
