"""The configuration file: what counts, what is refused, what is loaded again."""

import json
import os
import signal

import pika
from Harness import binary
from Harness.brokers import connect
from Harness.certificates import Certificates
from Harness.waiting import wait_until
from service import Manager, ServiceTestCase

SECRET = "hunter2-is-secret"


class Configuration(ServiceTestCase):
    """One file, the environment and options."""

    def test_file(self):
        """the usual file is read, and options go before it"""
        [port] = binary.free_ports()
        self.write_config(
            f"data-directory: {self.home}/elsewhere\namqp-port: {port}\nlog: {{format: json}}\n"
            "limits: {connections: 1, channels: 5, body: 1000}\n")
        service = self.serve()
        self.assertNotEqual(service.port, port)
        self.assertIn("data in " + str(self.home / "elsewhere"), service.ready)
        connection = connect(service.port)
        channel = connection.channel()
        channel.queue_declare("q")
        with self.assertRaises(pika.exceptions.AMQPConnectionError):
            connect(service.port)
        self.assertIn("1 connections", service.entry("connection refused")["reason"])
        channel.basic_publish("", "q", b"x" * 1001)
        with self.assertRaises(pika.exceptions.ChannelClosedByBroker) as closed:
            channel.queue_declare("q")
        self.assertIn("max size 1000", closed.exception.reply_text)
        self.assertEqual(service.end(), 0)

    def test_environment(self):
        """a variable goes before the file"""
        self.write_config("log: {format: text}\n")
        service = self.serve(environment={"QUEUETOP_LOG_FORMAT": "json"})
        self.assertEqual(service.entry("started")["message"], "started")

    def test_wrong(self):
        """what is wrong is said with file, line, key and what is allowed, and code 78"""
        for text, *words in (
                ("amqp-port: many\n", "line 1", "'amqp-port'", "'many'", "65535"),
                ("log:\n  format: xml\n", "line 2", "'log.format'", "text, json"),
                ("bind: ::1\namqp-prot: 1\n", "line 2", "'amqp-prot'", "amqp-port"),
                ("log: {\n", "is not YAML"),
                ("limits: {frame: 1}\n", "'limits.frame'", "131072")):
            self.write_config(text)
            for command in (["serve"], [], ["contexts"]):
                status, output, error = self.run_queuetop(*command)
                self.assertEqual((status, output), (78, ""), error)
                for word in [str(self.config), *words]:
                    self.assertIn(word, error)

    def test_wrong_option(self):
        """a wrong option and a wrong variable are named as such"""
        for option, value in (("--log-format", "xml"), ("--drain", "abc")):
            status, _, error = self.run_queuetop("serve", option, value)
            self.assertEqual(status, 64)
            self.assertIn(option, error)
        status, _, error = self.run_queuetop(
            "serve", environment={"QUEUETOP_DRAIN": "long"})
        self.assertEqual(status, 78)
        self.assertIn("QUEUETOP_DRAIN", error)

    def test_certificate_warning(self):
        """a certificate that has expired is a warning in the log, and serves"""
        made = Certificates(self.home)
        made.make("old", "/CN=localhost", days=-1)
        service = self.serve(
            "--tls-certificate", made.path("old.pem"), "--tls-key", made.path("old.key"),
            "--amqps-port", "0", "--log-format", "json")
        said = service.entry("certificate has expired")
        self.assertEqual((said["level"], said["file"]), ("warning", made.path("old.pem")))
        self.assertEqual(service.end(), 0)

    def test_addresses(self):
        """the ready line, the log and the manager name what HTTP is bound to"""
        manager = Manager(str(self.home / "manager"))
        self.addCleanup(manager.close)
        service = self.serve(
            "--bind", "127.0.0.2", "--management-port", "0", "--log-format", "json",
            environment={"NOTIFY_SOCKET": manager.address})
        self.assertRegex(service.ready, r"amqp://127\.0\.0\.2:\d+, http://127\.0\.0\.2:\d+,")
        self.assertIn("http://127.0.0.2:", service.entry("listening")["address"])
        wait_until(lambda: "http://127.0.0.2:" in "".join(manager.sentences), "its status")
        self.assertEqual(service.end(), 0)

    def test_missing_file(self):
        """a file that was asked for has to be there"""
        status, _, error = self.run_queuetop("serve", "--config", str(self.home / "no.yaml"))
        self.assertEqual(status, 78)
        self.assertIn(str(self.home / "no.yaml"), error)

    def test_secrets(self):
        """a password in the file is refused, and never repeated"""
        for context in (f"{{url: 'amqp://u:{SECRET}@h'}}",
                        f"{{url: 'amqp://h', password: {SECRET}}}"):
            self.write_config(f"contexts:\n  prod: {context}\n")
            status, output, error = self.run_queuetop("contexts")
            self.assertEqual(status, 78)
            self.assertIn("prod", error)
            self.assertNotIn(SECRET, output + error)

    def test_start_failure_in_json(self):
        """why it did not start is a line of the log when the log is JSON"""
        status, _, error = self.run_queuetop(
            "serve", "--log-format", "json", "--amqp-port", "0", "--definitions", "/no/such")
        self.assertEqual(status, 66)
        last = json.loads(error.splitlines()[-1])
        self.assertEqual(last["level"], "critical")
        self.assertIn("/no/such", last["message"])

    def test_hangup(self):
        """SIGHUP changes what can change, and names what cannot"""
        definitions = self.home / "definitions.json"
        definitions.write_text(json.dumps({"vhosts": [{"name": "/"}]}))
        self.write_config(
            f"log: {{format: json}}\nlimits: {{queues: 5}}\ndefinitions: {definitions}\n")
        service = self.serve()
        definitions.write_text(json.dumps({"vhosts": [{"name": "/"}, {"name": "new"}]}))
        self.write_config(
            f"log: {{format: json, level: debug}}\nlimits: {{queues: 1, frame: 8KiB}}\n"
            f"definitions: {definitions}\nbind: 127.0.0.1\n")
        service.send(signal.SIGHUP)
        loaded = service.entry("configuration loaded, but")
        self.assertEqual(loaded["settings"], "bind, limits.frame")
        wait_until(lambda: len([each for each in service.entries
                                if each["message"] == "definitions loaded"]) == 2,
                   "the definitions")
        connect(service.port, "new").close()
        channel = connect(service.port).channel()
        channel.queue_declare("a")
        with self.assertRaises(pika.exceptions.ChannelClosedByBroker) as closed:
            channel.queue_declare("b")
        self.assertIn("(1) is reached", closed.exception.reply_text)

    def test_hangup_with_mistake(self):
        """a configuration with a mistake changes nothing, and it goes on"""
        self.write_config("log: {format: json}\n")
        service = self.serve()
        self.write_config("log: {format: text}\nlimits: {connections: none}\n")
        service.send(signal.SIGHUP)
        said = service.entry("configuration refused")
        self.assertEqual(said["level"], "error")
        self.assertIn("'limits.connections' is 'none'", said["message"])
        connect(service.port).close()
        self.write_config("log: {format: json}\n")
        service.send(signal.SIGHUP)
        service.entry("configuration loaded")
        self.assertEqual(service.end(), 0)


