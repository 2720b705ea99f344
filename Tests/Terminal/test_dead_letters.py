"""Dead letters go back to the queue they died in."""

import shop
from walks import Walk


class DeadLetters(Walk):
    """Walks through the screen of dead letters."""

    def test_requeue_one(self):
        """one dead letter leaves the dead-letter queue and arrives where it died"""
        console, connection = self._opened()
        console.keys("g", "Enter", "j")
        self.assert_screen(console, "dead-letters-one-selected")
        console.keys("r")
        self.assert_screen(console, "requeue-one-dialog", "Requeue 1 message")
        console.keys("Right", "Enter")
        self.assert_screen(console, "requeue-one-done")
        shop.wait_depths(connection, {"dead": 5, "orders.payment": 3, "orders.inventory": 6})
        self._assert_last("orders.payment", connection, "order-4")

    def test_requeue_marked(self):
        """marked dead letters go back together"""
        console, connection = self._opened()
        console.keys("g", "Enter", "j", "Space", "Space")
        self.assert_screen(console, "dead-letters-marked")
        console.keys("r", "Right", "Enter")
        shop.wait_depths(connection, {"dead": 4, "orders.payment": 4})
        self.assert_screen(console, "requeue-marked-done")

    def test_requeue_all(self):
        """all go back, each to its own queue"""
        console, connection = self._opened()
        console.keys("a")
        self.assert_screen(console, "requeue-all-dialog", "Requeue 6 messages")
        console.keys("Escape")
        shop.wait_depths(connection, {"dead": 6})
        # The shipping queue is full: what comes back there would push others out, so there is
        # room made first.
        channel = connection.channel()
        channel.queue_purge("orders.shipping")
        console.wait_for("Dead letters")
        console.keys("a", "Right", "Enter")
        shop.wait_depths(connection, {"dead": 0, "orders.payment": 6, "orders.shipping": 2})
        self.assert_screen(console, "requeue-all-done")

    def test_move(self):
        """dead letters can go to a queue that is named"""
        console, connection = self._opened()
        console.keys("g", "m")
        self.assert_screen(console, "move-prompt")
        console.type("orders.inventory")
        console.keys("Enter")
        self.assert_screen(console, "move-dialog", "Move")
        console.keys("Right", "Enter")
        shop.wait_depths(connection, {"dead": 2, "orders.inventory": 10})
        self.assert_screen(console, "move-done")

    def test_message(self):
        """a dead letter tells its history"""
        console, _ = self._opened()
        console.keys("g", "Enter", "j", "Enter")
        self.assert_screen(console, "dead-letter-message", "88204")

    def _opened(self):
        console, connection = self.filled_console()
        console.keys("Tab")
        self.assert_screen(console, "dead-letters", "rejected")
        return console, connection

    def _assert_last(self, queue, connection, message_id):
        """The last message of a queue is the one with this id."""
        channel = connection.channel()
        last = None
        while True:
            method, properties, _ = channel.basic_get(queue)
            if method is None:
                break
            last = properties.message_id
        self.assertEqual(last, message_id)
