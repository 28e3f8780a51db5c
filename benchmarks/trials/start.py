"""From the start of beat's process to the first message of a schedule that is due already."""

import time
from argparse import Namespace

from benchmarks.stage import Stage
from benchmarks.trials.trial import DAY_SECONDS, Entry, Outcome, Trial

FIRST = "first message [s]"


def measure(stage: Stage, entry: Entry, options: Namespace) -> Outcome:
    """Load what is due tomorrow, start."""
    stage.load(entry.schedules, due_at=time.time() + DAY_SECONDS)
    return Outcome({FIRST: stage.start_beats()})


TRIAL = Trial(
    name="start",
    title="Start of beat to its first message",
    measures=(FIRST,),
    measure=measure,
)
