"""Processes that are not one's own children, as `/proc` shows them."""

import os
import pathlib
import signal

from .waiting import TimedOut, wait_until


def is_alive(pid):
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    return _state(pid) not in (None, "Z", "X")


def end_session(leader):
    """Waits until the processes of a session have ended; kills those that do not, and says so."""
    def members():
        return [int(each.name) for each in pathlib.Path("/proc").iterdir()
                if each.name.isdigit() and _session(each.name) == leader and is_alive(each.name)]
    try:
        wait_until(lambda: not members(), lambda: f"the end of the processes {members()}")
    except TimedOut:
        for pid in members():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # It has ended meanwhile.
        wait_until(lambda: not members(), lambda: f"the end of {members()} by a kill")
        raise


def _state(pid):
    fields = _fields(pid)
    return fields[0] if fields else None


def _session(pid):
    fields = _fields(pid)
    return int(fields[3]) if fields else None


def _fields(pid):
    """What stands behind the name in `stat`: state, parent, group, session…; none without it."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
