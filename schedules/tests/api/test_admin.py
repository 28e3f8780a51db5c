"""The admin pages of schedules, the ledger and the derived PeriodicTasks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from agents.models import Agent
from schedules import services
from schedules.forms import FIELDS
from schedules.models import Schedule
from tests.clients import person

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/schedules/schedule/"
TASKS = "/admin/django_celery_beat/periodictask/"


def form(agent: Agent, **changes: Any) -> dict[str, Any]:
    """What the browser sends of the page as it opens, filled in for a nightly cron."""
    fresh = {name: getattr(Schedule(), name, "") for name in FIELDS if name != "agent"}
    shown = {name: "" if value is None else value for name, value in fresh.items()}
    filled = {"owner": agent.owner_id, "name": "nightly", "agent": agent.pk, "command": "tidy up"}
    filled |= {"schedule_type": "cron", "cron_expression": "0 3 * * *", "enabled": "on"}
    return shown | filled | changes


def test_add_change_and_delete(admin: Client, agent: Agent) -> None:
    assert admin.get(f"{ADDRESS}add/").status_code == 200
    assert admin.post(f"{ADDRESS}add/", form(agent)).status_code == 302
    schedule = Schedule.objects.get()
    assert schedule.next_run_at is not None
    assert schedule.periodic_task.crontab.hour == "3"
    page = f"{ADDRESS}{schedule.pk}/"
    assert admin.get(f"{page}change/").status_code == 200
    assert admin.post(f"{page}change/", form(agent, cron_expression="0 4 * * *")).status_code == 302
    schedule.refresh_from_db()
    assert (schedule.cron_expression, schedule.next_run_at.hour) == ("0 4 * * *", 4)
    assert schedule.periodic_task.crontab.hour == "4"
    assert admin.post(f"{page}delete/", {"post": "yes"}).status_code == 302
    assert not PeriodicTask.objects.filter(name__startswith="scheduled command").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cron_expression": "0 0 30 2 *"}, "cron_expression"),
        ({"cron_expression": "* * * * *"}, "cron_expression"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"schedule_type": "once", "cron_expression": ""}, "run_at"),
        ({"name": ""}, "name"),
        ({"command": " "}, "command"),
        ({"max_runs": "0"}, "max_runs"),
    ],
)
def test_errors_are_shown_at_the_field_and_nothing_is_lost(
    admin: Client, agent: Agent, changes: dict[str, Any], field: str
) -> None:
    response = admin.post(f"{ADDRESS}add/", form(agent, **changes))
    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors
    assert "nightly" in response.content.decode() or field == "name"
    assert not Schedule.objects.exists()


def test_the_agent_must_be_the_owners(admin: Client, agent: Agent) -> None:
    response = admin.post(f"{ADDRESS}add/", form(agent, owner=person("eve").pk))
    assert "agent" in response.context["adminform"].form.errors


def test_what_services_refuse_late_becomes_a_message(
    admin: Client, agent: Agent, settings: Any
) -> None:
    settings.MAX_SCHEDULES_PER_OWNER = 0
    response = admin.post(f"{ADDRESS}add/", form(agent), follow=True)
    assert "You have 0 scheduled commands" in response.content.decode()


def test_the_ledger_is_read_only(admin: Client, make: Callable[..., Schedule]) -> None:
    execution = services.run_now(schedule=make())
    address = "/admin/schedules/execution/"
    assert admin.get(address).status_code == 200
    assert admin.get(f"{address}{execution.pk}/change/").status_code == 200
    assert admin.post(f"{address}{execution.pk}/change/", {"state": "success"}).status_code == 403
    assert admin.get(f"{address}add/").status_code == 403


def test_rows_of_schedules_are_read_only_among_periodic_tasks(
    admin: Client, make: Callable[..., Schedule]
) -> None:
    derived = make(schedule_type="interval", interval_value=1, interval_unit="days").periodic_task
    every_day = IntervalSchedule.objects.create(every=1, period="days")
    plain = PeriodicTask.objects.create(name="plain", task="t", interval=every_day)
    assert admin.get(TASKS).status_code == 200
    assert admin.get(f"{TASKS}{derived.pk}/change/").status_code == 200
    assert admin.post(f"{TASKS}{derived.pk}/change/", {"name": "x"}).status_code == 403
    assert admin.post(f"{TASKS}{derived.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.get(f"{TASKS}{plain.pk}/change/").context["has_change_permission"]
    both = {"action": "disable_tasks", "_selected_action": [derived.pk, plain.pk]}
    assert "left out" in admin.post(TASKS, both, follow=True).content.decode()
    derived.refresh_from_db()
    plain.refresh_from_db()
    assert (derived.enabled, plain.enabled) == (True, False)


def test_deleting_a_user_takes_everything_along(
    admin: Client, ann: User, make: Callable[..., Schedule]
) -> None:
    services.run_now(schedule=make())
    ann.delete()
    assert not Schedule.objects.exists()
    assert not PeriodicTask.objects.filter(name__startswith="scheduled command").exists()
