"""Schedules by the million, for trials: their owners and agents come with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import gcd
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from agents.models import Agent
from schedules import db, definition
from schedules.models import Schedule
from schedules.services.recording import record, start_phase

CHUNK = 5_000
OWNER = "load-"
DAY = timedelta(days=1)
MINUTES_OF_DAY = 24 * 60
ZONES = (
    *("UTC", "Europe/London", "Europe/Berlin", "Africa/Lagos", "Asia/Kolkata", "Asia/Shanghai"),
    *("Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "America/Los_Angeles"),
    *("America/New_York", "America/Sao_Paulo"),
)


@dataclass(frozen=True)
class Load:
    """What to fill the database with: `count` schedules.

    every: the length of their interval in seconds, the phases spread evenly over it;
    due_at: the next occurrence of all of them (then daily, unless `every` says otherwise).
    With neither they are daily crons, all over the day and the world.
    """

    count: int
    every: int | None = None
    due_at: datetime | None = None
    overlap_policy: str = Schedule.Overlap.SKIP

    def timing(self, place: int, begun: datetime) -> dict[str, Any]:
        """The timing fields of the schedule at a place from 0, in a load begun at that time."""
        if self.due_at is not None:
            return _interval(self.every or DAY // timedelta(seconds=1), self.due_at)
        if self.every is not None:
            phase = self.every * scattered(place, self.count) / self.count
            return _interval(self.every, begun + timedelta(seconds=phase))
        return _daily(*divmod(scattered(place, MINUTES_OF_DAY * len(ZONES)), len(ZONES)))


def scattered(place: int, places: int) -> int:
    """Each of the `places` once, neighbours far apart, and any first part of them spread evenly.

    What is due at one time then lies all over the tables, as it does in real ones.
    """
    return place * _stride(places) % places


@cache
def _stride(places: int) -> int:
    """Near the golden section, which spreads best; coprime to `places`, to meet each of them."""
    stride = round(places * 0.618)
    while gcd(stride, places) != 1:
        stride += 1
    return stride


def _interval(every: int, start_at: datetime) -> dict[str, Any]:
    return {
        "schedule_type": Schedule.Type.INTERVAL,
        "interval_value": every,
        "interval_unit": Schedule.Unit.SECONDS,
        "start_at": start_at,
    }


def _daily(minute: int, zone: int) -> dict[str, Any]:
    return {
        "schedule_type": Schedule.Type.CRON,
        "cron_expression": f"{minute % 60} {minute // 60} * * *",
        "timezone": ZONES[zone],
    }


def load_schedules(load: Load) -> Iterator[int]:
    """Insert them in chunks, each a transaction, and yield how many are in place.

    ValidationError when they cannot be scheduled; earlier chunks stay.
    """
    begun = db.now()
    for first in range(0, load.count, CHUNK):
        places = range(first, min(first + CHUNK, load.count))
        _add(load, places, begun)
        yield places.stop
    _analyze()


@transaction.atomic
def _add(load: Load, places: range, begun: datetime) -> None:
    now = db.now()
    room = settings.MAX_SCHEDULES_PER_OWNER
    agents = _agents(-(-len(places) // room))
    schedules = [
        _schedule(load, place, agents[position // room], begun)
        for position, place in enumerate(places)
    ]
    _check(load, schedules[0], now)
    record(schedules, now)


def _schedule(load: Load, place: int, agent: Agent, begun: datetime) -> Schedule:
    schedule = Schedule(
        owner_id=agent.owner_id,
        agent=agent,
        name=f"load {place + 1}",
        command="Say hello.",
        overlap_policy=load.overlap_policy,
        **load.timing(place, begun),
    )
    start_phase(schedule, begun)
    return schedule


def _check(load: Load, schedule: Schedule, now: datetime) -> None:
    """One stands for its chunk: the others differ in nothing that could be refused."""
    if load.due_at is not None and load.due_at <= now:
        raise ValidationError(f"{load.due_at} has passed by the database's clock ({now}).")
    definition.check(schedule, definition.WHEN, now)


# Two loads at the same time must not choose the same names.
NEXT_OWNER = """
SELECT pg_advisory_xact_lock(hashtext(%(prefix)s))
"""
HIGHEST = """
SELECT coalesce(max(substr(username, length(%(prefix)s) + 1)::bigint), 0) FROM auth_user
WHERE username ~ ('^' || %(prefix)s || '[0-9]{1,15}$')
"""


def _agents(count: int) -> list[Agent]:
    """New owners, numbered on from those that exist, each with an agent that costs nothing."""
    db.fetch(NEXT_OWNER, {"prefix": OWNER})
    highest = db.fetch(HIGHEST, {"prefix": OWNER})[0][0]
    owners = User.objects.bulk_create(
        User(username=f"{OWNER}{highest + number}", password=make_password(None))
        for number in range(1, count + 1)
    )
    return Agent.objects.bulk_create(
        Agent(owner=owner, name="load", model="local") for owner in owners
    )


def _analyze() -> None:
    """Plans after a bulk load are poor until PostgreSQL has looked at the tables."""
    db.fetch("ANALYZE auth_user, agents_agent, django_celery_beat_periodictask, schedules_schedule")
