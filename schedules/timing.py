"""A schedule's timing fields turned into a recurrence, and what is wrong with them."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

from schedules.recurrence import INSTANT, Cron, Interval, Once, Recurrence, occurrences_between

UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
LONGEST_INTERVAL = timedelta(days=366 * 10)
TIMING_FIELDS = ("cron_expression", "interval_value", "interval_unit", "run_at")
FIELDS_OF_TYPE: dict[str, tuple[str, ...]] = {
    "cron": ("cron_expression",),
    "interval": ("interval_value", "interval_unit"),
    "once": ("run_at",),
    "manual": (),
}

# What may be raised for a schedule that was good once: its zone was removed, say.
UNCOMPUTABLE = (ValueError, LookupError, ArithmeticError)


class Timing(Protocol):
    """The fields read here: a Schedule, saved or not, and a dispatch row both have them."""

    @property
    def schedule_type(self) -> str: ...
    @property
    def cron_expression(self) -> str: ...
    @property
    def interval_value(self) -> int | None: ...
    @property
    def interval_unit(self) -> str: ...
    @property
    def run_at(self) -> datetime | None: ...
    @property
    def timezone(self) -> str: ...
    @property
    def anchor_at(self) -> datetime: ...


@lru_cache(maxsize=2048)
def cron(expression: str, timezone: str) -> Cron:
    """The parsed expression; parsing once serves every schedule that shares it."""
    return Cron(expression, timezone)


def recurrence_of(timing: Timing) -> Recurrence | None:
    """The recurrence these fields describe, None for a manual one; ValueError if none can be."""
    if timing.schedule_type == "cron":
        return cron(timing.cron_expression, timing.timezone)
    if timing.schedule_type == "interval":
        return Interval(
            UNITS[timing.interval_unit] * (timing.interval_value or 0), timing.anchor_at
        )
    if timing.schedule_type == "once" and timing.run_at is not None:
        return Once(timing.run_at)
    return None


def first_run(
    timing: Timing, now: datetime, start_at: datetime | None, end_at: datetime | None
) -> datetime | None:
    """The first occurrence later than `now`, not before `start_at`, not after `end_at`."""
    return next(iter(upcoming(timing, now, start_at, end_at, 1)), None)


def upcoming(
    timing: Timing,
    after: datetime,
    start_at: datetime | None,
    end_at: datetime | None,
    count: int,
) -> list[datetime]:
    """Up to `count` occurrences later than `after`, between the start and the end."""
    recurrence = recurrence_of(timing)
    if recurrence is None:
        return []
    if start_at is not None:
        # An occurrence at the very start counts, and next_after is strictly later.
        after = max(after, start_at - INSTANT)
    return occurrences_between(recurrence, after, end_at or END_OF_TIME, count)


class Standing(Timing, Protocol):
    """Besides what says when it is due, how far a schedule has come."""

    @property
    def next_run_at(self) -> datetime | None: ...
    @property
    def start_at(self) -> datetime | None: ...
    @property
    def end_at(self) -> datetime | None: ...
    @property
    def max_runs(self) -> int | None: ...
    @property
    def run_count(self) -> int: ...


def planned(
    schedule: Standing, count: int, now: datetime | None = None, until: datetime | None = None
) -> list[datetime]:
    """Its next occurrences, `next_run_at` the first; fewer if its end or max_runs come before.

    Of what is overdue at `now` that is the only one: its missed policy makes few runs of it. It is
    also the only one where the others cannot be computed any more. `until` is included.
    """
    first = schedule.next_run_at
    if first is None:
        return []
    if schedule.max_runs is not None:
        count = min(count, max(0, schedule.max_runs - schedule.run_count))
    after, ends = max(first, now or first), [at for at in (schedule.end_at, until) if at]
    try:
        later = upcoming(schedule, after, schedule.start_at, min(ends, default=None), count - 1)
    except UNCOMPUTABLE:
        later = []
    return [first, *later]


def why_uncomputable(timing: Timing) -> str:
    """Why its times cannot be computed any more, empty if they can."""
    try:
        recurrence_of(timing)
    except UNCOMPUTABLE as error:
        return str(error)
    return ""


def problems(timing: Timing, now: datetime, minimum_gap: timedelta) -> dict[str, str]:
    """What is wrong with the timing: field name to a sentence that says the way out.

    Changes of the clocks that lie before `now` are no reason to refuse anything.
    """
    wanted = FIELDS_OF_TYPE[timing.schedule_type]
    missing = [name for name in wanted if not getattr(timing, name)]
    if missing:
        return {
            name: f"A schedule of type {timing.schedule_type} needs {name}." for name in missing
        }
    surplus = [n for n in TIMING_FIELDS if getattr(timing, n) and n not in wanted]
    if surplus:
        return {
            name: f"A schedule of type {timing.schedule_type} has no {name}: leave it out, "
            f"or choose the schedule_type that uses it."
            for name in surplus
        }
    return _too_often(timing, wanted, now, minimum_gap) if wanted else {}


def _too_often(
    timing: Timing, wanted: tuple[str, ...], now: datetime, minimum_gap: timedelta
) -> dict[str, str]:
    try:
        recurrence = recurrence_of(timing)
        if isinstance(recurrence, Interval) and recurrence.every > LONGEST_INTERVAL:
            raise OverflowError
    except OverflowError:
        return {wanted[0]: "An interval may be ten years long at most."}
    except ValueError as error:
        return {wanted[0]: str(error)}
    gap = _smallest_gap(recurrence, now, minimum_gap)
    if gap >= minimum_gap:
        return {}
    return {
        wanted[0]: f"Two runs can be {gap.total_seconds():.0f} s apart; at least "
        f"{minimum_gap.total_seconds():.0f} s must lie between any two."
    }


def _smallest_gap(recurrence: Recurrence | None, now: datetime, enough: timedelta) -> timedelta:
    if isinstance(recurrence, Cron):
        return recurrence.smallest_gap(since=now, enough=enough)
    return recurrence.smallest_gap() if recurrence else timedelta.max
