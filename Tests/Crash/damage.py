"""Damaged and foreign files, a directory that is taken, and many queues at a start."""

import re
import struct

from Benchmarks.measure import cpu_seconds_exactly
from Harness import frames, rawclient
from Harness.waiting import wait_until
from process import Durable

QUEUE = "crash.damaged"
VERSION_OFFSET = 8
NEWER = 77
DATA_ERROR, UNAVAILABLE = 65, 69
EMPTY_QUEUES = 10_000
START_CPU_SECONDS_MAX = 10.0
"""Far more than it may take; the figure itself is printed."""

PERSISTENT = frames.properties(delivery_mode=frames.PERSISTENT)
LOG, SEGMENT = "log-*", "segment-*"


def run(verdicts, seed):
    """Damage at rest, which a start finds or a reader."""
    for kind, size, what in ((LOG, 1024, "of the log"), (SEGMENT, 16_384, "of a segment")):
        with Durable() as broker:
            name = f"a flipped byte in the middle {what}"
            _judge(broker, verdicts, f"damage-{kind[:3]}-{seed}", name,
                   lambda: _flip(broker, kind, size))
    _foreign(verdicts, seed)
    _taken(verdicts, seed)


def _judge(broker, verdicts, keeps, title, part):
    """Checks what a part answers: a list of faults, and a text for the title."""
    try:
        faults, text = part()
    except Exception as error:
        faults, text = [f"{type(error).__name__}: {error}"], ""
    if faults:
        broker.keep(keeps, f"{title}\n" + "\n".join(faults))
    verdicts.check(f"{title}{text}", faults)


def _files(broker, pattern):
    """Files that hold more than their header, the biggest first."""
    found = [path for path in broker.data.glob(pattern) if path.stat().st_size > 4096]
    return sorted(found, key=lambda path: -path.stat().st_size)


def _fill(broker, kind, size):
    """Publishes numbered messages, confirmed, until there is a file of a kind; answers how many.

    A segment counts once the checkpoint that it belongs to has come to its end, which removes the
    log file that came before; one of large pieces would stay, so for a segment each message goes
    alone.
    """
    step = 1 if kind == SEGMENT else 50
    first = broker.data / f"log-{1:016x}"
    client = rawclient.Client(broker.port)
    client.channel(1)
    client.call(frames.queue_declare(1, QUEUE, durable=True), "queue.declare-ok")
    client.call(frames.confirm_select(1), "confirm.select-ok")
    count = confirmed = 0
    while count < 2000 or (kind == SEGMENT and first.exists()):
        client.send(b"".join(
            frames.publish(1, "", QUEUE, b"%d " % number + bytes(size), properties=PERSISTENT)
            for number in range(count, count + step)))
        count += step
        while confirmed < count:
            for event in client.events(1.0):
                confirmed = max(confirmed, event.arguments[0])
        if count > 40_000:
            raise AssertionError(f"no {kind} after {count} messages of {size} octets")
    client.close()
    return count


def _take(broker):
    """Takes all that the queue has, and answers the numbers and wrong bodies."""
    client = rawclient.Client(broker.port)
    client.channel(1)
    numbers, wrong = [], []
    while (event := client.call(frames.get(1, QUEUE, no_ack=True), "basic.get-ok",
                                "basic.get-empty")).name == "basic.get-ok":
        number, _, rest = event.body.partition(b" ")
        numbers.append(int(number))
        if rest.strip(b"\0"):
            wrong.append(f"{int(number)} has another body than was published")
    client.close()
    return numbers, wrong


