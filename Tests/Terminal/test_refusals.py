"""What cannot be done is said in one sentence with what to do."""

import json
import pathlib
import subprocess
import tempfile
import unittest

from Harness import binary, brokers


class Refusals(unittest.TestCase):
    """The command line, without a terminal."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="queuetop-refusals-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)

    def test_taken_port(self):
        """a taken port names the port and the option"""
        with brokers.Queuetop() as broker:
            for command in (["serve"], []):
                status, error = self._run(
                    *command, "--amqp-port", str(broker.port), "--data-directory",
                    str(self.home / "other"))
                self.assertEqual(status, 69)
                self._assert_says(error, str(broker.port), "--amqp-port")

    def test_data_directory_in_use(self):
        """a data directory in use names it, its process and what to do"""
        with brokers.Queuetop() as broker:
            data = str(broker.folder / "data")
            status, error = self._run("serve", "--amqp-port", "0", "--data-directory", data)
            self.assertNotEqual(status, 0)
            self._assert_says(error, data, str(broker.pid))

    def test_unwritable_data_directory(self):
        """a data directory that is a file is refused"""
        path = self.home / "file"
        path.write_text("")
        status, error = self._run("serve", "--amqp-port", "0", "--data-directory", str(path))
        self.assertNotEqual(status, 0)
        self._assert_says(error, str(path))

    def test_bad_theme_name(self):
        """an unknown theme names those there are"""
        status, error = self._run("--amqp-port", "0", "--theme", "plaid")
        self.assertNotEqual(status, 0)
        self._assert_says(error, "plaid", "dark", "light")

    def test_bad_theme_file(self):
        """a theme file with a mistake names the file and the line"""
        themes = self.home / "config/queuetop/themes"
        themes.mkdir(parents=True)
        (themes / "mine.theme").write_text(
            'theme[main_bg]="#101010"\ntheme[main_fg]="reddish"\n')
        status, error = self._run("--amqp-port", "0", "--theme", "mine")
        self.assertNotEqual(status, 0)
        self._assert_says(error, "mine", "2", "reddish")

    def test_bad_arguments(self):
        """a bad argument names it and shows the usage"""
        for arguments, word in [(["--amqp-port", "many"], "many"), (["--colour"], "--colour"),
                                (["--amqp-port", "70000"], "70000"), (["surve"], "surve"),
                                (["--data-directory", ""], "--data-directory"),
                                (["--memory-limit", "much"], "much"),
                                (["--memory-limit", "0"], "--memory-limit"),
                                (["--consumer-timeout", "-1"], "--consumer-timeout")]:
            status, error = self._run(*arguments)
            self.assertEqual(status, 64, arguments)
            self._assert_says(error, word, sentences=None)

    def test_definitions(self):
        """definitions that are missing, malformed or wrong name the file and the place"""
        path = self.home / "definitions.json"
        policy = {"vhost": "/", "name": "p", "pattern": "(", "definition": {"max-length": 1}}
        for text, status, word in [
                (None, 66, "no such file"), ("{", 65, "no file of definitions"),
                ('{"vhosts": [{}]}', 65, "'name' is missing in 'vhosts', entry 1"),
                (json.dumps({"policies": [policy]}), 65, "no regular expression"),
                (json.dumps({"policies": [{**policy, "pattern": "x", "vhost": "none"}]}), 65,
                 "no vhost 'none'"),
                (json.dumps({"queues": [{"name": "q" * 256, "vhost": "/", "durable": True,
                                         "auto_delete": False}]}), 65, "256 bytes")]:
            if text is not None:
                path.write_text(text)
            for command in (["serve"], []):
                answered, error = self._run(
                    *command, "--amqp-port", "0", "--definitions", str(path))
                self.assertEqual(answered, status, error)
                self._assert_says(error, str(path), word)

    def test_unknown_virtual_host(self):
        """a virtual host that is not there names those that are"""
        status, error = self._run("--amqp-port", "0", "--vhost", "nowhere")
        self.assertEqual(status, 66)
        self._assert_says(error, "nowhere", "/", "--vhost", "--definitions")

    def test_version_and_help(self):
        """--version and --help answer and end"""
        for argument, word in [("--version", "."), ("--help", "--amqp-port")]:
            result = subprocess.run(
                [binary.queuetop(), argument], stdout=subprocess.PIPE, text=True, timeout=60,
                check=True)
            self.assertIn(word, result.stdout)

    def _run(self, *arguments):
        """The exit code and standard error of a command that must not succeed."""
        result = subprocess.run(
            [binary.queuetop(), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=60, check=False,
            env={"PATH": "/usr/bin:/bin", "TERM": "xterm", **brokers.private_home(self.home)})
        return result.returncode, result.stderr

    def _assert_says(self, error, *words, sentences=1):
        for word in words:
            self.assertIn(word, error)
        if sentences:
            self.assertEqual(len(error.strip().split("\n")), sentences, error)
