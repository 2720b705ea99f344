"""The list of queues: sizes, order, filter, peek, purge and delete."""

import shop
from walks import Walk


class Queues(Walk):
    """Walks through the first screen."""

    def test_empty(self):
        """an empty broker says how to fill it"""
        console = self.console()
        self.assert_screen(console, "empty-120x40", "No queues yet")

    def test_sizes(self):
        """80x24, 120x40 and 40x12 show the same queues, also when the terminal changes size"""
        console, _ = self.filled_console(columns=120, rows=40)
        self.assert_screen(console, "queues-120x40", "orders.shipping")
        for columns, rows in [(80, 24), (40, 12), (200, 50), (120, 40)]:
            console.resize(columns, rows)
            self.assert_screen(console, f"queues-{columns}x{rows}")

    def test_too_small(self):
        """a terminal that is too small says so and recovers"""
        console, _ = self.filled_console(columns=40, rows=12)
        self.assert_screen(console, "queues-40x12", "orders")
        console.resize(20, 5)
        self.assert_screen(console, "queues-20x5")
        console.resize(40, 12)
        self.assert_screen(console, "queues-40x12", "orders")

    def test_order_and_filter(self):
        """sorting by a column and filtering by a name"""
        console, _ = self.filled_console(columns=80, rows=24)
        console.keys("1")
        self.assert_screen(console, "queues-by-name")
        console.keys("/")
        console.type("order")
        console.keys("Enter")
        self.assert_screen(console, "queues-filtered")
        console.keys("Escape")
        self.assert_screen(console, "queues-by-name")

    def test_peek(self):
        """peeking shows the messages and takes none"""
        console, connection = self.filled_console()
        console.keys("1", "g", "p")
        self.assert_screen(console, "messages-of-dead", "order.created")
        console.keys("Enter")
        self.assert_screen(console, "message-json", "88201")
        console.keys("t")
        self.assert_screen(console, "message-hex")
        console.keys("t")
        self.assert_screen(console, "message-text")
        console.keys("Escape")
        self.assert_screen(console, "messages-of-dead")
        channel = connection.channel()
        method, _, body = channel.basic_get("dead")
        self.assertEqual((method.redelivered, body[:11]), (False, b'{"id":88201'))

    def test_purge(self):
        """a purge asks first; Cancel has the focus, and only the other button removes"""
        console, connection = self.filled_console(columns=80, rows=24)
        console.keys("1", "g", "j")
        self.assert_screen(console, "purge-before")
        console.keys("P")
        self.assert_screen(console, "purge-dialog", "Purge orders.inventory")
        console.keys("Enter")
        self.assert_screen(console, "purge-before")
        shop.wait_depths(connection, {"orders.inventory": 6})
        console.keys("P", "Right", "Enter")
        self.assert_screen(console, "purge-after")
        shop.wait_depths(connection, {"orders.inventory": 0, "orders.shipping": 4})

    def test_delete(self):
        """deleting a queue asks first and says what goes with it"""
        console, connection = self.filled_console(columns=80, rows=24)
        console.keys("1", "g", "j", "D")
        self.assert_screen(console, "delete-dialog", "Delete orders.inventory")
        console.keys("Tab", "Enter")
        self.assert_screen(console, "delete-after")
        self.assertEqual(shop.depths(connection, ["orders.shipping"]), {"orders.shipping": 4})

    def test_read_only(self):
        """--read-only refuses before it asks"""
        console, connection = self.filled_console("--read-only", columns=80, rows=24)
        console.keys("1", "g", "P")
        self.assert_screen(console, "read-only-purge", "Cannot purge")
        shop.wait_depths(connection, {"dead": 6})

    def test_queue(self):
        """one queue with its charts, consumers and bindings"""
        console, connection = self.filled_console()
        channel = connection.channel()
        channel.basic_qos(prefetch_count=1)
        channel.basic_consume("orders.payment", print, consumer_tag="clerk")
        console.keys("1", "g", "j", "j", "Enter")
        self.assert_screen(console, "queue", "clerk")

    def test_help_and_palette(self):
        """help and palette list the same keys"""
        console, _ = self.filled_console()
        console.keys("?")
        self.assert_screen(console, "help")
        console.keys("Escape", ":")
        self.assert_screen(console, "palette")
        console.type("purge")
        self.assert_screen(console, "palette-purge")
        console.keys("Escape", "Tab", "Tab", "Tab", "Tab", "Tab")
        self.assert_screen(console, "overview", "[Overview]")

    def test_mouse(self):
        """a click selects, a double click opens"""
        console, _ = self.filled_console()
        console.keys("1")
        self.assert_screen(console, "mouse-before")
        row = next(index for index, line in enumerate(console.screen().split("\n"))
                   if "orders.payment" in line)
        console.click(10, row)
        self.assert_screen(console, "mouse-selected")
        # Elsewhere in the row, or the click before would be the first of the two.
        console.double_click(40, row)
        self.assert_screen(console, "mouse-opened", "EXCHANGE")

    def test_unknown_keys(self):
        """sequences of keys that are not known do nothing"""
        console, _ = self.filled_console()
        console.keys("1")
        self.assert_screen(console, "mouse-before")
        # None of their letters may be taken for a key: q would end it, P purge, D delete.
        for sequence in ["\x1b[57441u", "\x1b[1;5:3P", "\x1b[9;9D", "\x1bOq"]:
            console.type(sequence)
        console.keys("?")
        console.wait_for("Everywhere")
        console.keys("Escape")
        self.assert_screen(console, "mouse-before")
