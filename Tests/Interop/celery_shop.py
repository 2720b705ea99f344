"""The tasks that the celery suite sends; a worker of its own process runs them.

`SHOP_BROKER` is the broker's address, `SHOP_FOLDER` where tasks leave marks for the suite.
"""

import os
import pathlib
import signal

from celery import Celery
from celery.exceptions import Reject
from kombu import Exchange, Queue

from Harness.waiting import wait_until

FOLDER = pathlib.Path(os.environ["SHOP_FOLDER"])
EXCHANGE = Exchange("shop", "direct")
LATE = {"acks_late": True, "acks_on_failure_or_timeout": False}

app = Celery("shop", broker=os.environ["SHOP_BROKER"], backend="rpc://")
app.conf.update(
    broker_transport_options={"confirm_publish": True},
    result_expires=60,
    task_default_queue="shop",
    task_queues=[
        Queue("shop", EXCHANGE, "shop", queue_arguments={
            "x-dead-letter-exchange": "shop.dead", "x-dead-letter-routing-key": "dead"}),
    ],
    task_default_exchange="shop",
    task_default_routing_key="shop",
    task_send_sent_event=True,
    worker_prefetch_multiplier=2,
    worker_redirect_stdouts=False,
)

_stamps = 0


@app.task
def add(left, right):
    return left + right


@app.task
def echo(value):
    return value


@app.task(bind=True, max_retries=5)
def third_time(self):
    """Fails twice and asks to be tried again a moment later, which celery does by an ETA."""
    if self.request.retries < 2:
        raise self.retry(countdown=0.1)
    return self.request.retries


@app.task(bind=True, max_retries=1)
def never(self):
    raise self.retry(exc=ValueError("never"), countdown=0.05)


@app.task(**LATE)
def broken(reason):
    raise RuntimeError(reason)


@app.task(bind=True, acks_late=True)
def refused(self, requeue):
    """Refuses its message, for good or until it comes again."""
    if requeue and self.request.delivery_info["redelivered"]:
        return "redelivered"
    raise Reject("not mine", requeue=requeue)


@app.task(acks_late=True, reject_on_worker_lost=False)
def killed():
    os.kill(os.getpid(), signal.SIGKILL)


@app.task(bind=True, acks_late=True, reject_on_worker_lost=True)
def killed_once(self):
    if self.request.delivery_info["redelivered"]:
        return "came back"
    os.kill(os.getpid(), signal.SIGKILL)


@app.task
def stamp():
    """Numbers calls in their order, as long as one process runs them."""
    global _stamps
    _stamps += 1
    return _stamps


@app.task(acks_late=True)
def patient(name):
    """Marks its start, and ends when the suite has left its mark."""
    (FOLDER / f"{name}.started").touch()
    go_on = FOLDER / f"{name}.go"
    wait_until(go_on.exists, f"{go_on}")
    return name
