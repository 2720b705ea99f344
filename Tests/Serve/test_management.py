"""The management API over TLS, and where it listens."""

import base64
import json
import re
import signal
import ssl
import subprocess
import urllib.error
import urllib.request

from Harness.certificates import Certificates
from Harness.waiting import wait_until
from service import ServiceTestCase

GUEST = "Basic Z3Vlc3Q6Z3Vlc3Q="


def ask(url, context=None, login=GUEST):
    """One request as guest; returns the status and the body."""
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
    request = urllib.request.Request(f"{url}/api/whoami", headers={"Authorization": login})
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=20) as answer:
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
        """it listens where the others do, and guest comes from this machine only"""
        address = next((each for each in subprocess.run(
            ["hostname", "-I"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
            if "." in each), None)
        self.assertIsNotNone(address, "this machine has an address beside 127.0.0.1")
        definitions = self.home / "users.json"
        definitions.write_text(json.dumps({
            "users": [{"name": name, "password": f"{name}-secret", "tags": ["administrator"]}
                      for name in ("guest", "other")], "permissions": []}))
        service, (plain, secure) = self.serve_securely(
            "--bind", "0.0.0.0", "--definitions", str(definitions))
        context = self.certificates.context()
        context.check_hostname = False
        logins = {name: "Basic " + base64.b64encode(
            f"{name}:{name}-secret".encode()).decode() for name in ("guest", "other")}
        for url in (plain, secure):
            far = re.sub(r"//[^:]+:", f"//{address}:", url)
            self.assertEqual([ask(each, context, logins[name])[0] for each, name in (
                (url, "guest"), (url, "other"), (far, "other"), (far, "guest"))],
                [200, 200, 200, 401])
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
