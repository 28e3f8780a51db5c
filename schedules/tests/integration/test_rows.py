"""Rows by the thousand: what is inserted is what was held, or it is refused."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError
from django_celery_beat.models import ClockedSchedule, IntervalSchedule, PeriodicTask

from schedules import rows
from schedules.models import Schedule

pytestmark = pytest.mark.django_db(transaction=True)
AWKWARD = "quote \" and ', back\\slash \\N, {braces}, tab\t, line\nend, %s, ü, NULL"


def task(name: str, **values: object) -> PeriodicTask:
    (key,) = rows.next_ids(PeriodicTask, 1)
    return PeriodicTask(id=key, name=name, task="t", **values)


def test_values_come_back_as_they_were(make: Callable[..., Schedule]) -> None:
    start = datetime(2190, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    schedule = make(name=AWKWARD, command=AWKWARD, description="NULL", note="", start_at=start)
    assert (schedule.name, schedule.command, schedule.description) == (AWKWARD, AWKWARD, "NULL")
    assert (schedule.note, schedule.start_at, schedule.end_at) == ("", start, None)
    assert PeriodicTask.objects.get().name.endswith(AWKWARD)


def test_the_database_fills_in_its_own_defaults(make: Callable[..., Schedule]) -> None:
    assert make().created_at is not None


def test_a_text_that_is_too_long_is_refused_not_cut() -> None:
    with pytest.raises(DataError):
        rows.insert([task("x" * 201)])


def test_all_or_none_of_them_are_inserted() -> None:
    with pytest.raises(IntegrityError):
        rows.insert([task("one"), task("two"), task("one")])
    assert not PeriodicTask.objects.exists()


def test_what_was_inserted_does_not_get_in_its_own_way(make: Callable[..., Schedule]) -> None:
    make().validate_constraints()


def test_the_lowest_of_equal_rows_is_found() -> None:
    made = [IntervalSchedule.objects.create(every=every, period="days") for every in (2, 1, 1)]
    found = rows.find(IntervalSchedule, ("every", "period"), {(1, "days"), (3, "days")})
    assert found == {(1, "days"): made[1].pk}


def test_instants_are_found() -> None:
    instant = datetime(2190, 1, 1, tzinfo=UTC)
    row = ClockedSchedule.objects.create(clocked_time=instant)
    assert rows.find(ClockedSchedule, ("clocked_time",), {(instant,)}) == {(instant,): row.pk}
