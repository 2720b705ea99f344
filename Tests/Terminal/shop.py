"""The queues and messages that the walks look at: few, and always the same."""

import pika

from Harness.waiting import wait_until


def fill(connection):
    """A shop with a backlog and six dead letters of two queues; nobody consumes."""
    channel = connection.channel()
    channel.confirm_delivery()
    channel.exchange_declare("orders.x", "topic")
    channel.exchange_declare("dead.x", "fanout")
    for queue, arguments in {
        "dead": None,
        "orders.inventory": None,
        "orders.payment": {"x-dead-letter-exchange": "dead.x"},
        "orders.shipping": {"x-dead-letter-exchange": "dead.x", "x-max-length": 4},
    }.items():
        channel.queue_declare(queue, arguments=arguments)
        channel.queue_bind(queue, "dead.x" if queue == "dead" else "orders.x", "order.#")
    for number in range(1, 7):
        channel.basic_publish(
            "orders.x", "order.created",
            b'{"id":%d,"amount":1290,"card":"4111"}' % (88200 + number),
            pika.BasicProperties(
                content_type="application/json", message_id=f"order-{number}",
                headers={"tenant": "north", "attempt": number}))
    tags = [channel.basic_get("orders.payment")[0].delivery_tag for _ in range(6)]
    for tag in tags[:4]:
        channel.basic_nack(tag, requeue=False)
    channel.close()
    wait_depths(connection, {
        "dead": 6, "orders.inventory": 6, "orders.payment": 2, "orders.shipping": 4})


def depths(connection, queues):
    """Ready messages of each of these queues."""
    channel = connection.channel()
    found = {queue: channel.queue_declare(queue, passive=True).method.message_count
             for queue in queues}
    channel.close()
    return found


def wait_depths(connection, expected):
    """Waits until each queue holds so many ready messages."""
    wait_until(lambda: depths(connection, expected) == expected,
               lambda: f"{expected}, only {depths(connection, expected)}")


def publish(connection, queue, body, **properties):
    """Declares a queue and puts one message into it."""
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare(queue)
    channel.basic_publish("", queue, body, pika.BasicProperties(**properties))
    channel.close()
