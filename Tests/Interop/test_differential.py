"""Every scenario on RabbitMQ and on queuetop: the transcripts are equal."""

import unittest

from Harness import brokers
from comparison import compare, wanted
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
        expected = wanted(self, name, transcript(_reference, name, run))
        compare(self, _reference, expected, _tested, transcript(_tested, name, run))


for _name, _run in scenarios.every().items():
    def _test(self, name=_name, run=_run):
        self.compare(name, run)
    _test.__doc__ = "as RabbitMQ: " + _name.replace("_", " ")
    setattr(Differential, f"test_{_name}", _test)
