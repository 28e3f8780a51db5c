"""A steady load that overloads nobody: how long after its planned time is a message queued?"""

import time
from argparse import ArgumentParser, Namespace

from benchmarks.errors import NotInTimeError
from benchmarks.figures import Value, percentile
from benchmarks.hand import Occurrence
from benchmarks.messages import Consumer
from benchmarks.options import not_negative, positive
from benchmarks.stage import Stage
from benchmarks.trials.trial import Entry, Outcome, Trial

P50, P99, MOST = "p50 [ms]", "p99 [ms]", "max [ms]"
MESSAGES, MISSING, EDITS = "messages", "not sent", "edits"
# For what was due at the very end.
AFTERWARDS_SECONDS = 3.0


def measure(stage: Stage, entry: Entry, options: Namespace) -> Outcome:
    """Load, start, then stamp what comes for a while, with edits going on if asked for."""
    since = stage.steady_load(entry.schedules, options.every)
    until = since + min(options.window, options.every)
    with Consumer(stage.queue) as consumer:
        stage.look_on(since, "waiting for the first")
        per_second = options.edits_per_second if stage.contestant.is_shared else 0.0
        edits = _edit(stage, per_second, until)
        stage.look_on(until + AFTERWARDS_SECONDS, "a steady load")
    late = _latenesses(stage, consumer, since, until)
    if not late:
        raise NotInTimeError("no message at all")
    expected = round(entry.schedules * (until - since) / options.every)
    figures: dict[str, Value] = {P50: percentile(late, 50), P99: percentile(late, 99)}
    counted = {MESSAGES: len(late), MISSING: max(expected - len(late), 0), EDITS: edits}
    return Outcome(figures | {MOST: max(late)} | counted)


def _edit(stage: Stage, per_second: float, until: float) -> int:
    """Let the hand create and edit until then; returns how often it did."""
    stage.hand.begin("churn", per_second=per_second, seconds=until - time.time())
    stage.look_on(until, "a steady load")
    return int(stage.hand.answer())


def _latenesses(stage: Stage, consumer: Consumer, since: float, until: float) -> list[float]:
    """Milliseconds from due to queued of all that was due in this time, each occurrence once."""
    first: dict[Occurrence, float] = {}
    for occurrence, arrival in stage.occurrences(consumer.messages):
        first.setdefault(occurrence, arrival)
    return [
        1000 * (arrival - due)
        for (_, due), arrival in first.items()
        if due is not None and since <= due < until
    ]


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--every",
        type=int,
        default=60,
        metavar="SECONDS",
        help="the interval of each schedule (default 60)",
    )
    parser.add_argument(
        "--window",
        type=positive,
        default=60.0,
        metavar="SECONDS",
        help="how long it is measured, one interval at most (default 60)",
    )
    parser.add_argument(
        "--edits-per-second",
        type=not_negative,
        default=0.0,
        metavar="NUMBER",
        help="schedules created and edited meanwhile (default 0)",
    )


TRIAL = Trial(
    name="lateness",
    title="Steady load: due to queued",
    measures=(P50, P99, MOST, MESSAGES, MISSING, EDITS),
    measure=measure,
    add_arguments=add_arguments,
    schedules=(6_000,),
)
