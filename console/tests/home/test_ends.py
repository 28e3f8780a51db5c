"""What has ended, by the hour and why: the same whatever beats have counted."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from console.home import ends
from schedules import db, tallies
from schedules.models import Execution
from schedules.tests.integration.past import ended

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def add(owner: User, **fields: Any) -> Execution:
    now = db.now()
    values = {"trigger": "manual", "command": "x", "state": "failed", "finished_at": now}
    return Execution.objects.create(id=uuid4(), owner=owner, **(values | fields))


def test_hours_are_the_plain_count_whatever_is_tallied(ann: User, bob: User) -> None:
    hour = db.now().replace(minute=0, second=0, microsecond=0)
    ended(ann, hour - 3 * HOUR, hour - 3 * HOUR, hour - 2 * HOUR, hour)
    ended(ann, hour - 2 * HOUR, state="failed")
    ended(bob, hour - 2 * HOUR, hour - 5 * HOUR)
    mine = {
        hour - 3 * HOUR: {"success": 2},
        hour - 2 * HOUR: {"success": 1, "failed": 1},
        hour: {"success": 1},
    }
    assert ends.by_hour(ann.pk, hour - 3 * HOUR) == mine
    all_of_them = ends.by_hour(None, hour - 3 * HOUR)
    assert all_of_them[hour - 2 * HOUR] == {"success": 2, "failed": 1}
    assert tallies.add(1)
    assert tallies.add(100)
    assert ends.by_hour(ann.pk, hour - 3 * HOUR) == mine
    assert ends.by_hour(None, hour - 3 * HOUR) == all_of_them


def test_reasons_are_the_most_frequent_with_the_latest_words(ann: User, bob: User) -> None:
    now = db.now()
    for minutes, said in ((1, "the latest"), (2, "earlier")):
        at = now - timedelta(minutes=minutes)
        add(ann, error_type="timed_out", error_message=said, finished_at=at)
    add(ann, error_type="rate_limited", error_message="slow down")
    for spent in ("1", "2", "3"):
        add(ann, state="skipped", reason=f"budget of 10 tokens: {spent} spent")
    add(ann, state="success")
    add(ann, finished_at=now - 2 * HOUR)
    add(bob)
    found = ends.reasons(ann.pk, now - HOUR)
    assert [(each.state, each.why, each.runs) for each in found] == [
        ("failed", "timed_out", 2),
        ("failed", "rate_limited", 1),
        ("skipped", "budget of 10 tokens", 3),
    ]
    assert [each.said for each in found][:2] == ["the latest", "slow down"]
    assert found[2].said.endswith("spent")
    assert sum(each.runs for each in ends.reasons(None, now - HOUR)) == 7


def test_lately_is_from_the_planned_time_to_the_first_start(ann: User, bob: User) -> None:
    now = db.now()
    for seconds in (1, 2, 9):
        planned = now - timedelta(minutes=seconds)
        start = planned + timedelta(seconds=seconds)
        starts = {"first_started_at": start, "started_at": now}
        add(ann, scheduled_for=planned, **starts, trigger="timer", state="success")
    add(ann)
    add(ann, scheduled_for=now - 40 * HOUR, started_at=now, trigger="backfill", state="success")
    add(ann, state="skipped")
    add(ann, state="success", finished_at=now - 2 * HOUR)
    add(bob)
    found = ends.lately(ann.pk, now)
    assert (found.ended, found.failed, found.started) == (5, 1, 3)
    assert found.median == timedelta(seconds=2)
    assert found.worst is not None
    assert timedelta(seconds=8) < found.worst < timedelta(seconds=9)
    assert ends.lately(None, now).failed == 2


def test_nothing_lately(ann: User) -> None:
    assert ends.lately(ann.pk, db.now()) == (0, 0, 0, None, None)
