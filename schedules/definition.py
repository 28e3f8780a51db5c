"""What a schedule's definition must satisfy, each refusal a sentence under its field."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from scheduler_project import whole_numbers
from scheduler_project.text import problem_with
from schedules.models import Schedule
from schedules.timing import FIELDS_OF_TYPE, LONGEST_INTERVAL, TIMING_FIELDS, first_run, problems
from schedules.zone_offsets import known_zones

LATEST_DATE = datetime(2200, 1, 1, tzinfo=UTC)
LONGEST = {"name": 100, "description": 2000, "command": 20_000, "note": 500, "cron_expression": 200}
EMPTY = {"cron_expression": "", "interval_value": None, "interval_unit": "", "run_at": None}
DAY = 86_400
RANGES = {
    "interval_value": (1, LONGEST_INTERVAL // timedelta(seconds=1)),
    "max_runs": (1, 1_000_000_000),
    # Whatever is dispatched is late by some milliseconds: no grace would mean no runs.
    "misfire_grace_seconds": (1, 366 * DAY),
    "max_attempts": (1, 100),
    "retry_backoff_seconds": (0, DAY),
    "timeout_seconds": (1, DAY),
    "jitter_seconds": (0, DAY),
    "pause_after_failures": (0, 1_000),
}
DATES = ("run_at", "start_at", "end_at")
# What a change of which moves the schedule's next occurrence.
WHEN = frozenset(
    {"schedule_type", "cron_expression", "interval_value", "interval_unit", "run_at"}
    | {"timezone", "start_at", "end_at", "max_runs", "enabled"}
)
# What a change of which starts an interval's phase anew.
PHASE = frozenset({"schedule_type", "interval_value", "interval_unit", "start_at"})


def check(schedule: Schedule, changed: Iterable[str], now: datetime) -> None:
    """Raise ValidationError, field by field, unless the definition can be scheduled.

    `changed` are the fields that the request sets: a date that has passed since it
    was set is no reason to refuse another change.
    """
    errors: dict[str, Any] = {
        **_texts(schedule),
        **_model_fields(schedule),
        **_ranges(schedule),
        **_dates(schedule),
        **_references(schedule),
    }
    errors = errors or _timing(schedule, set(changed), now)
    if errors:
        raise ValidationError(errors)


def check_timing(schedule: Schedule, changed: Iterable[str], now: datetime) -> None:
    """As `check`, of times and numbers: for one of which nothing else is known yet."""
    errors = {**_ranges(schedule), **_dates(schedule)} or _timing(schedule, set(changed), now)
    if errors:
        raise ValidationError(errors)


def without_other_timing(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes, with what belongs to another schedule_type cleared where that is set."""
    if "schedule_type" not in changes:
        return dict(changes)
    kept = FIELDS_OF_TYPE.get(changes["schedule_type"], TIMING_FIELDS)
    return {name: EMPTY[name] for name in TIMING_FIELDS if name not in kept} | dict(changes)


def _texts(schedule: Schedule) -> dict[str, str]:
    found = {
        name: problem_with(getattr(schedule, name), longest) for name, longest in LONGEST.items()
    }
    errors = {name: sentence for name, sentence in found.items() if sentence}
    for name in ("name", "command"):
        if not getattr(schedule, name).strip():
            errors[name] = f"{name.capitalize()} may not be empty."
    return errors


def _model_fields(schedule: Schedule) -> dict[str, list[str]]:
    """Choices, and what may be empty, as the model declares them."""
    # Who refers to owner and agent holds their locks, and so knows that they exist.
    derived = [
        "owner",
        "agent",
        "periodic_task",
        "anchor_at",
        "next_run_at",
        "last_run_at",
        *LONGEST,
        *RANGES,
    ]
    try:
        schedule.clean_fields(exclude=derived)
    except ValidationError as error:
        return error.message_dict
    return {}


def _ranges(schedule: Schedule) -> dict[str, str]:
    errors = {}
    for name, (least, most) in RANGES.items():
        value, field = getattr(schedule, name), Schedule._meta.get_field(name)
        problem = whole_numbers.problem_with(value, least, most)
        if problem and (value is not None or not field.null):
            errors[name] = problem
    return errors


def _dates(schedule: Schedule) -> dict[str, str]:
    errors = {}
    if schedule.timezone not in known_zones():
        errors["timezone"] = (
            f'"{schedule.timezone[:64]}" is no time zone of the tz database: '
            "use a name such as Europe/Berlin or UTC."
        )
    for name in DATES:
        date = getattr(schedule, name)
        if date is not None and (problem := problem_with_date(date)):
            errors[name] = problem
    if schedule.start_at and schedule.end_at and schedule.end_at <= schedule.start_at:
        errors["end_at"] = "end_at must be later than start_at."
    return errors


def problem_with_date(date: datetime) -> str | None:
    """Why no schedule can have to do with that time, as a sentence, or None."""
    if datetime(1970, 1, 1, tzinfo=UTC) <= date < LATEST_DATE:
        return None
    return "Give a date between the years 1970 and 2199."


def _references(schedule: Schedule) -> dict[str, str]:
    if schedule.agent.owner_id != schedule.owner_id:
        return {"agent": "The agent must belong to the owner of the schedule."}
    return {}


def _timing(schedule: Schedule, changed: set[str], now: datetime) -> dict[str, str]:
    found = problems(schedule, now, timedelta(seconds=settings.MINIMUM_GAP_SECONDS))
    return found or _never_due(schedule, changed, now)


def _never_due(schedule: Schedule, changed: set[str], now: datetime) -> dict[str, str]:
    """A schedule that is switched on must have an occurrence ahead of it."""
    if not schedule.enabled or not changed & WHEN or schedule.schedule_type == "manual":
        return {}
    if schedule.run_at is not None and schedule.run_at <= now:
        return {"run_at": "run_at is in the past: give a time that is still to come."}
    if first_run(schedule, now, schedule.start_at, schedule.end_at) is None:
        bounds = [name for name in ("end_at", "start_at") if getattr(schedule, name)]
        field = [*bounds, "schedule_type"][0]
        return {field: "With these times the schedule would never run: no occurrence lies ahead."}
    return {}
