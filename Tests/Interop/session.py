"""One scenario's conversation with a broker, written down so that two brokers can be compared."""

import pika

from Harness.brokers import Refused
from Harness.waiting import wait_until
from wire import Wire
from wording import describe, normal, without_tokens


class Session:
    """Does what a scenario asks, and keeps a transcript of what the broker answered.

    Names are the scenario's own, so that scenarios do not meet. What differs from run to run is
    written as what it is: a time of death as `<time>` and a name that the broker chose as
    `<generated>`.
    """

    def __init__(self, broker, scenario, vhost="/", user="guest"):
        self.transcript = []
        self._broker = broker
        self._scenario = scenario
        self._vhost = vhost
        self._user = user
        self._others = []
        self._policies = []
        self._closing = None
        self._connection = None
        self._generated = []
        self._connect()

    def close(self):
        """Closes this conversation and those that began in it, and takes its policies back."""
        for other in self._others:
            other.close()
        if self._connection.is_open:
            self._connection.close()
        for policy in reversed(self._policies):
            self._broker.clear_policy(self._vhost, *policy)
        self._policies.clear()

    def connect_again(self):
        """Connects anew after a restart, with all clients of the scenario; not those on a wire."""
        try:
            self._connection.close()
        except pika.exceptions.AMQPError:
            pass  # The broker has ended it already; how it says so, a scenario of its own tells.
        self._connect()
        for other in self._others:
            if isinstance(other, Session):
                other.connect_again()

    def another(self, vhost=None, user=None):
        """A second client of the same scenario, whose answers stand in the same transcript."""
        other = Session(self._broker, self._scenario, vhost or self._vhost, user or self._user)
        other.transcript = self.transcript
        self._others.append(other)
        return other

    def socket(self):
        """A client that speaks octet by octet, not yet in a connection."""
        wire = Wire(self._broker.port, self.note)
        self._others.append(wire)
        return wire

    def wire(self, confirms=False, channels=1, **handshake):
        """A client that speaks method by method, with so many open channels."""
        wire = self.socket()
        wire.shake(vhost=self._vhost, **handshake)
        for number in range(1, channels + 1):
            wire.open(number, confirms)
        return wire

    def name(self, short):
        """The scenario's own name for a queue or an exchange."""
        return f"{self._scenario}.{short}"

    def note(self, text):
        """Writes one line of the transcript."""
        for name in self._generated:
            text = text.replace(name, "<generated>")
        self.transcript.append(without_tokens(text))

    # What an operator sets

    def vhost(self, short):
        """Makes a vhost of the scenario's own and returns its name."""
        self._broker.add_vhost(self.name(short))
        return self.name(short)

    def add_user(self, short, configure=None, write=None, read=None, vhost=None, tags=(),
                 topics=()):
        """Makes a user of the scenario's own whose password is its name; no permission without one.

        Each of `topics` is an exchange with what may be written and read.
        """
        permissions = {kind: pattern for kind, pattern in (
            ("configure", configure), ("write", write), ("read", read)) if pattern is not None}
        self._broker.add_user(
            self.name(short), vhost or self._vhost, tags,
            {"configure": "", "write": "", "read": "", **permissions} if permissions else None,
            topics)

    def limit_vhost(self, name, limits):
        """Sets limits of a vhost; less than none is without a limit."""
        self._broker.limit_vhost(name, limits)

    def limit_user(self, short, limits):
        """The same of a user of the scenario's own."""
        self._broker.limit_user(self.name(short), limits)

    def user(self, short, **options):
        """A client that is a user of the scenario's own; it may at least enter the vhost."""
        self.add_user(short, **{"read": "", **options})
        return self.another(vhost=options.get("vhost"), user=self.name(short))

    def user_wire(self, short, **options):
        """The same, method by method."""
        self.add_user(short, **{"read": "", **options})
        return self.wire(response=f"\0{self.name(short)}\0{self.name(short)}")

    def wire_fate(self, short, vhost="/"):
        """What becomes of a user's connection."""
        wire = self.socket()
        wire.start(response=f"\0{self.name(short)}\0{self.name(short)}")
        wire.receive()
        wire.send(pika.spec.Connection.TuneOk(2047, 131072, 0), 0)
        wire.send(pika.spec.Connection.Open(virtual_host=vhost), 0)
        return wire.fate()

    def policy(self, short, definition, pattern=None, apply_to="queues", priority=0,
               is_operators=False):
        """Sets a policy until the scenario ends; without a pattern for all that is its own."""
        policy = (self.name(short), is_operators)
        if policy in self._policies:
            self._policies.remove(policy)
        self._broker.set_policy(self._vhost, self.name(short), {
            "pattern": f"^{self._scenario}[.]" if pattern is None else pattern,
            "definition": definition, "priority": priority, "apply-to": apply_to}, is_operators)
        self._policies.append(policy)

    def operator_policy(self, short, definition, **options):
        self.policy(short, definition, is_operators=True, **options)

    def clear_policy(self, short, is_operators=False):
        self._policies.remove((self.name(short), is_operators))
        self._broker.clear_policy(self._vhost, self.name(short), is_operators)

    # What is declared

    def queue(self, short, **arguments):
        """Declares a queue; `x_message_ttl=60` becomes the argument `x-message-ttl`."""
        table = {key.replace("_", "-"): value for key, value in arguments.items()}
        name = self.name(short)
        self.channel.queue_declare(name, arguments=table)
        return name

    def exchange(self, short, kind="direct", alternate=None, **options):
        name = self.name(short)
        table = {} if alternate is None else {"alternate-exchange": alternate}
        self.channel.exchange_declare(name, kind, arguments=table, **options)
        return name

    def bind(self, queue, exchange, key="", arguments=None):
        self.channel.queue_bind(queue, exchange, key, arguments)

    def link(self, destination, source, key="", arguments=None):
        """Binds an exchange to an exchange."""
        self.channel.exchange_bind(destination, source, key, arguments)

    def generated_queue(self):
        """Declares a queue that the broker names."""
        name = self.channel.queue_declare("", exclusive=True).method.queue
        self.hide(name)
        return name

    def hide(self, name):
        """Writes a name that the broker chose as `<generated>` from now on."""
        self._generated.append(name)

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
            wait_until(reached, queue)
        except AssertionError:
            pass  # The transcript tells what came instead.
        self.note(f"{queue} holds {depths[-1]}")

    def wait_consumers(self, queue, count):
        """Waits until a queue has so many consumers; a closed channel's may last a moment."""
        wait_until(lambda: self.channel.queue_declare(
            queue, passive=True).method.consumer_count == count, queue)

    def let_pass(self, milliseconds):
        """Lets time pass by the broker's clock: until a message of that age has expired."""
        rung = self.queue("rung")
        clock = self.queue("clock", x_message_ttl=milliseconds, x_dead_letter_exchange="",
                           x_dead_letter_routing_key=rung)
        self.publish("", clock, "tick")
        wait_until(lambda: self.depth(rung) == 1, "a message to expire")
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

    def bodies(self, queue):
        """Takes everything off a queue and notes only the bodies."""
        bodies = []
        while True:
            method, _, body = self.channel.basic_get(queue, True)
            if method is None:
                break
            bodies.append(body.decode())
        self.note(f"{queue} held {bodies}")

    def deaths(self, queue):
        """Takes everything off a queue and notes of each message its body, headers and key."""
        while True:
            method, properties, body = self.channel.basic_get(queue, True)
            if method is None:
                break
            self.note(f"{queue} held {body.decode()!r} key={method.routing_key!r} "
                      f"headers={normal(properties.headers)}")

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
        wait_until(look, "deliveries")

    def wait_gone(self, queue):
        """Waits until a queue does not exist any more, and notes how that is said."""
        def gone():
            try:
                self.depth(queue)
            except pika.exceptions.ChannelClosedByBroker as refusal:
                self._open_channel()
                return f"{refusal.reply_code} {refusal.reply_text}"
            return None
        self.note(f"{queue} is gone: {wait_until(gone, queue)}")

    def wait_returned(self, exchange, key):
        """Waits until a mandatory message finds nobody any more, and notes that."""
        def returned():
            try:
                self.publish(exchange, key, "anybody?", mandatory=True)
            except pika.exceptions.UnroutableError as error:
                return error.messages[0].method.reply_text
            return None
        self.note(f"{key} takes no more: {wait_until(returned, key)}")

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
        except pika.exceptions.NackError:
            self.note(f"{title}: nacked")
        except pika.exceptions.UnroutableError as error:
            self.note(f"{title}: returned {[each.method.reply_text for each in error.messages]}")
        except Refused:
            self.note(f"{title}: refused")
        except (pika.exceptions.ChannelClosedByBroker,
                pika.exceptions.ConnectionClosedByBroker) as refusal:
            self.note(f"{title}: {type(refusal).__name__} {refusal.reply_code} "
                      f"{refusal.reply_text} at {self._closing}")
            if self._connection.is_open:
                self._open_channel()
            else:
                self._connect()

    def attempts(self, action, cases):
        """Attempts an action with each case's value; the cases' names are the titles."""
        for title, value in cases.items():
            self.attempt(title, lambda value=value: action(value))

    def try_publish(self, title, exchange, key, body="x", **options):
        """Publishes and notes whether it was acked, nacked, returned or refused."""
        self.attempt(title, lambda: self.publish(exchange, key, body, **options) or "acked")

    def _connect(self):
        self._connection = self._broker.connect(self._vhost, self._user)
        self._connection._impl.callbacks.add(  # The library itself hides the cause of a close.
            0, pika.spec.Connection.Close, self._note_cause)
        self._open_channel()

    def _open_channel(self):
        """Opens a channel with confirms, so that what is published has arrived."""
        self.channel = self._connection.channel()
        self.channel._impl.add_callback(self._note_cause, [pika.spec.Channel.Close])
        self.channel.confirm_delivery()

    def _note_cause(self, *arguments):
        method = arguments[-1].method
        self._closing = f"{method.class_id}.{method.method_id}"
