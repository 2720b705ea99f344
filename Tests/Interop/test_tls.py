"""AMQP over TLS on RabbitMQ and on queuetop: who gets in is the same."""

import os
import re
import signal
import socket
import ssl
import tempfile
import unittest
import warnings

import pika

from Harness import binary, brokers
from Harness.certificates import Certificates
from Harness.waiting import wait_until

SILENT_SECONDS_MAX = 60


class SecureQueuetop(brokers.Queuetop):
    """`queuetop serve` that listens for TLS as well."""

    def __init__(self, certificates, login):
        super().__init__(has_policies=True)
        self.secure_port = None
        self.options = (
            "--amqps-port", "0", "--tls-certificate", certificates.path("server.pem"),
            "--tls-key", certificates.path("server.key"), "--tls-ca", certificates.path("ca.pem"),
            "--tls-login-from", login)

    def _start(self):
        super()._start()
        self.secure_port = int(re.search(r"amqps://127\.0\.0\.1:(\d+)", self.said[-1])[1])

    def reload_certificates(self):
        """Has it read them again, and returns what it says of that."""
        os.kill(self.pid, signal.SIGHUP)

        def said():
            while not self._lines.empty():
                line = self._lines.get()
                if line.startswith("certificates "):
                    return line
            return None
        return wait_until(said, "a line about certificates")


class SecureRabbitMQ(brokers.RabbitMQ):
    """A rabbitmq-server that listens for TLS as well."""

    def __init__(self, certificates, login):
        super().__init__(has_policies=True)
        self._certificates, self._login = certificates, login
        self.secure_port = None

    def _prepare(self):
        super()._prepare()
        [self.secure_port] = binary.free_ports()
        with (self.folder / "rabbitmq.conf").open("a") as settings:
            settings.write(
                f"listeners.ssl.1 = 127.0.0.1:{self.secure_port}\n"
                f"ssl_options.cacertfile = {self._certificates.path('ca.pem')}\n"
                f"ssl_options.certfile = {self._certificates.path('server.pem')}\n"
                f"ssl_options.keyfile = {self._certificates.path('server.key')}\n"
                "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = false\n"
                "auth_mechanisms.1 = PLAIN\nauth_mechanisms.2 = AMQPLAIN\n"
                "auth_mechanisms.3 = EXTERNAL\n"
                f"ssl_cert_login_from = {self._login.replace('-', '_')}\n")
        (self.folder / "plugins").write_text(
            "[rabbitmq_management,rabbitmq_auth_mechanism_ssl].\n")

    def _start(self):
        super()._start()
        # It opens this port behind the plain one.
        wait_until(lambda: brokers.answers(self.secure_port), "the port for TLS")


class OnBoth(unittest.TestCase):
    """Cases that ask both brokers, which have the same certificates."""

    login = "distinguished-name"
    """What of a client certificate is the user's name."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="queuetop-tls-"))
        cls.certificates = Certificates(folder)
        kind = SecureRabbitMQ if brokers.UNDER_TEST == "rabbitmq" else SecureQueuetop
        cls.tested = cls.enterClassContext(kind(cls.certificates, cls.login))
        cls.reference = cls.enterClassContext(SecureRabbitMQ(cls.certificates, cls.login))

    def both(self, ask, expected=None, case=None):
        """Both brokers answer alike, and as expected where that is said."""
        answers = [ask(broker) for broker in (self.reference, self.tested)]
        self.assertEqual(answers[0], answers[1], case)
        if expected is not None:
            self.assertEqual(expected, answers[1], case)
        return answers[1]

    def answer(self, broker, context, credentials=None):
        """`in`, the broker's refusal, or that there was no TLS."""
        try:
            connection = pika.BlockingConnection(pika.ConnectionParameters(
                "127.0.0.1", broker.secure_port, "/",
                credentials or pika.PlainCredentials("guest", "guest"), heartbeat=0,
                ssl_options=context and pika.SSLOptions(context, "localhost")))
        except pika.exceptions.AMQPConnectionError as error:
            found = re.search(r"[A-Z]+_[A-Z]+ - [^'\"]*", str(error))
            return found[0] if found else "no connection"
        except (ssl.SSLError, OSError):
            return "no connection"
        connection.close()
        return "in"

    def external(self, broker, client):
        return self.answer(broker, self.certificates.context(client),
                           pika.credentials.ExternalCredentials())

    def user(self, name):
        """A user who may log in by a certificate only, on both brokers."""
        for broker in (self.reference, self.tested):
            broker.add_user(name, "/", permission={"configure": ".*", "write": ".*", "read": ".*"})


