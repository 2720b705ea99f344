"""How a service starts, is told things, and ends."""

import os
import signal
import threading
import time

import pika
from Harness.brokers import connect
from Harness.rawclient import Client
from Harness.waiting import wait_until
from service import END_SECONDS_MAX, Manager, ServiceTestCase

SECRET = "hunter2-is-secret"


class Life(ServiceTestCase):
    """From the start to the end."""

    def test_notify(self):
        """a service manager hears that it is ready, loads again, lives and stops"""
        for address in (str(self.home / "notify"), f"@queuetop-test-{os.getpid()}"):
            manager = Manager(address)
            self.addCleanup(manager.close)
            service = self.serve(environment={
                "NOTIFY_SOCKET": address, "WATCHDOG_USEC": "200000"})
            wait_until(lambda: "READY=1" in manager.heard, "READY=1")
            wait_until(lambda: manager.heard.count("WATCHDOG=1") > 2, "signs of life")
            service.send(signal.SIGHUP)
            wait_until(lambda: manager.heard.count("READY=1") == 2, "READY=1 again")
            told = [text for text in manager.heard if text != "WATCHDOG=1"]
            self.assertEqual(told, ["READY=1", "RELOADING=1", "READY=1"])
            self.assertEqual(service.end(), 0)
            # It was told before the end, and is read by a thread of its own.
            wait_until(lambda: "STOPPING=1" in manager.heard, "STOPPING=1")
            self.assertEqual(
                [text for text in manager.heard if text != "WATCHDOG=1"][3:], ["STOPPING=1"])

    def test_watchdog_of_another(self):
        """a watchdog that asks another process is not fed by this one"""
        manager = Manager(str(self.home / "notify"))
        self.addCleanup(manager.close)
        service = self.serve(environment={
            "NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"})
        wait_until(lambda: "READY=1" in manager.heard, "READY=1")
        self.assertEqual(service.end(), 0)
        self.assertNotIn("WATCHDOG=1", manager.heard)

    def test_json_log(self):
        """every line of the log is an object, and clients stand in it without their passwords"""
        service = self.serve("--log-format", "json")
        connection = connect(service.port)
        connection.close()
        wrong = pika.ConnectionParameters(
            "127.0.0.1", service.port,
            credentials=pika.PlainCredentials("eve\x1b[2J\n", SECRET))
        with self.assertRaises(pika.exceptions.AMQPConnectionError):
            pika.BlockingConnection(wrong)
        with self.assertRaises(pika.exceptions.AMQPConnectionError):
            connect(service.port, "nowhere")
        for each in ("connection closed", "connection refused"):
            service.entry(each)
        self.assertEqual(service.end(), 0)
        messages = [each["message"] for each in service.entries]
        self.assertEqual(messages[:2], ["started", "listening"])
        self.assertEqual(messages[-2:], ["stopping", "stopped"])
        opened = service.entry("connection opened")
        self.assertEqual((opened["user"], opened["vhost"]), ("guest", "/"))
        self.assertEqual(service.entry("connection closed")["client"], opened["client"])
        self.assertEqual(service.entry("login refused")["user"], "eve?[2J?")
        self.assertIn("virtual host", service.entry("connection refused")["reason"])
        self.assertTrue(all({"time", "level", "message"} <= set(each)
                            for each in service.entries))
        self.assertNotIn(SECRET, service.log)
        self.assertNotIn("\x1b", service.log)

    def test_text_log(self):
        """a level keeps what matters less out"""
        service = self.serve("--log-level", "warning")
        connect(service.port).close()
        self.assertEqual(service.end(), 0)
        self.assertEqual(service.log, "")

    def test_alarm(self):
        """an alarm stands in the log when it begins and when it is over"""
        service = self.serve("--log-format", "json", "--memory-limit", "1MiB")
        publisher = connect(service.port).channel()
        reader = connect(service.port).channel()
        reader.queue_declare("q")
        # One that is more than there is room for: behind it nothing more would be read.
        publisher.basic_publish("", "q", b"x" * 1_200_000)
        publisher.connection.process_data_events()
        self.assertEqual(service.entry("alarm: memory is low: pub")["level"], "warning")
        wait_until(lambda: reader.queue_purge("q") is not None, "the purge")
        service.entry("alarm: memory is low: over")

    def test_stop_tells_clients(self):
        """SIGTERM closes the door, tells clients 320 and waits for those who take their leave"""
        service = self.serve("--log-format", "json")
        client = connect(service.port)
        client.channel().queue_declare("q")
        service.send(signal.SIGTERM)
        with self.assertRaises(pika.exceptions.ConnectionClosedByBroker) as closed:
            while True:
                client.process_data_events(time_limit=1)
        self.assertEqual(closed.exception.reply_code, 320)
        self.assertEqual(service.process.wait(END_SECONDS_MAX), 0)
        with self.assertRaises(pika.exceptions.AMQPConnectionError):
            connect(service.port)

    def test_drain_deadline(self):
        """who never takes leave is waited for until the deadline, and nobody new gets in"""
        service = self.serve("--log-format", "json", "--drain", "700ms")
        silent = Client(service.port)
        self.addCleanup(silent.socket.close)
        began = time.monotonic()
        service.send(signal.SIGTERM)
        service.entry("stopping")

        def is_shut():
            try:
                connect(service.port).close()
            except pika.exceptions.AMQPConnectionError:
                return True
            return False
        wait_until(is_shut, "the door to be shut")
        self.assertEqual(service.process.wait(END_SECONDS_MAX), 0)
        self.assertGreaterEqual(time.monotonic() - began, 0.7)

    def test_second_signal(self):
        """a second signal ends it at once, whoever is there still"""
        service = self.serve("--log-format", "json", "--drain", "1h")
        silent = Client(service.port)
        self.addCleanup(silent.socket.close)
        service.send(signal.SIGTERM)
        service.entry("stopping")
        self.assertIsNone(service.process.poll())
        self.assertEqual(service.end(signal.SIGINT), 128 + signal.SIGINT)
        self.assertEqual(service.entries[-1]["message"], "stopped at once")

    def test_confirmed_is_kept(self):
        """what was confirmed before a stop is there after it"""
        service = self.serve()
        channel = connect(service.port).channel()
        channel.queue_declare("q", durable=True)
        channel.confirm_delivery()
        for number in range(50):
            channel.basic_publish("", "q", str(number).encode(),
                                  pika.BasicProperties(delivery_mode=2))
        waiting = threading.Thread(target=service.end)
        waiting.start()
        waiting.join()
        again = self.serve()
        count = connect(again.port).channel().queue_declare("q", passive=True)
        self.assertEqual(count.method.message_count, 50)
