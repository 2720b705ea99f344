"""What a restart leaves of streams."""

from Harness.waiting import wait_until
from . import scenario


def read(session, stream, offset, count):
    """Reads so many messages of a stream from an offset on, and notes them with theirs."""
    channel = session.another().channel
    channel.basic_qos(prefetch_count=100)
    read = []

    def take(_, method, properties, body):
        read.append(f"{properties.headers['x-stream-offset']} {body.decode()}")
        channel.basic_ack(method.delivery_tag)
    channel.basic_consume(stream, take, arguments={"x-stream-offset": offset})

    def look():
        channel.connection.process_data_events(0.01)
        return len(read) >= count
    try:
        wait_until(look, stream)
    except AssertionError:
        pass  # The transcript tells what came instead.
    channel.close()
    session.note(f"from {offset!r}: {read}")


@scenario
def a_stream_is_read_again_from_any_offset(session):
    name = session.name("s")
    session.channel.queue_declare(name, durable=True, arguments={"x-queue-type": "stream"})
    for number in range(5):
        session.publish("", name, f"m{number}", headers={"n": number})
    session.wait_depth(name, 5)
    read(session, name, "first", 5)
    yield
    session.wait_depth(name, 5)
    read(session, name, "first", 5)
    read(session, name, "last", 1)
    read(session, name, 3, 2)
    read(session, name, 0, 5)
    channel = session.another().channel
    channel.basic_qos(prefetch_count=10)
    new = []
    channel.basic_consume(name, lambda _, method, properties, body: new.append(
        f"{properties.headers['x-stream-offset']} {body.decode()}"),
        arguments={"x-stream-offset": "next"})
    session.publish("", name, "after")
    wait_until(lambda: channel.connection.process_data_events(0.01) or new, "the new one")
    session.note(f"from 'next': {new}")
    read(session, name, 4, 2)
    session.wait_depth(name, 6)
    session.attempts(lambda arguments: session.channel.queue_declare(
        name, durable=True, arguments=arguments).method, {
            "alike": {"x-queue-type": "stream"}, "classic": {}})
    session.channel.queue_delete(name)
