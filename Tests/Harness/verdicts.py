"""Prints and counts what held and what did not, for suites that are one long run."""

FAULTS_SHOWN = 20


class Verdicts:
    """The lines of such a suite; the last one is printed by `end`."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, title, faults):
        """One line for what held; all faults of what did not."""
        self.failed += bool(faults)
        self.passed += not faults
        print(f"{'FAIL' if faults else 'ok  '} {title}", flush=True)
        for fault in faults[:FAULTS_SHOWN]:
            print(f"       {fault}", flush=True)

    def end(self):
        """Prints the count, and answers the exit code."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed else 0
