"""Brokers of a test's own: private ports, private folders, ended by their own process ids."""

import json
import os
import pathlib
import queue
import re
import signal
import socket
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

import pika

from . import binary
from .waiting import DEADLINE_SECONDS, wait_until

# As long as anything else may take: of itself the library gives a handshake fifteen seconds.
pika.connection.Parameters.DEFAULT_SOCKET_TIMEOUT = DEADLINE_SECONDS
pika.connection.Parameters.DEFAULT_STACK_TIMEOUT = DEADLINE_SECONDS

UNDER_TEST = "queuetop"
"""Which broker the interop suite tests; `rabbitmq` tests the suite."""

END_SECONDS_MAX = 60
"""How long a broker may take to end in order."""


def under_test(**options):
    """A broker of the kind under test, not yet started."""
    return (RabbitMQ if UNDER_TEST == "rabbitmq" else Queuetop)(**options)


opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Asks itself, whatever proxy the surroundings name."""


class Refused(Exception):
    """The broker did not take a policy."""


class Broker:
    """A broker process that listens on 127.0.0.1; use it in a `with` statement.

    Policies and vhosts come to each kind of broker through a door of its own, which is there only
    when it is asked for: on RabbitMQ it costs time and memory. A policy's `value` holds pattern,
    definition, priority and apply-to, as in RabbitMQ's management API.
    """

    name = "broker"

    def __init__(self, has_policies=False):
        [self.port] = binary.free_ports()
        self._has_policies = has_policies
        self._folder = tempfile.TemporaryDirectory(prefix="queuetop-broker-")
        self.folder = pathlib.Path(self._folder.name)
        self._process = None

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        self._stop()

    @property
    def pid(self):
        return self._process.pid

    def connect(self, vhost="/", user="guest"):
        """A blocking pika connection of a user whose password is its name."""
        return connect(self.port, vhost, user)

    def restart(self):
        """Ends the broker in order and starts it again with the same data on the same port."""
        self._end_in_order()
        self._start()

    def add_vhost(self, name):
        """Makes a vhost in which guest may do everything."""
        raise NotImplementedError

    def add_user(self, name, vhost, tags=(), permission=None, topics=()):
        """Makes a user whose password is its name, with what it may do in one vhost.

        A permission holds configure, write and read; each of `topics` an exchange, write and read.
        """
        raise NotImplementedError

    def limit_vhost(self, name, limits):
        """Sets limits of a vhost, such as `max-queues`; others stay."""
        raise NotImplementedError

    def limit_user(self, name, limits):
        """The same of a user whose password is its name and who has no tags."""
        raise NotImplementedError

    def set_policy(self, vhost, name, value, is_operators=False):
        """Makes or replaces a policy; it holds when this returns. Raises `Refused`."""
        raise NotImplementedError

    def clear_policy(self, vhost, name, is_operators=False):
        """Takes a policy away."""
        raise NotImplementedError

    def _start(self):
        """Starts it, or starts it again, and returns when it answers."""
        raise NotImplementedError

    def _end_in_order(self):
        os.kill(self.pid, signal.SIGTERM)
        try:
            self._process.wait(END_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} does not end when it is asked to") from None

    def _stop(self):
        end(self._process)
        self._folder.cleanup()


class Queuetop(Broker):
    """`queuetop serve`."""

    name = "queuetop"
    options = ()
    """What `serve` is told besides where to be."""

    def __init__(self, **options):
        super().__init__(**options)
        self.data = self.folder / "data"
        self.said = []
        """What it wrote before it was ready, refusals and reports of a recovery included."""
        self._lines = None
        self._vhosts = ["/"]
        self._users = {"users": [], "permissions": [], "topic_permissions": []}
        self._policies = {}
        self._operator_policies = {}
        self._vhost_limits = {}

    @property
    def management(self):
        """The port of its management API, when `options` ask for one."""
        return int(re.search(r"http://127\.0\.0\.1:(\d+)", "".join(self.said))[1])

    def command(self):
        """The program, and whatever it is run under."""
        return [binary.queuetop()]

    def add_vhost(self, name):
        if name not in self._vhosts:
            self._vhosts.append(name)
        self._reload()

    def add_user(self, name, vhost, tags=(), permission=None, topics=()):
        place = {"user": name, "vhost": vhost}
        self._users["users"].append({"name": name, "password": name, "tags": list(tags)})
        if permission:
            self._users["permissions"].append({**place, **permission})
        self._users["topic_permissions"] += [
            {**place, "exchange": exchange, "write": write, "read": read}
            for exchange, write, read in topics]
        self._reload()
        self._users = {kind: [] for kind in self._users}

    def limit_vhost(self, name, limits):
        self._vhost_limits.setdefault(name, {}).update(limits)
        self._reload()

    def limit_user(self, name, limits):
        self._users["users"].append(
            {"name": name, "password": name, "tags": [], "limits": limits})
        self._reload()
        self._users = {kind: [] for kind in self._users}

    def set_policy(self, vhost, name, value, is_operators=False):
        policies = self._operator_policies if is_operators else self._policies
        before = dict(policies)
        policies[vhost, name] = value
        try:
            self._reload()
        except Refused:
            policies.clear()
            policies.update(before)
            raise

    def clear_policy(self, vhost, name, is_operators=False):
        del (self._operator_policies if is_operators else self._policies)[vhost, name]
        self._reload()

    def _write_definitions(self):
        """RabbitMQ's own format for exported definitions."""
        (self.folder / "definitions.json").write_text(json.dumps({
            "vhosts": [{"name": name} for name in self._vhosts],
            **self._users,
            "policies": [{"vhost": vhost, "name": name, **value}
                         for (vhost, name), value in self._policies.items()],
            "parameters": [
                {"component": "operator_policy", "vhost": vhost, "name": name, "value": value}
                for (vhost, name), value in self._operator_policies.items()] + [
                {"component": "vhost-limits", "vhost": vhost, "name": "limits", "value": value}
                for vhost, value in self._vhost_limits.items()],
        }))

    def _reload(self):
        while not self._lines.empty():
            self._lines.get()
        self._write_definitions()
        os.kill(self.pid, signal.SIGHUP)

        def answer():
            while not self._lines.empty():
                line = self._lines.get()
                if line.startswith("definitions "):
                    return line.rstrip()
            return None
        said = wait_until(answer, "a line about the definitions")
        if not said.startswith("definitions loaded"):
            raise Refused(said)

    def _start(self):
        options = [*self.options]
        if self._has_policies:
            self._write_definitions()
            options += ["--definitions", str(self.folder / "definitions.json")]
        self._process = subprocess.Popen(
            [*self.command(), "serve", "--data-directory", str(self.data),
             "--amqp-port", str(self.port), *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, **private_home(self.folder)})
        lines = self._lines = _lines_of(self._process.stdout)
        said = self.said = []

        def is_ready():
            while not lines.empty():
                said.append(lines.get())
                if f"ready: amqp://127.0.0.1:{self.port}" in said[-1]:
                    return True
            if self._process.poll() is not None:
                raise AssertionError("queuetop serve ended: " + "".join(said))
            return False
        wait_until(is_ready, lambda: "a ready line, only: " + "".join(said))

    def _end_in_order(self):
        super()._end_in_order()
        if self._process.returncode != 0:
            raise AssertionError(f"queuetop serve ended with {self._process.returncode}")


