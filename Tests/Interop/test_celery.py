"""A celery worker as a process of its own, with tasks that succeed, fail, wait and die."""

import contextlib
import importlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile

import kombu
from celery import group
from server import OnServer, consumers, depth

from Harness import brokers
from Harness.cable import Cable
from Harness.waiting import DEADLINE_SECONDS, wait_until

HERE = pathlib.Path(__file__).resolve().parent


class Worker:
    """A celery worker in a `with` statement, ready for tasks when its block begins."""

    def __init__(self, url, folder, name, *arguments):
        self._log = pathlib.Path(folder) / f"{name}.log"
        self._name = f"{name}@interop"
        self._url = url
        self._folder = folder
        self._arguments = arguments
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", "celery", "-A", "celery_shop", "worker",
             "--loglevel", "INFO", "--hostname", self._name, *self._arguments],
            stdout=self._log.open("w"), stderr=subprocess.STDOUT, cwd=self._folder,
            env={**os.environ, **brokers.private_home(self._folder), "SHOP_BROKER": self._url,
                 "SHOP_FOLDER": str(self._folder), "C_FORCE_ROOT": "1",
                 "PYTHONPATH": f"{HERE}:{HERE.parent}"})

        def ready():
            assert self.process.poll() is None, f"the worker ended: {self.log()}"
            return f"{self._name} ready." in self.log()
        try:
            wait_until(ready, lambda: f"the worker: {self.log()}", 120)
        except BaseException:
            brokers.end(self.process)
            raise
        return self

    def __exit__(self, *_):
        brokers.end(self.process)

    def log(self):
        return self._log.read_text()


