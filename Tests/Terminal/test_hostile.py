"""Untrusted bytes are shown, never sent to the terminal."""

import shop
from Harness.waiting import wait_until
from walks import Walk

# What would change the title, the colours, the cursor, the screen, the keyboard or the clipboard,
# ring the bell, ask the terminal to answer, or turn the text around.
ATTACKS = {
    "title": "\x1b]0;owned\x07",
    "title-8bit": "\u009d0;owned\u009c",
    "leave": "\x1b[?1049l",
    "reset": "\x1bc",
    "clear": "\x1b[2J\x1b[H",
    "cursor": "\x1b[?25h\x1b[5;5H",
    "colour": "\x1b[41;5;7m",
    "clipboard": "\x1b]52;c;b3duZWQ=\x07",
    "answer": "\x1b[6n\x1b[c\x1bZ",
    "charset": "\x1b(0\x0e",
    "device": "\x1bP$q q\x1b\\",
    "bell": "\x07\x07",
    "lines": "a\r\nb\tc\x08d\x7f",
    "bidi": "a\u202eb\u2066c",
    "invisible": "a\u200bb\ufeffc\u00add",
    "combining": "a" + "\u0301" * 40,
}
PAYLOAD = "".join(f"{name}: {attack}\n" for name, attack in ATTACKS.items())


class Hostile(Walk):
    """A message whose every part is an attack."""

    def test_escapes_change_nothing(self):
        """escape sequences in names, headers and payloads change nothing on the terminal"""
        console = self.console()
        console.wait_for("No queues yet")
        console.wait_steady()
        before = console.state()
        connection = console.connect()
        self.addCleanup(connection.close)
        shop.publish(
            connection, "evil\x1b]0;owned\x07\x1b[2Jqueue", PAYLOAD.encode(),
            content_type="text/\x1b[31mplain", message_id="id\x1b[?1049l",
            headers={"key\x1b[5;5H": "value\x1b]52;c;b3duZWQ=\x07", "plain": PAYLOAD})
        self.assert_screen(console, "hostile-queues", "evil")
        console.keys("p")
        self.assert_screen(console, "hostile-messages", "owned")
        console.keys("Enter")
        self.assert_screen(console, "hostile-message", "value")
        console.keys("t")
        self.assert_screen(console, "hostile-message-hex")
        wait_until(lambda: console.state() == before,
                   lambda: f"the state {before}, it is {console.state()}")
        raw = console.raw_output()
        for name, attack in ATTACKS.items():
            if "\x1b" in attack or "\u009d" in attack:
                self.assertNotIn(attack.encode(), raw, name)
        for byte in (b"\x07", b"\x7f", b"owned\x07", "\u202e".encode(), "\u009d".encode()):
            self.assertNotIn(byte, raw)

    def test_bytes_that_are_no_text(self):
        """bytes that are no UTF-8 are shown as hex"""
        console = self.console()
        console.wait_for("No queues yet")
        connection = console.connect()
        self.addCleanup(connection.close)
        shop.publish(connection, "binary", bytes(range(256)) + b"\xff\xfe\x1b[2J")
        console.wait_for("binary")
        console.keys("p")
        self.assert_screen(console, "binary-messages")
        console.keys("Enter")
        self.assert_screen(console, "binary-message")
