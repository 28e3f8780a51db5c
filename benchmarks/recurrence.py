"""How fast is the next time of a cron expression found? On one core, without any server."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from itertools import count, islice
from zoneinfo import ZoneInfo

from croniter import croniter

from benchmarks.figures import Value
from benchmarks.options import add_output
from benchmarks.progress import Progress
from benchmarks.results import Results, Row
from schedules.loads import ZONES
from schedules.recurrence import Cron

NAME, TITLE = "recurrence", "The next time of a cron expression"
DISTINCT, SHARED = "all different [1/s]", "remembered [1/s]"
SLOWEST, CHECK = "worst next time [ms]", "worst check of a new one [ms]"
MEASURES = (DISTINCT, SHARED, SLOWEST, CHECK)
PACKAGES = ("croniter", "tzdata")
NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)
EXPRESSIONS = 10_000
# What makes a search long: rare dates, days of the week on top, steps, much to read.
NASTY = (
    *("0 0 29 2 *", "0 0 29 2 */7", "59 23 31 12 *", "0 0 31 1-12/2 *", "0 0 * 2 MON#5"),
    *("45 */3 * * *", "*/59 */23 */31 */12 */7", "0 0 L 2 FRIL", "1," * 95 + "1 * * * *"),
)
NASTY_ZONES = ("UTC", "Pacific/Chatham", "Australia/Lord_Howe", "Africa/Casablanca")


def add_arguments(parser: ArgumentParser) -> None:
    """Nothing of its own."""
    add_output(parser)


def take(options: Namespace, results: Results) -> None:
    """Measure ours and croniter as often as is asked for."""
    ours, theirs = Row("ours", EXPRESSIONS), Row(f"croniter {version('croniter')}", EXPRESSIONS)
    results.rows = [ours, theirs]
    progress = Progress(2 * options.repeats)
    for _ in range(options.repeats):
        progress.turn("ours")
        ours.add(_ours())
        progress.turn("croniter")
        theirs.add(_croniter())
    progress.close()


def expressions() -> Iterator[tuple[str, str]]:
    """Different ones without end, each with a zone."""
    for number in count():
        minute, rest = number % 60, number // 60
        hour, day = rest % 24, 1 + rest // 24 % 28
        yield f"{minute} {hour} {day}-{day + 2} * MON-FRI", ZONES[number % len(ZONES)]


def _ours() -> dict[str, Value]:
    # The zones' offsets are read once in the life of a process.
    for zone in {*ZONES, *NASTY_ZONES}:
        Cron("0 0 * * *", zone).smallest_gap(since=NOW)
    crons = [Cron(*each) for each in islice(expressions(), EXPRESSIONS)]
    nasty = [Cron(text, zone) for text in NASTY for zone in NASTY_ZONES]
    return {
        DISTINCT: _rate([partial(cron.compute_next_after, NOW) for cron in crons]),
        SHARED: _rate([partial(crons[0].next_after, NOW)] * EXPRESSIONS),
        SLOWEST: max(_milliseconds(partial(cron.compute_next_after, NOW)) for cron in nasty),
        CHECK: max(_milliseconds(partial(cron.smallest_gap, since=NOW)) for cron in nasty),
    }


def _croniter() -> dict[str, Value]:
    """Its objects carry their start with them, so there is one for each; it remembers nothing."""
    pairs = islice(expressions(), EXPRESSIONS)
    starts = [croniter(text, NOW.astimezone(ZoneInfo(zone))) for text, zone in pairs]
    found = _rate([partial(start.get_next, datetime) for start in starts])
    return {DISTINCT: found, SHARED: "-", SLOWEST: "-", CHECK: "-"}


def _rate(calls: Sequence[Callable[[], object]]) -> float:
    begun = time.perf_counter()
    for call in calls:
        call()
    return len(calls) / (time.perf_counter() - begun)


def _milliseconds(call: Callable[[], object]) -> float:
    """The best of three: what else the machine does is not the expression's fault."""
    return min(1000 / _rate([call]) for _ in range(3))
