"""Brokers with a management API, and what lists of it cost them."""

import http.client

from Benchmarks import crowd
from Harness.brokers import Queuetop, RabbitMQ

LISTS = {
    "a page": "page=1&page_size=100",
    "by a figure": "page=1&page_size=100&sort=messages&sort_reverse=true",
    "by another": "page=1&page_size=100&sort=message_stats.publish",
    "a search": "page=1&page_size=100&name=9$&use_regex=true",
    "all": "", "all by a figure": "sort=messages", "names alone": "columns=name,vhost",
}
"""Ways to ask for queues."""


class ManagedQueuetop(Queuetop):
    """`queuetop serve` with its management API."""

    options = ("--management-port", "0")


def kind(plain):
    """The same kind of broker, with a management API."""
    return ManagedQueuetop if plain is Queuetop else lambda: RabbitMQ(has_policies=True)


def milliseconds(broker, query):
    """CPU time of one list, and how many octets it has."""
    api = http.client.HTTPConnection("127.0.0.1", broker.management, timeout=60)
    size = 0

    def work():
        nonlocal size
        api.request("GET", "/api/queues?" + query, headers={
            "Authorization": "Basic Z3Vlc3Q6Z3Vlc3Q="})
        answer = api.getresponse()
        size = len(answer.read())
        if answer.status != 200:
            raise AssertionError(f"{query}: {answer.status}")
        return 1
    cost = crowd.microseconds(broker.pid, work) / 1_000
    api.close()
    return cost, size
