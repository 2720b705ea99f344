"""A disk that runs full under load: slowly, quickly and at once, with and without a kill.

While it is full nothing is confirmed, the process lives, consumers go on; afterwards it goes on by
itself, and nothing confirmed is lost.
"""

import math
import time

import ownfull
from Harness.waiting import TimedOut, wait_until
from process import Durable
from room import MEBIBYTE, Room
from traffic import Publisher, crew, end_life
from world import World, drain

ROOM_MEBIBYTES = 144
"""More than the broker wants to have free, so that it begins to serve at all."""
SLOW_MEBIBYTES = 100
"""Of these so many are left when it fills up slowly: it is short of room before its log is full."""
QUICK_MEBIBYTES = 120
"""And so many when it fills up quickly: a full log has to be copied, for which there is no room."""
SLOW_PAUSE_SECONDS = 0.03
STALLED_SECONDS = 2.0
"""Without a confirm for so long, publishers that have something to confirm are stalled."""
FREE_WHEN_STALLED_MAX = 64 * MEBIBYTE
FREE_WHEN_UNTOLD_MAX = 16 * MEBIBYTE
"""With more than that the broker still writes, hence reads, and can tell each that is blocked."""
BY_ITSELF_SECONDS = 15.0
"""How long the broker may take to find room once consumers have taken everything."""


def run(verdicts, seed):
    """All parts; raises `NotPermitted` when nothing can be mounted."""
    for title, part in (("a disk that fills up slowly",
                         lambda case: _fills_up(case, SLOW_MEBIBYTES, SLOW_PAUSE_SECONDS)),
                        ("a disk that fills up quickly",
                         lambda case: _fills_up(case, QUICK_MEBIBYTES, 0.0)),
                        ("a disk that is full at once", _at_once)):
        with Room(ROOM_MEBIBYTES) as room, Durable(room.path / "data") as broker:
            case = Case(verdicts, title, room, broker, f"{seed} {title}")
            try:
                part(case)
            except Exception as error:
                case.world.fault(f"{type(error).__name__}: {error}")
            case.judge(seed)
    ownfull.run(verdicts)


class Case:
    """A broker in a small room, its books and its clients."""

    def __init__(self, verdicts, title, room, broker, seed):
        self.verdicts = verdicts
        self.title = title
        self.room = room
        self.broker = broker
        self.world = World(broker, seed)
        self.world.backlog_max = math.inf
        self.actors = []

    def check(self, what, faults):
        self.verdicts.check(f"{self.title}: {what}", faults)

    def start(self, actors):
        self.actors += actors
        for actor in actors:
            actor.start()

    @property
    def publishers(self):
        return [actor for actor in self.actors if isinstance(actor, Publisher)]

    def wait_confirms(self, seconds=60):
        before = self.world.confirmed()
        wait_until(lambda: self.world.confirmed() > before or self.world.faults,
                   "a confirm", seconds)

    def wait_stalled(self):
        """Waits until nobody gets confirms for want of room.

        On a busy machine there may be none for a while although there is room.
        """
        last = [self.world.confirmed(), time.monotonic()]

        def is_stalled():
            confirmed = self.world.confirmed()
            if confirmed != last[0]:
                last[:] = [confirmed, time.monotonic()]
            is_quiet = time.monotonic() - last[1] > STALLED_SECONDS
            return self.world.faults or is_quiet and not self._other_than_stalled()
        try:
            wait_until(is_stalled, "the end of the confirms", 180)
            faults = []
        except TimedOut as error:
            faults = [str(error), *self._other_than_stalled()]
        self.check(f"confirms end: {self.room.free / MEBIBYTE:.1f} MiB free, "
                   f"{self.world.confirmed()} confirmed, {len(self.unconfirmed())} outstanding, "
                   f"{self.blocked} of {len(self.publishers)} publishers told that they are "
                   "blocked", faults)
        self.check_alive()

    @property
    def blocked(self):
        """How many publishers were told that they are blocked."""
        return sum(actor.is_blocked for actor in self.publishers)

    def _other_than_stalled(self):
        """What is otherwise where the broker has no room."""
        blocked, free = self.blocked, self.room.free
        faults = []
        if not self.unconfirmed() and not blocked:
            faults.append("no publisher waits for anything")
        if free > FREE_WHEN_STALLED_MAX:
            faults.append("there is room enough")
        if free > FREE_WHEN_UNTOLD_MAX and blocked < len(self.publishers):
            faults.append("not every publisher was told that it is blocked")
        return faults

    def check_alive(self):
        """Whether a new client is served."""
        faults = [] if self.broker.is_alive else [f"it has ended: {self.broker.output}"]
        if not faults:
            client = self.world.client()
            self.world.depth(client, "crash.a")
            client.close()
        self.check("the process lives and serves while there is no room", faults)

    def unconfirmed(self):
        """What publishers have sent and nobody confirmed, as `(route, key)`."""
        return [(route, key) for actor in self.publishers
                for route, key, _ in list(actor.pending.values())]

    def wait_confirmed(self, waiting):
        """Waits until everything that was outstanding is confirmed."""
        wait_until(lambda: self.world.faults or not set(waiting) & set(self.unconfirmed()),
                   lambda: f"{len(set(waiting) & set(self.unconfirmed()))} of {len(waiting)} "
                   "outstanding confirms", 90)
        self.wait_confirms()
        self.check(f"it goes on by itself: {len(waiting)} outstanding confirms have "
                   "come, and others after them", [])

    def rest(self):
        """Has publishers end, with room for what is on its way.

        What nobody consumes may have filled the disk again.
        """
        self.room.clear()
        for publisher in self.publishers:
            publisher.is_resting = True
        wait_until(lambda: self.world.faults or not self.unconfirmed(), "the last confirms", 90)

    def finish(self, is_in_order):
        """Ends the clients of this life, whose broker lives on or has been killed."""
        self.world.stop.set()
        for actor in self.actors:
            actor.join(120)
            if actor.is_alive():
                raise TimedOut(f"{actor.name} does not end")
        end_life(self.actors, is_in_order)
        self.actors = []

    def judge(self, seed):
        world = self.world
        faults = world.faults + [fault for branch in world.branches for fault in branch.faults]
        for route in world.routes:
            faults += route.judge_together()
        if faults:
            world.is_ending.set()
            self.broker.keep(f"full-{self.title.split()[-1]}-{seed}", "\n".join(faults))
        left = sum(branch.counts["left"] for branch in world.branches)
        acked = sum(branch.counts["acked"] for branch in world.branches)
        self.check(f"nothing confirmed is lost, order is kept: {world.confirmed()} confirmed, "
                   f"{acked} acked, {left} left", faults)


