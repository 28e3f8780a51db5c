"""Schedules by the million, for trials: their owners and agents come with them."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from agents.models import Agent
from journal.actors import unnoted
from schedules import db, definition
from schedules.loads import Load
from schedules.models import Schedule
from schedules.services.recording import record, start_phase

CHUNK = 5_000
OWNERS = "load-"


def load_schedules(load: Load) -> Iterator[int]:
    """Add them chunk by chunk, each a transaction; yields how many are in place.

    ValidationError, with sentences, when they are refused; what was yielded stays.
    """
    if settings.MAX_SCHEDULES_PER_OWNER < 1:
        raise ValidationError("MAX_SCHEDULES_PER_OWNER is 0: no owner may have a schedule.")
    begun = db.now()
    for first in range(0, load.count, CHUNK):
        chunk = range(first, min(first + CHUNK, load.count))
        _add(load, chunk, begun)
        yield chunk.stop
    _analyze()


@transaction.atomic
def _add(load: Load, chunk: range, begun: datetime) -> None:
    unnoted()
    now, room = db.now(), settings.MAX_SCHEDULES_PER_OWNER
    agents = _new_agents(-(-len(chunk) // room))
    schedules = [
        _schedule(load, place, agents[index // room], 1 + index % room, begun)
        for index, place in enumerate(chunk)
    ]
    _check(load, schedules[0], now)
    record(schedules, now)


def _schedule(load: Load, place: int, agent: Agent, number: int, begun: datetime) -> Schedule:
    schedule = Schedule(
        owner_id=agent.owner_id,
        agent=agent,
        name=f"{agent.owner.username}, number {number}",
        command="Say hello.",
        overlap_policy=load.overlap_policy,
        **load.timing(place, begun),
    )
    start_phase(schedule, begun)
    return schedule


def _check(load: Load, schedule: Schedule, now: datetime) -> None:
    """One schedule stands for its chunk: the others differ in nothing that could be refused."""
    if load.due_at is not None and load.due_at <= now:
        raise ValidationError(f"{load.due_at} has passed: give an instant that is still to come.")
    definition.check(schedule, definition.WHEN, now)


LOCK = "SELECT pg_advisory_xact_lock(hashtext(%s))"
LAST = """
SELECT coalesce(max(substr(username, length(%(prefix)s) + 1)::bigint), 0) FROM auth_user
WHERE username ~ ('^' || %(prefix)s || '[0-9]{1,15}$')
"""


def _new_agents(count: int) -> list[Agent]:
    """Owners numbered on from those that exist, each with one agent, whose model costs nothing."""
    # Two loads at the same time would choose the same numbers.
    db.fetch(LOCK, ("schedules.services.bulk",))
    last = db.fetch(LAST, {"prefix": OWNERS})[0][0]
    owners = User.objects.bulk_create(
        User(username=f"{OWNERS}{last + number}", password=make_password(None))
        for number in range(1, count + 1)
    )
    return Agent.objects.bulk_create(
        Agent(owner=owner, name="load", model="local") for owner in owners
    )


def _analyze() -> None:
    """Until PostgreSQL has looked at the new rows, it plans queries as for the few old ones."""
    db.fetch("ANALYZE auth_user, agents_agent, schedules_schedule, django_celery_beat_periodictask")
