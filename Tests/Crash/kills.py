"""Lives that end in the midst of the load, by a kill or by a stop in order."""

import time

from Harness.waiting import TimedOut, wait_until
from process import Durable
from traffic import crew, end_life, was_settled
from world import World, drain

JOIN_SECONDS_MAX = 120.0


def run(verdicts, seed, rounds, kills):
    """Ends a broker so often under load, and judges all that came of it.

    `kills` says whether by SIGKILL, else by SIGTERM.
    """
    word = "kill" if kills else "stop"
    faults = []
    with Durable() as broker:
        world = World(broker, f"{seed} {word}", competitors=2 if kills else 1)
        try:
            world.declare()
            _rounds(world, rounds, word, f"{word}-{seed}-before")
        except Exception as error:  # A start that failed, a broker that does not answer.
            faults.append(f"life {world.life}: {type(error).__name__}: {error}")
        _judge(world, verdicts, rounds, word, faults)
        if faults or world.faults or any(branch.faults for branch in world.branches):
            broker.keep(f"{word}-{seed}", "\n".join(
                [f"seed {seed}", *faults, *world.faults,
                 *(fault for branch in world.branches for fault in branch.faults)]))
        else:
            broker.discard(f"{word}-{seed}-before")


def _rounds(world, rounds, word, copy):
    """All lives, or those up to the first fault; `copy` is what the last start found."""
    print("   life  after   sent  confirmed  uncertain | acked  back   rejected |  left  start CPU")
    for number in range(rounds):
        seconds = _live(world, word)
        world.begin_life()
        world.broker.keep(copy)
        start_cpu = world.broker.start()
        _tell(world, seconds, start_cpu)
        world.check_depths()
        if number + 1 == rounds or world.faults:
            drain(world)
            break
    if world.broker.stop() != 0:
        world.fault("the last stop in order has another exit code than 0")
    world.begin_life()
    world.broker.start()
    client = world.client()
    for branch in world.branches:
        for queue in branch.queues:
            if left := world.depth(client, queue):
                world.fault(f"{queue}: {left} messages came back that were taken before a stop")
    client.close()


def _live(world, word):
    """One life under load; answers after how long it was ended."""
    actors = crew(world)
    before = world.confirmed()
    for actor in actors:
        actor.start()
    wait_until(lambda: world.confirmed() > before or world.faults,
               "the first confirm of a life")
    if world.life == 1:
        # The lives may be too short for load of every kind, each of them.
        wait_until(lambda: was_settled(actors) or world.faults, "acks and rejections")
    seconds = world.random("end").uniform(0.02, 3.0)
    began = time.monotonic()
    world.stop.wait(seconds)  # The moment is random; nothing is waited for.
    world.is_ending.set()
    if word == "kill":
        world.broker.kill()
    elif (code := world.broker.stop()) != 0:
        world.fault(f"a stop in order has the exit code {code}")
    world.stop.set()
    deadline = time.monotonic() + JOIN_SECONDS_MAX
    for actor in actors:
        actor.join(max(0.0, deadline - time.monotonic()))
        if actor.is_alive():
            raise TimedOut(f"{actor.name} does not end")
    end_life(actors, word == "stop")
    return time.monotonic() - began


def _tell(world, seconds, start_cpu):
    def total(what):
        return sum(branch.counts[what] for branch in world.branches)
    print(f"{world.life - 1:7} {seconds:5.2f} s "
          f"{sum(sum(route.next_number.values()) for route in world.routes):6} "
          f"{world.confirmed():10} {sum(route.uncertain for route in world.routes):10} | "
          f"{total('acked'):6} {total('settled again'):5} {total('rejected'):9} | "
          f"{sum(branch.count_open()[0] for branch in world.branches):6} "
          f"{start_cpu:8.2f} s", flush=True)


def _judge(world, verdicts, rounds, word, faults):
    verdicts.check(f"{rounds} times {word}: every start succeeds, every client is served",
                   faults + world.faults)
    for branch in world.branches:
        counts = branch.counts
        verdicts.check(
            f"{word}: {' and '.join(branch.queues)}: nothing confirmed is lost, order is kept: "
            f"{counts['delivered']} deliveries, {counts['settled again']} came back, "
            f"{counts['left']} left", branch.faults)
        if word == "stop":
            _judge_marks(branch, verdicts)
    for route in world.routes:
        if len(route.branches) > 1:
            verdicts.check(f"{word}: {route.exchange}: what nobody confirmed is in all queues "
                           "or in none", list(route.judge_together()))
    total = {what: sum(branch.counts[what] for branch in world.branches)
             for what in ("acked", "rejected", "left")}
    verdicts.check(f"{word}: there was load of every kind: {world.confirmed()} confirms",
                   [f"nothing was {what}" for what, count in total.items() if not count]
                   + ([] if world.confirmed() else ["nothing was confirmed"]))


def _judge_marks(branch, verdicts):
    """Whether what nobody ever got is marked redelivered after a stop in order.

    What was on its way to a consumer when the broker stopped is: at most its prefetch.
    """
    found, most = branch.counts["marked needlessly"], branch.marked_needlessly_max
    verdicts.check(f"stop: {branch.queues[0]}: only what was on its way is marked redelivered: "
                   f"{found} of at most {most}",
                   [f"{found} are marked"] if found > most else [])