def _consumers_go_on(case):
    """Starts the consumers, and waits until they have taken all that is confirmed."""
    case.start([actor for actor in crew(case.world, publishers=0)])

    def missing():
        return {branch.queues[0]: branch.route.confirmed - branch.counts["delivered"]
                for branch in case.world.branches
                if branch.consumers and branch.route.confirmed > branch.counts["delivered"]}
    wait_until(lambda: case.world.faults or not missing(),
               lambda: f"what is there to be delivered, missing: {missing()}", 120)
    taken = sum(branch.counts["delivered"] for branch in case.world.branches)
    case.check(f"consumers go on: {taken} deliveries", [])


def _fills_up(case, mebibytes, pause):
    case.room.fill(leaving=mebibytes * MEBIBYTE)
    case.world.declare()
    case.start([Publisher(case.world, number, pause) for number in range(4)])
    case.wait_stalled()
    waiting = case.unconfirmed()
    _consumers_go_on(case)
    try:
        case.wait_confirms(BY_ITSELF_SECONDS)
        said = "what consumers took makes room enough"
    except TimedOut:
        # The store may hold twice the messages, a segment and the log; on a disk as small as this
        # one that can be all there is.
        said = (f"other files have to make room: {case.room.free / MEBIBYTE:.1f} MiB free, "
                f"{_left(case.world)} messages left")
        case.room.clear()
    case.check(said, [])
    case.wait_confirmed(waiting)
    case.rest()
    case.finish(is_in_order=True)
    if (code := case.broker.stop()) != 0:
        case.world.fault(f"a stop in order has the exit code {code}")
    case.world.begin_life()
    case.broker.start()
    drain(case.world)


def _left(world):
    return sum(branch.count_open()[0] for branch in world.branches)


def _at_once(case):
    case.world.declare()
    case.start(crew(case.world))
    case.wait_confirms()
    for is_last in (False, True):
        case.wait_confirms()
        case.room.fill()
        case.wait_stalled()
        if is_last:
            break
        waiting = case.unconfirmed()
        case.room.clear()
        case.wait_confirmed(waiting)
    case.world.is_ending.set()
    case.broker.kill()
    case.finish(is_in_order=False)
    _start_while_full(case)
    case.room.clear()
    case.world.begin_life()
    case.broker.start()
    case.world.check_depths()
    drain(case.world)


def _start_while_full(case):
    """On a full disk it serves."""
    try:
        case.broker.start()
        case.check_alive()
        case.broker.kill()
        faults = []
    except AssertionError as refusal:
        faults = [str(refusal).strip()]
    case.check("a start after a kill while there is no room", faults)
