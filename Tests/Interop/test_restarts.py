"""Every scenario with restarts on RabbitMQ and on queuetop: the transcripts are equal.

A restart takes seconds, so all scenarios share it: each goes on to its next `yield`, then the
broker restarts, once for all.
"""

import signal
import unittest

from Harness import brokers, runner
from comparison import compare, wanted
from session import Session
import scenarios

_reference = brokers.RabbitMQ()
_tested = None
_expected, _answered = {}, {}


def setUpModule():
    global _tested
    with _reference:
        _expected.update(transcripts(_reference))
    _tested = brokers.under_test()
    with _tested:
        _answered.update(transcripts(_tested))


class Part:
    """One scenario on one broker, from restart to restart."""

    def __init__(self, broker, name, run):
        self.session = Session(broker, name)
        self._steps = run(self.session)
        self.is_at_its_end = False

    def go_on(self):
        """Runs up to the next restart or to the end."""
        signal.alarm(runner.TEST_SECONDS_MAX)
        try:
            next(self._steps)
            self.session.note("the broker restarts")
        except StopIteration:
            self.is_at_its_end = True
        except (Exception, runner.Hangs) as error:
            self.session.note(f"broke off: {type(error).__name__} {error}")
            self.is_at_its_end = True
        finally:
            signal.alarm(0)
        if self.is_at_its_end:
            self.session.close()


def transcripts(broker):
    """What a broker answers in each scenario."""
    parts = {name: Part(broker, name, run) for name, run in scenarios.over_restarts().items()}
    going_on = list(parts.values())
    while going_on:
        for part in going_on:
            part.go_on()
        going_on = [part for part in going_on if not part.is_at_its_end]
        if going_on:
            broker.restart()
            for part in going_on:
                part.session.connect_again()
    return {name: part.session.transcript for name, part in parts.items()}


class Restarts(unittest.TestCase):
    """One test a scenario, added below."""

    def compare(self, name):
        compare(self, _reference, wanted(self, name, _expected[name]), _tested, _answered[name])


for _name in scenarios.over_restarts():
    def _test(self, name=_name):
        self.compare(name)
    _test.__doc__ = "as RabbitMQ over a restart: " + _name.replace("_", " ")
    setattr(Restarts, f"test_{_name}", _test)
