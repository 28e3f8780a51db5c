"""What ended within a day is the same, whatever of it is counted."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schedules import tallies
from schedules.models import Execution
from schedules.states import FINAL
from schedules.status import WINDOW, status
from schedules.tests.integration.past import record
from tests.clients import person
from tests.properties import SHARED

pytestmark = pytest.mark.django_db
START = datetime(2020, 1, 31, 22, tzinfo=UTC)
# In minutes since then, many at the very beginning of an hour.
TIMES = st.integers(0, 72 * 60) | st.integers(0, 72).map(lambda hours: hours * 60)
PAST = st.lists(st.tuples(st.booleans(), st.sampled_from(FINAL), TIMES), max_size=60)
# How many executions a beat counts in a round, and when; when somebody asks after that.
STEPS = st.lists(st.tuples(st.sampled_from([0, 1, 5, 100]), TIMES, TIMES), min_size=1, max_size=6)
# The edges: what ended just when the window begins, when its first whole hour does, and its last.
EDGES = [(True, FINAL[0], minutes) for minutes in (60, 90, 119, 120, 25 * 60 - 1, 25 * 60)]


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def counted(owner: User | None, now: datetime) -> dict[str, int]:
    """What has ended in the day before `now`, one by one."""
    recent = Execution.objects.filter(finished_at__gt=now - WINDOW)
    mine = recent if owner is None else recent.filter(owner=owner)
    return Counter(mine.values_list("state", flat=True))


@settings(suppress_health_check=SHARED)
@given(PAST, STEPS)
@example(EDGES, [(100, 72 * 60, 25 * 60), (100, 72 * 60, 25 * 60 + 30)])
@example(EDGES, [(1, 72 * 60, 25 * 60)] * 4)
def test_status_is_the_plain_count(
    owner: User, past: list[tuple[bool, str, int]], steps: list[tuple[int, int, int]]
) -> None:
    """At any time, for an owner and for staff, whether beats have counted or stand still."""
    with transaction.atomic():
        bob = person("bob")
        record([(owner if mine else bob, state, after(at)) for mine, state, at in past])
        for most, at, now in steps:
            tallies.add(most, at=after(at))
            for whose in (None, owner):
                found = status(whose.pk if whose else None, at=after(now)).last_24_hours
                assert found == counted(whose, after(now))
        transaction.set_rollback(True)
