"""POST /api/scheduled-commands/{id}/backfill."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from schedules.models import Execution, Schedule
from tests.clients import problem_of, refused, send

pytestmark = pytest.mark.django_db
SPAN = {"since": "2026-03-02T03:00:00Z", "until": "2026-03-02T05:00:00+00:00"}


@pytest.fixture
def page(make: Callable[..., Schedule]) -> str:
    schedule = make(schedule_type="cron", cron_expression="0 * * * *")
    return f"/api/scheduled-commands/{schedule.pk}/backfill"


def test_runs_are_recorded_and_named(own: Client, page: str) -> None:
    response = send(own, "post", page, SPAN)
    assert response.status_code == 202
    assert response.json()["left_out"] == 0
    listed = own.get("/api/executions").json()["results"]
    assert [row["id"] for row in reversed(listed)] == response.json()["executions"]
    assert {row["trigger"] for row in listed} == {"backfill"}


def test_a_repeated_request_records_nothing_more(own: Client, page: str) -> None:
    headers: Any = {"Idempotency-Key": "monday"}
    first, again = (
        own.post(page, SPAN, content_type="application/json", headers=headers) for _ in range(2)
    )
    assert first.json() == again.json()
    assert Execution.objects.count() == 3


def test_what_is_wrong_is_said_at_its_field(own: Client, page: str) -> None:
    assert set(refused(send(own, "post", page, {}))) == {"since", "until"}
    assert set(refused(send(own, "post", page, SPAN | {"since": "2026-03-02T03:00"}))) == {"since"}
    future = SPAN | {"until": "2190-01-01T00:00:00Z"}
    assert "still to come" in refused(send(own, "post", page, future))["until"]


def test_what_does_not_fit_is_a_conflict(own: Client, make: Callable[..., Schedule]) -> None:
    page = f"/api/scheduled-commands/{make().pk}/backfill"
    assert "no planned times" in problem_of(send(own, "post", page, SPAN), 409)["detail"]