class Commands(ServiceTestCase):
    """What stands beside `serve`."""

    def test_contexts(self):
        """contexts are listed, for people and for programs"""
        self.write_config(
            "current-context: prod\ncontexts:\n"
            "  prod: {url: 'amqps://h:5671', readOnly: true, colour: red}\n")
        status, output, _ = self.run_queuetop("contexts")
        self.assertEqual(status, 0)
        self.assertRegex(output, r"\*  prod  amqps://h:5671 +read-only, red")
        status, output, _ = self.run_queuetop("contexts", "--json")
        self.assertEqual(status, 0)
        [prod] = json.loads(output)
        self.assertEqual(
            (prod["name"], prod["is_current"], prod["is_read_only"], prod["is_protected"]),
            ("prod", True, True, False))

    def test_doctor(self):
        """doctor finds what is wrong, and its exit code is that of the worst"""
        status, found = self._doctor("--amqp-port", "0")
        self.assertEqual(status, {"ok": 0, "warn": 1}[found["verdict"]])
        self.assertEqual(found["data directory"], "ok")
        service = self.serve()
        status, found = self._doctor("--amqp-port", str(service.port))
        self.assertEqual(found["amqp-port"], "ok", "the broker itself has it")
        status, found = self._doctor(
            "--amqp-port", str(service.port), "--data-directory", str(self.home / "other"))
        self.assertEqual((status, found["amqp-port"]), (2, "fail"))
        self.write_config("bind: 7\nbind: 8\n")
        status, found = self._doctor("--amqp-port", "0")
        self.assertEqual((status, found["configuration"]), (2, "fail"))
        self.write_config("")
        os.chmod(self.home / "data", 0o755)
        (self.home / "data/queuetop").chmod(0o755)
        themes = self.home / "config/queuetop/themes"
        themes.mkdir()
        (themes / "mine.theme").write_text("nonsense")
        status, found = self._doctor("--amqp-port", "0", "--definitions", "/no/such")
        self.assertEqual(
            (status, found["data directory"], found["themes"], found["definitions"]),
            (2, "warn", "warn", "fail"))

    def test_doctor_reads(self):
        """doctor has a line for each check, and makes nothing"""
        status, output, _ = self.run_queuetop("doctor", "--amqp-port", "0")
        self.assertIn(status, (0, 1))
        for check in ("configuration", "lock", "disk space", "descriptors", "clock"):
            self.assertRegex(output, rf"(?m)^(ok|warn)  +{check} ")
        self.assertFalse((self.home / "data").exists())

    def test_doctor_tls(self):
        """doctor reads certificates together, looks at default ports, and at contexts' files"""
        made = Certificates(self.home)
        made.make("old", "/CN=localhost", days=-1)
        made.make("other", "/CN=localhost")

        def doctor(certificate, key, *arguments):
            return self._doctor(
                "--amqp-port", "0", "--tls-certificate", made.path(certificate), "--tls-key",
                made.path(key), *arguments)
        self.assertEqual(doctor("server.pem", "other.key")[1]["tls"], "fail")
        self.assertEqual(doctor("old.pem", "old.key", "--amqps-port", "0")[1]["tls"], "warn")
        self.assertIn("amqps-port", doctor("server.pem", "server.key")[1])
        (self.home / "password").write_text("secret\n")
        (self.home / "password").chmod(0o644)
        self.write_config(
            "contexts:\n"
            "  lost: {url: 'amqps://h', tls: {ca: /no/such}}\n"
            "  port: {url: 'amqp://h:many'}\n"
            f"  open: {{url: 'amqp://h', user: u, password-file: {self.home}/password}}\n"
            f"  old: {{url: 'amqps://h', tls: {{ca: {made.path('old.pem')}}}}}\n"
            "  good: {url: 'amqp://h'}\n")
        found = self._doctor("--amqp-port", "0")[1]
        self.assertEqual(
            [found[f"context {name}"] for name in ("lost", "port", "open", "old", "good")],
            ["fail", "fail", "warn", "warn", "ok"])
        # Those certificates are a client's: no broker here reads them.
        _, output, _ = self.run_queuetop("doctor", "--amqp-port", "0")
        self.assertIn("the next attach reads it", output)
        self.assertNotIn("SIGHUP", output)

    def test_doctor_current(self):
        """doctor looks at the current context first"""
        self.write_config("current-context: b\ncontexts:\n"
                          "  a: {url: 'amqp://h'}\n  b: {url: 'amqp://h'}\n")
        _, output, _ = self.run_queuetop("doctor", "--amqp-port", "0")
        self.assertIn("b is the current one", output)
        self.assertEqual(output.splitlines()[1].split()[:3], ["ok", "context", "b"])

    def test_doctor_public(self):
        """doctor says what serve refuses: the first password of guest for everybody"""
        public = ("--amqp-port", "0", "--bind", "0.0.0.0")
        self.assertEqual(self._doctor(*public)[1]["bind"], "fail")
        self.assertEqual(self.run_queuetop("serve", *public)[0], 78)
        users = self.home / "users.json"
        users.write_text('{"users": [{"name": "guest", "password": "s3cret", "tags": ""}]}')
        self.assertEqual(self._doctor(*public, "--definitions", str(users))[1]["bind"], "ok")
        service = self.serve("--definitions", str(users))
        self.assertEqual(self._doctor(*public)[1]["bind"], "ok", "the data has it")
        service.end()
        self.assertEqual(self._doctor(*public)[1]["bind"], "ok", "and keeps it")

    def _doctor(self, *arguments):
        status, output, error = self.run_queuetop("doctor", "--json", *arguments)
        self.assertEqual(error, "")
        report = json.loads(output)
        return status, {"verdict": report["verdict"], **{
            each["check"]: each["verdict"] for each in report["checks"]}}
