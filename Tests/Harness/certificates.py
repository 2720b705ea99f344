"""Certificates for one test, made by the `openssl` program."""

import pathlib
import ssl
import subprocess


class Certificates:
    """An authority of the test's own in a folder, and another that nobody trusts."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        for authority in ("ca", "stranger"):
            self._openssl("req", "-x509", *_NEW_KEY, "-keyout", f"{authority}.key",
                          "-out", f"{authority}.pem", "-days", "2", "-subj", f"/CN={authority}")
        self.make("server", "/CN=localhost")

    def path(self, name):
        return str(self.folder / name)

    def make(self, name, subject, authority="ca", days=2):
        """Makes NAME.pem and NAME.key; with less than no days it has expired."""
        self._openssl("req", *_NEW_KEY, "-utf8", "-multivalue-rdn", "-keyout", f"{name}.key",
                      "-out", f"{name}.csr", "-subj", subject)
        (self.folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem",
                      "-CAkey", f"{authority}.key", "-CAcreateserial", "-days", str(days),
                      "-extfile", "names", "-out", f"{name}.pem")

    def context(self, client=None, authority="ca", version=None):
        """What a client does TLS with: whom it trusts, and who it says that it is."""
        context = ssl.create_default_context(cafile=self.path(f"{authority}.pem"))
        if client:
            context.load_cert_chain(self.path(f"{client}.pem"), self.path(f"{client}.key"))
        if version:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
        return context

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