class RabbitMQ(Broker):
    """A rabbitmq-server with nothing in common with the machine's own."""

    name = "rabbitmq"
    _epmd = None
    _management = None
    _environment = None

    @property
    def management(self):
        """The port of its management plugin, when `has_policies` asks for it."""
        return self._management

    def add_vhost(self, name):
        self._ask("PUT", "vhosts", name)
        self._ask("PUT", "permissions", name, "guest",
                  body={"configure": ".*", "write": ".*", "read": ".*"})

    def add_user(self, name, vhost, tags=(), permission=None, topics=()):
        self._ask("PUT", "users", name, body={"password": name, "tags": ",".join(tags)})
        if permission:
            self._ask("PUT", "permissions", vhost, name, body=permission)
        for exchange, write, read in topics:
            self._ask("PUT", "topic-permissions", vhost, name, body={
                "exchange": exchange, "write": write, "read": read})

    def limit_vhost(self, name, limits):
        for limit, value in limits.items():
            self._ask("PUT", "vhost-limits", name, limit, body={"value": value})

    def limit_user(self, name, limits):
        for limit, value in limits.items():
            self._ask("PUT", "user-limits", name, limit, body={"value": value})

    def set_policy(self, vhost, name, value, is_operators=False):
        try:
            self._ask("PUT", self._kind(is_operators), vhost, name, body=value)
        except urllib.error.HTTPError as error:
            if error.code != 400:
                raise
            raise Refused(error.read().decode()) from error

    def clear_policy(self, vhost, name, is_operators=False):
        self._ask("DELETE", self._kind(is_operators), vhost, name)

    @staticmethod
    def _kind(is_operators):
        return "operator-policies" if is_operators else "policies"

    def _ask(self, verb, *path, body=None):
        """One request to the management plugin, as guest."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._management}/api/"
            + "/".join(urllib.parse.quote(part, safe="") for part in path),
            json.dumps(body or {}).encode(), method=verb, headers={
                "Content-Type": "application/json", "Authorization": "Basic Z3Vlc3Q6Z3Vlc3Q="})
        with opener.open(request, timeout=60) as answer:
            answer.read()

    def _start(self):
        if self._epmd is None:
            self._prepare()
        # The command in PATH would change to the service's user and folder; this one does not.
        self._process = subprocess.Popen(
            ["/usr/lib/rabbitmq/bin/rabbitmq-server"], env=self._environment, cwd=self.folder,
            stdout=(self.folder / "output").open("w"), stderr=subprocess.STDOUT)

        def ready():
            if self._process.poll() is not None:
                output = (self.folder / "output").read_text()
                raise AssertionError("rabbitmq-server ended: " + output[-2000:])
            return answers(self.port) and (
                not self._has_policies or answers(self._management))
        wait_until(ready, "rabbitmq-server", 300)

    def _prepare(self):
        """Ports, settings and the port mapper, which stay the same when it starts again."""
        self._management, distribution, epmd = binary.free_ports(3)
        # The port mapper is ours too: left to itself the server starts one that outlives it.
        self._epmd = subprocess.Popen(
            ["epmd", "-port", str(epmd), "-address", "127.0.0.1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: answers(epmd), "the Erlang port mapper")
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "total_memory_available_override_value = 4GB\n"
            "disk_free_limit.absolute = 50MB\n"
            "log.console = false\n" + (
                "management.tcp.ip = 127.0.0.1\n"
                f"management.tcp.port = {self._management}\n" if self._has_policies else ""))
        (self.folder / "plugins").write_text(
            "[rabbitmq_management].\n" if self._has_policies else "[].\n")
        self._environment = {
            **os.environ,
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"queuetop-test-{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_DIST_PORT": str(distribution),
            "ERL_EPMD_PORT": str(epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    @property
    def pid(self):
        """The Erlang machine's process, a child of the script that starts it."""
        parent = self._process.pid
        for child in pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            try:
                name = pathlib.Path(f"/proc/{child}/comm").read_text().strip()
            except (FileNotFoundError, ProcessLookupError):
                continue  # One of the script's helpers, which has ended meanwhile.
            if name == "beam.smp":
                return int(child)
        return parent

    def _stop(self):
        """Ends the Erlang machine, for which the script waits, and nothing of it is left."""
        if self._process and self._process.poll() is None:
            pid = self.pid
            os.kill(pid, signal.SIGTERM)
            try:
                self._process.wait(END_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                os.kill(pid, signal.SIGKILL)
        super()._stop()
        end(self._epmd)


def connect(port, vhost="/", user="guest"):
    """A blocking pika connection to a broker on this machine, of a user whose password is its name.
    """
    return pika.BlockingConnection(pika.ConnectionParameters(
        "127.0.0.1", port, vhost, pika.PlainCredentials(user, user), heartbeat=0,
        blocked_connection_timeout=2 * DEADLINE_SECONDS))


def private_home(folder):
    """Environment variables that keep a program away from the person's own files."""
    folder = pathlib.Path(folder)
    return {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_STATE_HOME": str(folder / "state"),
    }


def end(process, seconds=20):
    """Asks a process to end, and kills it when it does not."""
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answers(port):
    """Whether anybody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _lines_of(stream):
    """A queue that a thread fills with a stream's lines, so that reading never blocks."""
    lines = queue.SimpleQueue()

    def read():
        for line in stream:
            lines.put(line)
    threading.Thread(target=read, daemon=True).start()
    return lines
