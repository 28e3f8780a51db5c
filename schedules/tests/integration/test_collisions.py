"""Who fires in one minute: exact for each kind of schedule, and bounded."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schedules import collisions, db, services
from schedules.collisions import Crowd, firing_at
from schedules.loads import Load
from schedules.models import Schedule
from schedules.services.bulk import load_schedules

pytestmark = pytest.mark.django_db
Make = Callable[..., Schedule]


def ahead(**delta: int) -> datetime:
    """A whole minute, at least two days from now, so that crons have fired in between."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(**delta)


MINUTE = timedelta(minutes=1)


def test_crons_that_fire_again_and_again(make: Make) -> None:
    at = ahead(days=2)
    make(schedule_type="cron", cron_expression=f"{at.minute} {at.hour} * * *")
    make(schedule_type="cron", cron_expression="0 * * * *")
    make(schedule_type="cron", cron_expression="30 * * * *")
    assert firing_at(at) == Crowd(2, False)
    assert firing_at(at + 30 * MINUTE) == Crowd(1, False)
    assert firing_at(at + 15 * MINUTE) == Crowd(0, False)


def test_a_cron_is_judged_in_its_own_zone(make: Make) -> None:
    make(schedule_type="cron", cron_expression="0 9 * * *", timezone="Asia/Kolkata")
    at = ahead(days=2).replace(hour=3, minute=30)
    assert firing_at(at).size == 1
    assert firing_at(at.replace(hour=9, minute=0)).size == 0


def test_intervals_keep_their_phase(make: Make) -> None:
    schedule = make(schedule_type="interval", interval_value=7, interval_unit="hours")
    anchor = schedule.anchor_at.replace(second=59, microsecond=999_999)
    Schedule.objects.filter(pk=schedule.pk).update(anchor_at=anchor)
    fires = anchor + timedelta(hours=21)
    assert firing_at(fires).size == 1
    assert firing_at(fires + MINUTE).size == 0
    assert firing_at(fires - MINUTE).size == 0


def test_one_offs_fire_once(make: Make) -> None:
    at = ahead(days=3) + timedelta(seconds=20)
    make(schedule_type="once", run_at=at)
    assert firing_at(at).size == 1
    assert firing_at(at + MINUTE).size == 0


def test_those_that_are_off_or_over_by_then_do_not_count(make: Make) -> None:
    at = ahead(days=2)
    services.disable_schedule(schedule=make(schedule_type="cron", cron_expression="0 * * * *"))
    make(schedule_type="cron", cron_expression="0 * * * *", end_at=at - MINUTE)
    make(schedule_type="cron", cron_expression="0 * * * *", end_at=at)
    assert firing_at(at).size == 1


def test_one_can_be_left_out(make: Make) -> None:
    schedule = make(schedule_type="cron", cron_expression="0 * * * *")
    assert firing_at(ahead(days=2), schedule.pk).size == 0


def test_what_is_too_much_is_said_to_be_at_least(make: Make, monkeypatch: Any) -> None:
    for minute in (0, 0, 5):
        make(schedule_type="cron", cron_expression=f"{minute} * * * *")
    monkeypatch.setattr(collisions, "MOST_CRONS", 1)
    assert firing_at(ahead(days=2)) == Crowd(2, True)
    monkeypatch.setattr(collisions, "MOST_CRONS", 1000)
    monkeypatch.setattr(collisions, "MOST_ROWS", 2)
    assert firing_at(ahead(days=2)).at_least


def test_it_reads_the_index_of_what_is_due() -> None:
    list(load_schedules(Load(count=3000)))
    at = db.now() + timedelta(minutes=2)
    facts = {"minute": at, "end": at + MINUTE, "without": None, "rows": 100}
    plan = "\n".join(line for (line,) in db.fetch("EXPLAIN " + collisions.FIRING, facts))
    assert "schedule_due" in plan
