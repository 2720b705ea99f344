"""Waiting for a condition, never for a time."""

import threading
import time

DEADLINE_SECONDS = 60.0
"""Far more than anything takes: it ends what would wait for ever, and measures nothing."""

_LOOK_AGAIN_SECONDS = 0.02
_never = threading.Event()


class TimedOut(AssertionError):
    """What was waited for did not come about before the deadline."""


def look_again():
    """Lets a moment pass before a condition is looked at again."""
    _never.wait(_LOOK_AGAIN_SECONDS)


def wait_until(condition, what, seconds=DEADLINE_SECONDS):
    """Polls `condition` until it answers something true, and returns that.

    `what` says in the error what was waited for; it may be a function, called only then.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            text = what() if callable(what) else what
            raise TimedOut(f"not within {seconds:g} s: {text}")
        look_again()
