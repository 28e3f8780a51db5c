"""A change that another process commits: when is it noticed, and what does it disturb?"""

import time
from argparse import ArgumentParser, Namespace

from benchmarks.clock import ticks
from benchmarks.errors import NotInTimeError
from benchmarks.figures import Value, longest_gap
from benchmarks.messages import Consumer
from benchmarks.options import positive
from benchmarks.processes import cpu_seconds
from benchmarks.stage import Stage
from benchmarks.trials.trial import DAY_SECONDS, Entry, Outcome, Trial

NOTICED, CPU = "noticed [s]", "beat's CPU for it [s]"
SILENCE = "longest silence of a 1 s schedule [s]"


def measure(stage: Stage, entry: Entry, options: Namespace) -> Outcome:
    """First a new schedule that is due at once; then edits beside one that is due each second."""
    stage.load(entry.schedules, due_at=time.time() + DAY_SECONDS)
    stage.start_beats()
    noticed = _notice(stage)
    stage.beats.stop()
    stage.load(1, every=1)
    stage.start_beats()
    silence = _disturb(stage, options.edit_every, options.window)
    return Outcome({**noticed, SILENCE: silence})


def _notice(stage: Stage) -> dict[str, Value]:
    (beat,) = stage.beats.running
    before = cpu_seconds(beat.pid)
    due_at = stage.hand("add_due")
    try:
        # The message may even be there before the hand has told when it was due.
        noticed = max(stage.wait_for_messages(1) - due_at, 0.0)
    except NotInTimeError:
        return {NOTICED: f"not noticed within {stage.limit:.0f} s", CPU: "-"}
    return {NOTICED: noticed, CPU: cpu_seconds(beat.pid) - before}


def _disturb(stage: Stage, every: float, window: float) -> float:
    """The longest silence while edits come `every` so many seconds."""
    begin = time.time()
    with Consumer(stage.queue) as consumer:
        for _ in ticks(every, begin + window):
            stage.check("edits beside a schedule of one second")
            stage.hand("edit")
    return longest_gap(consumer.arrivals(), begin, time.time())


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--edit-every",
        type=positive,
        default=2.0,
        metavar="SECONDS",
        help="from edit to edit (default 2)",
    )
    parser.add_argument(
        "--window",
        type=positive,
        default=60.0,
        metavar="SECONDS",
        help="how long edits go on (default 60)",
    )


TRIAL = Trial(
    name="change",
    title="A change committed by another process",
    measures=(NOTICED, CPU, SILENCE),
    measure=measure,
    add_arguments=add_arguments,
    shares=True,
)
