"""Two beats, one of which is killed: how long does nothing come, what is missing or doubled?"""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from benchmarks.clock import ticks
from benchmarks.figures import Value, longest_gap, repeated_and_missing
from benchmarks.messages import Consumer, Message
from benchmarks.options import positive
from benchmarks.stage import Stage
from benchmarks.trials.trial import Entry, Outcome, Trial

BEFORE, AFTER = "longest pause before [s]", "longest pause after kill -9 [s]"
MESSAGES, TWICE, MISSING = "messages", "sent twice", "not sent"
SCHEDULES = "schedules seen"


def measure(stage: Stage, entry: Entry, options: Namespace) -> Outcome:
    """A steady load; kill the beat that was started first; look on until messages come again."""
    since = stage.steady_load(entry.schedules, options.every, entry.beats)
    with Consumer(stage.queue) as consumer:
        stage.look_on(since + options.window, "a steady load")
        stage.beats.kill_first()
        killed = time.time()
        _wait_for_another(stage, consumer, killed)
        stage.look_on(time.time() + options.window, "one beat is killed")
        end = time.time()
    messages = [message for message in consumer.messages if message[0] >= since]
    arrivals = [arrival for arrival, _ in messages]
    # In the first interval beats find their pace.
    before = longest_gap(arrivals, since + options.every, killed)
    after: Value = longest_gap(arrivals, killed, end)
    if not any(arrival > killed for arrival in arrivals):
        after = f"no message within {stage.limit:.0f} s"
    counts = _account(stage, messages, options.every, end)
    silent = entry.schedules - counts.pop(SCHEDULES)
    counts[MISSING] += silent * int((end - since) / options.every)
    return Outcome({BEFORE: before, AFTER: after, MESSAGES: len(messages), **counts})


def _wait_for_another(stage: Stage, consumer: Consumer, killed: float) -> None:
    """Until a message came after the kill, for the limit at most."""
    for _ in ticks(0.2, killed + stage.limit):
        stage.check("one beat is killed")
        if consumer.messages and consumer.messages[-1][0] > killed:
            return


def _account(stage: Stage, messages: Sequence[Message], every: int, end: float) -> dict[str, int]:
    """Of the schedules that sent anything, what is doubled and what is missing.

    Where there is a ledger, by planned times; else by the times at which messages came.
    """
    times: dict[str, list[float]] = {}
    for (schedule, due), arrival in stage.occurrences(messages):
        instant = due if stage.contestant.keeps_ledger and due is not None else arrival
        times.setdefault(schedule, []).append(instant)
    each = [repeated_and_missing(of_one, every, end) for of_one in times.values()]
    twice, missing = (sum(counts) for counts in zip((0, 0), *each, strict=True))
    return {SCHEDULES: len(times), TWICE: twice, MISSING: missing}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--every",
        type=int,
        default=1,
        metavar="SECONDS",
        help="the interval of each schedule (default 1)",
    )
    parser.add_argument(
        "--window",
        type=positive,
        default=10.0,
        metavar="SECONDS",
        help="how long the load is watched before the kill, and again after it (default 10)",
    )


TRIAL = Trial(
    name="failover",
    title="Two beats, one killed",
    measures=(BEFORE, AFTER, MESSAGES, TWICE, MISSING),
    measure=measure,
    add_arguments=add_arguments,
    schedules=(10,),
    beats=(2,),
    peer_beats=2,
    shares=True,
)