class Tls(OnBoth):
    """Who gets in, with and without a certificate."""

    def test_a_password_over_tls(self):
        """a right and a wrong password over TLS"""
        context = self.certificates.context()
        self.both(lambda broker: self.answer(broker, context), "in")
        self.both(lambda broker: self.answer(
            broker, context, pika.PlainCredentials("guest", "wrong")))

    def test_versions(self):
        """TLS 1.2 and 1.3 are spoken; 1.1, which 3.10.8 still takes, is not"""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old = self.certificates.context(version=ssl.TLSVersion.TLSv1_1)
            self.assertEqual("in", self.answer(self.reference, old))
            if brokers.UNDER_TEST == "queuetop":
                self.assertEqual("no connection", self.answer(self.tested, old))
            for version, expected in ((ssl.TLSVersion.TLSv1_2, "in"),
                                      (ssl.TLSVersion.TLSv1_3, "in")):
                context = self.certificates.context(version=version)
                self.both(lambda broker, context=context: self.answer(broker, context), expected,
                          version.name)

    def test_a_client_that_trusts_another_authority(self):
        """a client that trusts another authority does not get in"""
        context = self.certificates.context(authority="stranger")
        self.both(lambda broker: self.answer(broker, context), "no connection")

    def test_a_plain_client(self):
        """a plain client on the port for TLS does not get in, and TLS on the plain one neither"""
        self.both(lambda broker: self.answer(broker, None), "no connection")

        def wrong_port(broker):
            with socket.create_connection(("127.0.0.1", broker.port), 20) as plain:
                try:
                    self.certificates.context().wrap_socket(plain, server_hostname="localhost")
                except (ssl.SSLError, OSError):
                    return "no connection"
            return "in"
        self.both(wrong_port, "no connection")

    def test_a_certificate_names_the_user(self):
        """a client certificate is a login, the distinguished name as RabbitMQ writes it"""
        for number, (subject, name) in enumerate({
            "/CN=orders": "CN=orders",
            "/C=DE/O=shop/CN=orders": "CN=orders,O=shop,C=DE",
            "/O=shop, inc/CN=a\\+b": "CN=a\\+b,O=shop\\, inc",
            "/O=größer/CN=x": "CN=x,O=gr\\C3\\B6\\C3\\9Fer",
            "/CN= #a b/O=s+OU=u": "O=s+OU=u,CN=\\ #a b",
            "/DC=org/DC=example/UID=7/CN=y": "CN=y,UID=7,DC=example,DC=org",
            "/CN=z/emailAddress=z@example.org": "EMAILADDRESS=z@example.org,CN=z",
            "/GN=Ada/SN=L/title=Dr/serialNumber=5": "SERIALNUMBER=5,TITLE=Dr,SN=L,GIVENNAME=Ada",
        }.items()):
            self.certificates.make(f"named{number}", subject)
            self.user(name)
            self.both(lambda broker, number=number: self.external(
                broker, f"named{number}"), "in", subject)

    def test_a_certificate_of_nobody(self):
        """a certificate that names no user is refused, like none at all"""
        self.certificates.make("nobody", "/CN=nobody")
        self.both(lambda broker: self.external(broker, "nobody"))
        self.both(lambda broker: self.external(broker, None))

    def test_certificates_that_do_not_hold(self):
        """a certificate of another authority or an expired one ends the handshake"""
        self.certificates.make("strange", "/CN=orders", authority="stranger")
        self.certificates.make("expired", "/CN=orders", days=-1)
        for client in ("strange", "expired"):
            self.both(lambda broker, client=client: self.external(broker, client),
                      "no connection", client)

    def test_a_certificate_and_a_password(self):
        """who has a certificate may log in with a password as well"""
        self.certificates.make("both", "/CN=both")
        context = self.certificates.context("both")
        self.both(lambda broker: self.answer(broker, context), "in")

    def test_no_external_on_the_plain_port(self):
        """without TLS there is no EXTERNAL"""
        def ask(broker):
            try:
                pika.BlockingConnection(pika.ConnectionParameters(
                    "127.0.0.1", broker.port, "/", pika.credentials.ExternalCredentials()))
            except pika.exceptions.AMQPConnectionError:
                return "refused"
            return "in"
        self.both(ask, "refused")

    def test_messages_over_tls(self):
        """messages of all sizes come back as they were sent"""
        def ask(broker):
            connection = pika.BlockingConnection(pika.ConnectionParameters(
                "127.0.0.1", broker.secure_port, "/", heartbeat=0,
                ssl_options=pika.SSLOptions(self.certificates.context(), "localhost")))
            channel = connection.channel()
            channel.confirm_delivery()
            channel.queue_declare("sizes")
            sizes = [0, 1, 16_000, 131_072, 3_000_000]
            for size in sizes:
                channel.basic_publish("", "sizes", bytes(size % 251 for _ in range(size)))
            bodies = [channel.basic_get("sizes", True)[2] for _ in sizes]
            connection.close()
            return [body == bytes([size % 251]) * size for size, body in zip(sizes, bodies)]
        self.both(ask, [True] * 5)

    def test_a_silent_client_is_hung_up_on(self):
        """whoever connects and says nothing, or too little, is hung up on"""
        def ask(broker):
            for said in (b"", b"\x16\x03\x01\x02\x00\x01"):
                with socket.create_connection(("127.0.0.1", broker.secure_port)) as idle:
                    idle.settimeout(SILENT_SECONDS_MAX)
                    idle.sendall(said)
                    try:
                        while idle.recv(4096):
                            pass
                    except ConnectionResetError:
                        pass  # As good an end as any.
            return "hung up"
        self.both(ask, "hung up")