class Celery(OnServer):
    """One worker with one process for its tasks, which the cases share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="queuetop-shop-"))
        url = f"amqp://guest:guest@127.0.0.1:{cls.broker.port}//"
        os.environ.update(SHOP_BROKER=url, SHOP_FOLDER=cls.folder)
        cls.shop = importlib.import_module("celery_shop")
        cls.shop.app.conf.update(broker_url=url)
        with kombu.Connection(url) as connection:
            dead = kombu.Queue("shop.dead", kombu.Exchange("shop.dead"), "dead")
            dead(connection.default_channel).declare()
        cls.worker = cls.enterClassContext(
            Worker(url, cls.folder, "first", "--concurrency", "1", "--events"))
        cls.addClassCleanup(cls.shop.app.close)
        cls.addClassCleanup(cls.shop.app.pool.force_close_all)

    def setUp(self):
        # What a case that failed has left is no other one's.
        with kombu.Connection(self.url) as connection:
            connection.default_channel.queue_purge("shop.dead")

    def result(self, task, *arguments, **options):
        """Sends a task and waits for its result."""
        return task.apply_async(arguments, **options).get(timeout=DEADLINE_SECONDS)

    def control(self):
        return self.shop.app.control

    # Results

    def test_results(self):
        """celery: results come back over rpc://, of one task, of a group and of a chain"""
        shop = self.shop
        self.assertEqual(self.result(shop.add, 2, 3), 5)
        many = group(shop.add.s(number, number) for number in range(50))
        self.assertEqual(many.delay().get(timeout=DEADLINE_SECONDS),
                         [2 * number for number in range(50)])
        chain = shop.add.s(1, 2) | shop.add.s(3) | shop.add.s(4)
        self.assertEqual(chain.delay().get(timeout=DEADLINE_SECONDS), 10)

    def test_a_large_argument(self):
        """celery: an argument of two megabytes goes and comes back"""
        text = "0123456789abcdef" * 131_072
        self.assertEqual(self.result(self.shop.echo, text, compression="zlib"), text)
        self.assertEqual(self.result(self.shop.echo, text), text)

    def test_retries(self):
        """celery: a task is retried after a countdown, until it succeeds or may not again"""
        self.assertEqual(self.result(self.shop.third_time), 2)
        with self.assertRaises(ValueError):
            self.result(self.shop.never)

    def test_a_countdown(self):
        """celery: a task with a countdown is held by the worker and runs"""
        later = self.shop.echo.apply_async(["later"], countdown=0.5)
        soon = self.shop.stamp.delay()
        soon.get(timeout=DEADLINE_SECONDS)
        self.assertEqual(later.get(timeout=DEADLINE_SECONDS), "later")

    def test_expired_before_it_ran(self):
        """celery: a task that expires in the broker is not run"""
        self._consumes("shop", False)
        try:
            task = self.shop.echo.apply_async(["never"], expires=0.05)
            dead = self._dead()
        finally:
            self._consumes("shop", True)
        self.assertEqual(dead.headers["id"], task.id)
        self.assertEqual(dead.headers["x-first-death-reason"], "expired")

    # Failures

    def test_a_failed_late_task_dies(self):
        """celery: a late task that fails is rejected into the dead letters"""
        task = self.shop.broken.delay("no stock")
        with self.assertRaisesRegex(RuntimeError, "no stock"):
            task.get(timeout=DEADLINE_SECONDS)
        self._expect_rejected(self._dead(), task)

    def test_rejecting(self):
        """celery: Reject sends a message to the dead letters, or back into its queue"""
        task = self.shop.refused.delay(False)
        self._expect_rejected(self._dead(), task)
        self.assertEqual(self.result(self.shop.refused, True), "redelivered")

    def test_a_killed_process(self):
        """celery: the message of a killed process is acknowledged or comes back, as asked"""
        lost = self.shop.killed.delay()
        with self.assertRaisesRegex(Exception, "SIGKILL|Worker exited"):
            lost.get(timeout=DEADLINE_SECONDS)
        self.assertEqual(self.result(self.shop.killed_once), "came back")
        self._expect_empty("shop")
        self._expect_empty("shop.dead")

    # Priorities, control and events

    def test_priorities(self):
        """celery: tasks of a queue with priorities run highest first"""
        name = self.name()
        queue = kombu.Queue(name, self.shop.EXCHANGE, name, max_priority=10)
        with kombu.Connection(self.url) as connection:
            queue(connection.default_channel).declare()
        sent = [(priority, self.shop.stamp.apply_async(
            queue=queue, exchange="shop", routing_key=name, priority=priority))
            for priority in [0, 3, 9, 3, 0, 9]]
        # Until the worker is told to consume them, all of them wait.
        wait_until(lambda: depth(self.broker, name) == 6, "six tasks")
        self._consumes(name, True, exchange="shop", exchange_type="direct", routing_key=name,
                       options={"queue_arguments": {"x-max-priority": 10}})
        order = [(each.get(timeout=DEADLINE_SECONDS), priority) for priority, each in sent]
        self._consumes(name, False)
        self.assertEqual([priority for _, priority in sorted(order)], [9, 9, 3, 3, 0, 0])
        self.assertLess(order[2][0], order[5][0])
        self.assertLess(order[1][0], order[3][0])

    def test_inspect(self):
        """celery: ping, registered, active and stats answer through the fanout of the control"""
        inspect = self.control().inspect(timeout=DEADLINE_SECONDS, limit=1)
        self.assertEqual(inspect.ping(), {"first@interop": {"ok": "pong"}})
        self.assertEqual(self.control().ping(timeout=DEADLINE_SECONDS, limit=1),
                         [{"first@interop": {"ok": "pong"}}])
        [registered] = inspect.registered().values()
        self.assertIn("celery_shop.add", registered)
        [queues] = inspect.active_queues().values()
        self.assertIn("shop", [queue["name"] for queue in queues])
        [stats] = inspect.stats().values()
        self.assertEqual(stats["broker"]["port"], self.broker.port)

    def test_revoking(self):
        """celery: a revoked task that waits for its time is not run"""
        task = self.shop.echo.apply_async(["revoked"], countdown=3600)
        inspect = self.control().inspect(timeout=DEADLINE_SECONDS, limit=1)
        wait_until(lambda: task.id in str(inspect.scheduled()), "the task to be scheduled")
        self.control().revoke(task.id, reply=True, timeout=DEADLINE_SECONDS, limit=1)
        [revoked] = inspect.revoked().values()
        self.assertIn(task.id, revoked)

    def test_events(self):
        """celery: events of a task come through the topic exchange of the monitors"""
        seen = []
        with kombu.Connection(self.url) as connection:
            receiver = self.shop.app.events.Receiver(connection, handlers={
                "*": lambda event: seen.append((event["type"], event.get("uuid")))})
            with receiver.consumer_context() as (used, _, _):
                task = self.shop.add.delay(1, 1)
                kinds = ["received", "sent", "started", "succeeded"]

                def all_seen():
                    with contextlib.suppress(socket.timeout):
                        used.drain_events(timeout=0.05)
                    return {(f"task-{kind}", task.id) for kind in kinds} <= set(seen)
                wait_until(all_seen, lambda: f"all events, only {seen}")
        self.assertEqual(task.get(timeout=DEADLINE_SECONDS), 2)

    # Ends

    def test_a_warm_shutdown(self):
        """celery: a worker told to end finishes its task, returns the others and exits with 0"""
        name = self.name()
        with Worker(self.url, self.folder, "second", "--concurrency", "1", "--queues", name,
                    "--without-gossip", "--without-mingle") as worker:
            running = self.shop.patient.apply_async(["warm"], queue=name)
            for number in range(5):
                self.shop.echo.apply_async([number], queue=name)
            wait_until((pathlib.Path(self.folder) / "warm.started").exists, "the task's start")
            worker.process.send_signal(signal.SIGTERM)
            wait_until(lambda: "Warm shutdown" in worker.log(), "the shutdown")
            (pathlib.Path(self.folder) / "warm.go").touch()
            self.assertEqual(running.get(timeout=DEADLINE_SECONDS), "warm")
            self.assertEqual(worker.process.wait(DEADLINE_SECONDS), 0)
        wait_until(lambda: depth(self.broker, name) == 5, "the other tasks")

    def test_a_lost_connection(self):
        """celery: a worker whose connection is cut comes back and goes on"""
        name = self.name()
        with Cable(self.broker.port) as cable, Worker(
                f"amqp://guest:guest@127.0.0.1:{cable.port}//", self.folder, "third",
                "--concurrency", "1", "--queues", name, "--without-gossip",
                "--without-mingle"):
            self.assertEqual(self.result(self.shop.add, 1, 2, queue=name), 3)
            cable.cut()
            self.assertEqual(self.result(self.shop.add, 3, 4, queue=name), 7)

    # Helpers

    def _consumes(self, queue, wanted, **options):
        """Tells the worker to consume a queue or to leave it, and waits until it did.

        The worker answers before it acts, so that only the broker knows when it did.
        """
        act = self.control().add_consumer if wanted else self.control().cancel_consumer
        [answer] = act(queue, reply=True, limit=1, timeout=DEADLINE_SECONDS, **options)
        self.assertIn("ok", answer["first@interop"])
        wait_until(lambda: consumers(self.broker, queue) == int(wanted),
                   f"the worker to {'consume' if wanted else 'leave'} {queue}")

    def _dead(self):
        """The next dead letter, taken."""
        with kombu.Connection(self.url) as connection:
            channel = connection.default_channel
            queue = kombu.Queue("shop.dead")(channel)
            return wait_until(lambda: queue.get(no_ack=True), "a dead letter")

    def _expect_rejected(self, letter, task):
        self.assertEqual(letter.headers["id"], task.id)
        [death] = letter.headers["x-death"]
        self.assertEqual((death["queue"], death["reason"]), ("shop", "rejected"))

    def _expect_empty(self, queue):
        wait_until(lambda: depth(self.broker, queue) == 0, f"{queue} to be empty")
