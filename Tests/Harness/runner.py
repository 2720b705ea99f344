"""Runs the tests of one folder and counts them in the last line."""

import argparse
import pathlib
import resource
import signal
import sys
import time
import traceback
import unittest

from . import screens

TEST_SECONDS_MAX = 600
"""A test that takes longer hangs: whatever it waits for has no deadline of its own."""

FILES_MIN = 1_024
"""Open files that a suite of hundreds of clients may have, where nobody forbids it."""


class Hangs(BaseException):
    """Raised within a test that hangs; no `except Exception` shall swallow it."""


def _hangs(*_):
    raise Hangs(f"no end after {TEST_SECONDS_MAX} s")


class Report(unittest.TestResult):
    """One line a test; what failed is told in full at once."""

    def __init__(self, stream):
        super().__init__()
        self._stream = stream
        self._started = 0.0
        self.passed = 0
        self.failed = 0

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()
        signal.alarm(TEST_SECONDS_MAX)

    def stopTest(self, test):
        signal.alarm(0)
        super().stopTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._say("ok  ", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(test, str(err[1]))

    def addError(self, test, err):
        super().addError(test, err)
        frames = [frame for frame in traceback.extract_tb(err[2])
                  if "/unittest/" not in frame.filename]
        self._fail(test, f"{err[0].__name__}: {err[1]}\n"
                   + "".join(traceback.format_list(frames)))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._fail(subtest, f"{subtest}: {err[1]}")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._fail(test, f"skipped, which no test here may: {reason}")

    def _fail(self, test, text):
        self.failed += 1
        self._say("FAIL", test)
        for line in text.rstrip("\n").split("\n"):
            self._stream.write(f"       {line}\n")
        self._stream.flush()

    def _say(self, word, test):
        seconds = time.monotonic() - self._started
        title = test.shortDescription() or str(test)
        self._stream.write(f"{word} {seconds:6.1f} s  {title}\n")
        self._stream.flush()


def main(folder, description, options=()):
    """Runs every `test_*.py` of `folder`, or those whose titles or names hold a given word.

    `options` are functions that add arguments of the suite's own and are called again with what
    was chosen.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("words", nargs="*", help="run only tests whose name holds one of these")
    parser.add_argument("--update", action="store_true", help="write the golden screens anew")
    for option in options:
        option(parser=parser, chosen=None)
    chosen = parser.parse_args()
    screens.UPDATE = chosen.update
    for option in options:
        option(parser=None, chosen=chosen)

    folder = pathlib.Path(folder)
    sys.path.insert(0, str(folder))
    found = unittest.defaultTestLoader.discover(str(folder), "test_*.py", str(folder))
    tests = [test for test in _flat(found)
             if not chosen.words or any(word in _name(test) for word in chosen.words)]
    if not tests:
        sys.exit("no test has such a name")
    # A case that has a program crash wants no copy of its memory, which takes long to write.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES_MIN:
        resource.setrlimit(resource.RLIMIT_NOFILE, (
            FILES_MIN if hard == resource.RLIM_INFINITY else min(FILES_MIN, hard), hard))
    report = Report(sys.stdout)
    signal.signal(signal.SIGALRM, _hangs)
    unittest.TestSuite(tests).run(report)
    print(f"{report.passed} passed, {report.failed} failed", flush=True)
    sys.exit(0 if report.failed == 0 else 1)


def _flat(suite):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from _flat(each)
        else:
            yield each


def _name(test):
    return f"{test.id()} {test.shortDescription() or ''}"
