"""Every scenario on RabbitMQ and on queuetop: the transcripts are equal."""

import difflib
import unittest

from Harness import brokers
from differences import DIFFERENCES
from session import Session
import scenarios

_reference = brokers.RabbitMQ(has_policies=True)
_tested = None


def setUpModule():
    global _tested
    _reference.__enter__()
    unittest.addModuleCleanup(_reference.__exit__)
    _tested = brokers.under_test(has_policies=True)
    _tested.__enter__()
    unittest.addModuleCleanup(_tested.__exit__)


def transcript(broker, name, run):
    """What a broker answers in one scenario."""
    session = Session(broker, name)
    try:
        run(session)
    except Exception as error:
        session.note(f"broke off: {type(error).__name__} {error}")
    finally:
        session.close()
    return session.transcript


class Differential(unittest.TestCase):
    """One test a scenario, added below."""

    def compare(self, name, run):
        expected = transcript(_reference, name, run)
        self.assertNotIn("broke off", "\n".join(expected), "the scenario itself is wrong")
        for theirs, ours, _ in DIFFERENCES.get(name, []):
            self.assertIn(theirs, expected, "a listed difference that does not occur")
            if brokers.UNDER_TEST == "queuetop":
                expected[expected.index(theirs)] = ours
        answered = transcript(_tested, name, run)
        if answered != expected:
            self.fail("\n".join(difflib.unified_diff(
                expected, answered, _reference.name, _tested.name, lineterm="", n=1)))


for _name, _run in scenarios.every().items():
    def _test(self, name=_name, run=_run):
        self.compare(name, run)
    _test.__doc__ = "as RabbitMQ: " + _name.replace("_", " ")
    setattr(Differential, f"test_{_name}", _test)