def _flip(broker, kind, size):
    count = _fill(broker, kind, size)
    broker.stop()
    victim = _files(broker, kind)[0]
    with victim.open("r+b") as file:
        file.seek(victim.stat().st_size // 2)
        octet = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([octet[0] ^ 0x40]))
    broker.start()
    numbers, faults = _take(broker)
    copies = list(broker.data.glob(f"quarantine-{victim.name}-*"))
    lost = count - len(numbers)
    if numbers != sorted(set(numbers)):
        faults.append("what was served is out of order or doubled")
    if not copies:
        faults.append("there is no quarantine file")
    saved = sum(path.stat().st_size for path in copies)
    if not 0 < lost * size <= saved:
        faults.append(f"{lost} messages of {count} are not served; put aside were {saved} "
                      "octets")

    def is_told():
        return re.search(rf"damaged .*{victim.name}", broker.output) and \
            all(path.name in broker.output for path in copies)
    try:
        wait_until(is_told, "a word about it")
    except AssertionError:
        faults.append(f"standard error does not name {victim.name} and its copy: "
                      f"{broker.output!r}")
    return faults, f": {lost} of {count} messages were put aside, the rest is served"


def _foreign(verdicts, seed):
    """Files of a later version."""
    with Durable() as broker:
        _fill(broker, SEGMENT, 16_384)
        broker.stop()
        for path in [broker.data / "root", _files(broker, LOG)[0], _files(broker, SEGMENT)[0]]:
            kind = path.name.partition("-")[0]
            _judge(broker, verdicts, f"version-{kind}-{seed}",
                   f"an unknown version of the {kind} file is refused",
                   lambda path=path: _try_version(broker, path))
        broker.start()
        numbers, faults = _take(broker)
        verdicts.check(f"with the right versions all is there: {len(numbers)} messages",
                       faults + ([] if numbers else ["nothing is left"]))


def _try_version(broker, path):
    before = path.read_bytes()
    path.write_bytes(before[:VERSION_OFFSET] + struct.pack("<L", NEWER)
                     + before[VERSION_OFFSET + 4:])
    others = {each: each.read_bytes() for each in broker.data.iterdir() if each != path}
    code, said = broker.refusal()
    faults = []
    if code != DATA_ERROR:
        faults.append(f"the exit code is {code}: {said}")
    if path.name not in said or str(NEWER) not in said:
        faults.append(f"the refusal does not name file and version: {said!r}")
    path.write_bytes(before)
    for each, content in others.items():
        if each.name != "lock" and (not each.exists() or each.read_bytes() != content):
            faults.append(f"{each.name} is not what it was before the refused start")
            each.write_bytes(content)
    return faults, f": {said.strip()}"


def _taken(verdicts, seed):
    with Durable() as broker:
        def part():
            code, said = broker.refusal()
            faults = [] if code == UNAVAILABLE else [f"the exit code is {code}"]
            for word in (str(broker.pid), f"127.0.0.1:{broker.port}"):
                if word not in said:
                    faults.append(f"{word} is not in {said!r}")
            return faults, f": {said.strip().replace(str(broker.data), 'DIRECTORY')}"
        _judge(broker, verdicts, f"taken-{seed}", "a second one on the same directory is refused",
               part)


def many_queues(verdicts, seed):
    """A start with many empty durable queues, after a stop in order and after a kill."""
    with Durable() as broker:
        client = rawclient.Client(broker.port)
        client.channel(1)
        for start in range(0, EMPTY_QUEUES, 500):
            client.send(b"".join(frames.queue_declare(1, f"crash.empty.{number}", durable=True)
                                 for number in range(start, start + 500)))
            for _ in range(500):
                client.call(b"", "queue.declare-ok") if not client.waiting else \
                    client.waiting.popleft()
        client.close()
        declared = cpu_seconds_exactly(broker.pid)
        for title, end in (("a stop in order", broker.stop), ("a kill", broker.kill)):
            end()
            seconds = broker.start()
            client = rawclient.Client(broker.port)
            client.channel(1)
            # Passive: a queue that is not there would close the channel.
            for number in (0, EMPTY_QUEUES // 2, EMPTY_QUEUES - 1):
                client.call(frames.queue_declare(1, f"crash.empty.{number}", passive=True),
                            "queue.declare-ok")
            client.close()
            verdicts.check(
                f"{EMPTY_QUEUES:,} empty queues after {title}: {seconds:.2f} s of CPU to start "
                f"(to declare them: {declared:.1f} s)",
                [f"more than {START_CPU_SECONDS_MAX} s"]
                if seconds > START_CPU_SECONDS_MAX else [])
