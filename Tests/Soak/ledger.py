"""What became of every message of the checked queues.

A route is a way from publishers to one or more branches. A branch is a queue and the queue of its
dead letters. A message's body says its route and its number there, and the books keep a few bytes
a message, whatever happens to it:

    published   sent -> confirmed | refused | uncertain (the connection ended before the answer)
    settled     open -> asked (an ack is on its way) -> done (a later answer proves it)
                        asked -> uncertain (the connection ended before that)

A confirmed message is in the end either acknowledged or left in exactly one queue of each branch. A
refused one is nowhere. What is uncertain may be there once. A second delivery from the same queue
is marked redelivered, and nothing comes after its ack was proven.
"""

import threading

SENT, CONFIRMED, REFUSED, UNCERTAIN = 1, 2, 3, 4
OPEN, ASKED, DONE, MAYBE = 0, 1, 2, 3
MAIN, DEAD = 0, 1
FAULTS_KEPT = 20


class Book:
    """One byte a number, which grows with the numbers."""

    def __init__(self):
        self._bytes = bytearray()

    def __getitem__(self, number):
        return self._bytes[number] if number < len(self._bytes) else 0

    def __setitem__(self, number, value):
        if number >= len(self._bytes):
            self._bytes.extend(bytes(max(1024, number + 1 - len(self._bytes))))
        self._bytes[number] = value


class Route:
    """How messages are published to some branches, and what publishers know of them."""

    def __init__(self, index, name, exchange, key, branches, headers=None, is_limited=False):
        self.index = index
        self.name = name
        self.exchange = exchange
        self.key = key
        self.headers = headers
        self.is_limited = is_limited
        self.branches = [Branch(self, branch) for branch in branches]
        self.lock = threading.Lock()
        self.states = Book()
        self.sent = 0
        self.counts = dict.fromkeys((CONFIRMED, REFUSED, UNCERTAIN), 0)

    def next(self):
        """The number of a message that is about to be sent."""
        with self.lock:
            number = self.sent
            self.sent += 1
            self.states[number] = SENT
            return number

    def answered(self, numbers, state):
        """What the broker said of messages, or UNCERTAIN when it said nothing."""
        with self.lock:
            for number in numbers:
                self.states[number] = state
                self.counts[state] += 1

    def backlog(self):
        """Messages that are in the longest of the branches, roughly."""
        return self.counts[CONFIRMED] - min(branch.acknowledged for branch in self.branches)


class Branch:
    """A queue, the queue of its dead letters, and what consumers know of their messages."""

    def __init__(self, route, name):
        self.route = route
        self.name = name
        self.queues = (f"soak.{name}", f"soak.{name}.dead")
        self.lock = threading.Lock()
        self.seen = (Book(), Book())
        self.settled = Book()
        self.left_main = Book()
        self.acknowledged = 0
        self.uncertain = 0
        self.deliveries = 0
        self.repeated = 0
        self.faults = []

    def delivered(self, place, number, redelivered):
        """Enters a delivery, and a fault if it may not be."""
        with self.lock:
            self.deliveries += 1
            if self.route.states[number] in (0, REFUSED):
                self._fault(number, "was delivered and never published")
            settled = self.settled[number]
            if settled == DONE:
                self._fault(number, "came after its ack was proven")
            elif settled == ASKED:
                self._fault(number, "came while its ack was on its way")
            elif settled == MAYBE:
                self.settled[number] = OPEN
                self.acknowledged -= 1
                self.uncertain -= 1
            if self.seen[place][number]:
                self.repeated += 1
                if not redelivered:
                    self._fault(number, f"came twice from {self.queues[place]} as if it were new")
            if place == MAIN and (self.left_main[number] or self.seen[DEAD][number]):
                self._fault(number, "came back from the dead")
            self.seen[place][number] = 1

    def asked(self, number):
        """An ack is about to be sent."""
        with self.lock:
            self.settled[number] = ASKED
            self.acknowledged += 1

    def proven(self, acked, rejected):
        """The broker has answered what was sent after these acks and rejections."""
        with self.lock:
            for number in acked:
                self.settled[number] = DONE
            for number in rejected:
                self.left_main[number] = 1

    def forsaken(self, acked):
        """The connection is about to end before these acks were proven."""
        with self.lock:
            for number in acked:
                self.settled[number] = MAYBE
                self.uncertain += 1

    def missing(self, found):
        """Numbers that must be in a queue and are not among those found."""
        return [number for number in range(self.route.sent)
                if self.route.states[number] == CONFIRMED and self.settled[number] == OPEN
                and number not in found]

    def judge(self, found):
        """Faults of what was left in the queues, as a list of `(place, number)`."""
        once = set()
        for place, number in found:
            if number in once:
                self._fault(number, "was left twice")
            once.add(number)
            if self.route.states[number] in (0, REFUSED):
                self._fault(number, "was left and never published")
            if self.settled[number] in (ASKED, DONE):
                self._fault(number, f"was left in {self.queues[place]} in spite of its ack")
        for number in self.missing(once):
            self._fault(number, "is lost")
        return self.faults

    def _fault(self, number, text):
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(f"{self.route.name} {number} {text}")
