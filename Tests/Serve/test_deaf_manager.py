"""A service manager that reads nothing: the broker serves and ends as if it did."""

import socket

from Harness.brokers import connect
from Harness.waiting import DEADLINE_SECONDS
from service import ServiceTestCase


class DeafManager(ServiceTestCase):
    """Its socket is full from the start."""

    def test_full(self):
        """a manager that does not read holds up neither the start nor the end"""
        address = str(self.home / "notify")
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(address)
        filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(filler.close)
        filler.setblocking(False)
        with self.assertRaises(BlockingIOError):
            while True:
                filler.sendto(b"X_FILL=1", address)
        service = self.serve("--log-level", "debug", "--log-format", "json", environment={
            "NOTIFY_SOCKET": address, "WATCHDOG_USEC": "100000"})
        connect(service.port).close()
        entry = service.entry("service manager reads nothing: told later")
        self.assertEqual(entry["level"], "debug")
        manager.settimeout(DEADLINE_SECONDS)
        service.entry("service manager reads nothing: watchdog not told")
        while (told := manager.recv(4096)) == b"X_FILL=1":
            pass
        self.assertTrue(told.startswith(b"READY=1\n"), told)
        self.assertEqual(service.end(), 0)
