"""Who is connected, who holds what, and how an operator ends it."""

import json

import pika

import shop
from Harness.waiting import wait_until
from walks import Walk


TABS = ["Queues", "Dead letters", "Consumers", "Connections"]
"""Those that Tab goes through from the first screen on."""


class Clients(Walk):
    """Walks through consumers and connections, with real clients."""

    def test_consumers(self):
        """the consumers at three sizes, who holds a message first"""
        console = self._opened("Consumers")
        self.assert_screen(console, "consumers-120x40", "clerk")
        for columns, rows in [(80, 24), (40, 12), (120, 40)]:
            console.resize(columns, rows)
            self.assert_screen(console, f"consumers-{columns}x{rows}")

    def test_connections(self):
        """the connections at three sizes, and one of them by itself"""
        console = self._opened("Connections")
        self.assert_screen(console, "connections-120x40", "127.0.0.1")
        for columns, rows in [(80, 24), (40, 12), (120, 40)]:
            console.resize(columns, rows)
            self.assert_screen(console, f"connections-{columns}x{rows}")
        # The clerk holds a message, the shop's own connection came before that for the stock.
        console.keys("G", "Enter")
        self.assert_screen(console, "connection", "orders.inventory")
        console.keys("Enter")
        console.wait_for("Queue  orders.inventory")

    def test_close_connection(self):
        """closing a connection asks, tells the client the reason, and brings its messages back"""
        console = self._opened("Connections")
        shop.wait_depths(self.connection, {"orders.payment": 1})
        console.keys("D")
        self.assert_screen(console, "close-dialog", "Close 127.0.0.1")
        console.keys("Enter")
        console.wait_for("D close")
        self.assertEqual(self._audit(console), [])
        console.keys("D", "BTab", "C-u")
        console.type("the clerk is ill")
        console.keys("Enter", "Enter")
        closed = self._closed(self.clerk)
        self.assertEqual(
            (closed.reply_code, closed.reply_text), (320, "CONNECTION_FORCED - the clerk is ill"))
        self.assert_screen(console, "close-after", "Closed 127.0.0.1")
        shop.wait_depths(self.connection, {"orders.payment": 2})
        begin, end = self._audit(console)
        self.assertEqual(
            (begin["action"], begin["reason"]), ("close connection", "the clerk is ill"))
        self.assertEqual((end["phase"], end["outcome"]), ("end", "1 message"))

    def test_cancel_consumer(self):
        """cancelling a consumer tells its client, and its message stays until it acks"""
        console = self._opened("Consumers")
        cancelled = []
        self.clerk_channel.add_on_cancel_callback(
            lambda frame: cancelled.append(frame.method.consumer_tag))
        console.keys("D")
        self.assert_screen(console, "cancel-dialog", "Cancel consumer clerk")
        console.keys("Right", "Enter")
        self.assert_screen(console, "cancel-after", "Cancelled clerk")

        def is_cancelled():
            self.clerk.process_data_events(0.1)
            return cancelled == ["clerk"]
        wait_until(is_cancelled, "basic.cancel")
        shop.wait_depths(self.connection, {"orders.payment": 1})
        self.clerk_channel.basic_ack(self.deliveries[0])
        self.clerk_channel.close()
        shop.wait_depths(self.connection, {"orders.payment": 1})
        begin, end = self._audit(console)
        self.assertEqual((begin["action"], begin["consumer"]), ("cancel consumer", "clerk"))
        self.assertEqual(end["outcome"], "1 message")

    def test_delete_on_conditions(self):
        """a queue is deleted only if nobody consumes it, when a person says so"""
        console = self._opened("Queues")
        console.keys("1", "g", "j", "j", "D", "u")
        self.assert_screen(console, "delete-unused-dialog", "Delete orders.payment")
        console.keys("Tab", "Enter")
        self.assert_screen(console, "delete-unused-refused", "was not deleted")
        shop.wait_depths(self.connection, {"orders.payment": 1})
        console.keys("D", "y")
        console.wait_for("Deleted orders.payment and 1 message in it.")

    def test_read_only(self):
        """--read-only refuses to close and to cancel before it asks"""
        console = self._opened("Consumers", "--read-only")
        console.keys("D")
        console.wait_for("Cannot cancel the consumer: the console was started with --read-only.")
        console.keys("Tab")
        console.wait_for("[Connections]")
        console.keys("D")
        console.wait_for("Cannot close the connection: the console was started with --read-only.")

    def _opened(self, tab, *arguments):
        """A console on that tab, beside it a clerk who holds a message, and one for the stock."""
        console, self.connection = self.filled_console(*arguments)
        self.clerk = self._connect(console, "clerk")
        self.clerk_channel = self.clerk.channel()
        self.clerk_channel.basic_qos(prefetch_count=1)
        self.deliveries = []
        self.clerk_channel.basic_consume(
            "orders.payment", lambda _, method, *rest: self.deliveries.append(method.delivery_tag),
            consumer_tag="clerk")

        def is_delivered():
            self.clerk.process_data_events(0.1)
            return self.deliveries
        wait_until(is_delivered, "a delivery")
        stock = self._connect(console, "stock")
        channel = stock.channel()
        channel.queue_declare("stock.reply", exclusive=True)
        channel.queue_purge("orders.inventory")
        channel.basic_consume(
            "orders.inventory", print, auto_ack=True, exclusive=True, consumer_tag="stock")
        for each in TABS[:TABS.index(tab)]:
            console.wait_for(f"[{each}]")
            console.keys("Tab")
        console.wait_for(f"[{tab}]")
        console.wait_for("stock.reply" if tab == "Queues" else "127.0.0.1:")
        return console

    def _connect(self, console, name):
        connection = pika.BlockingConnection(pika.ConnectionParameters(
            "127.0.0.1", console.port, heartbeat=0, client_properties={"connection_name": name}))
        self.addCleanup(lambda: connection.is_open and connection.close())
        return connection

    def _closed(self, connection):
        """What the broker said when it closed a connection."""
        reasons = []

        def is_closed():
            try:
                connection.process_data_events(0.1)
            except pika.exceptions.ConnectionClosedByBroker as closed:
                reasons.append(closed)
            return reasons
        return wait_until(is_closed, "connection.close")[0]

    def _audit(self, console):
        """The acts in the console's audit log."""
        path = console.home / "state/queuetop/audit.log"
        return [json.loads(line) for line in path.read_text().splitlines()] \
            if path.exists() else []
