"""Two brokers' transcripts side by side."""

import difflib

from Harness import brokers
from differences import DIFFERENCES


def wanted(case, name, transcript):
    """What the broker under test should answer, by RabbitMQ's transcript of that scenario."""
    expected = list(transcript)
    case.assertNotIn("broke off", "\n".join(expected), "the scenario itself is wrong")
    for theirs, ours, _ in DIFFERENCES.get(name, []):
        case.assertIn(theirs, expected, "a listed difference that does not occur")
        if brokers.UNDER_TEST == "queuetop":
            expected[expected.index(theirs)] = ours
    return expected


def compare(case, reference, expected, tested, answered):
    """Fails with the lines that differ."""
    if answered != expected:
        case.fail("\n".join(difflib.unified_diff(
            expected, answered, reference.name, tested.name, lineterm="", n=1)))
