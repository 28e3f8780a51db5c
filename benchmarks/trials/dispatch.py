"""Many schedules due at one instant: when is the first message queued, when the last?"""

import time
from argparse import ArgumentParser, Namespace
from math import ceil

from benchmarks.errors import BenchmarkError, NotInTimeError
from benchmarks.figures import Value
from benchmarks.messages import Queue
from benchmarks.options import counts
from benchmarks.stage import Stage
from benchmarks.trials.trial import Entry, Outcome, Trial

FIRST, LAST = "first queued [s]", "last queued [s]"
CURVE_POINTS_PER_SECOND = 10
# Whoever sends anything twice has done so by then.
AFTERWARDS_SECONDS = 1.0


class Course:
    """How the queue grows from the due time on."""

    def __init__(self, due_at: float) -> None:
        self.due_at = due_at
        self.first: float | None = None
        self.points: list[tuple[float, int]] = [(0.0, 0)]

    def __call__(self, now: float, length: int) -> None:
        """One look at the queue."""
        if length and self.first is None:
            self.first = now - self.due_at
        if now - self.due_at - self.points[-1][0] >= 1 / CURVE_POINTS_PER_SECOND:
            self.points.append((round(now - self.due_at, 3), length))


def measure(stage: Stage, entry: Entry, options: Namespace) -> Outcome:
    """Load, start, wait for the instant, count. BenchmarkError if a message is missing or twice."""
    # As people write it: on the second.
    due_at = ceil(time.time() + stage.lead(entry.schedules))
    stage.load(entry.schedules, due_at=due_at)
    stage.start_beats(entry.beats)
    stage.expect_before(due_at)
    stage.look_on(due_at, "waiting for the instant")
    course = Course(due_at)
    last: Value
    try:
        last = stage.wait_for_messages(entry.schedules, course) - due_at
        course.points.append((last, entry.schedules))
        stage.look_on(time.time() + AFTERWARDS_SECONDS, "is anything sent twice?")
        check_each_once(stage.queue, entry.schedules)
    except NotInTimeError as late:
        last = str(late)
    first: Value = "none" if course.first is None else course.first
    return Outcome({FIRST: first, LAST: last}, course.points)


def check_each_once(queue: Queue, count: int) -> None:
    """BenchmarkError unless there are exactly so many messages, all different."""
    length, different = queue.length(), len(set(queue.arguments()))
    if (length, different) != (count, count):
        raise BenchmarkError(
            f"{count:,} schedules were due and there are {length:,} messages, "
            f"{different:,} of them different."
        )


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--beats",
        type=counts,
        default=(1,),
        metavar="LIST",
        help="how many beats of ours, such as 1,3 (default 1); peers have one",
    )


TRIAL = Trial(
    name="dispatch",
    title="All due at one instant",
    measures=(FIRST, LAST),
    measure=measure,
    add_arguments=add_arguments,
)
