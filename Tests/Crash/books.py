"""What became of every message, over all the lives of a broker that is killed again and again.

A life is the time between two starts. A route is a way from publishers to one or more branches; a
branch is a queue, and perhaps the queue of its dead letters. Messages are numbered for each route
and publisher, and of each the books keep a few bytes:

    published   SENT -> CONFIRMED | UNCERTAIN (the life ended before the answer)
    settled     OPEN -> ASKED (an ack or a rejection is on its way)
                        ASKED -> MAYBE (the life ended; it may come back, marked redelivered)
                        ASKED -> DONE (it was durable: something published later was confirmed)

A confirmed message that is OPEN must be there. One that is SENT or UNCERTAIN may be. Nothing comes
back once it is DONE. An uncertain message of a fanout is in all of its queues or in none.

Nobody returns messages here, hence within a life each consumer gets the numbers of each publisher
in growing order, and nothing that was published in that life is marked redelivered.
"""

import collections
import threading

SENT, CONFIRMED, UNCERTAIN = 1, 2, 3
OPEN, ASKED, MAYBE, DONE = 0, 1, 2, 3
MAIN, DEAD = 0, 1
FAULTS_KEPT = 20


class Pages(collections.defaultdict):
    """One byte for each number of each publisher."""

    def __init__(self):
        super().__init__(bytearray)

    def get_byte(self, key):
        page = self[key[0]]
        return page[key[1]] if key[1] < len(page) else 0

    def set_byte(self, key, value):
        page = self[key[0]]
        if key[1] >= len(page):
            page.extend(bytes(key[1] + 1024 - len(page)))
        page[key[1]] = value


class Route:
    """How messages are published to some branches; its keys are `(publisher, number)`."""

    def __init__(self, index, exchange, key, branches):
        self.index = index
        self.exchange = exchange
        self.key = key
        self.branches = branches
        self.lock = threading.Lock()
        self.states = Pages()
        self.life_of = Pages()
        self.next_number = collections.Counter()
        self.confirmed = 0
        self.uncertain = 0
        for branch in branches:
            branch.route = self

    def next(self, publisher, life):
        """The key of a message that is about to be sent."""
        with self.lock:
            key = (publisher, self.next_number[publisher])
            self.next_number[publisher] += 1
            self.states.set_byte(key, SENT)
            self.life_of.set_byte(key, life)
            return key

    def answered(self, key, state):
        """What the broker said of a message, or UNCERTAIN when its life ended without a word."""
        with self.lock:
            self.states.set_byte(key, state)
            self.confirmed += state == CONFIRMED
            self.uncertain += state == UNCERTAIN

    def keys(self):
        """All that was ever sent this way."""
        for publisher, count in list(self.next_number.items()):
            for number in range(count):
                yield publisher, number

    def backlog(self):
        """Messages in the longest of the first queues, roughly."""
        return self.confirmed - min(branch.left_main for branch in self.branches)

    def judge_together(self):
        """Faults of uncertain messages that are in some of the branches and not in the others.

        One whose ack was on its way when the life ended may be in the queues whose consumer was
        slower; of such nothing is demanded.
        """
        excused = set().union(*(branch.excused for branch in self.branches))
        for key in self.keys():
            if self.states.get_byte(key) != UNCERTAIN or key in excused:
                continue
            life = self.life_of.get_byte(key)
            places = {branch.last_life(key) > life for branch in self.branches}
            if len(places) > 1:
                yield f"{self.exchange} {key} came back in one queue and not in the other"


