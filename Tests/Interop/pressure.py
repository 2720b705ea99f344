"""Makes a broker short of room, so that it stops those who publish."""

import contextlib
import os
import pathlib
import subprocess


@contextlib.contextmanager
def short_of_room(broker):
    """The broker believes in a `with` statement that it has no room for more messages."""
    assert broker.name == "rabbitmq", f"nothing is known that makes {broker.name} short of room"
    _control(broker, "set_disk_free_limit", "1000000GB")
    try:
        yield
    finally:
        _control(broker, "set_disk_free_limit", "50MB")


def _control(broker, *arguments):
    """One call of rabbitmqctl, in the surroundings that the server itself was started in."""
    lines = pathlib.Path(f"/proc/{broker.pid}/environ").read_bytes().split(b"\0")
    environment = dict(line.decode().split("=", 1) for line in lines if b"=" in line)
    kept = {name: environment[name] for name in (
        "HOME", "PATH", "RABBITMQ_NODENAME", "RABBITMQ_CONF_ENV_FILE", "ERL_EPMD_PORT",
        "ERL_EPMD_ADDRESS")}
    subprocess.run(
        ["/usr/lib/rabbitmq/bin/rabbitmqctl", "-n", environment["RABBITMQ_NODENAME"], *arguments],
        env={**kept, "LANG": os.environ.get("LANG", "C.UTF-8"),
             "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}"},
        cwd=broker.folder, check=True, stdout=subprocess.DEVNULL, timeout=60)
