"""The console on brokers elsewhere: a rabbitmq-server, and `queuetop serve` over TLS."""

import contextlib
import pathlib
import re
import tempfile

import shop
from far_brokers import ManagedRabbitMQ, SecureQueuetop, workload
from Harness import binary
from Harness.brokers import private_home
from Harness.certificates import Certificates
from Harness.terminal import Terminal
from Harness.waiting import wait_until
from walks import Walk


class Elsewhere(Walk):
    """One walk, on each kind of broker."""

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = pathlib.Path(self.stack.enter_context(
            tempfile.TemporaryDirectory(prefix="queuetop-attached-")))

    def test_rabbitmq(self):
        """a rabbitmq-server is watched, purged, put right and looked into, which is asked first"""
        broker = self.stack.enter_context(ManagedRabbitMQ())
        amqp, http = broker.urls
        self._walk(broker, "--attach", amqp, "--management-url", http, looking_costs=True)

    def test_queuetop_over_tls(self):
        """the same on queuetop serve over AMQPS and HTTPS, where looking costs nothing"""
        certificates = Certificates(self.folder)
        broker = self.stack.enter_context(SecureQueuetop(certificates))
        amqps, https = broker.urls
        config = self.folder / "config.yaml"
        config.write_text(
            f"contexts:\n  far: {{url: '{amqps}', management-url: '{https}', "
            f"tls: {{ca: '{certificates.path('ca.pem')}'}}}}\n")
        self._walk(broker, "--config", str(config), "--attach", "far", looking_costs=False)

    def _walk(self, broker, *arguments, looking_costs):
        self.looking_costs = looking_costs
        # The shop's connection stays open: what is left under way stays so.
        self.shop = self.stack.enter_context(contextlib.closing(broker.connect()))
        shop.fill(self.shop)
        self.stack.enter_context(workload(broker, "work"))
        self.console = self.stack.enter_context(Terminal(
            [binary.queuetop(), *arguments], environment={
                **private_home(self.folder), "QUEUETOP_PASSWORD": "guest"}))
        self._watch()
        self._purge()
        self._requeue()
        self._peek()
        self._find_itself()

    def _watch(self):
        """The workload runs, and its figures are there."""
        self._wait_for_row("orders.shipping +4 +0 ")
        # Ready and unacked change all the time; what goes in and out is more than nothing.
        self._wait_for_row(r"work +\d+ +\d+ +[1-9]\S* +[1-9]\S* ")
        wait_until(lambda: re.search(r"▲ [1-9]\S*  ▼ [1-9]", self.console.screen().split("\n")[0]),
                   lambda: "rates in the header:\n" + self.console.screen())

    def _purge(self):
        """Room for dead letters that come back to a queue of four."""
        self._choose("shipping")
        self.console.keys("P")
        self.console.wait_for("Purge orders.shipping?")
        self.console.wait_for("4 messages that are ready will be removed.")
        shop.wait_depths(self.shop, {"orders.shipping": 4})
        self.console.keys("Right", "Enter")
        shop.wait_depths(self.shop, {"orders.shipping": 0})
        self._wait_for_row("orders.shipping +0 +0 ")
        self._unfilter()

    def _requeue(self):
        """Each dead letter goes back to the queue that it died in."""
        self.console.keys("Tab")
        self._allow_look()
        self.console.wait_for("rejected")
        self.console.wait_for("maxlen")
        self.console.keys("a")
        self.console.wait_for("Requeue 6 messages")
        self.console.keys("Right", "Enter")
        shop.wait_depths(self.shop, {
            "dead": 0, "orders.payment": 6, "orders.shipping": 2, "orders.inventory": 6})
        self.console.keys("BTab")
        self._wait_for_row("orders.payment +6 +0 ")
        self._wait_for_row("dead +0 +0 ")

    def _peek(self):
        """Messages are shown, and all of them are there afterwards."""
        self._choose("payment")
        self.console.keys("p")
        self._allow_look()
        for number in range(88201, 88207):
            self.console.wait_for(f'{{"id":{number},')
        self.console.keys("Enter")
        self.console.wait_for("tenant")
        self.console.keys("Escape")
        self.console.wait_for("6 messages")
        shop.wait_depths(self.shop, {"orders.payment": 6})
        self.console.keys("Escape")
        self._unfilter()

    def _find_itself(self):
        """Whoever would close connections sees which one is the console's own."""
        for screen in ("Overview", "Load", "Connections"):
            self.console.keys("BTab")
            self.console.wait_for(f"[{screen}]")
        self.console.wait_for("this console")

    def _choose(self, name):
        """Filters the list of five queues to one."""
        self.console.keys("/")
        self.console.type(name)
        self.console.keys("Enter")
        self._wait_for_row(f"Queues  1 of 5 · filter {name}")
        self._wait_for_row(f"▸ . orders.{name} ")

    def _unfilter(self):
        self.console.wait_for("Queues  1 of 5 · filter")
        self.console.keys("Escape")
        self.console.wait_for("Queues  5 ─")

    def _allow_look(self):
        """Where looking marks messages redelivered, that is asked first."""
        if self.looking_costs:
            self.console.wait_for("On this broker, looking marks its messages redelivered.")
            self.console.keys("y")

    def _wait_for_row(self, pattern):
        wait_until(lambda: re.search(pattern, self.console.screen()),
                   lambda: f"{pattern!r} on this screen:\n{self.console.screen()}")