class Branch:
    """A queue, perhaps the queue of its dead letters, and what consumers know of the messages."""

    route = None

    def __init__(self, queue, dead=None, consumers=1):
        self.queues = (queue,) if dead is None else (queue, dead)
        self.consumers = consumers
        self.lock = threading.Lock()
        self.seen = (Pages(), Pages())
        self.settled = Pages()
        """Acks, from whichever of the two queues."""
        self.moved = Pages()
        """Rejections, which move from the first queue to the second."""
        self.highest = {}
        self.excused = set()
        self.left_main = 0
        self.counts = collections.Counter()
        self.marked_needlessly_max = 0
        self.faults = []

    def last_life(self, key):
        """The last life in which a message was delivered, counted from 1."""
        return max(pages.get_byte(key) for pages in self.seen)

    def delivered(self, place, key, redelivered, life):
        """Enters a delivery, and a fault if it may not be."""
        with self.lock:
            self.counts["delivered"] += 1
            if self.route.states.get_byte(key) == 0:
                self.fault(key, "was delivered and never published")
            before = self.seen[place].get_byte(key)
            if before == life:
                self.fault(key, f"came twice from {self.queues[place]} in one life")
            self._check_acks(place, key, redelivered)
            if place == MAIN:
                self._check_main(key, redelivered, life, before)
            else:
                self._check_dead(key, redelivered, before)
            self.seen[place].set_byte(key, life)

    def _check_acks(self, place, key, redelivered):
        settled = self.settled.get_byte(key)
        if settled == DONE:
            self.fault(key, "came back though its ack was durable")
        elif settled == ASKED:
            self.fault(key, "came while its ack was on its way")
        elif settled == MAYBE:
            self._came_back(self.settled, key, redelivered)
            self.left_main -= place == MAIN

    def _came_back(self, pages, key, redelivered):
        self.counts["settled again"] += 1
        pages.set_byte(key, OPEN)
        if not redelivered:
            self.fault(key, "came back after its ack or rejection as if it were new")

    def _check_main(self, key, redelivered, life, before):
        if before and not redelivered:
            self.fault(key, "came again as if it were new")
        if not before and redelivered:
            self.counts["marked needlessly"] += 1
            if self.route.life_of.get_byte(key) == life:
                self.fault(key, "is new and marked redelivered")
        moved = self.moved.get_byte(key)
        if moved == DONE or self.seen[DEAD].get_byte(key) == life:
            self.fault(key, "came back from the dead")
        elif moved == ASKED:
            self.fault(key, "came while its rejection was on its way")
        elif moved == MAYBE:
            self._came_back(self.moved, key, redelivered)
            self.left_main -= 1
        publisher, number = key
        if self.consumers == 1 and not before and number < self.highest.get(publisher, -1):
            self.fault(key, f"came after {self.highest[publisher]}, which was published later")
        self.highest[publisher] = max(number, self.highest.get(publisher, -1))

    def _check_dead(self, key, redelivered, before):
        moved = self.moved.get_byte(key)
        if moved == OPEN:
            self.fault(key, "is dead and nobody rejected it")
        elif moved == MAYBE:
            self.moved.set_byte(key, DONE)
        if moved in (MAYBE, DONE) and before and not redelivered:
            self.fault(key, "came again from the dead letters as if it were new")

    def asked(self, place, key, is_rejected):
        """An ack or a rejection is about to be sent."""
        with self.lock:
            (self.moved if is_rejected else self.settled).set_byte(key, ASKED)
            self.left_main += place == MAIN
            self.counts["rejected" if is_rejected else "acked"] += 1

    def ended(self, settles, is_durable):
        """A life is over, and with it these settles; `settles` are `(key, is_rejected)`."""
        with self.lock:
            for key, is_rejected in settles:
                pages = self.moved if is_rejected else self.settled
                # A dead letter that was taken in this life proves nothing of the next one.
                pages.set_byte(key, DONE if is_durable else MAYBE)
                if self.route.states.get_byte(key) != CONFIRMED:
                    self.excused.add(key)

    def count_open(self):
        """How many messages must be there, and how many may be, in both queues together."""
        with self.lock:
            least = most = 0
            for key in self.route.keys():
                settled = self.settled.get_byte(key)
                must = self.route.states.get_byte(key) == CONFIRMED and settled == OPEN
                least += must
                most += must or settled in (OPEN, MAYBE)
            return least, most

    def judge_end(self, life):
        """Enters what is lost, after all queues were emptied in this life."""
        for key in self.route.keys():
            must = (self.route.states.get_byte(key) == CONFIRMED
                    and self.settled.get_byte(key) == OPEN)
            places = [place for place in (MAIN, DEAD) if self.seen[place].get_byte(key) == life]
            if must and not places:
                self.fault(key, "is lost")
            if len(places) > 1:
                self.fault(key, "is in both queues")

    def fault(self, key, text):
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(f"{self.queues[MAIN]}: {key} {text}")
