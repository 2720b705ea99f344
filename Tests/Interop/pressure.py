"""Makes a broker short of room, so that it stops those who publish."""

import contextlib
import os
import pathlib
import subprocess

from Harness import brokers, frames, rawclient

BALLAST_BYTES = 65_536
BALLAST_MESSAGES_MAX = 1024


class SmallQueuetop(brokers.Queuetop):
    """A queuetop with less room than the ballast has bytes."""

    options = ("--memory-limit", "16MiB")


def broker_of_little_room():
    """A broker of the kind under test that can be made short of room."""
    return brokers.RabbitMQ() if brokers.UNDER_TEST == "rabbitmq" else SmallQueuetop()


@contextlib.contextmanager
def short_of_room(broker):
    """The broker has no room for more messages in a `with` statement.

    RabbitMQ is told that its disk is full, because what it holds in memory it moves there; queuetop
    is filled.
    """
    if broker.name == "rabbitmq":
        _control(broker, "set_disk_free_limit", "1000000GB")
        yield
        _control(broker, "set_disk_free_limit", "50MB")
    else:
        filling, emptying = (rawclient.Client(broker.port, capabilities=["connection.blocked"])
                             for _ in range(2))
        _fill(filling)
        emptying.channel(1)
        yield
        emptying.call(frames.queue_delete(1, "ballast"), "queue.delete-ok")
        # Nobody says anything more before the broker does.
        filling.call(b"", "connection.unblocked")
        for each in (filling, emptying):
            each.close()


def _fill(client):
    """Publishes ballast until the connection is told to stop.

    Each message waits for the one before: a broker that stops to read would leave what is behind
    it half sent.
    """
    client.channel(1)
    client.call(frames.queue_declare(1, "ballast"), "queue.declare-ok")
    client.call(frames.confirm_select(1), "confirm.select-ok")
    piece = frames.publish(1, "", "ballast", bytes(BALLAST_BYTES))
    for _ in range(BALLAST_MESSAGES_MAX):
        told = [client.call(piece, "basic.ack", "connection.blocked"), *client.events()]
        if any(event.name == "connection.blocked" for event in told):
            return
    raise AssertionError("the broker took all the ballast")


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
