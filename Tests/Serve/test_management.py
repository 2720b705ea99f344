"""The management API over TLS, and where it listens."""

import base64
import datetime
import json
import re
import signal
import ssl
import urllib.error
import urllib.request

from Harness.certificates import Certificates
from Harness.waiting import wait_until
from service import ServiceTestCase

GUEST = "Basic Z3Vlc3Q6Z3Vlc3Q="


def ask(url, context=None, login=GUEST, path="whoami"):
    """One request; returns the status and the body."""
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
    request = urllib.request.Request(f"{url}/api/{path}", headers={"Authorization": login})
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class Management(ServiceTestCase):
    """One port with TLS and one without."""

    def setUp(self):
        super().setUp()
        self.certificates = Certificates(self.home)
        self.files = ("--tls-certificate", self.certificates.path("server.pem"),
                      "--tls-key", self.certificates.path("server.key"), "--amqps-port", "0")

    def serve_securely(self, *arguments):
        """A broker with both, and where each is."""
        service = self.serve("--management-port", "0", "--management-tls-port", "0",
                             *self.files, *arguments)
        return service, [re.search(rf"({kind}://[^,\s]+)", service.ready)[1]
                         for kind in ("http", "https")]

    def test_secure(self):
        """the API answers over TLS, to who trusts its authority, and certificates are read anew"""
        service, (plain, secure) = self.serve_securely()
        context = self.certificates.context()
        self.assertEqual(ask(secure, context)[0], 200)
        self.assertEqual(json.loads(ask(plain)[1])["name"], "guest")
        self.assertEqual(ask(secure, context, "Basic Z3Vlc3Q6d3Jvbmc=")[0], 401)
        with self.assertRaises(urllib.error.URLError):
            ask(secure, self.certificates.context(authority="stranger"))
        with self.assertRaises(Exception):
            ask(secure.replace("https:", "http:"))
        # What comes after a hangup shows the new one, of another authority.
        self.certificates.make("server", "/CN=localhost", authority="stranger")
        service.send(signal.SIGHUP)

        def is_new():
            try:
                return ask(secure, self.certificates.context(authority="stranger"))[0] == 200
            except (urllib.error.URLError, ssl.SSLError):
                return False
        wait_until(is_new, "the new certificate")
        self.assertEqual(service.end(), 0)

    def test_needs_certificate(self):
        """the port for TLS needs a certificate, wherever it is said"""
        status, _, error = self.run_queuetop("serve", "--management-tls-port", "0")
        self.assertNotEqual(status, 0)
        self.assertIn("--management-tls-port needs --tls-certificate", error)
        self.write_config("management-tls-port: 0\n")
        status, _, error = self.run_queuetop("serve")
        self.assertEqual(status, 78)
        self.assertIn("management-tls-port", error)

    def test_address(self):
        """it listens where the others do, and nowhere else"""
        definitions = self.home / "users.json"
        definitions.write_text(json.dumps({
            "users": [{"name": "guest", "password": "secret", "tags": ["administrator"]}],
            "permissions": []}))
        service, (plain, secure) = self.serve_securely(
            "--bind", "127.0.0.2", "--definitions", str(definitions))
        context = self.certificates.context()
        context.check_hostname = False
        login = "Basic " + base64.b64encode(b"guest:secret").decode()
        for url in (plain, secure):
            self.assertIn("//127.0.0.2:", url)
            self.assertEqual(ask(url, context, login)[0], 200)
            with self.assertRaises(urllib.error.URLError):
                ask(url.replace("127.0.0.2", "127.0.0.1"), context, login)
        self.assertEqual(service.end(), 0)

    def test_certificate_end(self):
        """a check says which listeners show a certificate that ends soon"""
        service, (plain, secure) = self.serve_securely()

        def check(within):
            status, body = ask(plain, path=f"health/checks/certificate-expiration/{within}")
            return status, json.loads(body)
        self.assertEqual(check("1/days"), (200, {"status": "ok"}))
        status, answer = check("1/weeks")
        self.assertEqual((status, answer["status"], answer["reason"]),
                         (503, "failed", "Certificates expiring"))
        self.assertEqual([each["protocol"] for each in answer["expired"]], ["amqp/ssl", "https"])
        self.assertEqual(answer["expired"][1]["port"], int(secure.rpartition(":")[2]))
        end = answer["expired"][0]["certfile_expires_on"][0]
        left = datetime.datetime.fromisoformat(end) - datetime.datetime.now(
            datetime.timezone.utc).replace(tzinfo=None)
        self.assertEqual(left.days, 1)
        self.assertEqual(check("1/parsecs")[0], 400)
        self.assertEqual(check("many/days")[0], 400)
        self.assertEqual(ask(plain, path="health/checks/protocol-listener/amqp%2Fssl")[0], 200)
        self.assertEqual(service.end(), 0)

    def test_doctor(self):
        """the doctor looks at its port"""
        service, (_, secure) = self.serve_securely()
        port = secure.rpartition(":")[2]
        _, output, _ = self.run_queuetop(
            "doctor", "--data-directory", str(self.home / "other"), "--management-tls-port", port,
            *self.files)
        self.assertIn("management-tls-port", output)
        self.assertEqual(service.end(), 0)