class CommonName(OnBoth):
    """Where the common name is the user's."""

    login = "common-name"

    def test_a_certificate_names_the_user(self):
        """a client certificate is a login by its common name"""
        for number, (subject, name) in enumerate({
                "/C=DE/O=shop/CN=orders": "orders", "/O=shop/CN=a, b": "a, b",
                "/CN=größe": "größe",
                "/CN=first/CN=second": "first,second"}.items()):
            self.certificates.make(f"common{number}", subject)
            self.user(name)
            self.both(lambda broker, number=number: self.external(
                broker, f"common{number}"), "in", subject)

    def test_a_certificate_without_a_name(self):
        """without a common name there is no user"""
        self.certificates.make("unnamed", "/O=shop")
        self.both(lambda broker: self.external(broker, "unnamed"))


class Reloading(unittest.TestCase):
    """What only queuetop has: certificates that are read again while it runs."""

    def test_certificates_are_read_again(self):
        """a new certificate is shown after SIGHUP, a wrong one is refused"""
        certificates = Certificates(self.enterContext(
            tempfile.TemporaryDirectory(prefix="queuetop-tls-")))
        broker = self.enterContext(SecureQueuetop(certificates, "common-name"))

        def shown():
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with socket.create_connection(("127.0.0.1", broker.secure_port), 20) as plain:
                with context.wrap_socket(plain) as secure:
                    return secure.getpeercert(binary_form=True)
        before = shown()
        (certificates.folder / "server.pem").rename(certificates.path("kept.pem"))
        self.assertIn("certificates refused", broker.reload_certificates())
        self.assertEqual(before, shown())
        certificates.make("server", "/CN=localhost")
        self.assertIn("certificates loaded", broker.reload_certificates())
        self.assertNotEqual(before, shown())
