"""Clients that never come to the point: they are hung up on, and others are served meanwhile."""

import select
import socket

from Harness import frames, rawclient
from Harness.brokers import connect
from Harness.waiting import wait_until
import management
from service import ServiceTestCase

EACH_COUNT = 60
"""Clients of each kind."""
DEADLINE_SECONDS_MAX = 60
"""A handshake may take ten seconds; the rest is for a machine that is busy."""
GROWTH_BYTES_MAX = 64 << 20
CLIENT_FILES = 55
"""Files that a process may open beside its own, which are more on more processors."""


def has_ended(client):
    """Whether the other side has hung up; what it said before is read and forgotten."""
    try:
        while select.select([client], [], [], 0)[0]:
            if not client.recv(65_536):
                return True
    except OSError:
        return True
    return False


class SlowClients(ServiceTestCase):
    """Hundreds of them at once."""

    def connected(self, port, *said):
        """A client that has said that much."""
        client = socket.create_connection(("127.0.0.1", port), DEADLINE_SECONDS_MAX)
        self.addCleanup(client.close)
        for data in said:
            client.sendall(data)
        return client

    def test_amqp(self):
        """who does not finish a handshake is hung up on, wherever it stops, and others work on"""
        service = self.serve()
        channel = connect(service.port).channel()
        channel.confirm_delivery()
        channel.queue_declare("q")
        before = management.peak_bytes(service.process)
        login = frames.start_ok()
        tuned = frames.PROTOCOL, login, frames.tune_ok(heartbeat=0)
        kinds = {
            "says nothing": (), "stops in the header": (frames.PROTOCOL[:5],),
            "stops behind it": (frames.PROTOCOL,),
            "stops in a frame": (frames.PROTOCOL, login[:len(login) // 2]),
            "announces a frame": (frames.PROTOCOL, login[:7]),
            "stops behind the login": (frames.PROTOCOL, login),
            "stops before the vhost": tuned,
            "sends heartbeats instead": (*tuned, b"\x08\0\0\0\0\0\0\xce" * 3),
        }
        waiting = [self.connected(service.port, *said)
                   for said in kinds.values() for _ in range(EACH_COUNT)]
        dripping = [self.connected(service.port) for _ in range(EACH_COUNT)]
        # As slow as it has to be never to come to the end of the login.
        drops = iter((frames.PROTOCOL + login)[:-1])

        def everybody_is_gone():
            channel.basic_publish("", "q", b"x")
            self.assertEqual(channel.basic_get("q", auto_ack=True)[2], b"x")
            drop = next(drops, None)
            for client in dripping if drop is not None else ():
                try:
                    client.send(bytes([drop]))
                except OSError:
                    pass  # It has been hung up on, which is found below.
            waiting[:] = [client for client in waiting if not has_ended(client)]
            dripping[:] = [client for client in dripping if not has_ended(client)]
            return not waiting and not dripping
        wait_until(everybody_is_gone, lambda: f"{len(waiting)} wait, {len(dripping)} drip still",
                   DEADLINE_SECONDS_MAX)
        self.assertLess(management.peak_bytes(service.process) - before, GROWTH_BYTES_MAX)

    def test_open_files(self):
        """clients that take every open file keep others out only as long as they are there"""
        service = self.serve("--management-port", "0", "--log-format", "json")
        service.limit_files(service.open_files + CLIENT_FILES)
        # Those whom it has not seen yet wait in the system's queue, which takes 128 on some.
        holding = [self.connected(service.port) for _ in range(150)]
        service.entry("alarm: open files run out: new clients are refused")
        for client in holding:
            client.close()
        wait_until(lambda: self.client(service.port), "a client to get in again",
                   DEADLINE_SECONDS_MAX).close()
        service.entry("alarm: open files run out: over")
        self.assertEqual(service.end(), 0)

    def test_raised_limit(self):
        """a limit of files that changes holds at once, for those who come"""
        service = self.serve("--management-port", "0", "--log-format", "json")
        limit = service.files_max
        few = service.open_files + CLIENT_FILES
        service.limit_files(few)
        inside = []
        while client := self.client(service.port):
            inside.append(client)
        service.entry("alarm: open files run out: new clients are refused")
        self.assertLess(
            service.open_files, few - 10, "files are spared for the broker itself")
        service.limit_files(limit)
        self.assertTrue(self.client(service.port))
        service.entry("alarm: open files run out: over")
        for client in inside:
            client.channel(1)

    def client(self, port):
        """A client that has logged in; None when it was kept out."""
        try:
            client = rawclient.Client(port)
        except (OSError, rawclient.Lost, rawclient.Unanswered):
            return None
        self.addCleanup(client.socket.close)
        return client

    def test_http(self):
        """hundreds of unfinished requests leave room for others, in memory too"""
        service = self.serve("--management-port", "0")
        port = management.port(service)
        before = management.peak_bytes(service.process)
        head = b"PUT /api/queues/%2F/q HTTP/1.1\r\nHost: x\r\n"
        for said in ((), (b"GET /api/over",), (head,), (head + b"Content-Length: 1000\r\n\r\n{",),
                     (head + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",),
                     (head + b"Content-Length: 60000\r\n\r\n", b"x" * 59_999)):
            for _ in range(EACH_COUNT):
                self.connected(port, *said)
        self.assertEqual(management.status(port, "GET", "/api/whoami"), 200)
        connect(service.port).close()
        self.assertLess(management.peak_bytes(service.process) - before, GROWTH_BYTES_MAX)

    def test_large_bodies_of_strangers(self):
        """a large body is not read from who may not log in"""
        service = self.serve("--management-port", "0")
        port = management.port(service)
        before = management.peak_bytes(service.process)
        for _ in range(EACH_COUNT):
            client = self.connected(
                port, b"POST /api/definitions HTTP/1.1\r\nHost: x\r\n"
                b"Content-Length: 60000000\r\n\r\n")
            try:
                client.sendall(b"x" * 2_000_000)
            except OSError:
                pass  # Hung up on while it was sending.
            try:
                answer = client.recv(1_000)
            except ConnectionResetError:
                continue  # The answer was lost with what had not been read.
            self.assertTrue(answer.startswith(b"HTTP/1.1 401"), answer)
        self.assertLess(management.peak_bytes(service.process) - before, GROWTH_BYTES_MAX)
