"""Runs that are put off, by jitter or because many are made up for, wait on the ledger."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import Settings

from schedules import claims, db, dispatch, planning, recover
from schedules.models import Schedule
from schedules.tests.integration.scenes import make_due, queued, set_row

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Schedule]


def test_a_run_with_jitter_starts_later_but_keeps_its_planned_time(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning.random, "random", lambda: 0.5)
    schedule = make(jitter_seconds=60)
    make_due(schedule)
    assert dispatch.tick() == 1
    execution = schedule.executions.get()
    assert execution.not_before is not None
    assert execution.not_before - execution.queued_at == timedelta(seconds=30)
    assert execution.publish_at == execution.not_before
    assert execution.scheduled_for < execution.queued_at
    assert queued() == []
    assert claims.claim([execution.id], "worker-a") == []
    set_row(execution.id, not_before="now()", publish_at="now()")
    assert recover.republish() == 1
    assert queued() == [str(execution.id)]
    assert len(claims.claim([execution.id], "worker-a")) == 1


def test_jitter_differs_from_schedule_to_schedule(make: Make) -> None:
    for schedule in [make(jitter_seconds=3600) for _ in range(8)]:
        make_due(schedule)
    assert dispatch.tick() == 8
    assert len({row[0] for row in db.fetch("SELECT not_before FROM schedules_execution")}) == 8


def test_what_is_made_up_for_starts_at_a_pace(make: Make, settings: Settings) -> None:
    settings.MAX_CATCH_UP_RUNS, settings.CATCH_UP_PACE_SECONDS = 3, 7
    schedule = make(
        missed_policy="all", overlap_policy="allow", interval_value=1, interval_unit="minutes"
    )
    make_due(schedule, seconds=250)
    assert dispatch.tick() == 1
    found = schedule.executions.order_by("scheduled_for")
    assert [row.state for row in found] == ["missed", "pending", "pending", "pending"]
    starts = [row.not_before - row.queued_at for row in found if row.not_before and not row.reason]
    assert starts == [timedelta(seconds=seconds) for seconds in (0, 7, 14)]
    assert queued() == [str(found[1].id)]
