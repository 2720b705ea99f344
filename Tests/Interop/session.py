"""One scenario's conversation with a broker, written down so that two brokers can be compared."""

import datetime

import pika

from Harness.waiting import wait_until


class Session:
    """Does what a scenario asks, and keeps a transcript of what the broker answered.

    Names are the scenario's own, so that scenarios do not meet. What differs from run to run is
    written as what it is: a time of death as `<time>` and a name that the broker chose as
    `<generated>`.
    """

    def __init__(self, broker, scenario):
        self.transcript = []
        self._broker = broker
        self._scenario = scenario
        self._others = []
        self._connection = broker.connect()
        self._generated = []
        self._open_channel()

    def close(self):
        """Closes this conversation and those that began in it."""
        for other in self._others:
            other.close()
        if self._connection.is_open:
            self._connection.close()

    def another(self):
        """A second client of the same scenario, whose answers stand in the same transcript."""
        other = Session(self._broker, self._scenario)
        other.transcript = self.transcript
        self._others.append(other)
        return other

    def name(self, short):
        """The scenario's own name for a queue or an exchange."""
        return f"{self._scenario}.{short}"

    def note(self, text):
        """Writes one line of the transcript."""
        for name in self._generated:
            text = text.replace(name, "<generated>")
        self.transcript.append(text)

    # What is declared

    def queue(self, short, **arguments):
        """Declares a queue; `x_message_ttl=60` becomes the argument `x-message-ttl`."""
        table = {key.replace("_", "-"): value for key, value in arguments.items()}
        name = self.name(short)
        self.channel.queue_declare(name, arguments=table)
        return name

    def exchange(self, short, kind="direct"):
        name = self.name(short)
        self.channel.exchange_declare(name, kind)
        return name

    def bind(self, queue, exchange, key=""):
        self.channel.queue_bind(queue, exchange, key)

    def generated_queue(self):
        """Declares a queue that the broker names."""
        name = self.channel.queue_declare("", exclusive=True).method.queue
        self._generated.append(name)
        return name

    # What is sent and received

    def publish(self, exchange, key, body, mandatory=False, **properties):
        self.channel.basic_publish(
            exchange, key, body.encode(), pika.BasicProperties(**properties), mandatory)

    def depth(self, queue):
        """Ready messages of a queue."""
        return self.channel.queue_declare(queue, passive=True).method.message_count

    def wait_depth(self, queue, count):
        """Waits until a queue holds so many ready messages, and notes how many it holds."""
        depths = []

        def reached():
            depths.append(self.depth(queue))
            return depths[-1] == count
        try:
            wait_until(reached, queue, 10)
        except AssertionError:
            pass  # The transcript tells what came instead.
        self.note(f"{queue} holds {depths[-1]}")

    def let_pass(self, milliseconds):
        """Lets time pass by the broker's clock: until a message of that age has expired."""
        rung = self.queue("rung")
        clock = self.queue("clock", x_message_ttl=milliseconds, x_dead_letter_exchange="",
                           x_dead_letter_routing_key=rung)
        self.publish("", clock, "tick")
        wait_until(lambda: self.depth(rung) == 1, "a message to expire", 10)
        self.channel.queue_delete(clock)
        self.channel.queue_delete(rung)

    def get(self, queue, auto_ack=False):
        """Takes one message off a queue, notes all of it, and returns its delivery tag."""
        method, properties, body = self.channel.basic_get(queue, auto_ack)
        if method is None:
            self.note(f"get {queue}: empty")
            return None
        self.note(f"get {queue}: {describe(method, properties, body)}")
        return method.delivery_tag

    def drain(self, queue):
        """Takes everything off a queue and notes it."""
        while self.get(queue, auto_ack=True) is not None:
            pass

    def consume(self, queue, count, auto_ack=False, **arguments):
        """Consumes until `count` deliveries have come, notes them, and returns their tags."""
        deliveries = []
        tag = self.channel.basic_consume(
            queue, lambda _, method, properties, body:
            deliveries.append((method, properties, body)), auto_ack, **arguments)
        self.run_until(lambda: len(deliveries) >= count)
        for method, properties, body in deliveries:
            self.note(f"deliver {queue}: {describe(method, properties, body)}")
        self._last_consumer = tag
        return [method.delivery_tag for method, _, _ in deliveries]

    def run_until(self, condition):
        """Lets deliveries come in until the condition holds."""
        def look():
            self._connection.process_data_events(0.01)
            return condition()
        wait_until(look, "deliveries", 10)

    def wait_gone(self, queue):
        """Waits until a queue does not exist any more, and notes how that is said."""
        def gone():
            try:
                self.depth(queue)
            except pika.exceptions.ChannelClosedByBroker as refusal:
                self._open_channel()
                return f"{refusal.reply_code} {refusal.reply_text}"
            return None
        self.note(f"{queue} is gone: {wait_until(gone, queue, 10)}")

    def cancel(self):
        """Ends the consumer that `consume` started; what is not acknowledged stays unacked."""
        self.channel.basic_cancel(self._last_consumer)

    def reopen(self):
        """Closes the channel, so that what is unacked returns, and opens another."""
        if self.channel.is_open:
            self.channel.close()
        self._open_channel()

    def attempt(self, title, action):
        """Does what may be refused, and notes the answer or the close code and its text."""
        try:
            self.note(f"{title}: {action()}")
        except (pika.exceptions.ChannelClosedByBroker,
                pika.exceptions.ConnectionClosedByBroker) as refusal:
            self.note(f"{title}: {type(refusal).__name__} {refusal.reply_code} "
                      f"{refusal.reply_text}")
            if self._connection.is_open:
                self._open_channel()

    def _open_channel(self):
        """Opens a channel with confirms, so that what is published has arrived."""
        self.channel = self._connection.channel()
        self.channel.confirm_delivery()


def describe(method, properties, body):
    """All of a delivery but its tag and consumer, in one line."""
    parts = [f"body={body.decode()!r}", f"exchange={method.exchange!r}",
             f"key={method.routing_key!r}", f"redelivered={method.redelivered}"]
    if hasattr(method, "message_count"):
        parts.append(f"left={method.message_count}")
    for name, value in sorted(vars(properties).items()):
        if value is not None:
            parts.append(f"{name}={_normal(value)}")
    return " ".join(parts)


def _normal(value):
    """A field value with its keys in order, its types shown and its times blanked."""
    if isinstance(value, dict):
        inside = (f"{key}: {_normal(each)}" for key, each in sorted(value.items()))
        return "{" + ", ".join(inside) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_normal(each) for each in value) + "]"
    if isinstance(value, datetime.datetime):
        return "<time>"
    return f"{type(value).__name__}({value!r})"
