"""What a claim has left because somebody held its rows for long."""

from datetime import timedelta

import pytest

from schedules import busy, db
from schedules.models import Schedule
from schedules.tests.integration.connections import OtherConnection
from schedules.tests.integration.scenes import pending, row, set_row

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_published_again_within_a_second(schedule: Schedule, other: OtherConnection) -> None:
    execution, held = pending(schedule), pending(schedule)
    for each in (execution, held):
        set_row(each.id, publish_at="now() + interval '1 hour'")
    other.lock("schedules_execution", held.id)
    busy.put_off([execution.id, held.id])
    other.commit()
    publish_at, later = row(execution.id).publish_at, row(held.id).publish_at
    assert publish_at is not None
    assert later is not None
    assert publish_at <= db.now() + timedelta(seconds=1) < later


def test_never_later_than_it_would_be_anyway(schedule: Schedule) -> None:
    execution = pending(schedule)
    set_row(execution.id, publish_at="now() - interval '1 second'")
    before = row(execution.id).publish_at
    busy.put_off([execution.id])
    assert row(execution.id).publish_at == before
