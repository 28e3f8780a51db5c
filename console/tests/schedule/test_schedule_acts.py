"""Buttons of a schedule's page: each goes through the services, and says what came of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from schedules import services
from schedules.models import Schedule

pytestmark = pytest.mark.django_db


def do(client: Client, schedule: Schedule, act: str, **values: Any) -> str:
    """What the page says after it."""
    address = f"/console/schedules/schedule/{schedule.pk}/"
    response = client.post(address, {"do": act, **values}, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain == [(address, 302)]
    schedule.refresh_from_db()
    return " ".join(str(message) for message in response.context["messages"])


def refused(client: Client, schedule: Schedule, act: str, **values: Any) -> tuple[str, str]:
    """What the page says of it, and the page with what was typed."""
    response = client.post(f"/console/schedules/schedule/{schedule.pk}/", {"do": act, **values})
    assert response.status_code == 200
    schedule.refresh_from_db()
    said = " ".join(str(message) for message in response.context["messages"])
    return said, response.content.decode()


def test_run_now_and_cancel(anns: Client, schedule: Schedule) -> None:
    assert "as soon as a worker is free" in do(anns, schedule, "run")
    assert schedule.executions.get().trigger == "manual"
    assert "It does not run now: overlap" in do(anns, schedule, "run")
    assert do(anns, schedule, "cancel") == "1 run is being cancelled."
    assert not schedule.executions.filter(state="pending").exists()


def test_pause_with_a_note_and_resume(anns: Client, schedule: Schedule) -> None:
    do(anns, schedule, "pause", note="on holiday")
    assert (schedule.enabled, schedule.note) == (False, "on holiday")
    shown = anns.get(f"/console/schedules/schedule/{schedule.pk}/").content.decode()
    assert "Paused. on holiday" in shown
    assert "None while it is paused" in shown
    do(anns, schedule, "resume")
    assert schedule.enabled
    assert schedule.next_run_at is not None


def test_a_pause_without_a_note_names_who_did_it(anns: Client, schedule: Schedule) -> None:
    do(anns, schedule, "pause")
    assert schedule.note == "Paused by ann."
    shown = anns.get(f"/console/schedules/schedule/{schedule.pk}/").content.decode()
    assert ">Paused by ann.<" in " ".join(shown.split()).replace(" <", "<")


def test_backfill_in_the_zone_of_the_schedule(anns: Client, schedule: Schedule) -> None:
    # 06:30 in Berlin on a Monday, to 07:30 on the Tuesday.
    span = {"since": "2026-03-02T06:30", "until": "2026-03-03T07:30"}
    assert do(anns, schedule, "backfill", **span) == "2 runs are on the way."
    rows = schedule.executions.order_by("scheduled_for")
    assert [f"{row.scheduled_for:%d %H:%M}" for row in rows] == ["02 06:30", "03 06:30"]
    assert "2 left out" in do(anns, schedule, "backfill", **span)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("", "", "Give two times"),
        ("soon", "later", "Give two times"),
        ("2026-03-02T06:30", "2190-03-03T07:30", '"To" must not be later than now'),
        ("2026-03-02T06:30", "2026-03-01T07:30", '"To" must not be earlier than "From".'),
        ("2026-03-01T06:30", "2026-03-01T07:30", 'lies between "From" and "To".'),
    ],
)
def test_what_cannot_be_backfilled_says_why_and_keeps_what_was_typed(
    anns: Client, schedule: Schedule, since: str, until: str, said: str
) -> None:
    shown, page = refused(anns, schedule, "backfill", since=since, until=until)
    assert said in shown
    assert 'id="backfill" open data-typed' in page
    assert f'type="datetime-local" value="{since}"' in page
    assert f'type="datetime-local" value="{until}"' in page
    assert not schedule.executions.exists()


def test_a_note_that_is_too_long_is_kept(anns: Client, schedule: Schedule) -> None:
    note = "holiday " * 70
    shown, page = refused(anns, schedule, "pause", note=note)
    assert shown.startswith("The note: It has")
    assert f'value="{note}"' in page
    assert schedule.enabled


def test_what_services_refuse_becomes_a_message(anns: Client, schedule: Schedule) -> None:
    services.stop(owner=schedule.owner, by="ann")
    assert "stopped" in do(anns, schedule, "run")


def test_of_one_that_is_over_the_field_is_named(
    anns: Client, make: Callable[..., Schedule]
) -> None:
    schedule = make(schedule_type="once", run_at=datetime(2190, 1, 1, tzinfo=UTC))
    services.disable_schedule(schedule=schedule)
    Schedule.objects.update(run_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert '"Run at" is in the past' in do(anns, schedule, "resume")
    ways = {"action": "enable", "_selected_action": [schedule.pk]}
    page = anns.post("/console/schedules/schedule/", ways)["Location"]
    shown = anns.post(page, {"before": ""}, follow=True).content.decode()
    assert "&quot;Run at&quot; is in the past" in shown


def test_what_there_is_not_is_not_done(anns: Client, schedule: Schedule) -> None:
    address = f"/console/schedules/schedule/{schedule.pk}/"
    assert anns.post(address, {"do": "explode"}).status_code == 404


def test_forms_carry_a_token_and_need_it(
    anns: Client, make: Callable[..., Schedule], ann: Any
) -> None:
    schedule = make()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ann)
    address = f"/console/schedules/schedule/{schedule.pk}/"
    assert strict.post(address, {"do": "run"}).status_code == 403
    forms = anns.get(address).content.decode().split('method="post"')[1:]
    assert forms
    assert all("csrfmiddlewaretoken" in form for form in forms)
