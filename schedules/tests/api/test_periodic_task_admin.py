"""The admin pages of django-celery-beat: plain tasks are changed there, schedules' rows are not."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from schedules.models import Schedule

pytestmark = pytest.mark.django_db
BEAT = "/admin/django_celery_beat/"
TASKS = "/admin/django_celery_beat/periodictask/"
TIMES: dict[str, dict[str, Any]] = {
    "crontab": {"schedule_type": "cron", "cron_expression": "*/5 * * * *"},
    "interval": {"schedule_type": "interval", "interval_value": 7, "interval_unit": "hours"},
    "clocked": {"schedule_type": "once", "run_at": datetime(2190, 1, 1, 0, 0, 0, 123456, UTC)},
}


def order(**fields: Any) -> dict[str, Any]:
    """For an hourly task, typed in."""
    hour, _ = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    values = {"name": "hourly", "interval": hour.pk, "enabled": "on"}
    return values | {"args": "[]", "kwargs": "{}", "headers": "{}"} | fields


def test_the_names_of_tasks_are_fields_as_all_others(admin: Client) -> None:
    form = admin.get(f"{TASKS}add/").context["adminform"].form
    for name in ("task", "regtask"):
        assert "border-base-200" in str(form[name])
    assert "schedules.run" not in str(form["regtask"])


def test_a_task_by_its_name(admin: Client) -> None:
    assert admin.post(f"{TASKS}add/", order(task="work")).status_code == 302
    assert PeriodicTask.objects.filter(name="hourly", task="work").exists()


@pytest.mark.parametrize("field", ["task", "regtask"])
def test_what_runs_scheduled_commands_is_no_plain_task(admin: Client, field: str) -> None:
    response = admin.post(f"{TASKS}add/", order(**{field: "schedules.run"}))
    (sentence,) = response.context["adminform"].form.errors["task"]
    assert "name another task, or add a scheduled command" in sentence
    assert not PeriodicTask.objects.filter(name="hourly").exists()


@pytest.mark.parametrize(("name", "said"), [("x" * 201, "at most 200"), ("", "Need name")])
def test_names_that_are_none(admin: Client, name: str, said: str) -> None:
    response = admin.post(f"{TASKS}add/", order(task=name))
    assert said in str(response.context["adminform"].form.errors["task"])


@pytest.mark.parametrize("everything", ["0", "1"])
@pytest.mark.parametrize("action", ["delete_selected", "disable_tasks"])
def test_rows_of_schedules_are_left_out_and_that_is_said(
    admin: Client, make: Callable[..., Schedule], action: str, everything: str
) -> None:
    PeriodicTask.objects.all().delete()
    row = make(**TIMES["interval"]).periodic_task
    chosen = {"action": action, "_selected_action": [row.pk], "select_across": everything}
    response = admin.post(TASKS, chosen)
    assert response.status_code == 302
    shown = admin.get(response["Location"]).content.decode()
    assert "change those commands" in shown
    assert "successfully" not in shown
    row.refresh_from_db()
    assert row.enabled


def test_plain_tasks_are_deleted_without_those_of_schedules(
    admin: Client, make: Callable[..., Schedule]
) -> None:
    hour, _ = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    plain = PeriodicTask.objects.create(name="plain", task="work", interval=hour)
    row = make().periodic_task
    both = {"action": "delete_selected", "_selected_action": [row.pk, plain.pk]}
    asked = admin.post(TASKS, both).content.decode()
    assert "plain" in asked
    assert row.name not in asked
    shown = admin.post(TASKS, both | {"post": "yes"}, follow=True).content.decode()
    assert shown.count("change those commands") == 1
    assert list(PeriodicTask.objects.filter(pk__in=[row.pk, plain.pk])) == [row]


@pytest.mark.parametrize("kind", TIMES)
def test_what_schedules_run_by_is_read_only(
    admin: Client, make: Callable[..., Schedule], kind: str
) -> None:
    times = getattr(make(**TIMES[kind]).periodic_task, kind)
    page = f"{BEAT}{kind}schedule/{times.pk}/change/"
    shown = admin.get(page)
    assert not shown.context["has_change_permission"]
    assert "change these commands instead" in shown.content.decode()
    assert admin.post(page, {"minute": "*/7", "every": "1"}).status_code == 403
    admin.post(f"{BEAT}{kind}schedule/{times.pk}/delete/", {"post": "yes"})
    before = str(times)
    times.refresh_from_db()
    assert str(times) == before


def test_what_plain_tasks_run_by_is_changed(admin: Client) -> None:
    nightly = CrontabSchedule.objects.create(minute="0", hour="3")
    PeriodicTask.objects.create(name="plain", task="work", crontab=nightly)
    page = f"{BEAT}crontabschedule/{nightly.pk}/change/"
    fields = {"minute": "30", "hour": "3", "timezone": "UTC"}
    fields |= dict.fromkeys(("day_of_month", "month_of_year", "day_of_week"), "*")
    fields |= {"periodictask_set-TOTAL_FORMS": "0", "periodictask_set-INITIAL_FORMS": "0"}
    assert "change these commands" not in admin.get(page).content.decode()
    assert admin.post(page, fields).status_code == 302
    nightly.refresh_from_db()
    assert nightly.minute == "30"
    assert admin.get(f"{BEAT}crontabschedule/add/").status_code == 200
