"""A fuzz of the HTTP API: whatever is sent, nothing fails and the broker works on.

QUEUETOP_FUZZ_SEEDS=1-100 tries more seeds than the two that every run tries; a failure names its
seed, and QUEUETOP_FUZZ_SEEDS=7 tries that one alone.
"""

import os
import select
import socket

from Harness.brokers import connect
import fuzzer
import management
from service import ServiceTestCase

REQUESTS = 2_500
"""What one seed sends."""
LOOK_EVERY = 250
PEAK_BYTES_MAX = 512 << 20
PATIENCE_SECONDS = 0.05
"""How long an answer to a request that is none is waited for: there may be no end of it."""


class FuzzOfTheAPI(ServiceTestCase):
    """One test a seed, added below."""

    def fuzz(self, seed):
        self.service = self.serve("--management-port", "0")
        self.port = management.port(self.service)
        self.assertEqual(management.status(self.port, "PUT", "/api/vhosts/probe", b"{}"), 201)
        source = fuzzer.Fuzzer(seed)
        for number in range(REQUESTS):
            octets, count = source.octets()
            where = f"seed {seed}, request {number}: {octets[:2_000]!r}"
            statuses = management.statuses(
                self.said(octets) if count is None else management.exchange(self.port, octets))
            self.assertIsNone(self.service.process.poll(), where)
            if count is not None:
                self.assertEqual(len(statuses), count, where)
            # Health checks say so what is not well.
            self.assertLess(max(statuses, default=0), 504 if b"/health/" in octets else 500, where)
            if number % LOOK_EVERY == 0:
                self.look(where)
        self.look(f"seed {seed}, at the end")
        self.assertEqual(self.service.end(), 0)
        self.assertNotIn("atal error", self.service.log)

    def said(self, octets):
        """What comes within a moment; such a request may leave the other side waiting."""
        with socket.create_connection(("127.0.0.1", self.port), 30) as client:
            try:
                client.sendall(octets)
                if select.select([client], [], [], PATIENCE_SECONDS)[0]:
                    return client.recv(65_536)
            except OSError:
                pass  # Hung up on, which is an answer.
            return b""

    def look(self, where):
        """The broker answers, carries messages, and has not grown too large."""
        self.assertEqual(management.status(self.port, "GET", "/api/overview"), 200, where)
        connection = connect(self.service.port, "probe")
        channel = connection.channel()
        channel.confirm_delivery()
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.basic_publish("", queue, b"still here")
        self.assertEqual(channel.basic_get(queue, auto_ack=True)[2], b"still here", where)
        connection.close()
        self.assertLess(management.peak_bytes(self.service.process), PEAK_BYTES_MAX, where)


_first, _, _last = os.environ.get("QUEUETOP_FUZZ_SEEDS", "1-2").partition("-")
for _seed in range(int(_first), int(_last or _first) + 1):
    def _test(self, seed=_seed):
        self.fuzz(seed)
    _test.__doc__ = f"a fuzz of the HTTP API, seed {_seed}"
    setattr(FuzzOfTheAPI, f"test_seed_{_seed:06}", _test)
