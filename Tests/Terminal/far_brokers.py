"""Brokers that a console attaches to from elsewhere, and what goes on there meanwhile."""

import contextlib
import re
import threading

import pika

from Harness.brokers import Queuetop, RabbitMQ


class ManagedRabbitMQ(RabbitMQ):
    """A rabbitmq-server with its management plugin, whose statistics come every second."""

    def __init__(self):
        super().__init__(has_policies=True)

    @property
    def urls(self):
        """Where a console finds it by AMQP, and by HTTP."""
        return f"amqp://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.management}"

    def _prepare(self):
        super()._prepare()
        with (self.folder / "rabbitmq.conf").open("a") as settings:
            settings.write("collect_statistics_interval = 1000\n")


class SecureQueuetop(Queuetop):
    """`queuetop serve` whose AMQP and HTTP are to be had over TLS."""

    def __init__(self, certificates):
        super().__init__()
        self.options = (
            "--amqps-port", "0", "--management-tls-port", "0",
            "--tls-certificate", certificates.path("server.pem"),
            "--tls-key", certificates.path("server.key"))

    @property
    def urls(self):
        """Where a console finds it by AMQP, and by HTTP."""
        return tuple(f"{scheme}://localhost:{self._secure_port(scheme)}"
                     for scheme in ("amqps", "https"))

    def _secure_port(self, scheme):
        return re.search(scheme + r"://127\.0\.0\.1:(\d+)", "".join(self.said))[1]


@contextlib.contextmanager
def workload(broker, queue):
    """Publishes to a queue, some dozens a second, and consumes with acks, until the end."""
    ends = threading.Event()
    connection = broker.connect()
    worker = threading.Thread(target=_work, args=(connection, queue, ends))
    worker.start()
    try:
        yield
    finally:
        ends.set()
        worker.join()


def _work(connection, queue, ends):
    channel = connection.channel()
    channel.queue_declare(queue)
    channel.basic_consume(
        queue, lambda channel, method, properties, body: channel.basic_ack(method.delivery_tag))

    def publish():
        channel.basic_publish("", queue, b"work", pika.BasicProperties(content_type="text/plain"))
        connection.call_later(0.02, publish)
    publish()
    while not ends.is_set():
        connection.process_data_events(0.1)
    connection.close()
