"""Clients of the management API, plain and over TLS, and the files that a process may open."""

import pathlib
import re
import resource
import socket

from Harness import rawclient
from Harness.brokers import connect
from Harness.certificates import Certificates
import management
from service import ServiceTestCase

FILES_MAX = 80
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
        process = self.service.process.pid
        hard = resource.prlimit(process, resource.RLIMIT_NOFILE)[1]
        resource.prlimit(process, resource.RLIMIT_NOFILE, (FILES_MAX, hard))
        inside = []
        for secure in (False, True):
            while client := self.visitor(secure):
                inside.append(client)
                self.assertLess(len(inside), FILES_MAX)
        files = pathlib.Path(f"/proc/{process}/fd")
        self.assertLess(len(list(files.iterdir())), FILES_MAX - 5, "some are spared")
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
