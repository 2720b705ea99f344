"""Clients of the management API, plain and over TLS, and the files that a process may open."""

import re
import socket

from Harness import rawclient
from Harness.brokers import connect
from Harness.certificates import Certificates
import management
from service import ServiceTestCase

CLIENT_FILES = 55
"""Files that the process may open beside its own, which are more on more processors."""
SHORT = "alarm: open files run out: new clients are refused"
OVER = "alarm: open files run out: over"


class HTTPFiles(ServiceTestCase):
    """The limit changes while the process runs, which an administrator may do as well."""

    def setUp(self):
        super().setUp()
        certificates = Certificates(self.home)
        self.context = certificates.context()
        self.service = self.serve(
            "--management-port", "0", "--log-format", "json", "--amqps-port", "0",
            "--management-tls-port", "0", "--tls-certificate", certificates.path("server.pem"),
            "--tls-key", certificates.path("server.key"))
        self.plain = management.port(self.service)
        self.secure = int(re.search(r"https://127\.0\.0\.1:(\d+)", self.service.ready)[1])

    def visitor(self, secure=False):
        """A client that was answered and stays; None when it was kept out."""
        client = socket.create_connection(
            ("127.0.0.1", self.secure if secure else self.plain), rawclient.ANSWER_SECONDS_MAX)
        self.addCleanup(client.close)
        try:
            if secure:
                client = self.context.wrap_socket(client, server_hostname="localhost")
                self.addCleanup(client.close)
            client.sendall(management.request("GET", "/api/whoami", close=False))
            said = client.recv(65_536)
        except TimeoutError:
            raise  # Neither let in nor turned away.
        except OSError:
            return None
        return client if said.startswith(b"HTTP/1.1 200") else None

    def client(self):
        """An AMQP client that stays; None when it was kept out."""
        try:
            client = rawclient.Client(self.service.port)
        except (OSError, rawclient.Lost):
            return None
        self.addCleanup(client.socket.close)
        return client

    def test_spared(self):
        """they leave some to the store, and the broker's own clients leave some to them"""
        channel = connect(self.service.port).channel()
        channel.confirm_delivery()
        channel.queue_declare("q", durable=True)
        files_max = self.service.open_files + CLIENT_FILES
        self.service.limit_files(files_max)
        inside = []
        for secure in (False, True):
            while client := self.visitor(secure):
                inside.append(client)
                self.assertLess(len(inside), files_max)
        self.assertLess(self.service.open_files, files_max - 5, "some are spared")
        self.service.entry(SHORT)
        self.assertIsNone(self.client())
        channel.queue_declare("other", durable=True)
        channel.basic_publish("", "other", b"x")
        for client in inside:
            client.close()
        self.service.entry(OVER)
        self.assertTrue(self.visitor(secure=True))
        while self.client():
            pass
        self.assertTrue(self.visitor(), "the API shows what takes the files")
